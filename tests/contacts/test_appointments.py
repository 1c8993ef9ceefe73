"""Meetings agreed on: made, prepared, held, called off; each of it can be taken back."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from netcard.contacts.appointments.rules import Place, place_of, questions_of
from netcard.contacts.models import Appointment, Encounter
from netcard.database import db, now, writing
from tests.contacts.test_messages import story_of
from tests.contacts.test_pages import met, text_of
from tests.people import Person

VIENNA = ZoneInfo("Europe/Vienna")
TALK = {
    "what": "Fifteen minutes",
    "starts_at": "2024-03-12T11:20",
    "place": "Zoom https://meet.example/j/1?pwd=a&b=2",
    "questions": "How did the speech clinic begin?\n\nWhom else should I ask?",
}


def local(moment: datetime) -> str:
    return moment.astimezone(VIENNA).strftime("%Y-%m-%dT%H:%M")


def agree(app: Flask, owner: Person, contact_id: UUID, **changes: str) -> str:
    """The address of a meeting that was just agreed on."""
    answer = owner.client.post(f"/contacts/{contact_id}/agree", data=TALK | changes)
    assert (answer.status_code, answer.location) == (303, f"/contacts/{contact_id}")
    with app.app_context():
        made = db.session.scalars(select(Appointment.id).order_by(Appointment.created_at.desc())).first()
        db.session.remove()
    return f"/contacts/{contact_id}/agreed/{made}"


def only(app: Flask) -> Appointment:
    with app.app_context():
        return db.session.scalars(select(Appointment)).one()


def meetings(app: Flask, contact_id: UUID) -> list[Encounter]:
    with app.app_context():
        here = (Encounter.contact_id == contact_id, Encounter.deleted_at.is_(None))
        return list(db.session.scalars(select(Encounter).where(*here).order_by(Encounter.met_at)))


def story(owner: Person, contact_id: UUID) -> list[str]:
    return story_of(text_of(owner.client.get(f"/contacts/{contact_id}")))


# --- agreeing -----------------------------------------------------------------


def test_a_meeting_agreed_on_stands_on_top_of_the_story_and_has_a_page(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id, starts_at=local(now() + timedelta(days=9)))
    assert story(ada, contact_id) == ["Fifteen minutes", "Met"]
    page = text_of(ada.client.get(address))
    assert 'href="https://meet.example/j/1?pwd=a&amp;b=2" rel="noopener noreferrer"' in page
    assert re.findall(r'<label class="voice"[^>]*>([^<]*)', page) == [
        "How did the speech clinic begin?",
        "Whom else should I ask?",
    ]


def test_the_hour_is_the_owners(app: Flask, ada: Person) -> None:
    address = agree(app, ada, met(app, ada))
    assert only(app).starts_at == datetime(2024, 3, 12, 10, 20, tzinfo=UTC)
    assert "Tue 12 Mar 2024, 11:20" in text_of(ada.client.get(address))


@pytest.mark.parametrize("chosen", [{"what": "other"}, {"what": ""}])
def test_own_words_say_what_it_is(app: Flask, ada: Person, chosen: dict) -> None:
    address = agree(app, ada, met(app, ada), what_other="A walk by the fjord", **chosen)
    assert only(app).what == "A walk by the fjord"
    form = text_of(ada.client.get(f"{address}/edit"))
    assert 'value="other" checked' in form
    assert 'value="A walk by the fjord"' in form


def test_a_chip_counts_before_words_left_beside_it(app: Flask, ada: Person) -> None:
    agree(app, ada, met(app, ada), what="Coffee", what_other="A walk")
    assert only(app).what == "Coffee"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("what", "", "Choose one"),
        ("what", "Duel", "Choose one"),
        ("what", "other", "Say what it is"),
        ("what_other", "w" * 101, "over 100"),
        ("starts_at", "", "Say the day and the time"),
        ("starts_at", "soon", "Write the day and the time like"),
        ("starts_at", "2027-03-28T02:30", "from 02:00 to 03:00"),
        ("starts_at", "0001-01-01T00:00", "too far away"),
        ("starts_at", "9999-12-31T23:59", "too far away"),
        ("place", "p" * 301, "over 300"),
        ("questions", "q" * 2001, "over 2000"),
        ("questions", "a\0b", "cannot be kept"),
    ],
)
def test_a_refused_meeting_keeps_what_was_typed(
    app: Flask, ada: Person, field: str, value: str, sentence: str
) -> None:
    contact_id = met(app, ada)
    form = TALK | {"place": "Typed place", "questions": "Typed question", field: value}
    answer = ada.client.post(f"/contacts/{contact_id}/agree", data=form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert ("Typed place" if field != "place" else "Typed question") in text_of(answer)
    assert story(ada, contact_id) == ["Met"]


def test_of_an_hour_that_comes_twice_the_first_is_taken_and_the_second_stays(app: Flask, ada: Person) -> None:
    address = agree(app, ada, met(app, ada), starts_at="2026-10-25T02:30")
    assert only(app).starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    with app.app_context(), writing():
        db.session.scalars(select(Appointment)).one().starts_at = second
    ada.client.post(f"{address}/edit", data=TALK | {"starts_at": "2026-10-25T02:30", "place": "Room 3"})
    row = only(app)
    assert (row.starts_at, row.place) == (second, "Room 3")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Café Central", Place("Café Central")),
        ("https://meet.example/j/1", Place("", "https://meet.example/j/1")),
        ("at https://meet.example:443/x now", Place("at ", "https://meet.example/x", " now")),
        ("http://meet.example/x", Place("http://meet.example/x")),
        ("javascript:alert(1)", Place("javascript:alert(1)")),
        ("https://user:word@meet.example", Place("https://user:word@meet.example")),
        ("https://", Place("https://")),
        ("https://meet.example/<b>", Place("https://meet.example/<b>")),
    ],
)
def test_only_a_safe_https_address_can_be_followed(text: str, place: Place) -> None:
    assert place_of(text) == place


def test_questions_are_lines() -> None:
    assert questions_of(" a \n\n b\n") == ["a", "b"]
    assert questions_of("") == []


# --- how it went --------------------------------------------------------------


def test_held_it_becomes_a_meeting_under_the_name_it_was_agreed_by(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, met_at=datetime(2024, 3, 1, 12, tzinfo=UTC))
    address = agree(app, ada, contact_id)
    form = text_of(ada.client.get(f"{address}/held"))
    assert 'value="2024-03-12T11:20"' in form
    assert "How did the speech clinic begin?" in form
    said = {"discussed": "Speech clinic", "offered": "A month there", "promised": "the scale"}
    answer = ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:25", **said})
    assert (answer.status_code, answer.location) == (303, f"/contacts/{contact_id}")
    page = text_of(ada.client.get(f"/contacts/{contact_id}"))
    assert story_of(page) == ["Fifteen minutes", "Met"]
    for words in said.values():
        assert words in page
    _, talk = meetings(app, contact_id)
    assert only(app).encounter_id == talk.id
    assert (talk.met_at, talk.met_offset) == (datetime(2024, 3, 12, 10, 25, tzinfo=UTC), 60)
    with_end = text_of(ada.client.get(address))
    assert "A month there" in with_end
    assert "How did it go?" not in with_end
    assert text_of(ada.client.get("/contacts?q=month")).count(f'href="/contacts/{contact_id}"') == 1


def test_it_can_be_held_early_but_not_in_the_future(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id, starts_at=local(now() + timedelta(days=2)))
    assert f'value="{local(now())[:13]}' in text_of(ada.client.get(f"{address}/held"))
    later = {"met_at": local(now() + timedelta(hours=3)), "discussed": "Typed words"}
    refused = ada.client.post(f"{address}/held", data=later)
    assert refused.status_code == 422
    assert "in the future" in text_of(refused)
    assert "Typed words" in text_of(refused)
    assert ada.client.post(f"{address}/held", data={"met_at": local(now())}).status_code == 303
    assert story(ada, contact_id)[0] == "Fifteen minutes"


def test_sent_twice_it_is_held_once(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    for words in ("first", "second"):
        ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:25", "discussed": words})
    assert {one.discussed for one in meetings(app, contact_id)} == {"", "first"}
    assert ada.client.get(f"{address}/held").location == address
    assert ada.client.post(f"{address}/call-off").status_code == 409


def test_removing_the_meeting_opens_what_was_agreed_on_and_undo_closes_it(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:25", "discussed": "Once said"})
    held = only(app).encounter_id
    page = text_of(ada.client.post(f"/contacts/{contact_id}/encounters/{held}/remove", follow_redirects=True))
    assert story_of(page)[0] == "Fifteen minutes"
    assert "How did it go?" in page
    assert "Once said" not in page
    assert only(app).encounter_id is None
    undo = re.search(r'action="([^"]*/restore\?agreed=[^"]*)"', page)[1]
    assert "Once said" in text_of(ada.client.post(undo, follow_redirects=True))
    assert only(app).encounter_id == held
    assert "How did it go?" not in text_of(ada.client.get(address))


def test_an_undo_after_it_was_held_anew_takes_nothing_from_that(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:25", "discussed": "first"})
    first = only(app).encounter_id
    ada.client.post(f"/contacts/{contact_id}/encounters/{first}/remove")
    ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:30", "discussed": "second"})
    second = only(app).encounter_id
    undo = f"/contacts/{contact_id}/encounters/{first}/restore?agreed={only(app).id}"
    assert ada.client.post(undo).status_code == 303
    assert only(app).encounter_id == second
    assert len(meetings(app, contact_id)) == 3


def test_an_undo_that_names_somebody_elses_meeting_is_refused(app: Flask, ada: Person, ben: Person) -> None:
    contact_id = met(app, ada)
    (one,) = meetings(app, contact_id)
    agree(app, ben, met(app, ben))
    bens = only(app).id
    address = f"/contacts/{contact_id}/encounters/{one.id}"
    ada.client.post(f"{address}/remove")
    assert ada.client.post(f"{address}/restore?agreed={bens}").status_code == 404
    assert only(app).encounter_id is None
    assert ada.client.post(f"{address}/restore?agreed=nonsense").status_code == 303


# --- off, away, and back ------------------------------------------------------


def test_called_off_it_stays_in_the_story_and_can_be_on_again(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    page = text_of(ada.client.post(f"{address}/call-off", follow_redirects=True))
    assert "Called off: Fifteen minutes" in story_of(page)
    assert f'action="{address}/call-on"' in page
    assert "How did it go?" not in text_of(ada.client.get(address))
    ada.client.post(f"{address}/call-on")
    assert story(ada, contact_id)[0] == "Fifteen minutes"


def test_one_called_off_that_took_place_after_all_can_be_told(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    ada.client.post(f"{address}/call-off")
    ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:25"})
    assert story(ada, contact_id) == ["Met again", "Fifteen minutes"]
    assert only(app).called_off_at is None


def test_removed_it_can_be_taken_back(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    page = text_of(ada.client.post(f"{address}/remove", follow_redirects=True))
    assert story_of(page) == ["Met"]
    assert ada.client.get(address).status_code == 404
    assert f'action="{address}/restore"' in page
    assert ada.client.post(f"{address}/restore").location == address
    assert story(ada, contact_id)[0] == "Fifteen minutes"


def test_a_meeting_stays_when_what_was_agreed_on_is_removed(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    address = agree(app, ada, contact_id)
    ada.client.post(f"{address}/held", data={"met_at": "2024-03-12T11:25", "discussed": "Kept"})
    ada.client.post(f"{address}/remove")
    page = text_of(ada.client.get(f"/contacts/{contact_id}"))
    assert "Kept" in page
    assert "Fifteen minutes" not in page


WAYS = ("/edit", "/held", "/call-off", "/call-on", "/remove", "/restore")


@pytest.mark.parametrize("way", WAYS)
def test_nobody_touches_somebody_elses_agreed_meetings(
    app: Flask, ada: Person, ben: Person, way: str
) -> None:
    contact_id, bens = met(app, ada), met(app, ben, "Ben's friend")
    other = met(app, ada, "Another")
    address = agree(app, ada, contact_id)
    before = only(app)
    form = TALK | {"what": "Coffee", "met_at": "2024-03-12T11:25"}
    for owner, place in ((ben, contact_id), (ben, bens), (ada, other)):
        wrong = address.replace(str(contact_id), str(place))
        assert owner.client.post(f"{wrong}{way}", data=form).status_code == 404
        assert owner.client.get(wrong).status_code == 404
    assert ben.client.get(f"/contacts/{contact_id}/agree").status_code == 404
    assert ben.client.post(f"/contacts/{contact_id}/agree", data=TALK).status_code == 404
    assert ada.client.put(f"{address}{way}").status_code == 405
    assert app.test_client().get(address).status_code == 303
    assert ada.client.post(f"{address}{way}", headers={"Origin": "https://else.example"}).status_code == 403
    after = only(app)
    for column in ("what", "encounter_id", "called_off_at", "deleted_at", "contact_id"):
        assert getattr(after, column) == getattr(before, column)


def test_what_a_stranger_wrote_is_shown_as_text(app: Flask, ada: Person) -> None:
    evil = '<script>alert("1")</script>'
    contact_id = met(app, ada, evil)
    words = {"what": "other", "what_other": evil, "place": f"javascript:alert(1) {evil}", "questions": evil}
    address = agree(app, ada, contact_id, **words)
    for page in (address, f"{address}/edit", f"{address}/held", f"/contacts/{contact_id}"):
        shown = text_of(ada.client.get(page))
        assert "<script>alert" not in shown
        assert 'href="javascript' not in shown
