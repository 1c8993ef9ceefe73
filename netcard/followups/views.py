"""Pages of the queue. Other pages of this room have files of their own, named here so that they are known."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.rules import own_path
from netcard.contacts.blueprint import owner_zone
from netcard.contacts.queries import contact_of
from netcard.database import now, writing
from netcard.followups import actions, rules, with_contact
from netcard.followups.actions import Before
from netcard.followups.blueprint import bp
from netcard.followups.drafting import views as drafting
from netcard.followups.feed import views as feed
from netcard.followups.forms import SnoozeForm
from netcard.followups.numbers import views as numbers
from netcard.followups.planning import views as planning
from netcard.followups.queue import Due, due_of
from netcard.followups.reminding import views as reminding
from netcard.followups.showing import HEADINGS, contact_named_by, refused, shown, shown_with
from netcard.followups.wording import until_word
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.owner import owner_id

__all__ = ["bp", "drafting", "feed", "numbers", "planning", "reminding", "with_contact"]

Told = TypeVar("Told")


@bp.get("/followups")
@login_required
def index() -> Response:
    """What is overdue, what can be done today, what is coming; with `heading` and `start` the rest of one."""
    heading, start = request.args.get("heading", ""), request.args.get("start", "")
    if heading in HEADINGS and start.isascii() and start.isdecimal() and len(start) < 6:
        return answer("followups/rest.html", "followups/_rest.html", **shown(heading, int(start)))
    return answer("followups/index.html", "followups/_queue.html", **shown())


# --- what is done about one ---------------------------------------------------


@bp.post("/followups/<uuid:due_id>/snooze")
@login_required
def snooze(due_id: UUID) -> AnyResponse:
    """Put one off to a day."""
    due = due_of(owner_id(), due_id, owner_zone())
    today = rules.local_day(now(), owner_zone())
    form = SnoozeForm.sent().know(today, due.lapses_on)
    if not form.validate():
        return _refused(due, form)
    until: date = form.until.data
    with writing():
        due = due_of(owner_id(), due_id, owner_zone())
        before = due.snoozed_until
        actions.snooze(due, until)
    toast(f"{due.who} put off to {until_word(until, today)}.", _undo(due_id, of="snooze", until=before))
    return go(_back())


@bp.post("/followups/<uuid:due_id>/answered")
@login_required
def answered(due_id: UUID) -> AnyResponse:
    """They answered, or wrote by themselves."""
    due = _acted(due_id, actions.answered)
    toast(f"{due.who} answered.", _undo(due_id, of="answered"))
    return go(_back())


@bp.post("/followups/<uuid:due_id>/done")
@login_required
def done(due_id: UUID) -> AnyResponse:
    """It is done; with `wrote`, because the message went out."""
    if request.form.get("wrote"):
        due = _acted(due_id, actions.sent)
        toast(f"Noted: you wrote to {due.who}.", _undo(due_id, of="sent"))
    else:
        due, skipped = _closed(due_id, actions.done)
        toast(f"{due.who}: done.", _undo(due_id, of="done", skipped=skipped))
    return go(_back())


@bp.post("/followups/<uuid:due_id>/let-go")
@login_required
def let_go(due_id: UUID) -> AnyResponse:
    """It need not be done any more."""
    due, skipped = _closed(due_id, actions.let_go)
    toast(f"{due.who}: let go.", _undo(due_id, of="let go", skipped=skipped))
    return go(_back())


@bp.post("/followups/<uuid:due_id>/reopen")
@login_required
def reopen(due_id: UUID) -> AnyResponse:
    """Take back what was done last; what is open comes back from the day it was put off to."""
    before = _before()
    _acted(due_id, lambda due: actions.reopen(due, before))
    return go(_back())


def _acted(due_id: UUID, act: Callable[[Due], object]) -> Due:
    with writing():
        due = due_of(owner_id(), due_id, owner_zone())
        act(due)
    return due


def _closed(due_id: UUID, act: Callable[[Due], object]) -> tuple[Due, datetime | None]:
    """What was closed without a message, and what undoing that needs of a rhythm."""
    with writing():
        due = due_of(owner_id(), due_id, owner_zone())
        skipped = due.rhythm.skipped_at if due.rhythm else None
        act(due)
    return due, skipped


def _refused(due: Due, form: SnoozeForm) -> Response:
    """The page the form stands on, with what was typed."""
    contact_id = contact_named_by(_back())
    if contact_id:
        contact = contact_of(owner_id(), contact_id)
        context = shown_with(contact, **refused(due, form))
        return answer("followups/with.html", "followups/_with.html", 422, **context)
    return answer("followups/index.html", "followups/_queue.html", 422, **shown(**refused(due, form)))


# --- where from and where to --------------------------------------------------


def _back() -> str:
    """The page, or the region, that the form stands on."""
    return own_path(request.values.get("back")) or url_for("followups.index")


def _undo(due_id: UUID, of: str, **values: date | datetime | None) -> str:
    """An address that takes back exactly this, and leads to the page that is being looked at."""
    back = urlsplit(request.headers.get("HX-Current-URL", "")).path if wants_partial() else _back()
    told: dict[str, Any] = {name: value.isoformat() for name, value in values.items() if value}
    return url_for("followups.reopen", due_id=due_id, of=of, back=own_path(back), **told)


def _before() -> Before:
    """What an undo's address tells; what cannot be read counts as not told."""
    told = request.args
    return Before(
        what=told.get("of", ""),
        until=_read(date.fromisoformat, told.get("until")),
        skipped_at=_read(_moment, told.get("skipped")),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment > now():
        raise ValueError("no moment that was")
    return moment


def _read(how: Callable[[str], Told], text: str | None) -> Told | None:
    try:
        return how(text) if text else None
    except ValueError:
        return None
