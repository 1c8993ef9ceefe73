"""Pages of the contacts room: the list, a person, and what is done to one."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, abort, make_response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard import vcard
from netcard.contacts import (
    actions,
    book,
    exporting,
    guard,
    meetings,
    messages,
    portraits,
    queries,
    rules,
    search,
    versions,
)
from netcard.contacts.appointments import views as appointments
from netcard.contacts.blueprint import asked, bp, owner_zone
from netcard.contacts.details import details_of
from netcard.contacts.forms import ContactForm, contact_form
from netcard.contacts.importing import views as importing
from netcard.contacts.likeness import alike
from netcard.contacts.merging import actions as merging
from netcard.contacts.merging import views as merging_views
from netcard.contacts.merging.queries import merges_of, went_into
from netcard.contacts.models import Contact
from netcard.contacts.story import Entry, story_of
from netcard.database import now, writing
from netcard.errors import NotHere
from netcard.events.queries import event_of
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.owner import mine, owner_id

__all__ = [
    "appointments",
    "bp",
    "exporting",
    "importing",
    "meetings",
    "merging_views",
    "messages",
    "portraits",
    "versions",
]

# --- the list -----------------------------------------------------------------


@bp.get("/contacts")
@login_required
def index() -> AnyResponse:
    """Everyone by day, or those a search and a filter leave."""
    if request.args.get("deleted"):
        return _removed()
    wanted, after = asked(), request.args.get("after", "")
    event = event_of(owner_id(), wanted.event) if wanted.event else None
    found = search.find(owner_id(), wanted, owner_zone(), after)
    context: dict[str, Any] = {
        "found": found,
        "wanted": wanted,
        "event": event,
        "first": not after,
        "link": _link,
        **_days(),
    }
    if wants_partial():
        response = answer("contacts/_groups.html", None, **context)
        if request.headers.get("HX-Trigger") == "search":
            response.headers["HX-Replace-Url"] = _link(wanted)
        return response
    return answer(
        "contacts/index.html",
        None,
        choices=queries.choices_of(owner_id()),
        tag=queries.tag_label(owner_id(), rules.fold(wanted.tag)[:60]) if wanted.tag else None,
        **context | _pane(),
    )


def _removed() -> Response:
    return answer("contacts/removed.html", None, removed=queries.removed_of(owner_id()), **_days())


def _link(wanted: search.Wanted, **more: str | None) -> str:
    """The list's address for what is asked for, with some of it changed."""
    given = {
        "q": wanted.q or None,
        "event": str(wanted.event) if wanted.event else None,
        "tag": wanted.tag or None,
        "starred": "1" if wanted.starred else None,
    }
    values: dict[str, Any] = {name: value for name, value in (given | more).items() if value}
    return url_for("contacts.index", **values)


def _pane() -> dict[str, Any]:
    """The person in the second pane, where the address names one."""
    try:
        return _about(queries.contact_of(owner_id(), UUID(request.args.get("person", ""))))
    except (ValueError, NotHere):
        return {"contact": None}


@bp.get("/contacts/new")
@login_required
def new() -> AnyResponse:
    """Whoever is new is captured."""
    return go("/capture")


# --- a person -----------------------------------------------------------------


@bp.get("/contacts/<uuid:contact_id>")
@login_required
def page(contact_id: UUID) -> AnyResponse:
    """A person and their meetings in time; for the second pane without the page around it.

    Whoever was merged into another is found there.
    """
    try:
        contact = queries.contact_of(owner_id(), contact_id)
    except NotHere:
        if kept := went_into(owner_id(), contact_id):
            return go(url_for("contacts.page", contact_id=kept))
        raise
    return answer("contacts/page.html", "contacts/_person.html", **_about(contact))


def _about(contact: Contact) -> dict[str, Any]:
    card = vcard.parse(contact.vcard)
    return {
        "contact": contact,
        "card": vcard.project(card),
        "details": details_of(card),
        "story": _story(contact),
        "earlier": versions.has_versions(contact),
        "like": alike(contact),
        "merges": merges_of(contact),
        **_days(),
    }


