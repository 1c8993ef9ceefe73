"""What was between the owner and a person, in one column of time: met, wrote, answered, agreed, held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal
from uuid import UUID

from netcard.contacts.models import Appointment, Encounter, Exchange
from netcard.contacts.rules import has_day
from netcard.events.models import Event

BEFORE = timedelta(days=60)
"""A message so long before an event at which the two then met was written for it, as far as one can tell."""

SHORT = 200
"""Characters of a message that stand in the story as they are; a longer one is folded away."""

Kind = Literal["agreed", "met", "wrote", "answered", "called off"]


@dataclass(frozen=True)
class Entry:
    """One thing that happened, or will."""

    kind: Kind
    at: datetime
    words: str
    """What it was: the entry's heading."""
    open: bool = False
    """Agreed on, and neither held nor called off."""
    encounter: Encounter | None = None
    exchange: Exchange | None = None
    agreed: Appointment | None = None

    @property
    def row(self) -> Encounter | Exchange | Appointment:
        """What it tells of."""
        row = self.encounter or self.exchange or self.agreed
        if row is None:
            raise ValueError("an entry tells of something")
        return row

    @property
    def folded(self) -> bool:
        """Whether a message is too long to stand in the story as it is."""
        text = self.exchange.text if self.exchange else ""
        return len(text) > SHORT or "\n\n" in text


def story_of(
    encounters: Iterable[Encounter],
    exchanges: Iterable[Exchange],
    appointments: Iterable[Appointment],
    zone: tzinfo,
) -> list[Entry]:
    """All of it, the latest first. What is agreed on and open stands on top, also where its time has passed:
    it asks for a word on how it went. Meetings whose day is not known stand last."""
    appointments = list(appointments)
    met = sorted(encounters, key=lambda one: (one.met_at, one.id))
    written = list(exchanges)
    held = {one.encounter_id: one for one in appointments if one.encounter_id}
    entries = [
        *(_meeting(one, held.get(one.id), again=number > 0) for number, one in enumerate(met)),
        *(_message(one, met, zone) for one in written),
        *(_agreement(one) for one in appointments if not one.encounter_id),
    ]
    return sorted(entries, key=_place, reverse=True)


def _place(entry: Entry) -> tuple[bool, datetime, datetime, UUID]:
    return entry.open, entry.at, entry.row.created_at, entry.row.id


def _meeting(met: Encounter, agreed: Appointment | None, *, again: bool) -> Entry:
    words = "Met again" if again and has_day(met.met_at) else "Met"
    if met.event:
        words += f" at {met.event.name}"
    return Entry("met", met.met_at, agreed.what if agreed else words, encounter=met, agreed=agreed)


def _message(exchange: Exchange, met: Sequence[Encounter], zone: tzinfo) -> Entry:
    if exchange.kind == "answered":
        return Entry("answered", exchange.at, "They answered", exchange=exchange)
    event = _written_before(exchange, met, zone)
    words = f"You wrote before {event.name}" if event else "You wrote"
    return Entry("wrote", exchange.at, words, exchange=exchange)


def _written_before(exchange: Exchange, met: Sequence[Encounter], zone: tzinfo) -> Event | None:
    """The event of their next meeting, where the message went out before it began."""
    following = next((one for one in met if one.met_at > exchange.at), None)
    event = following.event if following else None
    if event is None:
        return None
    day = exchange.at.astimezone(zone).date()
    return event if event.starts_on - BEFORE <= day < event.starts_on else None


def _agreement(agreed: Appointment) -> Entry:
    if agreed.called_off_at:
        return Entry("called off", agreed.called_off_at, f"Called off: {agreed.what}", agreed=agreed)
    return Entry("agreed", agreed.starts_at, agreed.what, open=True, agreed=agreed)
