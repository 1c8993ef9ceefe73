"""What a visitor leaves on a card: taken here, without an account, a cookie or a script."""

from flask import request, url_for
from werkzeug.wrappers import Response as AnyResponse

from netcard.capture import inbox_actions, rules
from netcard.capture.blueprint import bp
from netcard.capture.inbox_actions import Full
from netcard.cards import hello, public
from netcard.cards.face import Face
from netcard.cards.forms import HelloForm
from netcard.cards.kept import Kept
from netcard.cards.models import Card
from netcard.database import writing
from netcard.errors import NotHere
from netcard.web.answers import go
from netcard.web.limits import Limit, TooMany, spend, visitor

HOUR, DAY = 3600, 86_400

FROM = Limit("hello from", 200, HOUR)
"""On one card, by one network: a hall of two thousand behind one address, after somebody's talk."""
TO = Limit("hello to", 400, HOUR)
TO_IN_A_DAY = Limit("hello to, in a day", 1500, DAY)


def leave(handle: str) -> AnyResponse:
    """POST /c/<handle>/hello: it waits in the owner's inbox; 303 to the thanks.

    422 and 429 give the form back with what was typed, 404 says that this card takes no details. What
    fills the field that nobody sees is told the same as everybody, and is not kept.
    """
    there = hello.asked(handle)
    form = HelloForm.of_request()
    thanks = url_for("capture.thanks", handle=there.face.handle)
    if not there.card.hello_open:
        return hello.closed_page(there.face)
    if request.form.get("url"):
        return go(thanks)
    if not form.validate():
        return hello.again(there.face, form, 422)
    card = there.card.id
    try:
        spend((FROM, f"{visitor()} {card}"), (TO, str(card)), (TO_IN_A_DAY, str(card)))
        with writing():
            inbox_actions.leave(there.owner_id, card, form.words)
    except TooMany as busy:
        again = hello.again(there.face, form, 429, rules.busy(busy.retry_after))
        again.headers["Retry-After"] = str(busy.retry_after)
        return again
    except Full:
        return hello.again(there.face, form, 429, rules.FULL)
    except NotHere:  # switched off, or the card removed, while this was on its way
        return hello.closed_page(there.face)
    return go(thanks)


def thanks(handle: str) -> AnyResponse:
    """GET /c/<handle>/hello/thanks: what happens now, and the contact to save. The same for everyone."""

    def make(card: Card, face: Face) -> Kept:
        kept = public.sheet("capture/thanks.html", face)
        return Kept(kept.body, kept.mimetype, {**kept.headers, **hello.NOT_LISTED})

    return public.answered(handle, public.PAGES, make)


for _end, _name, _view, _method in (
    ("/hello", "leave", leave, "POST"),
    ("/hello/thanks", "thanks", thanks, "GET"),
):
    bp.add_url_rule(f"/c/<handle>{_end}", _name, _view, methods=[_method])
    for _typed in (_end.upper(), _end):  # as the card's other addresses, in the capitals of a QR code too
        bp.add_url_rule(f"/C/<handle>{_typed}", _name, _view, methods=[_method])
