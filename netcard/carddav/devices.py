"""Contacts on a phone: its app password, its one-time set-up, and when it first had the whole book."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, make_response, request, url_for
from flask_login import current_user, login_required
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from netcard import qr
from netcard.accounts import app_passwords, limits, rules, tickets
from netcard.accounts.models import AppPassword
from netcard.carddav import clients, profile
from netcard.carddav.blueprint import bp
from netcard.carddav.forms import Connect
from netcard.config import settings
from netcard.database import now, writing
from netcard.errors import NotHere
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.limits import spend
from netcard.web.owner import owner_id

MOST = 30
"""Devices of one owner at a time: more are forgotten ones."""

WATCHED = timedelta(hours=1)
"""How long a page asks by itself whether a new device has synced."""

STOP_ASKING = 286
"""The status by which htmx ends its polling (htmx, hx-trigger, "Polling")."""

LOOKED_AHEAD = 503
"""A browser that only fetches ahead throws this away and asks again when somebody goes there."""


@bp.get("/settings/app-passwords")
@login_required
def devices() -> Response:
    """What is connected, and the form for another."""
    return _devices()


@bp.post("/settings/app-passwords")
@login_required
def connect() -> Response:
    """A new device: the page that answers is the only one that ever shows its password."""
    form = Connect.sent()
    if not form.validate():
        return _devices(form, 422)
    owner = owner_id()
    if app_passwords.how_many(owner) >= MOST:
        form.label.errors = [f"There are {MOST} connected. Disconnect one you no longer use first."]
        return _devices(form, 422)
    spend((limits.APP_PASSWORD, owner.hex))
    with writing():
        app_password_id, secret = app_passwords.issue(owner, form.label.data)
        tokens = tickets.issue(app_password_id, secret)
    to = profile.Connection(settings().url, owner, app_password_id, current_user.email, secret)
    return answer(
        "carddav/connected.html",
        device=app_passwords.app_password_of(owner, app_password_id),
        to=to,
        https=settings().https,
        here=clients.browser_on(request.user_agent.string),
        davx5=profile.davx5_link(to),
        links={kind: url_for("carddav.ticket", token=token) for kind, token in tokens.items()},
        codes={kind: _code(token, kind) for kind, token in tokens.items()},
        watched=True,
        **_words(),
    )


@bp.get("/settings/app-passwords/<uuid:app_password_id>/state")
@login_required
def state(app_password_id: UUID) -> AnyResponse:
    """Has it synced? The line of one device, which asks for itself until it has."""
    if not wants_partial():
        return go(url_for("carddav.devices"))
    device = app_passwords.app_password_of(owner_id(), app_password_id)
    status = 200 if device and _still_watched(device) else STOP_ASKING
    return answer("carddav/_state.html", status=status, device=device, **_words())


@bp.get("/settings/app-passwords/<uuid:app_password_id>/end")
@login_required
def ask_disconnect(app_password_id: UUID) -> Response:
    """What ending it means: nothing brings the same password back."""
    return answer("carddav/disconnect.html", device=_mine(app_password_id), **_words())


@bp.post("/settings/app-passwords/<uuid:app_password_id>/end")
@login_required
def disconnect(app_password_id: UUID) -> AnyResponse:
    """End one device's password. One that is not the owner's, or has ended, is none."""
    label = _mine(app_password_id).label
    owner = owner_id()
    with writing():
        app_passwords.revoke(owner, app_password_id)
    toast(f"Disconnected {label}.")
    return go(url_for("carddav.devices"))


@bp.get("/phone/<token>")
@bp.get("/PHONE/<token>", endpoint="ticket_in_capitals")
def ticket(token: str) -> Response:
    """What the phone needs, once, and no sign-in: the token is all that is asked for.

    No count of attempts: 128 random bits are not guessed, and looking costs less than counting would.
    """
    if "prefetch" in " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")):
        return _unreferred(make_response("", LOOKED_AHEAD))
    kind = tickets.kind_of(token)
    if kind is None:
        return _over()
    if request.method == "HEAD":
        return _unreferred(make_response("", {"Content-Type": _TYPES[kind]}))
    with writing():
        handed = tickets.spend(token)
    if handed is None:  # somebody else was a moment faster
        return _over()
    to = profile.Connection(
        settings().url, handed.account_id, handed.app_password_id, handed.email, handed.secret
    )
    if handed.kind == "davx5":
        page = answer("carddav/phone.html", to=to, davx5=profile.davx5_link(to), https=settings().https)
        return _unreferred(page)
    response = make_response(profile.mobileconfig(to))
    response.headers["Content-Type"] = profile.PROFILE_TYPE
    response.headers["Content-Disposition"] = "attachment; filename=netcard.mobileconfig"
    return _unreferred(response)


_TYPES = {"apple": profile.PROFILE_TYPE, "davx5": "text/html; charset=utf-8"}


def _devices(form: Connect | None = None, status: int = 200) -> Response:
    connected = app_passwords.app_passwords_of(owner_id())
    if form is None:
        taken = {device.label for device in connected}
        form = Connect(data={"label": clients.suggested_label(request.user_agent.string, taken)})
    return answer(
        "carddav/devices.html",
        status=status,
        form=form,
        devices=connected,
        watched={device.id for device in connected if _still_watched(device)},
        **_words(),
    )


def _words() -> dict[str, Any]:
    """How pages say moments and programs."""
    zone, moment = current_user.time_zone, now()
    return {
        "day": partial(rules.day, zone_name=zone, moment_now=moment),
        "minute": partial(rules.minute, zone_name=zone, moment_now=moment),
        "client": clients.client,
    }


def _still_watched(device: AppPassword) -> bool:
    return device.synced_at is None and now() - device.created_at < WATCHED


def _mine(app_password_id: UUID) -> AppPassword:
    device = app_passwords.app_password_of(owner_id(), app_password_id)
    if device is None:
        raise NotHere("There is no connected device by that address.")
    return device


def _code(token: str, kind: str) -> Markup:
    label = {"apple": "QR code for an iPhone or iPad", "davx5": "QR code for an Android phone"}[kind]
    return Markup(qr.svg(profile.phone_address(settings().url, token), label))  # noqa: S704 - numbers only


def _over() -> Response:
    return _unreferred(answer("carddav/ticket_over.html", status=410))


def _unreferred(response: Response) -> Response:
    """The address is in no link that leads on from here."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
