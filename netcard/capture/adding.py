"""Somebody else's card on its way into the owner's list: read here, and from its public face alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from sqlalchemy import or_, select, tuple_

from netcard import vcard
from netcard.capture import rules
from netcard.cards.handing import Handed, file_of, handed
from netcard.config import settings
from netcard.contacts.derived import NAME, signs_of
from netcard.contacts.models import Contact, ContactSign
from netcard.contacts.rules import same_place, tags_of
from netcard.database import db, now
from netcard.errors import Invalid, NotHere

TYPED = {"name": "full_name", "institution": "institution", "email": "email", "phone": "phone"}
"""What of a card the form shows, by the names of `vcard.Edit`; typed over, the typed words win."""

MOST_KNOWN = 3


class NoCard(Invalid):
    """There is nothing to add at what was typed: what that is, and what to do instead."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__({"card": f"{what} {instead}"})
        self.what = what
        self.instead = instead


def look_up(typed: str, owner: UUID) -> Handed:
    """The card of a handle or an address; raises NoCard. Nothing outside this installation is asked."""
    try:
        handle = rules.handle_in(typed, settings().url)
    except ValueError as wrong:
        raise NoCard(*wrong.args) from None
    try:
        found = handed(handle)
    except NotHere:
        raise NoCard(*rules.NO_SUCH_CARD) from None
    if found.owner_id == owner:
        raise NoCard("This is your own card.", "Others add you from it; here you add those you meet.")
    return found


# --- somebody who is there already ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """Who of the owner's people this is, surely or by name only; the one met last first."""

    surely: bool
    contacts: list[Contact]


def known(owner: UUID, found: Handed) -> Known | None:
    """Who in the list has the same card, e-mail or phone; else who has the name; None for nobody."""
    shown = vcard.project(vcard.parse(file_of(found.card, found.face, with_photo=False)))
    surely: list[tuple[str, str]] = []
    by_name: list[tuple[str, str]] = []
    for sign in signs_of(shown):
        (by_name if sign[0] == NAME else surely).append(sign)
    uids = (_uid(owner, found), shown.uid)  # added here before, or saved from the card and imported
    here = select(Contact).where(Contact.owner_id == owner, Contact.deleted_at.is_(None))
    here = here.order_by(Contact.met_at.desc(), Contact.id)
    same = here.where(or_(Contact.uid.in_(uids), Contact.id.in_(_with(owner, surely))))
    if contacts := list(db.session.scalars(same.limit(MOST_KNOWN))):
        return Known(True, contacts)
    namesakes = db.session.scalars(here.where(Contact.id.in_(_with(owner, by_name))).limit(MOST_KNOWN * 4))
    near = [each for each in namesakes if same_place(each.institution, shown.institution)]
    return Known(False, near[:MOST_KNOWN]) if near else None


def _with(owner: UUID, signs: list[tuple[str, str]]):  # type: ignore[no-untyped-def]
    pair = tuple_(ContactSign.kind, ContactSign.value)
    return select(ContactSign.contact_id).where(ContactSign.owner_id == owner, pair.in_(signs))


# --- what is kept of it --------------------------------------------------------


def card_begun(owner: UUID, words: Mapping[str, str]) -> bytes | None:
    """The contact's card as the added one has it, with what was typed over it.

    A field that is not among the words at all was never filled from the card: there the card speaks.
    None where there is no such card any more: a person counts more than a card.
    """
    try:
        found = look_up(words.get("card", ""), owner)
    except NoCard:
        return None
    face = replace(found.face, id=_id(owner, found))
    with_photo = not words.get("no_portrait")
    try:
        base = file_of(found.card, face, with_photo=with_photo)
    except NotHere:
        base = file_of(found.card, face, with_photo=False)
    typed = {field: words[name] for name, field in TYPED.items() if name in words}
    changes = vcard.Edit(**typed, tags=tags_of(words.get("tags", "")))
    return vcard.edit(vcard.parse(base), changes, now()).to_bytes()


def _id(owner: UUID, found: Handed) -> UUID:
    """The same for one card in one owner's book, so that it is known again, and in no other book.

    Not the UID of the contact file itself: who saves that on a phone as well, into the book that is in
    step with netcard, would put the same UID there twice, which no server takes (RFC 6352, section 5.1).
    """
    return uuid5(owner, f"{found.owner_id}/{found.card.id}")


def _uid(owner: UUID, found: Handed) -> str:
    return f"urn:uuid:{_id(owner, found)}"
