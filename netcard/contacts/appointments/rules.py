"""Meetings agreed on, as pure functions of values."""

from dataclasses import dataclass
from datetime import datetime

from netcard.events.rules import safe_link

KINDS = ("Fifteen minutes", "Call", "Interview social", "Coffee")
"""Offered first; any other is the owner's own word."""

YEARS = (1950, 2100)


@dataclass(frozen=True)
class Plan:
    """What was agreed on."""

    what: str
    starts_at: datetime
    place: str = ""
    questions: str = ""


@dataclass(frozen=True)
class Place:
    """Where they meet: the words around a link, and the link to follow, where there is one."""

    before: str
    link: str = ""
    after: str = ""


def place_of(text: str) -> Place:
    """The first safe https address among the words of a place; any other address stays words."""
    for word in text.split():
        address = safe_link(word) if word.lower().startswith("https://") else None
        if address:
            before, _, after = text.partition(word)
            return Place(before, address, after)
    return Place(text)


def questions_of(text: str) -> list[str]:
    """Questions as they were written, one a line."""
    return [line.strip() for line in text.split("\n") if line.strip()]
