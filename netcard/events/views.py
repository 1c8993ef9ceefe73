"""Pages of the events room."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.database import now, writing
from netcard.events import actions, queries, rules
from netcard.events.forms import EventForm, form_for, new_form
from netcard.events.models import Event
from netcard.web.answers import answer, go, toast
from netcard.web.owner import mine, owner_id

bp = Blueprint("events", __name__)


@bp.get("/events")
@login_required
def index() -> Response:
    """Every event, and the form for one more."""
    return _list(new_form(current_user.time_zone, now()))


@bp.post("/events")
@login_required
def add() -> AnyResponse:
    """One more."""
    form = _sent(rules.USUAL, current_user.time_zone)
    if not form.validate():
        return _list(form, 422)
    with writing():
        event_id = actions.add(owner_id(), form.fields()).id
    toast(f"Kept {form.name.data}.")
    return go(url_for("events.page", event_id=event_id))


@bp.get("/events/<uuid:event_id>")
@login_required
def page(event_id: UUID) -> Response:
    """An event; its plan and the people met there come from their own addresses."""
    event, moment = queries.event_of(owner_id(), event_id), now()
    here = queries.here_now(owner_id(), moment)
    is_here = here is not None and here.id == event.id
    return answer(
        "events/page.html", event=event, is_here=is_here, phase=rules.phase(event, moment), **_words()
    )


@bp.route("/events/<uuid:event_id>/edit", methods=["GET", "POST"])
@login_required
def edit(event_id: UUID) -> AnyResponse:
    """Change it."""
    event = queries.event_of(owner_id(), event_id)
    if request.method == "GET":
        return answer("events/edit.html", form=form_for(event), event=event)
    form = _sent(event.kind, event.time_zone)
    if not form.validate():
        return answer("events/edit.html", None, 422, form=form, event=event)
    with writing():
        actions.change(queries.event_of(owner_id(), event_id), form.fields())
    return go(url_for("events.page", event_id=event_id))


@bp.post("/events/<uuid:event_id>/here")
@login_required
def choose(event_id: UUID) -> AnyResponse:
    """I am here now."""
    with writing():
        event = queries.event_of(owner_id(), event_id)
        actions.choose(event)
        name = event.name
    toast(f"You are at {name}. Who you capture is noted there.")
    return go(url_for("events.page", event_id=event_id))


@bp.post("/events/<uuid:event_id>/not-here")
@login_required
def leave(event_id: UUID) -> AnyResponse:
    """I am not here, whatever its days say."""
    with writing():
        actions.leave(queries.event_of(owner_id(), event_id))
    return go(url_for("events.page", event_id=event_id))


@bp.post("/events/<uuid:event_id>/remove")
@login_required
def remove(event_id: UUID) -> AnyResponse:
    """Take it away; the people met there stay."""
    with writing():
        event = queries.event_of(owner_id(), event_id)
        actions.remove(event)
        name = event.name
    toast(
        f"Removed {name}. The people you met there stay.", undo=url_for("events.restore", event_id=event_id)
    )
    return go(url_for("events.index"))


@bp.post("/events/<uuid:event_id>/restore")
@login_required
def restore(event_id: UUID) -> AnyResponse:
    """Take the removal back."""
    with writing():
        actions.restore(mine(Event, event_id))
    return go(url_for("events.page", event_id=event_id))


def _sent(kind: str, time_zone: str) -> EventForm:
    """The form as it came, its two days put in order if that was asked for."""
    form = EventForm.sent()
    if "kind" not in request.form:
        form.kind.data = kind
    if "time_zone" not in request.form:
        form.time_zone.data = time_zone
    if "swap" in request.form:
        form.swap()
    return form


def _list(form: EventForm, status: int = 200) -> Response:
    events, moment = queries.events_of(owner_id()), now()
    here = queries.here_among(events, moment)
    parts = rules.by_phase(events, here, moment)
    return answer("events/index.html", None, status, parts=parts, here=here, form=form, **_words())


def _words() -> dict[str, Any]:
    return {"span": rules.span, "kinds": rules.KINDS, "called": rules.called}
