"""What is due follows from these. For one id each tells of what is over too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, defer
from sqlalchemy.sql.base import ExecutableOption

from netcard.contacts.models import Appointment, Contact, Encounter, Exchange
from netcard.contacts.rules import EARLIEST, has_day
from netcard.database import db
from netcard.events.models import Event
from netcard.followups import rules
from netcard.followups.due import Due
from netcard.followups.models import FollowUp, PlanItem, Reminding, Rhythm


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose, in which zone; of all that is open, or of one id, or of one person."""

    owner: UUID
    zone: tzinfo
    only: UUID | None = None
    contact: UUID | None = None

    def among(self, row: Any, contact_id: Any) -> list[ColumnElement[bool]]:
        """What narrows a question about `row`."""
        here = [row.owner_id == self.owner]
        if self.only:
            here.append(row.id == self.only)
        if self.contact:
            here.append(contact_id == self.contact)
        return here


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


def _light() -> tuple[ExecutableOption, ...]:
    """Without what no row of a list shows, and hundreds of rows would bring along.

    Made when it is used: naming a column to a loader needs every table, and a room is read before all are.
    """
    return defer(Contact.folded), defer(FollowUp.draft_text)


# --- meetings -----------------------------------------------------------------


def _meetings(asked: Asked) -> Iterator[Due]:
    found = (
        select(Encounter, Contact, FollowUp)
        .join(Contact, and_(Contact.owner_id == Encounter.owner_id, Contact.id == Encounter.contact_id))
        .outerjoin(Encounter.event)
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Encounter.owner_id, FollowUp.id == Encounter.id))
        .where(
            *asked.among(Encounter, Encounter.contact_id),
            Encounter.deleted_at.is_(None),
            Contact.deleted_at.is_(None),
            or_(Encounter.met_at >= EARLIEST, Encounter.promised_by.is_not(None)),
        )
        .options(contains_eager(Encounter.event), *_light())
    )
    if not asked.only:
        stands = or_(Encounter.promised != "", Encounter.promised_by.is_not(None))
        found = found.where(
            Encounter.opens_follow_up,
            or_(FollowUp.closed_at.is_(None), _promised_since()),
            or_(stands, and_(~_carried_by_a_later_one(), ~_written_freely(Encounter, Encounter.met_at))),
        )
    how = reminding_of(asked.owner)
    for met, contact, state in db.session.execute(found):
        met_on = rules.local_day(met.met_at, asked.zone)
        yield Due(
            id=met.id,
            kind="meeting",
            who=contact.name,
            own=rules.after_meeting(met_on, met.promised_by, how.opens_after, how.late_after),
            about=met.promised or met.discussed,
            since=met_on if has_day(met.met_at) else None,
            contact=contact,
            encounter=met,
            event=met.event,
            state=state,
        )


def _promised_since() -> ColumnElement[bool]:
    """Whether a promise for a later day came after the follow-up was over; see `FollowUp.settles`."""
    unknown = and_(FollowUp.due_on.is_(None), Encounter.promised_by.is_not(None))
    return or_(unknown, Encounter.promised_by > FollowUp.due_on)


def _carried_by_a_later_one() -> ColumnElement[bool]:
    """Whether the two met again since: the word is owed for that meeting then. One that was taken away
    counts where its word was given, or the older one would ask for it again."""
    later, about_it = aliased(Encounter), aliased(FollowUp)
    given = exists().where(
        about_it.owner_id == later.owner_id,
        about_it.id == later.id,
        about_it.closed_at.is_not(None),
        about_it.outcome != "let go",
    )
    return exists().where(
        later.owner_id == Encounter.owner_id,
        later.contact_id == Encounter.contact_id,
        or_(later.met_at > Encounter.met_at, and_(later.met_at == Encounter.met_at, later.id > Encounter.id)),
        or_(and_(later.deleted_at.is_(None), later.opens_follow_up), given),
    )


def _written_freely(row: type[Encounter] | type[PlanItem], since: Any) -> ColumnElement[bool]:
    """Whether a message of its own went out to the same person since: it was the word, or said it too."""
    return exists().where(
        Exchange.owner_id == row.owner_id,
        Exchange.contact_id == row.contact_id,
        Exchange.kind == "wrote",
        Exchange.follow_up_id.is_(None),
        Exchange.deleted_at.is_(None),
        Exchange.at >= since,
    )


# --- promises, rhythms, agreed meetings ---------------------------------------


def _promises(asked: Asked) -> Iterator[Due]:
    found = (
        select(FollowUp, Contact)
        .join(Contact, and_(Contact.owner_id == FollowUp.owner_id, Contact.id == FollowUp.contact_id))
        .where(
            *asked.among(FollowUp, FollowUp.contact_id),
            FollowUp.kind == "promise",
            FollowUp.deleted_at.is_(None),
            FollowUp.due_on.is_not(None),
            Contact.deleted_at.is_(None),
        )
    )
    if not asked.only:
        found = found.where(FollowUp.closed_at.is_(None))
    for state, contact in db.session.execute(found.options(*_light())):
        yield Due(
            id=state.id,
            kind="promise",
            who=contact.name,
            own=rules.on(state.due_on or date.max),
            about=state.about,
            since=rules.local_day(state.created_at, asked.zone),
            contact=contact,
            state=state,
        )


