"""Reading receipts, and what waits in the inbox."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from netcard.capture import rules
from netcard.capture.models import Hello, Receipt
from netcard.contacts.derived import EMAIL, NAME, PHONE
from netcard.contacts.likeness import FEW, Sign, carriers, chunks
from netcard.contacts.models import Contact
from netcard.contacts.rules import folded_name, phone_key, same_place
from netcard.database import db, now
from netcard.vcard import split_name

SHOWN = 50
"""Of those who wait; the next come up once these are decided."""
MOST_ALIKE = 3


def receipt_of(owner_id: UUID, capture_id: UUID) -> Receipt | None:
    """What was answered to this capture before, if it was."""
    return db.session.get(Receipt, (owner_id, capture_id))


# --- the inbox ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody in the list who could be the one who left these details, and by what."""

    contact: Contact
    signs: tuple[str, ...]


@dataclass
class Inbox:
    """What visitors left: what waits, the newest first, and what was done with the rest lately."""

    waiting: list[Hello]
    count: int
    alike: dict[UUID, list[Alike]]
    kept: list[tuple[Hello, Contact | None]]
    discarded: list[Hello] = field(default_factory=list)


def waiting(owner_id: UUID) -> int:
    """How many left their details and were neither kept nor discarded yet."""
    return db.session.scalar(select(func.count()).where(*_waiting(owner_id))) or 0


def inbox_of(owner_id: UUID) -> Inbox:
    """All that the page shows."""
    newest = (Hello.left_at.desc(), Hello.id.desc())
    here = list(db.session.scalars(select(Hello).where(*_waiting(owner_id)).order_by(*newest).limit(SHOWN)))
    discarded = select(Hello).where(Hello.owner_id == owner_id, Hello.discarded_at.is_not(None))
    kept = (
        select(Hello, Contact)
        .outerjoin(
            Contact,
            (Contact.owner_id == Hello.owner_id)
            & (Contact.id == Hello.contact_id)
            & Contact.deleted_at.is_(None),
        )
        .where(Hello.owner_id == owner_id, Hello.accepted_at.is_not(None))
    )
    return Inbox(
        waiting=here,
        count=waiting(owner_id),
        alike=alike(owner_id, here),
        kept=list(
            db.session.execute(kept.order_by(Hello.accepted_at.desc(), Hello.id).limit(SHOWN)).tuples()
        ),
        discarded=list(
            db.session.scalars(discarded.order_by(Hello.discarded_at.desc(), Hello.id).limit(SHOWN))
        ),
    )


def has_old(owner_id: UUID) -> bool:
    """Whether something is there to be erased."""
    long_ago = now() - rules.KEPT_AFTER
    old = or_(Hello.discarded_at < long_ago, Hello.accepted_at < long_ago)
    return db.session.scalar(select(Hello.id).where(Hello.owner_id == owner_id, old).limit(1)) is not None


def _waiting(owner_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Hello.owner_id == owner_id, Hello.accepted_at.is_(None), Hello.discarded_at.is_(None)


# --- who they look like -------------------------------------------------------


def alike(owner_id: UUID, hellos: Iterable[Hello]) -> dict[UUID, list[Alike]]:
    """For each, who of the owner's people it could be, the likeliest first: by e-mail, phone or name.

    A place is written in many ways, so namesakes of another one are there too, after those of the same. An
    address or a number that many carry tells of a place, and nothing of a person.
    """
    signs = {hello: _signs(hello) for hello in hellos}
    carried = {sign: carriers(owner_id, sign) for sign in {each for some in signs.values() for each in some}}
    ids = {contact_id for some in carried.values() for contact_id in some}
    people: dict[UUID, Contact] = {}
    for chunk in chunks(ids):
        rows = select(Contact).where(
            Contact.owner_id == owner_id, Contact.id.in_(chunk), Contact.deleted_at.is_(None)
        )
        people |= {contact.id: contact for contact in db.session.scalars(rows)}
    found: dict[UUID, list[Alike]] = {}
    for hello, some in signs.items():
        shared: dict[UUID, list[str]] = {}
        for kind, value in some:
            others = carried[kind, value]
            for other in others:
                if other in people and (kind == NAME or len(others) <= FEW):
                    shared.setdefault(other, []).append(kind)
        likely = [Alike(people[other], tuple(kinds)) for other, kinds in shared.items()]
        likely.sort(key=partial(_rank, hello), reverse=True)
        if likely:
            found[hello.id] = likely[:MOST_ALIKE]
    return found


def _signs(hello: Hello) -> list[Sign]:
    parts = split_name(hello.name)
    signs = (
        (EMAIL, hello.email.lower()),
        (PHONE, phone_key(hello.phone)),
        (NAME, folded_name(hello.name, parts.given, parts.family)),
    )
    return [(kind, value) for kind, value in signs if value]


def _rank(hello: Hello, one: Alike) -> tuple[bool, int, bool, datetime]:
    contact = one.contact
    surely = one.signs != (NAME,)
    return surely, len(one.signs), same_place(hello.institution, contact.institution), contact.met_at
