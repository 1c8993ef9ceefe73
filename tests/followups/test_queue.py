"""What stands in the queue, whatever becomes of meetings, people, events and plans; on both databases."""

import threading
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import event as engine_events
from sqlalchemy import select

from netcard.contacts.models import Appointment, Encounter, Exchange
from netcard.contacts.rules import NO_DAY
from netcard.database import db, new_id, now, writing
from netcard.events.models import Event
from netcard.followups import actions, keeping
from netcard.followups.due import Due, Queue
from netcard.followups.models import FollowUp, PlanItem, Rhythm
from netcard.followups.queue import due_of, queue_of
from tests.contacts.merging import filled
from tests.followups.test_ground import VIENNA, capture, names
from tests.people import Person


def queue(owner: Person, ahead: float = 0) -> Queue:
    return queue_of(owner.id, VIENNA, now() + timedelta(days=ahead))


def meet_again(owner: Person, contact: str, days_ago: float, **more: str) -> None:
    met_at = (now() - timedelta(days=days_ago)).astimezone(VIENNA).strftime("%Y-%m-%dT%H:%M")
    answer = owner.client.post(f"/contacts/{contact}/met", data={"met_at": met_at, **more})
    assert answer.status_code == 303, answer.text


def meetings(contact: str) -> list[Encounter]:
    """The oldest first."""
    found = select(Encounter).where(Encounter.contact_id == UUID(contact)).order_by(Encounter.met_at)
    return list(db.session.scalars(found))


def only(found: Queue) -> Due:
    (due,) = [*found.waiting, *found.coming]
    return due


def merged(owner: Person, kept: str, gone: str) -> str:
    """Merge through the page; gives the undo's address."""
    page = owner.client.get(f"/contacts/{kept}/merge?with={gone}")
    answer = owner.client.post(f"/contacts/{kept}/merge", data=filled(page.text))
    assert answer.status_code == 303, answer.text
    page = owner.client.get(answer.headers["Location"])
    return page.text.partition('action="/contacts/merges/')[2].partition('"')[0]


# --- meetings -----------------------------------------------------------------


def test_of_two_meetings_the_later_one_carries_the_follow_up(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 8)
    meet_again(ada, contact, 4)
    with app.app_context():
        assert names(queue(ada)) == {"today": ["Margit"]}
        assert only(queue(ada)).id == meetings(contact)[1].id


def test_a_promise_stands_by_itself_whatever_came_later(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 8, promised="the speech scale")
    meet_again(ada, contact, 4)
    with app.app_context():
        assert names(queue(ada)) == {"overdue": ["Margit"], "today": ["Margit"]}


def test_a_later_meeting_that_is_over_does_not_bring_the_older_one_back(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 8)
    meet_again(ada, contact, 4)
    with app.app_context():
        due = only(queue(ada))
        with writing():
            actions.sent(due_of(ada.id, due.id, VIENNA))
        assert names(queue(ada)) == {}
    # nor where that meeting is taken away: the word went out all the same
    assert ada.client.post(f"/contacts/{contact}/encounters/{due.id}/remove").status_code == 303
    with app.app_context():
        assert names(queue(ada)) == {}


def test_where_the_later_meeting_is_taken_away_the_older_one_asks_again(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 8)
    meet_again(ada, contact, 4)
    with app.app_context():
        older, later = (met.id for met in meetings(contact))
        with writing():  # let go as a mistake: nothing was said by that
            actions.let_go(due_of(ada.id, later, VIENNA))
    ada.client.post(f"/contacts/{contact}/encounters/{later}/remove")
    with app.app_context():
        assert only(queue(ada)).id == older
    ada.client.post(f"/contacts/{contact}/encounters/{later}/restore")
    with app.app_context():
        assert names(queue(ada)) == {}


def test_a_message_of_its_own_after_a_meeting_was_the_word_but_keeps_no_promise(
    app: Flask, ada: Person
) -> None:
    plain, promised = capture(ada, "Margit", 4), capture(ada, "Jonas", 4, promised="the recordings")
    for contact in (plain, promised):
        with app.app_context(), writing():
            db.session.add(Exchange(owner_id=ada.id, contact_id=UUID(contact), kind="wrote"))
    with app.app_context():
        assert names(queue(ada)) == {"today": ["Jonas"]}
        with writing():
            db.session.scalars(
                select(Exchange).where(Exchange.contact_id == UUID(plain))
            ).one().deleted_at = now()
        assert names(queue(ada)) == {"today": ["Jonas", "Margit"]}


