"""An event's plan: what to do, whom to reach, what to see; whose it is and what is refused."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from netcard.database import db, new_id, writing
from netcard.events import actions as events
from netcard.events.models import Event
from netcard.followups.models import PlanItem
from netcard.followups.planning import rules
from netcard.followups.planning.queries import plan_of
from tests.people import Person

BEFORE = datetime(2026, 11, 2, 9, tzinfo=UTC)
DURING = datetime(2026, 11, 20, 9, tzinfo=UTC)
PAST = datetime(2026, 11, 25, 9, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Everybody signs in on 2 November; `clock.move_to` goes on from there."""
    with time_machine.travel(BEFORE, tick=True) as clock:
        yield clock


@pytest.fixture
def congress(app: Flask, ada: Person) -> UUID:
    """19 to 22 November, as Oslo counts them."""
    return held(app, ada)


def held(app: Flask, owner: Person, **more: Any) -> UUID:
    fields = {
        "name": "Northern Cleft Congress",
        "starts_on": date(2026, 11, 19),
        "ends_on": date(2026, 11, 22),
        "time_zone": "Europe/Oslo",
    }
    with app.app_context():
        with writing():
            event_id = events.add(owner.id, fields | more).id
        db.session.remove()
    return event_id


def put(owner: Person, event: UUID, part: str, title: str, **more: str) -> UUID:
    item_id = new_id()
    answer = owner.client.post(
        f"/events/{event}/plan/{part}", data={"id": str(item_id), "title": title, **more}
    )
    assert answer.status_code == 303, answer.text
    return item_id


def items(app: Flask, owner: Person) -> list[PlanItem]:
    with app.app_context():
        found = db.session.scalars(
            select(PlanItem)
            .where(PlanItem.owner_id == owner.id, PlanItem.deleted_at.is_(None))
            .order_by(PlanItem.created_at, PlanItem.id)
        ).all()
        db.session.remove()
    return list(found)


def page(owner: Person, event: UUID) -> str:
    answer = owner.client.get(f"/events/{event}/plan")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_nothing_is_late_once_the_event_is_over(
    ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    put(ada, congress, "todo", "Register", day="2026-11-18")
    clock.move_to(DURING)
    assert "2 days late" in page(ada, congress)
    clock.move_to(PAST)
    assert "late" not in page(ada, congress)


def test_an_empty_plan_says_what_goes_where_and_offers_what_is_usual(ada: Person, congress: UUID) -> None:
    shown = page(ada, congress)
    for words in ("To do", "People to reach", "Sessions", "Posters", "Three to five", "Register"):
        assert words in shown
    assert "Send in the abstract" not in shown  # that day has passed


def test_the_region_is_the_same_part_without_the_page(ada: Person, congress: UUID) -> None:
    region = ada.client.get(f"/events/{congress}/plan", headers=HTMX).text
    assert "<html" not in region
    assert 'id="plan"' in region
    event = ada.client.get(f"/events/{congress}").text
    assert f'hx-get="/events/{congress}/plan"' in event
    assert f'href="/events/{congress}/plan"' in event


def test_what_is_suggested_is_planned_once_however_often_it_is_tapped(
    app: Flask, ada: Person, congress: UUID
) -> None:
    for _ in range(2):
        answer = ada.client.post(f"/events/{congress}/plan/suggested", data={"key": "travel"})
        assert answer.status_code == 303
    [item] = items(app, ada)
    assert (item.title, item.day) == ("Book travel and a bed", date(2026, 11, 2))
    assert 'value="travel"' not in ada.client.get(f"/events/{congress}/plan").text
    assert ada.client.post(f"/events/{congress}/plan/suggested", data={"key": "x"}).status_code == 404


def test_a_suggestion_tapped_three_times_at_once_is_one_line(app: Flask, ada: Person, congress: UUID) -> None:
    assert at_once(app, ada, f"/events/{congress}/plan/suggested", {"key": "register"}) == [303] * 3
    assert len(items(app, ada)) == 1


def test_whoever_says_i_am_here_has_the_plan_of_a_day_that_is_on(
    ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 18, 9, tzinfo=UTC))
    put(ada, congress, "session", "Workshop", day="2026-11-18")
    assert "Today Wed 18 Nov" not in page(ada, congress)
    ada.client.post(f"/events/{congress}/here")
    assert "Today Wed 18 Nov" in page(ada, congress)


