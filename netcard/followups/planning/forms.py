"""The forms of a plan: one short form for each part."""

from datetime import time
from typing import Any, ClassVar
from uuid import UUID

from wtforms import Field, TimeField
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import HiddenInput

from netcard.contacts.models import Contact
from netcard.database import new_id
from netcard.events.forms import DayField
from netcard.events.models import Event
from netcard.followups.models import PlanItem
from netcard.followups.planning import rules
from netcard.followups.planning.rules import Part
from netcard.web.forms import Form, long_text, text


class ClockField(TimeField):
    """An hour, with a sentence of ours where it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Write the time like 14:30.") from error


def clock(label: str) -> ClockField:
    """An hour of the event's own clock."""
    return ClockField(label, [Optional()], format=["%H:%M", "%H:%M:%S"])


class LineForm(Form):
    """What every line has. The id is the form's own, so that sent twice it is one line."""

    part: ClassVar[Part]
    id = text("Line", 36, widget=HiddenInput())

    event: Event

    def know(self, event: Event, contact: Contact | None = None) -> "LineForm":
        """Tell the form what it is checked against."""
        self.event, self.chosen = event, contact
        for field in self:  # the forms of all parts stand on one page
            field.id = field.label.field_id = f"{self.part}-{field.name}"
        return self

    chosen: Contact | None = None

    @property
    def line_id(self) -> UUID:
        """The id to keep it under."""
        try:
            return UUID(self.id.data or "")
        except ValueError:
            return new_id()

    def validate_day(self, field: Field) -> None:
        if field.data and (
            problem := rules.near_problem(field.data, self.event.starts_on, self.event.ends_on)
        ):
            raise StopValidation(problem)

    def refuse(self, problems: dict[str, str]) -> None:
        """Put sentences beside fields after validation."""
        for name, sentence in problems.items():
            self[name].errors = [*self[name].errors, sentence]

    def fields(self) -> dict[str, Any]:
        """The columns, once the form is valid."""
        return {"title": self.title.data, "day": self.day.data}


class TodoForm(LineForm):
    """Something to do by a day."""

    part: ClassVar[Part] = "todo"
    title = text("What", rules.TITLE, "Say what is to be done.")
    day = DayField("By", [Optional()])

    def validate_day(self, field: Field) -> None:
        if field.data and (
            problem := rules.deadline_problem(field.data, self.event.starts_on, self.event.ends_on)
        ):
            raise StopValidation(problem)


class PersonForm(LineForm):
    """Somebody to reach: out of the list, or just a name."""

    part: ClassVar[Part] = "person"
    title = text("Who", rules.TITLE)
    contact = text("From your people", 36)
    why = long_text("Why them", rules.WHY)
    day = DayField("Day", [Optional()])
    clock = clock("Time")
    place = text("Where to find them", rules.PLACE)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if not self.title.data and not self.chosen and not self.contact.errors:
            self.title.errors = ["Put a name. A first name and where they work is enough."]
            return False
        return valid

    def validate_contact(self, field: Field) -> None:
        if field.data and self.chosen is None:
            raise StopValidation("They are not in your list any more. Choose again.")

    def fields(self) -> dict[str, Any]:
        return {
            "title": self.chosen.name[: rules.TITLE] if self.chosen else self.title.data,
            "contact_id": self.chosen.id if self.chosen else None,
            "why": self.why.data or "",
            "day": self.day.data,
            "clock": self.clock.data,
            "place": self.place.data or "",
        }


class SessionForm(LineForm):
    """A session to hear; on the first day where none is said."""

    part: ClassVar[Part] = "session"
    title = text("What", rules.TITLE, "Give it a word to know it by.")
    day = DayField("Day", [Optional()])
    clock = clock("Time")
    place = text("Hall or room", rules.PLACE)

    def fields(self) -> dict[str, Any]:
        at: time | None = self.clock.data
        day = self.day.data or self.event.starts_on
        return {"title": self.title.data, "day": day, "clock": at, "place": self.place.data or ""}


class PosterForm(SessionForm):
    """A poster to see."""

    part: ClassVar[Part] = "poster"
    title = text("Title, or whose", rules.TITLE, "Give it a word to know it by.")
    place = text("Number", rules.PLACE)


FORMS: dict[str, type[LineForm]] = {
    form.part: form for form in (TodoForm, PersonForm, SessionForm, PosterForm)
}


def blank_forms(event: Event, first_day: Any) -> dict[str, LineForm]:
    """An empty form for each part; what is to be seen begins on `first_day`."""
    return {
        part: form(
            data={"id": str(new_id()), "day": first_day if part in ("session", "poster") else None}
        ).know(event)
        for part, form in FORMS.items()
    }


def form_for(item: PlanItem, event: Event, contact: Contact | None) -> LineForm:
    """The form filled from a line; of a person with the name their card has."""
    title = contact.name if contact else item.title
    data = {name: getattr(item, name) for name in ("why", "day", "clock", "place")}
    data |= {"id": str(item.id), "title": title, "contact": str(contact.id) if contact else ""}
    return FORMS[item.kind](data=data).know(event, contact)
