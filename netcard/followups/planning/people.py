"""The people of an event's plan: whom a line means, whether they were met there or written to.

A planned person counts as met when a meeting at the event says so: the one made by the tap, any with the
contact who is planned, and where a bare name is planned any with somebody of that name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from netcard.accounts.rules import zone
from netcard.contacts.derived import NAME
from netcard.contacts.models import Contact, ContactSign, Encounter, Exchange
from netcard.contacts.rules import short_day, typed_words
from netcard.contacts.search import Wanted, found_by
from netcard.database import db
from netcard.events.models import Event
from netcard.followups.models import PlanItem
from netcard.followups.planning import rules

MOST_FITS = 2
"""Contacts that a planned name is asked about; of more one would rather search."""
MOST_ASKED = 20
"""Planned names that are looked up at once."""


@dataclass(frozen=True)
class Planned:
    """One line of a plan. `contact` is whom it names, while they are in the list."""

    item: PlanItem
    contact: Contact | None = None
    meeting: Encounter | None = None
    """Where and when a planned person was met at the event."""
    person: Contact | None = None
    """Whom that meeting was with."""
    written_on: date | None = None
    """When the owner wrote to them since they were planned."""
    fits: Sequence[Contact] = ()
    """Contacts whom a bare name could mean."""
    namesake: Contact | None = None
    """Somebody else of the same name who was met there: perhaps the same person on a second card."""

    @property
    def name(self) -> str:
        """What is planned; of a person the name as their card has it."""
        return self.contact.name if self.contact else self.item.title

    @property
    def done(self) -> bool:
        """Whether it is ticked off."""
        return self.meeting is not None if self.item.kind == "person" else self.item.done_at is not None


def hour_of(item: PlanItem) -> tuple[bool, str, str]:
    """What lines are sorted by within a day; those without an hour come last."""
    return item.clock is None, str(item.clock), item.title


def lines_of(event: Event, items: Sequence[PlanItem]) -> list[Planned]:
    """Planned people of an event with what became of them, those still to meet first."""
    if not items:
        return []
    contacts = _contacts(event.owner_id, items)
    meetings = Meetings(event, items, contacts)
    words = _words_to(event.owner_id, contacts)
    lines, asked = [], 0
    for item in items:
        contact = contacts.get(item.contact_id) if item.contact_id else None
        found = meetings.of(item, contact)
        fits: Sequence[Contact] = ()
        if contact is None and found is None and asked < MOST_ASKED:
            fits, asked = _fitting(event.owner_id, item.title), asked + 1
        meeting, person = found or (None, None)
        sent = [at for at in words.get(contact.id, ()) if at >= item.created_at] if contact else []
        lines.append(
            Planned(
                item,
                contact,
                meeting,
                person,
                written_on=max(sent).astimezone(zone(event.time_zone)).date() if sent else None,
                fits=fits,
                namesake=meetings.namesake_of(contact) if contact and not found else None,
            )
        )
    return sorted(lines, key=lambda line: (line.done, line.item.day or date.max, hour_of(line.item)[:2]))


class Meetings:
    """The meetings at an event that could tick off these lines of its plan."""

    def __init__(self, event: Event, items: Iterable[PlanItem], contacts: dict[UUID, Contact]) -> None:
        self._by_id: dict[UUID, tuple[Encounter, Contact]] = {}
        self._by_contact: dict[UUID, tuple[Encounter, Contact]] = {}
        self._by_name: dict[str, tuple[Encounter, Contact]] = {}
        items = list(items)
        names = _called(event.owner_id, [item.title for item in items], contacts.values())
        rows = db.session.execute(
            select(Encounter, Contact)
            .join(Contact, and_(Contact.owner_id == Encounter.owner_id, Contact.id == Encounter.contact_id))
            .where(Encounter.owner_id == event.owner_id, Encounter.event_id == event.id)
            .where(Encounter.deleted_at.is_(None), Contact.deleted_at.is_(None))
            .where(
                or_(
                    Encounter.id.in_([item.encounter_id for item in items if item.encounter_id]),
                    Encounter.contact_id.in_({*contacts, *names}),
                )
            )
            .order_by(Encounter.met_at.desc(), Encounter.id.desc())
        ).tuples()
        for met, contact in rows:
            self._by_id[met.id] = (met, contact)
            self._by_contact.setdefault(contact.id, (met, contact))
            for name in names.get(contact.id, ()):
                self._by_name.setdefault(name, (met, contact))

    def of(self, item: PlanItem, contact: Contact | None) -> tuple[Encounter, Contact] | None:
        """The meeting that ticks a line off, the latest of several, and with whom it was."""
        if item.encounter_id and item.encounter_id in self._by_id:
            return self._by_id[item.encounter_id]
        if contact:
            return self._by_contact.get(contact.id)
        return self._by_name.get(rules.name_key(item.title))

    def namesake_of(self, contact: Contact) -> Contact | None:
        """Somebody of this contact's name who was met there on another card."""
        found = self._by_name.get(rules.name_key(contact.name))
        return found[1] if found and found[1].id != contact.id else None