def test_an_answer_alone_is_not_a_word_of_ones_own(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 4)
    with app.app_context():
        with writing():
            db.session.add(Exchange(owner_id=ada.id, contact_id=UUID(contact), kind="answered"))
        assert names(queue(ada)) == {"today": ["Margit"]}


def test_a_promise_at_a_meeting_whose_day_nobody_knows_still_has_its_own(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 4, promised="a letter", promised_by=now().date().isoformat())
    capture(ada, "Jonas", 4)
    with app.app_context():
        with writing():
            for met in db.session.scalars(select(Encounter)):
                met.met_at = NO_DAY
        assert only(queue(ada)).contact.id == UUID(contact)  # type: ignore[union-attr]


def test_whoever_is_removed_is_silent_until_restored(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 4)
    with app.app_context():
        due = only(queue(ada))
        with writing():
            actions.snooze(due_of(ada.id, due.id, VIENNA), now().date() + timedelta(days=5))
    ada.client.post(f"/contacts/{contact}/remove")
    with app.app_context():
        assert names(queue(ada)) == {}
    assert ada.client.post(f"/followups/{due.id}/done").status_code == 404
    ada.client.post(f"/contacts/{contact}/restore")
    with app.app_context():
        assert names(queue(ada)) == {"coming": ["Margit"]}


