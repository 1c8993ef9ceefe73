"""Forms of a meeting that is agreed on, and of how it went."""

from datetime import datetime, timedelta, tzinfo

from flask import request
from wtforms import Field, RadioField
from wtforms.validators import InputRequired, StopValidation

from netcard.accounts.rules import moment_at
from netcard.contacts import rules
from netcard.contacts.appointments.rules import KINDS, YEARS, Plan
from netcard.contacts.forms import MeetingForm, MomentField, shown
from netcard.contacts.models import Appointment
from netcard.web.forms import Form, long_text, text

OTHER = "other"


class AppointmentForm(Form):
    """What, when and where, and what to ask."""

    what = RadioField(
        "What did you agree on?",
        choices=[*((kind, kind) for kind in KINDS), (OTHER, "Something else")],
        validate_choice=False,
    )
    what_other = text("In your own words", rules.WHAT)
    starts_at = MomentField("When", [InputRequired("Say the day and the time.")])
    place = text("Where, or a link", rules.SPOT)
    questions = long_text("What to ask", rules.QUESTIONS)

    zone: tzinfo
    appointment: Appointment | None = None

    def know(self, zone: tzinfo, appointment: Appointment | None) -> "AppointmentForm":
        """Tell the form what it is checked against."""
        self.zone, self.appointment = zone, appointment
        return self

    def validate_what(self, field: Field) -> None:
        if field.data not in (*KINDS, OTHER):
            raise StopValidation("Choose one, or say it in your own words.")
        if field.data == OTHER and not self.what_other.data:
            raise StopValidation("Say what it is: a visit, a walk, an interview.")

    def validate_starts_at(self, field: Field) -> None:
        if not field.data:
            return
        if not YEARS[0] <= field.data.year <= YEARS[1]:
            raise StopValidation("This year is too far away. Look at it again.")
        try:
            self._moment()
        except ValueError as skipped:
            raise StopValidation(str(skipped)) from skipped

    def plan(self) -> Plan:
        """What was agreed on, once this form is valid."""
        return Plan(
            what=self.what_other.data if self.what.data == OTHER else self.what.data,
            starts_at=self._moment(),
            place=self.place.data or "",
            questions=self.questions.data or "",
        )

    def _moment(self) -> datetime:
        """One left as it was shown stays: of an hour that comes twice it may be the second."""
        typed: datetime = self.starts_at.data
        before = self.appointment
        kept = before is not None and typed == shown(before.starts_at, self.zone)
        return before.starts_at if before and kept else moment_at(typed, self.zone)


def sent_appointment() -> AppointmentForm:
    """The form that was sent; own words alone say that it is something else."""
    form = AppointmentForm.sent()
    if form.what_other.data and not request.form.get("what"):
        form.what.data = OTHER
    return form


def appointment_form(appointment: Appointment, zone: tzinfo) -> AppointmentForm:
    """The form filled from what was agreed on."""
    known = appointment.what in KINDS
    return AppointmentForm(
        data={
            "what": appointment.what if known else OTHER,
            "what_other": "" if known else appointment.what,
            "starts_at": shown(appointment.starts_at, zone),
            "place": appointment.place,
            "questions": appointment.questions,
        }
    )


class HeldForm(MeetingForm):
    """How an agreed meeting went. It was held by now, so no clock that runs ahead has to be allowed for."""

    ahead = timedelta()

    def know(self, zone: tzinfo, now: datetime) -> "HeldForm":
        """Tell the form what it is checked against."""
        self.zone, self.now = zone, now
        return self


def held_form(appointment: Appointment, zone: tzinfo, now: datetime) -> HeldForm:
    """The form as it begins: at the time agreed on, or now, where that is still to come."""
    return HeldForm(data={"met_at": shown(min(appointment.starts_at, now), zone)})
