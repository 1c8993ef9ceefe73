"""What the log says of a fault, and what it never says."""

import logging
import sys

from flask import Flask
from sqlalchemy.exc import IntegrityError

from netcard.database import db, writing
from netcard.events.models import Event
from netcard.followups.models import PushSubscription
from netcard.web.faults import WithoutValues
from tests.people import Person

PLACE = "https://push.example/where-ada-is"


def logged(app: Flask, *rows: object) -> str:
    """What the log says of the fault that keeping these rows ends in."""
    record = logging.LogRecord("netcard", logging.ERROR, __file__, 1, "POST /somewhere failed", (), None)
    with app.app_context():
        try:
            with writing():
                for row in rows:
                    db.session.add(row)
                    db.session.flush()
        except IntegrityError:
            record.exc_info = sys.exc_info()
    assert record.exc_info
    return WithoutValues("%(message)s").format(record)


def test_the_log_names_the_rule_that_was_broken_and_not_what_somebody_has(app: Flask, ada: Person) -> None:
    device = {"owner_id": ada.id, "sign_in_id": ada.id, "endpoint": PLACE, "p256dh": "x", "auth": "y"}
    said = logged(app, PushSubscription(**device), PushSubscription(**device))
    assert "where-ada-is" not in said
    assert "push_subscription" in said
    assert "IntegrityError" in said


def test_a_row_quoted_over_several_lines_is_left_out_whole(app: Flask, ada: Person) -> None:
    said = logged(app, Event(owner_id=ada.id, name="Congress\n\nof my secret", starts_on=None, ends_on=None))
    assert "secret" not in said
    assert "IntegrityError" in said
