"""What taking back leaves when other things happened since, on both databases."""

import re
from datetime import timedelta
from uuid import UUID

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
from tests.followups.test_queue import merged
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
    with time_machine.travel(now() + timedelta(days=1)), app.app_context():
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


# --- a meeting written anew after its follow-up was over -----------------------


def edited(owner: Person, contact: str, due_id: UUID, **changes: str) -> None:
    """Change a meeting through its form."""
    address = f"/contacts/{contact}/encounters/{due_id}"
    page = owner.client.get(address).text
    met_at = re.findall(r'name="met_at"[^>]*value="([^"]+)"', page)[0]
    assert owner.client.post(address, data={"met_at": met_at, **changes}).status_code == 303


def test_a_promise_added_after_the_message_is_due_on_its_day(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 4)
    day = (now().astimezone(VIENNA) + timedelta(days=5)).date()
    with app.app_context():
        due_id = only(queue(ada)).id
    assert ada.client.post(f"/followups/{due_id}/sent", data={"text": "Thank you."}).status_code == 303
    edited(ada, contact, due_id, promised="the speech scale", promised_by=day.isoformat())
    with app.app_context():
        due = only(queue(ada))
        assert (due.id, due.window.opens_on, due.closed) == (due_id, day, False)
        later = queue_of(ada.id, VIENNA, now() + timedelta(days=5))
        assert names(later) == {"today": ["Margit"]}
    assert ada.client.post(f"/followups/{due_id}/done").status_code == 303
    assert ada.client.post(f"/followups/{due_id}/done").status_code == 303
    with app.app_context():
        assert names(queue(ada)) == {}
        assert story() == ["wrote"]
        assert due_of(ada.id, due_id, VIENNA).closed


def test_a_promise_that_is_kept_stays_kept_unless_its_day_moves_ahead(app: Flask, ada: Person) -> None:
    days = [(now().astimezone(VIENNA) + timedelta(days=ahead)).date().isoformat() for ahead in (2, 5, 9)]
    contact = capture(ada, "Margit", 4, promised="the scale", promised_by=days[1])
    with app.app_context():
        due_id = only(queue(ada)).id
    assert ada.client.post(f"/followups/{due_id}/let-go").status_code == 303
    for promised_by in (days[1], days[0], ""):
        edited(ada, contact, due_id, promised="the whole scale", promised_by=promised_by)
        with app.app_context():
            assert names(queue(ada)) == {}
    edited(ada, contact, due_id, promised="the whole scale", promised_by=days[2])
    with app.app_context():
        assert names(queue(ada)) == {"coming": ["Margit"]}
    assert ada.client.post(f"/followups/{due_id}/let-go").status_code == 303
    with app.app_context():
        assert names(queue(ada)) == {}


# --- two people merged, and told apart again -----------------------------------


def test_what_was_said_about_a_meeting_while_two_were_one_goes_back_with_it(app: Flask, ada: Person) -> None:
    kept, gone = capture(ada, "Margit", 90), capture(ada, "Margit S.", 4)
    with app.app_context():
        due_id = only(queue(ada)).id
    undo = merged(ada, kept, gone)
    assert ada.client.post(f"/followups/{due_id}/sent", data={"text": "Thank you."}).status_code == 303
    assert ada.client.post(f"/followups/write/{kept}", data={"text": "By the way."}).status_code == 303
    assert ada.client.post(f"/contacts/merges/{undo}").status_code == 303
    with app.app_context():
        told = {message.text: str(message.contact_id) for message in db.session.scalars(select(Exchange))}
        assert told == {"Thank you.": gone, "By the way.": kept}
        assert str(due_of(ada.id, due_id, VIENNA).state.contact_id) == gone
        assert names(queue(ada)) == {}
