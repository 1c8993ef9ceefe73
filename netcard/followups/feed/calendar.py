"""What is due as a calendar that can be subscribed to (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from icalendar import Calendar, Event

from netcard.followups.models import Reminding
from netcard.followups.queue import Due
from netcard.followups.reminding.words import day_of, line_of

NAME = "netcard follow-ups"
ASK_EVERY = timedelta(hours=1)
"""A wish; each calendar keeps its own pace."""


def calendar_of(dues: Iterable[Due], how: Reminding, zone: tzinfo, url: str) -> bytes:
    """Everything open as all-day entries: whom, and the link under `url`, nothing private.

    The same rows give the same bytes, so that an ETag holds until something changes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//netcard//follow-ups//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("url", f"{url}/followups")
    calendar.add("refresh-interval", ASK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for due in dues:
        calendar.add_component(_entry(due, how, zone, url))
    return calendar.to_ical()


def _entry(due: Due, how: Reminding, zone: tzinfo, url: str) -> Event:
    day, link, changed = day_of(due), f"{url}/followups/{due.id}", _changed_at(due, how)
    entry = Event()
    entry.add("uid", f"{due.id}@netcard")
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("sequence", _days_put_off(due))
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", line_of(due, zone))
    entry.add("description", link)  # many calendars never show a URL
    entry.add("url", link)
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def _changed_at(due: Due, how: Reminding) -> datetime:
    """The latest moment known at which something it is made of changed."""
    rows = (due.encounter, due.appointment, due.item, due.state)
    moments = [row.created_at for row in rows if row is not None]
    if due.contact is not None:
        moments.append(due.contact.changed_at)
    if due.rhythm is not None:
        moments += [due.rhythm.begun_at, *([due.rhythm.skipped_at] if due.rhythm.skipped_at else [])]
    if how.changed_at is not None:  # no row, no moment
        moments.append(how.changed_at)
    return max(moments)


def _days_put_off(due: Due) -> int:
    """Grows with every putting off: of two entries a calendar takes the one with the higher number."""
    return max(0, (due.window.opens_on - due.own.opens_on).days)
