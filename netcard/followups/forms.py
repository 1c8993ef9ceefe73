"""Forms of the queue."""

from datetime import date

from wtforms import Field
from wtforms.validators import InputRequired, StopValidation

from netcard.events.forms import DayField
from netcard.followups import rules
from netcard.web.forms import Form


class SnoozeForm(Form):
    """The day something is put off to."""

    until = DayField("Pick a day", [InputRequired("Pick a day.")])

    today = date.min
    before: date | None = None

    def know(self, today: date, before: date | None) -> "SnoozeForm":
        """What the day is measured by: today, and the day from which it would come to nothing."""
        self.today, self.before = today, before
        return self

    def validate_until(self, field: Field) -> None:
        if problem := rules.snooze_problem(field.data, self.today, self.before):
            raise StopValidation(problem)
