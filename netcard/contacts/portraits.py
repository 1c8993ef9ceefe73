"""The photo that a phone, or another netcard, put into a contact's card."""

from uuid import UUID

from flask import Response, make_response, request, url_for
from flask_login import login_required

from netcard import vcard
from netcard.contacts import queries
from netcard.contacts.blueprint import bp
from netcard.contacts.models import Contact
from netcard.errors import NotHere, UnreadableFile
from netcard.media import images
from netcard.web.owner import owner_id

A_YEAR = 31_536_000
NO_PHOTO = "There is no photo here."


@bp.get("/contacts/<uuid:contact_id>/photo")
@login_required
def photo(contact_id: UUID) -> Response:
    """A small square of it, made anew from its pixels; 404 where there is none that can be read.

    An address that names the card as it stands may be kept by the owner's browser, else each look at
    the list would bring 50 photos over the hall's network; signing out empties that cache.
    """
    contact = queries.contact_of(owner_id(), contact_id)
    found = vcard.photo(vcard.parse(contact.vcard)) if contact.has_photo else None
    if not found:
        raise NotHere(NO_PHOTO)
    try:
        response = make_response(images.contact_photo(found[1]))
    except UnreadableFile:
        raise NotHere(NO_PHOTO) from None
    response.headers["Content-Type"] = "image/webp"
    if request.args.get("v") == _mark(contact):
        response.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return response


@bp.app_template_filter("portrait")
def portrait_of(contact: Contact) -> str | None:
    """The address of the photo in a contact's card; None where there is none. Reads no card."""
    if not contact.has_photo:
        return None
    return url_for("contacts.photo", contact_id=contact.id, v=_mark(contact))


def _mark(contact: Contact) -> str:
    return contact.etag[1:13]
