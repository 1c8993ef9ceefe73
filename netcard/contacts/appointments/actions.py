"""What an owner does about a meeting agreed on. Called inside `writing()`."""

from netcard.contacts import actions as contacts
from netcard.contacts import ledger
from netcard.contacts.appointments.rules import Plan
from netcard.contacts.models import Appointment, Contact, Encounter
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now
from netcard.errors import Conflict

HELD = "How this went is noted already. Change it there."


def agree(contact: Contact, plan: Plan) -> Appointment:
    """Note what was agreed on. Raises NotHere for somebody removed."""
    ledger.take(contact)
    appointment = Appointment(
        owner_id=contact.owner_id,
        contact_id=contact.id,
        what=plan.what,
        starts_at=plan.starts_at,
        place=plan.place,
        questions=plan.questions,
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment


def change(contact: Contact, appointment: Appointment, plan: Plan) -> None:
    """Write anew what was agreed on."""
    ledger.take(contact, appointment)
    appointment.what, appointment.starts_at = plan.what, plan.starts_at
    appointment.place, appointment.questions = plan.place, plan.questions


def call_off(contact: Contact, appointment: Appointment) -> None:
    """It will not be. Raises Conflict where it was held."""
    ledger.take(contact, appointment)
    if appointment.encounter_id:
        raise Conflict(HELD)
    appointment.called_off_at = appointment.called_off_at or now()


def call_on(contact: Contact, appointment: Appointment) -> None:
    """It will be after all."""
    ledger.take(contact, appointment)
    appointment.called_off_at = None


def remove(contact: Contact, appointment: Appointment) -> None:
    """Take it out of the story; kept, so that it can be taken back. A meeting it became stays."""
    ledger.take(contact, appointment)
    appointment.deleted_at = appointment.deleted_at or now()


def restore(contact: Contact, appointment: Appointment) -> None:
    """Take the removal back."""
    ledger.take(contact, appointment)
    appointment.deleted_at = None


def hold(contact: Contact, appointment: Appointment, met: Met) -> Encounter:
    """It took place: a meeting in the story from now on. Raises Conflict where that is noted already."""
    ledger.take(contact, appointment)
    if appointment.encounter_id:
        raise Conflict(HELD)
    encounter = contacts.meet_again(contact, met, encounter_id=new_id())
    appointment.encounter_id = encounter.id
    appointment.called_off_at = None
    return encounter
