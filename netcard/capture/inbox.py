"""The inbox: what visitors left on the owner's cards, until it is kept or discarded."""

from uuid import UUID

from flask import Response, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.rules import zone
from netcard.capture import inbox_actions, queries, rules
from netcard.capture.blueprint import bp
from netcard.capture.inbox_actions import GONE
from netcard.capture.models import Hello
from netcard.cards.queries import cards_of, handles_of
from netcard.contacts.models import Contact
from netcard.contacts.rules import short_day
from netcard.database import db, now, writing
from netcard.errors import NotHere
from netcard.events.queries import events_of, here_among
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.owner import owner_id


@bp.get("/inbox")
@login_required
def inbox() -> Response:
    """GET /inbox: what waits, the newest first, and what was done with the rest of the last weeks.

    What was discarded or taken over long ago is erased on the way.
    """
    owner = owner_id()
    if queries.has_old(owner):
        with writing():
            inbox_actions.forget(owner)
    cards, handles, events = cards_of(owner), handles_of(owner), events_of(owner)
    return answer(
        "capture/inbox.html",
        "capture/_inbox.html",
        found=queries.inbox_of(owner),
        cards=[(card, handles[card.id]) for card in cards],
        handles={card.id: handles[card.id] for card in cards},
        event_at=lambda moment: here_among(events, moment),
        day=_day,
        days_kept=rules.KEPT_AFTER.days,
        changed=wants_partial(),
    )


@bp.post("/inbox/<uuid:hello_id>/accept")
@login_required
def accept(hello_id: UUID) -> AnyResponse:
    """POST /inbox/<id>/accept: they are one of the owner's people, once."""
    owner, here, met_line = owner_id(), zone(current_user.time_zone), current_user.met_line
    with writing():
        kept = inbox_actions.accept(owner, hello_id, here, met_line=met_line)
        name = kept.name
    toast(f"Kept: {name}.", undo=url_for("capture.restore", hello_id=hello_id))
    return go(url_for("capture.inbox"))


@bp.post("/inbox/<uuid:hello_id>/merge")
@login_required
def merge(hello_id: UUID) -> AnyResponse:
    """POST /inbox/<id>/merge with `contact`: they are somebody known; that card gets what it lacks."""
    owner, here, met_line = owner_id(), zone(current_user.time_zone), current_user.met_line
    into = _contact()
    with writing():
        kept = inbox_actions.merge(owner, hello_id, into, here, met_line=met_line)
        known = db.session.get(Contact, (owner, kept.contact_id)) if kept.contact_id else None
        name = known.name if known else kept.name
    toast(f"Added to {name}.", undo=url_for("capture.restore", hello_id=hello_id))
    return go(url_for("capture.inbox"))


@bp.post("/inbox/<uuid:hello_id>/discard")
@login_required
def discard(hello_id: UUID) -> AnyResponse:
    """POST /inbox/<id>/discard: out of the way, and erased after a month."""
    with writing():
        name = inbox_actions.discard(owner_id(), hello_id).name
    toast(f"Discarded what {name} left.", undo=url_for("capture.restore", hello_id=hello_id))
    return go(url_for("capture.inbox"))


@bp.post("/inbox/<uuid:hello_id>/restore")
@login_required
def restore(hello_id: UUID) -> AnyResponse:
    """POST /inbox/<id>/restore: it waits again; who was made of it is nobody again."""
    with writing():
        name = inbox_actions.restore(owner_id(), hello_id).name
    toast(f"{name} waits here again.")
    return go(url_for("capture.inbox"))


def _contact() -> UUID:
    try:
        return UUID(request.form.get("contact", ""))
    except ValueError:
        raise NotHere(GONE) from None


def _day(hello: Hello) -> str:
    """When it was left, as the owner's calendar and clock have it."""
    here = zone(current_user.time_zone)
    left = hello.left_at.astimezone(here)
    return f"{short_day(left.date(), now().astimezone(here).date())}, {left:%H:%M}"
