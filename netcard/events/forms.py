"""The form of an event."""

from datetime import date, datetime
from typing import Any

from wtforms import DateField, Field, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, StopValidation

from netcard.accounts.rules import time_zones, zone, zones_to_choose
from netcard.events import rules
from netcard.events.models import Event
from netcard.web.forms import Form, text

NOT_A_DAY = "Write the day as year-month-day, like 2026-11-22."


class DayField(DateField):
    """A day, with a sentence of ours where it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(NOT_A_DAY) from error


class EventForm(Form):
    """Name, place and days; one day is enough."""

    kind = RadioField("What is it?", choices=list(rules.KINDS.items()), validate_choice=False)
    name = text("Name", rules.NAME, "Give it a name: a congress, a rotation, an interview day.")
    place = text("Place", rules.PLACE)
    starts_on = DayField("First day", [InputRequired("Say the day it begins.")])
    ends_on = DayField("Last day", [Optional()])
    time_zone = SelectField("Time zone", choices=zones_to_choose, validate_choice=False)
    link = text("Web page", rules.LINK)

    def swap(self) -> None:
        """Put the two days in order, where both are days and they are not."""
        first, last = self.starts_on, self.ends_on
        if isinstance(first.data, date) and isinstance(last.data, date) and last.data < first.data:
            first.data, last.data = last.data, first.data
            first.raw_data, last.raw_data = last.raw_data, first.raw_data

    @property
    def in_wrong_order(self) -> bool:
        """Whether swapping the two days would help."""
        first, last = self.starts_on.data, self.ends_on.data
        return isinstance(first, date) and isinstance(last, date) and last < first

    def validate_kind(self, field: Field) -> None:
        if field.data not in rules.KINDS:
            raise StopValidation("Choose one of the four.")

    def validate_time_zone(self, field: Field) -> None:
        if field.data not in time_zones():
            raise StopValidation("Choose a time zone from the list.")

    def validate_starts_on(self, field: Field) -> None:
        self._refuse("starts_on")

    def validate_ends_on(self, field: Field) -> None:
        self._refuse("ends_on")

    def validate_link(self, field: Field) -> None:
        address = rules.safe_link(field.data)
        if address is None:
            raise StopValidation("This does not look like a web address. It begins with https://")
        if len(address) > rules.LINK:  # with the https:// that was not typed
            raise StopValidation(f"This is over {rules.LINK} characters. Shorten it a little.")

    def fields(self) -> dict[str, Any]:
        """The event's columns, once the form is valid."""
        return {
            "kind": self.kind.data,
            "name": self.name.data,
            "place": self.place.data or "",
            "starts_on": self.starts_on.data,
            "ends_on": self._last_day(),
            "time_zone": self.time_zone.data,
            "link": rules.safe_link(self.link.data) or "" if self.link.data else "",
        }

    def _last_day(self) -> date | None:
        last: date | None = self.ends_on.data or self.starts_on.data
        return last

    def _refuse(self, name: str) -> None:
        if isinstance(self.starts_on.data, date) and isinstance(self._last_day(), date):
            problem = rules.dates_problems(self.starts_on.data, self._last_day() or self.starts_on.data).get(
                name
            )
            if problem:
                raise StopValidation(problem)


def form_for(event: Event) -> EventForm:
    """The form filled from an event."""
    return EventForm(obj=event)


def new_form(time_zone: str, moment: datetime) -> EventForm:
    """An empty form; most events begin today."""
    today = moment.astimezone(zone(time_zone)).date()
    return EventForm(data={"kind": rules.USUAL, "time_zone": time_zone, "starts_on": today})
