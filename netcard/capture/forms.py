"""The form of a capture, and the same words as JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast
from uuid import UUID

from flask import abort, request
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput, EmailInput, HiddenInput, TelInput

from netcard.capture import rules
from netcard.contacts import rules as contacts
from netcard.contacts.rules import Met
from netcard.database import now
from netcard.web.forms import Form, long_text, text

OTHER, PICK = "other", "pick"
"""Chips that open a field of their own, for a form sent without script."""


class CaptureForm(Form):
    """Whom I met, where, and what was said. Only the name is required."""

    id = text("Capture", 36, "This must be a UUID.", widget=HiddenInput())
    name = text("Who did you meet?", contacts.NAME, "Put a name. A first name is enough.")
    role = text("They are", contacts.ROLE)
    event = text("Where", 36)
    poster = text("Poster, by number or title", contacts.POSTER)
    discussed = long_text("What did you talk about?", contacts.DISCUSSED)
    promised = long_text("I promised", contacts.PROMISED)
    promised_by = text("By when", 32, widget=DateInput())
    institution = text("Institution", contacts.INSTITUTION)
    email = text("E-mail", contacts.EMAIL, widget=EmailInput())
    phone = text("Phone", contacts.PHONE, widget=TelInput())
    tags = text("Tags", contacts.MOST_TAGS * (contacts.TAG + 2))
    met_at = text("When", 40, widget=HiddenInput())
    photo = FileField("Photo")
    card = text("A card's address", rules.LONGEST_ADDRESS)
    no_portrait = text("Leave the photo out", 8)

    @classmethod
    def of_request(cls, spare_id: str = "") -> "CaptureForm":
        """The form as it came, by form or by JSON. Raises `Invalid` where a JSON value is not text.

        `spare_id` names what came by form without a name of its own.
        """
        if request.is_json:
            return cast(CaptureForm, cls.of_json(_object()))
        words = _words_of_form()
        return cls(MultiDict({**words, "id": words.get("id") or spare_id}))

    @property
    def words(self) -> dict[str, str]:
        """What was sent, by field, without `id` and the photo; an empty field is there, a missing one not."""
        return {name: self[name].data for name in rules.FIELDS if self[name].data is not None}

    @property
    def capture_id(self) -> UUID | None:
        return rules.capture_id(self.id.data or "")

    def validate_id(self, field: Field) -> None:
        if self.capture_id is None:
            raise ValidationError("This must be a UUID.")

    def validate_event(self, field: Field) -> None:
        if rules.capture_id(field.data) is None:
            raise ValidationError("This is not one of your events. Choose it again.")

    def validate_promised_by(self, field: Field) -> None:
        due = rules.day(field.data)
        if due is None:
            raise ValidationError("Pick a day, or leave it out.")
        if problem := contacts.promise_problem(due):
            raise ValidationError(problem)

    def validate_email(self, field: Field) -> None:
        if problem := contacts.email_problem(field.data):
            raise ValidationError(problem)

    def validate_tags(self, field: Field) -> None:
        if problem := contacts.tags_problem(contacts.tags_of(field.data)):
            raise ValidationError(problem)

    def validate_met_at(self, field: Field) -> None:
        met_at = rules.moment(field.data)
        if met_at is None:
            raise ValidationError("Put the day and the time you met, with the offset from UTC.")
        if problem := contacts.moment_problem(met_at, now()):
            raise ValidationError(problem)

    def met(self, photo_file: str | None, here: datetime, card: bytes | None = None) -> Met:
        """The meeting, once this form is valid; `here` is this moment as the owner's clock shows it.

        `card` is the one to begin with, where somebody's was added.
        """
        met_at = rules.moment(self.met_at.data or "") or here
        return Met(
            name=self.name.data,
            institution=self.institution.data or "",
            role=self.role.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            tags=contacts.tags_of(self.tags.data or ""),
            event_id=rules.capture_id(self.event.data or ""),
            poster=self.poster.data or "",
            discussed=self.discussed.data or "",
            promised=self.promised.data or "",
            promised_by=self._promised_by(),
            met_at=met_at,
            met_offset=rules.minutes_east(met_at),
            photo_file=photo_file,
            card=card,
        )

    def refuse(self, field: str, sentence: str) -> None:
        """Put a sentence beside a field after validation."""
        self[field].errors = [*self[field].errors, sentence]

    def _promised_by(self) -> date | None:
        return rules.day(self.promised_by.data) if self.promised_by.data else None


def _object() -> Mapping[str, object]:
    try:
        body = request.get_json()
    except RecursionError:
        abort(400)
    if not isinstance(body, dict):
        abort(400, "A capture is a JSON object.")
    known = (*rules.FIELDS, "id")
    return {name: value for name, value in body.items() if name in known}


def _words_of_form() -> dict[str, str]:
    """A form's words; without script the chips "Other" and "Pick a day" have a field of their own."""
    words = request.form.to_dict()
    if words.get("role") == OTHER:
        words["role"] = words.get("role_other") or "Other"
    if words.get("promised_by") == PICK:
        words["promised_by"] = words.get("promised_day", "")
    return words
