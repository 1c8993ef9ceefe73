"""The counted book: the one place through which a card is stored, changed or removed.

Whoever syncs asks for the rows whose `seq` is above the last one seen, so every change takes the
next number while it holds the book's row: without that lock two writers on PostgreSQL could commit
in the wrong order and a reader would miss one. Called inside `writing()`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, exists, insert, literal, select, update

from netcard import vcard
from netcard.contacts import ledger
from netcard.contacts.derived import Derived, derive
from netcard.contacts.ledger import REVISIONS
from netcard.contacts.models import Contact, Encounter, Imported
from netcard.contacts.rules import NO_DAY
from netcard.database import Utc, db, new_id, now
from netcard.errors import Conflict, NotHere

__all__ = ["REVISIONS"]  # told here to whoever shows them

AT_ONCE = 500
"""Rows handed to the database in one go."""


def add(
    owner: UUID,
    data: bytes,
    *,
    contact_id: UUID | None = None,
    resource: str = "",
    role: str = "",
    met_at: datetime | None = None,
    said: Iterable[str] = (),
) -> Contact:
    """Store a new card as it came; `said` are netcard's own notes to find it by. Raises BrokenCard."""
    card = vcard.parse(data)
    return _add(owner, card, contact_id or new_id(), resource, role=role, met_at=met_at, said=said)


def _add(
    owner: UUID,
    card: vcard.Card,
    contact_id: UUID,
    resource: str,
    *,
    role: str = "",
    met_at: datetime | None = None,
    said: Iterable[str] = (),
) -> Contact:
    derived = derive(card, contact_id, role, said)
    contact = Contact(
        owner_id=owner,
        id=contact_id,
        book_id=owner,
        resource=resource or f"{contact_id}.vcf",
        seq=ledger.count(owner),
        role=role,
        met_at=met_at or now(),
        **derived.columns,
    )
    db.session.add(contact)
    db.session.flush()
    ledger.file(owner, [(contact_id, derived)])
    return contact


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new card with all that is derived from it, worked out before the book is locked."""

    id: UUID
    derived: Derived
    role: str
    met_at: datetime
    starred_at: datetime | None = None


def prepare(
    data: bytes,
    *,
    role: str = "",
    met_at: datetime | None = None,
    said: Iterable[str] = (),
    starred_at: datetime | None = None,
) -> Prepared:
    """Ready one of many cards for `add_all`; needs no transaction. Raises BrokenCard."""
    contact_id = new_id()
    derived = derive(vcard.parse(data), contact_id, role, said)
    return Prepared(contact_id, derived, role, met_at or now(), starred_at)


def add_all(owner: UUID, cards: Sequence[Prepared]) -> None:
    """Store many new cards, each with a number of its own so that a reader can stop between any two."""
    if not cards:
        return
    seq = ledger.count(owner, len(cards)) - len(cards)
    moment = now()
    for start in range(0, len(cards), AT_ONCE):
        some = cards[start : start + AT_ONCE]
        rows = [
            {
                "owner_id": owner,
                "id": card.id,
                "book_id": owner,
                "resource": f"{card.id}.vcf",
                "seq": seq + at,
                "role": card.role,
                "met_at": card.met_at,
                "starred_at": card.starred_at,
                "created_at": moment,
                "changed_at": moment,
                **card.derived.columns,
            }
            for at, card in enumerate(some, start=start + 1)
        ]
        db.session.execute(insert(Contact), rows)
    ledger.file(owner, [(card.id, card.derived) for card in cards])


def change(contact: Contact, how: Callable[[vcard.Card], vcard.Card], by: str) -> bool:
    """Change the card as it stands now; True if a byte of it moved, and with it the counter.

    `how` gets the stored card, read under the lock, so that two changes at once both last. A UID that
    another card has meanwhile is not brought back. `by` names who overwrote it. Raises NotHere for a
    removed contact and whatever `how` raises.
    """
    ledger.lock(contact)
    if contact.deleted_at:
        raise NotHere("This person was removed.")
    before = contact.vcard
    card = how(vcard.parse(before))
    if vcard.project(card).uid[:255] != contact.uid:
        card = _under_its_own_uid(contact, card)
    if card.to_bytes() == before:
        return False
    ledger.keep(contact, before, by)
    contact.seq = ledger.count(contact.owner_id)
    contact.changed_at = now()
    ledger.derive_anew(contact, card)
    return True


def remove(contact: Contact) -> bool:
    """Leave a tombstone; False where there is one already."""
    ledger.lock(contact)
    if contact.deleted_at:
        return False
    contact.deleted_at = now()
    contact.seq = ledger.count(contact.owner_id)
    ledger.forget(contact)
    return True


def restore(contact: Contact) -> bool:
    """Take a removal back; False where there was none.

    Whose UID came in at another address meanwhile (a phone that made the card anew, the same file brought
    in again) comes back under a new one; the card as it was is kept.
    """
    ledger.lock(contact)
    if not contact.deleted_at:
        return False
    before = contact.vcard
    card = _under_its_own_uid(contact, vcard.parse(before))
    if card.data != before:
        ledger.keep(contact, before, "web")
        contact.changed_at = now()
    contact.deleted_at = None
    contact.seq = ledger.count(contact.owner_id)
    ledger.derive_anew(contact, card)
    return True


def index(contact: Contact) -> None:
    """Write down anew what search and filters go by: the card, and netcard's own notes of meetings."""
    db.session.flush()
    if not contact.deleted_at:  # a tombstone is found by nothing
        ledger.derive_anew(contact, vcard.parse(contact.vcard))


