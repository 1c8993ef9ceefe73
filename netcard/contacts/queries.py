"""Reading the people met: one of them, what they are filtered by, and who looks like whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from netcard import vcard
from netcard.contacts import rules
from netcard.contacts.derived import NAME
from netcard.contacts.models import Contact, ContactSign, ContactTag, Encounter, NotSame
from netcard.database import db
from netcard.errors import NotHere
from netcard.events.queries import events_of

MOST_TAGS, MOST_EVENTS, MOST_ALIKE = 8, 6, 20
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


def card_of(contact: Contact) -> vcard.Projection:
    """What the contact's card says, all of it that a page shows."""
    return vcard.project(vcard.parse(contact.vcard))


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

    removed = select(func.count()).select_from(Contact)
    return Choices(
        everyone=count(),
        starred=count(Contact.starred_at.is_not(None)),
        removed=db.session.scalar(removed.where(Contact.owner_id == owner, Contact.deleted_at.is_not(None)))
        or 0,
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


# --- likeness -----------------------------------------------------------------


def alike(contact: Contact) -> list[Contact]:
    """Those that could be the same person: by e-mail, by phone, or by name and place.

    Only pointed out, never merged: namesakes share a name, colleagues a phone.
    """
    ids = _like([contact.owner_id], [contact.id]).get(contact.id, [])[:MOST_ALIKE]
    found = select(Contact).where(Contact.owner_id == contact.owner_id, Contact.id.in_(ids))
    return list(db.session.scalars(found.order_by(Contact.met_at.desc(), Contact.id)))


def with_alike(contacts: Sequence[Contact]) -> set[UUID]:
    """Which of them have somebody `alike`."""
    owners = {contact.owner_id for contact in contacts}
    return set(_like(owners, [contact.id for contact in contacts]))


def _like(owners: Iterable[UUID], contacts: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Who shares a sign with each of them; a name counts where the places could be one."""
    mine, theirs = aliased(ContactSign), aliased(ContactSign)
    one, other = aliased(Contact), aliased(Contact)
    told_apart = exists().where(
        NotSame.owner_id == mine.owner_id,
        ((NotSame.one_id == mine.contact_id) & (NotSame.other_id == theirs.contact_id))
        | ((NotSame.one_id == theirs.contact_id) & (NotSame.other_id == mine.contact_id)),
    )
    rows = db.session.execute(
        select(mine.contact_id, theirs.contact_id, mine.kind, one.institution, other.institution)
        .join(
            theirs,
            (theirs.owner_id == mine.owner_id)
            & (theirs.kind == mine.kind)
            & (theirs.value == mine.value)
            & (theirs.contact_id != mine.contact_id),
        )
        .join(one, (one.owner_id == mine.owner_id) & (one.id == mine.contact_id))
        .join(other, (other.owner_id == theirs.owner_id) & (other.id == theirs.contact_id))
        .where(mine.owner_id.in_(owners), mine.contact_id.in_(contacts), ~told_apart)
        .limit(MOST_ALIKE * max(1, len(contacts)))
    )
    found: dict[UUID, dict[UUID, None]] = {}
    for contact_id, other_id, kind, place, other_place in rows:
        if kind != NAME or rules.same_place(place, other_place):
            found.setdefault(contact_id, {})[other_id] = None
    return {contact_id: list(others) for contact_id, others in found.items()}


def removed_of(owner: UUID, most: int = 100) -> list[Contact]:
    """Who was removed lately, the last one first."""
    return list(
        db.session.scalars(
            select(Contact)
            .where(Contact.owner_id == owner, Contact.deleted_at.is_not(None))
            .order_by(Contact.deleted_at.desc(), Contact.id)
            .limit(most)
        )
    )
