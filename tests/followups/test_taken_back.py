"""What taking back leaves when other things happened since, on both databases."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from netcard.contacts.models import Exchange
from netcard.database import db, now, writing
from netcard.followups import actions, keeping
from netcard.followups.actions import Before
from netcard.followups.due import Due, Queue
from netcard.followups.queue import due_of, queue_of
from tests.followups.test_ground import VIENNA, capture, names
from tests.people import Person


def queue(owner: Person) -> Queue:
    return queue_of(owner.id, VIENNA, now())


def only(found: Queue) -> Due:
    (due,) = [*found.waiting, *found.coming]
    return due


def story() -> list[str]:
    found = select(Exchange.kind).where(Exchange.deleted_at.is_(None)).order_by(Exchange.created_at)
    return list(db.session.scalars(found))


def test_taking_back_a_message_after_its_answer_takes_the_message(app: Flask, ada: Person) -> None:
    capture(ada, "Margit", 4)
    with app.app_context():
        due_id = only(queue(ada)).id
        with writing():
            actions.sent(due_of(ada.id, due_id, VIENNA))
        with writing():
            actions.answered(due_of(ada.id, due_id, VIENNA))
        with writing():  # from a tab that still offers it
            actions.reopen(due_of(ada.id, due_id, VIENNA), Before("sent"))
        assert story() == ["answered"]
        assert names(queue(ada)) == {"today": ["Margit"]}


def test_a_word_said_again_after_taking_back_closes_it_again(app: Flask, ada: Person) -> None:
    capture(ada, "Margit", 4)
    with app.app_context():
        due_id = only(queue(ada)).id
        for act in (actions.sent, actions.answered):
            with writing():
                act(due_of(ada.id, due_id, VIENNA))
        with writing():
            actions.reopen(due_of(ada.id, due_id, VIENNA), Before("sent"))
        with writing():
            actions.answered(due_of(ada.id, due_id, VIENNA))
        assert story() == ["answered"]
        assert names(queue(ada)) == {}


def test_undoing_a_round_let_go_keeps_the_answer_of_an_earlier_round(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 200)
    assert ada.client.post(f"/followups/with/{contact}/rhythm", data={"months": "3"}).status_code == 303
    with app.app_context():
        due_id = only(queue(ada)).id
    with time_machine.travel(now() + timedelta(days=1), tick=False), app.app_context():
        with writing():
            actions.sent(due_of(ada.id, due_id, VIENNA))
        with writing():
            keeping.they_answered(due_of(ada.id, due_id, VIENNA).contact)
    with time_machine.travel(now() + timedelta(days=120), tick=False), app.app_context():
        assert [due.who for due in queue(ada).waiting] == ["Margit"]
        with writing():
            actions.let_go(due_of(ada.id, due_id, VIENNA))
        with writing():  # as the list of what was kept lately offers it
            actions.reopen(due_of(ada.id, due_id, VIENNA))
        assert story() == ["wrote", "answered"]
        assert only(queue(ada)).state.outcome == ""


def test_what_hangs_on_something_removed_is_not_offered_to_be_taken_back(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 200)
    assert ada.client.post(f"/followups/with/{contact}/rhythm", data={"months": "3"}).status_code == 303
    with app.app_context():
        due_id = only(queue(ada)).id
    assert ada.client.post(f"/followups/{due_id}/done").status_code == 303
    offer = f'action="/followups/{due_id}/reopen"'
    assert offer in ada.client.get("/followups").text
    ada.client.post(f"/followups/with/{contact}/rhythm", data={"months": "0"})
    assert ada.client.get(f"/followups/{due_id}").status_code == 404
    assert offer not in ada.client.get("/followups").text
