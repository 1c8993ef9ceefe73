"""What is due to whom. Nothing opens a follow-up but what it follows from, so none can be forgotten:

- a meeting that asks for a word (`Encounter.opens_follow_up`), unless the two met again since; a promise
  stands whatever came later,
- a promise by itself (a `FollowUp` with a day of its own),
- a rhythm, counted from the last word or meeting,
- an agreed meeting, on its day,
- somebody planned for an event, to be written to before it, and what is to be done by a day for it.

What the owner did about one stands in `FollowUp` under the same id.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from netcard.contacts.models import Appointment, Contact, Encounter, Exchange
from netcard.contacts.rules import EARLIEST
from netcard.database import db
from netcard.errors import NotHere
from netcard.events.models import Event
from netcard.followups import rules
from netcard.followups.models import FollowUp, PlanItem, Reminding, Rhythm
from netcard.followups.rules import Heading, Kind, Window


@dataclass(frozen=True)
class Due:
    """One thing that is due, or was: `state` says what the owner did about it, where anything was done."""

    id: UUID
    kind: Kind
    who: str
    """The name; of something to do what it is."""
    window: Window
    about: str = ""
    """What was promised or said: the owner's own words, private."""
    contact: Contact | None = None
    encounter: Encounter | None = None
    appointment: Appointment | None = None
    rhythm: Rhythm | None = None
    item: PlanItem | None = None
    event: Event | None = None
    state: FollowUp | None = None

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        return self.state is not None and self.state.closed_at is not None

    def lapsed(self, today: date) -> bool:
        """Whether its time is over without anybody's doing: nobody writes "see you there" afterwards."""
        if self.event is None or self.item is None:
            return False
        return today >= self.event.starts_on if self.kind == "plan" else today > self.event.ends_on


@dataclass(frozen=True)
class Queue:
    """All that is open, under the headings of the page; in each the longest due first."""

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


def queue_of(owner: UUID, zone: tzinfo, moment: datetime) -> Queue:
    """Everything open of this owner, as of a moment."""
    today = rules.local_day(moment, zone)
    queue = Queue(today)
    found = [due for source in _SOURCES for due in source(owner, zone, None) if not due.lapsed(today)]
    for due in sorted(found, key=lambda due: (due.window.late_after, due.window.opens_on, due.who, due.id)):
        queue.by_heading.setdefault(due.window.heading(today), []).append(due)
    return queue


def due_of(owner: UUID, due_id: UUID, zone: tzinfo) -> Due:
    """One thing by its id, open or over; raises NotHere."""
    for source in _SOURCES:
        for due in source(owner, zone, due_id):
            return due
    raise NotHere("There is no such follow-up here.")


def reminding_of(owner: UUID) -> Reminding:
    """How the owner wants to be reminded; where nothing was said, the defaults, outside the session."""
    found = db.session.get(Reminding, (owner, owner))
    return found or Reminding(
        owner_id=owner,
        id=owner,
        opens_after=rules.OPENS_AFTER,
        late_after=rules.LATE_AFTER,
        digest_hour=None,
        push_hour=8,
        feed_salt=b"",
        feed_off_at=None,
    )


# --- what it follows from -----------------------------------------------------
# Each takes the owner, the zone, and None or the one id that is asked for; for one id it tells of what is
# over too.

Source = Callable[[UUID, tzinfo, UUID | None], Iterator[Due]]


def _meetings(owner: UUID, zone: tzinfo, only: UUID | None) -> Iterator[Due]:
    later = aliased(Encounter)
    met_again = exists().where(
        later.owner_id == owner,
        later.contact_id == Encounter.contact_id,
        later.deleted_at.is_(None),
        later.opens_follow_up,
        or_(later.met_at > Encounter.met_at, and_(later.met_at == Encounter.met_at, later.id > Encounter.id)),
    )
    asked = (
        select(Encounter, Contact, FollowUp)
        .join(Contact, and_(Contact.owner_id == Encounter.owner_id, Contact.id == Encounter.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Encounter.owner_id, FollowUp.id == Encounter.id))
        .where(
            Encounter.owner_id == owner,
            Encounter.deleted_at.is_(None),
            Contact.deleted_at.is_(None),
            Encounter.met_at >= EARLIEST,
        )
    )
    if only:
        asked = asked.where(Encounter.id == only)
    else:
        asked = asked.where(
            Encounter.opens_follow_up, FollowUp.closed_at.is_(None), or_(Encounter.promised != "", ~met_again)
        )
    how = reminding_of(owner)
    for met, contact, state in db.session.execute(asked):
        window = rules.after_meeting(
            rules.local_day(met.met_at, zone), met.promised_by, how.opens_after, how.late_after
        )
        yield Due(
            id=met.id,
            kind="meeting",
            who=contact.name,
            window=window.put_off(state.snoozed_until if state else None),
            about=met.promised or met.discussed,
            contact=contact,
            encounter=met,
            event=met.event,
            state=state,
        )


