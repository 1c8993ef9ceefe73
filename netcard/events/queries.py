"""Reading events. A removed one is as good as gone here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from netcard.database import db
from netcard.errors import NotHere
from netcard.events.models import Event
from netcard.events.rules import is_chosen, is_on


def events_of(owner_id: UUID) -> list[Event]:
    """The owner's events, the newest start first."""
    newest = (Event.starts_on.desc(), Event.created_at.desc(), Event.id)
    return list(
        db.session.scalars(
            select(Event).where(Event.owner_id == owner_id, Event.deleted_at.is_(None)).order_by(*newest)
        )
    )


def find_event(owner_id: UUID, event_id: UUID) -> Event | None:
    """The owner's event by its id."""
    event = db.session.get(Event, (owner_id, event_id))
    return event if event and not event.deleted_at else None


def event_of(owner_id: UUID, event_id: UUID) -> Event:
    """The owner's event by its id; raises NotHere."""
    event = find_event(owner_id, event_id)
    if event is None:
        raise NotHere("There is no such event here.")
    return event


def here_now(owner_id: UUID, moment: datetime) -> Event | None:
    """The event the owner is at: the one chosen last while the choice holds, else the one its days say.

    Of several whose days hold the moment, the one that began last.
    """
    return here_among(events_of(owner_id), moment)


def here_among(events: list[Event], moment: datetime) -> Event | None:
    """The same, out of events at hand, the newest start first."""
    chosen = [event for event in events if is_chosen(event.chosen_at, moment)]
    if chosen:
        return max(chosen, key=lambda event: event.chosen_at or moment)
    return next((event for event in events if _by_its_days(event, moment)), None)


def _by_its_days(event: Event, moment: datetime) -> bool:
    on = is_on(event.starts_on, event.ends_on, event.time_zone, moment)
    return on and not is_chosen(event.left_at, moment)
