"""The counted book: the one place through which a card is stored, changed or removed.

Whoever syncs asks for the rows whose `seq` is above the last one seen, so every change takes the
next number while it holds the book's row: without that lock two writers on PostgreSQL could commit
in the wrong order and a reader would miss one. Called inside `writing()`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from netcard import vcard
from netcard.contacts import rules
from netcard.contacts.models import Book, Contact, ContactTag, ContactToken, Encounter, Revision
from netcard.database import db, new_id, now
from netcard.errors import NotHere

REVISIONS = 20
"""How many earlier states of a card are kept."""

NO_NAME = "No name"


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
    contact_id = contact_id or new_id()
    contact = Contact(
        owner_id=owner,
        id=contact_id,
        book_id=owner,
        resource=resource or f"{contact_id}.vcf",
        seq=_count(owner),
        role=role,
        met_at=met_at or now(),
    )
    _write(contact, card)
    db.session.add(contact)
    _index(contact, card, said)
    return contact


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
    _write(contact, card)
    contact.seq = _count(contact.owner_id)
    _forget_words(contact)
    _index(contact, card, _said(contact))
    return True


def remove(contact: Contact) -> bool:
    """Leave a tombstone; False where there is one already."""
    _lock(contact)
    if contact.deleted_at:
        return False
    contact.deleted_at = now()
    contact.seq = _count(contact.owner_id)
    _forget_words(contact)
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
    _forget_words(contact)
    _index(contact, vcard.parse(contact.vcard), _said(contact))


# --- the counter --------------------------------------------------------------


def _count(owner: UUID) -> int:
    """The book's next number; makes the book on first use. Holds its row until the transaction ends."""
    into = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return db.session.execute(
        into(Book)
        .values(owner_id=owner, id=owner, epoch=new_id(), seq=1, created_at=now())
        .on_conflict_do_update(index_elements=["owner_id", "id"], set_={"seq": Book.seq + 1})
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


def _write(contact: Contact, card: vcard.Card) -> None:
    data = card.to_bytes()
    shown = vcard.project(card)
    phone = next(iter(shown.phones), "")
    contact.vcard = data
    contact.size = len(data)
    contact.etag = vcard.etag(data)
    contact.uid = shown.uid[:255] or contact.uid or f"urn:uuid:{contact.id}"
    contact.name = shown.full_name[:300] or NO_NAME
    contact.institution = shown.institution[:300]
    contact.title = shown.title[:300]
    contact.email = next(iter(shown.emails), "").lower()[:254]
    contact.phone = phone[:60]
    contact.phone_key = rules.phone_key(phone)
    contact.folded_name = rules.folded_name(shown.full_name, shown.given, shown.family)[:300]
    contact.changed_at = now()


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


def _index(contact: Contact, card: vcard.Card, said: Iterable[str]) -> None:
    shown = vcard.project(card)
    numbers = ("".join(filter(str.isdigit, phone)) for phone in shown.phones)
    words = rules.search_words(
        (
            contact.name,
            contact.institution,
            contact.title,
            shown.department,
            contact.role,
            *shown.tags,
            *shown.emails,
            *shown.phones,
            *numbers,
            *said,
            shown.note,
        )
    )
    contact.folded = f" {' '.join(words)}"
    db.session.flush()
    key = {"owner_id": contact.owner_id, "contact_id": contact.id}
    if words:
        db.session.execute(insert(ContactToken), [{**key, "token": word} for word in words])
    if tags := _labels(shown.tags):
        db.session.execute(
            insert(ContactTag), [{**key, "folded": folded, "label": label} for folded, label in tags.items()]
        )


def _said(contact: Contact) -> Iterable[str]:
    rows = db.session.execute(
        select(Encounter.poster, Encounter.discussed, Encounter.promised)
        .where(Encounter.owner_id == contact.owner_id, Encounter.contact_id == contact.id)
        .where(Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc())
    )
    return [text for row in rows for text in row if text]


def _labels(tags: Iterable[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for tag in tags:
        labels.setdefault(rules.fold(tag)[:60], tag[:60])
    return labels


def _forget_words(contact: Contact) -> None:
    for table in (ContactToken, ContactTag):
        db.session.execute(
            delete(table).where(table.owner_id == contact.owner_id, table.contact_id == contact.id)
        )


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
