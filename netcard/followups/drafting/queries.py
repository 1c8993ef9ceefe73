"""What a letter to somebody is written from: the card, the contact, the last meeting, what lies ahead."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import select

from netcard import vcard
from netcard.cards.face import face_of
from netcard.cards.queries import cards_of, handles_of
from netcard.cards.rules import address
from netcard.config import settings
from netcard.contacts.models import Appointment, Contact, Encounter, Exchange
from netcard.contacts.queries import contact_of
from netcard.contacts.rules import FRESH, WEEKDAYS, fold, has_day, own_words
from netcard.database import db
from netcard.errors import NotHere
from netcard.events.models import Event
from netcard.events.queries import event_of, events_of
from netcard.events.rules import MONTHS, span
from netcard.followups.drafting.fields import EXAMPLE, addressed
from netcard.followups.models import FollowUp, PlanItem
from netcard.followups.queue import Due, queue_of

WRITE = "write"
"""The kind of a row that keeps the words to somebody with nothing due: its id is the contact's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter is about, and the fields filled from it."""

    contact: Contact
    to: str
    values: dict[str, str] = field(default_factory=dict)
    encounter: Encounter | None = None
    item: PlanItem | None = None


def facts_of_due(due: Due, zone: tzinfo, moment: datetime) -> Facts:
    """For one thing that is due; raises NotHere where there is nobody to write to."""
    if due.contact is None:
        raise NotHere("There is nobody to write to here.")
    ahead = due.event if due.item else None
    facts = facts_of(
        due.contact, zone, moment, encounter=due.encounter, ahead=ahead, agreed=due.appointment, item=due.item
    )
    if due.kind == "promise":
        facts.values["promised"] = due.about
    return facts


def facts_of(
    contact: Contact,
    zone: tzinfo,
    moment: datetime,
    *,
    encounter: Encounter | None = None,
    ahead: Event | None = None,
    agreed: Appointment | None = None,
    item: PlanItem | None = None,
    key: str = "",
) -> Facts:
    """For a letter to somebody: about the meeting, event or agreed meeting named, else the next at hand.

    `key` names the template: one about an interview looks for an interview ahead.
    """
    today = moment.astimezone(zone).date()
    owner = contact.owner_id
    met = encounter or next(iter(contact.encounters), None)
    card = vcard.project(vcard.parse(contact.vcard))
    ahead = ahead or _next_event(owner, today, "interview" if key == "heads_up" else "")
    agreed = agreed or _next_agreed(contact, moment)
    values = {
        **_of_them(contact, card),
        **_of_meeting(met, zone, today),
        "discussed": _talked_about(contact, met),
        **_of_event(ahead),
        **_of_agreed(agreed, zone, today),
        **_of_me(owner),
        "why": item.why if item else "",
    }
    return Facts(contact, next(iter(card.emails), ""), _clean(values), met, item)


def _clean(values: dict[str, str]) -> dict[str, str]:
    return {name: "\n".join(map(str.rstrip, text.splitlines())).strip() for name, text in values.items()}


def _of_them(contact: Contact, card: vcard.Projection) -> dict[str, str]:
    name = vcard.Name(family=card.family, given=card.given, prefix=card.prefix, suffix=card.suffix)
    return {
        "them": addressed(contact.name, name, card.title, contact.role),
        "first_name": card.given or contact.name,
        "full_name": contact.name,
        "institution": card.institution,
    }


def _of_meeting(met: Encounter | None, zone: tzinfo, today: date) -> dict[str, str]:
    if met is None:
        return {}
    poster = met.poster
    return {
        "promised": met.promised,
        "offered": met.offered,
        "event": met.event.name if met.event else "",
        "place": met.event.place if met.event else "",
        "day": _day(met.met_at.astimezone(zone).date(), today) if has_day(met.met_at) else "",
        "poster": f"poster {poster}" if poster and not fold(poster).startswith("poster") else poster,
    }


def _talked_about(contact: Contact, met: Encounter | None) -> str:
    """What was said; where nothing was noted of a second meeting, what was said at the one shortly before."""
    if met is None:
        return ""
    lately = [
        other
        for other in contact.encounters
        if other.id == met.id or timedelta() <= met.met_at - other.met_at <= FRESH
    ]
    return next(filter(None, (own_words(other.discussed) for other in [met, *lately])), "")


def _of_event(event: Event | None) -> dict[str, str]:
    if event is None:
        return {}
    return {
        "ahead": event.name,
        "ahead_days": span(event.starts_on, event.ends_on),
        "ahead_place": event.place,
    }


