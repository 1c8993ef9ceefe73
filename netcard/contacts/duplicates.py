"""Likely duplicates of a whole book, a page at a time, the strongest sign first."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from netcard.contacts import likeness, rules
from netcard.contacts.derived import EMAIL, NAME, PHONE
from netcard.contacts.likeness import CROWD, FEW, KINDS, Sign
from netcard.contacts.models import Contact, ContactSign
from netcard.database import db

PAGE = 20
"""Pairs on a page."""
MOST_PAIRS = 10
"""Pairs shown of one sign that more than a few carry; the next come up once these are decided."""
GROUPS = 100
"""Signs read in one step."""
STEPS = 5
"""Steps of one page (0.1 s each at worst): thousands of namesakes at different places can hold no pair."""

_LAST = UUID(int=(1 << 128) - 1)


class Place(NamedTuple):
    """Where a page of pairs ends: a sign, and the pair in it."""

    kind: str
    value: str
    one: UUID
    other: UUID

    def __str__(self) -> str:
        value = base64.urlsafe_b64encode(self.value.encode()).decode().rstrip("=")
        return f"{self.kind}.{self.one.hex}.{self.other.hex}.{value}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place an address names; None for none or a wrong one."""
        try:
            kind, one, other, value = text.split(".")
            packed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
            return cls(kind, packed, UUID(one), UUID(other)) if kind in KINDS and "\0" not in packed else None
        except (ValueError, binascii.Error):
            return None


@dataclass(frozen=True)
class Pair:
    """Two cards that may be one person's, and why, in words."""

    one: Contact
    other: Contact
    reasons: list[str]


@dataclass(frozen=True)
class Crowd:
    """A sign on so many cards that it tells little: not every two of them were compared."""

    kind: str
    value: str
    count: int


@dataclass
class Page:
    pairs: list[Pair] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)
    after: Place | None = None


def likely(owner: UUID, after: Place | None = None) -> Page:
    """The next likely pairs: those that share an e-mail, then a phone, then a name with no other place.

    A pair stands where its strongest sign is, once. Costs three walks along an index where there is
    nothing to find, and a bounded number of questions where there is much.
    """
    page = Page()
    found: list[tuple[Place, set[Sign]]] = []
    steps = 0
    for kind in KINDS[KINDS.index(after.kind) if after else 0 :]:
        seen = after if after and after.kind == kind else None
        value, same_again = (seen.value, True) if seen else ("", True)
        while groups := _groups(owner, kind, value, same_again):
            for place, shared in _pairs_of(owner, kind, groups, page.crowds):
                if not (seen and place.value == seen.value and place[2:] <= seen[2:]):
                    found.append((place, shared))
                if len(found) > PAGE:
                    page.after = found[PAGE - 1][0]
                    return _with_contacts(owner, page, found[:PAGE])
            value, same_again = groups[-1][0], False
            steps += 1
            if steps == STEPS:
                page.after = Place(kind, value, _LAST, _LAST)
                return _with_contacts(owner, page, found)
    return _with_contacts(owner, page, found)


def _groups(owner: UUID, kind: str, value: str, same_again: bool) -> list[tuple[str, int]]:
    """Signs that several cards carry, from `value` on, each with their number."""
    column = ContactSign.value
    return list(
        db.session.execute(
            select(column, func.count())
            .where(ContactSign.owner_id == owner, ContactSign.kind == kind)
            .where(column >= value if same_again else column > value)
            .group_by(column)
            .having(func.count() > 1)
            .order_by(column)
            .limit(GROUPS)
        ).tuples()
    )


