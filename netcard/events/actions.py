"""What an owner does with events. Called inside `writing()`."""

from typing import Any
from uuid import UUID

from netcard.database import db, now
from netcard.events.models import Event


def add(owner_id: UUID, fields: dict[str, Any]) -> Event:
    """A new event of these columns."""
    event = Event(owner_id=owner_id, **fields)
    db.session.add(event)
    db.session.flush()
    return event


def change(event: Event, fields: dict[str, Any]) -> None:
    """Write these columns anew."""
    for name, value in fields.items():
        setattr(event, name, value)


def choose(event: Event) -> None:
    """Here now, whatever the days say; an earlier choice stands back."""
    event.chosen_at, event.left_at = now(), None


def leave(event: Event) -> None:
    """Not here, whatever the days say."""
    event.chosen_at, event.left_at = None, now()


def remove(event: Event) -> None:
    """Take it out of every list; meetings keep their link to it, so that it can be taken back."""
    event.deleted_at, event.chosen_at = now(), None


def restore(event: Event) -> None:
    """Take a removal back."""
    event.deleted_at = None
