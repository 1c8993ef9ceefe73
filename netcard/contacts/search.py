"""The list of people: by day, or by the beginnings of words.

Searching reads one range of the token table, that of the longest word typed, in its own order and
only as far as a page goes; the other words are looked for in the folded text. So it costs the same
for a hundred people as for a hundred thousand, one letter typed or ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from netcard.contacts import likeness, rules
from netcard.contacts.models import Contact, ContactTag, ContactToken, Encounter
from netcard.database import Utc, db
from netcard.events.models import Event

PAGE = 50
LAST = "\U0010ffff"  # sorts after every letter, so a prefix and this end its range


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for."""

    q: str = ""
    event: UUID | None = None
    tag: str = ""
    starred: bool = False
    met: bool = False  # not those who only came with a file or from a phone

    @property
    def words(self) -> list[str]:
        return rules.typed_words(self.q)

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.event or self.tag or self.starred)


@dataclass(frozen=True)
class Row:
    """One person of the list, with what is worth remembering."""

    contact: Contact
    encounter: Encounter | None
    tags: list[str]
    alike: bool

    @property
    def said(self) -> str:
        met = self.encounter
        return (met.discussed or (met.promised and f"Promised: {met.promised}") or "") if met else ""

    @property
    def event(self) -> Event | None:
        return self.encounter.event if self.encounter else None


@dataclass
class Group:
    """People of one day and event, or of no day where words decide the order."""

    day: date | None
    event: Event | None
    rows: list[Row] = field(default_factory=list)
    goes_on: bool = False  # its heading stands on the page before
    added: bool = False  # not met that day: they came from a phone

    @property
    def not_met(self) -> bool:
        """Whether they came with a file and were not met since."""
        first = next(iter(self.rows), None)
        return first is not None and first.encounter is None and not rules.has_day(first.contact.met_at)


@dataclass(frozen=True)
class Found:
    """A page of people; `after` leads to the next one."""

    groups: list[Group]
    after: str | None


def find(owner: UUID, wanted: Wanted, zone: tzinfo, after: str = "") -> Found:
    """A page of people, from `after` on."""
    return _by_words(owner, wanted, zone, after) if wanted.words else _by_day(owner, wanted, zone, after)


