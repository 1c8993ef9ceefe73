"""At the door: sign up, sign in, sign out, choose a new password, prove an e-mail."""

from uuid import UUID

from flask import abort, request, url_for
from flask_login import current_user
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
    settings_views,
)
from netcard.accounts.blueprint import bp
from netcard.accounts.invitations import invited
from netcard.config import settings
from netcard.database import writing
from netcard.errors import Invalid, NotHere
from netcard.mail import Letter, postman
from netcard.web.answers import answer, go, toast
from netcard.web.limits import give_back, spend, visitor

__all__ = ["bp", "settings_views"]  # importing those registers their pages

FIRST_PAGE = "/"
FIRST_CARD = "/cards/new"


@bp.get("/signup")
def signup() -> Response:
    """The form; or, where sign-up is not open to this visitor, a page that says so."""
    if current_user.is_authenticated:
        return go(_onward() or FIRST_PAGE)
    email = _invited()
    if not _may_sign_up(email):
        return answer("accounts/not_open.html", by_invitation=settings().signup == "invite")
    return _signup_page(forms.SignUp(data={"email": email}))


@bp.post("/signup")
def make_account() -> Response:
    """A new account, signed in at once."""
    email = _invited()
    if not _may_sign_up(email):
        return answer("accounts/not_open.html", status=403, by_invitation=settings().signup == "invite")
    form = forms.SignUp.sent()
    if not form.validate():
        return _signup_page(form, 422)
    address = forms.address_of(form)
    if settings().signup == "invite" and address != email:
        abort(403, "This invitation is for another e-mail. Nothing was changed.")
    spend((limits.SIGN_UP_FROM, visitor()))
    password_hash = passwords.hash_password(form.password.data)
    try:
        with writing():
            account = actions.sign_up(address, password_hash, form.time_zone.data or "")
            _end_here()
            token = sessions.start(account.id, _device())
            link = actions.issue_link(account.id, address, "verify", actions.VERIFY_KEPT)
    except Invalid as error:
        forms.refuse(form, error)
        return _signup_page(form, 422)
    sessions.remember(token)
    postman().post(letters.verify(address, link))
    return go(_onward() or FIRST_CARD)


@bp.get("/login")
def login() -> Response:
    """The form; somebody signed in already is sent on."""
    if current_user.is_authenticated:
        return go(_onward() or FIRST_PAGE)
    return _login_page(forms.SignIn())


@bp.post("/login")
def sign_in() -> Response:
    """Start a sign-in. The same answer, as slowly, whether the e-mail or the password is wrong."""
    form = forms.SignIn.sent()
    if not form.validate():
        return _login_page(form, 422)
    address, password = forms.address_of(form), form.password.data
    tries = ((limits.SIGN_IN_FROM, visitor()), (limits.SIGN_IN_AS, address))
    spend(*tries)
    account = queries.by_email(address)
    kept = account.password_hash if account else None
    if not passwords.matches(kept, password) or account is None or kept is None:
        forms.refuse(form, Invalid({"password": actions.NO_MATCH}))
        return _login_page(form, 422)
    renewed = passwords.hash_password(password) if passwords.outdated(kept) else None
    try:
        with writing():
            _end_here()
            token = actions.sign_in(account.id, kept, renewed, _device())
            give_back(*tries)
    except Invalid as error:
        forms.refuse(form, error)
        return _login_page(form, 422)
    sessions.remember(token)
    return go(_onward() or FIRST_PAGE)


@bp.post("/logout")
def logout() -> Response:
    """End this sign-in, in the database and in the browser."""
    if current_user.is_authenticated:
        with writing():
            _end_here()
    return sessions.signed_out(go(FIRST_PAGE))


@bp.get("/reset")
def reset() -> Response:
    """Where to send the link?"""
    return answer("accounts/reset.html", form=forms.AskReset(), mails=bool(settings().smtp_url))


