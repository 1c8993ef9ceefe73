"""Changing cards. Called inside `writing()`, with everything parsed and files already in the store."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from netcard.cards import rules
from netcard.cards.models import Card, Handle
from netcard.cards.queries import current_handle, free_handle, why_taken
from netcard.database import db, detach, new_id, now
from netcard.errors import Conflict, Invalid, NotHere

MOST_CARDS = 50
"""Per owner; each is public and takes handles away from everyone else."""
MOST_HANDLES = 200

FILES = ("headshot_file", "headshot_small", "headshot_jpeg", "headshot_source", "cv_file")
"""Columns that hold media keys."""


def make(owner_id: UUID, values: Mapping[str, object], handle: str) -> Card:
    """A new card at `handle`. Raises Invalid where the handle is taken, Conflict for too many cards."""
    if _count(Card, owner_id) >= MOST_CARDS:
        raise Conflict(f"{MOST_CARDS} cards are the most. Remove one that you no longer show.")
    card = Card(owner_id=owner_id, id=new_id(), **values)
    db.session.add(card)
    db.session.flush()
    claim(owner_id, card.id, handle)
    return card


def change(card: Card, values: Mapping[str, object], handle: str) -> list[str]:
    """Write new values; the media keys that nothing names any more. Raises Invalid and NotHere."""
    if card.deleted_at:
        raise NotHere("This card was removed meanwhile.")
    before = keys_of(card)
    for name, value in values.items():
        setattr(card, name, value)
    claim(card.owner_id, card.id, handle)
    _touch(card)
    after = keys_of(card)
    return [key for key in before if key not in after]


def claim(owner_id: UUID, card_id: UUID, handle: str) -> None:
    """Put a card at `handle`. The one it had keeps leading here and is given to nobody else."""
    kind = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    # two people may ask for it at once: one insert stands, and both then read the same row
    db.session.execute(
        kind.insert(Handle)
        .values(handle=handle, owner_id=owner_id, card_id=card_id, created_at=now())
        .on_conflict_do_nothing(index_elements=["handle"])
    )
    row = db.session.get(Handle, handle, with_for_update=True, populate_existing=True)
    if row is None or why_taken(owner_id, handle, card_id):
        raise Invalid({"handle": why_taken(owner_id, handle, card_id) or "This address is taken."})
    if _count(Handle, owner_id) > MOST_HANDLES:
        raise Invalid({"handle": "You have used very many addresses. Take one of them back."})
    others = select(Handle).where(
        Handle.owner_id == owner_id,
        Handle.card_id == card_id,
        Handle.given_up_at.is_(None),
        Handle.handle != handle,
    )
    for other in db.session.scalars(others):
        other.given_up_at = now()
    row.card_id = card_id
    row.given_up_at = None
    db.session.flush()


def remove(card: Card) -> None:
    """Take a card away from everyone; its row, files and handles stay for `put_back`."""
    card.deleted_at = now()
    _touch(card)


def put_back(card: Card) -> None:
    """Undo a removal. Where its handle has gone to another card meanwhile, it gets a similar one."""
    if card.deleted_at is None:
        return
    try:
        current_handle(card.owner_id, card.id)
    except NotHere:
        claim(card.owner_id, card.id, free_handle(card.owner_id, card.name) or f"card-{card.id.hex[-8:]}")
    card.deleted_at = None
    _touch(card)


def forget_removed(owner_id: UUID) -> list[str]:
    """Delete for good what was removed long ago; the media keys to delete after the commit."""
    long_ago = select(Card).where(
        Card.owner_id == owner_id, Card.deleted_at < now() - rules.KEPT_AFTER_REMOVAL
    )
    keys: list[str] = []
    for card in db.session.scalars(long_ago).all():
        keys += keys_of(card)
        detach(card)
        db.session.delete(card)
    return keys


def keys_of(card: Card) -> list[str]:
    """The media keys a card names."""
    return [key for key in (getattr(card, column) for column in FILES) if key]


def _touch(card: Card) -> None:
    """Every change counts, for all that is kept of a card is kept by its version."""
    card.version = Card.version + 1  # the database counts: two may change at once
    card.changed_at = now()
    db.session.flush()


def _count(model: type[Card] | type[Handle], owner_id: UUID) -> int:
    return db.session.scalar(select(func.count()).where(model.owner_id == owner_id)) or 0
