"""What a capture alone brings into the queue, on both databases."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from netcard.contacts.models import Encounter
from netcard.database import db, new_id, now, writing
from netcard.followups import actions
from netcard.followups.queue import Queue, due_of, queue_of
from tests.people import Person

VIENNA = ZoneInfo("Europe/Vienna")


def capture(owner: Person, name: str, days_ago: float, **more: str) -> str:
    met_at = (now() - timedelta(days=days_ago)).isoformat()
    answer = owner.client.post("/capture", json={"id": str(new_id()), "name": name, "met_at": met_at, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["contact"])


def names(queue: Queue) -> dict[str, list[str]]:
    return {heading: [due.who for due in dues] for heading, dues in queue.by_heading.items()}


def test_a_capture_opens_on_day_three_and_is_late_after_day_seven(
    app: Flask, ada: Person, ben: Person
) -> None:
    for name, days in (("Today", 0), ("Two", 2), ("Three", 3), ("Seven", 7), ("Eight", 8)):
        capture(ada, name, days)
    with app.app_context():
        assert names(queue_of(ada.id, VIENNA, now())) == {
            "overdue": ["Eight"],
            "today": ["Seven", "Three"],
            "coming": ["Two", "Today"],
        }
        assert names(queue_of(ben.id, VIENNA, now())) == {}


def test_what_was_sent_is_over_and_can_be_taken_back(app: Flask, ada: Person) -> None:
    capture(ada, "Margit", 4)
    with app.app_context():
        (due,) = queue_of(ada.id, VIENNA, now()).due
        with writing():
            actions.sent(due_of(ada.id, due.id, VIENNA), subject="The scale", text="Dear Margit", how="mail")
        assert names(queue_of(ada.id, VIENNA, now())) == {}
        with writing():
            actions.reopen(due_of(ada.id, due.id, VIENNA))
        assert names(queue_of(ada.id, VIENNA, now())) == {"today": ["Margit"]}


def test_a_meeting_of_long_ago_opens_nothing(app: Flask, ada: Person) -> None:
    capture(ada, "Margit", 60)
    with app.app_context():
        assert db.session.query(Encounter).one().opens_follow_up is False
        assert names(queue_of(ada.id, VIENNA, now())) == {}


def test_what_is_coming_stands_by_the_day_it_opens(app: Flask, ada: Person) -> None:
    today = now().astimezone(VIENNA).date()
    capture(ada, "Met today", 0)  # from in 3 days, late after 7
    contact = capture(ada, "Promised", 90)
    for days, about in ((5, "the paper"), (1, "the scale")):
        due_on = (today + timedelta(days=days)).isoformat()
        data = {"about": about, "due_on": due_on}
        assert ada.client.post(f"/followups/with/{contact}/promise", data=data).status_code == 303
    with app.app_context():
        opens = [due.window.opens_on for due in queue_of(ada.id, VIENNA, now()).coming]
        assert opens == [today + timedelta(days=days) for days in (1, 3, 5)]
