"""Reading the people met: one of them, what they are filtered by, and who looks like whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from netcard import vcard
from netcard.contacts import rules
from netcard.contacts.derived import EMAIL, NAME, PHONE
from netcard.contacts.models import Book, Contact, ContactSign, ContactTag, Encounter, NotSame
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


def knows_uid(owner: UUID, uid: str) -> bool:
    """Whether any card of the owner's book has this UID, a removed one too.

    Inside `writing()` it waits for the book's row, so that of two who ask at once the second sees the first.
    """
    book = select(Book.id).where(Book.owner_id == owner, Book.id == owner)
    db.session.execute(book.with_for_update())
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
    ids = list(_like([contact]).get(contact.id, {}))[:MOST_ALIKE]
    found = select(Contact).where(Contact.owner_id == contact.owner_id, Contact.id.in_(ids))
    return list(db.session.scalars(found.order_by(Contact.met_at.desc(), Contact.id)))


def with_alike(contacts: Sequence[Contact]) -> set[UUID]:
    """Which of them have somebody `alike`."""
    return set(_like(contacts))


def _like(contacts: Sequence[Contact]) -> dict[UUID, dict[UUID, None]]:
    """For each of an owner's contacts, who shares a sign; a name counts where the places could be one."""
    if not contacts:
        return {}
    owner, places = contacts[0].owner_id, {contact.id: contact.institution for contact in contacts}
    mine = db.session.execute(
        select(ContactSign.contact_id, ContactSign.kind, ContactSign.value).where(
            ContactSign.owner_id == owner, ContactSign.contact_id.in_(places)
        )
    ).all()
    theirs: dict[tuple[str, str], list[tuple[UUID, str]]] = {}
    for kind in (EMAIL, PHONE, NAME):
        values = {row.value for row in mine if row.kind == kind}
        # two steps, not one self-join: SQLite would walk the whole book for it
        rows = db.session.execute(
            select(ContactSign.value, Contact.id, Contact.institution)
            .join(Contact, (Contact.owner_id == owner) & (Contact.id == ContactSign.contact_id))
            .where(ContactSign.owner_id == owner, ContactSign.kind == kind, ContactSign.value.in_(values))
            .limit(MOST_ALIKE * len(contacts))
        )
        for value, other_id, place in rows:
            theirs.setdefault((kind, value), []).append((other_id, place))
    apart = _told_apart(owner, places)
    found: dict[UUID, dict[UUID, None]] = {}
    for contact_id, kind, value in mine:
        for other_id, place in theirs.get((kind, value), ()):
            same = kind != NAME or rules.same_place(places[contact_id], place)
            if same and other_id != contact_id and frozenset((contact_id, other_id)) not in apart:
                found.setdefault(contact_id, {})[other_id] = None
    return found


def _told_apart(owner: UUID, contacts: Iterable[UUID]) -> set[frozenset[UUID]]:
    rows = db.session.execute(
        select(NotSame.one_id, NotSame.other_id).where(
            NotSame.owner_id == owner, NotSame.one_id.in_(contacts) | NotSame.other_id.in_(contacts)
        )
    )
    return {frozenset(row) for row in rows}


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
