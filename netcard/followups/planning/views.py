"""Pages of an event's plan. The event's page takes the same region from here."""

from typing import cast
from uuid import UUID

from flask import Response, request, url_for
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts.models import Contact
from netcard.contacts.queries import contact_of
from netcard.contacts.rules import short_day
from netcard.database import db, now, writing
from netcard.errors import Invalid, NotHere
from netcard.events.models import Event
from netcard.events.queries import event_of, here_now
from netcard.followups.blueprint import bp
from netcard.followups.models import PlanItem
from netcard.followups.planning import actions, rules
from netcard.followups.planning.forms import FORMS, LineForm, blank_forms, form_for
from netcard.followups.planning.people import met_line, people_called
from netcard.followups.planning.queries import item_of, plan_of
from netcard.followups.planning.rules import Part
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.owner import mine, owner_id

TYPED = 100
"""Characters of a name that are searched for."""


@bp.get("/events/<uuid:event_id>/plan")
@login_required
def plan(event_id: UUID) -> Response:
    """What to do, whom to reach, what to see; what of it is done."""
    return _plan(event_of(owner_id(), event_id))


@bp.post("/events/<uuid:event_id>/plan/<any(todo,person,session,poster):part>")
@login_required
def plan_add(event_id: UUID, part: Part) -> AnyResponse:
    """One more line."""
    event = event_of(owner_id(), event_id)
    form = _sent(part, event)
    if not form.validate():
        return _plan(event, form, 422)
    try:
        with writing():
            actions.add(event_of(owner_id(), event_id), part, form.fields(), form.line_id)
    except IntegrityError:  # two of the same at once: the other one kept it
        item_of(event_of(owner_id(), event_id), form.line_id)
    except Invalid as refused:
        form.refuse(refused.errors)
        return _plan(event_of(owner_id(), event_id), form, 422)
    return _back(event_id)


@bp.post("/events/<uuid:event_id>/plan/suggested")
@login_required
def plan_suggested(event_id: UUID) -> AnyResponse:
    """Plan something that is usually done."""
    with writing():
        actions.take_up(event_of(owner_id(), event_id), request.form.get("key", ""), now())
    return _back(event_id)


@bp.get("/events/<uuid:event_id>/plan/people")
@login_required
def plan_people(event_id: UUID) -> Response:
    """Whom of the list the name begun could mean."""
    event_of(owner_id(), event_id)
    typed = "".join(char for char in request.args.get("title", "") if char.isprintable())[:TYPED]
    found = people_called(owner_id(), typed)
    return answer("followups/_plan_found.html", None, found=found, chosen=None)


