"""Pages of a meeting: one more with somebody known, changing one, its photo."""

from uuid import UUID

from flask import Response, make_response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts import actions, guard, queries
from netcard.contacts.blueprint import bp, owner_zone
from netcard.contacts.forms import EncounterForm, encounter_form, new_encounter_form, sent_photo
from netcard.contacts.models import Appointment, Contact, Encounter
from netcard.database import new_id, now, writing
from netcard.errors import NotHere, UnreadableFile
from netcard.events.queries import events_of, here_among
from netcard.media import dropped_on_failure, images, media_store
from netcard.web.answers import answer, go, toast
from netcard.web.owner import mine, owner_id


@bp.route("/contacts/<uuid:contact_id>/met", methods=["GET", "POST"])
@login_required
def met_again(contact_id: UUID) -> AnyResponse:
    """One more meeting with somebody known."""
    contact = queries.contact_of(owner_id(), contact_id)
    events = events_of(owner_id())
    if request.method == "GET":
        form = new_encounter_form(here_among(events, now()), owner_zone(), now())
        return _form(form.know(events, owner_zone(), now(), None), contact, None)
    form = EncounterForm.sent().know(events, owner_zone(), now(), None)
    photo = _photo(form)
    if not form.validate():
        return _form(form, contact, None, 422)
    key = media_store().put(owner_id(), photo, ".jpg") if photo else None
    encounter_id = new_id()
    with dropped_on_failure([key] if key else []), writing():
        contact = queries.contact_of(owner_id(), contact_id)
        actions.meet_again(contact, form.met(key), encounter_id=encounter_id)
    page = url_for("contacts.edit_encounter", contact_id=contact_id, encounter_id=encounter_id)
    guard.saved("", form.discussed.data, form.promised.data, form.offered.data, page=page)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.route("/contacts/<uuid:contact_id>/encounters/<uuid:encounter_id>", methods=["GET", "POST"])
@login_required
def edit_encounter(contact_id: UUID, encounter_id: UUID) -> AnyResponse:
    """Change a meeting."""
    contact = queries.contact_of(owner_id(), contact_id)
    encounter = queries.encounter_of(contact, encounter_id)
    events = events_of(owner_id())
    if request.method == "GET":
        form = encounter_form(encounter, owner_zone())
        return _form(form.know(events, owner_zone(), now(), encounter), contact, encounter)
    form = EncounterForm.sent().know(events, owner_zone(), now(), encounter)
    photo = _photo(form)
    if not form.validate():
        return _form(form, contact, encounter, 422)
    key = media_store().put(owner_id(), photo, ".jpg") if photo else None
    met = form.met(key)
    with dropped_on_failure([key] if key else []), writing():
        contact = queries.contact_of(owner_id(), contact_id)
        encounter = queries.encounter_of(contact, encounter_id)
        before = encounter.photo_file
        kept = met.photo_file or (None if form.drop_photo.data else before)
        actions.change_encounter(contact, encounter, met, photo_file=kept)
    if before and before != kept:
        media_store().delete(before)
    guard.saved("", form.discussed.data, form.promised.data, form.offered.data, page=request.path)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/encounters/<uuid:encounter_id>/remove")
@login_required
def remove_encounter(contact_id: UUID, encounter_id: UUID) -> AnyResponse:
    """Take a meeting away; it is kept, to be taken back."""
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        opened = actions.remove_encounter(contact, queries.encounter_of(contact, encounter_id))
        agreed = opened.id if opened else None
    undo = url_for(
        "contacts.restore_encounter", contact_id=contact_id, encounter_id=encounter_id, agreed=agreed
    )
    toast("Removed this meeting.", undo=undo)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/encounters/<uuid:encounter_id>/restore")
@login_required
def restore_encounter(contact_id: UUID, encounter_id: UUID) -> AnyResponse:
    """Take the removal of a meeting back."""
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        actions.restore_encounter(contact, mine(Encounter, encounter_id), _agreed())
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.get("/contacts/<uuid:contact_id>/encounters/<uuid:encounter_id>/photo")
@login_required
def encounter_photo(contact_id: UUID, encounter_id: UUID) -> Response:
    """The photo of a meeting, for its owner alone."""
    contact = queries.contact_of(owner_id(), contact_id)
    key = queries.encounter_of(contact, encounter_id).photo_file
    if not key:
        raise NotHere("There is no photo here.")
    response = make_response(media_store().get(key))
    response.headers["Content-Type"] = "image/webp" if key.endswith(".webp") else "image/jpeg"
    return response


def _agreed() -> Appointment | None:
    """The agreed meeting that the one put back was, as its removal named it."""
    named = request.args.get("agreed", type=UUID)
    return mine(Appointment, named) if named else None


def _photo(form: EncounterForm) -> bytes | None:
    """The photo that came along, as it is kept; a sentence beside the field where it cannot be read."""
    data = sent_photo()
    if not data:
        return None
    try:
        return images.encounter_photo(data)
    except UnreadableFile as refused:
        form.refuse_photo(str(refused))
        return None


def _form(form: EncounterForm, contact: Contact, encounter: Encounter | None, status: int = 200) -> Response:
    return answer("contacts/encounter.html", None, status, form=form, contact=contact, encounter=encounter)