def _promises(owner: UUID, zone: tzinfo, only: UUID | None) -> Iterator[Due]:
    asked = (
        select(FollowUp, Contact)
        .join(Contact, and_(Contact.owner_id == FollowUp.owner_id, Contact.id == FollowUp.contact_id))
        .where(FollowUp.owner_id == owner, FollowUp.kind == "promise", FollowUp.deleted_at.is_(None))
        .where(Contact.deleted_at.is_(None), FollowUp.due_on.is_not(None))
    )
    asked = asked.where(FollowUp.id == only) if only else asked.where(FollowUp.closed_at.is_(None))
    for state, contact in db.session.execute(asked):
        window = rules.on(state.due_on or date.max).put_off(state.snoozed_until)
        yield Due(
            id=state.id,
            kind="promise",
            who=contact.name,
            window=window,
            about=state.about,
            contact=contact,
            state=state,
        )


def _rhythms(owner: UUID, zone: tzinfo, only: UUID | None) -> Iterator[Due]:
    word = _latest(Exchange, Exchange.at)
    meeting = _latest(Encounter, Encounter.met_at)
    asked = (
        select(Rhythm, Contact, FollowUp, word, meeting)
        .join(Contact, and_(Contact.owner_id == Rhythm.owner_id, Contact.id == Rhythm.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Rhythm.owner_id, FollowUp.id == Rhythm.id))
        .where(Rhythm.owner_id == owner, Rhythm.ended_at.is_(None), Contact.deleted_at.is_(None))
    )
    if only:
        asked = asked.where(Rhythm.id == only)
    for rhythm, contact, state, wrote_at, met_at in db.session.execute(asked):
        touches = [moment for moment in (wrote_at, met_at, rhythm.skipped_at) if moment]
        last = rules.local_day(max(touches, default=rhythm.begun_at), zone)
        window = rules.after_months(last, rhythm.months)
        yield Due(
            id=rhythm.id,
            kind="rhythm",
            who=contact.name,
            window=window.put_off(state.snoozed_until if state else None),
            contact=contact,
            rhythm=rhythm,
            state=state,
        )


def _latest(model: type[Exchange] | type[Encounter], moment):  # type: ignore[no-untyped-def]
    return (
        select(func.max(moment))
        .where(
            model.owner_id == Rhythm.owner_id,
            model.contact_id == Rhythm.contact_id,
            model.deleted_at.is_(None),
        )
        .correlate(Rhythm)
        .scalar_subquery()
    )


def _appointments(owner: UUID, zone: tzinfo, only: UUID | None) -> Iterator[Due]:
    asked = (
        select(Appointment, Contact, FollowUp)
        .join(Contact, and_(Contact.owner_id == Appointment.owner_id, Contact.id == Appointment.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Appointment.owner_id, FollowUp.id == Appointment.id))
        .where(Appointment.owner_id == owner, Appointment.deleted_at.is_(None), Contact.deleted_at.is_(None))
    )
    if only:
        asked = asked.where(Appointment.id == only)
    else:
        asked = asked.where(
            Appointment.encounter_id.is_(None),
            Appointment.called_off_at.is_(None),
            FollowUp.closed_at.is_(None),
        )
    for agreed, contact, state in db.session.execute(asked):
        window = rules.on(rules.local_day(agreed.starts_at, zone))
        yield Due(
            id=agreed.id,
            kind="appointment",
            who=contact.name,
            window=window.put_off(state.snoozed_until if state else None),
            about=agreed.what,
            contact=contact,
            appointment=agreed,
            state=state,
        )


def _planned(owner: UUID, zone: tzinfo, only: UUID | None) -> Iterator[Due]:
    """People of a plan to write to before the event, and what is to be done by a day."""
    asked = (
        select(PlanItem, Event, Contact, FollowUp)
        .join(Event, and_(Event.owner_id == PlanItem.owner_id, Event.id == PlanItem.event_id))
        .outerjoin(Contact, and_(Contact.owner_id == PlanItem.owner_id, Contact.id == PlanItem.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == PlanItem.owner_id, FollowUp.id == PlanItem.id))
        .where(PlanItem.owner_id == owner, PlanItem.deleted_at.is_(None), Event.deleted_at.is_(None))
        .where(
            or_(
                and_(
                    PlanItem.kind == "person", PlanItem.contact_id.is_not(None), Contact.deleted_at.is_(None)
                ),
                and_(PlanItem.kind == "todo", PlanItem.day.is_not(None)),
            )
        )
    )
    if only:
        asked = asked.where(PlanItem.id == only)
    else:
        asked = asked.where(PlanItem.done_at.is_(None), FollowUp.closed_at.is_(None))
    for item, event, contact, state in db.session.execute(asked):
        person = item.kind == "person"
        window = rules.before_event(event.starts_on) if person else rules.until(item.day or date.max)
        yield Due(
            id=item.id,
            kind="plan" if person else "todo",
            who=contact.name if person else item.title,
            window=window.put_off(state.snoozed_until if state else None),
            about=item.why,
            contact=contact if person else None,
            item=item,
            event=event,
            state=state,
        )


_SOURCES: tuple[Source, ...] = (_meetings, _promises, _rhythms, _appointments, _planned)