def restamp(contact: Contact) -> None:
    """The latest meeting decides where a contact stands in the list; who came with a file and was not met
    stands behind all who were, anybody else without a meeting at the day they were added.

    Takes the lock, so that of two meetings noted at once the second sees the first; until then
    `contact` itself must be unchanged, or each could wait for the other.
    """
    ledger.lock(contact)
    latest = db.session.scalar(
        select(Encounter.met_at)
        .where(Encounter.owner_id == contact.owner_id, Encounter.contact_id == contact.id)
        .where(Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc())
        .limit(1)
    )
    came_with_a_file = exists().where(
        Imported.owner_id == Contact.owner_id, Imported.contact_id == Contact.id
    )
    unmet = case((came_with_a_file, literal(NO_DAY, Utc)), else_=Contact.created_at)
    db.session.execute(
        update(Contact)
        .where(Contact.owner_id == contact.owner_id, Contact.id == contact.id)
        .values(met_at=latest or unmet)
    )
    db.session.expire(contact, ["met_at"])


# --- by address ---------------------------------------------------------------

Guard = Callable[[str | None], None]
"""Is told the ETag of what stands at an address, or None, and raises where that must not be changed."""


class UidTaken(Conflict):
    """The card's UID belongs to another address of this book, or the address to another UID."""

    def __init__(self, resource: str) -> None:
        super().__init__("Another card has this UID.")
        self.resource = resource


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of a `put`."""

    created: bool
    changed: bool


def put(owner: UUID, resource: str, card: vcard.Card, guard: Guard, by: str) -> Stored:
    """Make this card what stands at an address of the book; the same bytes again change nothing.

    Where a removed card stood, the address lives again: the same contact, so that the meetings with
    them come back, with the removed text among its revisions. Raises what `guard` raises, and UidTaken.
    """
    ledger.hold(owner)
    contact = _at(owner, resource)
    here = contact if contact and not contact.deleted_at else None
    guard(here.etag if here else None)
    _check_uid(owner, resource, here, vcard.project(card).uid[:255])
    if contact is None:
        _add(owner, card, new_id(), resource)
        return Stored(created=True, changed=True)
    before = contact.vcard
    if card.data != before:
        ledger.keep(contact, before, by)
    elif here:
        return Stored(created=False, changed=False)
    contact.deleted_at = None
    contact.seq = ledger.count(owner)
    contact.changed_at = now()
    ledger.derive_anew(contact, card)
    return Stored(created=here is None, changed=True)


def discard(owner: UUID, resource: str, guard: Guard) -> None:
    """Remove what stands at an address; raises NotHere for nothing, and what `guard` raises."""
    ledger.hold(owner)
    contact = _at(owner, resource)
    here = contact if contact and not contact.deleted_at else None
    guard(here.etag if here else None)
    if here is None:
        raise NotHere("No card stands there.")
    remove(here)


def _at(owner: UUID, resource: str) -> Contact | None:
    return db.session.scalar(
        select(Contact)
        .where(Contact.owner_id == owner, Contact.book_id == owner, Contact.resource == resource)
        .execution_options(populate_existing=True)
    )


def _check_uid(owner: UUID, resource: str, here: Contact | None, uid: str) -> None:
    """RFC 6352, section 6.3.2.1: a UID stands once in a book, and stays with its address."""
    if not uid or (here and here.uid == uid):
        return
    if here and vcard.project(vcard.parse(here.vcard)).uid:
        raise UidTaken(resource)
    if other := _elsewhere(owner, resource, uid):
        raise UidTaken(other)


def _under_its_own_uid(contact: Contact, card: vcard.Card) -> vcard.Card:
    """The card, with a new UID where another address of the book has its own."""
    uid = vcard.project(card).uid[:255]
    if uid and _elsewhere(contact.owner_id, contact.resource, uid):
        return vcard.with_uid(card, new_id().urn)
    return card


def _elsewhere(owner: UUID, resource: str, uid: str) -> str | None:
    """At which other address of the book a card with that UID stands."""
    return db.session.scalar(
        select(Contact.resource)
        .where(Contact.owner_id == owner, Contact.book_id == owner, Contact.uid == uid)
        .where(Contact.deleted_at.is_(None), Contact.resource != resource)
        .limit(1)
    )