def _contacts(owner: UUID, items: Iterable[PlanItem]) -> dict[UUID, Contact]:
    ids = {item.contact_id for item in items if item.contact_id}
    rows = select(Contact).where(Contact.owner_id == owner, Contact.id.in_(ids), Contact.deleted_at.is_(None))
    return {contact.id: contact for contact in db.session.scalars(rows)} if ids else {}


def _called(owner: UUID, typed: Iterable[str], known: Iterable[Contact]) -> dict[UUID, set[str]]:
    """Who of the list has one of these names, and which; compared as duplicates are."""
    keys = {rules.name_key(name) for name in typed} | {rules.name_key(contact.name) for contact in known}
    found: dict[UUID, set[str]] = {}
    rows = db.session.execute(
        select(ContactSign.contact_id, ContactSign.value).where(
            ContactSign.owner_id == owner, ContactSign.kind == NAME, ContactSign.value.in_(keys)
        )
    )
    for contact_id, name in rows.tuples():
        found.setdefault(contact_id, set()).add(name)
    return found


def _words_to(owner: UUID, contacts: Iterable[UUID]) -> dict[UUID, list[datetime]]:
    found: dict[UUID, list[datetime]] = {}
    rows = db.session.execute(
        select(Exchange.contact_id, Exchange.at).where(
            Exchange.owner_id == owner,
            Exchange.contact_id.in_(list(contacts)),
            Exchange.kind == "wrote",
            Exchange.deleted_at.is_(None),
        )
    )
    for contact_id, at in rows.tuples():
        found.setdefault(contact_id, []).append(at)
    return found


def _fitting(owner: UUID, name: str) -> list[Contact]:
    """Contacts whose name has every word of this one; none where there are many."""
    typed = rules.name_words(name)
    if not typed:
        return []
    rows = db.session.scalars(
        select(Contact).where(*found_by(owner, Wanted(q=" ".join(typed)))).limit(20)
    ).all()
    fits = [contact for contact in rows if set(typed) <= set(typed_words(contact.name))]
    return fits if len(fits) <= MOST_FITS else []


def people_called(owner: UUID, typed: str, most: int = 6) -> list[Contact]:
    """Contacts whose name begins with what was typed of it, for choosing one."""
    wanted = Wanted(q=typed)
    if not wanted.words:
        return []
    rows = db.session.scalars(
        select(Contact).where(*found_by(owner, wanted)).order_by(Contact.met_at.desc(), Contact.id).limit(100)
    ).all()
    return [
        contact
        for contact in rows
        if all(any(part.startswith(word) for part in typed_words(contact.name)) for word in wanted.words)
    ][:most]


def met_line(line: Planned) -> str:
    """A meeting that ticked somebody off: "poster P-114, Thu 19 Nov"."""
    if line.meeting is None:
        return ""
    there = zone(line.meeting.event.time_zone) if line.meeting.event else None
    day = line.meeting.met_at.astimezone(there).date()
    poster = line.meeting.poster
    named = poster if not poster or poster.casefold().startswith("poster") else f"poster {poster}"
    return ", ".join(part for part in (named, short_day(day, day)) if part)
