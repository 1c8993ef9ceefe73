"""The counted book, for thousands of cards at once: removed and taken back as `book` does it for one.

Called inside `writing()`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, exists, select, update
from sqlalchemy.orm import aliased

from netcard.contacts import ledger
from netcard.contacts.derived import Derived
from netcard.contacts.models import Contact, ContactSign, ContactTag, ContactToken
from netcard.database import db

AT_ONCE = 500


def remove_all(owner: UUID, ids: Sequence[UUID], moment: datetime) -> int:
    """Leave tombstones; how many there were to remove."""
    ledger.hold(owner)
    there = [
        found
        for start in range(0, len(ids), AT_ONCE)
        for found in db.session.scalars(
            select(Contact.id).where(
                Contact.owner_id == owner,
                Contact.id.in_(ids[start : start + AT_ONCE]),
                Contact.deleted_at.is_(None),
            )
        )
    ]
    _stamp(owner, there, moment)
    for start in range(0, len(there), AT_ONCE):
        some = there[start : start + AT_ONCE]
        for table in (ContactToken, ContactTag, ContactSign):
            db.session.execute(delete(table).where(table.owner_id == owner, table.contact_id.in_(some)))
    return len(there)


def restore_all(owner: UUID, cards: Sequence[tuple[UUID, str, Derived]], moment: datetime) -> int:
    """Take back who was removed at `moment` and is as it was then (id, ETag, what is derived); how many.

    Whose very card (its UID) stands in the book again, brought in anew meanwhile, is left out.
    """
    ledger.hold(owner)
    again = aliased(Contact)
    is_back = exists().where(
        again.owner_id == owner,
        again.book_id == owner,
        again.uid == Contact.uid,
        again.deleted_at.is_(None),
    )
    there: set[tuple[UUID, str]] = set()
    for start in range(0, len(cards), AT_ONCE):
        some = [card_id for card_id, _, _ in cards[start : start + AT_ONCE]]
        rows = db.session.execute(
            select(Contact.id, Contact.etag).where(
                Contact.owner_id == owner, Contact.id.in_(some), Contact.deleted_at == moment, ~is_back
            )
        )
        there |= {(row.id, row.etag) for row in rows}
    back = [(card_id, derived) for card_id, etag, derived in cards if (card_id, etag) in there]
    _stamp(owner, [card_id for card_id, _ in back], None)
    ledger.file(owner, back)
    return len(back)


def _stamp(owner: UUID, ids: Sequence[UUID], deleted_at: datetime | None) -> None:
    """Removed or not, each with a number of its own."""
    if not ids:
        return
    seq = ledger.count(owner, len(ids)) - len(ids)
    table = cast(Table, Contact.__table__)
    db.session.connection().execute(
        update(table)
        .where(table.c.owner_id == bindparam("of"), table.c.id == bindparam("whose"))
        .values(seq=bindparam("number"), deleted_at=bindparam("gone")),
        [
            {"of": owner, "whose": card_id, "number": seq + at, "gone": deleted_at}
            for at, card_id in enumerate(ids, start=1)
        ],
    )
    db.session.expire_all()
