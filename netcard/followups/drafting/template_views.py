"""Pages of the templates: those that come along, and the owner's own."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts.blueprint import owner_zone
from netcard.database import now, writing
from netcard.errors import Invalid
from netcard.followups.blueprint import bp
from netcard.followups.drafting import templates
from netcard.followups.drafting.fields import KNOWN, MARKS, groups
from netcard.followups.drafting.forms import TemplateForm
from netcard.followups.drafting.queries import example_for
from netcard.followups.drafting.templates import Pattern, pattern_of, patterns_of
from netcard.followups.drafting.wording import BadWording, Rendered, parse, render
from netcard.web.answers import answer, go, toast
from netcard.web.owner import owner_id


@bp.get("/followups/templates")
@login_required
def templates_index() -> Response:
    """Every template, and the way to one more."""
    return answer("followups/templates.html", patterns=patterns_of(owner_id()).values())


@bp.route("/followups/templates/new", methods=["GET", "POST"])
@login_required
def new_template() -> AnyResponse:
    """One of the owner's own."""
    form = TemplateForm.sent()
    if request.method == "GET":
        return _form(TemplateForm(data={"text": "Dear {them},\n\n\n\nWith kind regards\n{signature}"}), None)
    if not form.validate():
        return _form(form, None, 422)
    try:
        with writing():
            key = str(templates.add(owner_id(), *_said(form)).id)
    except Invalid as refused:
        form.name.errors = [refused.errors["name"]]
        return _form(form, None, 422)
    toast(f"Kept {form.name.data}.")
    return go(url_for("followups.template", key=key))


@bp.route("/followups/templates/<key>", methods=["GET", "POST"])
@login_required
def template(key: str) -> AnyResponse:
    """Word one anew."""
    pattern = pattern_of(owner_id(), key)
    if request.method == "GET":
        return _form(
            TemplateForm(data={"name": pattern.name, "subject": pattern.subject, "text": pattern.text}),
            pattern,
        )
    form = TemplateForm.sent()
    if not form.validate():
        return _form(form, pattern, 422)
    with writing():
        templates.change(owner_id(), key, *_said(form))
    toast(f"Kept {form.name.data}.")
    return go(url_for("followups.template", key=key))


@bp.post("/followups/templates/<key>/put-away")
@login_required
def put_template_away(key: str) -> AnyResponse:
    """Remove an own one, or take one that came along as it came."""
    pattern = pattern_of(owner_id(), key)
    with writing():
        gone = templates.put_away(owner_id(), key)
    undo = url_for("followups.have_template_back", template_id=gone)
    toast(f"Removed {pattern.name}." if pattern.own else f"{pattern.name}: as it came.", undo=undo)
    return go(url_for("followups.templates_index" if pattern.own else "followups.template", key=key))


@bp.post("/followups/templates/<uuid:template_id>/have-back")
@login_required
def have_template_back(template_id: UUID) -> AnyResponse:
    """Take that back."""
    with writing():
        key = templates.have_back(owner_id(), template_id)
    return go(url_for("followups.template", key=key))


@bp.post("/followups/templates/preview")
@login_required
def template_preview() -> Response:
    """How it reads to somebody, while it is worded."""
    form = TemplateForm.sent()
    return answer("followups/_template_preview.html", **_preview(form))


def _said(form: TemplateForm) -> tuple[str, str, str]:
    return form.name.data or "", form.subject.data or "", form.text.data or ""


def _form(form: TemplateForm, pattern: Pattern | None, status: int = 200) -> Response:
    return answer(
        "followups/template.html",
        None,
        status,
        form=form,
        pattern=pattern,
        groups=groups(),
        **_preview(form),
    )


def _preview(form: TemplateForm) -> dict[str, Any]:
    name, values = example_for(owner_id(), owner_zone(), now())
    try:
        subject, text = (_rendered(source or "", values) for source in (form.subject.data, form.text.data))
    except BadWording as wrong:
        return {"whom": name, "wrong": str(wrong), "subject": "", "pieces": []}
    return {"whom": name, "wrong": "", "subject": subject.text, "pieces": _pieces(text)}


def _rendered(source: str, values: dict[str, str]) -> Rendered:
    return render(parse(source, KNOWN), values, MARKS)


def _pieces(text: Rendered) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a gap."""
    pieces = [(text.text, False)]
    for name in text.gaps:
        mark, parted = MARKS[name], []
        for piece, is_gap in pieces:
            if is_gap or mark not in piece:
                parted.append((piece, is_gap))
                continue
            for at, part in enumerate(piece.split(mark)):
                parted += [(mark, True), (part, False)] if at else [(part, False)]
        pieces = parted
    return pieces
