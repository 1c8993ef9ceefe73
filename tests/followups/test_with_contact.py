"""What is open with one person: rhythms and promises, set and taken back."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from netcard.database import db, new_id, now, writing
from netcard.followups.models import FollowUp, Rhythm
from tests.followups.test_ground import VIENNA, capture, names
from tests.followups.test_queue import queue
from tests.people import Person


def today() -> date:
    return now().astimezone(VIENNA).date()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def rhythms(app: Flask) -> list[int]:
    with app.app_context():
        found = [row.months for row in db.session.query(Rhythm).filter(Rhythm.ended_at.is_(None))]
        db.session.remove()
    return found


def promises(app: Flask) -> list[tuple[str, date | None]]:
    with app.app_context():
        found = db.session.query(FollowUp).filter(FollowUp.kind == "promise", FollowUp.deleted_at.is_(None))
        told = [(row.about, row.due_on) for row in found.order_by(FollowUp.due_on)]
        db.session.remove()
    return told


def undo(owner: Person, contact: str):  # type: ignore[no-untyped-def]
    page = owner.client.get(f"/followups/with/{contact}").text
    address = re.findall(r'action="([^"]*/restore[^"]*)"><button class="btn">Undo', page)[-1]
    return owner.client.post(address.replace("&amp;", "&"))


def test_the_region_shows_what_is_open_with_this_person_alone(app: Flask, ada: Person, ben: Person) -> None:
    contact = capture(ada, "Margit", 4, promised="the speech scale")
    capture(ada, "Jonas", 4, promised="the recordings")
    part = ada.client.get(f"/followups/with/{contact}", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "the speech scale" in part.text
    assert "the recordings" not in part.text
    assert "<html" in ada.client.get(f"/followups/with/{contact}").text
    assert ben.client.get(f"/followups/with/{contact}").status_code == 404
    ada.client.post(f"/contacts/{contact}/remove")
    assert ada.client.get(f"/followups/with/{contact}").status_code == 404


# --- rhythms ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "months"),
    [
        ({"months": "1"}, [1]),
        ({"months": "12"}, [12]),
        ({"months": "own", "own": "36"}, [36]),
        ({"months": "own", "own": " 5 "}, [5]),
        ({"months": "7"}, [7]),
        ({"months": "0"}, []),
    ],
)
def test_a_rhythm_can_be_any_number_of_months_up_to_three_years(
    app: Flask, ada: Person, form: dict[str, str], months: list[int]
) -> None:
    contact = capture(ada, "Margit", 4)
    assert ada.client.post(f"/followups/with/{contact}/rhythm", data=form).status_code == 303
    assert rhythms(app) == months


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"months": "-1"},
        {"months": "37"},
        {"months": "often"},
        {"months": "own"},
        {"months": "own", "own": "0"},
        {"months": "own", "own": "37"},
        {"months": "own", "own": "²"},
        {"months": "own", "own": "1.5"},
    ],
)
def test_no_rhythm_is_taken_that_cannot_be_kept(app: Flask, ada: Person, form: dict[str, str]) -> None:
    contact = capture(ada, "Margit", 4)
    answer = ada.client.post(f"/followups/with/{contact}/rhythm", data=form)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    if form.get("own"):
        assert f'value="{form["own"]}"' in answer.text
    assert rhythms(app) == []


def test_a_rhythm_is_changed_ended_and_each_time_taken_back(app: Flask, ada: Person, ben: Person) -> None:
    contact = capture(ada, "Margit", 4)
    address = f"/followups/with/{contact}/rhythm"
    for months, before in (("3", []), ("6", [3]), ("0", [3])):
        ada.client.post(address, data={"months": months})
        assert rhythms(app) == ([int(months)] if months != "0" else [])
        assert undo(ada, contact).status_code == 303
        assert rhythms(app) == before
        ada.client.post(address, data={"months": "3"})
    with app.app_context():
        rhythm_id = db.session.query(Rhythm.id).filter(Rhythm.ended_at.is_(None)).scalar()
    assert ben.client.post(address, data={"months": "1"}).status_code == 404
    assert ben.client.post(f"{address}/{rhythm_id}/restore?months=1").status_code == 404
    other = capture(ada, "Jonas", 4)
    assert ada.client.post(f"/followups/with/{other}/rhythm/{rhythm_id}/restore?months=1").status_code == 404
    assert rhythms(app) == [3]


# --- promises -----------------------------------------------------------------


def test_a_promise_has_its_own_day_and_sent_twice_it_is_one(app: Flask, ada: Person, ben: Person) -> None:
    contact = capture(ada, "Margit", 60)
    form = {"id": str(new_id()), "about": "A letter", "due_on": in_days(9)}
    address = f"/followups/with/{contact}/promise"
    for _ in range(2):
        assert ada.client.post(address, data=form).status_code == 303
    assert promises(app) == [("A letter", today() + timedelta(days=9))]
    with app.app_context():
        assert names(queue(ada)) == {"coming": ["Margit"]}
        assert names(queue(ada, 9)) == {"today": ["Margit"]}
        assert names(queue(ada, 10)) == {"overdue": ["Margit"]}
    assert ben.client.post(address, data=form).status_code == 404
    other = capture(ada, "Jonas", 60)
    assert ada.client.post(f"/followups/with/{other}/promise", data=form).status_code == 409
    assert len(promises(app)) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"about": ""}, "Say what you promised"),
        ({"about": "   "}, "Say what you promised"),
        ({"about": "x" * 2001}, "over 2000 characters"),
        ({"due_on": ""}, "Say by which day"),
        ({"due_on": "Christmas"}, "Write the day as"),
        ({"due_on": "2027-02-29"}, "Write the day as"),
        ({"due_on": "2999-01-01"}, "too far away"),
        ({"id": "x"}, None),
    ],
)
def test_a_promise_that_says_too_little_is_refused_with_what_was_typed(
    app: Flask, ada: Person, changes: dict[str, str], sentence: str | None
) -> None:
    contact = capture(ada, "Margit", 60)
    form = {"id": str(new_id()), "about": "A letter to the board", "due_on": in_days(9), **changes}
    answer = ada.client.post(f"/followups/with/{contact}/promise", data=form)
    assert answer.status_code == 422
    assert sentence is None or sentence in answer.text
    if "about" not in changes:
        assert "A letter to the board" in answer.text
    if "due_on" in changes:
        assert f'value="{changes["due_on"]}"' in answer.text
    assert promises(app) == []


def test_a_promise_is_changed_removed_and_taken_back(app: Flask, ada: Person, ben: Person) -> None:
    contact = capture(ada, "Margit", 60)
    promise_id = new_id()
    address = f"/followups/with/{contact}/promise"
    ada.client.post(address, data={"id": str(promise_id), "about": "A letter", "due_on": in_days(1)})
    ada.client.post(f"/followups/{promise_id}/snooze", data={"until": in_days(20)})
    mine = f"{address}/{promise_id}"
    refused = ada.client.post(mine, data={"about": "", "due_on": in_days(9)})
    assert refused.status_code == 422
    assert "Say what you promised" in refused.text
    assert ada.client.post(mine, data={"about": "Two letters", "due_on": in_days(9)}).status_code == 303
    with app.app_context():
        assert names(queue(ada, 9)) == {"today": ["Margit"]}  # its new day, not the one it was put off to
    for action in ("", "/remove", "/restore"):
        assert ben.client.post(mine + action, data={"about": "x", "due_on": in_days(1)}).status_code == 404
    assert ada.client.post(f"{mine}/remove").status_code == 303
    assert promises(app) == []
    assert undo(ada, contact).status_code == 303
    assert promises(app) == [("Two letters", today() + timedelta(days=9))]
    for status in (303, 404):
        assert ada.client.post(f"{mine}/remove").status_code == status


def test_a_meetings_follow_up_is_no_promise_to_be_changed_here(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 4)
    with app.app_context():
        due = queue(ada).due[0].id
        with writing():
            db.session.add(FollowUp(owner_id=ada.id, id=due, contact_id=UUID(contact), kind="meeting"))
    address = f"/followups/with/{contact}/promise/{due}"
    assert ada.client.post(address, data={"about": "x", "due_on": in_days(1)}).status_code == 404
    assert ada.client.post(f"{address}/remove").status_code == 404
