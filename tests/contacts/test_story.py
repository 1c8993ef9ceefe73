"""The order of a story, and what each thing in it is called."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from netcard.contacts.models import Appointment, Encounter, Exchange
from netcard.contacts.rules import NO_DAY
from netcard.contacts.story import SHORT, Entry, story_of
from netcard.database import new_id
from netcard.events.models import Event

VIENNA = ZoneInfo("Europe/Vienna")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)

Row = Encounter | Exchange | Appointment


def met(at: datetime, event: Event | None = None, noted: datetime = NOON) -> Encounter:
    return Encounter(id=new_id(), met_at=at, created_at=noted, event=event)


def message(kind: str, at: datetime, noted: datetime = NOON, **more: str) -> Exchange:
    return Exchange(id=new_id(), kind=kind, at=at, created_at=noted, **{"text": "", "subject": ""} | more)


def agreed(at: datetime, what: str = "Coffee", **more: object) -> Appointment:
    return Appointment(id=new_id(), what=what, starts_at=at, created_at=NOON, **more)


def congress(first: date) -> Event:
    return Event(id=new_id(), name="the congress", starts_on=first, ends_on=first + DAY)


def told(*rows: Row) -> list[Entry]:
    return story_of(
        [row for row in rows if isinstance(row, Encounter)],
        [row for row in rows if isinstance(row, Exchange)],
        [row for row in rows if isinstance(row, Appointment)],
        VIENNA,
    )


def words(*rows: Row) -> list[str]:
    return [entry.words for entry in told(*rows)]


def test_the_latest_comes_first_and_what_is_agreed_on_before_all() -> None:
    event = congress(date(2026, 11, 19))
    story = words(
        message("wrote", NOON - 20 * DAY),
        met(NOON - 3 * DAY, event),
        message("answered", NOON - 18 * DAY),
        met(NOON),
        agreed(NOON + 5 * DAY, "Fifteen minutes"),
        message("wrote", NOON + timedelta(hours=1)),
        agreed(NOON - 9 * DAY, "Call", called_off_at=NOON - 10 * DAY),
    )
    assert story == [
        "Fifteen minutes",
        "You wrote",
        "Met again",
        "Met at the congress",
        "Called off: Call",
        "They answered",
        "You wrote before the congress",
    ]


def test_what_is_open_stays_on_top_until_its_end_is_told() -> None:
    """Its time is over, but nobody said how it went."""
    assert words(met(NOON), agreed(NOON - 2 * DAY, "Past"), agreed(NOON + DAY, "Coming")) == [
        "Coming",
        "Past",
        "Met",
    ]


def test_a_held_meeting_stands_once_under_the_name_it_was_agreed_by() -> None:
    talk = met(NOON)
    story = told(met(NOON - DAY), talk, agreed(NOON - timedelta(hours=1), "Call", encounter_id=talk.id))
    assert [(entry.words, entry.at, entry.open) for entry in story] == [
        ("Call", NOON, False),
        ("Met", NOON - DAY, False),
    ]


def test_of_one_moment_the_last_noted_comes_first_however_they_were_read() -> None:
    rows = [  # their ids say the contrary: a phone makes them when it likes
        met(NOON, noted=NOON + 2 * DAY),
        message("answered", NOON, noted=NOON + DAY),
        message("wrote", NOON, noted=NOON),
    ]
    for order in permutations(rows):
        assert words(*order) == ["Met", "They answered", "You wrote"]


def test_of_one_moment_and_noted_at_once_the_order_is_always_the_same() -> None:
    rows = [message("wrote", NOON, text=str(number)) for number in range(4)]
    first = [entry.exchange for entry in told(*rows)]
    for order in permutations(rows):
        assert [entry.exchange for entry in told(*order)] == first


def test_meetings_whose_day_is_not_known_come_last_and_are_no_return() -> None:
    unknown = [met(NO_DAY + DAY - timedelta(seconds=number)) for number in range(2)]
    story = told(*unknown, met(NOON), message("wrote", datetime(1950, 1, 2, tzinfo=UTC)))
    assert [entry.words for entry in story] == ["Met again", "You wrote", "Met", "Met"]
    assert [entry.encounter for entry in story[2:]] == unknown


@pytest.mark.parametrize(
    ("days_before", "heading"),
    [
        (0, "You wrote"),  # on its first day: no more before it
        (1, "You wrote before the congress"),
        (60, "You wrote before the congress"),
        (61, "You wrote"),
    ],
)
def test_a_message_was_before_the_event_only_in_the_weeks_before_it(days_before: int, heading: str) -> None:
    event = congress(date(2026, 11, 20))
    at = datetime(2026, 11, 20, 8, tzinfo=UTC) - days_before * DAY
    assert words(message("wrote", at), met(NOON, event))[-1] == heading
    assert words(message("answered", at), met(NOON, event))[-1] == "They answered"


def test_the_night_before_an_event_is_the_owners() -> None:
    """Half past eleven in the evening in London is the congress's first day in Vienna."""
    event = congress(date(2026, 11, 20))
    late = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    assert words(message("wrote", late), met(NOON, event))[-1] == "You wrote"


def test_a_meeting_between_takes_the_message_from_a_later_event() -> None:
    event = congress(date(2026, 11, 20))
    story = words(message("wrote", NOON - 9 * DAY), met(NOON - 8 * DAY), met(NOON, event))
    assert story[-1] == "You wrote"


def test_a_long_message_is_folded_and_a_word_is_not() -> None:
    texts = ("Thanks", "x" * SHORT, "x" * (SHORT + 1), "Dear M\n\nThanks")
    story = [told(message("wrote", NOON, text=text))[0].folded for text in texts]
    assert story == [False, False, True, True]


def test_nothing_tells_nothing() -> None:
    assert told() == []
