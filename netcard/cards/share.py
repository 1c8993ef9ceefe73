"""A card on its way to others: the QR full screen and the e-mail signature."""

from uuid import UUID

from flask import Response, make_response, render_template, request
from flask_login import login_required
from markupsafe import Markup

from netcard import qr
from netcard.cards import contact, queries, rules
from netcard.cards.blueprint import bp
from netcard.cards.face import Face, face_of
from netcard.cards.preview import INKS, oklch
from netcard.config import settings
from netcard.errors import NotHere
from netcard.web.answers import answer
from netcard.web.owner import owner_id
from netcard.web.security import CONTENT_POLICY

SIGNATURE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@bp.get("/qr")
@login_required
def full_screen() -> Response:
    """GET /qr?card=<id>: the code as large as the screen; the oldest card where none is named."""
    handles = queries.handles_of(owner_id())
    faces = [face_of(card, handles[card.id]) for card in queries.cards_of(owner_id())]
    if "card" in request.args:
        wanted = request.args.get("card", type=UUID)
        shown = next((face for face in faces if face.id == wanted), None)
        if shown is None:
            raise NotHere("There is no card of yours by that address.")
    else:
        shown = faces[0] if faces else None
    return answer("cards/full_screen.html", "cards/_show.html", face=shown, faces=faces)


@bp.get("/cards/<uuid:card_id>/signature")
@login_required
def signature(card_id: UUID) -> Response:
    """GET /cards/<id>/signature: lines to put under every mail, for copying."""
    face = _face(card_id)
    address = rules.address(settings().url, face.handle)
    response = answer(
        "cards/signature.html",
        face=face,
        html=str(_signature_html(face)),
        text=contact.signature_text(face, address),
    )
    response.headers["Content-Security-Policy"] = CONTENT_POLICY + "; frame-src 'self'"
    return response


@bp.get("/cards/<uuid:card_id>/signature.html")
@login_required
def signature_document(card_id: UUID) -> Response:
    """GET /cards/<id>/signature.html: the signature alone, as a mail program shows it.

    Mail programs know no style sheets, so its styles are attributes; only this document may have them.
    """
    response = make_response(
        render_template("cards/signature_document.html", html=_signature_html(_face(card_id)))
    )
    response.headers["Content-Security-Policy"] = SIGNATURE_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.app_template_global()
def card_address(handle: str) -> str:
    """The public address of a card."""
    return rules.address(settings().url, handle)


@bp.app_template_global()
def shown_card_address(handle: str) -> str:
    """The same as people read it."""
    return rules.shown_address(settings().url, handle)


@bp.app_template_global()
def card_qr(handle: str) -> Markup:
    """The QR of a card's address, as an `<svg>`."""
    text = qr.card_text(settings().url, handle)
    return Markup(qr.svg(text, f"QR code of {rules.shown_address(settings().url, handle)}"))  # noqa: S704


@bp.app_template_global()
def contact_qr(face: Face) -> Markup:
    """A QR that holds the contact itself, for a phone without network."""
    text = contact.code_text(face, rules.address(settings().url, face.handle))
    return Markup(qr.svg(text, f"QR code that holds {face.name} as a contact"))  # noqa: S704


@bp.app_template_global()
def only_here() -> bool:
    """Whether no other phone can open our addresses."""
    return settings().local_only


def _face(card_id: UUID) -> Face:
    card = queries.my_card(card_id)
    return face_of(card, queries.handle_of(card))


def _signature_html(face: Face) -> Markup:
    address = rules.address(settings().url, face.handle)
    html = render_template(
        "cards/_signature.html",
        face=face,
        colour="#{:02x}{:02x}{:02x}".format(*oklch(0.41, *INKS[face.accent])),  # as by day: mail is on white
        lines=contact.signature_lines(face),
        address=address,
        shown=rules.shown_address(settings().url, face.handle),
    )
    return Markup(html)  # noqa: S704  # rendered by a template, which has escaped what people typed
