"""Settings of being reminded: days, the morning's mail, push messages, the calendar."""

from functools import partial
from uuid import UUID

from flask import Response, jsonify, make_response, request, url_for
from flask_login import current_user, login_required
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.models import SignIn
from netcard.accounts.rules import day, device
from netcard.config import settings
from netcard.database import db, now, writing
from netcard.errors import NotHere
from netcard.followups.blueprint import bp
from netcard.followups.models import PushSubscription
from netcard.followups.queue import reminding_of
from netcard.followups.reminding import actions, sealing
from netcard.followups.reminding.forms import (
    MORNING,
    PUSH_HOUR,
    Reminders,
    sent_endpoint,
    sent_subscription,
)
from netcard.web.answers import answer, go, toast
from netcard.web.owner import owner_id


@bp.get("/settings/reminders")
@login_required
def reminders() -> Response:
    """How the owner is reminded."""
    how = reminding_of(owner_id())
    form = Reminders(
        data={
            "opens_after": how.opens_after,
            "late_after": how.late_after,
            "digest": how.digest_hour is not None,
            "digest_hour": MORNING if how.digest_hour is None else how.digest_hour,
            "push_hour": PUSH_HOUR if how.push_hour is None else how.push_hour,
        }
    )
    return _page(form)


@bp.post("/settings/reminders")
@login_required
def keep_reminders() -> AnyResponse:
    """Keep days, hours and the switch of the mail."""
    form = Reminders.sent()
    form.verified = current_user.email_verified_at is not None
    if not form.validate():
        return _page(form, 422)
    owner = owner_id()
    with writing():
        row = actions.reminding_row(owner)
        row.opens_after, row.late_after = form.opens_after.data, form.late_after.data
        row.digest_hour = form.digest_hour.data if form.digest.data else None
        row.push_hour = form.push_hour.data
    toast("Saved.")
    return go(url_for("followups.reminders"))


@bp.post("/settings/reminders/push")
@login_required
def subscribe() -> Response:
    """Push messages to the browser that asks; JSON in, JSON out."""
    wanted = sent_subscription()
    owner, sign_in, name = owner_id(), current_user.sign_in_id, device(request.user_agent.string)
    with writing():
        row, new = actions.subscribe(owner, sign_in, wanted.endpoint, wanted.p256dh, wanted.auth, name)
        row_id = row.id
    return make_response(jsonify(id=str(row_id)), 201 if new else 200)


@bp.post("/settings/reminders/push/end")
@login_required
def unsubscribe() -> AnyResponse:
    """No more push messages to one device: by its endpoint from a script, by its `id` from the list."""
    owner = owner_id()
    if request.is_json:
        endpoint = sent_endpoint()
        with writing():
            actions.unsubscribe(owner, endpoint=endpoint)
        return make_response(jsonify(ended=True))
    try:
        row_id = UUID(request.form.get("id", ""))
    except ValueError:
        raise NotHere("There is no such device here.") from None
    with writing():
        actions.unsubscribe(owner, row_id=row_id)
    toast("No more push messages there.")
    return go(url_for("followups.reminders") + "#push")


def _page(form: Reminders, status: int = 200) -> Response:
    owner, sign_in = owner_id(), current_user.sign_in_id
    devices = db.session.scalars(
        select(PushSubscription)
        .join(SignIn, SignIn.id == PushSubscription.sign_in_id)
        .where(PushSubscription.owner_id == owner, SignIn.ended_at.is_(None))
        .order_by(PushSubscription.created_at, PushSubscription.id)
    ).all()
    return answer(
        "followups/reminders.html",
        None,
        status,
        form=form,
        devices=devices,
        here=next((each for each in devices if each.sign_in_id == sign_in), None),
        push_key=sealing.public_text(sealing.server_key(settings().secret_key)),
        day=partial(day, zone_name=current_user.time_zone, moment_now=now()),
    )
