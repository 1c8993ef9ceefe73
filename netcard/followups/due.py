"""One thing that is due, and all of them under their headings."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from netcard.contacts.models import Appointment, Contact, Encounter
from netcard.events.models import Event
from netcard.followups.models import FollowUp, PlanItem, Rhythm
from netcard.followups.rules import Heading, Kind, Window


@dataclass(frozen=True)
class Due:
    """One thing that is due, or was: `state` says what the owner did about it, where anything was done."""

    id: UUID
    kind: Kind
    who: str
    """The name; of something to do what it is."""
    own: Window
    """When it is due by itself, whatever it was put off to."""
    about: str = ""
    """What was promised or said: the owner's own words, private."""
    since: date | None = None
    """The owner's day from which it counts: of the meeting, of the last word, of the promise."""
    contact: Contact | None = None
    encounter: Encounter | None = None
    appointment: Appointment | None = None
    rhythm: Rhythm | None = None
    item: PlanItem | None = None
    event: Event | None = None
    state: FollowUp | None = None

    @property
    def window(self) -> Window:
        """When it is due, as put off where it was."""
        until = self.snoozed_until
        if until and self.lapses_on:  # put off beyond its time it would be lost unseen
            until = min(until, self.lapses_on - timedelta(days=1))
        return self.own.put_off(until)

    @property
    def snoozed_until(self) -> date | None:
        """The day it was put off to. A rhythm's counts for the round in which it was said."""
        if self.state is None or (self.rhythm is not None and self.state.closed_at is not None):
            return None
        return self.state.snoozed_until

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        if self.item is not None and self.item.done_at is not None:
            return True
        if self.encounter is not None:
            return self.state is not None and self.state.settles(self.encounter.promised_by)
        return self.rhythm is None and self.state is not None and self.state.closed_at is not None

    @property
    def promised(self) -> bool:
        """Whether the owner gave her word on it."""
        met = self.encounter
        return self.kind == "promise" or (met is not None and bool(met.promised or met.promised_by))

    @property
    def lapses_on(self) -> date | None:
        """The day on which its time is over by itself; None for what waits until it is done."""
        if self.event is None or self.item is None:
            return None
        return self.event.starts_on if self.kind == "plan" else self.event.ends_on + timedelta(days=1)

    def lapsed(self, today: date) -> bool:
        """Whether its time is over without anybody's doing: nobody writes "see you there" afterwards."""
        return self.lapses_on is not None and today >= self.lapses_on


@dataclass(frozen=True)
class Queue:
    """All that is open, under the headings of the page; what can be done now by when it is late, what is
    coming by when it opens."""

    today: date
    by_heading: dict[Heading, list[Due]] = field(default_factory=dict)

    @property
    def overdue(self) -> list[Due]:
        return self.by_heading.get("overdue", [])

    @property
    def due(self) -> list[Due]:
        """Open now and not late: the heading *Today*."""
        return self.by_heading.get("today", [])

    @property
    def coming(self) -> list[Due]:
        return self.by_heading.get("coming", [])

    @property
    def waiting(self) -> list[Due]:
        """What can be done now, the latest first."""
        return [*self.overdue, *self.due]
