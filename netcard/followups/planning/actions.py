"""What an owner does with an event's plan. Called inside `writing()`."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from netcard.accounts.rules import zone
from netcard.contacts import actions as contacts
from netcard.contacts import book, ledger
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now
from netcard.errors import Invalid, NotHere
from netcard.events.models import Event
from netcard.events.rules import is_chosen, phase
from netcard.followups.models import PlanItem
from netcard.followups.planning import rules
from netcard.followups.planning.people import Planned, lines_of
from netcard.followups.planning.queries import count_of, item_of
from netcard.followups.planning.rules import Part


def add(event: Event, part: Part, fields: dict[str, Any], item_id: UUID) -> PlanItem:
    """One more line of these columns; the same id again is the same line.

    Raises Invalid where the plan is full or names this contact already.
    """
    _hold(event)
    there = db.session.get(PlanItem, (event.owner_id, item_id))
    if there is not None:
        if there.event_id != event.id:
            raise NotHere("There is no such line in this plan.")
        return there
    if count_of(event) >= rules.MOST_ITEMS:
        raise Invalid({"title": f"A plan holds {rules.MOST_ITEMS} lines. Remove one first."})
    _refuse_twice(event, fields.get("contact_id"))
    item = PlanItem(owner_id=event.owner_id, id=item_id, event_id=event.id, kind=part, **fields)
    db.session.add(item)
    db.session.flush()
    return item


def take_up(event: Event, key: str, moment: datetime) -> None:
    """Plan what is suggested by that key; nothing where it stands there already.

    Raises NotHere where nothing is.
    """
    today = moment.astimezone(zone(event.time_zone)).date()
    usual = rules.suggestions(event.kind, event.starts_on, event.ends_on, today)
    found = next(((one.title, day) for one, day in usual if one.key == key), None)
    if found is None:
        raise NotHere("This is not suggested any more.")
    title, day = found
    _hold(event)
    mine = (PlanItem.event_id == event.id, PlanItem.kind == "todo", PlanItem.deleted_at.is_(None))
    titles = db.session.scalars(select(PlanItem.title).where(PlanItem.owner_id == event.owner_id, *mine))
    if not any(rules.same_title(title, there) for there in titles):
        add(event, "todo", {"title": title, "day": day}, new_id())


def change(item: PlanItem, event: Event, fields: dict[str, Any]) -> None:
    """Write these columns anew. Raises Invalid where another line names this contact already."""
    if fields.get("contact_id") != item.contact_id:
        _refuse_twice(event, fields.get("contact_id"))
    for name, value in fields.items():
        setattr(item, name, value)


def link(item: PlanItem, contact: Contact) -> None:
    """The bare name is that person. The name they have today stays with the line, should they go."""
    item.contact_id, item.title = contact.id, contact.name[: rules.TITLE]


def tick(item: PlanItem) -> None:
    """It is done, heard or seen; the first time counts."""
    item.done_at = item.done_at or now()


def untick(item: PlanItem) -> None:
    """It is not done after all."""
    item.done_at = None


def remove(item: PlanItem) -> None:
    """Take a line away; kept, so that it can be taken back."""
    item.deleted_at = now()


def restore(item: PlanItem) -> None:
    """Take the removal of a line back."""
    item.deleted_at = None


# --- met ----------------------------------------------------------------------


def met(item: PlanItem, event: Event, *, met_line: bool) -> tuple[Planned, bool]:
    """The planned person was met: the line as it stands then, and whether this call noted the meeting.

    One more meeting with the contact who is planned; for a bare name a new contact, as a capture makes it.
    Whoever counts as met already is left as they are, so of two taps at once the second finds the first.
    """
    line = _held(item, event)
    if line.meeting:
        return line, False
    encounter_id = new_id()
    there = zone(event.time_zone)
    at = _moment(event, now())
    offset = at.astimezone(there).utcoffset() or timedelta()
    how = Met(
        name=item.title,
        met_at=at,
        met_offset=int(offset.total_seconds() // 60),
        event_id=event.id,
        poster=rules.poster_at(item.place),
    )
    if line.contact:
        contacts.meet_again(line.contact, how, encounter_id=encounter_id)
    else:
        made = contacts.meet(item.owner_id, how, encounter_id=encounter_id, met_line=met_line)
        item.made_id = made.id
    item.encounter_id = encounter_id
    db.session.flush()
    return lines_of(event, [item])[0], True


def unmet(item: PlanItem, event: Event) -> None:
    """Take the meeting back that `met` noted, and the contact where it made one who has no other meeting."""
    _held(item, event)
    encounter = db.session.get(Encounter, (item.owner_id, item.encounter_id)) if item.encounter_id else None
    made, item.made_id, item.encounter_id = item.made_id, None, None
    if encounter is None or encounter.deleted_at:
        return
    contact = encounter.contact
    if contact.deleted_at:
        return
    if contact.id == made and not _has_other(encounter):
        book.remove(contact)
    else:
        contacts.remove_encounter(contact, encounter)


def _held(item: PlanItem, event: Event) -> Planned:
    """The line as the writer before left it; the book first, as every writer takes it."""
    ledger.hold(item.owner_id)
    db.session.refresh(item, with_for_update=True)
    item_of(event, item.id)
    if item.kind != "person":
        raise NotHere("There is nobody to meet in this line.")
    return lines_of(event, [item])[0]


def _has_other(encounter: Encounter) -> bool:
    other = exists().where(
        Encounter.owner_id == encounter.owner_id,
        Encounter.contact_id == encounter.contact_id,
        Encounter.id != encounter.id,
        Encounter.deleted_at.is_(None),
    )
    return bool(db.session.scalar(select(other)))


def _moment(event: Event, moment: datetime) -> datetime:
    """Now; noted after the event, the noon of its last day."""
    if phase(event, moment) != "past" or is_chosen(event.chosen_at, moment):
        return moment
    return datetime.combine(event.ends_on, time(12), zone(event.time_zone))


def _hold(event: Event) -> None:
    """Of two who add at once the second sees the first. Meetings may refer to the event meanwhile."""
    db.session.refresh(event, with_for_update={"key_share": True})


def _refuse_twice(event: Event, contact_id: UUID | None) -> None:
    if contact_id is None:
        return
    mine = (PlanItem.event_id == event.id, PlanItem.contact_id == contact_id, PlanItem.deleted_at.is_(None))
    if db.session.scalar(select(PlanItem.id).where(PlanItem.owner_id == event.owner_id, *mine).limit(1)):
        raise Invalid({"title": "You plan to reach them already."})
