"""The calendar feed: read by two other programs' parsers, secret, and silent about what is private."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
import vobject
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sqlalchemy_event

from netcard.contacts.models import Appointment, Contact
from netcard.database import db, new_id, now, writing
from netcard.events.models import Event
from netcard.followups import actions
from netcard.followups.feed.views import feed_of
from netcard.followups.models import FollowUp, PlanItem
from netcard.followups.queue import due_of, queue_of
from tests.followups.test_ground import VIENNA, capture
from tests.followups.test_plan import at_once
from tests.people import Person

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def new_year() -> Iterator[None]:
    """Everybody signs in before the days of these tests: a cookie of tomorrow is nobody's."""
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        yield


def address_of(owner: Person) -> str:
    found = re.search(r'<code id="feed-address"[^>]*>http://localhost(/[^<]+)</code>', page_of(owner))
    assert found
    return found[1]


def page_of(owner: Person) -> str:
    return owner.client.get("/settings/reminders").text


def entries(client: FlaskClient, address: str) -> dict[str, icalendar.Event]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert not calendar.errors
    return {str(entry["summary"]): entry for entry in calendar.walk("VEVENT")}


def test_each_follow_up_is_an_all_day_entry_with_whom_and_the_link(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    with time_machine.travel(NOON, tick=False):
        capture(ada, "Prof. Margit Solheim", 2)
        with app.app_context():
            (due,) = queue_of(ada.id, VIENNA, now()).coming
        (entry,) = entries(client, address_of(ada)).values()
    assert str(entry["summary"]) == "Write to Prof. Margit Solheim"
    assert entry["dtstart"].dt == date(2026, 11, 24)
    assert entry["dtend"].dt == date(2026, 11, 25)
    assert entry["dtstart"].params["VALUE"] == "DATE"
    assert str(entry["url"]) == str(entry["description"]) == f"http://localhost/followups/{due.id}"
    assert str(entry["uid"]) == f"{due.id}@netcard"
    assert (str(entry["transp"]), str(entry["class"]), entry["sequence"]) == ("TRANSPARENT", "PRIVATE", 0)
    assert {"DTSTAMP", "LAST-MODIFIED"} <= entry.keys()


def test_what_was_said_promised_and_noted_stays_out(app: Flask, client: FlaskClient, ada: Person) -> None:
    capture(ada, "Margit", 4, discussed="fewer fistulas", promised="the speech scale", tags="mentor",
            institution="Fjordside", poster="P-114", email="m@fjordside.example")  # fmt: skip
    text = client.get(address_of(ada)).text
    for private in ("fistulas", "scale", "mentor", "Fjordside", "P-114", "fjordside"):
        assert private not in text


def test_promises_agreed_meetings_and_things_to_do_stand_on_their_day(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    with time_machine.travel(NOON, tick=False):
        capture(ada, "Margit", 60)
        with app.app_context(), writing():
            contact = db.session.query(Contact).one()
            congress = Event(owner_id=ada.id, id=new_id(), name="Congress",
                             starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 3))  # fmt: skip
            db.session.add(congress)
            db.session.flush()
            db.session.add_all(
                [
                    FollowUp(owner_id=ada.id, id=new_id(), contact_id=contact.id, kind="promise",
                             about="the scale", due_on=date(2026, 12, 1)),
                    Appointment(owner_id=ada.id, id=new_id(), contact_id=contact.id, what="Call",
                                starts_at=datetime(2026, 12, 2, 13, 0, tzinfo=UTC), questions="secret"),
                    PlanItem(owner_id=ada.id, id=new_id(), event_id=congress.id, kind="todo",
                             title="Travel grant", day=date(2027, 1, 15), why="because"),
                    PlanItem(owner_id=ada.id, id=new_id(), event_id=congress.id, kind="person",
                             title="Margit", contact_id=contact.id, why="her series"),
                ]
            )  # fmt: skip
        found = entries(client, address_of(ada))
    assert {summary: entry["dtstart"].dt for summary, entry in found.items()} == {
        "A promise to Margit": date(2026, 12, 1),
        "Call with Margit, 14:00": date(2026, 12, 2),
        "Travel grant": date(2027, 1, 15),
        "Write to Margit": date(2027, 2, 8),
    }


def test_what_is_overdue_stays_on_its_own_day_and_what_is_over_goes(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    with time_machine.travel(NOON, tick=False):
        capture(ada, "Late", 12)
        address = address_of(ada)
        assert entries(client, address)["Write to Late"]["dtstart"].dt == date(2026, 11, 14)
        with app.app_context():
            (due,) = queue_of(ada.id, VIENNA, now()).overdue
            with writing():
                actions.sent(due_of(ada.id, due.id, VIENNA), text="Dear", how="mail")
        assert entries(client, address) == {}


def test_put_off_the_same_entry_moves_with_a_higher_number(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    with time_machine.travel(NOON, tick=False):
        capture(ada, "Margit", 4)
        address = address_of(ada)
        before = entries(client, address)["Write to Margit"]
        with app.app_context():
            (due,) = queue_of(ada.id, VIENNA, now()).due
            with writing():
                actions.snooze(due_of(ada.id, due.id, VIENNA), date(2026, 12, 4))
        after = entries(client, address)["Write to Margit"]
    assert before["uid"] == after["uid"]
    assert after["dtstart"].dt == date(2026, 12, 4)
    assert after["sequence"] > before["sequence"]


@pytest.mark.parametrize(
    "name",
    [
        "Univ.-Prof. Dr. med. habil. Maximiliane-Theodora von Hohenlohe-Waldenburg-Schillingsfürst " * 2,
        "د. ليلى عبد الرحمن الخطيب من مستشفى الملك فيصل التخصصي في الرياض الأستاذة المشاركة",
        "山田太郎" * 30,
        'Semi; comma, back\\slash "quoted" :colon',
        "👩🏽‍⚕️" * 20,
    ],
)
def test_long_and_odd_names_come_through_folded_lines(client: FlaskClient, ada: Person, name: str) -> None:
    capture(ada, name[:190].strip(), 4)
    data = client.get(address_of(ada)).data
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    data.decode()
    wanted = "Write to " + " ".join(name[:190].split())
    (ours,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(ours["summary"]) == wanted
    theirs = vobject.readOne(data.decode())
    assert theirs.vevent.summary.value == wanted
    assert isinstance(theirs.vevent.dtstart.value, date)


def test_the_calendar_says_its_name_and_how_often_to_ask(client: FlaskClient, ada: Person) -> None:
    answer = client.get(address_of(ada))
    calendar = icalendar.Calendar.from_ical(answer.data)
    assert str(calendar["version"]) == "2.0"
    assert calendar["prodid"]
    assert str(calendar["x-wr-calname"]) == str(calendar["name"]) == "netcard follow-ups"
    assert calendar["refresh-interval"].dt == timedelta(hours=1)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in answer.data
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in answer.data
    assert vobject.readOne(answer.text).name == "VCALENDAR"


def test_the_feed_asks_no_cookie_sets_none_and_tells_no_search_engine(
    client: FlaskClient, ada: Person
) -> None:
    address = address_of(ada)
    for reader in (client, ada.client):
        answer = reader.get(address)
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.get(address).data == ada.client.get(address).data


def test_unchanged_it_is_not_sent_again(client: FlaskClient, ada: Person) -> None:
    capture(ada, "Margit", 4)
    address = address_of(ada)
    first = client.get(address)
    same = {"If-None-Match": first.headers["ETag"]}
    again = client.get(address, headers=same)
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    capture(ada, "Another", 4)
    assert client.get(address, headers=same).status_code == 200
    assert client.post(address).status_code == 405


def test_a_new_address_ends_the_old_one_at_once(client: FlaskClient, ada: Person) -> None:
    old = address_of(ada)
    assert ada.client.post("/followups/feed/rotate", data={"back": "/settings/reminders"}).location == (
        "/settings/reminders#feed"
    )
    new = address_of(ada)
    assert new != old
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_new_address_asked_for_thrice_at_once_is_given(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    old = address_of(ada)
    assert at_once(app, ada, "/followups/feed/rotate") == [303] * 3
    assert client.get(old).status_code == 404
    assert client.get(address_of(ada)).status_code == 200


def test_switched_off_there_is_nothing_until_it_is_on_again(client: FlaskClient, ada: Person) -> None:
    address = address_of(ada)
    assert ada.client.post("/followups/feed/off").status_code == 303
    assert client.get(address).status_code == 404
    assert "feed-address" not in page_of(ada)
    assert ada.client.post("/followups/feed/on").status_code == 303
    assert client.get(address).status_code == 200


def test_only_its_owner_changes_a_feed_and_each_has_one_of_their_own(
    client: FlaskClient, ada: Person, ben: Person
) -> None:
    capture(ada, "Margit", 4)
    hers, his = address_of(ada), address_of(ben)
    assert hers != his
    assert "Margit" not in client.get(his).text
    ben.client.post("/followups/feed/rotate")
    ben.client.post("/followups/feed/off")
    for act in ("rotate", "off", "on"):
        assert client.post(f"/followups/feed/{act}").status_code == 303
        assert ada.client.get(f"/followups/feed/{act}").status_code in (404, 405)
    assert client.get(hers).status_code == 200


def test_an_address_that_is_almost_right_is_nothing(client: FlaskClient, ada: Person, ben: Person) -> None:
    secret = address_of(ada).removeprefix("/followups/feed/").removesuffix(".ics")
    other = address_of(ben).removeprefix("/followups/feed/").removesuffix(".ics")
    wrong = [
        secret[:-1], secret + "A", secret + "=", secret.swapcase(), secret[:22] + other[22:],
        secret[:30] + ("A" if secret[30] != "A" else "B") + secret[31:], "", "x", "é" * 20, "%00", "=" * 20,
        secret[:-1] + chr(ord(secret[-1]) ^ 1), other[:22] + secret[22:],
    ]  # fmt: skip
    for each in wrong:
        answer = client.get(f"/followups/feed/{each}.ics")
        assert answer.status_code == 404, each
        assert "Set-Cookie" not in answer.headers


def test_reading_writes_nothing_and_asks_the_same_however_much_is_due(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    address = address_of(ada)

    def statements() -> list[str]:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_c: object, _cu: object, statement: str, *_: object) -> None:
            seen.append(statement)

        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        client.get(address)
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        return seen

    few = statements()
    with app.app_context(), writing():
        events = [Event(owner_id=ada.id, id=new_id(), name=f"E{n}", starts_on=date(2026, 1, 1),
                        ends_on=date(2026, 12, 31)) for n in range(6)]  # fmt: skip
        db.session.add_all(events)
        ids = [str(each.id) for each in events]
    for number in range(6):
        capture(ada, f"Person {number}", 4, event=ids[number])
    many = statements()
    assert len(many) == len(few), "\n".join(many)
    assert not any(re.match(r"\s*(INSERT|UPDATE|DELETE)", statement) for statement in many)


def test_the_address_is_the_servers_own_and_can_be_subscribed_to(app: Flask, ada: Person) -> None:
    with app.test_request_context():
        feed = feed_of(ada.id)
    assert feed.webcal.startswith("webcal://localhost/followups/feed/")
    assert feed.webcal in page_of(ada)
    assert len(feed.address.rsplit("/")[-1]) >= 16 * 4 // 3 + 22


def test_an_hour_is_the_owners(app: Flask, client: FlaskClient, ada: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        capture(ada, "Margit", 60)
        with app.app_context(), writing():
            contact = db.session.query(Contact).one()
            late = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)
            db.session.add(Appointment(owner_id=ada.id, id=new_id(), contact_id=contact.id, what="Call",
                                       starts_at=late))  # fmt: skip
        entry = entries(client, address_of(ada))["Call with Margit, 00:30"]
    assert entry["dtstart"].dt == late.astimezone(ZoneInfo("Europe/Vienna")).date() == date(2026, 12, 3)
