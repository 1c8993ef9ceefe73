"""Messages to a contact and from them, noted down when the owner says so. Called inside `writing()`."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from netcard.contacts import ledger
from netcard.contacts.models import Contact, Exchange
from netcard.database import db, now


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
    ledger.take(contact)
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


def change(
    contact: Contact,
    exchange: Exchange,
    kind: Literal["wrote", "answered"],
    *,
    at: datetime,
    subject: str,
    text: str,
) -> None:
    """Write a message down anew; how it went out stays as it was told."""
    ledger.take(contact, exchange)
    exchange.kind, exchange.at = kind, at
    exchange.subject, exchange.text = subject, text


def take_back(exchange: Exchange) -> None:
    """It did not go out, or they did not answer; kept, so that this can be taken back too."""
    exchange.deleted_at = exchange.deleted_at or now()


def remove(contact: Contact, exchange: Exchange) -> None:
    """Take a message out of the story; kept, so that it can be taken back."""
    ledger.take(contact, exchange)
    take_back(exchange)


def restore(contact: Contact, exchange: Exchange) -> None:
    """Take the removal of a message back."""
    ledger.take(contact, exchange)
    exchange.deleted_at = None
