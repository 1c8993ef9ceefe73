"""Reading what came of files."""

from uuid import UUID

from sqlalchemy import select

from netcard import vcard
from netcard.contacts.derived import Derived, derive
from netcard.contacts.models import Contact, Encounter, Imported, ImportRun
from netcard.database import db
from netcard.errors import NotHere

MOST = 20
"""Earlier files that are listed."""


def run_of(owner: UUID, run_id: UUID, *, hold: bool = False) -> ImportRun:
    """The owner's run as it stands now; raises NotHere. `hold` keeps others off it for the transaction."""
    run = db.session.get(ImportRun, (owner, run_id), populate_existing=True, with_for_update=hold or None)
    if run is None:
        raise NotHere("This file is no longer here. Choose it again.")
    return run


def runs_of(owner: UUID) -> list[ImportRun]:
    """The latest files first."""
    return list(
        db.session.scalars(
            select(ImportRun)
            .where(ImportRun.owner_id == owner)
            .order_by(ImportRun.created_at.desc(), ImportRun.id)
            .limit(MOST)
        )
    )


def added_by(run: ImportRun, most: int) -> list[Contact]:
    """Whom the run added and who is still there, in the file's order."""
    return list(
        db.session.scalars(
            select(Contact)
            .join(Imported, (Imported.owner_id == Contact.owner_id) & (Imported.contact_id == Contact.id))
            .where(Imported.owner_id == run.owner_id, Imported.run_id == run.id)
            .where(Contact.deleted_at.is_(None))
            .order_by(Contact.id)
            .limit(most)
        )
    )


def removed_with(run: ImportRun) -> list[tuple[UUID, str, Derived]]:
    """Whom undoing the run removed: id, ETag, and what is derived, worked out before the book is locked."""
    mine = (Imported.owner_id == run.owner_id, Imported.run_id == run.id)
    same = (Imported.owner_id == Contact.owner_id) & (Imported.contact_id == Contact.id)
    said: dict[UUID, list[str]] = {}
    meetings = db.session.execute(
        select(
            Encounter.contact_id,
            Encounter.poster,
            Encounter.discussed,
            Encounter.promised,
            Encounter.offered,
        )
        .join(
            Imported,
            (Imported.owner_id == Encounter.owner_id) & (Imported.contact_id == Encounter.contact_id),
        )
        .where(*mine, Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc())
    )
    for contact_id, *texts in meetings:
        said.setdefault(contact_id, []).extend(text for text in texts if text)
    rows = db.session.execute(
        select(Contact.id, Contact.etag, Contact.vcard, Contact.role)
        .join(Imported, same)
        .where(*mine, Contact.deleted_at == run.undone_at)
        .order_by(Contact.id)
    )
    return [
        (row.id, row.etag, derive(vcard.parse(row.vcard), row.id, row.role, said.get(row.id, ())))
        for row in rows
    ]
