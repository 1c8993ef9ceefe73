"""What an owner does with the people met. Called inside `writing()`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from netcard import vcard
from netcard.accounts.models import Account
from netcard.accounts.rules import zone
from netcard.contacts import book, ledger, queries, rules
from netcard.contacts.models import Appointment, Contact, Encounter, Revision
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now
from netcard.errors import Invalid
from netcard.events.models import Event
from netcard.events.queries import find_event


def meet(owner: UUID, met: Met, *, encounter_id: UUID, met_line: bool) -> Contact:
    """Somebody new: makes the card, or takes the one handed over, and the meeting beside it under
    the id the phone gave.

    An event that is gone by the time a phone finds a signal is left out: the person counts more.
    """
    event = _event(owner, met.event_id)
    contact_id = new_id()
    line = _met_line(owner, met.met_at, event, met.poster) if met_line else ""
    data = _own(owner, contact_id, met.card, line) if met.card else _composed(contact_id, met, line)
    said = (met.poster, met.discussed, met.promised, met.offered)
    contact = book.add(owner, data, contact_id=contact_id, role=met.role, met_at=met.met_at, said=said)
    _note_down(contact, met, encounter_id, event)
    return contact


def _composed(contact_id: UUID, met: Met, line: str) -> bytes:
    return vcard.compose(
        uid=f"urn:uuid:{contact_id}",
        full_name=met.name,
        institution=met.institution,
        emails=[met.email] if met.email else [],
        phones=[met.phone] if met.phone else [],
        note=line,
        categories=met.tags,
        rev=now(),
    )


def _own(owner: UUID, contact_id: UUID, data: bytes, line: str) -> bytes:
    """A card that was handed over, as this book's own, with the line about the meeting.

    It keeps its UID unless the book knows that one, also of somebody removed: no two cards of a book
    may have the same (RFC 6352, section 5.1), and a removal can be taken back.
    """
    card = vcard.add_note_line(vcard.parse(data), line, now())
    uid = vcard.project(card).uid
    ledger.hold(owner)  # of two who ask at once the second sees the first
    if not uid or queries.knows_uid(owner, uid):
        card = vcard.with_uid(card, contact_id.urn)
    return card.to_bytes()


def meet_again(contact: Contact, met: Met, *, encounter_id: UUID) -> Encounter:
    """One more meeting with somebody known; the card stays as it is. Raises NotHere for somebody removed."""
    ledger.take(contact)
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
        offered=met.offered,
        opens_follow_up=rules.opens_follow_up(met.met_at, now(), met.promised_by),
        photo_file=met.photo_file,
    )
    db.session.add(encounter)
    db.session.flush()
    return encounter


def _event(owner: UUID, event_id: UUID | None) -> Event | None:
    return find_event(owner, event_id) if event_id else None


def _met_line(owner: UUID, met_at: datetime, event: Event | None, poster: str) -> str:
    name = db.session.scalar(select(Account.time_zone).where(Account.id == owner)) or "UTC"
    return rules.met_line(met_at, zone(name), event.name if event else "", poster)


# --- a contact ----------------------------------------------------------------


def edit(contact: Contact, wanted: dict[str, Any], role: str, etag: str = "") -> None:
    """Change lines of the card. `wanted` holds what the form says of every field of `said_by`.

    `etag` names the card the form was filled from: only what differs from that one is written, so
    that a change made meanwhile on a phone is not taken back by an untouched field.
    """
    base = _card_by(contact, etag)
    before = said_by(base) if base else {}
    changes = {name: value for name, value in wanted.items() if name not in before or value != before[name]}
    book.change(contact, lambda card: vcard.edit(card, vcard.Edit(**changes), now()), "web")
    if contact.role != role:
        contact.role = role
        contact.changed_at = now()
        book.index(contact)


def said_by(card: vcard.Card) -> dict[str, Any]:
    """What a card says in the fields that can be edited here."""
    shown = vcard.project(card)
    return {
        "full_name": shown.full_name,
        "institution": shown.institution,
        "department": shown.department,
        "title": shown.title,
        "email": next(iter(shown.emails), ""),
        "phone": next(iter(shown.phones), ""),
        "note": shown.note,
        "tags": shown.tags,
    }


def tag(contact: Contact, tags: tuple[str, ...]) -> None:
    """Put tags to those there are; raises Invalid where that would be too many."""

    def with_more(card: vcard.Card) -> vcard.Card:
        now_there = vcard.project(card).tags
        known = {rules.fold(label) for label in now_there}
        both = (*now_there, *(label for label in tags if rules.fold(label) not in known))
        if len(both) > max(rules.MOST_TAGS, len(now_there)):
            raise Invalid({"tags": f"Nobody needs more than {rules.MOST_TAGS} tags. Take one away first."})
        return vcard.edit(card, vcard.Edit(tags=both), now())

    book.change(contact, with_more, "web")


def untag(contact: Contact, label: str) -> None:
    """Take a tag away, however it is spelt."""

    gone = rules.fold(label)

    def without(card: vcard.Card) -> vcard.Card:
        left = [there for there in vcard.project(card).tags if rules.fold(there) != gone]
        return vcard.edit(card, vcard.Edit(tags=left), now())

    book.change(contact, without, "web")


def star(contact: Contact) -> None:
    """Mark somebody; the first time counts."""
    contact.starred_at = contact.starred_at or now()
    contact.changed_at = now()


def unstar(contact: Contact) -> None:
    """Take the mark away."""
    contact.starred_at = None
    contact.changed_at = now()


# --- a meeting ----------------------------------------------------------------


def change_encounter(contact: Contact, encounter: Encounter, met: Met, photo_file: str | None) -> None:
    """Write a meeting anew; the card's line about it follows, where it still stands there."""
    ledger.take(contact, encounter)
    before = _met_line(contact.owner_id, encounter.met_at, encounter.event, encounter.poster)
    event = _event(contact.owner_id, met.event_id)
    encounter.event_id = event.id if event else None
    if (encounter.met_at, encounter.promised_by) != (met.met_at, met.promised_by):
        asks = rules.opens_follow_up(met.met_at, encounter.created_at, met.promised_by)
        encounter.opens_follow_up = asks
    encounter.met_at, encounter.met_offset = met.met_at, met.met_offset
    encounter.poster, encounter.discussed = met.poster, met.discussed
    encounter.promised, encounter.promised_by = met.promised, met.promised_by
    encounter.offered = met.offered
    encounter.photo_file = photo_file
    after = _met_line(contact.owner_id, met.met_at, event, met.poster)
    book.change(contact, lambda card: vcard.replace_note_line(card, before, after, now()), "web")
    _noted(contact)


