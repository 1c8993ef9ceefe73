"""Pages of a letter: for one thing that is due, and to somebody at any time. Nothing is sent from here:
the owner's own mail does that, and tells us when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from netcard.contacts.blueprint import owner_zone
from netcard.contacts.queries import exchange_of
from netcard.contacts.rules import short_day
from netcard.database import now, writing
from netcard.followups import actions as followups
from netcard.followups.blueprint import bp
from netcard.followups.drafting import actions, queries, template_views
from netcard.followups.drafting.desk import Desk, desk_for, desk_to, standing
from netcard.followups.drafting.fields import KNOWN, MARKS
from netcard.followups.drafting.forms import LetterForm, answer_problem
from netcard.followups.drafting.letter import composed
from netcard.followups.drafting.mailto import LONGEST
from netcard.followups.drafting.wording import answered
from netcard.followups.queue import due_of
from netcard.web.answers import answer, go, toast
from netcard.web.forms import trimmed
from netcard.web.owner import owner_id

__all__ = ["template_views"]


@bp.get("/followups/<uuid:row_id>")
@login_required
def page(row_id: UUID) -> AnyResponse:
    """One thing that is due, with its letter in full; of a plan's task the plan."""
    due = due_of(owner_id(), row_id, owner_zone())
    if due.contact is None:
        return go(f"/events/{due.event.id}/plan" if due.event else url_for("followups.index"))
    return _page(desk_for(row_id))


@bp.get("/followups/write/<uuid:row_id>")
@login_required
def write(row_id: UUID) -> Response:
    """A letter to somebody at any time; `?template=` and `?event=` say which and about what."""
    return _page(desk_to(row_id))


@bp.post("/followups/<uuid:row_id>/draft")
@bp.post("/followups/write/<uuid:row_id>/draft", defaults={"free": "1"})
@login_required
def letter_draft(row_id: UUID, free: str = "") -> AnyResponse:
    """Keep the owner's words."""
    form = LetterForm.sent()
    if not form.validate():
        return _refused(_desk(row_id, free), form)
    with writing():
        desk = _desk(row_id, free)
        desk.keep(form.subject.data or "", form.text.data or "")
    return answer("followups/_kept.html", problem="") if _from_htmx() else go(desk.page)


@bp.post("/followups/<uuid:row_id>/fill")
@bp.post("/followups/write/<uuid:row_id>/fill", defaults={"free": "1"})
@login_required
def letter_fill(row_id: UUID, free: str = "") -> AnyResponse:
    """Answer what a letter asks for: in the meeting or the plan it belongs to, and in the letter."""
    form = LetterForm.sent()
    typed = {name: str(trimmed(request.form.get(f"said-{name}", ""))) for name in KNOWN}
    asked = {name: said for name, said in typed.items() if f"said-{name}" in request.form}
    said = {name: text for name, text in asked.items() if text}
    problems = {
        name: problem for name, text in (said or asked).items() if (problem := answer_problem(name, text))
    }
    desk = _desk(row_id, free)
    letter = desk.letter
    before = (letter.subject, letter.text)
    sent = (form.subject.data or "", form.text.data or "") if "text" in request.form else before
    if not said and sent != before:  # nothing is answered yet, but the letter was worded
        problems = {}
    if problems or not form.validate():
        return _refused(desk, form, typed=asked, problems=problems)
    with writing():
        desk = _desk(row_id, free)
        homes = [actions.fill(desk.facts, name, text) for name, text in said.items()]
        if letter.kept or sent != before or not all(homes):
            for name, text in said.items():
                sent = (answered(sent[0], MARKS[name], text), answered(sent[1], MARKS[name], text))
            desk.keep(*sent)
    return go(desk.page)


@bp.post("/followups/<uuid:row_id>/start-over")
@bp.post("/followups/write/<uuid:row_id>/start-over", defaults={"free": "1"})
@login_required
def letter_start_over(row_id: UUID, free: str = "") -> AnyResponse:
    """Take the template again."""
    with writing():
        desk = _desk(row_id, free)
        actions.start_over(desk.row())
    toast("Taken from the template again.", undo=desk.address("words-back"))
    return go(desk.page)


