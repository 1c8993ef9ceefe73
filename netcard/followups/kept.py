"""What was done lately: who has not answered yet, what was kept, and how much of it this year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select, union_all

from netcard.contacts.models import Appointment, Contact, Encounter, Exchange
from netcard.database import db
from netcard.events.models import Event
from netcard.followups import rules
from netcard.followups.models import FollowUp, PlanItem, Rhythm

ANSWER_DAYS = 60
"""Nobody answers later than this; the rhythm asks again."""

LATELY = timedelta(days=30)
MOST, MOST_SILENT = 20, 50
KEPT = ("sent", "answered", "done")


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who was written to and has not answered yet."""

    contact_id: UUID
    name: str
    subject: str
    day: date


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is over, to be taken back from here."""

    id: UUID
    who: str
    about: str
    word: str
    day: date
    href: str


_WORDS = {"sent": "You wrote", "answered": "Answered", "done": "Done", "let go": "Let go"}


def unanswered(owner: UUID, zone: tzinfo, moment: datetime) -> tuple[list[Silent], int]:
    """Whoever was written to within the last days and has said nothing since: the latest first, and how
    many they are in all."""
    # ranked within the days: compared with each other, thousands of messages took SQLite seconds
    place = func.row_number().over(
        partition_by=Exchange.contact_id, order_by=(Exchange.at.desc(), Exchange.id.desc())
    )
    words = (
        select(Exchange.contact_id, Exchange.kind, Exchange.at, Exchange.subject, place.label("place"))
        .where(
            Exchange.owner_id == owner,
            Exchange.at >= moment - timedelta(days=ANSWER_DAYS),
            Exchange.deleted_at.is_(None),
        )
        .subquery()
    )
    found = db.session.execute(
        select(Contact.id, Contact.name, words.c.subject, words.c.at, func.count().over())
        .join(words, and_(Contact.owner_id == owner, Contact.id == words.c.contact_id))
        .where(words.c.place == 1, words.c.kind == "wrote", Contact.deleted_at.is_(None))
        .order_by(words.c.at.desc(), Contact.id)
        .limit(MOST_SILENT)
    ).all()
    shown = [Silent(who, name, subject, rules.local_day(at, zone)) for who, name, subject, at, _ in found]
    return shown, found[0][4] if found else 0


def kept_lately(owner: UUID, zone: tzinfo, moment: datetime) -> list[Kept]:
    """What was closed within the last weeks, the latest first."""
    closed = [*_closed(owner, zone, moment - LATELY), *_ticked(owner, zone, moment - LATELY)]
    closed.sort(key=lambda pair: pair[0], reverse=True)
    return [kept for _, kept in closed[:MOST]]


def _closed(owner: UUID, zone: tzinfo, since: datetime) -> list[tuple[datetime, Kept]]:
    found = db.session.execute(
        select(FollowUp, Contact.name, Encounter.promised, Encounter.discussed)
        .join(Contact, and_(Contact.owner_id == FollowUp.owner_id, Contact.id == FollowUp.contact_id))
        .outerjoin(Encounter, and_(Encounter.owner_id == FollowUp.owner_id, Encounter.id == FollowUp.id))
        .where(
            FollowUp.owner_id == owner,
            FollowUp.closed_at >= since,
            FollowUp.outcome != "",
            FollowUp.deleted_at.is_(None),
            Contact.deleted_at.is_(None),
            _there(),
        )
        .order_by(FollowUp.closed_at.desc())
        .limit(MOST)
    )
    return [
        (
            state.closed_at,
            Kept(
                state.id,
                name,
                state.about or promised or discussed or "",
                _WORDS.get(state.outcome, "Over"),
                rules.local_day(state.closed_at, zone),
                f"/followups/{state.id}",
            ),
        )
        for state, name, promised, discussed in found
        if state.closed_at
    ]


def _there() -> ColumnElement[bool]:
    """Whether what a follow-up was of, a row by the same id, is still there: else it cannot be reopened."""
    same = [
        exists().where(row.owner_id == FollowUp.owner_id, row.id == FollowUp.id, there)
        for row, there in (
            (Rhythm, Rhythm.ended_at.is_(None)),
            (Appointment, Appointment.deleted_at.is_(None)),
            (PlanItem, and_(PlanItem.deleted_at.is_(None), PlanItem.event_id.in_(_events_there()))),
        )
    ]
    met = and_(Encounter.id.is_not(None), Encounter.deleted_at.is_(None))
    return or_(FollowUp.kind == "promise", met, *same)


def _events_there() -> Select[UUID]:
    return select(Event.id).where(Event.owner_id == PlanItem.owner_id, Event.deleted_at.is_(None))


def _ticked(owner: UUID, zone: tzinfo, since: datetime) -> list[tuple[datetime, Kept]]:
    found = db.session.execute(
        select(PlanItem)
        .join(Event, and_(Event.owner_id == PlanItem.owner_id, Event.id == PlanItem.event_id))
        .where(
            PlanItem.owner_id == owner,
            PlanItem.kind == "todo",
            PlanItem.day.is_not(None),
            PlanItem.done_at >= since,
            PlanItem.deleted_at.is_(None),
            Event.deleted_at.is_(None),
        )
        .order_by(PlanItem.done_at.desc())
        .limit(MOST)
    )
    return [
        (
            item.done_at,
            Kept(
                item.id,
                item.title,
                item.why,
                "Done",
                rules.local_day(item.done_at, zone),
                f"/events/{item.event_id}/plan",
            ),
        )
        for item in found.scalars()
        if item.done_at
    ]


def kept_this_year(owner: UUID, zone: tzinfo, moment: datetime) -> int:
    """How many follow-ups were kept since New Year."""
    new_year = datetime(moment.astimezone(zone).year, 1, 1, tzinfo=zone)
    return db.session.scalar(select(func.count()).select_from(_kept_at(owner, new_year))) or 0


def kept_since(owner: UUID, since: datetime) -> list[datetime]:
    """When follow-ups were kept: sent, answered or done, each by itself, and on time or not. Each round of
    a rhythm that was written is one, and so is a thing to do for an event that was ticked off."""
    return list(db.session.scalars(select(_kept_at(owner, since).c.at)))


def _kept_at(owner: UUID, since: datetime) -> Subquery:
    closed = (
        select(FollowUp.closed_at.label("at"))
        .join(Contact, and_(Contact.owner_id == FollowUp.owner_id, Contact.id == FollowUp.contact_id))
        .outerjoin(Encounter, and_(Encounter.owner_id == FollowUp.owner_id, Encounter.id == FollowUp.id))
        .where(
            FollowUp.owner_id == owner,
            FollowUp.closed_at >= since,
            FollowUp.outcome.in_(KEPT),
            FollowUp.kind != "rhythm",
            FollowUp.deleted_at.is_(None),
            Contact.deleted_at.is_(None),
            Encounter.deleted_at.is_(None),
        )
    )
    rounds = (
        select(Exchange.at)
        .join(FollowUp, and_(FollowUp.owner_id == Exchange.owner_id, FollowUp.id == Exchange.follow_up_id))
        .join(Contact, and_(Contact.owner_id == Exchange.owner_id, Contact.id == Exchange.contact_id))
        .where(
            Exchange.owner_id == owner,
            Exchange.kind == "wrote",
            Exchange.at >= since,
            Exchange.deleted_at.is_(None),
            Contact.deleted_at.is_(None),
            FollowUp.kind == "rhythm",
        )
    )
    ticked = (
        select(PlanItem.done_at)
        .join(Event, and_(Event.owner_id == PlanItem.owner_id, Event.id == PlanItem.event_id))
        .where(
            PlanItem.owner_id == owner,
            PlanItem.kind == "todo",
            PlanItem.done_at >= since,
            PlanItem.deleted_at.is_(None),
            Event.deleted_at.is_(None),
        )
    )
    return union_all(closed, rounds, ticked).subquery()
