"""Messages to a contact and from them, noted down when the owner says so. Called inside `writing()`."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from netcard.contacts import ledger, queries
from netcard.contacts.models import Contact, Exchange
from netcard.database import db, now
from netcard.errors import NotHere


def note(
    contact: Contact,
    kind: Literal["wrote", "answered"],
    *,
    at: datetime | None = None,
    subject: str = "",
    text: str = "",
    how: str = "",
    follow_up_id: UUID | None = None,
) -> Exchange:
    """Write down that something went out or came back. Raises NotHere for somebody removed."""
    ledger.lock(contact)
    if contact.deleted_at:
        raise NotHere(queries.GONE)
    exchange = Exchange(
        owner_id=contact.owner_id,
        contact_id=contact.id,
        kind=kind,
        at=at or now(),
        subject=subject,
        text=text,
        how=how,
        follow_up_id=follow_up_id,
    )
    db.session.add(exchange)
    db.session.flush()
    return exchange


def take_back(exchange: Exchange) -> None:
    """It did not go out, or they did not answer; kept, so that this can be taken back too."""
    exchange.deleted_at = now()
