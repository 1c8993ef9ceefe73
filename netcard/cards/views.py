"""An owner's cards: the list, the editor with its live preview, removal."""

from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.cards import actions, hello, public, queries, rules, share, uploads
from netcard.cards.blueprint import bp
from netcard.cards.face import UNNAMED, Face, face_of
from netcard.cards.forms import CardForm, kept_handle
from netcard.cards.models import Card
from netcard.config import settings
from netcard.database import writing
from netcard.errors import Invalid, NotHere
from netcard.media import media_store
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.owner import mine, owner_id

__all__ = ["bp", "hello", "public", "share"]


@bp.get("/cards")
@login_required
def index() -> Response:
    """GET /cards: one plate per card."""
    handles = queries.handles_of(owner_id())
    cards = [face_of(card, handles[card.id]) for card in queries.cards_of(owner_id())]
    return answer("cards/index.html", cards=cards, removed=queries.removed_of(owner_id()))


@bp.get("/cards/new")
@login_required
def new() -> Response:
    """GET /cards/new: an empty card."""
    return _editor(CardForm(hello_open=True), None)


@bp.post("/cards/new")
@login_required
def make() -> AnyResponse:
    """POST /cards/new: keep it; 303 to the card's own page."""
    form = CardForm.sent()
    upload = _read(form, None)
    if upload is None:
        return _editor(form, None, 422)
    owner = owner_id()
    try:
        with uploads.kept(owner, upload) as columns, writing():
            card = actions.make(owner, {**form.values(), **columns}, form.kept["handle"])
            card_id, forgotten = card.id, actions.forget_removed(owner)
    except Invalid as wrong:
        return _refused(form, wrong, None)
    uploads.forget(forgotten)
    toast("Your card is up.")
    return go(url_for("cards.edit", card_id=card_id))


@bp.get("/cards/<uuid:card_id>")
@login_required
def edit(card_id: UUID) -> Response:
    """GET /cards/<id>: the card, to change and to share."""
    card = queries.my_card(card_id)
    return _editor(CardForm.of_card(card, queries.handle_of(card)), card)


@bp.post("/cards/<uuid:card_id>")
@login_required
def change(card_id: UUID) -> AnyResponse:
    """POST /cards/<id>: keep the changes; 303 back to the page."""
    card = queries.my_card(card_id)
    form = CardForm.sent(obj=card, handle=queries.handle_of(card))
    upload = _read(form, card)
    if upload is None:
        return _editor(form, card, 422)
    owner = owner_id()
    try:
        with uploads.kept(owner, upload) as columns, writing():
            forgotten = actions.change(card, {**form.values(), **columns}, form.kept["handle"])
    except Invalid as wrong:
        return _refused(form, wrong, queries.my_card(card_id))
    uploads.forget(forgotten)
    toast("Saved. Your card shows it now.")
    return go(url_for("cards.edit", card_id=card_id))


@bp.post("/cards/new/preview")
@login_required
def preview_new() -> Response:
    """POST /cards/new/preview: how the card would look."""
    return _preview(None)


@bp.post("/cards/<uuid:card_id>/preview")
@login_required
def preview_changes(card_id: UUID) -> Response:
    """POST /cards/<id>/preview: how the card would look with these changes."""
    return _preview(queries.my_card(card_id))


@bp.get("/cards/handle")
@login_required
def handle_state() -> AnyResponse:
    """GET /cards/handle?handle=…&card=…: whether an address is free, while it is typed."""
    typed = request.args.get("handle", "")
    free, sentence = False, ""
    if typed.strip():
        free, sentence = _state_of(typed, request.args.get("card", type=UUID))
    if not wants_partial():
        return go(url_for("cards.new"))
    return make_response(render_template("cards/_handle_state.html", free=free, sentence=sentence))


@bp.get("/cards/handle/suggestion")
@login_required
def handle_suggestion() -> AnyResponse:
    """GET /cards/handle/suggestion?name=…: the handle's field, filled from the name if it is empty."""
    typed, before = request.args.get("handle", "").strip(), request.args.get("suggested", "")
    suggestion = queries.free_handle(owner_id(), request.args.get("name", "")[:200])
    if not wants_partial():
        return go(url_for("cards.new"))
    if not suggestion or "\0" in typed or (typed and typed != before):
        return Response(status=204)
    form = CardForm(handle=suggestion, suggested=suggestion)
    return make_response(render_template("cards/_handle.html", form=form, card=None, free=True))