@pytest.mark.parametrize("kind", rules.SUGGESTED)
def test_every_kind_has_its_own_suggestions_none_before_today_or_after_the_end(kind: str) -> None:
    first, last, today = date(2026, 11, 2), date(2026, 11, 27), date(2026, 10, 28)
    found = list(rules.suggestions(kind, first, last, today))
    assert found
    assert all(today <= day <= last for _, day in found)
    assert list(rules.suggestions(kind, first, last, date(2026, 11, 28))) == []
    days = {one.key: day for one, day in found}
    if kind == "rotation":
        assert days["half-way"] == date(2026, 11, 14)
    if kind == "interview":
        assert {"confirm", "read", "questions"} <= set(days)
        assert [one.key for one, _ in rules.suggestions(kind, first, first, first)] == []


def test_a_line_is_ticked_unticked_changed_removed_and_put_back(
    app: Flask, ada: Person, congress: UUID
) -> None:
    item = put(ada, congress, "todo", "Register", day="2026-10-30")
    address = f"/events/{congress}/plan/{item}"
    assert "3 days late" in page(ada, congress)
    ada.client.post(f"{address}/done")
    assert "3 days late" not in page(ada, congress)
    first = items(app, ada)[0].done_at
    ada.client.post(f"{address}/done")
    assert items(app, ada)[0].done_at == first
    ada.client.post(f"{address}/undone")
    assert items(app, ada)[0].done_at is None
    assert ada.client.post(address, data={"title": "Register early", "day": ""}).status_code == 303
    assert [(each.title, each.day) for each in items(app, ada)] == [("Register early", None)]
    toast = ada.client.post(f"{address}/remove", follow_redirects=True).text
    undo = re.search(r'action="([^"]+/restore)"', toast)[1]
    assert items(app, ada) == []
    assert ada.client.get(address).status_code == 404
    assert ada.client.post(f"{address}/done").status_code == 404
    assert ada.client.post(undo).status_code == 303
    assert len(items(app, ada)) == 1