def remove_encounter(contact: Contact, encounter: Encounter) -> Appointment | None:
    """Take a meeting away; kept, so that it can be taken back. One that was agreed on is still to be held
    then: that is given."""
    ledger.take(contact, encounter)
    encounter.deleted_at = now()
    _noted(contact)
    here = (Appointment.owner_id == contact.owner_id, Appointment.encounter_id == encounter.id)
    agreed = db.session.scalars(select(Appointment).where(*here)).first()
    if agreed:
        agreed.encounter_id = None
    return agreed


def restore_encounter(contact: Contact, encounter: Encounter, agreed: Appointment | None = None) -> None:
    """Take the removal of a meeting back; where it was `agreed` on, that was held again, unless it was held
    in another way since."""
    ledger.take(contact, encounter)
    encounter.deleted_at = None
    _noted(contact)
    if agreed:
        ledger.take(contact, agreed)
        agreed.encounter_id = agreed.encounter_id or encounter.id


def _noted(contact: Contact) -> None:
    book.restamp(contact)
    contact.changed_at = now()
    book.index(contact)


def _card_by(contact: Contact, etag: str) -> vcard.Card | None:
    if not etag:
        return None
    db.session.expire(contact)
    if contact.etag == etag:
        return vcard.parse(contact.vcard)
    kept = db.session.scalars(
        select(Revision.vcard)
        .where(Revision.owner_id == contact.owner_id, Revision.contact_id == contact.id)
        .order_by(Revision.replaced_at.desc(), Revision.id.desc())
    )
    return next((vcard.parse(data) for data in kept if vcard.etag(data) == etag), None)
