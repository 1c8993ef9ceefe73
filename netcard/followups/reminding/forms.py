"""Forms of being reminded."""

from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import Field, IntegerField, SelectField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import NumberInput

from netcard.config import settings
from netcard.errors import Invalid
from netcard.followups import rules
from netcard.followups.reminding import sealing, services
from netcard.web.forms import Form, tick

MORNING, PUSH_HOUR = 7, 8
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
KEYS = 200
"""Characters of an encoded key; a point has 87, a secret 22."""


def a_number_of_days(label: str) -> IntegerField:
    """Days after a meeting."""
    return IntegerField(label, [InputRequired("Put a number of days.")], widget=NumberInput(min=1, step=1))


class Reminders(Form):
    """When what is due, and how to be told. Set `verified` before validating."""

    verified = False
    opens_after = a_number_of_days("Write from day")
    late_after = a_number_of_days("Overdue after day")
    digest = tick("A mail in the morning")
    digest_hour = SelectField("Mail at", choices=HOURS, coerce=int, default=MORNING)
    push_hour = SelectField("Push messages at", choices=HOURS, coerce=int, default=PUSH_HOUR)

    def validate_opens_after(self, field: Field) -> None:
        self._mind_the_days(field)

    def validate_late_after(self, field: Field) -> None:
        self._mind_the_days(field)

    def validate_digest(self, field: Field) -> None:
        if field.data and not self.verified:
            raise ValidationError("Confirm your e-mail first: open the link in our mail.")

    def _mind_the_days(self, field: Field) -> None:
        opens, late = self.opens_after.data, self.late_after.data
        if isinstance(opens, int) and isinstance(late, int):
            problem = rules.days_problem(opens, late).get(field.name)
            if problem:
                raise ValidationError(problem)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A browser's subscription as it is kept."""

    endpoint: str
    p256dh: str
    auth: str


def sent_subscription() -> Subscribed:
    """The `PushSubscription` of the request's JSON (W3C Push API, section 8). Raises `Invalid`."""
    body = _json()
    keys, errors = _object(body.get("keys")), {}
    endpoint = body.get("endpoint")
    problem = services.problem_of(_text(endpoint), settings().push_services)
    if problem:
        errors["endpoint"] = problem
    taken = {}
    for name, read in (("p256dh", sealing.point_of), ("auth", sealing.auth_of)):
        try:
            taken[name] = sealing.to_text(read(_text(keys.get(name))[:KEYS]))
        except ValueError:
            errors[name] = "This is no key of a browser."
    if errors:
        raise Invalid(errors)
    return Subscribed(_text(endpoint), **taken)


def sent_endpoint() -> str:
    """The endpoint that a script wants ended. Raises `Invalid`."""
    endpoint = _text(_json().get("endpoint"))
    if not endpoint or len(endpoint) > services.ENDPOINT or not endpoint.isascii() or "\0" in endpoint:
        raise Invalid({"endpoint": "Say which one."})
    return endpoint


def _json() -> dict[str, Any]:
    try:
        return _object(request.get_json(silent=True))
    except RecursionError:  # thousands of brackets
        return {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
