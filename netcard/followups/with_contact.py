"""What is open with one person: a region of their page, and what is set there."""

from uuid import UUID

from flask import Response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts import exchanges, guard
from netcard.contacts.models import Exchange
from netcard.contacts.queries import contact_of
from netcard.database import new_id, writing
from netcard.errors import NotHere
from netcard.followups import keeping, rules, showing
from netcard.followups.blueprint import bp
from netcard.followups.forms import PromiseForm, RhythmForm
from netcard.followups.wording import months_word
from netcard.web.answers import answer, go, toast
from netcard.web.owner import mine, owner_id

PAGE, PART = "followups/with.html", "followups/_with.html"


@bp.get("/followups/with/<uuid:contact_id>")
@login_required
def with_contact(contact_id: UUID) -> Response:
    """What is open with this person, how often to be in touch, and what was promised."""
    return answer(PAGE, PART, **showing.shown_with(contact_of(owner_id(), contact_id)))


# --- a rhythm -----------------------------------------------------------------


@bp.post("/followups/with/<uuid:contact_id>/rhythm")
@login_required
def set_rhythm(contact_id: UUID) -> AnyResponse:
    """How often to be in touch."""
    contact = contact_of(owner_id(), contact_id)
    form = RhythmForm.sent()
    if not form.validate():
        return answer(PAGE, PART, 422, **showing.with_rhythm_refused(contact, form))
    months = form.wanted()
    with writing():
        contact = contact_of(owner_id(), contact_id)
        before = next((rhythm.months for rhythm in keeping.rhythms_of(contact)), 0)
        rhythm = keeping.set_rhythm(contact, months)
        rhythm_id, name = rhythm.id if rhythm else None, contact.name
    if rhythm_id and before != months:
        undo = url_for("followups.restore_rhythm", contact_id=contact_id, rhythm_id=rhythm_id, months=before)
        word = f"{months_word(months)} you hear of {name} here." if months else f"No rhythm with {name}."
        toast(word, undo)
    return _here(contact_id)


@bp.post("/followups/with/<uuid:contact_id>/rhythm/<uuid:rhythm_id>/restore")
@login_required
def restore_rhythm(contact_id: UUID, rhythm_id: UUID) -> AnyResponse:
    """The rhythm as it was before."""
    told = request.args.get("months", "")
    months = int(told) if told.isascii() and told.isdecimal() and len(told) < 3 else 0
    with writing():
        contact = contact_of(owner_id(), contact_id)
        keeping.restore_rhythm(contact, rhythm_id, min(months, rules.MOST_MONTHS))
    return _here(contact_id)


# --- promises -----------------------------------------------------------------


@bp.post("/followups/with/<uuid:contact_id>/promise")
@login_required
def add_promise(contact_id: UUID) -> AnyResponse:
    """One more promise, with a day of its own."""
    contact = contact_of(owner_id(), contact_id)
    form = PromiseForm.sent()
    if not form.validate():
        return answer(PAGE, PART, 422, **showing.with_promise_refused(contact, form, None))
    about, due_on, promise_id = form.about.data, form.due_on.data, form.promise_id() or new_id()
    with writing():
        keeping.promise(contact_of(owner_id(), contact_id), promise_id, about, due_on)
    guard.saved("", about, page=f"/contacts/{contact_id}")
    return _here(contact_id)


@bp.post("/followups/with/<uuid:contact_id>/promise/<uuid:promise_id>")
@login_required
def change_promise(contact_id: UUID, promise_id: UUID) -> AnyResponse:
    """Word a promise anew, or give it another day."""
    contact = contact_of(owner_id(), contact_id)
    form = PromiseForm.sent()
    if not form.validate():
        return answer(PAGE, PART, 422, **showing.with_promise_refused(contact, form, promise_id))
    about, due_on = form.about.data, form.due_on.data
    with writing():
        keeping.change_promise(contact_of(owner_id(), contact_id), promise_id, about, due_on)
    guard.saved("", about, page=f"/contacts/{contact_id}")
    return _here(contact_id)


@bp.post("/followups/with/<uuid:contact_id>/promise/<uuid:promise_id>/remove")
@login_required
def remove_promise(contact_id: UUID, promise_id: UUID) -> AnyResponse:
    """Take a promise away; it is kept, to be taken back."""
    with writing():
        keeping.remove_promise(contact_of(owner_id(), contact_id), promise_id)
    undo = url_for("followups.restore_promise", contact_id=contact_id, promise_id=promise_id)
    toast("Removed this promise.", undo)
    return _here(contact_id)


@bp.post("/followups/with/<uuid:contact_id>/promise/<uuid:promise_id>/restore")
@login_required
def restore_promise(contact_id: UUID, promise_id: UUID) -> AnyResponse:
    """Take the removal of a promise back."""
    with writing():
        keeping.restore_promise(contact_of(owner_id(), contact_id), promise_id)
    return _here(contact_id)


# --- an answer ----------------------------------------------------------------


@bp.post("/followups/with/<uuid:contact_id>/answered")
@login_required
def they_answered(contact_id: UUID) -> AnyResponse:
    """They answered the last message that went to them, whatever it was written for."""
    with writing():
        contact = contact_of(owner_id(), contact_id)
        noted = keeping.they_answered(contact)
        exchange_id, name = noted.id, contact.name
    undo = url_for("followups.not_answered", contact_id=contact_id, exchange_id=exchange_id)
    toast(f"{name} answered.", undo)
    return go(url_for("followups.index"))


@bp.post("/followups/with/<uuid:contact_id>/answered/<uuid:exchange_id>/undo")
@login_required
def not_answered(contact_id: UUID, exchange_id: UUID) -> AnyResponse:
    """They did not after all."""
    with writing():
        contact = contact_of(owner_id(), contact_id)
        exchange = mine(Exchange, exchange_id)
        if exchange.contact_id != contact.id or exchange.kind != "answered":
            raise NotHere("There is no such answer here.")
        exchanges.remove(contact, exchange)
    return go(url_for("followups.index"))


def _here(contact_id: UUID) -> AnyResponse:
    return go(url_for("followups.with_contact", contact_id=contact_id))
