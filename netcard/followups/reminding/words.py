"""What a reminder says: whom, and how many. Never what was said, noted or promised: a calendar is shared,
a lock screen is read by others, and mail lies about."""

from datetime import date, tzinfo

from netcard.followups.queue import Due

_COUNTED = {
    "people": ("1 person to write to", "{} people to write to"),
    "promise": ("1 promise to keep", "{} promises to keep"),
    "appointment": ("1 agreed meeting", "{} agreed meetings"),
    "todo": ("1 thing to do", "{} things to do"),
}


def line_of(due: Due, zone: tzinfo) -> str:
    """One thing that is due, in a few words and on one line."""
    who = one_line(due.who)
    if due.kind == "todo":
        return who
    if due.appointment is not None:
        at = due.appointment.starts_at.astimezone(zone)
        return f"{one_line(due.appointment.what) or 'Meeting'} with {who}, {at:%H:%M}"
    return f"A promise to {who}" if due.kind == "promise" else f"Write to {who}"


def day_of(due: Due) -> date:
    """Its own day in a calendar: the day it can first be done; of a thing to do the day it is to be done by.

    It stays there once that day has passed, so that a calendar tells what was due when.
    """
    return due.window.late_after if due.kind == "todo" else due.window.opens_on


def headline(waiting: list[Due]) -> str:
    """All that waits in one line without a name: "2 people to write to and 1 thing to do today"."""
    numbers = {
        "people": len({(due.contact or due).id for due in waiting if due.kind not in _COUNTED}),
        **{kind: sum(due.kind == kind for due in waiting) for kind in ("promise", "appointment", "todo")},
    }
    parts = [_counted(kind, number) for kind, number in numbers.items() if number]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part) + " today"


def one_line(text: str) -> str:
    """Without line ends and other gaps that a name from somebody's file may hold."""
    return " ".join(text.split())


def _counted(kind: str, number: int) -> str:
    one, many = _COUNTED[kind]
    return one if number == 1 else many.format(number)
