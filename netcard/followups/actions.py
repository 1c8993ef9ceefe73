"""What an owner does about one thing that is due. Called inside `writing()`.

A rhythm is never over by one of these: its next round is counted from what was done.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from netcard.contacts import exchanges
from netcard.contacts.models import Exchange
from netcard.database import db, now
from netcard.errors import NotHere
from netcard.followups.models import FollowUp
from netcard.followups.queue import Due


def sent(due: Due, *, subject: str = "", text: str = "", how: str = "") -> None:
    """It went out, by the owner's own word; what went out is kept in the story of the two."""
    if due.contact is None:
        raise NotHere("There is nobody to write to here.")
    exchanges.note(due.contact, "wrote", subject=subject, text=text, how=how, follow_up_id=due.id)
    _close(due, "sent")


def answered(due: Due, text: str = "") -> None:
    """They answered, or wrote by themselves; either way nobody has to be written to."""
    if due.contact is None:
        raise NotHere("There is nobody to answer here.")
    exchanges.note(due.contact, "answered", text=text, follow_up_id=due.id)
    if not due.closed:
        _close(due, "answered")


def done(due: Due) -> None:
    """It is done, with no message: a promise kept by hand, a thing ticked off."""
    if due.item is not None and due.kind == "todo":
        due.item.done_at = now()
        return
    _close(due, "done")


def let_go(due: Due) -> None:
    """It need not be done any more."""
    if due.rhythm is not None:
        due.rhythm.skipped_at = now()
    _close(due, "let go")


def snooze(due: Due, until: date) -> None:
    """Not before that day."""
    state_of(due).snoozed_until = until


def reopen(due: Due) -> None:
    """Take the last of these back, with the message it noted."""
    state = state_of(due)
    latest = db.session.scalars(
        select(Exchange)
        .where(Exchange.owner_id == due_owner(due), Exchange.follow_up_id == due.id)
        .where(Exchange.deleted_at.is_(None))
        .order_by(Exchange.created_at.desc(), Exchange.id.desc())
    ).first()
    if latest is not None and state.outcome in {"sent", "answered"}:
        exchanges.take_back(latest)
    if due.rhythm is not None and state.outcome == "let go":
        due.rhythm.skipped_at = None
    if due.item is not None:
        due.item.done_at = None
    state.closed_at, state.outcome, state.snoozed_until = None, "", None


def state_of(due: Due) -> FollowUp:
    """The row of what was done about it, made where there is none yet."""
    owner = due_owner(due)
    state = db.session.get(FollowUp, (owner, due.id))
    if state is None:
        contact_id = due.contact.id if due.contact else None
        state = FollowUp(owner_id=owner, id=due.id, contact_id=contact_id, kind=due.kind)
        db.session.add(state)
        db.session.flush()
    return state


def due_owner(due: Due) -> UUID:
    """Whose it is."""
    row = due.contact or due.item
    if row is None:
        raise NotHere("There is no such follow-up here.")
    return row.owner_id


def _close(due: Due, outcome: str) -> None:
    state = state_of(due)
    state.outcome = outcome
    if due.rhythm is None:
        state.closed_at = now()
    else:
        state.snoozed_until = state.draft_subject = state.draft_text = None
