"""One event looked back on: whom one met, what was promised, what is still owed, the days.

Reading only. Removed people and meetings are left out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased

from netcard.accounts.rules import zone
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import has_day
from netcard.database import db
from netcard.events.models import Event
from netcard.followups import rules
from netcard.followups.kept import KEPT
from netcard.followups.models import FollowUp
from netcard.followups.numbers.counting import Moments, Reach, reach_of, same_person, still_there, words_of
from netcard.followups.queue import reminding_of

DAYS_SHOWN = 14
"""Of an event; a longer one is shown by weeks, and one of more than as many weeks by months."""

Standing = Literal["owed", "kept", "let go", "noted"]


@dataclass(frozen=True)
class MetHere:
    """Somebody met at an event, with the meetings there, the first one first."""

    contact: Contact
    meetings: tuple[Encounter, ...]
    first: bool
    """Whether the two had not met before."""

    @property
    def posters(self) -> str:
        return ", ".join(dict.fromkeys(met.poster for met in self.meetings if met.poster))

    @property
    def said(self) -> str:
        return "\n".join(met.discussed for met in self.meetings if met.discussed)

    @property
    def offered(self) -> str:
        return "\n".join(met.offered for met in self.meetings if met.offered)

    @property
    def met_at(self) -> datetime:
        """The last meeting there."""
        return self.meetings[-1].met_at


@dataclass(frozen=True)
class Promise:
    """What was promised in a meeting, and whether it is still owed."""

    follow_up_id: UUID
    contact: Contact
    text: str
    standing: Standing
    """Noted: written down so long after the meeting that nothing was opened for it."""
    last_day: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """Days of an event that are counted together."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Days:
    """People met by day, week or month of an event, as its own time zone counts days."""

    unit: Literal["Day", "Week", "Month"]
    counted: tuple[tuple[Span, int], ...]
    elsewhen: int
    """People met on other days, as after the last one."""
    undated: int
    """People of whom it is not known when."""


@dataclass(frozen=True)
class Afterwards:
    """What an event has left."""

    people: tuple[MetHere, ...]
    """The one met last first."""
    promises: tuple[Promise, ...]
    """Those still owed first, by their last day; then the kept, then the others."""
    days: Days
    reach: Reach
    late_after: int

    @property
    def owed(self) -> int:
        """How many promises are still owed."""
        return sum(promise.standing == "owed" for promise in self.promises)


def afterwards(owner: UUID, event: Event, here: tzinfo, moment: datetime) -> Afterwards:
    """An event of this owner, looked back on; `here` is the owner's zone."""
    how = reminding_of(owner)
    today = rules.local_day(moment, here)
    before = aliased(Encounter)
    met_before = exists().where(
        before.owner_id == owner,
        before.contact_id == Encounter.contact_id,
        before.deleted_at.is_(None),
        before.id != Encounter.id,
        before.met_at < Encounter.met_at,
    )
    rows = db.session.execute(
        select(Encounter, Contact, FollowUp, met_before)
        .join(Contact, same_person(Encounter))
        .outerjoin(FollowUp, and_(FollowUp.owner_id == Encounter.owner_id, FollowUp.id == Encounter.id))
        .where(Encounter.event_id == event.id, *still_there(owner))
        .order_by(Encounter.met_at, Encounter.id)
    ).all()
    meetings: dict[UUID, list[Encounter]] = defaultdict(list)
    new: dict[UUID, bool] = {}
    for met, contact, _, known in rows:
        meetings[contact.id].append(met)
        new.setdefault(contact.id, not known and has_day(met.met_at))
    contacts = {contact.id: contact for _, contact, _, _ in rows}
    promises = [
        _promise(met, contact, state, here, how.opens_after, how.late_after)
        for met, contact, state, _ in rows
        if met.promised or met.promised_by
    ]
    people = [MetHere(contacts[who], tuple(mets), new[who]) for who, mets in meetings.items()]
    moments = {who: [met.met_at for met in mets] for who, mets in meetings.items()}
    words = words_of(owner, moments, min((row[0].met_at for row in rows), default=None))
    return Afterwards(
        people=tuple(sorted(people, key=lambda person: person.met_at, reverse=True)),
        promises=tuple(sorted(promises, key=_owed_first)),
        days=days_of(event, moments),
        reach=reach_of(moments, words, here, how.late_after, today),
        late_after=how.late_after,
    )


def _promise(
    met: Encounter, contact: Contact, state: FollowUp | None, here: tzinfo, opens_after: int, late_after: int
) -> Promise:
    window = rules.after_meeting(
        rules.local_day(met.met_at, here), met.promised_by, opens_after, late_after
    ).put_off(state.snoozed_until if state else None)
    closed_at = state.closed_at if state and state.settles(met.promised_by) else None
    standing: Standing
    if closed_at:
        standing = "kept" if state and state.outcome in KEPT else "let go"
    else:
        dated = has_day(met.met_at) or met.promised_by is not None
        standing = "owed" if met.opens_follow_up and dated else "noted"
    closed_on = rules.local_day(closed_at, here) if closed_at else None
    return Promise(met.id, contact, met.promised, standing, window.late_after, closed_on)


def _owed_first(promise: Promise) -> tuple[int, date, str]:
    order = ("owed", "kept", "let go", "noted").index(promise.standing)
    return order, promise.closed_on or promise.last_day, promise.contact.name


def days_of(event: Event, moments: Moments) -> Days:
    """People by the days of an event, each once in each; every day is there, also one without anybody."""
    unit, spans = spans_of(event.starts_on, event.ends_on)
    place = zone(event.time_zone)
    by_span: dict[Span, set[UUID]] = {span: set() for span in spans}
    starts = {day: span for span in spans for day in _days(span)}
    elsewhen, undated = set(), set()
    for who, mets in moments.items():
        for moment in mets:
            if not has_day(moment):
                undated.add(who)
            elif span := starts.get(rules.local_day(moment, place)):
                by_span[span].add(who)
            else:
                elsewhen.add(who)
    counted = tuple((span, len(people)) for span, people in by_span.items())
    return Days(unit, counted, len(elsewhen), len(undated))


def spans_of(first: date, last: date) -> tuple[Literal["Day", "Week", "Month"], list[Span]]:
    """The days of an event one by one; of a long one by weeks from its first day, or by calendar months."""
    days = (last - first).days + 1
    if days <= DAYS_SHOWN:
        return "Day", [Span(day, day) for day in _days(Span(first, last))]
    spans = []
    by_week = days <= 7 * DAYS_SHOWN
    start = first
    while start <= last:
        following = start + timedelta(days=7) if by_week else start.replace(day=1) + relativedelta(months=1)
        spans.append(Span(start, min(last, following - timedelta(days=1))))
        start = following
    return "Week" if by_week else "Month", spans


def _days(span: Span) -> Iterator[date]:
    return (span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1))
