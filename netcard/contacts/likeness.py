"""Who looks like whom: cards that share an e-mail, a phone's digits, or a name where the places could be one.

Only pointed out, never acted upon: namesakes share a name, colleagues a phone. Nothing here grows with
the square of anything: of a sign that very many cards carry only so much is read, and the page says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select

from netcard.contacts import rules
from netcard.contacts.derived import EMAIL, NAME, PHONE
from netcard.contacts.models import Contact, ContactSign, NotSame
from netcard.database import db

KINDS = (EMAIL, PHONE, NAME)
"""The strongest sign first."""

FEW = 5
"""Cards that may carry one address or number and each still tell of a person. On more it tells of a place
(a switchboard, a secretary), and two of them are alike only if they share something else as well."""
CROWD = 200
"""Cards of one sign that are read; a name's are all read that far, for their places differ."""
MOST_ALIKE = 20
AT_ONCE = 2000
"""Ids or values handed to the database in one question."""

T = TypeVar("T")
Sign = tuple[str, str]
"""(kind, value)"""


def alike(contact: Contact) -> list[Contact]:
    """Those that could be the same person, the likeliest first."""
    others = _like([contact]).get(contact.id, {})
    ids = sorted(others, key=lambda other: others[other], reverse=True)[:MOST_ALIKE]
    found = db.session.scalars(
        select(Contact)
        .where(Contact.owner_id == contact.owner_id, Contact.id.in_(ids))
        .order_by(Contact.met_at.desc(), Contact.id)
    )
    return sorted(found, key=lambda other: others[other.id], reverse=True)


def with_alike(contacts: Sequence[Contact]) -> set[UUID]:
    """Which of them have somebody `alike`."""
    return set(_like(contacts))


def _like(contacts: Sequence[Contact]) -> dict[UUID, dict[UUID, int]]:
    """For each of an owner's contacts, who is alike and how much: signs shared, and a place shared."""
    if not contacts:
        return {}
    owner, places = contacts[0].owner_id, {contact.id: contact.institution for contact in contacts}
    mine = signs_of(owner, places)
    carried = _carried(owner, {sign for signs in mine.values() for sign in signs})
    named = places_of(owner, [other for sign, ids in carried.items() if sign[0] == NAME for other in ids])
    apart = told_apart(owner, places)
    found: dict[UUID, dict[UUID, int]] = {}
    for contact_id, signs in mine.items():
        shared: defaultdict[UUID, set[str]] = defaultdict(set)
        certain: dict[UUID, int] = {}
        for kind, value in signs:
            others = carried.get((kind, value), ())
            for other in others:
                shared[other].add(kind)
                if kind != NAME and len(others) <= FEW:
                    certain.setdefault(other, 0)
                elif kind == NAME and rules.same_place(places[contact_id], named[other]):
                    certain[other] = int(bool(places[contact_id] and named[other]))
        for other, kinds in shared.items():
            is_like = other in certain or len(kinds) > 1
            if is_like and other != contact_id and frozenset((contact_id, other)) not in apart:
                found.setdefault(contact_id, {})[other] = 2 * len(kinds) + certain.get(other, 0)
    return found


def signs_of(owner: UUID, contacts: Iterable[UUID]) -> dict[UUID, set[Sign]]:
    """The signs of those contacts."""
    found: dict[UUID, set[Sign]] = {}
    for some in chunks(contacts):
        rows = db.session.execute(
            select(ContactSign.contact_id, ContactSign.kind, ContactSign.value).where(
                ContactSign.owner_id == owner, ContactSign.contact_id.in_(some)
            )
        )
        for contact_id, kind, value in rows:
            found.setdefault(contact_id, set()).add((kind, value))
    return found


def carriers(owner: UUID, sign: Sign, most: int = CROWD) -> list[UUID]:
    """The first cards that carry a sign."""
    return list(
        db.session.scalars(
            select(ContactSign.contact_id)
            .where(ContactSign.owner_id == owner, ContactSign.kind == sign[0], ContactSign.value == sign[1])
            .order_by(ContactSign.contact_id)
            .limit(most)
        )
    )


def _carried(owner: UUID, signs: Iterable[Sign]) -> dict[Sign, list[UUID]]:
    """Who carries each of these signs; those that one card alone carries are left out.

    Counted first: a number that the whole book shares must neither be read whole nor use up the room
    of the others.
    """
    found: dict[Sign, list[UUID]] = {}
    for kind in KINDS:
        for some in chunks(value for of, value in signs if of == kind):
            these = (ContactSign.owner_id == owner, ContactSign.kind == kind)
            counted = db.session.execute(
                select(ContactSign.value, func.count())
                .where(*these, ContactSign.value.in_(some))
                .group_by(ContactSign.value)
                .having(func.count() > 1)
            ).all()
            few = [value for value, count in counted if count <= CROWD]
            # in steps, not one self-join: SQLite would walk the whole book for it
            rows = db.session.execute(
                select(ContactSign.value, ContactSign.contact_id).where(*these, ContactSign.value.in_(few))
            )
            for value, contact_id in rows:
                found.setdefault((kind, value), []).append(contact_id)
            for value, count in counted:
                if count > CROWD:
                    found[kind, value] = carriers(owner, (kind, value))
    return found


def places_of(owner: UUID, contacts: Iterable[UUID]) -> dict[UUID, str]:
    """The institutions of those contacts."""
    found: dict[UUID, str] = {}
    for some in chunks(contacts):
        rows = select(Contact.id, Contact.institution).where(Contact.owner_id == owner, Contact.id.in_(some))
        found |= dict(db.session.execute(rows).tuples().all())
    return found


def told_apart(owner: UUID, contacts: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Pairs of which the owner said that they are not the same person, with one of these in each."""
    found: set[frozenset[UUID]] = set()
    for some in chunks(contacts):
        rows = db.session.execute(
            select(NotSame.one_id, NotSame.other_id).where(
                NotSame.owner_id == owner, NotSame.one_id.in_(some) | NotSame.other_id.in_(some)
            )
        )
        found |= {frozenset(row) for row in rows}
    return found


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Those items, each once, in lists that fit into one question."""
    all_of_them = list(dict.fromkeys(items))
    for start in range(0, len(all_of_them), AT_ONCE):
        yield all_of_them[start : start + AT_ONCE]