@bp.post("/cards/<uuid:card_id>/removal")
@login_required
def remove(card_id: UUID) -> AnyResponse:
    """POST /cards/<id>/removal: take the card away from everyone; can be undone."""
    card = queries.my_card(card_id)
    with writing():
        actions.remove(card)
        name = card.name
        forgotten = actions.forget_removed(owner_id())
    uploads.forget(forgotten)
    toast(f"Removed the card of {name}.", undo=url_for("cards.put_back", card_id=card_id))
    return go(url_for("cards.index"))


@bp.post("/cards/<uuid:card_id>/removal/undo")
@login_required
def put_back(card_id: UUID) -> AnyResponse:
    """POST /cards/<id>/removal/undo: everyone sees it again."""
    card = mine(Card, card_id)
    with writing():
        actions.put_back(card)
    toast("The card is back, at its address.")
    return go(url_for("cards.index"))


@bp.get("/cards/<uuid:card_id>/headshot-source")
@login_required
def headshot_source(card_id: UUID) -> Response:
    """GET /cards/<id>/headshot-source: the whole photo, for its owner alone, to crop it again."""
    card = queries.my_card(card_id)
    if not card.headshot_source:
        raise NotHere("There is no photo on this card.")
    return Response(media_store().get(card.headshot_source), mimetype="image/jpeg")


def _read(form: CardForm, card: Card | None) -> uploads.Upload | None:
    """Everything slow happens here, before the door to write is opened."""
    if not form.validate():
        return None
    if wrong := queries.why_taken(owner_id(), form.kept["handle"], card.id if card else None):
        form.refuse("handle", wrong)
        return None
    return uploads.read(form, card)


def _refused(form: CardForm, wrong: Invalid, card: Card | None) -> Response:
    """What only the writing itself could tell: the handle was taken a moment ago."""
    for name, sentence in wrong.errors.items():
        form.refuse(name, sentence)
    return _editor(form, card, 422)


def _editor(form: CardForm, card: Card | None, status: int = 200) -> Response:
    sent_file = any(form.chosen_file(name) for name in ("headshot", "cv"))
    for name in ("crop_x", "crop_y", "crop_size"):
        form[name].data = ""  # a square belongs to a photo, and no browser sends the photo again
    return answer(
        "cards/edit.html",
        status=status,
        form=form,
        card=card,
        face=_face_of_form(form, card)
        if status == 422
        else face_of(card, form.handle.data)
        if card
        else _blank(),
        own=face_of(card, queries.handle_of(card)) if card else None,
        old_handles=queries.old_handles_of(card) if card else [],
        pitch_caution=_pitch_caution(form.pitch.data or ""),
        files_lost=status == 422 and sent_file,
    )


def _preview(card: Card | None) -> Response:
    form = CardForm.sent(obj=card)
    form.validate()
    return answer("cards/preview.html", "cards/_preview.html", face=_face_of_form(form, card))


def _face_of_form(form: CardForm, card: Card | None) -> Face:
    """The card as it would be: wrong fields left out, photo and CV as they are."""
    values = form.values(only_valid=True)
    files = (
        {name: getattr(card, name) for name in ("headshot_small", "headshot_file", "cv_file", "cv_pages")}
        if card
        else {}
    )
    if form.remove_headshot.data:
        files.update(headshot_small=None, headshot_file=None)
    if form.remove_cv.data:
        files.update(cv_file=None)
    draft = Card(id=card.id if card else None, **values, **files)
    draft.name = draft.name or UNNAMED
    return face_of(draft, queries.handle_of(card) if card else "")


def _blank() -> Face:
    return face_of(Card(**CardForm(name=UNNAMED, hello_open=True).values(only_valid=True)), "")


def _pitch_caution(pitch: str) -> str | None:
    sentences = rules.count_sentences(pitch)
    wanted = rules.SENTENCES_WANTED
    return f"Two sentences are remembered; this has {sentences}." if sentences > wanted else None


def _state_of(typed: str, card_id: UUID | None) -> tuple[bool, str]:
    try:
        handle = kept_handle(typed[:200])
    except ValueError as wrong:
        return False, str(wrong)
    if wrong_ := queries.why_taken(owner_id(), handle, card_id):
        return False, wrong_
    address = rules.shown_address(settings().url, handle)
    if queries.leads_elsewhere(owner_id(), handle, card_id):
        return True, f"{address} leads to another card of yours. Saved here, it leads to this one."
    return True, f"{address} is free."
