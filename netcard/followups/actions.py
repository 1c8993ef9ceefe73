"""What an owner does about one thing that is due. Called inside `writing()`.

Each of them holds the book first, as every writer does, so that of two phones the second sees what the
first did: the same again changes nothing, something else about what is over raises Conflict.
A rhythm is never over by one of these: its next round is counted from what was done.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from netcard.contacts import exchanges, ledger
from netcard.contacts.models import Contact, Exchange
from netcard.database import db, now
from netcard.errors import Conflict, NotHere
from netcard.followups.models import FollowUp
from netcard.followups.queue import Due

OVER = "This is over already. Nothing was changed."

TWICE = timedelta(minutes=10)
"""The same said of a rhythm again within this was a second tap, not a second message."""

Outcome = Literal["sent", "answered", "done", "let go"]

_WORDLESS = ("done", "let go")
"""Outcomes that leave no message: a rhythm's next round is counted from the moment itself."""


@dataclass(frozen=True, slots=True)
class Before:
    """What taking one thing back needs; empty: whatever was done last."""

    what: str = ""
    """An outcome, or "snooze"."""
    until: date | None = None
    """The day it was put off to before."""
    skipped_at: datetime | None = None
    """When the rhythm was let go before."""


def sent(due: Due, *, subject: str = "", text: str = "", how: str = "") -> Exchange:
    """It went out, by the owner's own word; what went out is kept in the story of the two.

    Told a second time nothing is written but the text, where it was not told before.
    """
    contact = _somebody(due, "There is nobody to write to here.")
    state = state_of(due)
    if latest := _said_already(due, state, "wrote"):
        if text and not latest.text:
            latest.subject, latest.text, latest.how = subject, text, how
        _close_still(due, state, "sent")
        return latest
    _refuse_what_is_over(due, state)
    exchange = exchanges.note(contact, "wrote", subject=subject, text=text, how=how, follow_up_id=due.id)
    _close(due, state, "sent")
    return exchange


def answered(due: Due, text: str = "") -> Exchange:
    """They answered, or wrote by themselves; either way nobody has to be written to."""
    contact = _somebody(due, "There is nobody to answer here.")
    state = state_of(due)
    if latest := _said_already(due, state, "answered"):
        latest.text = latest.text or text
        _close_still(due, state, "answered")
        return latest
    exchange = exchanges.note(contact, "answered", text=text, follow_up_id=due.id)
    if not _is_over(due, state):
        _close(due, state, "answered")
    return exchange


def done(due: Due) -> None:
    """It is done, with no message: a promise kept by hand, a thing ticked off."""
    state = state_of(due)
    if due.item is not None and due.kind == "todo":
        due.item.done_at = due.item.done_at or now()
    elif not _closed_so(due, state, "done"):
        _refuse_what_is_over(due, state)
        _close(due, state, "done")


def let_go(due: Due) -> None:
    """It need not be done any more."""
    state = state_of(due)
    if _closed_so(due, state, "let go"):
        return
    _refuse_what_is_over(due, state)
    _close(due, state, "let go")


def snooze(due: Due, until: date) -> None:
    """Not before that day."""
    state = state_of(due)
    _refuse_what_is_over(due, state)
    if due.rhythm is not None:  # a round of its own: what closed the one before is no longer the last word
        state.closed_at, state.outcome = None, ""
    state.snoozed_until = until


def reopen(due: Due, before: Before | None = None) -> None:
    """Take back what was done last, with the message it noted: all stands as it stood before.

    `before` names what is meant; where that was taken back already, nothing is changed. Raises Conflict
    where a putting off is to be taken back of what is over meanwhile.
    """
    before = before or Before()
    state = state_of(due)
    if before.what == "snooze":
        _refuse_what_is_over(due, state)
        state.snoozed_until = before.until
        return
    latest = _latest(due)
    answer_last = (
        latest is not None
        and latest.kind == "answered"
        and state.closed_at is not None
        and latest.created_at > state.closed_at
    )
    if before.what == "answered" or (answer_last and not before.what):
        if latest is not None and latest.kind == "answered":
            exchanges.take_back(latest)
            if state.outcome == "answered":
                state.closed_at, state.outcome = None, ""
    elif state.outcome:
        if before.what in ("", state.outcome):
            _open_again(due, state, before)
    elif due.item is not None and due.item.done_at is not None:
        due.item.done_at = None
    elif not before.what:
        state.snoozed_until = None


