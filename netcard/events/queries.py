"""Reading events."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from netcard.database import db
from netcard.events.models import Event
from netcard.events.rules import is_chosen, is_on


def events_of(owner_id: UUID) -> list[Event]:
    """The owner's events, the newest start first."""
    newest = (Event.starts_on.desc(), Event.created_at.desc(), Event.id)
    return list(db.session.scalars(select(Event).where(Event.owner_id == owner_id).order_by(*newest)))


def here_now(owner_id: UUID, moment: datetime) -> Event | None:
    """The event the owner is at: the one chosen last while the choice holds, else the one its days say.

    Of several whose days hold the moment, the one that began last.
    """
    events = events_of(owner_id)
    chosen = [event for event in events if is_chosen(event.chosen_at, moment)]
    if chosen:
        return max(chosen, key=lambda event: event.chosen_at or moment)
    return next((event for event in events if _by_its_days(event, moment)), None)


def _by_its_days(event: Event, moment: datetime) -> bool:
    return is_on(event.starts_on, event.ends_on, event.time_zone, moment) and not is_chosen(
        event.left_at, moment
    )