def _rhythms(asked: Asked) -> Iterator[Due]:
    word, meeting = _latest(Exchange, Exchange.at), _latest(Encounter, Encounter.met_at)
    found = (
        select(Rhythm, Contact, FollowUp, word, meeting)
        .join(Contact, and_(Contact.owner_id == Rhythm.owner_id, Contact.id == Rhythm.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Rhythm.owner_id, FollowUp.id == Rhythm.id))
        .where(
            *asked.among(Rhythm, Rhythm.contact_id),
            Rhythm.ended_at.is_(None),
            Contact.deleted_at.is_(None),
        )
    )
    rows = db.session.execute(found.order_by(Rhythm.months, Rhythm.id).options(*_light())).all()
    asking: set[UUID] = set()
    for rhythm, contact, state, last_word, met_at in rows:
        if contact.id in asking:  # two people merged brought one each; the one that asks most often holds
            continue
        asking.add(contact.id)
        touches = [moment for moment in (last_word, met_at, rhythm.skipped_at) if moment and has_day(moment)]
        last = rules.local_day(max(touches), asked.zone) if touches else None
        begun_on = rules.local_day(rhythm.begun_at, asked.zone)
        yield Due(
            id=rhythm.id,
            kind="rhythm",
            who=contact.name,
            own=rules.in_touch(last or begun_on, rhythm.months, begun_on),
            since=last,
            contact=contact,
            rhythm=rhythm,
            state=state,
        )


def _latest(model: type[Exchange] | type[Encounter], moment: Any) -> Any:
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


def _appointments(asked: Asked) -> Iterator[Due]:
    found = (
        select(Appointment, Contact, FollowUp)
        .join(Contact, and_(Contact.owner_id == Appointment.owner_id, Contact.id == Appointment.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Appointment.owner_id, FollowUp.id == Appointment.id))
        .where(
            *asked.among(Appointment, Appointment.contact_id),
            Appointment.deleted_at.is_(None),
            Contact.deleted_at.is_(None),
        )
    )
    if not asked.only:
        found = found.where(
            Appointment.encounter_id.is_(None),
            Appointment.called_off_at.is_(None),
            FollowUp.closed_at.is_(None),
        )
    for agreed, contact, state in db.session.execute(found.options(*_light())):
        day = rules.local_day(agreed.starts_at, asked.zone)
        yield Due(
            id=agreed.id,
            kind="appointment",
            who=contact.name,
            own=rules.agreed(day),
            about=agreed.what,
            since=day,
            contact=contact,
            appointment=agreed,
            state=state,
        )


# --- plans --------------------------------------------------------------------


def _planned(asked: Asked) -> Iterator[Due]:
    """People of a plan to write to before the event, and what is to be done by a day."""
    person = and_(PlanItem.kind == "person", PlanItem.contact_id.is_not(None), Contact.deleted_at.is_(None))
    found = (
        select(PlanItem, Event, Contact, FollowUp)
        .join(Event, and_(Event.owner_id == PlanItem.owner_id, Event.id == PlanItem.event_id))
        .outerjoin(Contact, and_(Contact.owner_id == PlanItem.owner_id, Contact.id == PlanItem.contact_id))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == PlanItem.owner_id, FollowUp.id == PlanItem.id))
        .where(
            *asked.among(PlanItem, PlanItem.contact_id),
            PlanItem.deleted_at.is_(None),
            Event.deleted_at.is_(None),
            or_(person, and_(PlanItem.kind == "todo", PlanItem.day.is_not(None))),
        )
    )
    if not asked.only:
        found = found.where(
            PlanItem.done_at.is_(None),
            FollowUp.closed_at.is_(None),
            or_(
                PlanItem.kind == "todo",
                and_(~_met_there(), ~_written_freely(PlanItem, PlanItem.created_at)),
            ),
        )
    for item, event, contact, state in db.session.execute(found.options(*_light())):
        for_person = item.kind == "person"
        yield Due(
            id=item.id,
            kind="plan" if for_person else "todo",
            who=contact.name if for_person else item.title,
            own=rules.before_event(event.starts_on, rules.local_day(item.created_at, asked.zone))
            if for_person
            else rules.until(item.day or event.starts_on),
            about=item.why,
            contact=contact if for_person else None,
            item=item,
            event=event,
            state=state,
        )


def _met_there() -> ColumnElement[bool]:
    """Whether somebody planned was met at the event already, ticked off or not."""
    return exists().where(
        Encounter.owner_id == PlanItem.owner_id,
        Encounter.contact_id == PlanItem.contact_id,
        Encounter.event_id == PlanItem.event_id,
        Encounter.deleted_at.is_(None),
    )


Source = Callable[[Asked], Iterator[Due]]

SOURCES: tuple[Source, ...] = (_meetings, _promises, _rhythms, _appointments, _planned)
