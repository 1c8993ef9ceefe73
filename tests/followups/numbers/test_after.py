"""An event afterwards, and the page of numbers, as a browser sees them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from netcard.contacts.models import Encounter
from netcard.database import db, writing
from netcard.followups.numbers import views
from tests.contacts.test_book import meet
from tests.events.test_events import held
from tests.followups.test_ground import capture
from tests.people import Person

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
PAGE = "/followups/numbers"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Two days after the congress."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def congress(app: Flask, ada: Person) -> UUID:
    with app.app_context():
        event_id = held(ada, "Northern Cleft Congress", "2026-11-19", "2026-11-22")
        db.session.remove()
    return event_id


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def after(owner: Person, event_id: UUID, **headers: str) -> str:
    answer = owner.client.get(f"/events/{event_id}/after", headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def follow_up_of(app: Flask, contact_id: str) -> UUID:
    with app.app_context():
        found = db.session.query(Encounter.id).filter_by(contact_id=UUID(contact_id)).one()[0]
        db.session.remove()
    return found


def part(html: str, heading: str) -> str:
    """What stands under a heading."""
    found = re.search(rf"<h2[^>]*>{heading}</h2>.*?(?=<div class=\"rule|</main>|\Z)", html, re.DOTALL)
    return words(found.group()) if found else ""


def test_an_event_afterwards_shows_whom_one_met_with_poster_and_what_was_said(
    ada: Person, congress: UUID
) -> None:
    capture(ada, "Somebody Else", 4)
    capture(ada, "Margit Solheim", 5, event=str(congress), poster="P-121", discussed="She stopped packing.")
    capture(ada, "Jonas Brandt", 4, event=str(congress), poster="Poster 7")
    page = after(ada, congress)
    people = part(page, "People met here")
    assert "Margit Solheim" in people
    assert "Poster P-121, Thu 19 Nov" in people
    assert "She stopped packing." in people
    assert "Poster 7, Fri 20 Nov" in people
    assert "Poster Poster" not in page
    assert "Somebody Else" not in page
    assert "Most on Thu 19 Nov: 1." in page


def test_only_whoever_was_not_met_before_is_marked(app: Flask, ada: Person, congress: UUID) -> None:
    with app.app_context():
        known = meet(ada, "Known Already", met_at=NOON - timedelta(days=90))
        meet(ada, "New Here", met_at=NOON - timedelta(days=5), event_id=congress)
        db.session.remove()
    said = ada.client.post(
        f"/contacts/{known}/met", data={"met_at": "2026-11-20T10:00", "event": str(congress)}
    )
    assert said.status_code == 303
    rows = re.findall(r'<a class="person".*?</a>', after(ada, congress), re.DOTALL)
    marked = {re.search(r"<b[^>]*>([^<]+)", row).group(1).strip(): "First met" in row for row in rows}  # type: ignore[union-attr]
    assert marked == {"Known Already": False, "New Here": True}


def test_promises_still_owed_stand_first_with_their_day_and_kept_ones_are_ticked(
    app: Flask, ada: Person, congress: UUID
) -> None:
    here = {"event": str(congress)}
    kept = capture(ada, "Kept", 5, promised="the scale", **here)
    late = capture(ada, "Late", 4, promised="the registry paper", promised_by="2026-11-22", **here)
    capture(ada, "In time", 3, promised="a call", promised_by="2026-12-01", **here)
    dropped = capture(ada, "Dropped", 3, promised="a drink", **here)
    capture(ada, "Nothing promised", 3, **here)
    for who, what in ((kept, "done"), (dropped, "let-go")):
        assert ada.client.post(f"/followups/{follow_up_of(app, who)}/{what}").status_code == 303
    html = after(ada, congress)
    said = part(html, "What you promised")
    assert "2 still owed" in said
    order = ["Late", "the registry paper", "2 days late", "In time", "a call", "By Tue 1 Dec"]
    order += ["Kept", "the scale", "Kept Tue 24 Nov", "Dropped", "a drink", "Let go Tue 24 Nov"]
    assert re.search(".*".join(map(re.escape, order)), said)
    assert "Nothing promised" not in said
    assert f'href="/followups/{follow_up_of(app, late)}"' in html


def test_a_promise_noted_long_after_the_meeting_is_not_owed(ada: Person, congress: UUID) -> None:
    capture(ada, "Long ago", 60, event=str(congress), promised="the scale")
    said = part(after(ada, congress), "What you promised")
    assert "Nothing owed" in said
    assert "Noted later" in said


def test_what_they_offered_is_there(app: Flask, ada: Person, congress: UUID) -> None:
    who = capture(ada, "Margit Solheim", 5, event=str(congress))
    assert "What they offered" not in after(ada, congress)
    with app.app_context():
        with writing():
            db.session.get(Encounter, (ada.id, follow_up_of(app, who))).offered = "a desk in her registry"
        db.session.remove()
    assert "Margit Solheim a desk in her registry" in part(after(ada, congress), "What they offered")


def test_an_event_with_nobody_says_how_it_begins(ada: Person, congress: UUID) -> None:
    page = after(ada, congress)
    assert "Nobody noted here" in page
    assert f'href="/capture?event={congress}"' in page
    assert "<svg" not in part(page, "The days")


def test_the_region_for_htmx_is_the_part_of_the_page(ada: Person, congress: UUID) -> None:
    capture(ada, "Margit Solheim", 5, event=str(congress))
    region, page = after(ada, congress, **HTMX), after(ada, congress)
    assert "<html" not in region
    assert region.strip() in page
    assert f"/events/{congress}/after" in ada.client.get(f"/events/{congress}").get_data(as_text=True)


def test_nobody_else_sees_it(ada: Person, ben: Person, client, congress: UUID) -> None:
    capture(ada, "Margit Solheim", 5, event=str(congress))
    assert ben.client.get(f"/events/{congress}/after").status_code == 404
    assert "Margit" not in ben.client.get(PAGE).get_data(as_text=True)
    assert "Northern Cleft" not in ben.client.get(PAGE).get_data(as_text=True)
    for address in (f"/events/{congress}/after", PAGE):
        assert client.get(address).status_code == 303
    assert ada.client.get(f"/events/{uuid4()}/after").status_code == 404
    assert ada.client.post(f"/events/{congress}/after").status_code == 405
    assert ada.client.post(PAGE).status_code == 405


def test_a_removed_event_is_gone_here_too(ada: Person, congress: UUID) -> None:
    ada.client.post(f"/events/{congress}/remove")
    assert ada.client.get(f"/events/{congress}/after").status_code == 404


def test_of_very_many_people_the_last_ones_are_shown_and_all_are_counted(
    ada: Person, congress: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_PEOPLE", 2)
    for number in (1, 2, 3):
        capture(ada, f"Number {number}", 5 - number / 100, event=str(congress))
    html = after(ada, congress)
    people = part(html, "People met here")
    assert "Number 3" in people
    assert "Number 1" not in people
    assert "All 3" in people
    assert f'href="/contacts?event={congress}"' in html


def test_what_a_name_says_is_escaped(ada: Person, congress: UUID) -> None:
    hostile = '<script>alert("x")</script>'
    capture(ada, hostile, 5, event=str(congress), promised=hostile, discussed=hostile, poster=hostile)
    assert "<script>alert" not in after(ada, congress)


# --- the page of numbers ------------------------------------------------------


def test_numbers_begin_with_the_first_person(ada: Person) -> None:
    page = ada.client.get(PAGE).get_data(as_text=True)
    assert "No numbers yet" in page
    assert "<table" not in page
    capture(ada, "Margit Solheim", 5)
    page = ada.client.get(PAGE).get_data(as_text=True)
    assert "Nov 2026" in page
    assert "Oct 2026" not in page, "months before that say nothing"
    assert "By event" not in page
    capture(ada, "Amrit Lall", 100)
    page = ada.client.get(PAGE).get_data(as_text=True)
    for month in ("Aug 2026", "Sep 2026", "Oct 2026", "Nov 2026"):
        assert month in page, "a month with nothing between them is there"
    assert "Jul 2026" not in page


def test_an_event_with_nobody_stands_without_any_month(ada: Person, congress: UUID) -> None:
    page = ada.client.get(PAGE).get_data(as_text=True)
    assert "By event" in page
    assert "By month" not in page


def test_numbers_of_each_event_link_to_it_and_say_what_they_count(
    app: Flask, ada: Person, congress: UUID
) -> None:
    who = capture(ada, "Margit Solheim", 5, event=str(congress))
    ada.client.post(f"/followups/{follow_up_of(app, who)}/answered")
    page = ada.client.get(PAGE).get_data(as_text=True)
    row = re.search(
        rf'<tr><th[^>]*><a href="/events/{congress}">Northern Cleft Congress</a></th>(.*?)</tr>', page
    )
    assert row
    assert re.findall(r">(\d+)<", row.group(1)) == ["1", "0", "1"]
    assert "up to day 7 after it" in page
    assert "Kept: what was sent, answered or done, on time or late" in page
    november = re.search(r"<th[^>]*>Nov 2026</th>(.*?)</tr>", page)
    assert november
    assert re.findall(r">(\d+)<", november.group(1)) == ["1", "1"]


def test_the_newest_events_are_drawn_and_the_earlier_ones_stand_in_a_table(app: Flask, ada: Person) -> None:
    with app.app_context():
        for number in range(1, 9):
            held(ada, f"Event {number}", f"2026-0{number}-01")
        db.session.remove()
    page = ada.client.get(PAGE).get_data(as_text=True)
    assert "Event 8" in part(page, "By event")
    assert "Event 3" in part(page, "By event")
    assert "Event 2" not in part(page, "By event")
    assert re.search("Event 2.*Event 1", part(page, "Earlier events"))


def test_ids_on_a_page_are_its_own(app: Flask, ada: Person) -> None:
    with app.app_context():
        for number in range(1, 9):
            held(ada, f"Event {number}", f"2026-0{number}-01")
        db.session.remove()
    ids = re.findall(r'\sid="([^"]+)"', ada.client.get(PAGE).get_data(as_text=True))
    assert len(ids) == len(set(ids))


def test_a_share_of_few_people_is_no_percentage(app: Flask, ada: Person, congress: UUID) -> None:
    for number in (1, 2):
        capture(ada, f"Number {number}", 5, event=str(congress))
    said = part(after(ada, congress), "Written to and answered")
    assert "0 of 2 written to by day 7, 0 of 2 answered. For 2 there is still time." in said
    assert "%" not in said
    capture(ada, "Number 3", 5, event=str(congress))
    assert "0 of 3 (0%) written to" in part(after(ada, congress), "Written to and answered")
