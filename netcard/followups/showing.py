"""What the pages of the queue are drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any
from uuid import UUID

from netcard.contacts.blueprint import owner_zone
from netcard.contacts.merging.queries import met_among
from netcard.contacts.models import Contact
from netcard.contacts.rules import short_day
from netcard.database import new_id, now
from netcard.events.models import Event
from netcard.events.queries import events_of, here_among
from netcard.followups import keeping, kept, rules, wording
from netcard.followups.due import Due
from netcard.followups.forms import PromiseForm, RhythmForm, SnoozeForm, rhythm_form
from netcard.followups.queue import queue_of
from netcard.web.answers import wants_partial
from netcard.web.owner import owner_id

PAGE = 50
"""Rows of one heading that are shown at once."""

HEADINGS = {"overdue": "Overdue", "today": "Today", "coming": "Coming"}

NEAR = timedelta(days=7)
"""How long before an event one may put things off to after it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is due, as its row shows it."""

    due: Due
    word: str
    late: bool
    facts: str
    href: str
    met: bool
    open: bool
    """Whether something can be done about it now."""
    days: list[tuple[str, date]]
    """What it can be put off to, each with its word."""
    first_day: date
    last_day: date

    @property
    def said(self) -> str:
        """The sentence worth remembering."""
        return "" if self.due.appointment else self.due.about

    @property
    def asks(self) -> str:
        """What its first button says."""
        if self.due.appointment is not None:
            return "How did it go?" if self.word == "How did it go?" else "Look at it"
        return "See the plan" if self.due.kind == "todo" else "Read the draft"


@dataclass(frozen=True, slots=True)
class Group:
    """A heading, with the rows of it that are shown."""

    key: str
    title: str
    count: int
    rows: list[Row]
    next_start: int | None


def shown(heading: str = "", start: int = 0, **more: Any) -> dict[str, Any]:
    """The queue for /followups: all of its headings, or one from a row on."""
    zone, moment = owner_zone(), now()
    queue = queue_of(owner_id(), zone, moment)
    dues = {"overdue": queue.overdue, "today": queue.due, "coming": queue.coming}
    slices = {key: dues[key][start : start + PAGE] for key in dues if not heading or key == heading}
    drawing = _Drawing(queue.today, zone, [due for part in slices.values() for due in part])
    groups = [
        Group(
            key,
            HEADINGS[key],
            len(dues[key]),
            [drawing.row(due) for due in part],
            start + PAGE if len(dues[key]) > start + PAGE else None,
        )
        for key, part in slices.items()
    ]
    refused = more.get("refused")
    stray = refused and not any(
        row.open and row.due.id == refused["id"] for group in groups for row in group.rows
    )
    lately = [] if heading else kept.kept_lately(owner_id(), zone, moment)
    silent, silent_count = ([], 0) if heading else kept.unanswered(owner_id(), zone, moment)
    return {
        "groups": groups,
        "stray": refused["form"].problems["until"] if refused and stray else "",
        "empty": not any(dues.values()),
        "waiting": len(queue.waiting),
        "silent": silent,
        "silent_count": silent_count,
        "kept": lately,
        "kept_this_year": kept.kept_this_year(owner_id(), zone, moment),
        "back": "/followups",
        **_common(queue.today),
        **more,
    }


def shown_with(contact: Contact, **more: Any) -> dict[str, Any]:
    """What is open with one person, their rhythm, and forms for more."""
    zone, moment = owner_zone(), now()
    queue = queue_of(owner_id(), zone, moment, contact.id)
    dues = [*queue.waiting, *queue.coming]
    drawing = _Drawing(queue.today, zone, dues)
    rhythm = next(iter(keeping.rhythms_of(contact)), None)
    return {
        "contact": contact,
        "rows": [drawing.row(due) for due in dues],
        "rhythm_word": wording.months_word(rhythm.months) if rhythm else "Never",
        "rhythm_form": rhythm_form(rhythm.months if rhythm else 0),
        "promise_form": PromiseForm(
            data={"id": str(new_id()), "due_on": queue.today + timedelta(days=rules.LATE_AFTER)}
        ),
        "editing": None,
        "back": f"/followups/with/{contact.id}",
        **_common(queue.today),
        **more,
    }


def refused(due: Due, form: SnoozeForm) -> dict[str, Any]:
    """What a row is shown with whose day could not be taken."""
    return {"refused": {"id": due.id, "form": form}}


def contact_named_by(back: str) -> UUID | None:
    """Whose region an address is; None where it is another page's."""
    head, _, name = back.partition("?")[0].rpartition("/")
    try:
        return UUID(name) if head == "/followups/with" else None
    except ValueError:
        return None


def with_rhythm_refused(contact: Contact, form: RhythmForm) -> dict[str, Any]:
    """The region with a rhythm that could not be taken."""
    return shown_with(contact, rhythm_form=form)


def with_promise_refused(contact: Contact, form: PromiseForm, promise_id: UUID | None) -> dict[str, Any]:
    """The region with a promise that could not be taken, a new one or one that stands."""
    if promise_id:
        return shown_with(contact, editing={"id": promise_id, "form": form})
    return shown_with(contact, promise_form=form)


# --- rows ---------------------------------------------------------------------


class _Drawing:
    """Makes rows: what all of them are measured by is looked up once."""

    def __init__(self, today: date, zone: tzinfo, dues: Iterable[Due]) -> None:
        self.today, self.zone = today, zone
        unsure = [due.contact.id for due in dues if due.contact is not None and due.encounter is None]
        self.met = met_among(owner_id(), unsure) if unsure else {}
        self.event = _event_about(today)

    def row(self, due: Due) -> Row:
        window = due.window
        open_now = window.heading(self.today) != "coming"
        last = self.today + rules.FARTHEST
        if due.lapses_on:
            last = min(last, due.lapses_on - timedelta(days=1))
        days = rules.snooze_days(self.today, self.event.ends_on if self.event else None, due.lapses_on)
        return Row(
            due=due,
            word=wording.state_word(due, self.today, self.zone),
            late=due.appointment is None and window.heading(self.today) == "overdue",
            facts=wording.facts(due, self.today),
            href=_href(due),
            met=due.encounter is not None or (due.contact is not None and due.contact.id in self.met),
            open=open_now,
            days=[(self._day(name, day), day) for name, day in days.items()],
            first_day=self.today + timedelta(days=1),
            last_day=last,
        )

    def _day(self, name: str, day: date) -> str:
        if name == "after" and self.event is not None:
            return f"After {wording.event_word(self.event.kind, self.event.name)}"
        return wording.day_ahead(day, self.today)


def _event_about(today: date) -> Event | None:
    """The event the owner is at, or will be at within days."""
    events = events_of(owner_id())
    here = here_among(events, now())
    if here is not None:
        return here if here.ends_on >= today else None
    near = [event for event in events if today <= event.ends_on and event.starts_on <= today + NEAR]
    return min(near, key=lambda event: event.starts_on, default=None)


def _href(due: Due) -> str:
    if due.kind == "todo" and due.item is not None:
        return f"/events/{due.item.event_id}/plan"
    if due.appointment is not None and due.contact is not None:
        return f"/contacts/{due.contact.id}/agreed/{due.id}"
    return f"/followups/{due.id}"


def _common(today: date) -> dict[str, Any]:
    return {
        "today": today,
        "zone": owner_zone(),
        "short_day": short_day,
        "oob": wants_partial(),
        "refused": None,
        "new_id": new_id,
    }
