"""Regions of the settings page: the account, where it is signed in, and its end.

Each is a page of its own without script and a part of one when htmx asks.
"""

from functools import partial
from uuid import UUID

from flask import url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from netcard.accounts import (
    actions,
    app_passwords,
    forms,
    letters,
    limits,
    passwords,
    queries,
    rules,
    sessions,
)
from netcard.accounts.blueprint import bp
from netcard.config import settings as the_settings
from netcard.database import now, writing
from netcard.errors import Invalid
from netcard.mail import postman
from netcard.media import media_store
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.limits import give_back, spend
from netcard.web.owner import owner_id


@bp.get("/settings/account")
@login_required
def settings() -> Response:
    """E-mail, time zone, the line about meeting, password."""
    return _account()


@bp.post("/settings/account")
@login_required
def prefer() -> Response:
    """Keep the time zone and the switch."""
    form = forms.Preferences.sent()
    if not form.validate():
        return _account(422, preferences=form)
    with writing():
        actions.prefer(owner_id(), form.time_zone.data, form.met_line.data)
    toast("Saved.")
    return go(url_for("accounts.settings"))


@bp.post("/settings/password")
@login_required
def change_password() -> Response:
    """A new password: this browser stays signed in under a new cookie, all others are signed out."""
    form = forms.ChangePassword.sent()
    form.account_email = current_user.email
    if not form.validate():
        return _account(422, password=form)
    owner, sign_in = owner_id(), current_user.sign_in_id
    if not _confirmed(form.current.data):
        forms.refuse(form, Invalid({"current": "This is not your password."}))
        return _account(422, password=form)
    password_hash = passwords.hash_password(form.password.data)
    with writing():
        actions.change_password(owner, password_hash)
        disconnected = app_passwords.revoke(owner) if form.disconnect.data else 0
        token = sessions.renew(sign_in)
        give_back((limits.CONFIRM, owner.hex))
    postman().post(letters.password_changed(current_user.email, disconnected))
    sessions.remember(token)
    toast(rules.password_saved(disconnected))
    return go(url_for("accounts.settings"))


@bp.post("/settings/verification")
@login_required
def send_verification() -> Response:
    """Mail the link that proves the address once more."""
    owner, email = owner_id(), current_user.email
    if not current_user.email_verified_at:
        spend((limits.VERIFY_MAIL, owner.hex))
        with writing():
            token = actions.issue_link(owner, email, "verify", actions.VERIFY_KEPT)
        postman().post(letters.verify(email, token))
        toast(f"A link is on its way to {email}.")
    return go(url_for("accounts.settings"))


@bp.post("/settings/invitations")
@login_required
def invite() -> Response:
    """Mail an invitation, where only the invited may sign up."""
    form = forms.Invite.sent()
    if the_settings().signup != "invite" or not form.validate():
        return _account(422, invitation=form)
    spend((limits.INVITE, owner_id().hex))
    address = forms.address_of(form)
    postman().post(letters.invite(address))
    toast(f"An invitation is on its way to {address}.")
    return go(url_for("accounts.settings"))


@bp.get("/settings/sessions")
@login_required
def sign_ins() -> Response:
    """Phones and browsers that are signed in."""
    return answer(
        "accounts/sign_ins.html",
        "accounts/_sign_ins.html",
        devices=queries.devices(owner_id(), current_user.sign_in_id),
        day=partial(rules.day, zone_name=current_user.time_zone, moment_now=now()),
        oob=wants_partial(),
    )


@bp.post("/settings/sessions/<uuid:sign_in_id>/end")
@login_required
def end_sign_in(sign_in_id: UUID) -> Response:
    """Sign one device out. One that is not the owner's, or has ended, is none."""
    owner, this = owner_id(), current_user.sign_in_id
    with writing():
        sessions.end(owner, sign_in_id)
    if sign_in_id == this:
        return sessions.signed_out(go(url_for("accounts.login")))
    toast("Signed out there.")
    return go(url_for("accounts.sign_ins"))


@bp.post("/settings/sessions/others/end")
@login_required
def end_other_sign_ins() -> Response:
    """Sign every device out but this one."""
    owner, this = owner_id(), current_user.sign_in_id
    with writing():
        sessions.end(owner, but=this)
    toast("Every other phone and browser is signed out.")
    return go(url_for("accounts.sign_ins"))


@bp.get("/settings/erase")
@login_required
def erase() -> Response:
    """What would go, and what would stay."""
    return answer("accounts/erase.html", form=forms.Erase())


@bp.post("/settings/erase")
@login_required
def erase_account() -> Response:
    """Delete the account and everything in it, files first: what is left halfway can be tried again."""
    form = forms.Erase.sent()
    if not form.validate():
        return answer("accounts/erase.html", status=422, form=form)
    owner = owner_id()
    if not _confirmed(form.password.data):
        forms.refuse(form, Invalid({"password": "This is not your password. Nothing was deleted."}))
        return answer("accounts/erase.html", status=422, form=form)
    media_store().delete_owner(owner)
    with writing():
        actions.erase(owner)
    media_store().delete_owner(owner)  # a photo may have come in between
    return sessions.signed_out(go(url_for("accounts.erased")))


@bp.get("/erased")
def erased() -> Response:
    """What is gone."""
    return answer("accounts/erased.html")


def _account(status: int = 200, **sent: forms.Form) -> Response:
    """The account's region; `sent` holds the one form that was refused."""
    return answer(
        "accounts/settings.html",
        "accounts/_settings.html",
        status,
        preferences=sent.get("preferences")
        or forms.Preferences(data={"time_zone": current_user.time_zone, "met_line": current_user.met_line}),
        password=sent.get("password") or forms.ChangePassword(),
        invitation=sent.get("invitation") or (forms.Invite() if the_settings().signup == "invite" else None),
        syncing=app_passwords.how_many(owner_id()),
        oob=wants_partial(),
    )


def _confirmed(password: str) -> bool:
    """Whether the signed-in person knows the password; a found phone must not guess it for long."""
    owner = owner_id()
    spend((limits.CONFIRM, owner.hex))
    return passwords.matches(queries.password_hash(owner), password)
