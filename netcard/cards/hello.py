"""The form "leave your details" by itself: for a link, and where it says what has to be mended.

What is sent by it goes to the inbox, a room above. As everything public it never looks at the session.
"""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from netcard.cards import handing, public, rules
from netcard.cards.blueprint import bp
from netcard.cards.face import Face
from netcard.cards.forms import HelloForm
from netcard.cards.kept import Kept
from netcard.cards.models import Card
from netcard.errors import NotHere

NOT_LISTED = {"X-Robots-Tag": "noindex"}
"""A form alone is nothing to find, however public its card."""


class Closed(NotHere):
    """The owner takes no details on this card."""

    def __init__(self, face: Face) -> None:
        super().__init__("This card takes no details.")
        self.face = face


def hello(handle: str) -> AnyResponse:
    """GET /c/<handle>/hello: the form; 404 in the card's own dress where the owner switched it off."""

    def make(card: Card, face: Face) -> Kept:
        if not card.hello_open:
            raise Closed(face)
        kept = public.sheet("cards/hello.html", face, hello=HelloForm())
        return Kept(kept.body, kept.mimetype, {**kept.headers, **NOT_LISTED})

    try:
        return public.answered(handle, public.PAGES, make)
    except Closed as closed:
        return closed_page(closed.face)


def asked(handle: str) -> handing.Handed:
    """The card to which a form was sent, by way of a given-up handle too; raises NotHere."""
    small = handle.lower()
    if not handle.isascii() or not rules.is_handle(small):
        raise NotHere("There is no card at this address.")
    return handing.handed(small)


def again(face: Face, form: HelloForm, status: int, notice: str = "") -> Response:
    """The form with what was typed, and why it was not taken: beside its fields, or in a `notice`."""
    return _once(public.sheet("cards/hello.html", face, hello=form, notice=notice), status)


def closed_page(face: Face) -> Response:
    """That this card takes no details, and what it offers instead."""
    return _once(public.sheet("cards/hello_closed.html", face), 404)


def _once(kept: Kept, status: int) -> Response:
    headers = {**kept.headers, **NOT_LISTED}
    return Response(kept.body, status, headers, mimetype=kept.mimetype)


@bp.app_template_global()
def blank_hello() -> HelloForm:
    """The form with nothing in it, for the foot of a card."""
    return HelloForm()


bp.add_url_rule("/c/<handle>/hello", "hello", hello)
for _end in ("HELLO", "hello"):
    bp.add_url_rule(f"/C/<handle>/{_end}", "hello", hello)
