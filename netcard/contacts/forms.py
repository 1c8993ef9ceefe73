"""Forms of a person and of a meeting."""

from datetime import UTC, datetime, tzinfo
from typing import Any
from uuid import UUID

from flask import request
from wtforms import DateTimeLocalField, Field, FileField, SelectField
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import EmailInput, HiddenInput, TelInput

from netcard.contacts import rules
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import Met
from netcard.events.forms import DayField
from netcard.events.models import Event
from netcard.web.forms import Form, long_text, text, tick


class ContactForm(Form):
    """What the card says of a person, and netcard's own word for who they are."""

    name = text("Name", rules.NAME, "A person needs a name. A word to know them by is enough.")
    title = text("Title", rules.TITLE)
    institution = text("Institution", rules.INSTITUTION)
    department = text("Department", rules.DEPARTMENT)
    role = text("They are", rules.ROLE)
    email = text("E-mail", rules.EMAIL, widget=EmailInput())
    phone = text("Phone", rules.PHONE, widget=TelInput())
    tags = text("Tags", rules.MOST_TAGS * (rules.TAG + 2))
    note = long_text("Note", rules.NOTE)
    etag = text("Card", 80, widget=HiddenInput())

    email_before = ""

    def validate_email(self, field: Field) -> None:
        # a phone may have kept an address no form would take; then it stays as it is
        if field.data != self.email_before and (problem := rules.email_problem(field.data)):
            raise StopValidation(problem)

    def validate_tags(self, field: Field) -> None:
        if problem := rules.tags_problem(rules.tags_of(field.data)):
            raise StopValidation(problem)

    def wanted(self) -> dict[str, Any]:
        """The card's fields, by the names of `actions.said_by`."""
        return {
            "full_name": self.name.data,
            "institution": self.institution.data or "",
            "department": self.department.data or "",
            "title": self.title.data or "",
            "email": self.email.data or "",
            "phone": self.phone.data or "",
            "note": self.note.data or "",
            "tags": rules.tags_of(self.tags.data or ""),
        }


def contact_form(contact: Contact, said: dict[str, Any]) -> ContactForm:
    """The form filled from a contact's card."""
    return ContactForm(
        data={
            **said,
            "name": said["full_name"],
            "tags": ", ".join(said["tags"]),
            "role": contact.role,
            "etag": contact.etag,
        }
    )


class EncounterForm(Form):
    """One meeting: when and where, and what was said."""

    met_at = DateTimeLocalField(
        "When",
        [InputRequired("Say when you met.")],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    event = SelectField("Where", validate_choice=False)
    poster = text("Poster, by number or title", rules.POSTER)
    discussed = long_text("What did you talk about?", rules.DISCUSSED)
    promised = long_text("I promised", rules.PROMISED)
    promised_by = DayField("By when", [Optional()])
    photo = FileField("Photo")
    drop_photo = tick("Take the photo away")

    zone: tzinfo = UTC
    now: datetime
    encounter: Encounter | None = None

    def know(
        self, events: list[Event], zone: tzinfo, now: datetime, encounter: Encounter | None
    ) -> "EncounterForm":
        """Tell the form what it is checked against."""
        self.event.choices = [("", "No event"), *((str(event.id), event.name) for event in events)]
        self.zone, self.now, self.encounter = zone, now, encounter
        if encounter and not rules.has_day(encounter.met_at):  # it may stay unknown
            self.met_at.validators = [Optional()]
            self.met_at.flags.required = False
        return self

    unreadable = ""

    def refuse_photo(self, sentence: str) -> None:
        """Say what is wrong with the photo that came along."""
        self.unreadable = sentence

    def validate_photo(self, field: Field) -> None:
        if self.unreadable:
            raise StopValidation(self.unreadable)

    def validate_met_at(self, field: Field) -> None:
        if field.data and not rules.EARLIEST.year <= field.data.year <= self.now.year + 1:
            raise StopValidation("Look at the year. Put the day you met.")
        if field.data and (problem := rules.moment_problem(self._moment(), self.now)):
            raise StopValidation(problem)

    def validate_event(self, field: Field) -> None:
        if field.data and field.data not in {value for value, _ in self.event.choices}:
            raise StopValidation("This is not one of your events. Choose it again.")

    def validate_promised_by(self, field: Field) -> None:
        if field.data and (problem := rules.promise_problem(field.data)):
            raise StopValidation(problem)

    def met(self, photo_file: str | None) -> Met:
        """The meeting, once this form is valid."""
        met_at = self._moment()
        offset = met_at.astimezone(self.zone).utcoffset()
        kept = self.encounter is not None and self.encounter.met_at == met_at
        return Met(
            name="",
            met_at=met_at,
            met_offset=self.encounter.met_offset
            if kept and self.encounter
            else int(offset.total_seconds() // 60)
            if offset
            else 0,
            event_id=UUID(self.event.data) if self.event.data else None,
            poster=self.poster.data or "",
            discussed=self.discussed.data or "",
            promised=self.promised.data or "",
            promised_by=self.promised_by.data,
            photo_file=photo_file,
        )

    def _moment(self) -> datetime:
        """The field shows minutes: one left as it was keeps its seconds."""
        typed: datetime | None = self.met_at.data
        met = self.encounter
        if typed is None and met:
            return met.met_at
        if typed is None:
            raise ValueError("a new meeting has a day")
        if met and typed == met.met_at.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0):
            return met.met_at
        return typed.replace(tzinfo=self.zone).astimezone(UTC)


def encounter_form(encounter: Encounter, zone: tzinfo) -> EncounterForm:
    """The form filled from a meeting."""
    return EncounterForm(
        data={
            "met_at": encounter.met_at.astimezone(zone).replace(tzinfo=None)
            if rules.has_day(encounter.met_at)
            else None,
            "event": str(encounter.event_id) if encounter.event else "",
            "poster": encounter.poster,
            "discussed": encounter.discussed,
            "promised": encounter.promised,
            "promised_by": encounter.promised_by,
        }
    )


def new_encounter_form(event: Event | None, zone: tzinfo, now: datetime) -> EncounterForm:
    """A form for a meeting just now."""
    return EncounterForm(
        data={"met_at": now.astimezone(zone).replace(tzinfo=None), "event": str(event.id) if event else ""}
    )


def sent_photo() -> bytes | None:
    """The bytes of the photo, if one came along."""
    file = request.files.get("photo")
    return (file.read() or None) if file else None
