"""Under the book's lock: its counter, what was overwritten, and what is written down beside a card.

Only `book` changes cards; these are its tools. Called inside `writing()`.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from netcard import vcard
from netcard.contacts import queries
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

# --- the counter --------------------------------------------------------------


def hold(owner: UUID) -> None:
    """Keep every other writer out of the book until the transaction ends; makes the book on first use."""
    held = select(Book.seq).where(Book.owner_id == owner, Book.id == owner).with_for_update()
    if db.session.scalar(held) is None:
        into = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        new = into(Book).values(owner_id=owner, id=owner, epoch=new_id(), seq=0, created_at=now())
        db.session.execute(new.on_conflict_do_nothing())
        db.session.scalar(held)


def count(owner: UUID, many: int = 1) -> int:
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


def lock(contact: Contact) -> None:
    """Wait for the book's row, then see the contact as the writer before left it."""
    db.session.flush()
    owner = contact.owner_id
    db.session.execute(select(Book.seq).where(Book.owner_id == owner, Book.id == owner).with_for_update())
    db.session.expire(contact)


def take(contact: Contact, beside: Any = None) -> None:
    """Before something that stands beside a card changes: the book first, as every writer takes it, so that
    none waits for another in a circle; then both rows as the writer before left them.

    Raises NotHere where the contact is gone, or what is `beside` it went to another one with a merge.
    """
    lock(contact)
    if contact.deleted_at:
        raise NotHere(queries.GONE)
    if beside is not None:
        db.session.refresh(beside)
        if beside.contact_id != contact.id:
            raise NotHere("This is not here any more: it went to another person with a merge.")


# --- what is derived ----------------------------------------------------------


def derive_anew(contact: Contact, card: vcard.Card) -> None:
    derived = derive(card, contact.id, contact.role, said(contact))
    for name, value in derived.columns.items():
        setattr(contact, name, value)
    forget(contact)
    db.session.flush()
    file(contact.owner_id, [(contact.id, derived)])


def file(owner: UUID, entries: Sequence[tuple[UUID, Derived]]) -> None:
    """Put the words, tags and signs of stored contacts into their tables."""
    _insert(ContactToken, owner, [(word, key) for key, derived in entries for word in derived.words])
    _insert(
        ContactTag,
        owner,
        [(folded, key, label) for key, derived in entries for folded, label in derived.tags.items()],
    )
    _insert(ContactSign, owner, [(*sign, key) for key, derived in entries for sign in derived.signs])


def _insert(model: type[Any], owner: UUID, rows: list[tuple[Any, ...]]) -> None:
    """Rows of what follows the owner in each, as the driver takes them and in the key's order.

    10,000 cards have up to 320,000 words: 2.1 s of a processor under the lock, 6.7 s by Core.
    """
    if not rows:
        return
    columns = [column for column in model.__table__.columns if column.name != "owner_id"]
    names = ", ".join(("owner_id", *(column.name for column in columns)))
    into = f"INSERT INTO {model.__tablename__} ({names})"
    rows.sort()
    if db.engine.dialect.name == "postgresql":
        lists = ", ".join(f"%s::{'uuid' if isinstance(each.type, Uuid) else 'text'}[]" for each in columns)
        statement = f"{into} SELECT %s, rows.* FROM unnest({lists}) AS rows"  # noqa: S608
        db.session.connection().exec_driver_sql(statement, (owner, *map(list, zip(*rows, strict=True))))
        return
    at = next(number for number, each in enumerate(columns) if isinstance(each.type, Uuid))
    statement = f"{into} VALUES ({', '.join('?' * (len(columns) + 1))})"
    db.session.connection().exec_driver_sql(
        statement, [(owner.hex, *row[:at], row[at].hex, *row[at + 1 :]) for row in rows]
    )


def forget(contact: Contact) -> None:
    for table in (ContactToken, ContactTag, ContactSign):
        db.session.execute(
            delete(table).where(table.owner_id == contact.owner_id, table.contact_id == contact.id)
        )


def keep(contact: Contact, before: bytes, by: str) -> None:
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


def said(contact: Contact) -> Iterable[str]:
    rows = db.session.execute(
        select(Encounter.poster, Encounter.discussed, Encounter.promised, Encounter.offered)
        .where(Encounter.owner_id == contact.owner_id, Encounter.contact_id == contact.id)
        .where(Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc())
    )
    return [text for row in rows for text in row if text]
