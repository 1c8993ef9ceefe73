"""Who is signed in: Flask-Login over rows that can be ended from anywhere."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, Response, g, jsonify, make_response, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import ColumnElement, select, update
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.models import Account, SignIn
from netcard.database import db, now, writing
from netcard.web.answers import wants_json, wants_partial

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(days=1)
KEPT = timedelta(days=400)
"""The longest a browser keeps a cookie (RFC 6265bis, section 5.6.1); renewed while it is used."""

login_manager = LoginManager()
login_manager.session_protection = None  # a phone's address changes all day; rows can be ended instead


@dataclass(frozen=True, slots=True)
class Owner:
    """The signed-in person as every page needs them, read in one query. Not a database row."""

    id: UUID
    email: str
    email_verified_at: datetime | None
    time_zone: str
    met_line: bool
    sign_in_id: UUID
    seen_at: datetime
    token: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie remembers: the sign-in's token, not the person's id."""
        return self.token


_sign_in = (
    select(
        Account.id,
        Account.email,
        Account.email_verified_at,
        Account.time_zone,
        Account.met_line,
        SignIn.id.label("sign_in_id"),
        SignIn.seen_at,
    )
    .join(SignIn, SignIn.account_id == Account.id)
    .where(SignIn.ended_at.is_(None))
)


def init_sessions(app: Flask) -> None:
    """Set the cookie up and hang the loader in."""
    https = app.extensions["netcard"].https
    app.config.update(
        SESSION_COOKIE_NAME="__Host-netcard" if https else "netcard",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=KEPT,
        SESSION_REFRESH_EACH_REQUEST=False,  # else a public page would set a cookie
    )
    # without the context processor: it would look the visitor up on public pages too
    login_manager.init_app(app, add_context_processor=False)
    # its own remember cookie is not used, and looking for it would make every answer vary by cookie
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)
    app.jinja_env.globals["current_user"] = current_user
    app.after_request(_note_the_visit)


@login_manager.user_loader
def load(token: str) -> Owner | None:
    """The person behind a cookie's token; None when it was ended or never given."""
    row = db.session.execute(_sign_in.where(SignIn.token_hash == hash_of(token), kept_still())).one_or_none()
    return Owner(*row, token=token) if row else None


@login_manager.unauthorized_handler
def ask_to_sign_in() -> AnyResponse:
    """401 for a script, a trip to the sign-in page for a person."""
    if wants_json():
        return make_response(jsonify(error="Sign in first."), 401)
    back = url_for("accounts.login", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if wants_partial():
        return Response(status=401, headers={"HX-Redirect": back})
    return redirect(back, 303)


def start(account_id: UUID, device: str) -> str:
    """Write a new sign-in and give its token. Inside `writing()`; call `remember` after it."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(SignIn(account_id=account_id, token_hash=hash_of(token), device=device[:200]))
    return token


def remember(token: str) -> None:
    """Put a committed sign-in into this browser's cookie, past its restarts."""
    session.clear()
    session.permanent = True
    login_user(load(token))


def renew(sign_in_id: UUID) -> str:
    """Give a sign-in a new token, so that a copy of its cookie is worth nothing. Inside `writing()`."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.execute(
        update(SignIn).where(SignIn.id == sign_in_id).values(token_hash=hash_of(token), ended_at=None)
    )
    return token


def forget() -> None:
    """Take the cookie away; `end` ends the row itself."""
    logout_user()
    session.clear()


def signed_out(response: AnyResponse) -> AnyResponse:
    """Forget who was here. The browser's cache goes; its storage stays, for captures may wait there."""
    forget()
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def end(account_id: UUID, *sign_ins: UUID, but: UUID | None = None) -> None:
    """End the named sign-ins of an account, or all of them except `but`. Inside `writing()`."""
    which = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if sign_ins:
        which = which.where(SignIn.id.in_(sign_ins))
    elif but:
        which = which.where(SignIn.id != but)
    db.session.execute(which.values(ended_at=now()))


def kept_still() -> ColumnElement[bool]:
    """Sign-ins used lately enough that a browser may still hold their cookie."""
    return SignIn.seen_at > now() - KEPT


def hash_of(token: str) -> bytes:
    """Tokens are random: a fast hash keeps a stolen database from signing in."""
    return hashlib.sha256(token.encode()).digest()


def _note_the_visit(response: Response) -> Response:
    """Once a day: renew the cookie and the row's date. Only where the visitor was looked up anyway."""
    owner = g.get("_login_user")
    if isinstance(owner, Owner) and now() - owner.seen_at > SEEN_EVERY and response.status_code < 400:
        with writing():
            db.session.execute(update(SignIn).where(SignIn.id == owner.sign_in_id).values(seen_at=now()))
        session.modified = True
    return response
