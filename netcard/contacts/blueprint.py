"""What the views of this room share."""

from datetime import tzinfo
from uuid import UUID

from flask import Blueprint, request
from flask_login import current_user

from netcard.accounts.rules import zone
from netcard.contacts import search
from netcard.errors import NotHere

bp = Blueprint("contacts", __name__)

Q = 100
"""Characters of a search that are read."""


def owner_zone() -> tzinfo:
    """The signed-in owner's time zone."""
    return zone(current_user.time_zone)


def asked() -> search.Wanted:
    """What the address asks of the list; raises NotHere for an event that cannot be one."""
    args = request.args
    try:
        event = UUID(args["event"]) if args.get("event") else None
    except ValueError:
        raise NotHere("There is no such event here.") from None
    return search.Wanted(
        q=_plain(args.get("q", "")),
        event=event,
        tag=_plain(args.get("tag", "")),
        starred=bool(args.get("starred")),
    )


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:Q].strip()
