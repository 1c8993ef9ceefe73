"""What an owner does with the people met. Called inside `writing()`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from netcard import vcard
from netcard.accounts.models import Account
from netcard.contacts import book, rules
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now
from netcard.events.models import Event
from netcard.events.rules import zone


def meet(owner: UUID, met: Met, *, encounter_id: UUID, met_line: bool) -> Contact:
    """Somebody new: makes the card, and the meeting beside it under the id the phone gave.

    An event that is gone by the time a phone finds a signal is left out: the person counts more.
    """
    event = _event(owner, met.event_id)
    contact_id = new_id()
    line = _met_line(owner, met.met_at, event, met.poster) if met_line else ""
    data = vcard.compose(
        uid=f"urn:uuid:{contact_id}",
        full_name=met.name,
        institution=met.institution,
        emails=[met.email] if met.email else [],
        phones=[met.phone] if met.phone else [],
        note=line,
        categories=met.tags,
        rev=now(),
    )
    said = (met.poster, met.discussed, met.promised)
    contact = book.add(owner, data, contact_id=contact_id, role=met.role, met_at=met.met_at, said=said)
    _note_down(contact, met, encounter_id, event)
    return contact


def meet_again(contact: Contact, met: Met, *, encounter_id: UUID) -> Encounter:
    """One more meeting with somebody known; the card stays as it is."""
    encounter = _note_down(contact, met, encounter_id, _event(contact.owner_id, met.event_id))
    book.restamp(contact)
    book.index(contact)
    return encounter


def _note_down(contact: Contact, met: Met, encounter_id: UUID, event: Event | None) -> Encounter:
    encounter = Encounter(
        owner_id=contact.owner_id,
        id=encounter_id,
        contact_id=contact.id,
        event_id=event.id if event else None,
        met_at=met.met_at,
        met_offset=met.met_offset,
        poster=met.poster,
        discussed=met.discussed,
        promised=met.promised,
        promised_by=met.promised_by,
        photo_file=met.photo_file,
    )
    db.session.add(encounter)
    db.session.flush()
    return encounter


def _event(owner: UUID, event_id: UUID | None) -> Event | None:
    return db.session.get(Event, (owner, event_id)) if event_id else None


def _met_line(owner: UUID, met_at: datetime, event: Event | None, poster: str) -> str:
    name = db.session.scalar(select(Account.time_zone).where(Account.id == owner)) or "UTC"
    return rules.met_line(met_at, zone(name), event.name if event else "", poster)
