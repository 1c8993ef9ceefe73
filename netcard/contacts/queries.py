"""Reading the people met: one of them, what they are filtered by, and who was removed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from netcard.contacts.models import Appointment, Contact, ContactTag, Encounter, Exchange, ImportRun, Merge
from netcard.database import db
from netcard.errors import NotHere
from netcard.events.queries import events_of

MOST_TAGS, MOST_EVENTS = 8, 6
GONE = "There is nobody here by that address."


def contact_of(owner: UUID, contact_id: UUID) -> Contact:
    """The owner's contact; raises NotHere, also for a removed one."""
    contact = db.session.get(Contact, (owner, contact_id))
    if contact is None or contact.deleted_at:
        raise NotHere(GONE)
    return contact


def encounter_of(contact: Contact, encounter_id: UUID) -> Encounter:
    """A meeting with this contact; raises NotHere, also for a removed one."""
    encounter = db.session.get(Encounter, (contact.owner_id, encounter_id))
    if encounter is None or encounter.contact_id != contact.id or encounter.deleted_at:
        raise NotHere("There is no such meeting here.")
    return encounter


def exchange_of(contact: Contact, exchange_id: UUID) -> Exchange:
    """A message to or from this contact; raises NotHere, also for a removed one."""
    exchange = db.session.get(Exchange, (contact.owner_id, exchange_id))
    if exchange is None or exchange.contact_id != contact.id or exchange.deleted_at:
        raise NotHere("There is no such message here.")
    return exchange


def appointment_of(contact: Contact, appointment_id: UUID) -> Appointment:
    """A meeting agreed on with this contact; raises NotHere, also for a removed one."""
    appointment = db.session.get(Appointment, (contact.owner_id, appointment_id))
    if appointment is None or appointment.contact_id != contact.id or appointment.deleted_at:
        raise NotHere("There is no such agreed meeting here.")
    return appointment


def encounters_of(contact: Contact) -> list[Encounter]:
    """All meetings with this contact, with their events."""
    here = (Encounter.owner_id == contact.owner_id, Encounter.contact_id == contact.id)
    asked = select(Encounter).where(*here, Encounter.deleted_at.is_(None))
    return list(db.session.scalars(asked.options(joinedload(Encounter.event))))


def exchanges_of(contact: Contact) -> list[Exchange]:
    """All messages to and from this contact."""
    here = (Exchange.owner_id == contact.owner_id, Exchange.contact_id == contact.id)
    return list(db.session.scalars(select(Exchange).where(*here, Exchange.deleted_at.is_(None))))


def appointments_of(contact: Contact) -> list[Appointment]:
    """All meetings agreed on with this contact: to come, held, called off."""
    here = (Appointment.owner_id == contact.owner_id, Appointment.contact_id == contact.id)
    return list(db.session.scalars(select(Appointment).where(*here, Appointment.deleted_at.is_(None))))


def knows_uid(owner: UUID, uid: str) -> bool:
    """Whether any card of the owner's book has this UID, a removed one too."""
    mine = (Contact.owner_id == owner, Contact.book_id == owner, Contact.uid == uid)
    return db.session.scalar(select(Contact.id).where(*mine).limit(1)) is not None


# --- filters ------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One chip: what it is called, what it filters by, how many it leaves."""

    label: str
    value: str
    count: int


@dataclass(frozen=True)
class Choices:
    """All that the list can be filtered by."""

    everyone: int
    starred: int
    removed: int
    events: list[Choice]
    tags: list[Choice]


def choices_of(owner: UUID) -> Choices:
    """The filters with their counts: newest events and commonest tags first."""
    here = (Contact.owner_id == owner, Contact.deleted_at.is_(None))

    def count(*more: object) -> int:
        return db.session.scalar(select(func.count()).select_from(Contact).where(*here, *more)) or 0  # type: ignore[arg-type]

    removed = select(func.count()).select_from(Contact).where(*_removed(owner))
    return Choices(
        everyone=count(),
        starred=count(Contact.starred_at.is_not(None)),
        removed=db.session.scalar(removed) or 0,
        events=_event_choices(owner),
        tags=_tag_choices(owner),
    )


def _event_choices(owner: UUID) -> list[Choice]:
    met = dict(
        db.session.execute(
            select(Encounter.event_id, func.count(Encounter.contact_id.distinct()))
            .join(Contact, (Contact.owner_id == Encounter.owner_id) & (Contact.id == Encounter.contact_id))
            .where(Encounter.owner_id == owner, Encounter.event_id.is_not(None))
            .where(Encounter.deleted_at.is_(None), Contact.deleted_at.is_(None))
            .group_by(Encounter.event_id)
        )
        .tuples()
        .all()
    )
    events = [event for event in events_of(owner) if event.id in met][:MOST_EVENTS]
    return [Choice(event.name, str(event.id), met[event.id]) for event in events]


def _tag_choices(owner: UUID) -> list[Choice]:
    number = func.count().label("number")
    rows = db.session.execute(
        select(ContactTag.folded, func.min(ContactTag.label), number)
        .where(ContactTag.owner_id == owner)
        .group_by(ContactTag.folded)
        .order_by(number.desc(), ContactTag.folded)
        .limit(MOST_TAGS)
    )
    return [Choice(label, folded, count) for folded, label, count in rows]


def tag_label(owner: UUID, folded: str) -> str | None:
    """A tag as the owner spells it; None where nobody carries it."""
    return db.session.scalar(
        select(func.min(ContactTag.label)).where(ContactTag.owner_id == owner, ContactTag.folded == folded)
    )


# --- removed ------------------------------------------------------------------


def removed_of(owner: UUID, most: int = 100) -> list[Contact]:
    """Who was removed lately, the last one first. Not whoever went into another, for they are there; nor
    the thousands of an import that was taken back, for they are put back on its page.
    """
    return list(
        db.session.scalars(
            select(Contact)
            .where(*_removed(owner))
            .order_by(Contact.deleted_at.desc(), Contact.id)
            .limit(most)
        )
    )


def _removed(owner: UUID) -> tuple[ColumnElement[bool], ...]:
    merged = exists().where(
        Merge.owner_id == owner,
        Merge.gone_id == Contact.id,
        Merge.undone_at.is_(None),
        Merge.merged_at == Contact.deleted_at,
    )
    undone = select(ImportRun.undone_at).where(ImportRun.owner_id == owner, ImportRun.undone_at.is_not(None))
    together = Contact.deleted_at.in_(undone)  # one moment stands on all whom an undo removed
    return Contact.owner_id == owner, Contact.deleted_at.is_not(None), ~merged, ~together
