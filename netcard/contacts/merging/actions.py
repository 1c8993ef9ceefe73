"""Merging two people, taking it back, and telling namesakes apart. Called inside `writing()`."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, update

from netcard import vcard
from netcard.contacts import book, likeness
from netcard.contacts.merging.queries import merge_of
from netcard.contacts.models import Appointment, Contact, Encounter, Exchange, Merge, NotSame
from netcard.database import AT_ONCE, db, hand_back, hand_over, now
from netcard.errors import BrokenCard, Conflict, NotHere

CHANGED = "One of the two was changed meanwhile. Nothing was merged; look again. Your choices are kept."
UNDONE = "This was taken apart already."


@dataclass(frozen=True)
class Agreed:
    """What the owner saw of two cards, and the card she made of them."""

    kept_etag: str
    gone_etag: str
    card: vcard.Card
    role: str


def merge(kept: Contact, gone: Contact, agreed: Agreed) -> Merge:
    """One card instead of two: the kept contact gets what was agreed on and the other's meetings, star and
    namesakes told apart; the other becomes a tombstone.

    Raises Conflict where one of the cards is not the one that was seen, NotHere where one was removed.
    """
    before = b""

    def agreed_on(card: vcard.Card) -> vcard.Card:
        nonlocal before
        db.session.expire(gone)
        if gone.deleted_at:
            raise NotHere("This person was removed.")
        if (kept.etag, gone.etag) != (agreed.kept_etag, agreed.gone_etag):
            raise Conflict(CHANGED)
        before = card.to_bytes()
        return agreed.card

    book.change(kept, agreed_on, "merge")
    row = Merge(
        owner_id=kept.owner_id,
        kept_id=kept.id,
        gone_id=gone.id,
        kept_vcard=before,
        merged_vcard=agreed.card.to_bytes(),
        kept_role=kept.role,
        merged_role=agreed.role,
        starred=not kept.starred_at and bool(gone.starred_at),
        moved=hand_over(gone, kept),
        apart=[str(other) for other in _keep_apart(gone, kept)],
    )
    db.session.add(row)
    kept.role = agreed.role
    kept.starred_at = kept.starred_at or gone.starred_at
    kept.changed_at = now()
    book.remove(gone)
    row.merged_at = gone.deleted_at or row.merged_at  # the same moment: this removal, and no later one
    _settle(kept)
    return row


def undo(merge: Merge) -> None:
    """Two cards again: the one that went as it was, with its meetings; the kept one as it was, but for what
    was changed since. What the kept card said until now is among its revisions.

    Raises Conflict where the kept one was removed since, or went into another itself: that has to be
    taken back first, or what was put to it would be taken from a card that nobody sees.
    """
    owner = merge.owner_id
    kept, gone = (db.session.get_one(Contact, (owner, key)) for key in (merge.kept_id, merge.gone_id))

    def as_before(card: vcard.Card) -> vcard.Card:
        db.session.expire(merge)
        if merge.undone_at:
            raise Conflict(UNDONE)
        return vcard.unmerge(card, vcard.parse(merge.kept_vcard), vcard.parse(merge.merged_vcard), now())

    try:
        book.change(kept, as_before, "undo")
    except NotHere:
        raise Conflict(f"{kept.name} was removed or merged since. Take that back first.") from None
    except BrokenCard:
        raise Conflict(f"The card of {kept.name} has grown too large. Shorten it first.") from None
    hand_back(merge.moved, kept, gone)
    _follow_agreed(kept, gone)
    _follow_words(merge, kept, gone)
    for other in merge.apart:
        join_again(owner, kept.id, UUID(other))
    if kept.role == merge.merged_role:
        kept.role = merge.kept_role
    if merge.starred and kept.starred_at == gone.starred_at:
        kept.starred_at = None
    kept.changed_at = now()
    merge.undone_at = now()
    book.restore(gone)
    _settle(kept)
    _settle(gone)


def _follow_agreed(kept: Contact, gone: Contact) -> None:
    """A meeting agreed on with the one that comes back, and held while they were one, was with that one."""
    agreed = select(Appointment.encounter_id).where(
        Appointment.owner_id == gone.owner_id, Appointment.contact_id == gone.id
    )
    held = (Encounter.owner_id == kept.owner_id, Encounter.contact_id == kept.id, Encounter.id.in_(agreed))
    db.session.execute(update(Encounter).where(*held).values(contact_id=gone.id))


def _follow_words(merge: Merge, kept: Contact, gone: Contact) -> None:
    """Messages noted while they were one, and written for something that goes back, go with it."""
    ids = [UUID(each) for some in merge.moved.values() for each in some]
    for some in (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)):
        here = (Exchange.owner_id == kept.owner_id, Exchange.contact_id == kept.id)
        written = update(Exchange).where(*here, Exchange.follow_up_id.in_(some))
        db.session.execute(written.values(contact_id=gone.id))


def take_back(contact: Contact) -> bool:
    """Undo the merge by which somebody went; False where it was none."""
    row = merge_of(contact.owner_id, contact.id)
    if row is None or not contact.deleted_at:
        return False
    undo(row)
    return True


def tell_apart(one: Contact, other: Contact) -> None:
    """These two are not the same person, for good."""
    if one.id == other.id:
        raise NotHere("It takes two to tell apart.")
    _mark_apart(one.owner_id, one.id, other.id)


def join_again(owner: UUID, one: UUID, other: UUID) -> None:
    """Forget that two were told apart."""
    first, second = sorted((one, other))
    db.session.execute(
        delete(NotSame).where(NotSame.owner_id == owner, NotSame.one_id == first, NotSame.other_id == second)
    )


def _mark_apart(owner: UUID, one: UUID, other: UUID) -> bool:
    first, second = sorted((one, other))
    if db.session.get(NotSame, (owner, first, second)):
        return False
    db.session.add(NotSame(owner_id=owner, one_id=first, other_id=second))
    db.session.flush()
    return True


def _keep_apart(gone: Contact, kept: Contact) -> Iterable[UUID]:
    """Whoever is not the one that goes is not the one it goes into either; those newly told apart."""
    for pair in likeness.told_apart(gone.owner_id, [gone.id]):
        other = next(iter(pair - {gone.id}))
        if other != kept.id and _mark_apart(gone.owner_id, kept.id, other):
            yield other


def _settle(contact: Contact) -> None:
    db.session.flush()
    book.restamp(contact)
    db.session.expire(contact, ["encounters"])
    book.index(contact)
