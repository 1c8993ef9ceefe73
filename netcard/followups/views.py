"""Pages of the queue. Other pages of this room have files of their own, named here so that they are known."""

from flask import Response
from flask_login import current_user, login_required

from netcard.accounts.rules import zone
from netcard.database import now
from netcard.followups.blueprint import bp
from netcard.followups.queue import queue_of
from netcard.web.answers import answer
from netcard.web.owner import owner_id

__all__ = ["bp"]


@bp.get("/followups")
@login_required
def index() -> Response:
    """What is overdue, what can be done today, what is coming."""
    return answer(
        "followups/index.html", None, queue=queue_of(owner_id(), zone(current_user.time_zone), now())
    )