@bp.post("/reset")
def ask_reset() -> Response:
    """Mail a link, if there is such an account. Who asks learns nothing: the looking is done later."""
    form = forms.AskReset.sent()
    if not form.validate():
        return answer("accounts/reset.html", status=422, form=form, mails=bool(settings().smtp_url))
    address = forms.address_of(form)
    spend((limits.RESET_FROM, visitor()), (limits.RESET_OF, address))
    postman().write_and_post(lambda: _reset_letter(address))
    return go(url_for("accounts.reset_asked"))


def _reset_letter(address: str) -> Letter | None:
    account = queries.by_email(address)
    if account is None:
        return None
    with writing():
        token = actions.issue_link(account.id, address, "reset", actions.RESET_KEPT)
    return letters.reset(address, token)


@bp.get("/reset/sent")
def reset_asked() -> Response:
    """The same page for a known and an unknown address."""
    return answer("accounts/reset_sent.html", mails=bool(settings().smtp_url))


@bp.get("/reset/<token>")
def choose_password(token: str) -> Response:
    """The form behind the mailed link. Looking does not spend it: mail scanners look first."""
    link = queries.good_link(token, "reset")
    if link is None:
        return answer("accounts/link_over.html", status=410)
    syncing = app_passwords.how_many(link.account_id)
    return answer(
        "accounts/choose_password.html", form=forms.ChoosePassword(), email=link.email, syncing=syncing
    )


@bp.post("/reset/<token>")
def keep_chosen_password(token: str) -> Response:
    """Spend the link, keep the password, sign in here and out everywhere else."""
    spend((limits.CHOOSE_FROM, visitor()))
    link = queries.good_link(token, "reset")
    if link is None:
        return answer("accounts/link_over.html", status=410)
    form = forms.ChoosePassword.sent()
    form.account_email = link.email
    if not form.validate():
        syncing = app_passwords.how_many(link.account_id)
        return answer(
            "accounts/choose_password.html", status=422, form=form, email=link.email, syncing=syncing
        )
    password_hash = passwords.hash_password(form.password.data)
    try:
        with writing():
            _end_here()
            sign_in_token, email, disconnected = actions.reset_password(token, password_hash, _device())
    except NotHere:  # used by somebody else while this password was being hashed
        return answer("accounts/link_over.html", status=410)
    sessions.remember(sign_in_token)
    postman().post(letters.password_changed(email, disconnected))
    toast(rules.password_saved(disconnected))
    return go(FIRST_PAGE)


@bp.get("/verify/<token>")
def verify(token: str) -> Response:
    """Opening the link proves the address; opening it again says so again."""
    proved = False
    if request.method == "GET" and queries.good_link(token, "verify"):  # HEAD only looks
        with writing():
            link = actions.spend_link(token, "verify")
            proved = link is not None and actions.prove(link.account_id, link.email)
    if proved or queries.has_proved(token):
        return answer("accounts/verified.html")
    return answer("accounts/link_over.html", status=410)


@bp.get("/.well-known/change-password")
def well_known() -> Response:
    """Where password managers find the form (W3C, A Well-Known URL for Changing Passwords)."""
    return go(url_for("accounts.settings", _anchor="change-password"), 302)


def _signup_page(form: forms.SignUp, status: int = 200) -> Response:
    return answer(
        "accounts/signup.html",
        status=status,
        form=form,
        onward=_onward(),
        invitation=_invitation(),
        fixed=settings().signup == "invite",
    )


def _login_page(form: forms.SignIn, status: int = 200) -> Response:
    return answer(
        "accounts/login.html", status=status, form=form, onward=_onward(), open=settings().signup == "open"
    )


def _may_sign_up(invited_email: str | None) -> bool:
    return settings().signup == "open" or (settings().signup == "invite" and invited_email is not None)


def _invitation() -> str | None:
    return request.values.get("invitation")


def _invited() -> str | None:
    return invited(_invitation())


def _onward() -> str | None:
    """Where the visitor was going when asked to sign in."""
    return rules.own_path(request.values.get("next"))


def _device() -> str:
    return rules.device(request.user_agent.string)


def _end_here() -> None:
    """End the sign-in this browser has. Another one takes its place, or none. Inside `writing()`."""
    if current_user.is_authenticated:
        owner: UUID = current_user.id
        sessions.end(owner, current_user.sign_in_id)
