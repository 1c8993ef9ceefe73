"""What a row of a table says of meetings: private to netcard, so no word of it goes into the card."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any

from netcard.contacts import earlier
from netcard.contacts.earlier import Meeting
from netcard.contacts.importing.dates import date_of
from netcard.contacts.rules import (
    AHEAD,
    EARLIEST,
    NO_DAY,
    POSTER,
    fold,
    opens_follow_up,
    promise_problem,
    typed_words,
)
from netcard.database import new_id
from netcard.events.models import Event

FIELDS = (
    "met",
    "first_met",
    "met_event",
    "poster",
    "discussed",
    "promised",
    "promised_by",
    "offered",
    "earlier",
)
"""Fields of a column that make a meeting."""


def told(said: Mapping[str, str], day_first: bool | None) -> tuple[Meeting, ...]:
    """The meetings a row tells of, the last one first. What cannot be understood stays in their words."""
    day, odd = _day("Met on", said.get("met", ""), day_first)
    by, unclear = _day("Promised by", said.get("promised_by", ""), day_first)
    last = Meeting(
        day=day,
        event=said.get("met_event", ""),
        poster=said.get("poster", ""),
        discussed="\n".join((*odd, *filter(None, [said.get("discussed", "")]))),
        promised="\n".join((*filter(None, [said.get("promised", "")]), *unclear)),
        promised_by=by,
        offered=said.get("offered", ""),
    )
    found = [last] if last != Meeting() else []
    if before := said.get("earlier", ""):
        read = earlier.read(before)
        found += [Meeting(discussed=before)] if read is None else read
    first, odd = _day("First met", said.get("first_met", ""), day_first)
    if odd or (first and first not in (met.day for met in found)):
        found.append(Meeting(first, discussed="\n".join(odd)))
    return tuple(found)


def _day(what: str, text: str, day_first: bool | None) -> tuple[date | None, list[str]]:
    """A day, and what of the text it does not say."""
    found = date_of(text, day_first) if text else ""
    if not found or found.startswith("-"):
        return None, [f"{what}: {text}"] if text else []
    has_time = re.search(r"\d:\d\d", text) and not re.search(r"[T ]00:00(:00(\.0+)?)?Z?$", text)
    return date.fromisoformat(found), [f"{what}: {text}"] if has_time else []


# --- beside a contact ---------------------------------------------------------


def settled(
    meetings: Sequence[Meeting], events: Sequence[Event], zone: tzinfo, now: datetime
) -> Iterator[dict[str, Any]]:
    """The meetings as columns of Encounter, without owner and contact; those of one day keep their order.

    An event that the owner has not, a day that cannot be one, and what a column has no room for stay in
    words.
    """
    for number, met in enumerate(meetings):
        event = event_like(events, met)
        moment = _noon(met.day, zone, now)
        words = [f"At {met.event}"] if met.event and not event else []
        if met.day and not moment:
            words.append(f"Met on {met.day.isoformat()}")
        if len(met.poster) > POSTER:
            words.append(f"Poster: {met.poster}")
        promised, by = met.promised, met.promised_by
        if by and promise_problem(by):
            promised, by = "\n".join(filter(None, (promised, f"By {by.isoformat()}"))), None
        met_at = (moment or NO_DAY + timedelta(days=1)) - timedelta(seconds=number)
        yield {
            "id": new_id(),
            "event_id": event.id if event else None,
            "met_at": met_at,
            "met_offset": _minutes_east(moment, zone) if moment else 0,
            "poster": met.poster if len(met.poster) <= POSTER else "",
            "discussed": "\n".join(filter(None, (*words, met.discussed))),
            "promised": promised,
            "promised_by": by,
            "offered": met.offered,
            "opens_follow_up": opens_follow_up(met_at, now, by),
            "created_at": now,
        }


def event_like(events: Sequence[Event], met: Meeting) -> Event | None:
    """The owner's event by the name that the file says; of several years of it the one nearest to the day."""
    name = _folded(met.event)
    named = [event for event in events if name and _folded(event.name) == name]
    if not named or not met.day:
        return named[0] if named else None
    day = met.day
    return min(named, key=lambda event: max(event.starts_on - day, day - event.ends_on, timedelta()))


def unknown_events(meetings: Iterable[Meeting], events: Sequence[Event]) -> list[str]:
    """Names of events that the owner has not, each once: they are kept in words."""
    named = {_folded(met.event): met.event for met in meetings if met.event and not event_like(events, met)}
    return list(named.values())


@cache
def _folded(name: str) -> str:
    return " ".join(typed_words(name)) or fold(name)


def _noon(day: date | None, zone: tzinfo, now: datetime) -> datetime | None:
    """The middle of a day where the owner lives, or now, where that is still to come."""
    if not day or day < EARLIEST.date() + timedelta(days=1):
        return None
    moment = datetime.combine(day, time(12), zone).astimezone(now.tzinfo)
    return None if moment > now + AHEAD else min(moment, now)


def _minutes_east(moment: datetime, zone: tzinfo) -> int:
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
