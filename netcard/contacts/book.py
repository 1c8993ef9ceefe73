"""The counted book: the one place through which a card is stored, changed or removed.

Whoever syncs asks for the rows whose `seq` is above the last one seen, so every change takes the
next number while it holds the book's row: without that lock two writers on PostgreSQL could commit
in the wrong order and a reader would miss one. Called inside `writing()`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from netcard import vcard
from netcard.contacts.derived import Derived, derive
from netcard.contacts.models import (
    Book,
    Contact,
    ContactSign,
    ContactTag,
    ContactToken,
    Encounter,
    Revision,
)
from netcard.database import db, new_id, now
from netcard.errors import NotHere

REVISIONS = 20
"""How many earlier states of a card are kept."""

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
    contact_id = contact_id or new_id()
    derived = derive(vcard.parse(data), contact_id, role, said)
    contact = Contact(
        owner_id=owner,
        id=contact_id,
        book_id=owner,
        resource=resource or f"{contact_id}.vcf",
        seq=_count(owner),
        role=role,
        met_at=met_at or now(),
        **derived.columns,
    )
    db.session.add(contact)
    db.session.flush()
    _file(owner, [(contact_id, derived)])
    return contact


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new card with all that is derived from it, worked out before the book is locked."""

    id: UUID
    derived: Derived
    role: str
    met_at: datetime


def prepare(data: bytes, *, role: str = "", met_at: datetime | None = None) -> Prepared:
    """Ready one of many cards for `add_all`; needs no transaction. Raises BrokenCard."""
    contact_id = new_id()
    return Prepared(contact_id, derive(vcard.parse(data), contact_id, role), role, met_at or now())


def add_all(owner: UUID, cards: Sequence[Prepared]) -> None:
    """Store many new cards, each with a number of its own so that a reader can stop between any two."""
    if not cards:
        return
    seq = _count(owner, len(cards)) - len(cards)
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
                "created_at": moment,
                "changed_at": moment,
                **card.derived.columns,
            }
            for at, card in enumerate(some, start=start + 1)
        ]
        db.session.execute(insert(Contact), rows)
        _file(owner, [(card.id, card.derived) for card in some])


def change(contact: Contact, how: Callable[[vcard.Card], vcard.Card], by: str) -> bool:
    """Change the card as it stands now; True if a byte of it moved, and with it the counter.

    `how` gets the stored card, read under the lock, so that two changes at once both last. `by`
    names who overwrote it. Raises NotHere for a removed contact and whatever `how` raises.
    """
    _lock(contact)
    if contact.deleted_at:
        raise NotHere("This person was removed.")
    before = contact.vcard
    card = how(vcard.parse(before))
    if card.to_bytes() == before:
        return False
    _keep(contact, before, by)
    contact.seq = _count(contact.owner_id)
    contact.changed_at = now()
    _derive_anew(contact, card)
    return True


def remove(contact: Contact) -> bool:
    """Leave a tombstone; False where there is one already."""
    _lock(contact)
    if contact.deleted_at:
        return False
    contact.deleted_at = now()
    contact.seq = _count(contact.owner_id)
    _forget(contact)
    return True


def restore(contact: Contact) -> bool:
    """Take a removal back; False where there was none."""
    _lock(contact)
    if not contact.deleted_at:
        return False
    contact.deleted_at = None
    contact.seq = _count(contact.owner_id)
    index(contact)
    return True


def index(contact: Contact) -> None:
    """Write down anew what search and filters go by: the card, and netcard's own notes of meetings."""
    db.session.flush()
    _derive_anew(contact, vcard.parse(contact.vcard))


# --- the counter --------------------------------------------------------------


def _count(owner: UUID, many: int = 1) -> int:
    """The last of the book's next `many` numbers; makes the book on first use.

    Holds the book's row until the transaction ends.
    """
    into = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return db.session.execute(
        into(Book)
        .values(owner_id=owner, id=owner, epoch=new_id(), seq=many, created_at=now())
        .on_conflict_do_update(index_elements=["owner_id", "id"], set_={"seq": Book.seq + many})
        .returning(Book.seq),
        execution_options={"populate_existing": True},
    ).scalar_one()


def _lock(contact: Contact) -> None:
    """Wait for the book's row, then see the contact as the writer before left it."""
    db.session.flush()
    owner = contact.owner_id
    db.session.execute(select(Book.seq).where(Book.owner_id == owner, Book.id == owner).with_for_update())
    db.session.expire(contact)


# --- what is derived ----------------------------------------------------------


def _derive_anew(contact: Contact, card: vcard.Card) -> None:
    derived = derive(card, contact.id, contact.role, _said(contact))
    for name, value in derived.columns.items():
        setattr(contact, name, value)
    _forget(contact)
    db.session.flush()
    _file(contact.owner_id, [(contact.id, derived)])


def _file(owner: UUID, entries: Sequence[tuple[UUID, Derived]]) -> None:
    """Put the words, tags and signs of stored contacts into their tables."""
    tables: dict[Any, list[dict[str, Any]]] = {ContactToken: [], ContactTag: [], ContactSign: []}
    for contact_id, derived in entries:
        key = {"owner_id": owner, "contact_id": contact_id}
        tables[ContactToken] += ({**key, "token": word} for word in derived.words)
        tables[ContactTag] += (
            {**key, "folded": folded, "label": label} for folded, label in derived.tags.items()
        )
        tables[ContactSign] += ({**key, "kind": kind, "value": value} for kind, value in derived.signs)
    for table, rows in tables.items():
        if rows:
            db.session.execute(insert(table), rows)


def _forget(contact: Contact) -> None:
    for table in (ContactToken, ContactTag, ContactSign):
        db.session.execute(
            delete(table).where(table.owner_id == contact.owner_id, table.contact_id == contact.id)
        )


def _keep(contact: Contact, before: bytes, by: str) -> None:
    mine = (Revision.owner_id == contact.owner_id, Revision.contact_id == contact.id)
    db.session.execute(
        insert(Revision).values(
            owner_id=contact.owner_id,
            id=new_id(),
            contact_id=contact.id,
            vcard=before,
            replaced_at=now(),
            replaced_by=by,
        )
    )
    old = select(Revision.id).where(*mine).order_by(Revision.replaced_at.desc(), Revision.id.desc())
    stale = db.session.scalars(old.offset(REVISIONS)).all()
    if stale:
        db.session.execute(delete(Revision).where(*mine, Revision.id.in_(stale)))


def _said(contact: Contact) -> Iterable[str]:
    rows = db.session.execute(
        select(Encounter.poster, Encounter.discussed, Encounter.promised)
        .where(Encounter.owner_id == contact.owner_id, Encounter.contact_id == contact.id)
        .where(Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc())
    )
    return [text for row in rows for text in row if text]


def restamp(contact: Contact) -> None:
    """The latest meeting decides where a contact stands in the list.

    Takes the lock, so that of two meetings noted at once the second sees the first; until then
    `contact` itself must be unchanged, or each could wait for the other.
    """
    _lock(contact)
    latest = db.session.scalar(
        select(Encounter.met_at)
        .where(Encounter.owner_id == contact.owner_id, Encounter.contact_id == contact.id)
        .where(Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc())
        .limit(1)
    )
    db.session.execute(
        update(Contact)
        .where(Contact.owner_id == contact.owner_id, Contact.id == contact.id)
        .values(met_at=latest or Contact.created_at)
    )
    db.session.expire(contact, ["met_at"])
