"""What a row of the queue says of itself, as pure functions of values."""

from datetime import date, datetime, tzinfo

from netcard.contacts.rules import WEEKDAYS, fold, short_day
from netcard.events.rules import MONTHS, span
from netcard.followups.due import Due

NEAR = 14
"""Days ahead for which a weekday says more than a month."""

EVENT_WORDS = {"conference": "the congress", "rotation": "the rotation", "interview": "the interview day"}


def state_word(due: Due, today: date, zone: tzinfo) -> str:
    """Where it stands, at the row's right end."""
    window = due.window
    heading = window.heading(today)
    if due.appointment is not None:
        return _agreed_word(due, due.appointment.starts_at, today, zone)
    if heading == "overdue":
        late = window.days_late(today)
        return f"{late} {'day' if late == 1 else 'days'} late"
    if heading == "coming":
        return day_ahead(window.opens_on, today)
    if due.kind == "plan" and due.event is not None:
        return f"Before {event_word(due.event.kind, due.event.name)}"
    if due.kind == "todo":
        return f"By {day_ahead(due.own.late_after, today)}" if today < due.own.late_after else "Last day"
    if due.rhythm is not None:
        return months_word(due.rhythm.months)
    if due.kind == "promise" or (due.encounter is not None and due.encounter.promised_by):
        return "Promise"
    return f"Day {(today - due.since).days}" if due.since else "Today"


def _agreed_word(due: Due, starts_at: datetime, today: date, zone: tzinfo) -> str:
    day = due.own.opens_on
    if today > day:
        return "How did it go?" if today >= due.window.opens_on else day_ahead(due.window.opens_on, today)
    clock = starts_at.astimezone(zone).strftime("%H:%M")
    return f"{day_ahead(day, today)}, {clock}" if today < day else f"Today, {clock}"


def facts(due: Due, today: date) -> str:
    """Where it comes from, in a line of small facts."""
    if due.encounter is not None:
        return met_line(due, today)
    if due.kind == "promise" and due.since:
        return f"Promised {short_day(due.since, today)}"
    if due.rhythm is not None:
        last = f"in touch {short_day(due.since, today)}" if due.since else "not in touch yet"
        return f"{months_word(due.rhythm.months)}, {last}"
    if due.appointment is not None:
        place = due.appointment.place
        # the address of a call says nothing in a list
        return due.about if not place or "://" in place else f"{due.about}, {place}"
    if due.event is not None:
        return f"{due.event.name}, {span(due.event.starts_on, due.event.ends_on)}"
    return ""


def met_line(due: Due, today: date) -> str:
    """Where and when the two met: "Met Thu 19 Nov, poster P-114"."""
    met = due.encounter
    when = f"Met {short_day(due.since, today)}" if due.since else "Met"
    if met is not None and met.poster:
        where = met.poster if fold(met.poster).startswith("poster") else f"poster {met.poster}"
        return f"{when}, {where}"
    return f"{when}, {due.event.name}" if due.event is not None else when


def day_ahead(day: date, today: date) -> str:
    """A day to come at a row's end: Today, Tomorrow, Wed 25, 15 Dec, 15 Dec 2027."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("Today", "Tomorrow")[ahead]
    if 1 < ahead < NEAR:
        return f"{WEEKDAYS[day.weekday()][:3]} {day.day}"
    month = f"{day.day} {MONTHS[day.month - 1][:3]}"
    return month if day.year == today.year else f"{month} {day.year}"


def until_word(day: date, today: date) -> str:
    """A day in a sentence: put off to tomorrow, to Wednesday, to Wed 25 Nov."""
    ahead = (day - today).days
    return "tomorrow" if ahead == 1 else WEEKDAYS[day.weekday()] if 1 < ahead < 7 else short_day(day, today)


def months_word(months: int) -> str:
    """A rhythm in words."""
    return {1: "Every month", 12: "Every year"}.get(months, f"Every {months} months")


def event_word(kind: str, name: str) -> str:
    """An event in the middle of a sentence."""
    return EVENT_WORDS.get(kind, name)