@bp.route("/events/<uuid:event_id>/plan/<uuid:item_id>", methods=["GET", "POST"])
@login_required
def plan_item(event_id: UUID, item_id: UUID) -> AnyResponse:
    """Change a line."""
    event, item = _line(event_id, item_id)
    if request.method == "GET":
        return _item(form_for(item, event, _contact(item.contact_id)), event, item)
    form = _sent(cast(Part, item.kind), event)
    if not form.validate():
        return _item(form, event, item, 422)
    try:
        with writing():
            event, item = _line(event_id, item_id)
            actions.change(item, event, form.fields())
    except Invalid as refused:
        form.refuse(refused.errors)
        return _item(form, *_line(event_id, item_id), 422)
    return _back(event_id, item_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/done")
@login_required
def plan_done(event_id: UUID, item_id: UUID) -> AnyResponse:
    """Tick it off."""
    with writing():
        actions.tick(_to_tick(event_id, item_id))
    return _back(event_id, item_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/undone")
@login_required
def plan_undone(event_id: UUID, item_id: UUID) -> AnyResponse:
    """Take the tick back."""
    with writing():
        actions.untick(_to_tick(event_id, item_id))
    return _back(event_id, item_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/remove")
@login_required
def plan_remove(event_id: UUID, item_id: UUID) -> AnyResponse:
    """Take a line away; kept, to be taken back."""
    with writing():
        _, item = _line(event_id, item_id)
        actions.remove(item)
        title = item.title
    undo = url_for("followups.plan_restore", event_id=event_id, item_id=item_id)
    toast(f"Removed from the plan: {title}.", undo=undo)
    return _back(event_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/restore")
@login_required
def plan_restore(event_id: UUID, item_id: UUID) -> AnyResponse:
    """Take the removal of a line back."""
    with writing():
        event = event_of(owner_id(), event_id)
        item = mine(PlanItem, item_id)
        if item.event_id != event.id:
            raise NotHere("There is no such line in this plan.")
        actions.restore(item)
    return _back(event_id, item_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/link")
@login_required
def plan_link(event_id: UUID, item_id: UUID) -> AnyResponse:
    """The bare name is that person of the list."""
    try:
        chosen = UUID(request.form.get("contact", ""))
    except ValueError:
        raise NotHere("They are not in your list any more.") from None
    with writing():
        _, item = _person(event_id, item_id)
        actions.link(item, contact_of(owner_id(), chosen))
    return _back(event_id, item_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/met")
@login_required
def plan_met(event_id: UUID, item_id: UUID) -> AnyResponse:
    """From planned to met in one tap; a second one changes nothing."""
    with writing():
        event, item = _person(event_id, item_id)
        line, noted = actions.met(item, event, met_line=current_user.met_line)
        name, words = line.name, met_line(line)
    if noted:
        undo = url_for("followups.plan_unmet", event_id=event_id, item_id=item_id)
        toast(f"Met {name}, {words}.", undo=undo)
    return _back(event_id, item_id)


@bp.post("/events/<uuid:event_id>/plan/<uuid:item_id>/unmet")
@login_required
def plan_unmet(event_id: UUID, item_id: UUID) -> AnyResponse:
    """Take back what the tap noted."""
    with writing():
        event, item = _person(event_id, item_id)
        actions.unmet(item, event)
    return _back(event_id, item_id)


# --- what they share ----------------------------------------------------------


def _plan(event: Event, refused: LineForm | None = None, status: int = 200) -> Response:
    here = here_now(owner_id(), now())
    found = plan_of(event, now(), here=here is not None and here.id == event.id)
    forms = blank_forms(event, max(event.starts_on, min(found.today, event.ends_on)))
    if refused:
        forms[refused.part] = refused
    return answer(
        "followups/plan.html",
        "followups/_plan.html",
        status,
        event=event,
        plan=found,
        begun=found.phase != "coming",
        forms_by_part=forms,
        opened=refused.part if refused else None,
        words=rules.words,
        when_where=rules.when_where,
        met_line=met_line,
        short_day=short_day,
        oob=wants_partial(),
    )


def _item(form: LineForm, event: Event, item: PlanItem, status: int = 200) -> Response:
    return answer("followups/plan_item.html", None, status, form=form, event=event, item=item)


def _back(event_id: UUID, item_id: UUID | None = None) -> AnyResponse:
    anchor = f"line-{item_id}" if item_id else None
    return go(url_for("followups.plan", event_id=event_id, _anchor=anchor))


def _sent(part: Part, event: Event) -> LineForm:
    form = cast(LineForm, FORMS[part].sent())
    chosen = request.form.get("contact", "").strip() if part == "person" else ""
    try:
        return form.know(event, _contact(UUID(chosen)) if chosen else None)
    except ValueError:
        return form.know(event)


def _contact(contact_id: UUID | None) -> Contact | None:
    """The owner's contact, while it is in the list."""
    contact = db.session.get(Contact, (owner_id(), contact_id)) if contact_id else None
    return contact if contact and not contact.deleted_at else None


def _line(event_id: UUID, item_id: UUID) -> tuple[Event, PlanItem]:
    event = event_of(owner_id(), event_id)
    return event, item_of(event, item_id)


def _person(event_id: UUID, item_id: UUID) -> tuple[Event, PlanItem]:
    event, item = _line(event_id, item_id)
    if item.kind != "person":
        raise NotHere("There is nobody to meet in this line.")
    return event, item


def _to_tick(event_id: UUID, item_id: UUID) -> PlanItem:
    _, item = _line(event_id, item_id)
    if item.kind == "person":
        raise NotHere("Somebody is ticked off by a meeting.")
    return item
