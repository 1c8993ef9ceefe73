"""Days at a place, as pure functions of values."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeVar
from urllib.parse import urlsplit

from netcard.accounts.rules import zone

KINDS = {
    "conference": "Conference",
    "rotation": "Rotation",
    "interview": "Interview day",
    "other": "Other",
}
"""What an event can be, and what it is called."""

CALLED = {"rotation": "rotation", "interview": "interview day", "other": "event"}
"""A kind in the middle of a sentence; a conference is what most are."""

USUAL = "conference"

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

NAME, PLACE, LINK = 200, 200, 500

CHOSEN_FOR = timedelta(hours=18)
"""How long "I am here" holds: a long day and its evening, not the next morning."""

LONGEST = timedelta(days=3 * 366)
"""A rotation or a fellowship is an event too."""

Phase = Literal["coming", "here", "past"]


class Days(Protocol):
    """Whatever has days at a place."""

    starts_on: date
    ends_on: date
    time_zone: str


Held = TypeVar("Held", bound=Days)


def called(kind: str) -> str:
    """What an event of a kind is called in a sentence: "Remove this conference"."""
    return CALLED.get(kind, "conference")


def phase(event: Days, moment: datetime) -> Phase:
    """Whether its days are to come, hold the moment, or are over, as the place counts them."""
    today = moment.astimezone(zone(event.time_zone)).date()
    if today < event.starts_on:
        return "coming"
    return "here" if today <= event.ends_on else "past"


def by_phase(events: Iterable[Held], here: Held | None, moment: datetime) -> list[tuple[str, list[Held]]]:
    """Events under the headings of the list, those nearest to the moment first: where the owner is and
    what is on, what comes, and what is over by its year. `here` may be one whose days say otherwise."""
    on: list[Held] = []
    coming: list[Held] = []
    past: dict[int, list[Held]] = {}
    for event in sorted(events, key=lambda event: (event.starts_on, event.ends_on)):
        found = phase(event, moment)
        if event is here or found == "here":
            on.append(event)
        elif found == "coming":
            coming.append(event)
        else:
            past.setdefault(event.ends_on.year, []).append(event)
    on.sort(key=lambda event: event is not here)
    years = [(str(year), past[year][::-1]) for year in sorted(past, reverse=True)]
    return [part for part in (("Here now", on), ("Coming", coming)) if part[1]] + years


def is_on(starts_on: date, ends_on: date, time_zone: str, moment: datetime) -> bool:
    """Whether the moment falls on one of the days, as the place counts them."""
    return starts_on <= moment.astimezone(zone(time_zone)).date() <= ends_on


def is_chosen(chosen_at: datetime | None, moment: datetime) -> bool:
    """Whether a choice still holds."""
    return chosen_at is not None and chosen_at <= moment < chosen_at + CHOSEN_FOR


def dates_problems(starts_on: date, ends_on: date) -> dict[str, str]:
    """What is wrong with an event's days: a sentence for each field."""
    problems = {}
    if not 1950 <= starts_on.year <= 2100:
        problems["starts_on"] = "This year is too far away."
    if ends_on < starts_on:
        problems["ends_on"] = "It ends before it begins. Swap the two days?"
    elif ends_on - starts_on > LONGEST:
        problems["ends_on"] = "This is longer than three years. Look at the year."
    return problems


def safe_link(text: str) -> str | None:
    """An https address out of what was typed; None where it is none."""
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if (
        parts.scheme.lower() not in {"http", "https"}
        or parts.username
        or parts.password
        or port not in {None, 80, 443}
    ):
        return None
    if "." not in host.strip(".") or any(char.isspace() or char in "<>\"'\\" for char in text):
        return None
    return parts._replace(scheme="https", netloc=host).geturl()


def span(starts_on: date, ends_on: date) -> str:
    """The days of an event in words: 19–22 November 2026, 30 November – 2 December 2026."""
    first, last = starts_on, ends_on
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month - 1]} – {end}"
    return f"{first.day}–{end}"
