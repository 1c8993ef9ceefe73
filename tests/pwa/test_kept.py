"""The copy of an account that its owner's phone keeps: hers alone, small, and asked for cheaply."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from netcard import vcard
from netcard.accounts.models import SignIn
from netcard.cards.models import Card, Handle
from netcard.contacts import actions, book
from netcard.contacts.models import Appointment, Encounter
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.events.models import Event
from netcard.followups.models import PlanItem, Rhythm
from netcard.pwa import queries
from tests.followups.test_ground import capture
from tests.people import Person


@pytest.fixture
def lived_in(app: Flask, ada: Person, ben: Person) -> None:
    """Ada has a card, an event and a person; Ben has as much, and none of it is hers."""
    furnish(app, ada, "Ada Okafor", "ada-okafor", "Northern Cleft Congress", "Margit Solheim")
    furnish(app, ben, "Ben Brandt", "ben-brandt", "Hernia Days", "Jonas Noise")


def furnish(app: Flask, person: Person, name: str, handle: str, event_name: str, met: str) -> None:
    today = now().date()
    with app.app_context(), writing():
        card = Card(owner_id=person.id, id=new_id(), name=name, headline="Cleft", accent="oxblood")
        event = Event(
            owner_id=person.id,
            id=new_id(),
            name=event_name,
            place="Vienna",
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=1),
        )
        db.session.add_all([card, event])
        db.session.flush()
        db.session.add(Handle(handle=handle, owner_id=person.id, card_id=card.id))
        meeting = Met(
            name=met,
            institution="Fjordside",
            role="Attending",
            tags=("mentor",),
            event_id=event.id,
            discussed="Stopped packing; fewer fistulas.",
            met_at=datetime.now(UTC),
        )
        actions.meet(person.id, meeting, encounter_id=new_id(), met_line=True)


@pytest.mark.usefixtures("lived_in")
def test_the_copy_holds_the_owners_things_and_nobody_elses(ada: Person) -> None:
    answer = ada.client.get("/offline/kept")
    kept = answer.get_json()
    assert kept["session"] == {"user": str(ada.id), "email": ada.email, "name": "Ada Okafor"}
    assert [card["handle"] for card in kept["cards"]] == ["ada-okafor"]
    assert [(event["name"], event["here"]) for event in kept["events"]] == [("Northern Cleft Congress", True)]
    assert [person["name"] for person in kept["contacts"]] == ["Margit Solheim"]
    assert "Ben" not in answer.text
    assert "Noise" not in answer.text


@pytest.mark.usefixtures("lived_in")
def test_a_person_in_the_copy_is_whom_one_remembers(ada: Person) -> None:
    (person,) = ada.client.get("/offline/kept").get_json()["contacts"]
    assert person["institution"] == "Fjordside"
    assert person["event"] == "Northern Cleft Congress"
    assert person["said"] == "Stopped packing; fewer fistulas."
    assert person["tags"] == ["mentor"]
    assert datetime.fromisoformat(person["met_at"]).date() >= date(2026, 1, 1)


@pytest.mark.usefixtures("lived_in")
def test_whoever_was_met_is_not_pushed_out_of_the_copy_by_an_imported_address_book(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), writing():
        for number in range(3):
            book.add(ada.id, vcard.compose(uid=str(number), full_name=f"From A File {number}"))
    monkeypatch.setattr(queries, "MOST_CONTACTS", 2)
    kept = ada.client.get("/offline/kept").get_json()["contacts"]
    assert [(person["name"], "added" in person) for person in kept] == [
        ("From A File 2", True),
        ("Margit Solheim", False),
    ]


@pytest.mark.usefixtures("lived_in")
def test_a_card_in_the_copy_is_drawn_as_its_own_code(ada: Person) -> None:
    (card,) = ada.client.get("/offline/kept").get_json()["cards"]
    assert card["qr"]["side"] in {33, 37}
    assert card["qr"]["path"].startswith("M4 4h7v1h-7z")
    assert card["address"].endswith("/c/ada-okafor")
    assert card["ink"] == "oxblood"


@pytest.mark.usefixtures("lived_in")
def test_an_unchanged_copy_is_not_sent_again(ada: Person) -> None:
    first = ada.client.get("/offline/kept", headers={"Accept-Encoding": "br"})
    again = ada.client.get("/offline/kept", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.usefixtures("lived_in")
def test_a_changed_copy_is_sent(app: Flask, ada: Person) -> None:
    first = ada.client.get("/offline/kept")
    with app.app_context(), writing():
        db.session.execute(update(Card).where(Card.owner_id == ada.id).values(name="Ada N. Okafor"))
    again = ada.client.get("/offline/kept", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.get_json()["cards"][0]["name"] == "Ada N. Okafor"


def test_no_cache_on_the_way_may_hold_the_copy(ada: Person) -> None:
    answer = ada.client.get("/offline/kept")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["contacts"] == []


def test_a_stranger_gets_no_copy_and_is_not_told_to_forget(client: FlaskClient) -> None:
    answer = client.get("/offline/kept")
    assert answer.status_code == 401
    assert answer.get_json()["ended"] is False


def test_an_ended_sign_in_is_told_to_forget(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        db.session.execute(update(SignIn).where(SignIn.account_id == ada.id).values(ended_at=now()))
    answer = ada.client.get("/offline/kept")
    assert answer.status_code == 401
    assert answer.get_json()["ended"] is True


@pytest.mark.usefixtures("lived_in")
def test_a_removed_person_leaves_the_copy(app: Flask, ada: Person) -> None:
    from netcard.contacts.models import Contact

    with app.app_context(), writing():
        db.session.execute(update(Contact).where(Contact.owner_id == ada.id).values(deleted_at=now()))
    assert ada.client.get("/offline/kept").get_json()["contacts"] == []


@pytest.mark.usefixtures("lived_in")
def test_a_removed_meeting_leaves_the_copy(app: Flask, ada: Person) -> None:
    (person,) = ada.client.get("/offline/kept").json["contacts"]
    assert person["said"]
    with app.app_context(), writing():
        db.session.execute(update(Encounter).where(Encounter.owner_id == ada.id).values(deleted_at=now()))
    (person,) = ada.client.get("/offline/kept").json["contacts"]
    assert not person.get("said")


# --- what is due ---------------------------------------------------------------


@pytest.fixture
def sunday() -> Iterator[time_machine.Traveller]:
    """Named before a person, so that they sign in on that day."""
    with time_machine.travel(datetime(2026, 11, 22, 10, tzinfo=UTC)) as clock:
        yield clock


def due_of(owner: Person) -> list[dict[str, str]]:
    return owner.client.get("/offline/kept").get_json()["due"]


def test_what_is_due_is_kept_with_its_days_and_nobody_elses(
    sunday: time_machine.Traveller, ada: Person, ben: Person
) -> None:
    margit = capture(ada, "Margit", 4, discussed="Stopped packing. " * 40)
    capture(ada, "Lall", 0, promised="The scale", promised_by="2026-12-01")
    capture(ben, "Noise", 4)
    due, later = due_of(ada)
    assert (due["who"], due["contact"]) == ("Margit", margit)
    assert (due["since"], due["opens_on"], due["late_after"]) == ("2026-11-18", "2026-11-21", "2026-11-25")
    assert due["said"] == ("Stopped packing. " * 40)[: queries.SAID]
    assert (later["who"], later["said"], later["word"]) == ("Lall", "The scale", "Promise")
    assert (later["opens_on"], later["late_after"]) == ("2026-12-01", "2026-12-01")


def test_what_is_not_a_meeting_is_kept_in_its_own_words(
    app: Flask, sunday: time_machine.Traveller, ada: Person
) -> None:
    contact = UUID(capture(ada, "Margit", 400))
    with app.app_context(), writing():
        fields = {"name": "Cleft Days", "starts_on": date(2026, 12, 3), "ends_on": date(2026, 12, 4)}
        event = events.add(ada.id, {**fields, "time_zone": "Europe/Vienna"})
        own = {"owner_id": ada.id, "contact_id": contact}
        starts = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Vienna
        db.session.add(Appointment(**own, id=new_id(), what="Call", starts_at=starts))
        db.session.add(Rhythm(**own, id=new_id(), months=3))
        plan = {"owner_id": ada.id, "event_id": event.id}
        db.session.add(PlanItem(**plan, id=new_id(), kind="todo", title="Visa", day=date(2026, 11, 30)))
    kept = {due["who"] + due.get("clock", ""): due for due in due_of(ada)}
    call, todo, rhythm = kept["Margit00:30"], kept["Visa"], kept["Margit"]
    assert (call["day"], call["facts"]) == ("2026-11-23", "Call")
    assert (todo["by"], todo["lapses_on"]) == ("2026-11-30", "2026-12-05")
    assert "contact" not in todo
    assert rhythm["word"] == "Every 3 months"


def test_a_day_that_passes_changes_nothing_in_the_copy(sunday: time_machine.Traveller, ada: Person) -> None:
    """Headings are the phone's: the same bytes say what was coming and what is overdue now."""
    for name, days in (("Nine", 9), ("Four", 4), ("One", 1)):
        capture(ada, name, days)
    first = ada.client.get("/offline/kept")
    sunday.move_to(datetime(2026, 11, 27, 10, tzinfo=UTC))
    again = ada.client.get("/offline/kept", headers={"If-None-Match": first.headers["ETag"]})
    assert [due["who"] for due in first.get_json()["due"]] == ["Nine", "Four", "One"]
    assert again.status_code == 304


def test_of_too_much_that_is_due_the_first_to_open_is_kept(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, days in (("One", 1), ("Nine", 9), ("Four", 4)):
        capture(ada, name, days)
    monkeypatch.setattr(queries, "MOST_DUE", 2)
    assert [due["who"] for due in due_of(ada)] == ["Nine", "Four"]
