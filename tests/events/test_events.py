"""Events: their days, where the owner is now, and whose they are."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from netcard.contacts.models import Contact
from netcard.database import db, new_id, now, writing
from netcard.events import actions, queries, rules
from netcard.events.models import Event
from tests.contacts.test_book import meet
from tests.people import Person

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORM = {
    "name": "Northern Cleft Congress",
    "place": "Oslo",
    "starts_on": "2026-11-19",
    "ends_on": "2026-11-22",
}


def held(
    owner: Person, name: str, first: str, last: str = "", time_zone: str = "Europe/Vienna", **more
) -> UUID:
    fields = {"starts_on": date.fromisoformat(first), "ends_on": date.fromisoformat(last or first)}
    with writing():
        return actions.add(owner.id, {"name": name, "time_zone": time_zone, **fields, **more}).id


def here(owner: Person, moment: datetime = MOMENT) -> str | None:
    event = queries.here_now(owner.id, moment)
    return event.name if event else None


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def kept(app: Flask, owner: Person) -> list[Event]:
    with app.app_context():
        return queries.events_of(owner.id)


def test_here_now_is_what_the_days_say(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        held(ben, "Ben's", "2026-11-22")
        assert here(ada) is None
        held(ada, "Past", "2026-11-01", "2026-11-21")
        held(ada, "Rotation", "2026-11-01", "2026-11-30")
        assert here(ada) == "Rotation"
        held(ada, "Congress", "2026-11-19", "2026-11-22")
        assert here(ada) == "Congress"  # of two, the one that began last


def test_days_are_counted_at_the_place(app: Flask, ada: Person) -> None:
    with app.app_context():
        held(ada, "Auckland", "2026-11-23", time_zone="Pacific/Auckland")
        assert here(ada, datetime(2026, 11, 22, 10, 59, tzinfo=UTC)) is None
        assert here(ada, datetime(2026, 11, 22, 11, 1, tzinfo=UTC)) == "Auckland"
        assert here(ada, datetime(2026, 11, 23, 11, 1, tzinfo=UTC)) is None


def test_a_choice_wins_for_eighteen_hours_or_until_the_next(app: Flask, ada: Person) -> None:
    with app.app_context():
        held(ada, "Congress", "2026-11-19", "2026-11-22")
        held(ada, "Dinner", "2020-01-01", chosen_at=MOMENT)
        assert here(ada, MOMENT - timedelta(minutes=1)) == "Congress"
        assert here(ada, MOMENT) == "Dinner"
        assert here(ada, MOMENT + timedelta(hours=17, minutes=59)) == "Dinner"
        assert here(ada, MOMENT + timedelta(hours=18)) is None
        held(ada, "Walk", "2020-01-01", chosen_at=MOMENT + timedelta(hours=1))
        assert here(ada, MOMENT + timedelta(hours=2)) == "Walk"


def test_not_here_silences_the_days(app: Flask, ada: Person) -> None:
    with app.app_context():
        held(ada, "Rotation", "2026-11-01", "2026-11-30")
        held(ada, "Congress", "2026-11-19", "2026-11-22", left_at=MOMENT - timedelta(hours=1))
        assert here(ada) == "Rotation"


def test_choosing_and_leaving_from_the_page(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        event_id = held(ada, "Dinner", "2020-01-01")
        db.session.remove()
    address = f"/events/{event_id}"
    assert ben.client.post(f"{address}/here").status_code == 404
    page = text_of(ada.client.post(f"{address}/here", follow_redirects=True))
    assert "Here now" in page
    with app.app_context():
        assert here(ada, now()) == "Dinner"
        assert here(ben, now()) is None
    assert "Here now" not in text_of(ada.client.post(f"{address}/not-here", follow_redirects=True))


def test_an_event_is_kept_shown_and_changed(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/events", data=FORM | {"link": "northern.example/congress"})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = text_of(ada.client.get(address))
    for shown in (
        "Northern Cleft Congress",
        "Oslo",
        "19–22 November 2026",
        "https://northern.example/congress",
    ):
        assert shown in page
    [event] = kept(app, ada)
    assert event.time_zone == "Europe/Vienna"  # the owner's, when nothing was said
    assert 'value="2026-11-19"' in text_of(ada.client.get(f"{address}/edit"))
    changed = ada.client.post(
        f"{address}/edit", data=FORM | {"name": "Renamed", "ends_on": "", "time_zone": "Asia/Tokyo"}
    )
    assert changed.status_code == 303
    [event] = kept(app, ada)
    assert (event.name, event.ends_on, event.time_zone, event.link) == (
        "Renamed",
        date(2026, 11, 19),
        "Asia/Tokyo",
        "",
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give it a name"),
        ("name", "n" * 201, "over 200"),
        ("name", "\0", "cannot be kept"),
        ("starts_on", "", "Say the day"),
        ("starts_on", "tomorrow", "year-month-day"),
        ("starts_on", "9999-12-31", "too far away"),
        ("starts_on", "0001-01-01", "too far away"),
        ("starts_on", "2026-11-23", ""),
        ("ends_on", "2026-11-18", "It ends before it begins. Swap the two days?"),
        ("ends_on", "2036-11-18", "longer than three years"),
        ("time_zone", "Mars/Olympus", "Choose a time zone"),
        ("link", "javascript:alert(1)", "does not look like a web address"),
        ("link", "https://user:pass@x.example", "does not look like a web address"),
        ("link", "https://[", "does not look like a web address"),
        ("link", "no dots", "does not look like a web address"),
        ("link", "l" * 501, "over 500"),
    ],
)
def test_a_refused_event_keeps_what_was_typed(
    app: Flask, ada: Person, field: str, value: str, sentence: str
) -> None:
    form = FORM | {"place": "Typed place", field: value}
    answer = ada.client.post("/events", data=form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Typed place" in text_of(answer)
    assert kept(app, ada) == []


def test_links_become_safe_ones() -> None:
    assert rules.safe_link("http://x.example/a?b#c") == "https://x.example/a?b#c"
    assert rules.safe_link("HTTPS://X.Example") == "https://x.example"
    for bad in (
        "ftp://x.example",
        "data:text/html,x",
        "https://localhost",
        'https://x.example/"><b>',
        "https://x.example:22",
    ):
        assert rules.safe_link(bad) is None


def test_removing_keeps_the_people_and_can_be_taken_back(app: Flask, ada: Person) -> None:
    ada.client.post("/events", data=FORM)
    [event] = kept(app, ada)
    with app.app_context():
        meet(ada, event_id=event.id)
        db.session.remove()
    page = text_of(ada.client.post(f"/events/{event.id}/remove", follow_redirects=True))
    undo = re.search(r'action="(/events/[^"]*/restore)"', page)[1]
    assert kept(app, ada) == []
    assert ada.client.get(f"/events/{event.id}").status_code == 404
    assert ada.client.get(f"/contacts?event={event.id}").status_code == 404
    listed = text_of(ada.client.get("/contacts"))
    assert "Margit Solheim" in listed
    assert "Northern Cleft" not in listed
    assert ada.client.post(undo).status_code == 303
    assert "Northern Cleft" in text_of(ada.client.get("/contacts"))
    assert "Margit Solheim" in text_of(
        ada.client.get(f"/contacts?event={event.id}", headers={"HX-Request": "1"})
    )


@pytest.mark.parametrize("page", ["", "/edit"])
def test_nobody_reads_somebody_elses_event(app: Flask, ada: Person, ben: Person, page: str) -> None:
    ada.client.post("/events", data=FORM)
    [event] = kept(app, ada)
    assert ben.client.get(f"/events/{event.id}{page}").status_code == 404
    assert ada.client.get(f"/events/{event.id}{page}").status_code == 200
    assert "Northern" not in text_of(ben.client.get("/events"))
    assert app.test_client().get(f"/events/{event.id}{page}").status_code == 303


@pytest.mark.parametrize("deed", ["edit", "here", "not-here", "remove", "restore"])
def test_nobody_changes_somebody_elses_event(app: Flask, ada: Person, ben: Person, deed: str) -> None:
    ada.client.post("/events", data=FORM)
    [event] = kept(app, ada)
    assert ben.client.post(f"/events/{event.id}/{deed}", data=FORM | {"name": "Stolen"}).status_code == 404
    assert (
        ada.client.post(f"/events/{event.id}/{deed}", headers={"Origin": "https://x.example"}).status_code
        == 403
    )
    assert ada.client.post(f"/events/{new_id()}/{deed}", data=FORM).status_code == 404
    assert ada.client.post(f"/events/nonsense/{deed}").status_code == 404
    [after] = kept(app, ada)
    assert (after.name, after.chosen_at, after.left_at) == (event.name, None, None)


def test_an_empty_list_says_what_an_event_is_for(ada: Person) -> None:
    page = text_of(ada.client.get("/events"))
    assert "No event yet" in page
    assert re.search(r"<details[^>]* open", page)


def test_the_days_are_said_in_words() -> None:
    def span(first: str, last: str) -> str:
        return rules.span(date.fromisoformat(first), date.fromisoformat(last))

    assert span("2026-11-19", "2026-11-19") == "19 November 2026"
    assert span("2026-11-30", "2026-12-02") == "30 November – 2 December 2026"
    assert span("2026-12-30", "2027-01-02") == "30 December 2026 – 2 January 2027"


def test_contacts_know_only_their_owners_events(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        bens = held(ben, "Ben's", "2026-11-22")
        meet(ada)
        assert db.session.query(Contact).count() == 1
    assert ada.client.get(f"/contacts?event={bens}").status_code == 404


@pytest.mark.parametrize("field", ["name", "place", "starts_on", "ends_on", "time_zone", "link"])
def test_a_file_where_words_are_expected_is_not_there(app: Flask, ada: Person, field: str) -> None:
    answer = ada.client.post("/events", data={**FORM, field: (io.BytesIO(b"x"), "a.jpg")})
    assert answer.status_code == (422 if field in ("name", "starts_on") else 303)


def test_a_link_has_room_for_its_https(app: Flask, ada: Person) -> None:
    fits = "example.org/" + "a" * (rules.LINK - len("https://example.org/"))
    assert ada.client.post("/events", data={**FORM, "link": fits}).status_code == 303
    answer = ada.client.post("/events", data={**FORM, "link": fits + "a"})
    assert answer.status_code == 422
    assert "over 500 characters" in text_of(answer)