def _of_agreed(agreed: Appointment | None, zone: tzinfo, today: date) -> dict[str, str]:
    if agreed is None:
        return {}
    starts = agreed.starts_at.astimezone(zone)
    return {
        "agreed": agreed.what,
        "agreed_day": f"{WEEKDAYS[starts.weekday()]}, {_day(starts.date(), today)}",
        "agreed_time": f"{starts:%H:%M}",
        "agreed_place": agreed.place,
    }


def _of_me(owner: UUID) -> dict[str, str]:
    cards = cards_of(owner)
    if not cards:
        return {}
    handle = handles_of(owner).get(cards[0].id, "")
    face = face_of(cards[0], handle)
    where = address(settings().url, handle) if handle else ""
    lines = (face.title, face.headline, face.institution, where)
    return {
        "my_name": face.title,
        "my_headline": face.headline,
        "my_institution": face.institution,
        "pitch": face.pitch,
        "my_card": where,
        "signature": "\n".join(filter(None, lines)),
    }


def _day(day: date, today: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if day.year != today.year else "")


def _next_event(owner: UUID, today: date, kind: str) -> Event | None:
    ahead = [event for event in events_of(owner) if event.starts_on >= today]
    ahead = [event for event in ahead if event.kind == kind] or ahead
    return min(ahead, key=lambda event: (event.starts_on, event.id), default=None)


def _next_agreed(contact: Contact, moment: datetime) -> Appointment | None:
    return db.session.scalars(
        select(Appointment)
        .where(Appointment.owner_id == contact.owner_id, Appointment.contact_id == contact.id)
        .where(Appointment.deleted_at.is_(None), Appointment.called_off_at.is_(None))
        .where(Appointment.encounter_id.is_(None), Appointment.starts_at >= moment)
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(1)
    ).first()


# --- writing to somebody at any time --------------------------------------------


def event_named(owner: UUID, text: str) -> Event | None:
    """The event an address names; None where it names none. Raises NotHere."""
    if not text:
        return None
    try:
        return event_of(owner, UUID(text))
    except ValueError:
        raise NotHere("There is no such event here.") from None


def open_meetings(contact: Contact, zone: tzinfo, moment: datetime) -> list[Due]:
    """What a word to somebody settles: open follow-ups of meetings with nothing promised."""
    return [due for due in open_with(contact, zone, moment) if due.kind == "meeting" and not due.promised]


def open_with(contact: Contact, zone: tzinfo, moment: datetime) -> list[Due]:
    """All that is open with somebody."""
    queue = queue_of(contact.owner_id, zone, moment, contact.id)
    return [*queue.waiting, *queue.coming]


def planned_for(contact: Contact, event: Event | None) -> PlanItem | None:
    """The line of an event's plan that names somebody, and says why."""
    if event is None:
        return None
    return db.session.scalars(
        select(PlanItem)
        .where(PlanItem.owner_id == contact.owner_id, PlanItem.contact_id == contact.id)
        .where(PlanItem.event_id == event.id, PlanItem.kind == "person", PlanItem.deleted_at.is_(None))
        .order_by(PlanItem.created_at, PlanItem.id)
        .limit(1)
    ).first()


def words_to(contact: Contact) -> FollowUp | None:
    """The words kept for somebody with nothing due."""
    return db.session.get(FollowUp, (contact.owner_id, contact.id))


# --- what went out, and a preview -----------------------------------------------


def written_for(owner: UUID, due_id: UUID) -> Exchange | None:
    """The message last noted for one thing that is due."""
    return db.session.scalars(
        select(Exchange)
        .where(Exchange.owner_id == owner, Exchange.follow_up_id == due_id, Exchange.deleted_at.is_(None))
        .order_by(Exchange.created_at.desc(), Exchange.id.desc())
        .limit(1)
    ).first()


def example_for(owner: UUID, zone: tzinfo, moment: datetime) -> tuple[str, dict[str, str]]:
    """Whom a template is shown with: the one met last with most to say, else somebody made up.

    Gives the name, empty for somebody made up, and the fields; what that person leaves empty stays so.
    """
    latest = (
        select(Encounter)
        .join(
            Contact,
            (Contact.owner_id == Encounter.owner_id) & (Contact.id == Encounter.contact_id),
        )
        .where(Encounter.owner_id == owner, Encounter.deleted_at.is_(None), Contact.deleted_at.is_(None))
        .order_by((Encounter.discussed == "").asc(), Encounter.met_at.desc(), Encounter.id.desc())
        .limit(1)
    )
    met = db.session.scalars(latest).first()
    if met is None:
        return "", EXAMPLE | {name: text for name, text in _of_me(owner).items() if text}
    contact = contact_of(owner, met.contact_id)
    return contact.name, facts_of(contact, zone, moment, encounter=met).values
