"""Pages of an import: choose a file, say what its columns are, look, add, and take it back."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts.blueprint import bp, owner_zone
from netcard.contacts.importing import actions, formats, mapping, queries, reading, tables, work
from netcard.contacts.importing.forms import (
    FileForm,
    fields_sent,
    is_read_otherwise,
    plain_name,
    reading_sent,
)
from netcard.contacts.importing.meetings import unknown_events
from netcard.contacts.importing.plan import REASONS, make_plan
from netcard.contacts.importing.reading import Reading
from netcard.contacts.models import ImportRun
from netcard.contacts.rules import day_name
from netcard.database import now, writing
from netcard.errors import Conflict, Invalid, UnreadableFile
from netcard.events.queries import events_of
from netcard.media import dropped_on_failure, media_store
from netcard.web.answers import answer, go, toast, wants_partial
from netcard.web.limits import Limit, spend
from netcard.web.owner import owner_id

FILES = Limit("import", 60, 3600)

FEW = {"new": 12, "there": 12, "broken": 30}
"""Rows of each part on the page that shows all three."""
PAGE = 200
"""Rows of a part on a page of its own."""
TRIES = 15
"""Looks at a run that has not begun before the page is asked for anew."""

SUFFIX = {"vcard": ".vcf"}


@bp.get("/contacts/import")
@login_required
def import_start() -> Response:
    """Choose a file; those that wait, and those that are done."""
    return _start(FileForm(), 200)


def _start(form: FileForm, status: int) -> Response:
    here = owner_zone()
    return answer(
        "contacts/import.html",
        None,
        status,
        form=form,
        runs=queries.runs_of(owner_id()),
        is_running=actions.is_running,
        day_name=day_name,
        zone=here,
        today=now().astimezone(here).date(),
    )


@bp.post("/contacts/import")
@login_required
def import_file() -> AnyResponse:
    """Keep the file and look at it; nobody is added yet."""
    form = FileForm.sent()
    file = form.chosen()
    if file is None:
        form.refuse("Choose a file first.")
        return _start(form, 422)
    spend((FILES, str(owner_id())))
    data, name = file.stream.read(), plain_name(file)
    file.close()
    try:
        found = reading.find_out(data)
        total = reading.count(data, found)
    except UnreadableFile as wrong:
        form.refuse(str(wrong))
        return _start(form, 422)
    key = media_store().put(owner_id(), data, SUFFIX.get(found.format, ".csv"))
    with dropped_on_failure([key]), writing():
        run_id, gone = actions.bring(owner_id(), key, name, found, total)
    for old in gone:
        media_store().delete(old)
    return go(url_for("contacts.import_run", run_id=run_id))


# --- columns ------------------------------------------------------------------


@bp.get("/contacts/import/<uuid:run_id>/columns")
@login_required
def import_columns(run_id: UUID) -> AnyResponse:
    """What each column is; the guesses stand there already."""
    run = _waiting(run_id)
    data = media_store().get(run.file or "")
    found = work.reading_of(run, data)
    if found.table is None:
        return go(url_for("contacts.import_run", run_id=run_id))
    return _columns(run, data, found, 200)


@bp.post("/contacts/import/<uuid:run_id>/columns")
@login_required
def import_map(run_id: UUID) -> AnyResponse:
    """Take the owner's word on the columns, or read the file in another way first."""
    run = _waiting(run_id)
    data = media_store().get(run.file or "")
    found = work.reading_of(run, data)
    if found.table is None:
        raise Conflict("Cards have no columns.")
    sent = request.form
    anew = is_read_otherwise(sent, found)
    try:
        if anew:
            found = reading.read_table(data, *reading_sent(sent, found))
        else:
            found = found.with_fields(fields_sent(sent, found))
        total = reading.count(data, found)
    except Invalid as wrong:
        tried = found.with_fields({key[7:]: code for key, code in sent.items() if mapping.is_field(code)})
        return _columns(run, data, tried, 422, wrong.errors["columns"])
    except UnreadableFile as wrong:
        return _columns(run, data, found, 422, f"{wrong} It is still read as before.")
    with writing():
        run = _waiting(run_id, hold=True)
        actions.settle(run, found, total)
        if anew:
            run.mapped_at = None
    return go(url_for("contacts.import_columns" if anew else "contacts.import_run", run_id=run_id))


def _columns(run: ImportRun, data: bytes, found: Reading, status: int, problem: str = "") -> Response:
    if found.table is None:
        raise Conflict("Cards have no columns.")
    return answer(
        "contacts/import_columns.html",
        None,
        status,
        run=run,
        reading=found,
        table=found.table,
        samples=tables.samples(data, found.table),
        choices=mapping.CHOICES,
        label_of=mapping.label_of,
        is_choice=mapping.is_choice,
        encodings=formats.ENCODINGS,
        delimiters=tables.DELIMITERS,
        problem=problem,
    )