def test_a_removed_event_takes_no_follow_up_along(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        congress = Event(
            owner_id=ada.id, id=new_id(), name="Congress", starts_on=now().date(), ends_on=now().date()
        )
        db.session.add(congress)
        congress_id = congress.id
    capture(ada, "Margit", 4, event=str(congress_id))
    with app.app_context():
        assert only(queue(ada)).event is not None
        with writing():
            db.session.get_one(Event, (ada.id, congress_id)).deleted_at = now()
        db.session.remove()
        assert only(queue(ada)).event is None


def test_the_queue_follows_the_owner_to_another_time_zone(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 4)
    with app.app_context(), writing():
        meetings(contact)[0].met_at = datetime.fromisoformat("2026-11-19T23:30:00+01:00")
    with app.app_context():
        in_vienna = queue_of(ada.id, VIENNA, datetime.fromisoformat("2026-11-22T00:30:00+01:00"))
        assert names(in_vienna) == {"today": ["Margit"]}
        tokyo = ZoneInfo("Asia/Tokyo")  # there it was the 20th already
        in_tokyo = queue_of(ada.id, tokyo, datetime.fromisoformat("2026-11-22T23:30:00+09:00"))
        assert names(in_tokyo) == {"coming": ["Margit"]}


# --- merging ------------------------------------------------------------------


def test_merging_moves_all_that_is_due_along_and_taking_it_back_moves_it_back(
    app: Flask, ada: Person
) -> None:
    kept, gone = capture(ada, "Margit Solheim", 8), capture(ada, "M. Solheim", 4)
    with app.app_context():
        with writing():
            contacts = {UUID(kept): None, UUID(gone): None}
            for number, each in enumerate(contacts):
                contact = _contact(ada, each)
                keeping.promise(contact, new_id(), f"promise {number}", now().date())
                keeping.set_rhythm(contact, 3 + number)
            closed = next(due for due in queue(ada).waiting if due.encounter and due.who == "M. Solheim")
            actions.sent(closed, text="Dear Margit")
        before = names(queue(ada, 200))
    undo = merged(ada, kept, gone)
    with app.app_context():
        found = queue(ada, 200)
        everything = [*found.waiting, *found.coming]
        assert {due.who for due in everything} == {"Margit Solheim"}
        # two promises; one rhythm, the one that asks most often; of the meetings the later one was written to
        assert sorted(due.kind for due in everything) == ["promise", "promise", "rhythm"]
        assert next(due.rhythm.months for due in everything if due.rhythm) == 3
    assert ada.client.post(f"/contacts/merges/{undo}").status_code == 303
    with app.app_context():
        assert names(queue(ada, 200)) == before


def _contact(owner: Person, contact_id: UUID):  # type: ignore[no-untyped-def]
    from netcard.contacts.models import Contact

    return db.session.get_one(Contact, (owner.id, contact_id))


# --- rhythms, agreed meetings -------------------------------------------------


def test_a_rhythm_counts_from_the_last_word_or_meeting(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 25)
    with app.app_context():
        with writing():
            keeping.set_rhythm(_contact(ada, UUID(contact)), 1)
            met = meetings(contact)[0]
            met.opens_follow_up = False
        due = only(queue(ada))
        assert due.since == met.met_at.astimezone(VIENNA).date()
        assert names(queue(ada, 7)) == {"today": ["Margit"]}
        with writing():
            actions.answered(due_of(ada.id, due.id, VIENNA))
        assert only(queue(ada)).since == now().astimezone(VIENNA).date()
        assert names(queue(ada, 7)) == {"coming": ["Margit"]}


def test_a_meeting_without_a_day_does_not_make_a_rhythm_a_century_late(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 25)
    with app.app_context():
        with writing():
            keeping.set_rhythm(_contact(ada, UUID(contact)), 3)
            meetings(contact)[0].met_at = NO_DAY
        assert names(queue(ada)) == {"coming": ["Margit"]}


def test_an_agreed_meeting_stands_on_its_day_and_asks_how_it_went(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Margit", 60)
    with app.app_context():
        with writing():
            agreed = Appointment(
                owner_id=ada.id,
                id=new_id(),
                contact_id=UUID(contact),
                what="Call",
                starts_at=now() + timedelta(days=1),
            )
            db.session.add(agreed)
        assert names(queue(ada)) == {"coming": ["Margit"]}
        assert names(queue(ada, 1)) == names(queue(ada, 3)) == {"today": ["Margit"]}
        with writing():
            db.session.get_one(Appointment, (ada.id, agreed.id)).called_off_at = now()
        assert names(queue(ada, 1)) == {}


# --- plans --------------------------------------------------------------------


def plan(owner: Person, in_days: int, **item: object) -> UUID:
    """One line of the plan of a congress that begins in so many days, and lasts three."""
    starts_on = now().astimezone(VIENNA).date() + timedelta(days=in_days)
    congress = Event(
        owner_id=owner.id,
        id=new_id(),
        name="Congress",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=2),
    )
    db.session.add(congress)
    db.session.flush()
    line = PlanItem(owner_id=owner.id, id=new_id(), event_id=congress.id, **{"title": "Margit", **item})
    db.session.add(line)
    db.session.flush()
    return line.id


def test_nobody_planned_in_the_last_days_is_late_at_once(app: Flask, ada: Person) -> None:
    contact = UUID(capture(ada, "Margit", 60))
    with app.app_context():
        with writing():
            plan(ada, 2, kind="person", contact_id=contact)
        assert names(queue(ada)) == {"today": ["Margit"]}
        assert names(queue(ada, 1)) == {"overdue": ["Margit"]}


def test_somebody_planned_is_written_to_before_the_event_and_never_on_it(app: Flask, ada: Person) -> None:
    contact = UUID(capture(ada, "Margit", 60))
    with app.app_context():
        with writing():
            plan(ada, 30, kind="person", contact_id=contact)
        assert names(queue(ada)) == {"coming": ["Margit"]}
        assert names(queue(ada, 9)) == names(queue(ada, 26)) == {"today": ["Margit"]}
        assert names(queue(ada, 27)) == {"overdue": ["Margit"]}
        assert names(queue(ada, 30)) == {}


def test_a_planned_word_put_off_past_the_event_comes_back_before_it(app: Flask, ada: Person) -> None:
    contact = UUID(capture(ada, "Margit", 60))
    with app.app_context():
        with writing():
            item = plan(ada, 10, kind="person", contact_id=contact)
            actions.snooze(due_of(ada.id, item, VIENNA), now().date() + timedelta(days=40))
        assert names(queue(ada)) == {"coming": ["Margit"]}
        assert names(queue(ada, 9)) == {"today": ["Margit"]}
    far = (now() + timedelta(days=12)).date().isoformat()
    answer = ada.client.post(f"/followups/{item}/snooze", data={"until": far})
    assert answer.status_code == 422
    assert "the event has begun" in answer.text


def test_whoever_was_met_at_the_event_need_not_be_written_to_before_it(app: Flask, ada: Person) -> None:
    contact = UUID(capture(ada, "Margit", 60))
    with app.app_context():
        with writing():
            item = db.session.get_one(PlanItem, (ada.id, plan(ada, 1, kind="person", contact_id=contact)))
            event_id = item.event_id
        assert names(queue(ada)) == {"today": ["Margit"]}
    meet_again(ada, str(contact), 0.1, event=str(event_id))
    with app.app_context():
        assert [due.kind for due in queue(ada).coming] == ["meeting"]
        assert queue(ada).waiting == []


def test_a_thing_to_do_shows_up_a_week_before_its_day_and_ends_with_the_event(
    app: Flask, ada: Person
) -> None:
    with app.app_context():
        today = now().astimezone(VIENNA).date()
        with writing():
            item = plan(ada, 20, kind="todo", title="Register", day=today + timedelta(days=8))
        assert names(queue(ada)) == {"coming": ["Register"]}
        assert names(queue(ada, 1)) == {"today": ["Register"]}
        assert names(queue(ada, 22)) == {"overdue": ["Register"]}
        assert names(queue(ada, 23)) == {}
        assert due_of(ada.id, item, VIENNA).contact is None
    assert ada.client.post(f"/followups/{item}/done").status_code == 303
    with app.app_context():
        assert names(queue(ada, 1)) == {}
    assert ada.client.post(f"/followups/{item}/answered").status_code == 404
    ada.client.post(f"/followups/{item}/reopen")
    with app.app_context():
        assert names(queue(ada, 1)) == {"today": ["Register"]}


# --- all of it ----------------------------------------------------------------


def test_every_open_thing_is_under_exactly_one_heading_on_every_day(
    app: Flask, ada: Person, ben: Person
) -> None:
    contact = UUID(capture(ada, "Margit", 5, promised="the scale"))
    capture(ben, "Ben's", 5)
    with app.app_context():
        with writing():
            person = _contact(ada, contact)
            keeping.promise(person, new_id(), "a letter", now().date() + timedelta(days=40))
            keeping.set_rhythm(person, 1)
            agreed = Appointment(
                owner_id=ada.id,
                id=new_id(),
                contact_id=contact,
                what="Call",
                starts_at=now() + timedelta(days=9),
            )
            db.session.add(agreed)
            plan(ada, 400, kind="person", contact_id=contact)
            plan(ada, 400, kind="todo", title="Register", day=now().date() + timedelta(days=30))
        order = ["coming", "today", "overdue"]
        stands: dict[UUID, int] = {}
        for ahead in range(0, 80, 2):
            headings = queue(ada, ahead).by_heading
            found = {due.id: order.index(word) for word, dues in headings.items() for due in dues}
            assert len(found) == sum(map(len, headings.values())) == 6
            assert all(stands.get(each, 0) <= found[each] for each in found)
            assert set(stands) <= set(found)
            stands = found


def test_the_queue_asks_as_little_of_the_database_for_many_as_for_one(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        congress = Event(
            owner_id=ada.id, id=new_id(), name="Congress", starts_on=now().date(), ends_on=now().date()
        )
        db.session.add(congress)
        congress_id = str(congress.id)

    def asked() -> int:
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest):  # type: ignore[no-untyped-def]
            statements.append(statement)

        with app.app_context():
            engine_events.listen(db.engine, "before_cursor_execute", note)
        assert ada.client.get("/followups").status_code == 200
        with app.app_context():
            engine_events.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    capture(ada, "Margit", 4, event=congress_id)
    few = asked()
    for number in range(12):
        contact = capture(ada, f"Person {number}", 4 + number, event=congress_id)
        with app.app_context(), writing():
            keeping.set_rhythm(_contact(ada, UUID(contact)), 3)
    assert asked() == few + 1  # whether those of a rhythm were met, asked once for all


def test_of_two_phones_that_say_the_same_one_message_is_written(app: Flask, ada: Person) -> None:
    capture(ada, "Margit", 4)
    with app.app_context():
        due_id = only(queue(ada)).id
        db.session.remove()
    gate, problems = threading.Barrier(2), list[BaseException]()

    def say() -> None:
        try:
            with app.app_context():
                due = due_of(ada.id, due_id, VIENNA)  # read before the other wrote
                gate.wait(10)
                with writing():
                    actions.sent(due, text="Dear Margit")
                db.session.remove()
        except BaseException as problem:
            problems.append(problem)

    phones = [threading.Thread(target=say) for _ in range(2)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join(20)
    assert problems == []
    with app.app_context():
        assert db.session.query(Exchange).count() == db.session.query(FollowUp).count() == 1
        assert db.session.query(Rhythm).count() == 0
