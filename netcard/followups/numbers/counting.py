"""What became of the people met, in numbers: every event, and the last months.

Reading only. Removed people, meetings and messages are left out, and so are meetings without a day
(`contacts.rules.NO_DAY`) where time is asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, and_, select

from netcard.accounts.rules import zone
from netcard.contacts.models import Contact, Encounter, Exchange
from netcard.contacts.rules import EARLIEST, has_day
from netcard.database import db
from netcard.events.models import Event
from netcard.events.queries import events_of
from netcard.followups import rules
from netcard.followups.kept import kept_since
from netcard.followups.queue import reminding_of

MONTHS_SHOWN = 12

Moments = dict[UUID, list[datetime]]
"""Of each person the meetings."""

Words = dict[UUID, list[tuple[str, datetime]]]
"""Of each person the messages: "wrote" or "answered", and when."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people were met at an event, and how many of them were written to and answered.

    met       people, each once
    written   of them, those a message went to from the meeting on and up to the last day of its window
              (`Reminding.late_after` days after it in the owner's calendar); of several meetings any counts
    answered  of them, those who answered or wrote, at any time after the first meeting there
    in_time   of them, those not written to who still can be within the window

    A meeting whose day is not known counts as met and as nothing else.
    """

    met: int = 0
    written: int = 0
    answered: int = 0
    in_time: int = 0


SHARE_OF = 3
"""People of whom a percentage says more than the two counts."""


def share(part: int, whole: int) -> str:
    """A part in words: 1 of 2, 3 of 5 (60%)."""
    counts = f"{part:,} of {whole:,}"
    return f"{counts} ({(200 * part + whole) // (2 * whole)}%)" if whole >= SHARE_OF else counts


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the owner's calendar.

    met   people met in it, each once; somebody met in two months counts in both
    kept  follow-ups sent, answered or done in it, on time or not: after a meeting, as promised, to keep in
          touch, before an event; see `kept.kept_since`. Whether it was within the window, `Reach` says
    """

    first: date
    met: int
    kept: int


def reach_of(moments: Moments, words: Words, here: tzinfo, late_after: int, today: date) -> Reach:
    """The numbers of one event, out of its meetings and the messages to and from the people met."""
    written = answered = in_time = 0
    for who, mets in moments.items():
        known = [moment for moment in mets if has_day(moment)]
        if not known:
            continue
        last_days = [rules.local_day(moment, here) + timedelta(days=late_after) for moment in known]
        exchanged = words.get(who, [])
        if any(
            kind == "wrote" and moment <= at and rules.local_day(at, here) <= last_day
            for moment, last_day in zip(known, last_days, strict=True)
            for kind, at in exchanged
        ):
            written += 1
        elif today <= max(last_days):
            in_time += 1
        answered += any(kind == "answered" and at >= min(known) for kind, at in exchanged)
    return Reach(len(moments), written, answered, in_time)


def words_of(owner: UUID, people: Collection[UUID], since: datetime | None) -> Words:
    """All messages since then; not asked for by person, for ten thousand ids are more than a query takes."""
    words: Words = defaultdict(list)
    if since is not None:
        found = db.session.execute(
            select(Exchange.contact_id, Exchange.kind, Exchange.at)
            .where(Exchange.owner_id == owner, Exchange.deleted_at.is_(None), Exchange.at >= since)
            .order_by(Exchange.at)
        )
        for who, kind, at in found:
            if who in people:
                words[who].append((kind, at))
    return words


def reach_by_event(owner: UUID, here: tzinfo, moment: datetime) -> list[tuple[Event, Reach]]:
    """Every event that has begun, or where somebody was met, the newest first."""
    meetings: dict[UUID | None, dict[UUID, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    people: set[UUID] = set()
    since = None
    found = db.session.execute(
        select(Encounter.event_id, Encounter.contact_id, Encounter.met_at)
        .join(Contact, same_person(Encounter))
        .where(Encounter.event_id.is_not(None), *still_there(owner))
        .order_by(Encounter.met_at)
    )
    for event_id, who, met_at in found:
        meetings[event_id][who].append(met_at)
        people.add(who)
        since = since or met_at
    words = words_of(owner, people, since)
    late_after, today = reminding_of(owner).late_after, rules.local_day(moment, here)
    return [
        (event, reach_of(meetings[event.id], words, here, late_after, today))
        for event in events_of(owner)
        if event.id in meetings or event.starts_on <= rules.local_day(moment, zone(event.time_zone))
    ]


# --- over time ----------------------------------------------------------------


def months_of(owner: UUID, here: tzinfo, moment: datetime) -> list[Month]:
    """The last twelve months with this one, the earliest first; a month with nothing is there too."""
    this_month = rules.local_day(moment, here).replace(day=1)
    months = [this_month - relativedelta(months=ago) for ago in reversed(range(MONTHS_SHOWN))]
    # a day early: which month a moment lies in is asked of the calendar below
    since = max(EARLIEST, datetime(months[0].year, months[0].month, 1, tzinfo=here) - timedelta(days=1))
    met = _met_by_month(owner, here, since)
    kept = Counter(_month_of(moment, here) for moment in kept_since(owner, since))
    return [Month(first, len(met.get(first, ())), kept[first]) for first in months]


def _month_of(moment: datetime, here: tzinfo) -> date:
    return rules.local_day(moment, here).replace(day=1)


def _met_by_month(owner: UUID, here: tzinfo, since: datetime) -> dict[date, set[UUID]]:
    found = db.session.execute(
        select(Encounter.contact_id, Encounter.met_at)
        .join(Contact, same_person(Encounter))
        .where(Encounter.met_at >= since, *still_there(owner))
    )
    people: dict[date, set[UUID]] = defaultdict(set)
    for who, met_at in found:
        people[_month_of(met_at, here)].add(who)
    return people


def still_there(owner: UUID) -> tuple[ColumnElement[bool], ...]:
    """Meetings of this owner that were not removed, nor the people met."""
    return Encounter.owner_id == owner, Encounter.deleted_at.is_(None), Contact.deleted_at.is_(None)


def same_person(row: type[Encounter]) -> ColumnElement[bool]:
    """The contact that a row is about."""
    return and_(Contact.owner_id == row.owner_id, Contact.id == row.contact_id)
