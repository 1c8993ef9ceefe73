"""What an owner sees of today: the first of what is due, or what comes next; whom they still want to meet."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from uuid import UUID

from netcard.accounts.rules import zone
from netcard.events.models import Event
from netcard.followups.planning.people import Planned, hour_of
from netcard.followups.planning.queries import people_of
from netcard.followups.queue import Due, queue_of

FEW = 3
"""Rows of what is due: what one evening holds. The rest is the list's affair."""


@dataclass(frozen=True)
class Duties:
    """What is due today, and, where nothing is, what comes next."""

    today: date
    zone: tzinfo
    first: list[Due]
    count: int
    next: Due | None

    @property
    def heading(self) -> str:
        """What the first of it asks for."""
        if not self.first:
            return "Follow-ups"
        if any(due.kind in {"todo", "appointment"} for due in self.first):
            return "To do today"
        return f"Write to {('this one', 'these two', 'these three')[len(self.first) - 1]}"


def duties_of(owner: UUID, here: tzinfo, moment: datetime) -> Duties:
    """What is due to whom, as of a moment."""
    queue = queue_of(owner, here, moment)
    after = min(queue.coming, key=lambda due: due.window.opens_on, default=None)
    # what has its hour today stands before what is late: it is over tomorrow
    first = sorted(queue.waiting, key=lambda due: not (due.appointment and due.own.opens_on == queue.today))
    return Duties(queue.today, here, first[:FEW], len(first), after)


@dataclass(frozen=True)
class ToMeet:
    """The people planned for the event one is at: the first who were not met yet, and how far it is."""

    event: Event
    today: date  # as the event's calendar has it
    first: list[Planned]
    met: int
    count: int


def to_meet_at(event: Event, moment: datetime) -> ToMeet:
    """Whom the owner still wants to meet at this event, as of a moment; those with an hour in its order."""
    people = people_of(event.owner_id, event)
    today = moment.astimezone(zone(event.time_zone)).date()
    left = [line for line in people if not line.done]
    left.sort(key=lambda line: (line.item.day or date.max, hour_of(line.item)))
    return ToMeet(event, today, left[:FEW], len(people) - len(left), len(people))


def page_of(due: Due) -> str:
    """Where something that is due is done."""
    if due.item is not None and due.kind == "todo":
        return f"/events/{due.item.event_id}/plan"
    if due.appointment is not None:
        return f"/contacts/{due.appointment.contact_id}/agreed/{due.id}"
    return f"/followups/{due.id}"


def day_of(event: Event, moment: datetime) -> str:
    """An event with its day, as its own calendar counts: "Northern Cleft Congress, day 2 of 4"."""
    today = moment.astimezone(zone(event.time_zone)).date()
    days = (event.ends_on - event.starts_on).days + 1
    day = (today - event.starts_on).days + 1
    return f"{event.name}, day {day} of {days}" if days > 1 and 1 <= day <= days else event.name
