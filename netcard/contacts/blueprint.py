"""What the views of people and of meetings share."""

from datetime import tzinfo

from flask import Blueprint
from flask_login import current_user

from netcard.accounts.rules import zone

bp = Blueprint("contacts", __name__)


def owner_zone() -> tzinfo:
    """The signed-in owner's time zone."""
    return zone(current_user.time_zone)
