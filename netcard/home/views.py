"""Today's page, the landing page, settings, and the conventions every site answers."""

import logging

from flask import Blueprint, Response, abort, make_response
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from netcard import qr
from netcard.accounts.rules import zone
from netcard.capture.queries import waiting as left_their_details
from netcard.cards.face import face_of
from netcard.cards.queries import cards_of, handle_of
from netcard.cards.rules import shown_address
from netcard.config import settings
from netcard.contacts.search import Wanted, find
from netcard.database import now, ping
from netcard.events.queries import here_now
from netcard.followups import wording
from netcard.followups.planning.rules import when_where
from netcard.home.queries import FEW, day_of, duties_of, page_of, to_meet_at
from netcard.web.answers import answer, public

bp = Blueprint("home", __name__)
log = logging.getLogger("netcard")

LATELY = 5


@bp.get("/")
def index() -> Response:
    """The landing page for a stranger; for an owner their QR, capture, what is due, whom they met last."""
    if not current_user.is_authenticated:
        return answer(
            "home/landing.html",
            sign_up=settings().signup,
            code=Markup(qr.svg(qr.card_text(settings().url, "your-name"))),  # noqa: S704 - a path of numbers
            example=shown_address(settings().url, "your-name"),
        )
    moment, here = now(), zone(current_user.time_zone)
    card = next(iter(cards_of(current_user.id)), None)
    event = here_now(current_user.id, moment)
    duties = duties_of(current_user.id, here, moment)
    people = find(current_user.id, Wanted(met=True), here).groups
    return answer(
        "home/today.html",
        today=duties.today,
        event=event,
        at=day_of(event, moment) if event else None,
        duties=duties,
        to_meet=to_meet_at(event, moment) if event else None,
        when_where=when_where,
        page_of=page_of,
        state_word=wording.state_word,
        day_ahead=wording.day_ahead,
        facts=wording.facts,
        left=left_their_details(current_user.id),
        face=face_of(card, handle_of(card)) if card else None,
        lately=[row for group in people for row in group.rows][: FEW if duties.first else LATELY],
    )


@bp.get("/settings", endpoint="settings")
@login_required
def settings_page() -> Response:
    """Links, and regions fetched from the rooms that own them."""
    return answer("home/settings.html")


@bp.get("/robots.txt")
def robots() -> Response:
    """Search engines may look at the cards; each card says for itself whether it wants to be found."""
    text = "User-agent: *\nAllow: /c/\nAllow: /static/\nAllow: /$\nDisallow: /\n"
    return public(_plain(text), 86_400)


@bp.get("/livez")
def livez() -> Response:
    """This process answers."""
    return _plain("ok\n")


@bp.get("/readyz")
def readyz() -> Response:
    """This process and its database answer; 503 where the database does not."""
    try:
        ping()
    except SQLAlchemyError as error:
        log.error("the database does not answer", exc_info=error)
        abort(503)
    return _plain("ok\n")


def _plain(text: str) -> Response:
    response = make_response(text)
    response.mimetype = "text/plain"
    return response
