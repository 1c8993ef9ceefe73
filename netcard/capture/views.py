"""The quick form, and the door through which a phone's outbox sends what it wrote down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, request, url_for
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.rules import zone
from netcard.capture import actions, adding, hello, inbox, rules
from netcard.capture.blueprint import bp
from netcard.capture.forms import CaptureForm
from netcard.capture.queries import receipt_of
from netcard.cards.face import Face
from netcard.contacts import guard
from netcard.contacts.forms import sent_photo
from netcard.contacts.models import Contact
from netcard.contacts.rules import ROLES, short_day
from netcard.database import new_id, now, writing
from netcard.errors import Conflict, Invalid, UnreadableFile
from netcard.events.queries import events_of, here_now
from netcard.media import dropped_on_failure, media_store
from netcard.media.images import encounter_photo
from netcard.web.answers import answer, go, wants_json
from netcard.web.owner import owner_id

__all__ = ["bp", "hello", "inbox"]

MEANT_FOR = "Netcard-Owner"
"""The header by which an outbox says whose capture it sends: the cookie may have changed hands meanwhile."""


@bp.get("/capture")
@login_required
def form() -> Response:
    """The form. What it is filled with comes from the phone; without script from the address.

    `?card=` names somebody's card, by handle or by address: the form filled from its public face, or a
    sentence on why it is not; the same as JSON for a form that stands already.
    """
    here = here_now(owner_id(), now())
    event = request.args.get("event") or (str(here.id) if here else "")
    filled = {"id": str(new_id()), "event": event}
    typed = request.args.get("card", "").strip()
    if not typed:
        return _page(CaptureForm(**filled))
    try:
        found = adding.look_up(typed, owner_id())
    except adding.NoCard as none:
        if wants_json():
            raise
        return _page(CaptureForm(**filled), asked=typed[: rules.LONGEST_ADDRESS], no_card=none)
    known = adding.known(owner_id(), found)
    said = {name: getattr(found.face, name) for name in adding.TYPED}
    if wants_json():
        return make_response(jsonify(**said, **_about(found.face, known)))
    return _page(CaptureForm(**filled, **said, card=found.face.handle), face=found.face, known=known)


@bp.get("/capture/session")
def session() -> AnyResponse:
    """Who is signed in: `{"user": id}`, or 401."""
    if not current_user.is_authenticated:
        return make_response(jsonify(error="Sign in first."), 401)
    return make_response(jsonify(user=str(owner_id())))


@bp.post("/capture")
def take() -> AnyResponse:
    """One person met, exactly once however often it is sent.

    JSON is answered to JSON, and to a form that asks for it: 201 `created`, 200 `already`, 409 for other
    content under the same id, 422 with `errors`, 401 when signed out or signed in as somebody else. A plain
    form is answered with a 303, or with itself.
    """
    welcome = current_user.is_authenticated and not _meant_for_another()
    if not welcome and wants_json():
        return make_response(jsonify(error="Sign in first."), 401)
    sent = CaptureForm.of_request("" if wants_json() else str(new_id()))
    if not welcome:  # nothing typed is lost: the form comes back, to be sent again after signing in elsewhere
        return _page(sent, 401)
    photo = sent_photo()
    digest = rules.digest(sent.words, photo)
    try:
        if before := _before(sent.capture_id, digest):
            return _answer(sent, before, already=True)
        return _take(sent, photo, digest)
    except Conflict:
        if wants_json():
            raise
        sent.id.data = str(new_id())
        return _page(sent, 409)


def _take(sent: CaptureForm, photo: bytes | None, digest: bytes) -> AnyResponse:
    valid = sent.validate()
    try:
        smaller = encounter_photo(photo) if photo else None
    except UnreadableFile as unreadable:
        sent.refuse("photo", str(unreadable))
        valid = False
    if not valid:
        return _refuse(sent)
    kept = media_store().put(owner_id(), smaller, ".jpg") if smaller else None
    with dropped_on_failure([kept] if kept else []):
        contact, mine = _take_once(sent, digest, kept)
    if kept and not mine:
        media_store().delete(kept)
    return _answer(sent, contact, already=not mine)


def _take_once(sent: CaptureForm, digest: bytes, photo_file: str | None) -> tuple[UUID, bool]:
    """The contact, and whether this request made it: of two of the same at once the database takes one."""
    capture_id = rules.capture_id(sent.id.data) or new_id()
    owner, met_line = owner_id(), current_user.met_line
    met = sent.met(photo_file, _here(), adding.card_begun(owner, sent.words))
    try:
        with writing():
            return actions.take(owner, capture_id, digest, met, met_line=met_line), True
    except IntegrityError:
        if before := _before(capture_id, digest):
            return before, False
        raise Conflict("Something else was saved under this id already. Nothing was changed.") from None


def _before(capture_id: UUID | None, digest: bytes) -> UUID | None:
    """The contact this very capture made; raises `Conflict` when its id was used for another."""
    receipt = receipt_of(owner_id(), capture_id) if capture_id else None
    if receipt is None:
        return None
    if receipt.digest != digest:
        raise Conflict("Something else was saved under this id already. Nothing was changed.")
    return receipt.contact_id


def _answer(sent: CaptureForm, contact: UUID, *, already: bool) -> AnyResponse:
    if wants_json():
        status = "already" if already else "created"
        body = jsonify(id=str(sent.capture_id), contact=str(contact), status=status)
        return make_response(body, 200 if already else 201)
    page = url_for("contacts.page", contact_id=contact)
    guard.saved(f"Saved: {sent.name.data}.", sent.discussed.data, sent.promised.data, page=page)
    if "next" in request.form:
        return go(url_for("capture.form", event=sent.event.data or None))
    return go(url_for("contacts.index"))


def _refuse(sent: CaptureForm, status: int = 422) -> AnyResponse:
    if wants_json():
        raise Invalid(sent.problems)
    return _page(sent, status)


def _page(sent: CaptureForm, status: int = 200, face: Face | None = None, **more: Any) -> Response:
    signed_in = current_user.is_authenticated
    return answer(
        "capture/page.html",
        "capture/_form.html",
        status,
        form=sent,
        events=events_of(owner_id()) if signed_in else [],
        due=rules.due_days(_here().date()) if signed_in else [],
        owner=owner_id() if signed_in else None,
        why=status,
        face=face or _face(sent),
        when=_when,
        **more,
    )


def _face(sent: CaptureForm) -> Face | None:
    """The card that a form was filled from, for the form to show again."""
    if not sent.card.data or not current_user.is_authenticated:
        return None
    try:
        return adding.look_up(sent.card.data, owner_id()).face
    except adding.NoCard:
        return None


def _about(face: Face, known: adding.Known | None) -> dict[str, Any]:
    """What a form that stands already has to show of a card, beside its words."""
    portrait = url_for("cards.headshot", handle=face.handle, v=face.portrait) if face.portrait else None
    people = [
        {
            "name": contact.name,
            "day": _when(contact),
            "deed": "Met again" if contact.encounters else "We met",
            "again": url_for("contacts.met_again", contact_id=contact.id),
        }
        for contact in (known.contacts if known else ())
    ]
    return {
        "card": face.handle,
        "portrait": portrait,
        "known": {"surely": known.surely, "people": people} if known else None,
    }


def _when(contact: Contact) -> str:
    """The day they met last as the owner's calendar has it."""
    here = _here()
    if not contact.encounters:
        return "not met yet"
    return short_day(contact.met_at.astimezone(here.tzinfo).date(), here.date())


def _here() -> datetime:
    return now().astimezone(zone(current_user.time_zone))


def _meant_for_another() -> bool:
    meant = request.headers.get(MEANT_FOR)
    return meant is not None and meant != str(owner_id())


@bp.app_template_global()
def blank_capture() -> CaptureForm:
    """The form with nothing in it, for the page that is kept on the phone."""
    return CaptureForm()


@bp.app_template_global()
def capture_roles() -> tuple[str, ...]:
    """What a person met may be; any other word will do."""
    return ROLES