def found_by(owner: UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What holds of every contact that `find` pages through, for reading them in another order."""
    conditions = _narrowed(owner, wanted)
    if wanted.words:
        longest, *others = sorted(wanted.words, key=len, reverse=True)
        conditions.append(
            exists().where(
                ContactToken.owner_id == owner,
                ContactToken.contact_id == Contact.id,
                ContactToken.token >= longest,
                ContactToken.token < longest + LAST,
            )
        )
        conditions += (Contact.folded.contains(f" {word}") for word in set(others))
    return conditions


# --- by day -------------------------------------------------------------------


def _by_day(owner: UUID, wanted: Wanted, zone: tzinfo, after: str) -> Found:
    query = (
        select(Contact).where(*_narrowed(owner, wanted)).order_by(Contact.met_at.desc(), Contact.id.desc())
    )
    last = _moment(after)
    if last:
        at, last_id = last
        query = query.where(tuple_(Contact.met_at, Contact.id) < tuple_(literal(at, Utc), literal(last_id)))
    contacts = db.session.scalars(query.limit(PAGE + 1)).all()
    page, more = contacts[:PAGE], len(contacts) > PAGE
    groups = _grouped(_rows(owner, page), zone)
    if last and groups:
        groups[0].goes_on = _key_of(owner, last[1], zone) == _key(groups[0].rows[0], zone)
    return Found(groups, _after_moment(page[-1]) if more else None)


def _grouped(rows: Sequence[Row], zone: tzinfo) -> list[Group]:
    groups = []
    for (day, _, added), some in groupby(rows, key=lambda row: _key(row, zone)):
        members = list(some)
        groups.append(Group(day, members[0].event, members, added=added))
    return groups


def _key(row: Row, zone: tzinfo) -> tuple[date, UUID | None, bool]:
    day = row.contact.met_at.astimezone(zone).date()
    added = row.encounter is None and row.contact.created_at.astimezone(zone).date() == day
    return day, _id(row.event), added


def _key_of(owner: UUID, contact_id: UUID, zone: tzinfo) -> tuple[date, UUID | None, bool] | None:
    contact = db.session.get(Contact, (owner, contact_id))
    return _key(_rows(owner, [contact])[0], zone) if contact else None


def _id(event: Event | None) -> UUID | None:
    return event.id if event else None


# --- by words -----------------------------------------------------------------


def _by_words(owner: UUID, wanted: Wanted, zone: tzinfo, after: str) -> Found:
    query = _typed(owner, wanted)
    last = _token(after)
    if last:
        query = query.where(
            tuple_(ContactToken.token, ContactToken.contact_id) > tuple_(literal(last[0]), literal(last[1]))
        )
    found = db.session.execute(query.limit(PAGE + 1)).tuples().all()
    page, more = found[:PAGE], len(found) > PAGE
    contacts = [contact for contact, _ in page]
    if not last and not more:  # all of them at once: by day, as the list is
        contacts.sort(key=lambda contact: (contact.met_at, contact.id), reverse=True)
        return Found(_grouped(_rows(owner, contacts), zone), None)
    groups = [Group(None, None, _rows(owner, contacts), bool(last))] if contacts else []
    return Found(groups, f"{page[-1][1]}.{page[-1][0].id.hex}" if more else None)


def _typed(owner: UUID, wanted: Wanted) -> Select[Contact, str]:
    words = sorted(wanted.words, key=len, reverse=True)
    longest, others = words[0], words[1:]
    before = aliased(ContactToken)
    shown_already = exists().where(
        before.owner_id == owner,
        before.contact_id == ContactToken.contact_id,
        before.token >= longest,
        before.token < ContactToken.token,
    )
    return (
        select(Contact, ContactToken.token)
        .join(Contact, and_(Contact.owner_id == ContactToken.owner_id, Contact.id == ContactToken.contact_id))
        .where(
            ContactToken.owner_id == owner, ContactToken.token >= longest, ContactToken.token < longest + LAST
        )
        .where(~shown_already, *_narrowed(owner, wanted))
        .where(*(Contact.folded.contains(f" {word}") for word in set(others)))
        .order_by(ContactToken.token, ContactToken.contact_id)
    )


# --- both ---------------------------------------------------------------------


def _narrowed(owner: UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Contact.owner_id == owner, Contact.deleted_at.is_(None)]
    if wanted.event:
        conditions.append(
            exists().where(
                Encounter.owner_id == owner,
                Encounter.contact_id == Contact.id,
                Encounter.event_id == wanted.event,
                Encounter.deleted_at.is_(None),
            )
        )
    if wanted.tag:
        conditions.append(
            exists().where(
                ContactTag.owner_id == owner,
                ContactTag.folded == rules.fold(wanted.tag)[:60],
                ContactTag.contact_id == Contact.id,
            )
        )
    if wanted.starred:
        conditions.append(Contact.starred_at.is_not(None))
    if wanted.met:
        conditions.append(Contact.met_at >= rules.EARLIEST)  # ends the walk before thousands never met
        conditions.append(
            exists().where(
                Encounter.owner_id == owner,
                Encounter.contact_id == Contact.id,
                Encounter.deleted_at.is_(None),
            )
        )
    return conditions


def _rows(owner: UUID, contacts: Sequence[Contact]) -> list[Row]:
    ids = [contact.id for contact in contacts]
    if not ids:
        return []
    latest: dict[UUID, Encounter] = {}
    for met in db.session.scalars(
        select(Encounter)
        .options(joinedload(Encounter.event))
        .where(Encounter.owner_id == owner, Encounter.contact_id.in_(ids), Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc(), Encounter.id.desc())
    ):
        latest.setdefault(met.contact_id, met)
    tags: dict[UUID, list[str]] = {}
    for contact_id, label in db.session.execute(
        select(ContactTag.contact_id, ContactTag.label).where(
            ContactTag.owner_id == owner, ContactTag.contact_id.in_(ids)
        )  # sorted below: SQLite would
    ):  # read all the owner's tags for their order
        tags.setdefault(contact_id, []).append(label)
    like = likeness.with_alike(contacts)
    return [
        Row(contact, latest.get(contact.id), sorted(tags.get(contact.id, ())), contact.id in like)
        for contact in contacts
    ]


# --- where a page ended -------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _after_moment(contact: Contact) -> str:
    return f"{(contact.met_at - _EPOCH) // _MICROSECOND}.{contact.id.hex}"


def _moment(after: str) -> tuple[datetime, UUID] | None:
    try:
        micros, _, last = after.partition(".")
        return _EPOCH + timedelta(microseconds=int(micros)), UUID(hex=last)
    except (ValueError, OverflowError):
        return None


def _token(after: str) -> tuple[str, UUID] | None:
    try:
        token, _, last = after.rpartition(".")
        return (rules.typed_words(token)[0], UUID(hex=last)) if token else None
    except (ValueError, IndexError):
        return None
