"""Pages of a message to somebody or from them, as the owner tells of it."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts import exchanges, guard, queries
from netcard.contacts.blueprint import bp, owner_zone
from netcard.contacts.forms import ExchangeForm, exchange_form, shown
from netcard.contacts.models import Contact, Exchange
from netcard.database import now, writing
from netcard.web.answers import answer, go, toast
from netcard.web.owner import mine, owner_id


@bp.route("/contacts/<uuid:contact_id>/exchanges/new", methods=["GET", "POST"])
@login_required
def new_exchange(contact_id: UUID) -> AnyResponse:
    """Note that the owner wrote, or that they answered; `?kind=` says which to begin with."""
    contact = queries.contact_of(owner_id(), contact_id)
    if request.method == "GET":
        kind = "answered" if request.args.get("kind") == "answered" else "wrote"
        return _form(ExchangeForm(data={"kind": kind, "at": shown(now(), owner_zone())}), contact, None)
    form = ExchangeForm.sent().know(owner_zone(), now(), None)
    if not form.validate():
        return _form(form, contact, None, 422)
    with writing():
        exchange = exchanges.note(queries.contact_of(owner_id(), contact_id), form.kind.data, **_said(form))
        page = url_for("contacts.edit_exchange", contact_id=contact_id, exchange_id=exchange.id)
    guard.saved("", form.subject.data, form.text.data, page=page)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.route("/contacts/<uuid:contact_id>/exchanges/<uuid:exchange_id>", methods=["GET", "POST"])
@login_required
def edit_exchange(contact_id: UUID, exchange_id: UUID) -> AnyResponse:
    """Change what is noted of a message."""
    contact = queries.contact_of(owner_id(), contact_id)
    exchange = queries.exchange_of(contact, exchange_id)
    if request.method == "GET":
        return _form(exchange_form(exchange, owner_zone()), contact, exchange)
    form = ExchangeForm.sent().know(owner_zone(), now(), exchange)
    if not form.validate():
        return _form(form, contact, exchange, 422)
    kind, said = form.kind.data, _said(form)
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        exchanges.change(contact, queries.exchange_of(contact, exchange_id), kind, **said)
    guard.saved("", form.subject.data, form.text.data, page=request.path)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/exchanges/<uuid:exchange_id>/remove")
@login_required
def remove_exchange(contact_id: UUID, exchange_id: UUID) -> AnyResponse:
    """Take a message out of the story; it is kept, to be taken back."""
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        exchanges.remove(contact, queries.exchange_of(contact, exchange_id))
    undo = url_for("contacts.restore_exchange", contact_id=contact_id, exchange_id=exchange_id)
    toast("Removed this message.", undo=undo)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/exchanges/<uuid:exchange_id>/restore")
@login_required
def restore_exchange(contact_id: UUID, exchange_id: UUID) -> AnyResponse:
    """Take the removal of a message back."""
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        exchanges.restore(contact, mine(Exchange, exchange_id))
    return go(url_for("contacts.page", contact_id=contact_id))


def _said(form: ExchangeForm) -> dict[str, Any]:
    return {"at": form.moment(), "subject": form.subject.data or "", "text": form.text.data or ""}


def _form(form: ExchangeForm, contact: Contact, exchange: Exchange | None, status: int = 200) -> Response:
    return answer("contacts/exchange.html", None, status, form=form, contact=contact, exchange=exchange)
