"""Rhythms and promises by themselves, as an owner sets them. Called inside `writing()`."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from netcard.contacts import exchanges, ledger
from netcard.contacts.models import Contact, Exchange
from netcard.contacts.queries import GONE
from netcard.database import db, new_id, now
from netcard.errors import Conflict, NotHere
from netcard.followups.models import FollowUp, Rhythm

NO_PROMISE = "There is no such promise here."


def rhythms_of(contact: Contact) -> list[Rhythm]:
    """The rhythms that hold, the one that asks most often first: two people merged may bring two."""
    return list(
        db.session.scalars(
            select(Rhythm)
            .where(Rhythm.owner_id == contact.owner_id, Rhythm.contact_id == contact.id)
            .where(Rhythm.ended_at.is_(None))
            .order_by(Rhythm.months, Rhythm.id)
        )
    )


def set_rhythm(contact: Contact, months: int) -> Rhythm | None:
    """Keep in touch every so many months; 0 is never. Gives the rhythm that was changed or begun."""
    _hold(contact)
    there = rhythms_of(contact)
    rhythm = there[0] if there else None
    for other in there[1:]:
        other.ended_at = now()
    if rhythm is None:
        if months == 0:
            return None
        rhythm = Rhythm(owner_id=contact.owner_id, id=new_id(), contact_id=contact.id, months=months)
        db.session.add(rhythm)
        db.session.flush()
    elif months == 0:
        rhythm.ended_at = now()
    else:
        rhythm.months = months
    return rhythm


def restore_rhythm(contact: Contact, rhythm_id: UUID, months: int) -> None:
    """A rhythm as it stood before it was changed; 0: there was none. Raises NotHere."""
    _hold(contact)
    rhythm = db.session.get(Rhythm, (contact.owner_id, rhythm_id), populate_existing=True)
    if rhythm is None or rhythm.contact_id != contact.id:
        raise NotHere("There is no such rhythm here.")
    for other in rhythms_of(contact):
        if other.id != rhythm.id:
            other.ended_at = now()
    rhythm.ended_at = None if months else rhythm.ended_at or now()
    rhythm.months = months or rhythm.months


def promise(contact: Contact, promise_id: UUID, about: str, due_on: date) -> FollowUp:
    """A promise by itself, under the id its form brought: sent twice it is one.

    Raises Conflict where the id is something else's.
    """
    _hold(contact)
    there = db.session.get(FollowUp, (contact.owner_id, promise_id), populate_existing=True)
    if there is not None:
        if there.kind != "promise" or there.contact_id != contact.id:
            raise Conflict("This stands already, as something else. Nothing was changed.")
        return there
    made = FollowUp(
        owner_id=contact.owner_id,
        id=promise_id,
        contact_id=contact.id,
        kind="promise",
        about=about,
        due_on=due_on,
    )
    db.session.add(made)
    db.session.flush()
    return made


def change_promise(contact: Contact, promise_id: UUID, about: str, due_on: date) -> None:
    """Word it anew, or give it another day: that day counts, whatever it was put off to. Raises NotHere."""
    promised = promise_of(contact, promise_id)
    if promised.due_on != due_on:
        promised.snoozed_until = None
    promised.about, promised.due_on = about, due_on


def remove_promise(contact: Contact, promise_id: UUID) -> None:
    """Take it away; kept, so that it can be taken back. Raises NotHere."""
    promised = promise_of(contact, promise_id)
    promised.deleted_at = now()


def restore_promise(contact: Contact, promise_id: UUID) -> None:
    """Take the removal back. Raises NotHere."""
    promise_of(contact, promise_id, removed=True).deleted_at = None


# --- an answer ----------------------------------------------------------------


def they_answered(contact: Contact) -> Exchange:
    """They answered the last message to them; said twice it is one answer. Raises NotHere for nobody
    written to."""
    _hold(contact)
    last = db.session.scalars(
        select(Exchange)
        .where(Exchange.owner_id == contact.owner_id, Exchange.contact_id == contact.id)
        .where(Exchange.deleted_at.is_(None))
        .order_by(Exchange.at.desc(), Exchange.id.desc())
        .limit(1)
    ).first()
    if last is None:
        raise NotHere("No message to them is noted here.")
    if last.kind == "answered":
        return last
    return exchanges.note(contact, "answered", follow_up_id=last.follow_up_id)


# --- parts of the above -------------------------------------------------------


def promise_of(contact: Contact, promise_id: UUID, removed: bool = False) -> FollowUp:
    """One promise to this person, with the book held; raises NotHere."""
    _hold(contact)
    found = db.session.get(FollowUp, (contact.owner_id, promise_id), populate_existing=True)
    if found is None or found.kind != "promise" or found.contact_id != contact.id:
        raise NotHere(NO_PROMISE)
    if found.deleted_at and not removed:
        raise NotHere(NO_PROMISE)
    return found


def _hold(contact: Contact) -> None:
    db.session.flush()
    ledger.hold(contact.owner_id)
    db.session.refresh(contact)
    if contact.deleted_at:
        raise NotHere(GONE)
