"""When something is due, as pure functions of values. Days are the owner's; today is always an argument."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from dateutil.relativedelta import relativedelta

OPENS_AFTER, LATE_AFTER = 3, 7
"""Days after a meeting: soon enough to be remembered by, late enough to have something to say."""

RHYTHM_DAYS = 14
"""How long a keep-in-touch may wait before it is late."""

MOST_MONTHS = 36
"""Of a rhythm: what is rarer than every three years is no rhythm."""

NOTES_DAYS = 3
"""How long after an agreed meeting its notes may wait."""

WRITE_BEFORE = (21, 4)
"""Days before an event between which one writes to somebody planned; then their calendar is full."""

Heading = Literal["overdue", "today", "coming"]
Kind = Literal["meeting", "promise", "rhythm", "appointment", "plan", "todo"]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From which day on something can be done, and after which it is late."""

    opens_on: date
    late_after: date

    def put_off(self, until: date | None) -> "Window":
        """The window of something snoozed: it opens again on that day, and is not late on it."""
        if until is None or until <= self.opens_on:
            return self
        return replace(self, opens_on=until, late_after=max(self.late_after, until))

    def heading(self, today: date) -> Heading:
        """Where it stands in the queue."""
        if today > self.late_after:
            return "overdue"
        return "today" if today >= self.opens_on else "coming"

    def days_late(self, today: date) -> int:
        """Whole days past the last good one; 0 where it is not late."""
        return max(0, (today - self.late_after).days)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day of a moment as the owner's calendar has it."""
    return moment.astimezone(zone).date()


def after_meeting(met_on: date, promised_by: date | None, opens_after: int, late_after: int) -> Window:
    """When to write after a meeting: at the date of the promise where there is one, else within the days."""
    if promised_by:
        return on(promised_by)
    return Window(met_on + timedelta(days=opens_after), met_on + timedelta(days=late_after))


def on(day: date) -> Window:
    """One day, and late from the next."""
    return Window(day, day)


def in_touch(last: date, months: int, begun_on: date) -> Window:
    """When to be in touch again: as many calendar months later, at most at the month's end.

    Nobody was late before they wanted to be in touch at all.
    """
    due = max(last + relativedelta(months=months), begun_on)
    return Window(due, due + timedelta(days=RHYTHM_DAYS))


def agreed(day: date) -> Window:
    """A meeting on a day; what was said there is still remembered some days later."""
    return Window(day, day + timedelta(days=NOTES_DAYS))


def before_event(starts_on: date, planned_on: date) -> Window:
    """When to write to somebody one hopes to meet at an event; nobody was late before they planned it."""
    early, late = WRITE_BEFORE
    return Window(starts_on - timedelta(days=early), max(starts_on - timedelta(days=late), planned_on))


def until(day: date) -> Window:
    """Something to do by a day: it shows up a week before."""
    return Window(day - timedelta(days=7), day)


# --- putting off --------------------------------------------------------------

SOON = 3
"""Days ahead of the usual second choice."""

FARTHEST = timedelta(days=366)
"""What is put off for longer than this is let go."""


def snooze_problem(until: date, today: date, before: date | None = None) -> str | None:
    """What is wrong with the day something is put off to, as a sentence.

    `before` is a day from which on it would come to nothing: the first of an event.
    """
    if until <= today:
        return "That day is here or over. Pick one from tomorrow on."
    if until > today + FARTHEST:
        return "That is over a year away. Pick a nearer day, or let it go."
    if before and until >= before:
        return "By then the event has begun. Pick a day before it."
    return None


def snooze_days(today: date, event_ends_on: date | None, before: date | None) -> dict[str, date]:
    """The days one puts things off to: "tomorrow", "soon", and "after" the event that is on or near."""
    days = {"tomorrow": today + timedelta(days=1), "soon": today + timedelta(days=SOON)}
    if event_ends_on and event_ends_on + timedelta(days=1) not in days.values():
        days["after"] = event_ends_on + timedelta(days=1)
    return {name: day for name, day in days.items() if snooze_problem(day, today, before) is None}


# --- how an owner counts ------------------------------------------------------


def days_problem(opens_after: int, late_after: int) -> dict[str, str]:
    """What is wrong with the days after a meeting: a sentence for each field."""
    problems = {}
    if not 1 <= opens_after <= 14:
        problems["opens_after"] = "Between 1 and 14 days: soon enough to be remembered by."
    if not 1 <= late_after <= 60:
        problems["late_after"] = "Between 1 and 60 days."
    elif late_after < opens_after:
        problems["late_after"] = "It would be late before it begins. Make this the larger number."
    return problems