# --- looking and adding -------------------------------------------------------


@bp.get("/contacts/import/<uuid:run_id>")
@login_required
def import_run(run_id: UUID) -> AnyResponse:
    """Where an import stands: what would come of it, how far it is, or what came of it."""
    run = queries.run_of(owner_id(), run_id)
    if run.finished_at:
        added = queries.added_by(run, 50)
        return answer("contacts/import_done.html", None, run=run, added=added)
    if actions.is_running(run):
        return answer("contacts/import_running.html", None, run=run, tries=0)
    if not run.mapped_at:
        return go(url_for("contacts.import_columns", run_id=run_id))
    return _preview(run)


def _preview(run: ImportRun) -> Response:
    data = media_store().get(run.file or "")
    found = work.reading_of(run, data)
    part = request.args.get("part", "")
    first = max(0, request.args.get("from", 0, type=int))
    found_out = make_plan(owner_id(), reading.people(data, found))
    context: dict[str, Any] = {
        "run": run,
        "reading": found,
        "plan": found_out,
        "unknown_events": unknown_events(found_out.meetings, events_of(owner_id())),
        "reasons": REASONS,
        "few": FEW,
        "part": part if part in FEW else "",
        "first": first,
        "most": PAGE,
    }
    return answer("contacts/import_preview.html", None, **context)


@bp.post("/contacts/import/<uuid:run_id>")
@login_required
def import_add(run_id: UUID) -> AnyResponse:
    """Add them. The answer comes when it is done; who does not wait for it finds it on the run's page."""
    run = queries.run_of(owner_id(), run_id)
    if not run.finished_at and not run.mapped_at:
        return go(url_for("contacts.import_columns", run_id=run_id))
    work.carry_out(owner_id(), run_id, alike=request.form.get("there") == "add")
    return _on_to(run_id)


@bp.get("/contacts/import/<uuid:run_id>/progress")
@login_required
def import_progress(run_id: UUID) -> AnyResponse:
    """How far it is, asked again every second until it is over."""
    run = queries.run_of(owner_id(), run_id)
    tries = request.args.get("tries", 0, type=int) + 1
    if not wants_partial() or run.finished_at or (not actions.is_running(run) and tries > TRIES):
        return _on_to(run_id)
    return answer("contacts/import_running.html", "contacts/_import_progress.html", run=run, tries=tries)


def _on_to(run_id: UUID) -> AnyResponse:
    """The run's page, as a page of its own also for htmx."""
    address = url_for("contacts.import_run", run_id=run_id)
    if not wants_partial():
        return go(address)
    return Response(status=204, headers={"HX-Redirect": address})


# --- taking it back -----------------------------------------------------------


@bp.post("/contacts/import/<uuid:run_id>/drop")
@login_required
def import_drop(run_id: UUID) -> AnyResponse:
    """Forget a file that is not wanted after all."""
    with writing():
        key = actions.drop(_waiting(run_id, hold=True))
    if key:
        media_store().delete(key)
    toast("The file is deleted; nobody was added.")
    return go(url_for("contacts.import_start"))


@bp.post("/contacts/import/<uuid:run_id>/undo")
@login_required
def import_undo(run_id: UUID) -> AnyResponse:
    """Remove everyone it added."""
    with writing():
        number = actions.undo(queries.run_of(owner_id(), run_id, hold=True))
    toast(f"Removed {_people(number)}.", undo=url_for("contacts.import_redo", run_id=run_id))
    return go(url_for("contacts.import_run", run_id=run_id))


@bp.post("/contacts/import/<uuid:run_id>/redo")
@login_required
def import_redo(run_id: UUID) -> AnyResponse:
    """Take back that everyone was removed."""
    cards = queries.removed_with(queries.run_of(owner_id(), run_id))
    with writing():
        number = actions.redo(queries.run_of(owner_id(), run_id, hold=True), cards)
    toast(f"{_people(number).capitalize()} back in your list.")
    return go(url_for("contacts.import_run", run_id=run_id))


def _waiting(run_id: UUID, *, hold: bool = False) -> ImportRun:
    """A run of the owner's that nobody works on; raises Conflict for one that is over or under way."""
    run = queries.run_of(owner_id(), run_id, hold=hold)
    if run.finished_at:
        raise Conflict("This file was added already.")
    if actions.is_running(run):
        raise Conflict("This file is being added right now.")
    return run


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
