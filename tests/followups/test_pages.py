"""The page of the queue: what is done about a row, what is refused, what is taken back."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from netcard.contacts.models import Appointment, Exchange
from netcard.database import db, new_id, now, writing
from netcard.events.models import Event
from netcard.followups.models import FollowUp, Rhythm
from netcard.followups.queue import due_of
from tests.followups.test_ground import VIENNA, capture, names
from tests.followups.test_queue import only, plan, queue
from tests.people import Person

ACTIONS = ("snooze", "answered", "done", "let-go", "reopen")


def today() -> date:
    return now().astimezone(VIENNA).date()


def opened(app: Flask, owner: Person, days_ago: float = 4, **more: str) -> UUID:
    """The id of the follow-up of somebody just captured."""
    capture(owner, "Margit", days_ago, **more)
    with app.app_context():
        found = only(queue(owner)).id
        db.session.remove()
    return found


def post(owner: Person, due: UUID, action: str, **form: str):  # type: ignore[no-untyped-def]
    return owner.client.post(f"/followups/{due}/{action}", data=form)


def undo(owner: Person):  # type: ignore[no-untyped-def]
    """Press Undo on the last toast."""
    address = re.findall(r'action="(/followups/[^"]*/reopen[^"]*)"><button class="btn">Undo', _page(owner))[
        -1
    ]
    return owner.client.post(address.replace("&amp;", "&"))


def stands(app: Flask, owner: Person) -> tuple[object, ...]:
    """All there is to know of what is due and what was done about it."""
    with app.app_context():
        found = (
            {
                heading: [(due.id, due.window, due.snoozed_until) for due in dues]
                for heading, dues in queue(owner).by_heading.items()
            },
            db.session.query(Exchange).filter(Exchange.deleted_at.is_(None)).count(),
            [
                (row.id, row.closed_at, row.outcome, row.snoozed_until, row.draft_text)
                for row in db.session.query(FollowUp)
            ],
            [(row.months, row.skipped_at, row.ended_at) for row in db.session.query(Rhythm)],
        )
        db.session.remove()
    return found


def _page(owner: Person) -> str:
    answer = owner.client.get("/followups")
    assert answer.status_code == 200
    return answer.text


# --- what is shown ------------------------------------------------------------


def test_three_headings_each_with_its_count_and_a_link_to_each_follow_up(
    app: Flask, ada: Person, ben: Person
) -> None:
    capture(ben, "Nobody of Ada's", 9)
    for name, days in (("Late", 9), ("Open", 4), ("Also open", 3), ("Soon", 1)):
        capture(ada, name, days)
    page = _page(ada)
    counted = re.findall(r"<h2[^>]*>(Overdue|Today|Coming)</h2><span class=\"meta\">(\d+)</span>", page)
    assert counted == [("Overdue", "1"), ("Today", "2"), ("Coming", "1")]
    assert "Nobody of" not in page
    with app.app_context():
        found = queue(ada)
        assert all(f'href="/followups/{due.id}"' in page for due in (*found.waiting, *found.coming))
    assert page.count("btn first") == 1
    assert "2 days late" in page
    assert "Day 4" in page


def test_a_new_owner_and_one_who_is_done_read_different_things(app: Flask, ada: Person) -> None:
    assert "Nothing to follow up yet" in _page(ada)
    due = opened(app, ada)
    post(ada, due, "done")
    page = _page(ada)
    assert "All done" in page
    assert "1 kept this year" in page


def test_what_is_private_is_escaped(app: Flask, ada: Person) -> None:
    capture(ada, "<b>Margit</b>", 4, promised="<script>alert(1)</script>")
    page = _page(ada)
    assert "<b>Margit" not in page
    assert "<script>alert" not in page


def test_a_thing_to_do_and_an_agreed_meeting_are_rows_that_lead_to_their_own_pages(
    app: Flask, ada: Person
) -> None:
    contact = capture(ada, "Margit", 60)
    with app.app_context():
        with writing():
            plan(ada, 3, kind="todo", title="Register", day=today())
            agreed = Appointment(
                owner_id=ada.id,
                id=new_id(),
                contact_id=UUID(contact),
                what="Call",
                starts_at=now() - timedelta(days=1),
            )
            db.session.add(agreed)
        event_id = db.session.query(Event.id).scalar()
        agreed_id = agreed.id
    page = _page(ada)
    assert f'href="/events/{event_id}/plan"' in page
    assert f'href="/contacts/{contact}/agreed/{agreed_id}"' in page
    assert "How did it go?" in page


def test_a_list_of_more_than_fifty_goes_on_where_it_is_asked_to(app: Flask, ada: Person) -> None:
    for number in range(53):
        capture(ada, f"Person {number}", 4)
    page = _page(ada)
    assert page.count('class="due"') == 50
    assert "/followups?heading=today&amp;start=50" in page
    rest = ada.client.get("/followups?heading=today&start=50")
    assert rest.text.count('class="due"') == 3
    part = ada.client.get("/followups?heading=today&start=50", headers={"HX-Request": "true"})
    assert part.text.count('class="due"') == 3
    assert "<html" not in part.text
    for odd in ("heading=today&start=x", "heading=nothing&start=0", "heading=today&start=99999999"):
        assert ada.client.get(f"/followups?{odd}").text.count('class="due"') == 50


def test_htmx_gets_the_region_alone_with_its_toast(app: Flask, ada: Person) -> None:
    due = opened(app, ada)
    post(ada, due, "done", wrote="1")
    part = ada.client.get("/followups", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert part.text.count('id="queue"') == 1
    assert 'hx-swap-oob="beforeend"' in part.text
    assert "Noted: you wrote to Margit." in part.text


# --- what is done -------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "form", "exchanges"),
    [
        ("done", {"wrote": "1"}, 1),
        ("answered", {}, 1),
        ("done", {}, 0),
        ("let-go", {}, 0),
        ("snooze", {"until": "soon"}, 0),
    ],
)
@pytest.mark.parametrize("put_off", [False, True])
def test_undo_brings_back_exactly_what_stood_and_twice_changes_no_more(
    app: Flask, ada: Person, action: str, form: dict[str, str], exchanges: int, put_off: bool
) -> None:
    due = opened(app, ada)
    if put_off:
        post(ada, due, "snooze", until=(today() + timedelta(days=1)).isoformat())
    elif action != "snooze":
        with app.app_context(), writing():
            db.session.add(FollowUp(owner_id=ada.id, id=due, contact_id=_contact_of(due), kind="meeting"))
    before = stands(app, ada)
    if "until" in form:
        form = {"until": (today() + timedelta(days=9)).isoformat()}
    _page(ada)  # takes the toasts so far
    assert post(ada, due, action, **form).status_code == 303
    after = stands(app, ada)
    assert after != before
    assert after[1] == exchanges
    address = undo(ada)
    assert address.status_code == 303
    if action == "snooze" and not put_off:
        assert stands(app, ada)[0] == before[0]
    else:
        assert stands(app, ada) == before
    assert (
        post(
            ada,
            due,
            f"reopen?of={ {'done': 'sent' if form else 'done', 'let-go': 'let+go'}.get(action, action) }"
            + (
                f"&until={(today() + timedelta(days=1)).isoformat()}"
                if put_off and action == "snooze"
                else ""
            ),
        ).status_code
        == 303
    )
    assert stands(app, ada)[0] == before[0]


def _contact_of(due: UUID) -> UUID:
    from netcard.contacts.models import Encounter

    return db.session.query(Encounter.contact_id).filter(Encounter.id == due).scalar()


@pytest.mark.parametrize(
    ("action", "form"), [("done", {"wrote": "1"}), ("answered", {}), ("done", {}), ("let-go", {})]
)
def test_a_second_tap_changes_nothing(app: Flask, ada: Person, action: str, form: dict[str, str]) -> None:
    due = opened(app, ada)
    assert post(ada, due, action, **form).status_code == 303
    once = stands(app, ada)
    assert post(ada, due, action, **form).status_code == 303
    assert stands(app, ada) == once


@pytest.mark.parametrize(("action", "form"), [("snooze", {"until": "x"}), ("let-go", {}), ("done", {})])
def test_something_else_about_what_is_over_is_refused(
    app: Flask, ada: Person, action: str, form: dict[str, str]
) -> None:
    due = opened(app, ada)
    post(ada, due, "done", wrote="1")
    before = stands(app, ada)
    if form:
        form = {"until": (today() + timedelta(days=1)).isoformat()}
    answer = post(ada, due, action, **form)
    assert answer.status_code == 409
    assert "This is over already" in answer.text
    assert stands(app, ada) == before


def test_an_answer_to_what_was_sent_is_taken_back_alone(app: Flask, ada: Person) -> None:
    due = opened(app, ada)
    post(ada, due, "done", wrote="1")
    sent = stands(app, ada)
    assert post(ada, due, "answered").status_code == 303
    assert stands(app, ada) != sent
    assert post(ada, due, "reopen").status_code == 303
    assert stands(app, ada) == sent
    post(ada, due, "reopen")
    with app.app_context():
        assert names(queue(ada)) == {"today": ["Margit"]}


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_elses_follow_up_can_be_touched(app: Flask, ada: Person, ben: Person, action: str) -> None:
    due = opened(app, ada)
    before = stands(app, ada)
    form = {"until": (today() + timedelta(days=1)).isoformat()}
    assert post(ben, due, action, **form).status_code == 404
    assert stands(app, ada) == before
    assert post(ada, new_id(), action, **form).status_code == 404
    assert ada.client.get(f"/followups/{due}/{action}").status_code == 405


@pytest.mark.parametrize("action", ACTIONS)
def test_a_visitor_is_asked_to_sign_in(client, action: str) -> None:  # type: ignore[no-untyped-def]
    answer = client.post(f"/followups/{new_id()}/{action}")
    assert answer.status_code in (302, 303, 401)


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Pick a day."),
        ("soon", "Write the day as year-month-day"),
        ("2026-02-30", "Write the day as year-month-day"),
        ("+0", "here or over"),
        ("-3", "here or over"),
        ("+367", "over a year away"),
        ("9999-12-31", "over a year away"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence_and_kept_as_typed(
    app: Flask, ada: Person, until: str, sentence: str
) -> None:
    due = opened(app, ada)
    before = stands(app, ada)
    if until[:1] in ("+", "-"):
        until = (today() + timedelta(days=int(until))).isoformat()
    answer = post(ada, due, "snooze", until=until)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{until}" aria-invalid' in answer.text
    assert stands(app, ada) == before


def test_an_answer_leads_back_to_the_page_it_was_given_on_and_nowhere_else(app: Flask, ada: Person) -> None:
    due = opened(app, ada)
    with app.app_context():
        contact = _contact_of(due)
        db.session.remove()
    there = f"/followups/with/{contact}"
    assert post(ada, due, "done", back=there).location == there
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "/logout"):
        assert post(ada, due, "done", back=elsewhere).location == "/followups"


# --- rhythms ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "form"), [("done", {"wrote": "1"}), ("let-go", {}), ("done", {}), ("answered", {})]
)
def test_a_round_of_a_rhythm_ends_and_can_be_taken_back(
    app: Flask, ada: Person, action: str, form: dict[str, str]
) -> None:
    contact = capture(ada, "Margit", 60)
    ada.client.post(f"/followups/with/{contact}/rhythm", data={"months": "1"})
    with app.app_context():
        due = only(queue(ada)).id
        with writing():
            state = FollowUp(
                owner_id=ada.id,
                id=due,
                contact_id=UUID(contact),
                kind="rhythm",
                snoozed_until=today() - timedelta(1),
            )
            db.session.add(state)
        assert names(queue(ada)) == {"today": ["Margit"]}
    before = stands(app, ada)
    _page(ada)
    assert post(ada, due, action, **form).status_code == 303
    ended = stands(app, ada)
    with app.app_context():
        assert names(queue(ada)) == {"coming": ["Margit"]}
        assert due_of(ada.id, due, VIENNA).closed is False
    assert post(ada, due, action, **form).status_code == 303  # a second tap
    assert stands(app, ada)[0:2] == ended[0:2]
    _page(ada)
    undo_at = f"reopen?of={'sent' if form else action.replace('-', '+')}"
    assert post(ada, due, undo_at).status_code == 303
    assert stands(app, ada) == before


# --- written, no answer -------------------------------------------------------


def test_whoever_has_not_answered_is_listed_until_they_do(app: Flask, ada: Person, ben: Person) -> None:
    contact = capture(ada, "Margit", 4)
    with app.app_context():
        due = only(queue(ada)).id
    assert "no answer yet" not in _page(ada)
    post(ada, due, "done", wrote="1")
    assert "no answer yet" in _page(ada)
    address = f"/followups/with/{contact}/answered"
    assert ben.client.post(address).status_code == 404
    assert ada.client.post(address).status_code == 303
    assert ada.client.post(address).status_code == 303  # a second tap
    page = _page(ada)
    assert "no answer yet" not in page
    with app.app_context():
        assert db.session.query(Exchange).count() == 2
    taken_back = re.findall(r'action="([^"]*/answered/[^"]*/undo)"', page)[0]
    assert ben.client.post(taken_back).status_code == 404
    assert ada.client.post(taken_back).status_code == 303
    assert "no answer yet" in _page(ada)


def test_what_was_sent_long_ago_is_no_longer_waited_for(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 90)
    with app.app_context(), writing():
        for days in (61, 90):
            db.session.add(
                Exchange(
                    owner_id=ada.id, contact_id=UUID(contact), kind="wrote", at=now() - timedelta(days=days)
                )
            )
    assert "no answer yet" not in _page(ada)


def test_of_many_who_have_not_answered_the_latest_are_shown_and_all_counted(app: Flask, ada: Person) -> None:
    names = [f"Guest {number:02}" for number in range(52)]
    people = [UUID(capture(ada, name, 4)) for name in names]
    with app.app_context(), writing():
        for minutes, contact in enumerate(people):
            wrote_at = now() - timedelta(days=1, minutes=minutes)
            db.session.add(Exchange(owner_id=ada.id, contact_id=contact, kind="wrote", at=wrote_at))
        db.session.add(Exchange(owner_id=ada.id, contact_id=people[0], kind="answered"))
    part = _page(ada).partition('id="silent"')[2].partition("</details>")[0]
    assert '<span class="meta">51</span>' in part
    assert re.findall(r"Guest \d\d(?=</a>)", part) == names[1:51]
