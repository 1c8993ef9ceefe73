"""What visitors left: kept once, then taken over, put to somebody known, or discarded. Inside `writing()`.

The book is held first, as every writer of it does, so that none waits for another in a circle.
"""

from collections.abc import Mapping
from datetime import tzinfo
from uuid import UUID

from sqlalchemy import delete, func, or_, select

from netcard import vcard
from netcard.capture import rules
from netcard.capture.models import Hello
from netcard.cards.models import Card
from netcard.contacts import actions as contacts
from netcard.contacts import book, ledger, queries
from netcard.contacts.merging import actions as merging
from netcard.contacts.merging.actions import Agreed
from netcard.contacts.merging.queries import merges_of, went_into
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import Met
from netcard.database import db, now
from netcard.errors import BrokenCard, Conflict, NotHere
from netcard.events.queries import events_of, here_among
from netcard.followups.queue import queue_of

GONE = "This is not in your inbox any more."
KEPT_ALREADY = "They are among your people already. Remove them there, or undo it."


class Full(Conflict):
    """More waits than anybody can look through."""


def leave(owner: UUID, card_id: UUID, words: Mapping[str, str]) -> None:
    """Let a visitor's details wait; the same ones again within a day count once.

    Raises NotHere where the card takes none any more, Full where too many wait.
    """
    # held, so that of two taps at once the second sees the first
    card = db.session.get(Card, (owner, card_id), with_for_update=True, populate_existing=True)
    if card is None or card.deleted_at or not card.hello_open:
        raise NotHere("This card takes no details.")
    forget(owner)
    mine = (Hello.owner_id == owner, Hello.card_id == card_id, Hello.left_at > now() - rules.SAME_WITHIN)
    same = (getattr(Hello, name) == text for name, text in words.items())
    if db.session.scalar(select(Hello.id).where(*mine, *same).limit(1)):
        return
    waiting = (Hello.owner_id == owner, Hello.accepted_at.is_(None), Hello.discarded_at.is_(None))
    if (db.session.scalar(select(func.count()).where(*waiting)) or 0) >= rules.MOST_WAITING:
        raise Full(rules.FULL)
    db.session.add(Hello(owner_id=owner, card_id=card_id, **words))


def accept(owner: UUID, hello_id: UUID, zone: tzinfo, *, met_line: bool) -> Hello:
    """They are one of the owner's people now, with the meeting; once, however often it is asked.

    Raises NotHere for one that was erased or is somebody else's.
    """
    hello = _hold(owner, hello_id)
    if not hello.accepted_at:
        _take(hello, _person(hello, zone, met_line=met_line))
    return hello


def merge(owner: UUID, hello_id: UUID, into: UUID, zone: tzinfo, *, met_line: bool) -> Hello:
    """They are somebody known: what that card lacks is put to it, nothing of it is changed, and the meeting
    is theirs. Once, as `accept`. Raises NotHere for either that is gone, Conflict where the card would grow
    too large."""
    hello = _hold(owner, hello_id)
    if not hello.accepted_at:
        known = queries.contact_of(owner, into)
        contact = _person(hello, zone, met_line=met_line)
        if contact.id != known.id:
            _ask_once(known, hello, zone)
            _join(known, contact)
        _take(hello, known)
    return hello


def discard(owner: UUID, hello_id: UUID) -> Hello:
    """Out of the inbox; kept a while, so that it can be put back. Raises Conflict where it was kept."""
    hello = _hold(owner, hello_id)
    if hello.accepted_at:
        raise Conflict(KEPT_ALREADY)
    hello.discarded_at = hello.discarded_at or now()
    return hello


def restore(owner: UUID, hello_id: UUID) -> Hello:
    """Back into the inbox; who was made of it goes, who got it put to them is as before.

    Raises Conflict where more has come of them meanwhile than these details.
    """
    hello = _hold(owner, hello_id)
    if hello.accepted_at:
        _take_back(hello)
    hello.accepted_at = hello.discarded_at = hello.contact_id = None
    return hello