@pytest.mark.parametrize(
    ("part", "field", "value", "sentence"),
    [
        ("todo", "title", "", "Say what is to be done."),
        ("todo", "title", "t" * 201, "over 200"),
        ("todo", "title", "a\0b", "cannot be kept"),
        ("todo", "day", "soon", "year-month-day"),
        ("todo", "day", "2062-11-19", "Look at the year"),
        ("todo", "day", "0001-01-01", "Look at the year"),
        ("person", "title", "", "Put a name"),
        ("person", "why", "w" * 1001, "over 1000"),
        ("person", "contact", "nonsense", "not in your list"),
        ("person", "contact", str(UUID(int=7)), "not in your list"),
        ("person", "day", "2026-11-01", "far from the event, 19–22 November 2026"),
        ("session", "clock", "half two", "like 14:30"),
        ("session", "clock", "25:00", "like 14:30"),
        ("session", "place", "p" * 201, "over 200"),
        ("session", "title", "   ", "Give it a word"),
        ("poster", "day", "2026-12-01", "far from the event"),
    ],
)
def test_bad_input_is_refused_with_all_kept(
    app: Flask, ada: Person, congress: UUID, part: str, field: str, value: str, sentence: str
) -> None:
    typed = {"title": "Typed title", "place": "Typed place", field: value}
    kept = "Typed title" if field != "title" else "Typed place"
    for headers in ({}, HTMX):
        answer = ada.client.post(f"/events/{congress}/plan/{part}", data=typed, headers=headers)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert kept in answer.text or part == "todo"
        assert re.search(r"<details[^>]* open", answer.text)
    assert items(app, ada) == []
    item = put(ada, congress, part, "Before")
    answer = ada.client.post(f"/events/{congress}/plan/{item}", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert [each.title for each in items(app, ada)] == ["Before"]


def test_what_is_to_be_seen_is_on_the_first_day_unless_said_and_stands_by_the_hour(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    put(ada, congress, "session", "Keynote", day="2026-11-20", clock="14:30", place="Hall B")
    put(ada, congress, "session", "Breakfast", day="2026-11-20", clock="07:15")
    put(ada, congress, "session", "Opening")
    put(ada, congress, "session", "Workshop", day="2026-11-18")  # the day before belongs to it
    put(ada, congress, "poster", "Speech at home", place="P-207")
    assert [each.day for each in items(app, ada)][2] == date(2026, 11, 19)
    shown = page(ada, congress)
    order = [shown.index(name) for name in ("Workshop", "Opening", "Breakfast", "Keynote", "P-207")]
    assert order == sorted(order)
    assert "Fri 20 Nov at 14:30, Hall B" in shown
    clock.move_to(DURING)
    shown = page(ada, congress)
    assert shown.index("Today Fri 20 Nov") < shown.index("Breakfast") < shown.index("Keynote")
    assert shown.index("Keynote") < shown.index("Workshop")
    assert "Today at 14:30, Hall B" in shown


def test_today_is_the_events_own_also_where_the_clock_is_changed(app: Flask, ada: Person) -> None:
    """New York puts its clocks back on 1 November 2026 at two; Vienna, where Ada lives, a week before."""
    event = held(
        app, ada, starts_on=date(2026, 10, 31), ends_on=date(2026, 11, 2), time_zone="America/New_York"
    )
    put(ada, event, "session", "Night walk", day="2026-11-01", clock="01:30")
    put(ada, event, "session", "Farewell", day="2026-11-02", clock="09:00")

    def today(*moment: int) -> tuple[date, list[str]]:
        with app.app_context():
            found = plan_of(db.session.get_one(Event, (ada.id, event)), datetime(*moment, tzinfo=UTC))
            return found.today, [line.name for line in found.of_today]

    assert today(2026, 11, 1, 3, 59) == (date(2026, 10, 31), [])
    assert today(2026, 11, 1, 4) == (date(2026, 11, 1), ["Night walk"])
    assert today(2026, 11, 2, 4, 59) == (date(2026, 11, 1), ["Night walk"])  # a day of 25 hours
    assert today(2026, 11, 2, 5) == (date(2026, 11, 2), ["Farewell"])


def test_an_hour_that_a_clock_change_skips_is_kept_as_printed(app: Flask, ada: Person) -> None:
    """Oslo's clocks go from two to three on 28 March 2027."""
    event = held(app, ada, starts_on=date(2027, 3, 28), ends_on=date(2027, 3, 28))
    put(ada, event, "session", "Early run", clock="02:30")
    assert items(app, ada)[0].clock == time(2, 30)
    assert "28 Mar 2027 at 02:30" in page(ada, event)


def test_a_form_sent_twice_at_once_is_one_line(app: Flask, ada: Person, congress: UUID) -> None:
    data = {"id": str(new_id()), "title": "Keynote"}
    answers = at_once(app, ada, f"/events/{congress}/plan/session", data)
    assert answers == [303] * 3
    assert len(items(app, ada)) == 1


def test_a_plan_has_an_end(app: Flask, ada: Person, congress: UUID) -> None:
    with app.app_context(), writing():
        for at in range(rules.MOST_ITEMS):
            db.session.add(PlanItem(owner_id=ada.id, event_id=congress, kind="session", title=f"S{at}"))
    answer = ada.client.post(f"/events/{congress}/plan/poster", data={"title": "One more"})
    assert answer.status_code == 422
    assert "A plan holds 200 lines" in answer.text
    assert "One more" in answer.text
    assert len(items(app, ada)) == rules.MOST_ITEMS


def test_a_removed_event_takes_its_plan_along_and_brings_it_back(
    app: Flask, ada: Person, congress: UUID
) -> None:
    put(ada, congress, "session", "Keynote")
    ada.client.post(f"/events/{congress}/remove")
    assert ada.client.get(f"/events/{congress}/plan").status_code == 404
    ada.client.post(f"/events/{congress}/restore")
    assert "Keynote" in page(ada, congress)


DEEDS = ("", "/done", "/undone", "/remove", "/restore", "/link", "/met", "/unmet")


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_touches_somebody_elses_plan(
    app: Flask, ada: Person, ben: Person, congress: UUID, deed: str
) -> None:
    person, thing = put(ada, congress, "person", "Margit Solheim"), put(ada, congress, "todo", "Register")
    bens = held(app, ben)
    for item in (person, thing):
        for event in (congress, bens):
            answer = ben.client.post(f"/events/{event}/plan/{item}{deed}", data={"title": "Stolen"})
            assert answer.status_code == 404
    other = held(app, ada, name="Another")
    assert ada.client.post(f"/events/{other}/plan/{thing}{deed}", data={"title": "x"}).status_code == 404
    away = ada.client.post(f"/events/{congress}/plan/{thing}{deed}", headers={"Origin": "https://x.example"})
    assert away.status_code == 403
    assert app.test_client().post(f"/events/{congress}/plan/{thing}{deed}").status_code in (303, 401, 403)
    if deed:
        assert ada.client.get(f"/events/{congress}/plan/{thing}{deed}").status_code == 405
    assert [(each.title, each.done_at) for each in items(app, ada)] == [
        ("Margit Solheim", None),
        ("Register", None),
    ]


def test_nobody_reads_or_adds_to_somebody_elses_plan(ada: Person, ben: Person, congress: UUID) -> None:
    put(ada, congress, "person", "Margit Solheim")
    for address in ("", "/people?title=mar"):
        assert ben.client.get(f"/events/{congress}/plan{address}").status_code == 404
    for part in ("todo", "person", "session", "poster", "suggested", "nonsense"):
        assert ben.client.post(f"/events/{congress}/plan/{part}", data={"title": "x"}).status_code == 404


def test_a_person_is_not_ticked_by_hand_and_a_thing_is_not_met(ada: Person, congress: UUID) -> None:
    person, thing = put(ada, congress, "person", "Margit Solheim"), put(ada, congress, "todo", "Register")
    assert ada.client.post(f"/events/{congress}/plan/{person}/done").status_code == 404
    for deed in ("met", "unmet", "link"):
        assert ada.client.post(f"/events/{congress}/plan/{thing}/{deed}").status_code == 404


def at_once(
    app: Flask, owner: Person, address: str, data: dict[str, str] | None = None, json: object = None
) -> list[int]:
    """The answers to three of the same at once, as a form or as JSON."""
    ready, answers = threading.Barrier(3), []

    def send() -> None:
        client = app.test_client()
        client.set_cookie("netcard", owner.client.get_cookie("netcard").value)
        ready.wait()
        sent = {"json": json} if json else {"data": data or {}}
        answers.append(client.post(address, **sent).status_code)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize(
    ("place", "poster"),
    [
        ("Poster P-207", "P-207"),
        ("poster: 14", "14"),
        ("P-207", "P-207"),
        ("p 12", "p 12"),
        ("Hall B", ""),
        ("Room 207", ""),
        ("Posters, east side", ""),
        ("", ""),
    ],
)
def test_a_poster_is_told_from_a_hall(place: str, poster: str) -> None:
    assert rules.poster_at(place) == poster


def test_days_are_named_from_the_events_today() -> None:
    today = date(2026, 12, 31)
    said = [
        rules.when_where(today + timedelta(days=days), time(9), "Hall B", today) for days in (-1, 0, 1, 2)
    ]
    assert said == [
        "Wed 30 Dec at 09:00, Hall B",
        "Today at 09:00, Hall B",
        "Tomorrow at 09:00, Hall B",
        "2 Jan 2027 at 09:00, Hall B",
    ]
