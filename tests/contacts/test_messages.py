"""Messages noted by hand: what they say, what they take, and whose they are."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from netcard.contacts import exchanges
from netcard.contacts.models import Exchange
from netcard.database import db, now, writing
from tests.contacts.test_book import contact_of, seq_of
from tests.contacts.test_pages import met, text_of
from tests.people import Person

LETTER = "Dear Professor Solheim,\n\nThank you for ten unhurried minutes.\n\nAda"


def noted(app: Flask, owner: Person, contact_id: UUID, kind: str = "wrote", **more) -> UUID:
    with app.app_context():
        with writing():
            found = exchanges.note(contact_of(owner, contact_id), kind, **more).id
        db.session.remove()
    return found


def rows(app: Flask) -> list[Exchange]:
    with app.app_context():
        return list(db.session.scalars(select(Exchange).order_by(Exchange.at)))


def story_of(page: str) -> list[str]:
    """The headings of the story, without their days."""
    story = page.partition('class="story"')[2].partition("</ol>")[0]
    found = re.findall(r"<h3[^>]*>(.*?)</h3>", story, re.DOTALL)
    return [re.sub(r"<span.*?</span>|<[^>]*>", "", one, flags=re.DOTALL).strip() for one in found]


def test_a_message_noted_by_hand_stands_in_the_story(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, met_at=datetime(2024, 3, 12, 10, tzinfo=UTC))
    page = f"/contacts/{contact_id}"
    assert 'value="answered" checked' in text_of(ada.client.get(f"{page}/exchanges/new?kind=answered"))
    form = {"kind": "answered", "at": "2024-03-14T09:15", "text": "“Come and find me at the posters.”"}
    answer = ada.client.post(f"{page}/exchanges/new", data=form)
    assert (answer.status_code, answer.location) == (303, page)
    shown = text_of(ada.client.get(page))
    assert story_of(shown) == ["They answered", "Met"]
    assert "Come and find me at the posters." in shown
    assert "14 Mar 2024" in shown
    (row,) = rows(app)
    assert (row.at, row.how, row.follow_up_id) == (datetime(2024, 3, 14, 8, 15, tzinfo=UTC), "", None)
    with app.app_context():
        assert seq_of(ada) == 1  # nothing of it goes to a phone


def test_what_was_sent_shows_its_subject_and_way_and_keeps_its_text_in_a_fold(
    app: Flask, ada: Person
) -> None:
    contact_id = met(app, ada)
    noted(app, ada, contact_id, subject="The speech scale", text=LETTER, how="mail")
    shown = text_of(ada.client.get(f"/contacts/{contact_id}"))
    assert "The speech scale, by mail" in shown
    fold = re.search(r"<details><summary>What you wrote.*?</summary>(.*?)</details>", shown, re.DOTALL)
    assert fold
    assert "ten unhurried minutes" in fold[1]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("at", "", "Say when it was"),
        ("at", "soon", "Write the day and the time like"),
        ("at", "2024-03-31T02:30", "from 02:00 to 03:00"),
        ("at", "1949-12-31T23:59", "Look at the year"),
        ("at", "9999-12-31T23:59", "Look at the year"),
        ("kind", "shouted", "Say which it was"),
        ("text", "t" * 20_001, "over 20000"),
        ("subject", "s" * 301, "over 300"),
        ("subject", "a\nb", "one line"),
        ("text", "a\0b", "cannot be kept"),
    ],
)
def test_a_refused_message_keeps_what_was_typed(
    app: Flask, ada: Person, field: str, value: str, sentence: str
) -> None:
    contact_id = met(app, ada)
    form = {
        "kind": "wrote",
        "at": "2024-03-14T09:15",
        "subject": "Typed subject",
        "text": "Typed",
        field: value,
    }
    answer = ada.client.post(f"/contacts/{contact_id}/exchanges/new", data=form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert ("Typed subject" if field != "subject" else "Typed") in text_of(answer)
    assert rows(app) == []


def test_the_future_is_no_message(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    later = (now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")  # in Vienna two hours ahead at least
    form = {"kind": "wrote", "at": later, "text": "Tomorrow"}
    answer = ada.client.post(f"/contacts/{contact_id}/exchanges/new", data=form)
    assert answer.status_code == 422
    assert "in the future" in text_of(answer)


def test_an_edit_keeps_how_it_went_out_and_the_seconds(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    at = datetime(2024, 3, 14, 8, 15, 42, tzinfo=UTC)
    exchange_id = noted(app, ada, contact_id, at=at, subject="Before", text=LETTER, how="mail")
    address = f"/contacts/{contact_id}/exchanges/{exchange_id}"
    assert 'value="2024-03-14T09:15"' in text_of(ada.client.get(address))
    form = {"kind": "wrote", "at": "2024-03-14T09:15", "subject": "After", "text": "Short"}
    assert ada.client.post(address, data=form).status_code == 303
    (row,) = rows(app)
    assert (row.at, row.how, row.subject, row.text) == (at, "mail", "After", "Short")


def test_a_removed_message_can_be_taken_back(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    exchange_id = noted(app, ada, contact_id, text="Unforgettable")
    address = f"/contacts/{contact_id}/exchanges/{exchange_id}"
    page = text_of(ada.client.post(f"{address}/remove", follow_redirects=True))
    assert "Removed this message." in page
    assert "Unforgettable" not in page
    assert f'action="{address}/restore"' in page
    assert ada.client.get(address).status_code == 404
    assert ada.client.post(f"{address}/remove").status_code == 404
    assert "Unforgettable" in text_of(ada.client.post(f"{address}/restore", follow_redirects=True))


@pytest.mark.parametrize("way", ["", "/remove", "/restore"])
def test_nobody_touches_somebody_elses_messages(app: Flask, ada: Person, ben: Person, way: str) -> None:
    contact_id, bens = met(app, ada), met(app, ben, "Ben's friend")
    other = met(app, ada, "Another")
    exchange_id = noted(app, ada, contact_id, text="Hers")
    form = {"kind": "wrote", "at": "2024-03-14T09:15", "text": "Stolen"}
    for place in (contact_id, bens):
        address = f"/contacts/{place}/exchanges/{exchange_id}"
        assert ben.client.post(f"{address}{way}", data=form).status_code == 404
        assert ben.client.get(address).status_code == 404
    # nor by the address of another person of one's own
    wrong = f"/contacts/{other}/exchanges/{exchange_id}"
    assert ada.client.post(f"{wrong}{way}", data=form).status_code == 404
    assert ada.client.get(wrong).status_code == 404
    assert app.test_client().get(f"/contacts/{contact_id}/exchanges/{exchange_id}").status_code == 303
    assert ada.client.put(f"/contacts/{contact_id}/exchanges/{exchange_id}{way}").status_code == 405
    (row,) = rows(app)
    assert (row.text, row.deleted_at) == ("Hers", None)


def test_nobody_notes_a_message_to_somebody_elses_people(app: Flask, ada: Person, ben: Person) -> None:
    contact_id = met(app, ada)
    form = {"kind": "wrote", "at": "2024-03-14T09:15", "text": "Stolen"}
    assert ben.client.get(f"/contacts/{contact_id}/exchanges/new").status_code == 404
    assert ben.client.post(f"/contacts/{contact_id}/exchanges/new", data=form).status_code == 404
    ada.client.post(f"/contacts/{contact_id}/remove")
    assert ada.client.post(f"/contacts/{contact_id}/exchanges/new", data=form).status_code == 404
    assert rows(app) == []


def test_what_they_wrote_is_shown_as_text(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    evil = '<script>alert("1")</script>'
    noted(app, ada, contact_id, "answered", text=evil, subject=evil)
    noted(app, ada, contact_id, "wrote", text=evil * 20, subject=evil)
    assert "<script>alert" not in text_of(ada.client.get(f"/contacts/{contact_id}"))
