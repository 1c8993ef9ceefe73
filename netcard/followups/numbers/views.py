"""Pages that look back: an event afterwards, and the numbers of all events and of the last months."""

from datetime import date
from itertools import dropwhile
from uuid import UUID

from flask import Response, url_for
from flask_login import login_required

from netcard.contacts.blueprint import owner_zone
from netcard.contacts.rules import WEEKDAYS, has_day, short_day
from netcard.database import now
from netcard.events.models import Event
from netcard.events.queries import event_of
from netcard.events.rules import MONTHS
from netcard.followups import rules
from netcard.followups.blueprint import bp
from netcard.followups.numbers.counting import Month, Reach, months_of, reach_by_event, share
from netcard.followups.numbers.looking_back import Days, Span, afterwards
from netcard.followups.numbers.pictures import Picture, Row
from netcard.followups.queue import reminding_of
from netcard.web.answers import answer
from netcard.web.owner import owner_id

MOST_PEOPLE = 200
"""Of an event on its page; all of them are found by searching."""

EVENTS_DRAWN = 6
"""As many groups of bars as can be compared; the others stand in a table alone."""


@bp.get("/events/<uuid:event_id>/after")
@login_required
def after(event_id: UUID) -> Response:
    """Whom one met at an event, what was promised, what is still owed, and a picture of its days."""
    event, here, moment = event_of(owner_id(), event_id), owner_zone(), now()
    seen = afterwards(owner_id(), event, here, moment)
    return answer(
        "followups/after.html",
        "followups/_after.html",
        event=event,
        seen=seen,
        most=MOST_PEOPLE,
        days=days_picture(seen.days),
        reach=reach_picture(seen.reach),
        share=share,
        zone=here,
        today=rules.local_day(moment, here),
        short_day=short_day,
        has_day=has_day,
    )


@bp.get("/followups/numbers")
@login_required
def numbers() -> Response:
    """The last months from the first that has anything, and every event, as pictures with their tables."""
    here, moment = owner_zone(), now()
    months = list(dropwhile(_is_empty, months_of(owner_id(), here, moment)))
    events = [_event_row(event, reach) for event, reach in reach_by_event(owner_id(), here, moment)]
    return answer(
        "followups/numbers.html",
        months=months_picture(months) if months else None,
        events=events_picture(events[:EVENTS_DRAWN]) if events else None,
        earlier=events_picture(events[EVENTS_DRAWN:], "earlier") if events[EVENTS_DRAWN:] else None,
        late_after=reminding_of(owner_id()).late_after,
    )


def _is_empty(month: Month) -> bool:
    return not (month.met or month.kept)


# --- pictures -----------------------------------------------------------------


def days_picture(days: Days) -> Picture:
    """People met by the days of an event, those of other days apart."""
    rows = [Row(_named(span, days.unit), (people,)) for span, people in days.counted]
    most = max(rows, key=lambda row: row.values)
    if days.elsewhen:
        rows.append(Row("Other days", (days.elsewhen,), apart=True))
    return Picture(
        name="days",
        title=f"People met, by {days.unit.lower()}",
        summary=f"Most on {most.label}: {most.values[0]:,}." if most.values[0] else "Nobody on these days.",
        heading=days.unit,
        series=("People",),
        rows=tuple(rows),
    )


def reach_picture(reach: Reach) -> Picture:
    """The numbers of one event."""
    rows = (
        Row("Met", (reach.met,)),
        Row("Written to", (reach.written,)),
        Row("Answered", (reach.answered,)),
    )
    return Picture(
        name="reach",
        title="Met, written to, answered",
        summary=f"Of {reach.met:,} met, {reach.written:,} written to and {reach.answered:,} answered.",
        heading="What",
        series=("People",),
        rows=rows,
    )


def months_picture(months: list[Month]) -> Picture:
    """People met and follow-ups kept, month by month."""
    met, kept = sum(month.met for month in months), sum(month.kept for month in months)
    return Picture(
        name="months",
        title="People met and follow-ups kept, by month",
        summary=f"In all {met:,} met and {kept:,} kept.",
        heading="Month",
        series=("People met", "Follow-ups kept"),
        rows=tuple(Row(_month(month.first), (month.met, month.kept)) for month in months),
    )


def events_picture(rows: list[Row], name: str = "events") -> Picture:
    """Events side by side, the newest first."""
    return Picture(
        name=name,
        title="Met, written to and answered, by event",
        summary=f"{_count(len(rows), 'event', 'events')}, the newest first.",
        heading="Event",
        series=("Met", "Written to", "Answered"),
        rows=tuple(rows),
        grouped=True,
    )


def _event_row(event: Event, reach: Reach) -> Row:
    address = url_for("events.page", event_id=event.id)
    return Row(event.name, (reach.met, reach.written, reach.answered), address)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _named(span: Span, unit: str) -> str:
    """Days of an event as the axis says them: Thu 19 Nov, 30 Nov – 6 Dec, Nov 2026."""
    first, last = span.first, span.last
    if unit == "Month":
        return _month(first)
    if first == last:
        return f"{WEEKDAYS[first.weekday()][:3]} {_day(first)}"
    return f"{first.day}–{_day(last)}" if first.month == last.month else f"{_day(first)} – {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1][:3]} {day.year}"