def _pairs_of(
    owner: UUID, kind: str, groups: list[tuple[str, int]], crowds: list[Crowd]
) -> Iterator[tuple[Place, set[Sign]]]:
    """Of each sign, in order, the pairs whose strongest it is and that were not told apart.

    Puts down in `crowds` of which signs not every two cards were compared.
    """
    members = _members(owner, kind, groups)
    everyone = [contact_id for ids in members.values() for contact_id in ids]
    places: dict[UUID, str] = {}
    if kind == NAME:
        written = likeness.places_of(owner, everyone)
        folded = {place: " ".join(rules.typed_words(place)) for place in set(written.values())}
        places = {contact_id: folded[place] for contact_id, place in written.items()}
        members = {value: _near(ids, places) for value, ids in members.items()}
        everyone = [contact_id for ids in members.values() for contact_id in ids]
    signs = likeness.signs_of(owner, everyone)
    apart = likeness.told_apart(owner, everyone)
    stronger = KINDS[: KINDS.index(kind)]
    for value, count in groups:
        if count > CROWD or (count > FEW and kind != NAME):
            crowds.append(Crowd(kind, value, count))
        shown = 0
        for one, other in combinations(members.get(value, ()), 2):
            if kind == NAME and places[one] and places[other] and places[one] != places[other]:
                continue
            shared = signs.get(one, set()) & signs.get(other, set())
            kinds = {of for of, _ in shared}
            if not kinds.isdisjoint(stronger) or (kind, value) != min(
                (sign for sign in shared if sign[0] == kind), default=None
            ):
                continue  # it stands at another sign
            if kind != NAME and count > FEW and len(kinds) == 1:
                continue
            if frozenset((one, other)) not in apart:
                yield Place(kind, value, one, other), shared
                shown += 1
            if count > FEW and shown == MOST_PAIRS:
                break


def _members(owner: UUID, kind: str, groups: list[tuple[str, int]]) -> dict[str, list[UUID]]:
    """Who carries each sign, in the order of their ids."""
    members: dict[str, list[UUID]] = {}
    few = [value for value, count in groups if count <= CROWD]
    rows = db.session.execute(
        select(ContactSign.value, ContactSign.contact_id)
        .where(ContactSign.owner_id == owner, ContactSign.kind == kind, ContactSign.value.in_(few))
        .order_by(ContactSign.value, ContactSign.contact_id)
    )
    for value, contact_id in rows:
        members.setdefault(value, []).append(contact_id)
    for value, count in groups:
        if count > CROWD:
            members[value] = likeness.carriers(owner, (kind, value))
    return members


def _near(ids: list[UUID], places: dict[UUID, str]) -> list[UUID]:
    """Namesakes whose institution could be another one's too; an unsaid one could be any."""
    at = Counter(places[contact_id] for contact_id in ids)
    return ids if at[""] else [contact_id for contact_id in ids if at[places[contact_id]] > 1]


def _with_contacts(owner: UUID, page: Page, found: list[tuple[Place, set[Sign]]]) -> Page:
    ids = [contact_id for place, _ in found for contact_id in place[2:]]
    rows = db.session.scalars(select(Contact).where(Contact.owner_id == owner, Contact.id.in_(ids)))
    contacts = {contact.id: contact for contact in rows}
    for place, shared in found:
        one, other = contacts[place.one], contacts[place.other]
        page.pairs.append(Pair(one, other, reasons(one, other, shared)))
    return page


def reasons(one: Contact, other: Contact, shared: set[Sign]) -> list[str]:
    """Why two cards look like one person's, the strongest reason first."""
    texts = [f"Same e-mail, {value}" for kind, value in sorted(shared) if kind == EMAIL]
    for kind, value in sorted(shared):
        if kind == PHONE:
            written = (card.phone for card in (one, other) if rules.phone_key(card.phone) == value)
            texts.append(f"Same phone, {next(written, value)}")
    if any(kind == NAME for kind, _ in shared):
        if one.institution and other.institution and rules.same_place(one.institution, other.institution):
            texts.append("Same name and institution")
        elif rules.same_place(one.institution, other.institution):
            texts.append("Same name, and no other institution")
        else:
            texts.append("Same name")
    return texts
