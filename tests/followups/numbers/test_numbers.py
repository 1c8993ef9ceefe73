"""People met, written to and answered, follow-ups kept: counted right, for their owner alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event as listening

from netcard import vcard
from netcard.contacts import actions as contacts
from netcard.contacts import book, exchanges
from netcard.contacts.merging import actions as merging
from netcard.contacts.merging.actions import Agreed
from netcard.contacts.models import Encounter, Exchange
from netcard.contacts.rules import NO_DAY, Met
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.events.queries import event_of
from netcard.followups import actions
from netcard.followups.kept import kept_this_year
from netcard.followups.models import FollowUp, PlanItem, Reminding, Rhythm
from netcard.followups.numbers.counting import Reach, months_of, reach_by_event
from netcard.followups.numbers.looking_back import Afterwards, afterwards
from netcard.followups.queue import due_of
from tests.contacts.test_book import contact_of, meet
from tests.events.test_events import held
from tests.people import Person

VIENNA = ZoneInfo("Europe/Vienna")
TODAY = datetime(2026, 11, 30, 12, tzinfo=VIENNA)


@pytest.fixture(autouse=True)
def world(app: Flask) -> Iterator[None]:
    """The last day of November, inside the application."""
    with time_machine.travel(TODAY, tick=False), app.app_context():
        yield
        db.session.remove()


def at(day: int, hour: int = 12, minute: int = 0, zone: str = "Europe/Vienna", month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def congress(owner: Person, first: str = "2026-11-19", last: str = "2026-11-22", **more: str) -> UUID:
    return held(owner, "Congress", first, last, **more)


def note(owner: Person, contact_id: UUID, kind: str, moment: datetime) -> UUID:
    with writing():
        return exchanges.note(contact_of(owner, contact_id), kind, at=moment).id  # type: ignore[arg-type]


def again(owner: Person, contact_id: UUID, **more) -> UUID:
    with writing():
        met = Met(name="", **more)
        return contacts.meet_again(contact_of(owner, contact_id), met, encounter_id=new_id()).id


def meeting_of(owner: Person, contact_id: UUID) -> UUID:
    return db.session.query(Encounter.id).filter_by(owner_id=owner.id, contact_id=contact_id).one()[0]


def act(owner: Person, due_id: UUID, what, *more, moment: datetime | None = None) -> None:
    with time_machine.travel(moment or now(), tick=False), writing():
        what(due_of(owner.id, due_id, VIENNA), *more)


def seen(owner: Person, event_id: UUID) -> Afterwards:
    return afterwards(owner.id, event_of(owner.id, event_id), VIENNA, now())


def reach(owner: Person) -> dict[str, Reach]:
    return {event.name: reach for event, reach in reach_by_event(owner.id, VIENNA, now())}


def month(owner: Person, first: date = date(2026, 11, 1)) -> tuple[int, int]:
    [found] = [month for month in months_of(owner.id, VIENNA, now()) if month.first == first]
    return found.met, found.kept


def a_noisy_neighbour(ben: Person) -> None:
    """Ben did all of it too, on the same days."""
    theirs = congress(ben)
    who = meet(ben, met_at=at(19), event_id=theirs, promised="the scale")
    note(ben, who, "wrote", at(20))
    note(ben, who, "answered", at(21))
    act(ben, meeting_of(ben, who), actions.done)


# --- written and answered -----------------------------------------------------


def test_written_is_from_the_meeting_to_the_last_day_of_its_window_in_the_owners_zone(
    ada: Person, ben: Person
) -> None:
    a_noisy_neighbour(ben)
    here = congress(ada)
    meet(ada, "Met before them", met_at=at(18), event_id=here)
    for name, moment in {
        "A minute before": at(19, 11, 59),
        "At once": at(19, 12, 0),
        "The last minute": at(26, 23, 59),
        "Too late": at(27, 0, 0),
    }.items():
        note(ada, meet(ada, name, met_at=at(19), event_id=here), "wrote", moment)
    assert reach(ada) == {"Congress": Reach(met=5, written=2, answered=0, in_time=0)}
    assert seen(ada, here).reach == reach(ada)["Congress"]


def test_the_window_is_the_owners_to_choose(ada: Person) -> None:
    here = congress(ada)
    note(ada, meet(ada, met_at=at(19), event_id=here), "wrote", at(29, 23, 59))
    assert reach(ada)["Congress"].written == 0
    with writing():
        db.session.add(Reminding(owner_id=ada.id, id=ada.id, late_after=10))
    assert reach(ada)["Congress"].written == 1
    assert seen(ada, here).late_after == 10


def test_answered_is_any_time_after_the_meeting_and_not_before(ada: Person) -> None:
    here = congress(ada)
    meet(ada, "Met before them", met_at=at(18), event_id=here)
    for name, moment in {"Before": at(19, 11), "After": at(30, 11)}.items():
        note(ada, meet(ada, name, met_at=at(19), event_id=here), "answered", moment)
    assert reach(ada)["Congress"] == Reach(met=3, written=0, answered=1, in_time=0)


def test_whoever_can_still_be_written_to_is_not_counted_as_missed(ada: Person) -> None:
    here = congress(ada, "2026-11-20", "2026-11-30")
    for day in (22, 23, 30):
        meet(ada, f"Met on {day}", met_at=at(day, 8), event_id=here)
    assert reach(ada)["Congress"] == Reach(met=3, written=0, answered=0, in_time=2)


def test_somebody_met_twice_counts_once_and_either_meeting_may_be_written_about(ada: Person) -> None:
    here = congress(ada)
    who = meet(ada, met_at=at(12), event_id=here)
    again(ada, who, met_at=at(22), event_id=here)
    note(ada, who, "wrote", at(28))
    note(ada, who, "answered", at(13))
    assert reach(ada)["Congress"] == Reach(met=1, written=1, answered=1)


def test_a_meeting_without_a_day_counts_as_met_and_as_nothing_else(ada: Person) -> None:
    here = congress(ada)
    who = meet(ada, met_at=NO_DAY, event_id=here)
    note(ada, who, "wrote", at(20))
    note(ada, who, "answered", at(21))
    assert reach(ada)["Congress"] == Reach(met=1)
    assert month(ada) == (0, 0)
    assert (seen(ada, here).days.undated, seen(ada, here).people[0].first) == (1, False)


def test_what_was_removed_does_not_count(ada: Person) -> None:
    here = congress(ada)
    gone, stays = meet(ada, "Gone", met_at=at(19), event_id=here), meet(ada, "Stays", met_at=at(1))
    taken_back = again(ada, stays, met_at=at(19), event_id=here)
    written = note(ada, gone, "wrote", at(20))
    with writing():
        contacts.remove_encounter(contact_of(ada, stays), db.session.get(Encounter, (ada.id, taken_back)))
    assert reach(ada)["Congress"] == Reach(met=1, written=1)
    with writing():
        exchanges.remove(contact_of(ada, gone), db.session.get(Exchange, (ada.id, written)))
    assert reach(ada)["Congress"] == Reach(met=1)
    with writing():
        book.remove(contact_of(ada, gone))
    assert reach(ada)["Congress"] == Reach()
    assert seen(ada, here).people == ()
    assert month(ada) == (1, 0)
    with writing():
        events.remove(event_of(ada.id, here))
    assert reach(ada) == {}


def test_people_who_became_one_count_once(ada: Person) -> None:
    here = congress(ada)
    kept = meet(ada, "One", met_at=at(19), event_id=here)
    gone = meet(ada, "Other", met_at=at(20), event_id=here)
    note(ada, gone, "wrote", at(21))
    one, other = contact_of(ada, kept), contact_of(ada, gone)
    with writing():
        merging.merge(one, other, Agreed(one.etag, other.etag, vcard.parse(one.vcard), ""))
    assert reach(ada)["Congress"] == Reach(met=1, written=1)
    [person] = seen(ada, here).people
    assert (person.contact.id, len(person.meetings)) == (kept, 2)


def test_events_stand_newest_first_and_those_to_come_wait_for_somebody_met(ada: Person) -> None:
    held(ada, "Past", "2026-10-01")
    held(ada, "To come", "2027-01-01")
    early = held(ada, "Met early", "2027-02-01")
    held(ada, "Begun there", "2026-12-01", time_zone="Pacific/Auckland")
    held(ada, "Tomorrow", "2026-12-01")
    meet(ada, met_at=at(20), event_id=early)
    assert list(reach(ada)) == ["Met early", "Begun there", "Past"]


# --- over time ----------------------------------------------------------------


def test_a_person_counts_once_in_each_month_of_the_owners_calendar(ada: Person, ben: Person) -> None:
    a_noisy_neighbour(ben)
    who = meet(ada, met_at=datetime(2026, 10, 31, 22, 59, tzinfo=UTC))  # an hour before November in Vienna
    assert (month(ada, date(2026, 10, 1)), month(ada)) == ((1, 0), (0, 0))
    again(ada, who, met_at=datetime(2026, 10, 31, 23, 0, tzinfo=UTC))
    again(ada, who, met_at=at(5))
    assert (month(ada, date(2026, 10, 1)), month(ada)) == ((1, 0), (1, 0))


def test_there_are_twelve_months_and_what_is_older_is_left_out(ada: Person) -> None:
    meet(ada, met_at=datetime(2025, 11, 30, 22, tzinfo=UTC))
    months = months_of(ada.id, VIENNA, now())
    assert [months[0].first, months[-1].first, len(months)] == [date(2025, 12, 1), date(2026, 11, 1), 12]
    assert {(one.met, one.kept) for one in months} == {(0, 0)}


def test_kept_is_what_was_sent_answered_or_done_and_not_what_was_let_go(ada: Person, ben: Person) -> None:
    a_noisy_neighbour(ben)
    ways = {
        "Sent": actions.sent,
        "Answered": actions.answered,
        "Done": actions.done,
        "Let go": actions.let_go,
    }
    for name, way in ways.items():
        act(ada, meeting_of(ada, meet(ada, name, met_at=at(20))), way, moment=at(27))
    meet(ada, "Open", met_at=at(20))
    assert month(ada) == (5, 3)


def test_kept_is_counted_in_the_month_it_was_done_in_the_owners_calendar(ada: Person) -> None:
    for name, moment in {"October": at(31, 23, 59, month=10), "November": at(1, 0, 0)}.items():
        act(ada, meeting_of(ada, meet(ada, name, met_at=at(20, month=10))), actions.sent, moment=moment)
    assert (month(ada, date(2026, 10, 1)), month(ada)) == ((2, 1), (0, 1))


def test_a_promise_by_itself_counts_and_one_taken_back_does_not(ada: Person) -> None:
    who = meet(ada, met_at=at(1, month=2))
    for deleted_at in (None, at(21)):
        with writing():
            promise = FollowUp(
                owner_id=ada.id, contact_id=who, kind="promise", about="it", due_on=date(2026, 11, 20),
                closed_at=at(20), outcome="done", deleted_at=deleted_at,
            )  # fmt: skip
            db.session.add(promise)
    assert month(ada) == (0, 1)


def test_each_round_of_a_rhythm_counts_where_it_was_written(ada: Person) -> None:
    who = meet(ada, met_at=at(1, month=2))
    with writing():
        rhythm = Rhythm(owner_id=ada.id, contact_id=who, months=1, begun_at=at(1, month=2))
        db.session.add(rhythm)
        db.session.flush()
        rhythm_id = rhythm.id
    for month_number in (9, 10, 11):
        act(ada, rhythm_id, actions.sent, moment=at(5, month=month_number))
    assert [month(ada, date(2026, number, 1)) for number in (9, 10, 11)] == [(0, 1)] * 3


def test_a_thing_to_do_counts_while_its_event_is_there(ada: Person, ben: Person) -> None:
    here = congress(ada)
    with writing():
        for kind, deleted_at in (("todo", None), ("todo", at(11)), ("session", None)):
            db.session.add(
                PlanItem(
                    owner_id=ada.id,
                    event_id=here,
                    kind=kind,
                    title="Register",
                    done_at=at(10),
                    deleted_at=deleted_at,
                )
            )
    assert month(ada) == (0, 1)
    with writing():
        events.remove(event_of(ada.id, here))
    assert month(ada) == (0, 0)


def test_the_months_of_this_year_sum_up_to_what_was_kept_this_year(ada: Person) -> None:
    for number in range(1, 8):
        met_at = at(1, month=number)
        due_id = meeting_of(ada, meet(ada, f"Number {number}", met_at=met_at))
        act(ada, due_id, actions.sent, moment=at(28, month=number))
    months = [one.kept for one in months_of(ada.id, VIENNA, now()) if one.first.year == 2026]
    assert sum(months) == kept_this_year(ada.id, VIENNA, now()) == 7


def test_kept_goes_with_the_person_and_the_meeting(ada: Person) -> None:
    who = meet(ada, met_at=at(20))
    other = meet(ada, "Other", met_at=at(20))
    meeting = meeting_of(ada, who)
    for contact in (who, other):
        act(ada, meeting_of(ada, contact), actions.sent, moment=at(24))
    assert month(ada) == (2, 2)
    with writing():
        contacts.remove_encounter(contact_of(ada, who), db.session.get(Encounter, (ada.id, meeting)))
    assert month(ada) == (1, 1)
    with writing():
        book.remove(contact_of(ada, other))
    assert month(ada) == (0, 0)


# --- met for the first time -----------------------------------------------------


def test_first_met_here_is_whoever_was_met_nowhere_before(ada: Person, ben: Person) -> None:
    here = congress(ada)
    known, new, taken_back = (
        meet(ada, name, met_at=at(day, month=10)) if day else meet(ada, name, met_at=at(19), event_id=here)
        for name, day in (("Known", 1), ("New", 0), ("Met before by mistake", 2))
    )
    mistake = meeting_of(ada, taken_back)
    for who in (known, taken_back):
        again(ada, who, met_at=at(20), event_id=here)
    again(ada, new, met_at=at(25))
    with writing():
        contacts.remove_encounter(contact_of(ada, taken_back), db.session.get(Encounter, (ada.id, mistake)))
    the_same_id_is_bens_too(ben, new)
    first = {person.contact.name: person.first for person in seen(ada, here).people}
    assert first == {"Known": False, "New": True, "Met before by mistake": True}


def the_same_id_is_bens_too(ben: Person, contact_id: UUID) -> None:
    """Ids are unique to an owner, not to everybody."""
    with writing():
        card = vcard.compose(uid="twin", full_name="Ben's", rev=now())
        contact = book.add(ben.id, card, contact_id=contact_id, role="", met_at=at(1), said=())
        db.session.flush()
        db.session.add(Encounter(owner_id=ben.id, contact_id=contact.id, met_at=at(1)))


# --- the days -----------------------------------------------------------------


def counts(owner: Person, event_id: UUID) -> list[int]:
    return [people for _, people in seen(owner, event_id).days.counted]


def test_every_day_of_an_event_is_there_and_other_days_are_counted_apart(ada: Person, ben: Person) -> None:
    a_noisy_neighbour(ben)
    here = congress(ada)
    for day in (18, 19, 19, 22, 23, 24):
        meet(ada, f"Met on {day}", met_at=at(day), event_id=here)
    meet(ada, "Met elsewhere", met_at=at(20))
    days = seen(ada, here).days
    assert (counts(ada, here), days.elsewhen, days.unit) == ([2, 0, 0, 1], 3, "Day")


def test_a_person_counts_once_a_day_and_on_each_day(ada: Person) -> None:
    here = congress(ada)
    who = meet(ada, met_at=at(19, 9), event_id=here)
    again(ada, who, met_at=at(19, 17), event_id=here)
    again(ada, who, met_at=at(21), event_id=here)
    assert counts(ada, here) == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(19, 23, 30, "Asia/Tokyo"), [1, 0]),  # 15:30 in Vienna
        (at(20, 0, 30, "Asia/Tokyo"), [0, 1]),  # still the nineteenth in Vienna
        (at(20, 23, 59, "Asia/Tokyo"), [0, 1]),
        (at(21, 0, 0, "Asia/Tokyo"), [0, 0]),
    ],
)
def test_days_are_those_of_the_place(ada: Person, moment: datetime, expected: list[int]) -> None:
    here = congress(ada, "2026-11-19", "2026-11-20", time_zone="Asia/Tokyo")
    meet(ada, met_at=moment, event_id=here)
    assert counts(ada, here) == expected
    assert seen(ada, here).days.elsewhen == 1 - sum(expected)


def test_a_rotation_is_shown_by_week_and_a_year_by_month(ada: Person) -> None:
    weeks = held(ada, "Rotation", "2026-11-02", "2026-11-29")
    months = held(ada, "Fellowship", "2026-01-15", "2027-01-14")
    for event_id in (weeks, months):
        meet(ada, met_at=at(9), event_id=event_id)
        meet(ada, met_at=at(15, 23), event_id=event_id)
    assert (counts(ada, weeks), seen(ada, weeks).days.unit) == ([0, 2, 0, 0], "Week")
    assert (counts(ada, months), seen(ada, months).days.unit) == ([0] * 10 + [2, 0, 0], "Month")


# --- few questions ------------------------------------------------------------


def test_looking_back_asks_no_more_for_more_people(ada: Person) -> None:
    here = congress(ada)

    def asked() -> int:
        db.session.expire_all()
        said: list[str] = []

        def heard(connection, cursor, statement, *_more) -> None:
            said.append(statement)

        listening.listen(db.engine, "before_cursor_execute", heard)
        try:
            seen(ada, here)
            reach(ada)
            month(ada)
        finally:
            listening.remove(db.engine, "before_cursor_execute", heard)
        return len([one for one in said if one.startswith("SELECT")])

    meet(ada, "First", met_at=at(19), event_id=here, promised="it")
    few = asked()
    for number in range(8):
        note(ada, meet(ada, f"Number {number}", met_at=at(20), event_id=here, promised="it"), "wrote", at(21))
    assert asked() == few <= 16
