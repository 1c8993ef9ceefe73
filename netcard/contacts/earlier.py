"""Meetings in words, for one cell of a table, written so that they can be read back as they were.

2025-11-13
  Event: Northern Cleft Congress
  Poster: P-9
  Discussed: fistulas
    and speech
  Promised: the scale
  Promised by: 2025-12-01
  Offered: a month in her clinic
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

UNDATED = "Day not known"
_LINES = {
    "Event": "event",
    "Poster": "poster",
    "Discussed": "discussed",
    "Promised": "promised",
    "Promised by": "promised_by",
    "Offered": "offered",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as a table tells it; what says nothing is empty."""

    day: date | None = None
    event: str = ""
    poster: str = ""
    discussed: str = ""
    promised: str = ""
    promised_by: date | None = None
    offered: str = ""


def written(meetings: Iterable[Meeting]) -> str:
    """All of them, one below the other."""
    return "\n".join(_written(met) for met in meetings)


def _written(met: Meeting) -> str:
    lines = [met.day.isoformat() if met.day else UNDATED]
    for word, name in _LINES.items():
        value = getattr(met, name)
        if value:
            # a line of a text of their own never begins where a new fact or meeting does
            lines.append(f"  {word}: {value}".replace("\n", "\n    "))
    return "\n".join(lines)


def read(text: str) -> list[Meeting] | None:
    """What `written` was given; None where it did not write this."""
    found: list[tuple[str, dict[str, str]]] = []
    name = ""
    for line in text.split("\n"):
        if not line.startswith(" "):
            found.append((line, {}))
            name = ""
        elif not found:
            return None
        elif line.startswith("    ") and name:
            found[-1][1][name] += f"\n{line[4:]}"
        else:
            word, _, value = line[2:].partition(": ")
            name = _LINES.get(word, "")
            found[-1][1][name] = value
    try:
        meetings = [_meeting(day, facts) for day, facts in found]
    except ValueError:
        return None
    return meetings if written(meetings) == text else None


def _meeting(day: str, facts: dict[str, str]) -> Meeting:
    by = facts.get("promised_by", "")
    return Meeting(
        day=None if day == UNDATED else _day(day),
        event=facts.get("event", ""),
        poster=facts.get("poster", ""),
        discussed=facts.get("discussed", ""),
        promised=facts.get("promised", ""),
        promised_by=_day(by) if by else None,
        offered=facts.get("offered", ""),
    )


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)
