"""Pages of a meeting agreed on: making it, preparing it, noting how it went."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.rules import minute
from netcard.contacts import guard, queries, rules
from netcard.contacts.appointments import actions
from netcard.contacts.appointments.forms import (
    AppointmentForm,
    HeldForm,
    appointment_form,
    held_form,
    sent_appointment,
)
from netcard.contacts.appointments.rules import place_of, questions_of
from netcard.contacts.blueprint import bp, owner_zone
from netcard.contacts.models import Appointment, Contact
from netcard.database import now, writing
from netcard.web.answers import answer, go, toast
from netcard.web.owner import mine, owner_id

AGREED = "/contacts/<uuid:contact_id>/agreed/<uuid:appointment_id>"


@bp.route("/contacts/<uuid:contact_id>/agree", methods=["GET", "POST"])
@login_required
def agree(contact_id: UUID) -> AnyResponse:
    """Agree on a meeting with somebody."""
    contact = queries.contact_of(owner_id(), contact_id)
    if request.method == "GET":
        return _form(AppointmentForm(), contact, None)
    form = sent_appointment().know(owner_zone(), None)
    if not form.validate():
        return _form(form, contact, None, 422)
    plan = form.plan()
    with writing():
        made = actions.agree(queries.contact_of(owner_id(), contact_id), plan)
        page = url_for("contacts.edit_agreed", contact_id=contact_id, appointment_id=made.id)
    guard.saved("", plan.questions, page=page)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.get(AGREED)
@login_required
def agreed(contact_id: UUID, appointment_id: UUID) -> Response:
    """One meeting agreed on: when, where, what to ask."""
    return answer("contacts/agreed.html", **_about(*_named(contact_id, appointment_id)))


@bp.route(f"{AGREED}/edit", methods=["GET", "POST"])
@login_required
def edit_agreed(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    """Change what was agreed on."""
    contact, appointment = _named(contact_id, appointment_id)
    if request.method == "GET":
        return _form(appointment_form(appointment, owner_zone()), contact, appointment)
    form = sent_appointment().know(owner_zone(), appointment)
    if not form.validate():
        return _form(form, contact, appointment, 422)
    plan = form.plan()
    with writing():
        actions.change(*_named(contact_id, appointment_id), plan)
    guard.saved("", plan.questions, page=request.path)
    return _to(contact_id, appointment_id)


@bp.route(f"{AGREED}/held", methods=["GET", "POST"])
@login_required
def held(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    """How it went; from then on it is a meeting like any other."""
    contact, appointment = _named(contact_id, appointment_id)
    if appointment.encounter_id:  # sent twice, or an old tab: what is noted stays
        return _to(contact_id, appointment_id)
    if request.method == "GET":
        return _held(held_form(appointment, owner_zone(), now()), contact, appointment)
    form = HeldForm.sent().know(owner_zone(), now())
    if not form.validate():
        return _held(form, contact, appointment, 422)
    met = form.met()
    with writing():
        encounter = actions.hold(*_named(contact_id, appointment_id), met)
        page = url_for("contacts.edit_encounter", contact_id=contact_id, encounter_id=encounter.id)
    guard.saved("", met.discussed, met.promised, met.offered, page=page)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post(f"{AGREED}/call-off")
@login_required
def call_off(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    """It will not be."""
    with writing():
        contact, appointment = _named(contact_id, appointment_id)
        actions.call_off(contact, appointment)
        what = appointment.what
    undo = url_for("contacts.call_on", contact_id=contact_id, appointment_id=appointment_id)
    toast(f"Called off: {what}.", undo=undo)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post(f"{AGREED}/call-on")
@login_required
def call_on(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    """It will be after all."""
    with writing():
        actions.call_on(*_named(contact_id, appointment_id))
    return _to(contact_id, appointment_id)


@bp.post(f"{AGREED}/remove")
@login_required
def remove_agreed(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    """Take it out of the story; it is kept, to be taken back."""
    with writing():
        actions.remove(*_named(contact_id, appointment_id))
    undo = url_for("contacts.restore_agreed", contact_id=contact_id, appointment_id=appointment_id)
    toast("Removed what you agreed on.", undo=undo)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post(f"{AGREED}/restore")
@login_required
def restore_agreed(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    """Take the removal back."""
    with writing():
        actions.restore(queries.contact_of(owner_id(), contact_id), mine(Appointment, appointment_id))
    return _to(contact_id, appointment_id)


def _named(contact_id: UUID, appointment_id: UUID) -> tuple[Contact, Appointment]:
    contact = queries.contact_of(owner_id(), contact_id)
    return contact, queries.appointment_of(contact, appointment_id)


def _to(contact_id: UUID, appointment_id: UUID) -> AnyResponse:
    return go(url_for("contacts.agreed", contact_id=contact_id, appointment_id=appointment_id))


def _about(contact: Contact, appointment: Appointment) -> dict[str, Any]:
    here, moment = owner_zone(), now()
    today, off = moment.astimezone(here).date(), appointment.called_off_at
    return {
        "contact": contact,
        "agreed": appointment,
        "met": next((met for met in contact.encounters if met.id == appointment.encounter_id), None),
        "when": minute(appointment.starts_at, current_user.time_zone, moment),
        "past": appointment.starts_at <= moment,
        "called_off": rules.short_day(off.astimezone(here).date(), today) if off else None,
        "place": place_of(appointment.place),
        "questions": questions_of(appointment.questions),
    }


def _form(
    form: AppointmentForm, contact: Contact, appointment: Appointment | None, status: int = 200
) -> Response:
    return answer("contacts/agree.html", None, status, form=form, contact=contact, agreed=appointment)


def _held(form: HeldForm, contact: Contact, appointment: Appointment, status: int = 200) -> Response:
    return answer("contacts/held.html", None, status, form=form, **_about(contact, appointment))
