"""An event's plan as pure functions of values: its parts, what is usually to be done, days and places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from netcard.contacts.rules import fold, folded_name, short_day, typed_words
from netcard.events.rules import span
from netcard.vcard import split_name

Part = Literal["todo", "person", "session", "poster"]

PARTS: tuple[Part, ...] = ("todo", "person", "session", "poster")

MOST_ITEMS = 200
"""Of one event; a hall has no more hours."""

TITLE, WHY, PLACE = 200, 1000, 200

NEAR = timedelta(days=7)
"""A workshop the day before and a visit the week after still belong to an event."""

LONG_BEFORE, LONG_AFTER = timedelta(days=2 * 366), timedelta(days=366)
"""Days by which something can be done for an event; further away the year is mistyped."""


@dataclass(frozen=True)
class Words:
    """What a part of the plan is called, and what stands where it is empty."""

    title: str
    add: str
    empty: str


_USUAL: dict[Part, Words] = {
    "todo": Words("To do", "Something to do", "What has a deadline: a fee, a grant, an abstract."),
    "person": Words("People to reach", "Somebody to reach", "Three to five whose work meets yours."),
    "session": Words("Sessions", "A session to hear", "What you would be sorry to miss."),
    "poster": Words("Posters", "A poster to see", "Its number finds it in the hall."),
}

_OF_KIND: dict[str, dict[Part, Words]] = {
    "rotation": {
        "todo": Words("To do and goals", "Something to do", "Two goals, and a day to ask for feedback."),
        "person": Words(
            "People to know", "Somebody to know", "Attendings, residents, nurses: learn their names."
        ),
        "session": Words("Teaching", "A teaching session", "Rounds, a journal club, a skills lab."),
    },
    "interview": {
        "person": Words("People to meet", "Somebody to meet", "Who interviews you, and who knows you there."),
        "session": Words("The day", "An interview or a talk", "Each conversation with its time and room."),
    },
}


def words(kind: str, part: Part) -> Words:
    """What a part is called in the plan of an event of this kind."""
    return _OF_KIND.get(kind, {}).get(part) or _USUAL[part]


def parts_of(kind: str) -> tuple[Part, ...]:
    """The parts of a plan; nobody looks for posters on a rotation or an interview day."""
    return PARTS[:-1] if kind in _OF_KIND else PARTS


# --- what is usually to be done -----------------------------------------------


@dataclass(frozen=True)
class Suggested:
    """Something usually done for an event, by a day counted from its start."""

    key: str
    title: str
    days: int
    late_too: bool = True  # still worth doing once that day has passed


_HALF_WAY = "half-way"

SUGGESTED: dict[str, tuple[Suggested, ...]] = {
    "conference": (
        Suggested("abstract", "Send in the abstract", -120, late_too=False),
        Suggested("grant", "Apply for a travel grant", -90, late_too=False),
        Suggested("register", "Register", -60),
        Suggested("travel", "Book travel and a bed", -45),
        Suggested("write", "Write early to the people to reach", -14),
        Suggested("mark", "Mark the sessions and posters to see", -3),
    ),
    "rotation": (
        Suggested("names", "Learn everyone’s name on the team", 2),
        Suggested("goals", "Agree on two goals for these weeks", 3),
        Suggested(_HALF_WAY, "Ask for feedback half-way", 0),
        Suggested("letter", "Ask the one who knows your work best about a letter", -5),
    ),
    "interview": (
        Suggested("confirm", "Confirm the interview day", -14),
        Suggested("tell", "Tell mentors who know somebody there", -10),
        Suggested("read", "Read about the programme and its people", -4),
        Suggested("questions", "Write down the questions to ask", -2),
    ),
    "other": (
        Suggested("register", "Register", -14),
        Suggested("travel", "Book travel and a bed", -14),
        Suggested("write", "Write early to the people to reach", -10),
    ),
}


def suggestions(kind: str, starts_on: date, ends_on: date, today: date) -> Iterator[tuple[Suggested, date]]:
    """What is usually done for an event of this kind and by which day, none of them before today."""
    if today > ends_on:
        return
    for one in SUGGESTED.get(kind, ()):
        day = starts_on + timedelta(days=one.days)
        if one.key == _HALF_WAY:
            day = starts_on + (ends_on - starts_on) / 2
        elif one.key == "letter":
            day = max(starts_on, ends_on + timedelta(days=one.days))
        day = min(day, ends_on)
        if day >= today:
            yield one, day
        elif one.late_too and today < starts_on:
            yield one, today


# --- days, places, names ------------------------------------------------------


def near_problem(day: date, starts_on: date, ends_on: date) -> str | None:
    """What is wrong with the day of something at an event, as a sentence."""
    if starts_on - NEAR <= day <= ends_on + NEAR:
        return None
    return f"This is far from the event, {span(starts_on, ends_on)}."


def deadline_problem(day: date, starts_on: date, ends_on: date) -> str | None:
    """What is wrong with the day by which something is to be done for an event, as a sentence."""
    if starts_on - LONG_BEFORE <= day <= ends_on + LONG_AFTER:
        return None
    return "This is too far from the event. Look at the year."


_NUMBERED = re.compile(r"(?:e-?)?poster\b[\s:.#-]*(.*)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"e?p[\s‑–-]?\d[\w.‑–-]*", re.IGNORECASE)


def poster_at(place: str) -> str:
    """The poster that a place names: "Poster P-207" and "P-207" do, "Hall B" does not."""
    if found := _NUMBERED.match(place):
        return found[1].strip()
    return place if _NUMBER.fullmatch(place) else ""


def when_where(day: date | None, clock: time | None, place: str, today: date, *, dated: bool = True) -> str:
    """When and where something is, in a line of small facts: "Today at 14:30, Hall B"."""
    hour = f"{clock:%H:%M}" if clock else ""
    if day and dated:
        name = (
            "Today"
            if day == today
            else "Tomorrow"
            if day - today == timedelta(days=1)
            else short_day(day, today)
        )
        hour = f"{name} at {hour}" if hour else name
    return ", ".join(part for part in (hour, place) if part)


def name_key(name: str) -> str:
    """A planned name as contacts are compared by it: without its title, without marks and case."""
    parts = split_name(name)
    return folded_name(name, parts.given, parts.family)[:300]


def name_words(name: str) -> list[str]:
    """The words of a name without titles and degrees, folded."""
    parts = split_name(name)
    return typed_words(f"{parts.given} {parts.family}") or typed_words(name)


def same_title(one: str, other: str) -> bool:
    """Whether two lines say the same thing."""
    return fold(one) == fold(other)
