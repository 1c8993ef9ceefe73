"""What a table tells of meetings: netcard's own, kept whole, and never on the way to a phone."""

import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from netcard.contacts import actions, book
from netcard.contacts.earlier import Meeting
from netcard.contacts.importing import actions as importing
from netcard.contacts.importing import mapping, rows, work
from netcard.contacts.importing.meetings import event_like, settled, told
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import Met, has_day
from netcard.database import db, new_id, now, writing
from netcard.events.models import Event
from tests.contacts.importing.test_import import PEOPLE, brought, count, names, words_of
from tests.contacts.test_book import contact_of
from tests.contacts.test_exporting import kept, table_of
from tests.contacts.test_pages import held, met
from tests.people import Person

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SECRETS = ("zebra finches", "a lantern", "P-77", "Fellow traveller", "the quiet corridor", "Congress")


def lived_in(app: Flask, ada: Person) -> None:
    """Ada's people: met three times, met once, starred, and never met."""
    congress = held(app, ada)
    margit = met(
        app, ada, "Margit Solheim", met_line=False, email="m@fjord.example", role="Fellow traveller",
        met_at=datetime(2024, 5, 3, 23, 30, tzinfo=UTC),
        discussed="the quiet corridor\r\n2020-01-01: not a day",
    )  # fmt: skip
    met(app, ada, "Amrit Lall", met_line=False, met_at=datetime(2025, 1, 2, 9, tzinfo=UTC), poster="P-77")
    kept(app, ada, b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Hana Watabe\r\nNOTE:on the card\r\nEND:VCARD\r\n")
    with app.app_context():
        with writing():
            contact = contact_of(ada, margit)
            actions.star(contact)
            for at, said in enumerate(("zebra finches", "once more")):
                moment = now() - timedelta(days=1, hours=at)
                again = Met(name="", met_at=moment, event_id=congress, poster="P-77", discussed=said,
                            promised="- a lantern\n= two", promised_by=date(2026, 12, 1))  # fmt: skip
                actions.meet_again(contact, again, encounter_id=new_id())
        db.session.remove()


def exported(owner: Person) -> bytes:
    return owner.client.get("/contacts/export.csv").data


def cards(app: Flask, owner: Person) -> str:
    with app.app_context():
        return b"".join(
            db.session.scalars(select(Contact.vcard).where(Contact.owner_id == owner.id))
        ).decode()


def encounters(app: Flask, owner: Person) -> list[Encounter]:
    with app.app_context():
        query = select(Encounter).where(Encounter.owner_id == owner.id).order_by(Encounter.met_at.desc())
        found = list(db.session.scalars(query))
        db.session.expunge_all()
        db.session.remove()
        return found


# --- out and in again -------------------------------------------------------------


def test_a_table_of_ours_brings_people_and_meetings_whole_into_another_account(
    app: Flask, ada: Person, ben: Person
) -> None:
    lived_in(app, ada)
    held(app, ben)
    ben.client.post(brought(ben, exported(ada)))

    by_name = lambda row: row["Name"]  # noqa: E731
    assert sorted(table_of(ben), key=by_name) == sorted(table_of(ada), key=by_name)
    assert len(encounters(app, ben)) == len(encounters(app, ada)) == 4
    ben.client.post(brought(ben, exported(ben)))
    assert len(encounters(app, ben)) == 4


def test_no_word_of_a_meeting_reaches_the_phone_by_an_import(app: Flask, ada: Person, ben: Person) -> None:
    lived_in(app, ada)
    ben.client.post(brought(ben, exported(ada)))

    assert "on the card" in cards(app, ben)
    for secret in SECRETS:
        assert secret in exported(ben).decode()
        assert secret not in cards(app, ben)
    assert cards(app, ben).count("NOTE") == 1


def test_an_event_that_is_not_there_is_kept_in_words_and_not_made(
    app: Flask, ada: Person, ben: Person
) -> None:
    lived_in(app, ada)
    address = brought(ben, exported(ada))
    shown = words_of(ben.client.get(address))
    assert "4 meetings come with them" in shown
    assert "Northern Cleft Congress" in shown
    ben.client.post(address)
    assert count(app, Event) == 1
    assert encounters(app, ben)[0].discussed == "At Northern Cleft Congress\nzebra finches"


def test_an_imported_meeting_is_found_and_goes_with_the_import(app: Flask, ada: Person) -> None:
    event = held(app, ada)
    address = brought(ada, "Name,Met on,Event,Discussed\nMargit,2026-11-20,northern cleft CONGRESS,zebra\n")
    ada.client.post(address)
    for page in ("/contacts?q=zebr", f"/contacts?event={event}"):
        assert "Margit" in ada.client.get(page).text, page
    ada.client.post(f"{address}/undo")
    for page in ("/contacts?q=zebr", f"/contacts?event={event}", "/offline/kept"):
        assert "Margit" not in ada.client.get(page).text, page
    ada.client.post(f"{address}/redo")
    assert "Margit" in ada.client.get("/contacts?q=zebr").text


def test_any_table_can_tell_of_meetings(app: Flask, ada: Person) -> None:
    data = (
        "Name,Met on,Event,Poster,What we talked about,I promised,Promised by,Starred\n"
        "Margit,13.11.2025,Hernia Days,P-1,zebra,a call,2026-12-01,yes\nAmrit,,,,,,,no\n"
    )
    ada.client.post(brought(ada, data))
    (one,) = encounters(app, ada)
    assert one.met_at.astimezone(VIENNA) == datetime(2025, 11, 13, 12, tzinfo=VIENNA)
    assert (one.met_offset, one.poster, one.discussed) == (60, "P-1", "At Hernia Days\nzebra")
    assert (one.promised, one.promised_by) == ("a call", date(2026, 12, 1))
    with app.app_context():
        starred = dict(db.session.execute(select(Contact.name, Contact.starred_at)).tuples().all())
    assert (bool(starred["Margit"]), starred["Amrit"]) == (True, None)
    assert "zebra" not in cards(app, ada)


def test_a_second_private_column_never_ends_in_the_card() -> None:
    columns = ["Event", "Congress", "Discussed", "Shoe size"]
    assert mapping.guess(columns, [["a"], ["b"], ["c"], ["38"]]) == [
        "met_event",
        "discussed",
        "discussed",
        "noted",
    ]
    problem = mapping.problem_of(["name", "poster", "poster"])
    assert problem
    assert "“What we talked about”" in problem
    made = rows.Reader(["Name", "Discussed", "Aside"], ["name", "discussed", "discussed"]).card(
        ["Margit", "zebra", "lions"], "urn:1"
    )
    assert made.meetings == (Meeting(discussed="zebra\nAside: lions"),)
    assert b"NOTE" not in made.data


# --- what a row says --------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meetings"),
    [
        ({}, ()),
        ({"met": "2025-11-13"}, (Meeting(date(2025, 11, 13)),)),
        ({"met": "2025-11-13 14:30"}, (Meeting(date(2025, 11, 13), discussed="Met on: 2025-11-13 14:30"),)),
        ({"met": "in May", "discussed": "x"}, (Meeting(discussed="Met on: in May\nx"),)),
        ({"promised": "x", "promised_by": "soon"}, (Meeting(promised="x\nPromised by: soon"),)),
        ({"earlier": "last year, twice"}, (Meeting(discussed="last year, twice"),)),
        ({"met": "2025-11-13", "first_met": "2025-11-13"}, (Meeting(date(2025, 11, 13)),)),
        (
            {"met": "2025-11-13", "first_met": "2019-01-02"},
            (Meeting(date(2025, 11, 13)), Meeting(date(2019, 1, 2))),
        ),
        ({"first_met": "long ago"}, (Meeting(discussed="First met: long ago"),)),
    ],
)
def test_nothing_a_row_tells_of_a_meeting_is_dropped(said: dict[str, str], meetings: tuple) -> None:
    assert told(said, None) == meetings


