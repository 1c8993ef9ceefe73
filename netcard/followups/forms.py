"""Forms of the queue, and of what is kept up with one person."""

from datetime import date
from uuid import UUID

from wtforms import Field, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, StopValidation

from netcard.contacts.rules import promise_problem
from netcard.events.forms import DayField
from netcard.followups import rules
from netcard.web.forms import Form, long_text

ABOUT = 2000
OWN = "own"


class SnoozeForm(Form):
    """The day something is put off to."""

    until = DayField("Put off to", [InputRequired("Pick a day.")])

    today = date.min
    before: date | None = None

    def know(self, today: date, before: date | None) -> "SnoozeForm":
        """What the day is measured by: today, and the day from which it would come to nothing."""
        self.today, self.before = today, before
        return self

    def validate_until(self, field: Field) -> None:
        # a day that could not be read has its sentence already
        if field.data and (problem := rules.snooze_problem(field.data, self.today, self.before)):
            raise StopValidation(problem)


class RhythmForm(Form):
    """How often to be in touch: one of the usual, or a number of months of one's own."""

    months = SelectField(
        "Keep in touch",
        choices=[
            ("0", "Never"),
            ("1", "Every month"),
            ("3", "Every 3 months"),
            ("6", "Every 6 months"),
            ("12", "Every 12 months"),
            (OWN, "Another number"),
        ],
        validate_choice=False,
    )
    own = StringField("Months")

    def validate_months(self, field: Field) -> None:
        if field.data != OWN and _number(field.data, 0) is None:
            raise StopValidation("Choose how often, or never.")

    def validate_own(self, field: Field) -> None:
        if self.months.data == OWN and _number(field.data, 1) is None:
            raise StopValidation(f"Say a number of months, from 1 to {rules.MOST_MONTHS}.")

    def wanted(self) -> int:
        """The months, once this form is valid; 0 is never."""
        said = self.own.data if self.months.data == OWN else self.months.data
        return _number(said, 0) or 0


def rhythm_form(months: int) -> RhythmForm:
    """The form as it stands."""
    usual = str(months) in {"0", "1", "3", "6", "12"}
    return RhythmForm(data={"months": str(months) if usual else OWN, "own": "" if usual else str(months)})


def _number(text: str | None, least: int) -> int | None:
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 3:
        return None
    return int(text) if least <= int(text) <= rules.MOST_MONTHS else None


class PromiseForm(Form):
    """What was promised to somebody, and by when."""

    id = HiddenField()
    about = long_text("What did you promise?", ABOUT, "Say what you promised; a few words are enough.")
    due_on = DayField("By", [InputRequired("Say by which day.")])

    def validate_id(self, field: Field) -> None:
        if field.data and self.promise_id() is None:
            raise StopValidation("This form is broken. Reload the page.")

    def validate_due_on(self, field: Field) -> None:
        if field.data and (problem := promise_problem(field.data)):
            raise StopValidation(problem)

    def promise_id(self) -> UUID | None:
        """The id the page gave it."""
        try:
            return UUID(self.id.data)
        except (ValueError, TypeError, AttributeError):
            return None