def _story(contact: Contact) -> list[Entry]:
    return story_of(
        queries.encounters_of(contact),
        queries.exchanges_of(contact),
        queries.appointments_of(contact),
        owner_zone(),
    )


def _days() -> dict[str, Any]:
    here = owner_zone()
    return {
        "zone": here,
        "today": now().astimezone(here).date(),
        "moment": now(),
        "day_name": rules.day_name,
        "short_day": rules.short_day,
        "has_day": rules.has_day,
    }


@bp.get("/contacts/<uuid:contact_id>/contact.vcf")
@login_required
def contact_file(contact_id: UUID) -> Response:
    """The card as it is kept, byte for byte."""
    contact = queries.contact_of(owner_id(), contact_id)
    response = make_response(contact.vcard)
    response.headers["Content-Type"] = "text/vcard; charset=utf-8"
    plain = re.sub(r"[^A-Za-z0-9]+", "-", rules.fold(contact.name)).strip("-")[:60] or "contact"
    named = quote(f"{contact.name[:80]}.vcf", safe="", errors="replace")
    response.headers["Content-Disposition"] = f"inline; filename=\"{plain}.vcf\"; filename*=UTF-8''{named}"
    return response


@bp.route("/contacts/<uuid:contact_id>/edit", methods=["GET", "POST"])
@login_required
def edit(contact_id: UUID) -> AnyResponse:
    """Change what the card says of a person; lines that are not shown here stay."""
    contact = queries.contact_of(owner_id(), contact_id)
    said = actions.said_by(vcard.parse(contact.vcard))
    if request.method == "GET":
        return answer(
            "contacts/edit.html", None, form=contact_form(contact, said), contact=contact, roles=rules.ROLES
        )
    form = ContactForm.sent()
    form.email_before = said["email"]
    if not form.validate():
        return answer("contacts/edit.html", None, 422, form=form, contact=contact, roles=rules.ROLES)
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        actions.edit(contact, form.wanted(), form.role.data or "", form.etag.data or "")
    guard.saved("", form.note.data, page=request.path)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/star")
@login_required
def star(contact_id: UUID) -> AnyResponse:
    """Mark a person."""
    with writing():
        actions.star(queries.contact_of(owner_id(), contact_id))
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/unstar")
@login_required
def unstar(contact_id: UUID) -> AnyResponse:
    """Take the mark away."""
    with writing():
        actions.unstar(queries.contact_of(owner_id(), contact_id))
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/tags")
@login_required
def tag(contact_id: UUID) -> AnyResponse:
    """Put one tag or several, parted by commas, to a person."""
    typed = request.form.get("tag", "")
    tags = rules.tags_of("".join(char for char in typed if char.isprintable())[:1000])
    if problem := rules.tags_problem(tags):
        abort(422, problem)
    with writing():
        actions.tag(queries.contact_of(owner_id(), contact_id), tags)
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/untag")
@login_required
def untag(contact_id: UUID) -> AnyResponse:
    """Take a tag away."""
    with writing():
        actions.untag(queries.contact_of(owner_id(), contact_id), request.form.get("tag", "")[:1000])
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.post("/contacts/<uuid:contact_id>/remove")
@login_required
def remove(contact_id: UUID) -> AnyResponse:
    """Take a person out of the book; all of it is kept, to be taken back."""
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        book.remove(contact)
        name = contact.name
    toast(f"Removed {name}.", undo=url_for("contacts.restore", contact_id=contact_id))
    return go(url_for("contacts.index"))


@bp.post("/contacts/<uuid:contact_id>/restore")
@login_required
def restore(contact_id: UUID) -> AnyResponse:
    """Take a removal back, or the merge by which somebody went."""
    with writing():
        contact = mine(Contact, contact_id)
        if not merging.take_back(contact):
            book.restore(contact)
    return go(url_for("contacts.page", contact_id=contact_id))