def state_of(due: Due) -> FollowUp:
    """The row of what was done about it as the last writer left it, made where there is none yet.

    Holds the book until the transaction ends.
    """
    owner = due_owner(due)
    db.session.flush()
    ledger.hold(owner)
    for row in (due.contact, due.encounter, due.item, due.rhythm):
        if row is not None:
            db.session.refresh(row)
    if due.contact is not None and due.contact.deleted_at:
        raise NotHere("This person was removed.")
    state = db.session.get(FollowUp, (owner, due.id), populate_existing=True)
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


# --- parts of the above -------------------------------------------------------


def _somebody(due: Due, sentence: str) -> Contact:
    if due.contact is None:
        raise NotHere(sentence)
    return due.contact


def _is_over(due: Due, state: FollowUp) -> bool:
    if due.encounter is not None:
        return state.settles(due.encounter.promised_by)
    ticked = due.item is not None and due.item.done_at is not None
    return ticked or (due.rhythm is None and state.closed_at is not None)


def _refuse_what_is_over(due: Due, state: FollowUp) -> None:
    if _is_over(due, state):
        raise Conflict(OVER)


def _closed_so(due: Due, state: FollowUp, outcome: Outcome) -> bool:
    """Whether exactly this was said already: for ever, or of a rhythm by a second tap."""
    if state.outcome != outcome or state.closed_at is None:
        return False
    return now() - state.closed_at < TWICE if due.rhythm is not None else _is_over(due, state)


def _said_already(due: Due, state: FollowUp, kind: str) -> Exchange | None:
    latest = _latest(due)
    if latest is None or latest.kind != kind:
        return None
    lately = now() - latest.created_at < TWICE
    return latest if lately or (due.rhythm is None and _is_over(due, state)) else None


def _latest(due: Due, *kinds: str) -> Exchange | None:
    found = select(Exchange).where(Exchange.owner_id == due_owner(due), Exchange.follow_up_id == due.id)
    if kinds:
        found = found.where(Exchange.kind.in_(kinds))
    return db.session.scalars(
        found.where(Exchange.deleted_at.is_(None))
        .order_by(Exchange.created_at.desc(), Exchange.id.desc())
        .limit(1)
    ).first()


def _close_still(due: Due, state: FollowUp, outcome: Outcome) -> None:
    """Close what was opened again since its message was noted."""
    if due.rhythm is None and not _is_over(due, state):
        _close(due, state, outcome)


def _close(due: Due, state: FollowUp, outcome: Outcome) -> None:
    state.outcome, state.closed_at = outcome, now()
    if due.encounter is not None:
        state.due_on = due.encounter.promised_by
    if due.rhythm is not None:  # the next round begins with a draft of its own
        state.draft_subject = state.draft_text = None
        if outcome in _WORDLESS:
            due.rhythm.skipped_at = now()


def _open_again(due: Due, state: FollowUp, before: Before) -> None:
    kind = {"sent": "wrote", "answered": "answered"}.get(state.outcome)
    if kind and (noted := _latest(due, kind)):  # an answer that came since stays: they wrote all the same
        exchanges.take_back(noted)
        if due.rhythm is not None and noted.text:
            state.draft_subject, state.draft_text = noted.subject, noted.text
    if due.rhythm is not None and state.outcome in _WORDLESS:
        due.rhythm.skipped_at = before.skipped_at
    if due.item is not None:
        due.item.done_at = None
    state.closed_at, state.outcome = None, ""
