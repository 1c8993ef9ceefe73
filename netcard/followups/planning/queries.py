"""Reading an event's plan. Whether somebody planned was met is derived from the meetings at the event."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from netcard.accounts.rules import zone
from netcard.database import db
from netcard.errors import NotHere
from netcard.events.models import Event
from netcard.events.rules import Phase, phase
from netcard.followups.models import PlanItem
from netcard.followups.planning import rules
from netcard.followups.planning.people import Planned, hour_of, lines_of
from netcard.followups.planning.rules import PARTS, Part, Suggested


@dataclass(frozen=True)
class Plan:
    """The plan of an event, as of a moment; days are the event's own."""

    event: Event
    today: date
    phase: Phase
    lines: dict[Part, list[Planned]]
    suggested: list[tuple[Suggested, date]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is planned yet."""
        return not any(self.lines.values())

    @property
    def parts(self) -> list[Part]:
        """The parts to show, those of today first: what to see follows whom to meet."""
        shown = [part for part in PARTS if part in rules.parts_of(self.event.kind) or self.lines[part]]
        return shown if self.phase == "coming" else [*shown[1:], shown[0]]

    @property
    def of_today(self) -> list[Planned]:
        """What has its hour or its day today, while the event is on; the clock decides the order."""
        if self.phase != "here":
            return []
        found = [line for part in PARTS for line in self.lines[part] if self.is_today(line)]
        return sorted(found, key=lambda line: (line.item.kind == "todo", hour_of(line.item)))

    def rest(self, part: Part) -> list[Planned]:
        """The lines of a part that do not stand under today."""
        return [line for line in self.lines[part] if not (self.phase == "here" and self.is_today(line))]

    def is_today(self, line: Planned) -> bool:
        """Whether its day is today; something to do also while it is late."""
        day = line.item.day
        if line.item.kind == "todo":
            return day is not None and day <= self.today and not line.done
        return day == self.today

    def days_late(self, line: Planned) -> int:
        """Days past the one by which something was to be done; 0 where it is not late, or all is over."""
        day = line.item.day
        if line.item.kind != "todo" or line.done or day is None or self.phase == "past":
            return 0
        return max(0, (self.today - day).days)

    @property
    def met(self) -> int:
        """How many of the people to reach were met."""
        return sum(line.done for line in self.lines["person"])


def plan_of(event: Event, moment: datetime, *, here: bool = False) -> Plan:
    """All that is planned for an event, with what became of it. `here`: the owner says that it is on."""
    today = moment.astimezone(zone(event.time_zone)).date()
    items = _items(event)
    lines: dict[Part, list[Planned]] = {part: [] for part in PARTS}
    for part in PARTS:
        mine = [item for item in items if item.kind == part]
        lines[part] = lines_of(event, mine) if part == "person" else [Planned(item) for item in mine]
    lines["todo"].sort(key=lambda line: (line.done, line.item.day or date.max, line.item.created_at))
    for part in PARTS[2:]:
        lines[part].sort(key=lambda line: (line.item.day or date.max, hour_of(line.item)))
    titles = [item.title for item in items if item.kind == "todo"]
    suggested = [
        (one, day)
        for one, day in rules.suggestions(event.kind, event.starts_on, event.ends_on, today)
        if not any(rules.same_title(one.title, title) for title in titles)
    ]
    return Plan(event, today, "here" if here else phase(event, moment), lines, suggested)


def still_to_meet(owner: UUID, event: Event) -> list[Planned]:
    """The people planned for this event of the owner's who were not met there yet."""
    return [line for line in people_of(owner, event) if not line.done]


def people_of(owner: UUID, event: Event) -> list[Planned]:
    """The people planned for this event of the owner's, those still to meet first."""
    if event.owner_id != owner:
        return []
    return lines_of(event, [item for item in _items(event) if item.kind == "person"])


def item_of(event: Event, item_id: UUID) -> PlanItem:
    """A line of this event's plan; raises NotHere, also for one that was removed."""
    item = db.session.get(PlanItem, (event.owner_id, item_id))
    if item is None or item.event_id != event.id or item.deleted_at:
        raise NotHere("There is no such line in this plan.")
    return item


def count_of(event: Event) -> int:
    """How many lines the plan has."""
    mine = select(func.count()).select_from(PlanItem).where(*_of(event))
    return db.session.scalar(mine) or 0


def _items(event: Event) -> list[PlanItem]:
    return list(
        db.session.scalars(select(PlanItem).where(*_of(event)).order_by(PlanItem.created_at, PlanItem.id))
    )


def _of(event: Event) -> tuple[ColumnElement[bool], ...]:
    return PlanItem.owner_id == event.owner_id, PlanItem.event_id == event.id, PlanItem.deleted_at.is_(None)
