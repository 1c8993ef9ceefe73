"""What a phone keeps of its owner's account, to work with no network."""

import json
from datetime import date, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from netcard import qr
from netcard.accounts.rules import zone
from netcard.accounts.sessions import Owner
from netcard.cards.contact import code_text
from netcard.cards.face import face_of
from netcard.cards.models import Card
from netcard.cards.queries import cards_of, handles_of
from netcard.cards.rules import address
from netcard.config import settings
from netcard.contacts.models import Contact, ContactTag, Encounter
from netcard.contacts.rules import has_day
from netcard.database import db, now
from netcard.events.queries import events_of, here_among
from netcard.followups import wording
from netcard.followups.due import Due
from netcard.followups.queue import queue_of

MOST_CONTACTS = 3000
"""About 100 KB on the wire; a person met longer ago than three thousand others can wait for a signal.

Whoever was met goes before those who came with a file: an address book of 10,000 brought in today must
not push the congress of yesterday off the phone.
"""

SAID = 280  # characters of the last encounter, or of what is due

MOST_DUE = 300
"""What opens first; of three hundred that wait, the last are not written to with no signal."""


def kept_of(owner: Owner) -> bytes:
    """Session, cards with their QR codes, events, the people met last and what is due, as compact JSON."""
    cards = cards_of(owner.id)
    handles = handles_of(owner.id)
    snapshot = {
        "session": {"user": str(owner.id), "email": owner.email, "name": cards[0].name if cards else ""},
        "cards": [_card(card, handles[card.id]) for card in cards if card.id in handles],
        "events": _events(owner.id),
        "contacts": _contacts(owner.id),
        "due": _due(owner),
    }
    return json.dumps(snapshot, ensure_ascii=False, separators=(",", ":")).encode()


def _card(card: Card, handle: str) -> dict[str, Any]:
    face = face_of(card, handle)
    return {
        "id": str(card.id),
        "name": card.name,
        "headline": card.headline,
        "address": address(settings().url, handle),
        "handle": handle,
        "ink": card.accent,
        "qr": _drawing(qr.card_text(settings().url, handle)),
        "contact_qr": _drawing(code_text(face, address(settings().url, handle))),
    }


def _drawing(text: str) -> dict[str, Any]:
    side, dark = qr.outline(text)
    return {"side": side, "path": dark}


def _events(owner_id: UUID) -> list[dict[str, Any]]:
    events = events_of(owner_id)
    here = here_among(events, now())
    return [
        {
            "id": str(event.id),
            "name": event.name,
            "place": event.place,
            "starts_on": event.starts_on.isoformat(),
            "ends_on": event.ends_on.isoformat(),
            "here": here is not None and event.id == here.id,
        }
        for event in events
    ]


def _contacts(owner_id: UUID) -> list[dict[str, Any]]:
    met = exists().where(
        Encounter.owner_id == owner_id, Encounter.contact_id == Contact.id, Encounter.deleted_at.is_(None)
    )
    latest = (
        select(Contact.id)
        .where(Contact.owner_id == owner_id, Contact.deleted_at.is_(None))
        .order_by(met.desc(), Contact.met_at.desc(), Contact.id.desc())
        .limit(MOST_CONTACTS)
        .subquery()
    )
    said = _last_said(owner_id)
    tags: dict[UUID, list[str]] = {}
    for contact_id, label in db.session.execute(
        select(ContactTag.contact_id, ContactTag.label)
        .join(latest, latest.c.id == ContactTag.contact_id)
        .where(ContactTag.owner_id == owner_id)
        .order_by(ContactTag.folded)
    ):
        tags.setdefault(contact_id, []).append(label)
    rows = db.session.execute(
        select(
            Contact.id,
            Contact.name,
            Contact.institution,
            Contact.title,
            Contact.role,
            Contact.email,
            Contact.phone,
            Contact.met_at,
        )
        .join(latest, latest.c.id == Contact.id)
        .where(Contact.owner_id == owner_id)
        .order_by(Contact.met_at.desc(), Contact.id.desc())
    )
    people = []
    for row in rows:
        person = {key: value for key, value in row._asdict().items() if value}
        day = row.met_at.isoformat() if has_day(row.met_at) else ""
        person |= {"id": str(row.id), "met_at": day, **said.get(row.id, {})}
        if row.id not in said:  # came with a file or from a phone
            person["added"] = True
        if row.id in tags:
            person["tags"] = tags[row.id]
        people.append(person)
    return people


def _last_said(owner_id: UUID) -> dict[UUID, dict[str, str]]:
    """By contact: where the last encounter was, and the sentence worth remembering of it."""
    turn = (
        func.row_number()
        .over(partition_by=Encounter.contact_id, order_by=(Encounter.met_at.desc(), Encounter.id.desc()))
        .label("turn")
    )
    each = (
        select(
            Encounter.contact_id,
            Encounter.event_id,
            Encounter.poster,
            Encounter.discussed,
            Encounter.promised,
            turn,
        )
        .where(Encounter.owner_id == owner_id, Encounter.deleted_at.is_(None))
        .subquery()
    )
    names = {event.id: event.name for event in events_of(owner_id)}
    last = {}
    for row in db.session.execute(select(each).where(each.c.turn == 1)):
        facts = {
            "event": names.get(row.event_id, ""),
            "poster": row.poster,
            "said": row.discussed[:SAID],
            "promised": row.promised[:SAID],
        }
        last[row.contact_id] = {key: value for key, value in facts.items() if value}
    return last


def _due(owner: Owner) -> list[dict[str, Any]]:
    """What is open, with its days: under which heading it stands and how late it is, the phone says by its
    own date, for days pass with no signal. In an order that does not change with them."""
    here = zone(owner.time_zone)
    queue = queue_of(owner.id, here, now())
    dues = sorted([*queue.waiting, *queue.coming], key=lambda due: due.window.opens_on)[:MOST_DUE]
    dues.sort(key=lambda due: (due.window.late_after, due.window.opens_on, due.who, due.id))
    return [_kept_due(due, queue.today, here) for due in dues]


def _kept_due(due: Due, today: date, here: tzinfo) -> dict[str, Any]:
    window = due.window
    kept = {
        "id": str(due.id),
        "who": due.who,
        "contact": str(due.contact.id) if due.contact else "",
        "opens_on": window.opens_on.isoformat(),
        "late_after": window.late_after.isoformat(),
        "lapses_on": due.lapses_on.isoformat() if due.lapses_on else "",
        "said": due.about[:SAID],
        **_in_words(due, here),
    }
    if due.appointment or not due.about:
        kept |= {"said": "", "facts": wording.facts(due, today)[:SAID]}
    return {key: value for key, value in kept.items() if value}


def _in_words(due: Due, here: tzinfo) -> dict[str, str]:
    """What the state at a row's end is made of, as `wording.state_word` makes it."""
    if due.appointment is not None:
        clock = due.appointment.starts_at.astimezone(here).strftime("%H:%M")
        return {"day": due.own.opens_on.isoformat(), "clock": clock}
    if due.kind == "todo":
        return {"by": due.own.late_after.isoformat()}
    if due.kind == "plan" and due.event is not None:
        return {"word": f"Before {wording.event_word(due.event.kind, due.event.name)}"}
    if due.rhythm is not None:
        return {"word": wording.months_word(due.rhythm.months)}
    if due.kind == "promise" or (due.encounter is not None and due.encounter.promised_by):
        return {"word": "Promise"}
    return {"since": due.since.isoformat()} if due.since else {}
