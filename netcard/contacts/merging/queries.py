"""Reading merges: what stands on a person's page, and where a person went."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from netcard.contacts.models import Contact, Encounter, Exchange, Merge
from netcard.database import db
from netcard.errors import NotHere


@dataclass(frozen=True)
class Joined:
    """A merge that stands, and who went into the person."""

    merge: Merge
    gone: Contact


def merges_of(contact: Contact) -> list[Joined]:
    """The merges into this person that stand, the last one first."""
    rows = db.session.execute(
        select(Merge, Contact)
        .join(Contact, (Contact.owner_id == Merge.owner_id) & (Contact.id == Merge.gone_id))
        .where(Merge.owner_id == contact.owner_id, Merge.kept_id == contact.id, Merge.undone_at.is_(None))
        .order_by(Merge.merged_at.desc(), Merge.id.desc())
    )
    return [Joined(merge, gone) for merge, gone in rows]


def merge_of(owner: UUID, gone_id: UUID) -> Merge | None:
    """The merge that stands by which this contact went; none for one that a phone brought back since."""
    return db.session.scalars(
        select(Merge)
        .join(Contact, (Contact.owner_id == Merge.owner_id) & (Contact.id == Merge.gone_id))
        .where(Merge.owner_id == owner, Merge.gone_id == gone_id, Merge.undone_at.is_(None))
        .where(Contact.deleted_at == Merge.merged_at)
        .order_by(Merge.merged_at.desc(), Merge.id.desc())
        .limit(1)
    ).first()


def went_into(owner: UUID, contact_id: UUID) -> UUID | None:
    """Where a contact that is gone is to be found now, through as many merges as there were."""
    seen = {contact_id}
    while merge := merge_of(owner, contact_id):
        contact_id = merge.kept_id
        contact = db.session.get(Contact, (owner, contact_id))
        if contact_id in seen or contact is None:
            return None
        if not contact.deleted_at:
            return contact_id
        seen.add(contact_id)
    return None


def merge_by(owner: UUID, merge_id: UUID) -> Merge:
    """The owner's merge; raises NotHere."""
    merge = db.session.get(Merge, (owner, merge_id))
    if merge is None:
        raise NotHere("There is no such merge here.")
    return merge


def kept_first(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Which of two stays unless the owner says otherwise: one that a phone made, for the phone may hold on
    to it by groups and shortcuts; else the older one."""

    def rank(contact: Contact) -> tuple[object, ...]:
        made_here = contact.resource == f"{contact.id}.vcf"
        return made_here, contact.created_at, contact.id

    return (one, other) if rank(one) <= rank(other) else (other, one)


def met_among(owner: UUID, contacts: list[UUID]) -> dict[UUID, int]:
    """How many meetings there were with each of those with whom there was any."""
    rows = db.session.execute(
        select(Encounter.contact_id, func.count())
        .where(Encounter.owner_id == owner, Encounter.contact_id.in_(contacts))
        .where(Encounter.deleted_at.is_(None))
        .group_by(Encounter.contact_id)
    )
    return dict(rows.tuples().all())


def written_with(contact: Contact) -> int:
    """How many messages there were to and from a contact."""
    mine = (Exchange.owner_id == contact.owner_id, Exchange.contact_id == contact.id)
    asked = select(func.count()).select_from(Exchange).where(*mine, Exchange.deleted_at.is_(None))
    return db.session.scalar(asked) or 0
