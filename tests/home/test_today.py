"""Today's page: the QR, capture, and of all that is due no more than one evening holds."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from netcard.capture.models import Hello
from netcard.contacts.models import Appointment
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.followups.models import PlanItem
from tests.followups.test_ground import capture
from tests.people import Person

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)  # 11:00 in Vienna


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SUNDAY, tick=True) as clock:
        yield clock


def put(app: Flask, row: Any) -> None:
    with app.app_context(), writing():
        db.session.add(row)


def congress(app: Flask, owner: Person) -> UUID:
    """The fourth of its four days."""
    fields = {
        "name": "Northern Cleft Congress",
        "starts_on": date(2026, 11, 19),
        "ends_on": date(2026, 11, 22),
        "time_zone": "Europe/Vienna",
    }
    with app.app_context(), writing():
        return events.add(owner.id, fields).id


def planned(app: Flask, owner: Person, event: UUID, kind: str, title: str, **more: Any) -> UUID:
    item = PlanItem(owner_id=owner.id, id=new_id(), event_id=event, kind=kind, title=title, **more)
    item_id = item.id
    put(app, item)
    return item_id


def section(owner: Person, name: str) -> str:
    page = owner.client.get("/").get_data(as_text=True)
    return page.partition(f'<section id="{name}"')[2].partition("</section>")[0]


def rows(part: str) -> list[tuple[str, str]]:
    """Name and state of each row."""
    found = re.findall(r'<b dir="auto">([^<]*)</b>.*?<span class="state[^"]*">([^<]*)<', part, re.DOTALL)
    return [(name.strip(), state) for name, state in found]


def test_the_first_three_of_what_waits_are_shown_the_latest_first(ada: Person, ben: Person) -> None:
    for name, days in (("Three", 3), ("Nine", 9), ("Four", 4), ("Five", 5), ("Two", 2)):
        capture(ada, name, days, discussed=f"About {name}")
    capture(ben, "Noise", 9)
    due = section(ada, "due")
    assert rows(due) == [("Nine", "2 days late"), ("Five", "Day 5"), ("Four", "Day 4")]
    assert due.count('class="state late"') == 1
    assert "Write to these three" in due
    assert re.search(r'href="/followups">All 4<', due)
    assert "About Nine" in due
    assert "Noise" not in due


def test_each_row_leads_to_its_follow_up(ada: Person) -> None:
    capture(ada, "Margit", 4)
    (address,) = re.findall(r'href="(/followups/[^"]+)"', section(ada, "due"))
    assert ada.client.get(address).status_code == 200


def test_the_heading_counts_what_it_asks_for(ada: Person) -> None:
    capture(ada, "Margit", 4)
    assert "Write to this one" in section(ada, "due")
    capture(ada, "Jonas", 4)
    assert "Write to these two" in section(ada, "due")


def test_with_nothing_due_it_says_what_comes_next_and_when(ada: Person) -> None:
    capture(ada, "Dr Lall", 0)
    capture(ada, "Sooner", 2, promised="The scale", promised_by="2026-11-24")
    due = section(ada, "due")
    assert rows(due) == []
    assert "Nothing to do today. Next: <bdi>Sooner</bdi>, Tue 24." in due


def test_whoever_met_nobody_yet_is_told_of_nothing_due(ada: Person) -> None:
    assert "followups" not in section(ada, "due")


def test_the_owners_calendar_decides_what_is_due(ada: Person, clock: time_machine.Traveller) -> None:
    capture(ada, "Margit", 2)
    assert rows(section(ada, "due")) == []
    clock.move_to(datetime(2026, 11, 22, 22, 59, tzinfo=UTC))
    assert rows(section(ada, "due")) == []
    clock.move_to(datetime(2026, 11, 22, 23, 1, tzinfo=UTC))  # Monday in Vienna
    assert rows(section(ada, "due")) == [("Margit", "Day 3")]


def test_an_agreed_meeting_stands_first_and_a_thing_to_do_is_a_row_too(app: Flask, ada: Person) -> None:
    contact = UUID(capture(ada, "Margit", 1))
    capture(ada, "Late", 9)
    at_two = now() + timedelta(hours=3)
    put(app, Appointment(owner_id=ada.id, id=new_id(), contact_id=contact, what="Call", starts_at=at_two))
    event = congress(app, ada)
    planned(app, ada, event, "todo", "Send the slides", day=date(2026, 11, 22))
    due = section(ada, "due")
    assert rows(due) == [
        ("Margit", "Today, 14:00"),
        ("Late", "2 days late"),
        ("Send the slides", "Last day"),
    ]
    assert "To do today" in due
    assert f'href="/contacts/{contact}/agreed/' in due
    assert f'href="/events/{event}/plan"' in due


def test_whom_one_still_wants_to_meet_here_is_shown_with_how_many_were_met(
    app: Flask, ada: Person, ben: Person
) -> None:
    event = congress(app, ada)
    for name, at in (("Hana Watabe", time(16)), ("Elias Cronqvist", time(14, 30)), ("Margit Solheim", None)):
        planned(app, ada, event, "person", name, day=date(2026, 11, 22), clock=at, place="Hall B")
    capture(ada, "Margit Solheim", 0, event=str(event))
    part = section(ada, "to-meet")
    assert re.findall(r'<b dir="auto">([^<]*)', part) == ["Elias Cronqvist", "Hana Watabe"]
    assert "Today at 14:30, Hall B" in part
    assert f'<a href="/events/{event}/plan">1 of 3 met</a>' in part
    assert section(ben, "to-meet") == ""


def test_once_all_were_met_or_nobody_was_planned_nothing_is_said_of_it(app: Flask, ada: Person) -> None:
    event = congress(app, ada)
    assert section(ada, "to-meet") == ""
    planned(app, ada, event, "person", "Margit Solheim")
    assert "0 of 1 met" in section(ada, "to-meet")
    capture(ada, "Margit Solheim", 0, event=str(event))
    assert section(ada, "to-meet") == ""


def test_the_head_tells_the_day_of_the_event(app: Flask, ada: Person) -> None:
    congress(app, ada)
    assert "Northern Cleft Congress, day 4 of 4" in ada.client.get("/").get_data(as_text=True)


def test_details_that_were_left_are_said_until_they_are_kept(app: Flask, ada: Person, ben: Person) -> None:
    assert 'href="/inbox"' not in ada.client.get("/").get_data(as_text=True)
    put(app, Hello(owner_id=ada.id, id=new_id(), name="Margit", left_at=now()))
    page = ada.client.get("/").get_data(as_text=True)
    assert "1 left their details" in page
    assert 'href="/inbox"' in page
    assert 'href="/inbox"' not in ben.client.get("/").get_data(as_text=True)


def test_with_something_to_do_fewer_are_listed_as_lately_met(ada: Person) -> None:
    for number in range(6):
        capture(ada, f"Somebody {number}", 0)
    assert section(ada, "met").count("<li>") == 5
    capture(ada, "Margit", 4)
    assert section(ada, "met").count("<li>") == 3


def test_the_settings_lead_to_all_there_is(ada: Person) -> None:
    page = ada.client.get("/settings").get_data(as_text=True)
    rows = re.findall(r'<a class="row" href="([^"]+)">', page)
    assert rows[:3] == ["/cards", "/settings/app-passwords", "/events"]
    assert rows[3:6] == ["/inbox", "/settings/reminders", "/followups/templates"]
    assert all(ada.client.get(address).status_code == 200 for address in rows)
