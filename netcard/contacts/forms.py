"""Forms of a person and of a meeting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from flask import request
from wtforms import DateTimeLocalField, Field, FileField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import EmailInput, HiddenInput, TelInput

from netcard.accounts.rules import moment_at
from netcard.contacts import rules
from netcard.contacts.models import Contact, Encounter, Exchange
from netcard.contacts.rules import Met
from netcard.events.forms import DayField
from netcard.events.models import Event
from netcard.web.forms import Form, long_text, text, tick

NOT_A_MOMENT = "Write the day and the time like 2026-11-22 14:30."


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


class MomentField(DateTimeLocalField):
    """A day and an hour as the owner's clock shows them, with a sentence of ours where it is none."""

    def __init__(self, label: str, validators: list[Any], **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(label, validators, format=formats, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(NOT_A_MOMENT) from error


class MeetingForm(Form):
    """When they met, and what was said."""

    met_at = MomentField("When", [InputRequired("Say when you met.")])
    discussed = long_text("What did you talk about?", rules.DISCUSSED)
    promised = long_text("I promised", rules.PROMISED)
    promised_by = DayField("By when", [Optional()])
    offered = long_text("They offered", rules.OFFERED)

    zone: tzinfo = UTC
    now: datetime
    ahead = rules.AHEAD
    encounter: Encounter | None = None

    def validate_met_at(self, field: Field) -> None:
        if not field.data:
            return
        if not rules.EARLIEST.year <= field.data.year <= self.now.year + 1:
            raise StopValidation("Look at the year. Put the day you met.")
        try:
            problem = rules.moment_problem(self._moment(), self.now, self.ahead)
        except ValueError as skipped:
            raise StopValidation(str(skipped)) from skipped
        if problem:
            raise StopValidation(problem)

    def validate_promised_by(self, field: Field) -> None:
        if field.data and (problem := rules.promise_problem(field.data)):
            raise StopValidation(problem)

    def met(self, photo_file: str | None = None) -> Met:
        """The meeting, once this form is valid."""
        met_at = self._moment()
        return Met(
            name="",
            met_at=met_at,
            met_offset=self._minutes_east(met_at),
            discussed=self.discussed.data or "",
            promised=self.promised.data or "",
            promised_by=self.promised_by.data,
            offered=self.offered.data or "",
            photo_file=photo_file,
        )

    def _minutes_east(self, met_at: datetime) -> int:
        if self.encounter is not None and self.encounter.met_at == met_at:
            return self.encounter.met_offset
        return int((met_at.astimezone(self.zone).utcoffset() or timedelta()).total_seconds() // 60)

    def _moment(self) -> datetime:
        """The field shows minutes: one left as it was keeps its seconds."""
        typed: datetime | None = self.met_at.data
        met = self.encounter
        if typed is None and met:
            return met.met_at
        if typed is None:
            raise ValueError("a new meeting has a day")
        return met.met_at if met and typed == shown(met.met_at, self.zone) else moment_at(typed, self.zone)


class EncounterForm(MeetingForm):
    """One meeting: when and where, and what was said."""

    event = SelectField("Where", validate_choice=False)
    poster = text("Poster, by number or title", rules.POSTER)
    photo = FileField("Photo")
    drop_photo = tick("Take the photo away")

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

    def validate_event(self, field: Field) -> None:
        if field.data and field.data not in {value for value, _ in self.event.choices}:
            raise StopValidation("This is not one of your events. Choose it again.")

    def met(self, photo_file: str | None = None) -> Met:
        """The meeting, once this form is valid."""
        event_id = UUID(self.event.data) if self.event.data else None
        return replace(super().met(photo_file), event_id=event_id, poster=self.poster.data or "")


WAYS = [("wrote", "You wrote"), ("answered", "They answered")]


class ExchangeForm(Form):
    """One message: which way it went, when, and a word on it."""

    kind = RadioField("What was it?", choices=WAYS, validate_choice=False)
    at = MomentField("When", [InputRequired("Say when it was.")])
    subject = text("Subject", rules.SUBJECT)
    text = long_text("A word on it", rules.MESSAGE)

    zone: tzinfo = UTC
    now: datetime
    exchange: Exchange | None = None

    def know(self, zone: tzinfo, now: datetime, exchange: Exchange | None) -> "ExchangeForm":
        """Tell the form what it is checked against."""
        self.zone, self.now, self.exchange = zone, now, exchange
        return self

    def validate_kind(self, field: Field) -> None:
        if field.data not in dict(WAYS):
            raise StopValidation("Say which it was.")

    def validate_at(self, field: Field) -> None:
        if not field.data:
            return
        if not rules.EARLIEST.year <= field.data.year <= self.now.year + 1:
            raise StopValidation("Look at the year. Put the day of the message.")
        try:
            problem = rules.moment_problem(self.moment(), self.now, timedelta(), "the day of the message")
        except ValueError as skipped:
            raise StopValidation(str(skipped)) from skipped
        if problem:
            raise StopValidation(problem)

    def moment(self) -> datetime:
        """When it was; one left as it was shown keeps its seconds."""
        typed: datetime = self.at.data
        before = self.exchange
        kept = before is not None and typed == shown(before.at, self.zone)
        return before.at if before and kept else moment_at(typed, self.zone)


def exchange_form(exchange: Exchange, zone: tzinfo) -> ExchangeForm:
    """The form filled from a message."""
    return ExchangeForm(
        data={
            "kind": exchange.kind,
            "at": shown(exchange.at, zone),
            "subject": exchange.subject,
            "text": exchange.text,
        }
    )


def shown(moment: datetime, zone: tzinfo) -> datetime:
    """A moment as a field for it shows it."""
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


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
            "offered": encounter.offered,
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