def forget(owner: UUID) -> None:
    """Erase for good what was discarded or taken over long ago."""
    long_ago = now() - rules.KEPT_AFTER
    old = or_(Hello.discarded_at < long_ago, Hello.accepted_at < long_ago)
    db.session.execute(delete(Hello).where(Hello.owner_id == owner, old))


# --- one of them --------------------------------------------------------------


def _hold(owner: UUID, hello_id: UUID) -> Hello:
    ledger.hold(owner)
    hello = db.session.get(Hello, (owner, hello_id), with_for_update=True, populate_existing=True)
    if hello is None:
        raise NotHere(GONE)
    return hello


def _person(hello: Hello, zone: tzinfo, *, met_line: bool) -> Contact:
    """The contact made of it: made now, or the one made before and taken back since."""
    owner = hello.owner_id
    before = db.session.get(Contact, (owner, hello.made_id)) if hello.made_id else None
    if before is None:
        contact = contacts.meet(owner, met_of(hello, zone), encounter_id=hello.id, met_line=met_line)
        hello.made_id = contact.id
        db.session.flush()  # a merge reads all anew
        return contact
    if before.deleted_at and (now_in := went_into(owner, before.id)):
        return queries.contact_of(owner, now_in)
    book.restore(before)
    return before


def met_of(hello: Hello, zone: tzinfo) -> Met:
    """Leaving one's details as a meeting: at the event the owner was at then."""
    met_at = hello.left_at.astimezone(zone)
    event = here_among(events_of(hello.owner_id), hello.left_at)
    return Met(
        name=hello.name,
        institution=hello.institution,
        email=hello.email,
        phone=hello.phone,
        event_id=event.id if event else None,
        discussed=rules.their_words(hello.message),
        met_at=met_at,
        met_offset=rules.minutes_east(met_at),
    )


def _join(known: Contact, contact: Contact) -> None:
    """A merge like any other, which the person's page shows and can undo."""
    mine, theirs = vcard.parse(known.vcard), vcard.parse(contact.vcard)
    try:
        card = vcard.merge(mine, theirs, vcard.Choices(), now())
    except BrokenCard:
        raise Conflict(f"The card of {known.name} has no room for more. Shorten it first.") from None
    merging.merge(known, contact, Agreed(known.etag, contact.etag, card, known.role))


def _ask_once(known: Contact, hello: Hello, zone: tzinfo) -> None:
    """Details left by somebody whom a word is owed anyway do not put it off, nor take its subject away."""
    queue = queue_of(hello.owner_id, zone, now(), known.id)
    if any(due.encounter is not None for due in [*queue.waiting, *queue.coming]):
        _meeting_of(hello).opens_follow_up = False


def _meeting_of(hello: Hello) -> Encounter:
    return db.session.get_one(Encounter, (hello.owner_id, hello.id))


def _take(hello: Hello, contact: Contact) -> None:
    hello.contact_id = contact.id
    hello.accepted_at = now()
    hello.discarded_at = None


def _take_back(hello: Hello) -> None:
    made = db.session.get(Contact, (hello.owner_id, hello.made_id)) if hello.made_id else None
    if made is None:
        return
    if made.deleted_at and not merging.take_back(made):
        return  # removed meanwhile
    if _has_grown(made, hello.id):
        raise Conflict(f"More has come of {made.name} than these details. Remove them from their own page.")
    _meeting_of(hello).opens_follow_up = True
    book.remove(made)


def _has_grown(contact: Contact, hello_id: UUID) -> bool:
    others = select(Encounter.id).where(
        Encounter.owner_id == contact.owner_id,
        Encounter.contact_id == contact.id,
        Encounter.id != hello_id,
        Encounter.deleted_at.is_(None),
    )
    return bool(merges_of(contact)) or db.session.scalar(others.limit(1)) is not None