@bp.post("/followups/<uuid:row_id>/words-back")
@bp.post("/followups/write/<uuid:row_id>/words-back", defaults={"free": "1"})
@login_required
def letter_words_back(row_id: UUID, free: str = "") -> AnyResponse:
    """Take starting over back."""
    with writing():
        desk = _desk(row_id, free)
        actions.take_words_back(desk.row())
    return go(desk.page)


@bp.post("/followups/<uuid:row_id>/sent")
@login_required
def letter_sent(row_id: UUID) -> AnyResponse:
    """It went out, the owner says: with these words, where there are any."""
    form = LetterForm.sent()
    if not form.validate():
        return _refused(desk_for(row_id), form)
    subject, text = form.subject.data or "", form.text.data or ""
    with writing():
        desk, due = desk_for(row_id), due_of(owner_id(), row_id, owner_zone())
        if text and (subject, text) != composed(desk.facts, desk.letter.pattern):
            desk.keep(subject, text)
        followups.sent(due, subject=subject, text=text, how=form.how.data or "")
    undo = url_for(
        "followups.reopen", due_id=row_id, of="sent", back=url_for("followups.page", row_id=row_id)
    )
    toast(f"Noted: you wrote to {desk.contact.name}.", undo=undo)
    return go(url_for("followups.index"))


@bp.post("/followups/write/<uuid:row_id>")
@login_required
def wrote(row_id: UUID) -> AnyResponse:
    """A letter with nothing due went out."""
    form = LetterForm.sent()
    if not form.validate():
        return _refused(desk_to(row_id), form)
    with writing():
        desk = desk_to(row_id)
        said = (form.subject.data or "", form.text.data or "", form.how.data or "")
        letter_id, name = actions.wrote(desk.contact, *said).id, desk.contact.name
    undo = url_for("followups.wrote_not", row_id=row_id, exchange_id=letter_id)
    toast(f"Noted: you wrote to {name}.", undo=undo)
    return go(url_for("contacts.page", contact_id=row_id))


@bp.post("/followups/write/<uuid:row_id>/<uuid:exchange_id>/take-back")
@login_required
def wrote_not(row_id: UUID, exchange_id: UUID) -> AnyResponse:
    """It did not go out after all."""
    with writing():
        contact = desk_to(row_id).contact
        actions.take_back(contact, exchange_of(contact, exchange_id))
    return go(url_for("followups.write", row_id=row_id))


# --- parts of the above -------------------------------------------------------


def _desk(row_id: UUID, free: str) -> Desk:
    return desk_to(row_id) if free else desk_for(row_id)


def _from_htmx() -> bool:
    return "HX-Request" in request.headers


def _refused(
    desk: Desk, form: LetterForm, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> Response:
    if _from_htmx():
        return answer("followups/_kept.html", None, 422, problem=next(iter(form.problems.values()), ""))
    return _page(desk, 422, form=form, typed=typed or {}, problems=problems or {})


def _page(desk: Desk, status: int = 200, form: LetterForm | None = None, **more: Any) -> Response:
    today = now().astimezone(owner_zone()).date()
    letter = desk.letter
    if form is None or "text" not in request.form:
        form = LetterForm(data={"subject": letter.subject, "text": letter.text})
    context = {
        "desk": desk,
        "letter": letter,
        "contact": desk.contact,
        "form": form,
        "longest": LONGEST,
        "marks": list(MARKS.values()),
        "typed": {},
        "problems": {},
        "today": today,
        "zone": owner_zone(),
        "short_day": short_day,
        **more,
    }
    if desk.due is None:
        settled = queries.open_meetings(desk.contact, owner_zone(), now())
        return answer("followups/write.html", None, status, settled=settled, **context)
    waits = desk.due.id in {due.id for due in queries.open_with(desk.contact, owner_zone(), now())}
    return answer(
        "followups/page.html",
        None,
        status,
        due=desk.due,
        standing=standing(desk.due, today, waits),
        written=queries.written_for(owner_id(), desk.due.id),
        later=[
            (today + timedelta(days=days), word)
            for days, word in ((1, "Tomorrow"), (3, "In 3 days"), (7, "In a week"))
        ],
        **context,
    )
