"""Reading cards."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, select

from netcard.cards import rules
from netcard.cards.models import Card, Handle
from netcard.database import db, now
from netcard.errors import NotHere
from netcard.web.owner import mine


class Standing(NamedTuple):
    """What stands at a handle: enough to answer from kept bytes without loading the card."""

    owner_id: UUID
    card_id: UUID
    version: int
    given_up_at: datetime | None


_standing = (
    select(Card.owner_id, Card.id, Card.version, Handle.given_up_at)
    .join(Handle, and_(Handle.owner_id == Card.owner_id, Handle.card_id == Card.id))
    .where(Card.deleted_at.is_(None))
)


def cards_of(owner_id: UUID) -> list[Card]:
    """An owner's cards, oldest first, without removed ones."""
    query = select(Card).where(Card.owner_id == owner_id, Card.deleted_at.is_(None))
    return list(db.session.scalars(query.order_by(Card.created_at, Card.id)))


def removed_of(owner_id: UUID) -> list[Card]:
    """Removed cards that can still be put back, the last removed first."""
    since = now() - rules.KEPT_AFTER_REMOVAL
    query = select(Card).where(Card.owner_id == owner_id, Card.deleted_at > since)
    return list(db.session.scalars(query.order_by(Card.deleted_at.desc(), Card.id)))


def my_card(card_id: UUID) -> Card:
    """The signed-in owner's card; raises NotHere when there is none by that id or it was removed."""
    card = mine(Card, card_id)
    if card.deleted_at:
        raise NotHere("This card was removed.")
    return card


def handle_of(card: Card) -> str:
    """The handle a card answers to now; "" for a removed card whose handle went to another one."""
    return handles_of(card.owner_id).get(card.id, "")


def handles_of(owner_id: UUID) -> dict[UUID, str]:
    """The current handle of each of an owner's cards."""
    query = select(Handle.card_id, Handle.handle).where(
        Handle.owner_id == owner_id, Handle.given_up_at.is_(None), Handle.card_id.is_not(None)
    )
    return {card_id: handle for card_id, handle in db.session.execute(query) if card_id}


def old_handles_of(card: Card) -> list[str]:
    """Handles a card had before, which still lead to it."""
    query = select(Handle.handle).where(
        Handle.owner_id == card.owner_id, Handle.card_id == card.id, Handle.given_up_at.is_not(None)
    )
    return list(db.session.scalars(query.order_by(Handle.given_up_at.desc(), Handle.handle)))


def standing_at(handle: str) -> Standing:
    """What stands at a handle, in small letters; raises NotHere."""
    row = db.session.execute(_standing.where(Handle.handle == handle)).one_or_none()
    if row is None:
        raise NotHere("There is no card at this address.")
    return Standing(*row)


def current_handle(owner_id: UUID, card_id: UUID) -> str:
    """The handle of one card; raises NotHere when it has none."""
    query = select(Handle.handle).where(
        Handle.owner_id == owner_id, Handle.card_id == card_id, Handle.given_up_at.is_(None)
    )
    handle = db.session.scalar(query)
    if handle is None:
        raise NotHere("There is no card at this address.")
    return handle


def why_taken(owner_id: UUID, handle: str, card_id: UUID | None = None) -> str | None:
    """Why an owner cannot have this handle for this card (None: a new one); None when it is free."""
    row = db.session.get(Handle, handle)
    if row is None or (row.owner_id == owner_id and row.card_id == card_id):
        return None
    if row.owner_id != owner_id:
        return "This address belongs to somebody else. Choose another."
    if row.given_up_at is None and row.card_id and _stands(owner_id, row.card_id):
        return "Another card of yours is at this address."
    return None


def leads_elsewhere(owner_id: UUID, handle: str, card_id: UUID | None = None) -> bool:
    """Whether the handle, given up by the owner, still leads to another standing card of theirs."""
    row = db.session.get(Handle, handle)
    return bool(
        row
        and row.owner_id == owner_id
        and row.card_id
        and row.card_id != card_id
        and _stands(owner_id, row.card_id)
    )


def free_handle(owner_id: UUID, name: str) -> str:
    """A free handle made from a name, leading nowhere yet; "" when nothing can be made of it."""
    wanted = rules.suggested_handle(name)
    variants = [wanted, *(rules.another_handle(wanted, at) for at in range(2, 30))] if wanted else []
    return next(
        (
            each
            for each in variants
            if not (rules.problem_with(each) or why_taken(owner_id, each) or leads_elsewhere(owner_id, each))
        ),
        "",
    )


def _stands(owner_id: UUID, card_id: UUID) -> bool:
    card = db.session.get(Card, (owner_id, card_id))
    return card is not None and card.deleted_at is None
