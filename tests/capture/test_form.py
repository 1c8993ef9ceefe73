"""The form as a page, for a browser without script."""

import re
import uuid

from flask import Flask
from flask.testing import FlaskClient

from tests.capture.test_sending import INES, event_of, people
from tests.people import Person


def fresh_id(html: str) -> str:
    found = re.search(r'name="id" id="id" value="([0-9a-f-]{36})"', html)
    assert found
    return found[1]


def test_only_an_owner_gets_the_form(client: FlaskClient, ada: Person) -> None:
    assert client.get("/capture").status_code == 303
    page = ada.client.get("/capture")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert f'data-owner="{ada.id}"' in page.text


def test_it_is_filled_with_ones_own_events(app: Flask, ada: Person, ben: Person) -> None:
    mine, bens = event_of(app, ada), event_of(app, ben)
    page = ada.client.get("/capture").text
    assert str(mine) in page
    assert str(bens) not in page


def test_sent_twice_by_an_impatient_thumb_it_counts_once(app: Flask, ada: Person) -> None:
    sent = {**INES, "id": fresh_id(ada.client.get("/capture").text)}
    for _ in range(2):
        answer = ada.client.post("/capture", data=sent)
        assert (answer.status_code, answer.location) == (303, "/contacts")
    assert len(people(app, ada)) == 1


def test_gone_back_to_and_changed_it_asks_before_it_makes_another(app: Flask, ada: Person) -> None:
    sent = {**INES, "id": fresh_id(ada.client.get("/capture").text)}
    ada.client.post("/capture", data=sent)
    changed = {**sent, "name": "Inés Marchetti-Rossi"}
    answer = ada.client.post("/capture", data=changed)
    assert answer.status_code == 409
    assert "Inés Marchetti-Rossi" in answer.text
    assert len(people(app, ada)) == 1
    again = ada.client.post("/capture", data={**changed, "id": fresh_id(answer.text)})
    assert again.status_code == 303
    assert len(people(app, ada)) == 2


def test_signed_out_meanwhile_it_comes_back_as_it_was(client: FlaskClient, ada: Person) -> None:
    answer = client.post("/capture", data={**INES, "id": str(uuid.uuid4())})
    assert answer.status_code == 401
    assert "You are signed out" in answer.text
    assert "Inés Marchetti" in answer.text


def test_refused_it_keeps_what_was_typed(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/capture", data={**INES, "name": "", "role": "Speech <therapist>"})
    assert answer.status_code == 422
    assert "A first name is enough" in answer.text
    assert "Records speech at home." in answer.text
    assert 'value="Speech &lt;therapist&gt;"' in answer.text
    assert people(app, ada) == []


def test_the_chips_with_a_line_of_their_own_send_the_line(app: Flask, ada: Person) -> None:
    sent = {
        **INES,
        "role": "other",
        "role_other": "Speech therapist",
        "promised_by": "pick",
        "promised_day": "",
    }
    assert ada.client.post("/capture", data=sent).status_code == 303
    [contact] = people(app, ada)
    assert contact.role == "Speech therapist"


def test_next_stays_at_the_event(app: Flask, ada: Person) -> None:
    event = event_of(app, ada)
    answer = ada.client.post("/capture", data={**INES, "event": str(event), "next": "1"})
    assert (answer.status_code, answer.location) == (303, f"/capture?event={event}")
    page = ada.client.get(answer.location).text
    assert f'value="{event}" selected' in page
    assert "Saved: Inés Marchetti." in page
