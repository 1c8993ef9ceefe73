"""What is open with one person: a region of their page."""

from uuid import UUID

from flask import Response
from flask_login import login_required

from netcard.contacts.queries import contact_of
from netcard.followups.blueprint import bp
from netcard.followups.showing import shown_with
from netcard.web.answers import answer
from netcard.web.owner import owner_id


@bp.get("/followups/with/<uuid:contact_id>")
@login_required
def with_contact(contact_id: UUID) -> Response:
    """What is open with this person, how often to be in touch, and what was promised."""
    contact = contact_of(owner_id(), contact_id)
    return answer("followups/with.html", "followups/_with.html", **shown_with(contact))
