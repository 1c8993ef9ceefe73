"""Where a letter is written: for one thing that is due, or to somebody with nothing due."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for

from netcard.contacts.blueprint import owner_zone
from netcard.contacts.models import Contact
from netcard.contacts.queries import contact_of
from netcard.contacts.rules import short_day
from netcard.database import now
from netcard.errors import NotHere
from netcard.events.models import Event
from netcard.followups import actions as followups
from netcard.followups.drafting import actions, queries
from netcard.followups.drafting.letter import Letter, letter_of
from netcard.followups.drafting.queries import Facts
from netcard.followups.drafting.templates import GONE, Pattern, patterns_of, usual_for
from netcard.followups.models import FollowUp
from netcard.followups.queue import Due, due_of
from netcard.web.owner import owner_id


@dataclass(frozen=True)
class Desk:
    """All that a letter needs. `due` is None where nothing is due; `words` keeps the owner's own words."""

    facts: Facts
    patterns: dict[str, Pattern]
    usual: Pattern
    asked: str
    words: FollowUp | None
    due: Due | None = None
    event: Event | None = None

    @property
    def contact(self) -> Contact:
        return self.facts.contact

    @property
    def letter(self) -> Letter:
        """The letter as it stands."""
        return letter_of(self.facts, self.patterns, self.usual, self.words, self.asked)

    def row(self) -> FollowUp:
        """The row that keeps the owner's words, made where there is none. Inside `writing()`."""
        if self.due:
            return followups.state_of(self.due)
        return actions.row_for(self.contact)

    def keep(self, subject: str, text: str) -> None:
        """Keep the owner's words. Inside `writing()`."""
        row = self.row()
        if self.due is None:
            row.about = str(self.event.id) if self.event else ""
        actions.keep(row, subject, text, self.letter.pattern.key)

    def address(self, what: str = "", template: str = "") -> str:
        """Where the letter is, or where `what` is done with it, under another template where one is named."""
        endpoint = "followups.page" if self.due else "followups.write"
        page = url_for(endpoint, row_id=self.due.id if self.due else self.contact.id)
        asked = {"template": template, "event": str(self.event.id) if self.event else ""}
        query = urlencode({name: text for name, text in asked.items() if text})
        return f"{page}/{what}".rstrip("/") + (f"?{query}" if query else "")

    @property
    def page(self) -> str:
        """The page as it was asked for."""
        return self.address(template=self.asked)


def desk_for(due_id: UUID) -> Desk:
    """For one thing that is due. Raises NotHere."""
    due = due_of(owner_id(), due_id, owner_zone())
    patterns, asked = patterns_of(owner_id()), _asked()
    if asked and asked not in patterns:
        raise NotHere(GONE)
    interview = due.kind == "meeting" and due.event is not None and due.event.kind == "interview"
    usual = usual_for(patterns, "interview" if interview else due.kind)
    facts = queries.facts_of_due(due, owner_zone(), now())
    return Desk(facts, patterns, usual, asked, due.state, due=due)


def desk_to(contact_id: UUID) -> Desk:
    """For somebody with nothing due. Raises NotHere."""
    contact = contact_of(owner_id(), contact_id)
    patterns, asked = patterns_of(owner_id()), _asked()
    if asked and asked not in patterns:
        raise NotHere(GONE)
    event = queries.event_named(owner_id(), request.values.get("event", ""))
    words = queries.words_to(contact)
    if event and words and words.about != str(event.id):
        words = None  # they are about something else
    usual = patterns["before" if event else "thanks" if contact.encounters else "ask"]
    item = queries.planned_for(contact, event)
    key = asked or (words.template if words else "")
    facts = queries.facts_of(contact, owner_zone(), now(), ahead=event, item=item, key=key)
    return Desk(facts, patterns, usual, asked, words, event=event)


def _asked() -> str:
    return request.values.get("template", "")


def standing(due: Due, today: date, waits: bool) -> tuple[str, str, str]:
    """Where one thing stands, as an icon, a tone and a word. `waits`: whether it is in the queue."""
    if due.closed and due.rhythm is None:
        word = {"sent": "Sent", "answered": "They answered", "done": "Done", "let go": "Let go"}
        return "check", "", word.get(due.state.outcome if due.state else "", "Done")
    if not waits:  # something later settled it, or its time is over
        return "check", "", "Nothing is due"
    heading, window = due.window.heading(today), due.window
    if heading == "overdue":
        days = window.days_late(today)
        return "clock", "late", "1 day late" if days == 1 else f"{days} days late"
    if heading == "coming":
        return "snooze", "", f"From {short_day(window.opens_on, today)}"
    if window.late_after == today:
        return "today", "", "Due today"
    return "today", "", f"Due by {short_day(window.late_after, today)}"
