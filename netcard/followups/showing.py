"""What the pages of the queue are drawn from."""

from datetime import date
from typing import Any
from uuid import UUID

from netcard.contacts.blueprint import owner_zone
from netcard.contacts.models import Contact
from netcard.contacts.rules import short_day
from netcard.database import now
from netcard.followups.queue import queue_of
from netcard.web.answers import wants_partial
from netcard.web.owner import owner_id


def shown(**more: Any) -> dict[str, Any]:
    """The whole queue, for /followups."""
    queue = queue_of(owner_id(), owner_zone(), now())
    return {"queue": queue, "back": "/followups", "region": "#queue", **_common(queue.today), **more}


def shown_with(contact: Contact, **more: Any) -> dict[str, Any]:
    """What is open with one person."""
    queue = queue_of(owner_id(), owner_zone(), now(), contact.id)
    dues = [*queue.waiting, *queue.coming]
    back = f"/followups/with/{contact.id}"
    return {
        "contact": contact,
        "dues": dues,
        "back": back,
        "region": "#with",
        **_common(queue.today),
        **more,
    }


def _common(today: date) -> dict[str, Any]:
    return {
        "today": today,
        "zone": owner_zone(),
        "short_day": short_day,
        "oob": wants_partial(),
        "refused": None,
    }


def contact_named_by(back: str) -> UUID | None:
    """Whose region an address is; None where it is another page's."""
    head, _, name = back.partition("?")[0].rpartition("/")
    if head != "/followups/with":
        return None
    try:
        return UUID(name)
    except ValueError:
        return None