@pytest.mark.parametrize("day", [date(1890, 1, 1), date(2031, 1, 1)])
def test_a_day_that_cannot_be_one_stays_in_words(day: date) -> None:
    (row,) = settled([Meeting(day, discussed="x")], [], VIENNA, NOW)
    assert (has_day(row["met_at"]), row["discussed"]) == (False, f"Met on {day}\nx")


def test_what_a_column_has_no_room_for_stays_in_words() -> None:
    (row,) = settled([Meeting(poster="p" * 201, promised_by=date(1999, 1, 1))], [], VIENNA, NOW)
    assert (row["poster"], row["discussed"]) == ("", "Poster: " + "p" * 201)
    assert (row["promised"], row["promised_by"]) == ("By 1999-01-01", None)


def test_meetings_of_one_day_keep_their_order_and_none_is_still_to_come() -> None:
    rows = list(settled([Meeting(NOW.date()), Meeting(NOW.date()), Meeting(), Meeting()], [], VIENNA, NOW))
    moments = [row["met_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert [has_day(moment) for moment in moments] == [True, True, False, False]
    assert moments[0] == NOW


def test_of_a_congress_held_every_year_the_nearest_is_meant() -> None:
    years = [
        Event(name="Cleft  Congress", starts_on=date(year, 5, 1), ends_on=date(year, 5, 4))
        for year in (2026, 2025, 2024)
    ]
    for day, event in ((date(2025, 5, 2), years[1]), (date(2024, 6, 1), years[2]), (None, years[0])):
        assert event_like(years, Meeting(day, event="cleft congress")) is event
    assert event_like(years, Meeting(event="Cleft")) is None
    assert event_like(years, Meeting()) is None


# --- at the same instant ------------------------------------------------------------


def test_one_file_brought_twice_at_the_same_instant_adds_everyone_once(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked who is there before either adds, were the book not held from the look on."""
    runs = [UUID(brought(ada, PEOPLE).rsplit("/", 1)[-1]) for _ in range(2)]
    together, add_all = threading.Barrier(2), book.add_all

    def wait_for_the_other(*args):  # type: ignore[no-untyped-def]
        with suppress(threading.BrokenBarrierError):
            together.wait(1)
        add_all(*args)

    monkeypatch.setattr(importing.book, "add_all", wait_for_the_other)

    def bring(run_id: UUID) -> None:
        with app.app_context():
            work.carry_out(ada.id, run_id, alike=False)
            db.session.remove()

    threads = [threading.Thread(target=bring, args=(run_id,)) for run_id in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim"]
