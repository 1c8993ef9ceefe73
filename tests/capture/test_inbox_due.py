"""What details that a visitor left have to do with what is due to them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from netcard.database import now
from tests.capture.leaving import leave, meetings, only
from tests.capture.test_inbox import act, capture
from tests.cards.making import make_card
from tests.followups.drafting.test_letters import due_id
from tests.people import Person


@pytest.fixture(autouse=True)
def card(ada: Person) -> str:
    return str(make_card(ada.client, hello_open="1"))


def test_details_do_not_put_off_the_word_that_is_owed(app: Flask, client: FlaskClient, ada: Person) -> None:
    met_at = (now() - timedelta(9)).isoformat()
    margit = capture(ada, name="Margit Solheim", discussed="Packing and fistulas", met_at=met_at)
    leave(client)
    hello_id = only(app, ada)
    before = ada.client.get("/followups").text
    act(ada, "merge", hello_id, contact=margit)
    after = ada.client.get("/followups").text
    for page in (before, after):
        assert "2 days late" in page
        assert "Packing and fistulas" in page
        assert page.count("Read the draft") == 1
    act(ada, "restore", hello_id)
    assert "2 days late" in ada.client.get("/followups").text
    act(ada, "accept", hello_id)
    assert [met.opens_follow_up for met in meetings(app, ada)] == [True, True], "somebody new is asked about"


def test_putting_right_what_they_left_does_not_put_it_off_either(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    met_at = (now() - timedelta(9)).isoformat()
    margit = capture(ada, name="Margit Solheim", discussed="Packing and fistulas", met_at=met_at)
    leave(client)
    hello_id = only(app, ada)
    act(ada, "merge", hello_id, contact=margit)
    left_at = next(met.met_at for met in meetings(app, ada) if str(met.id) == str(hello_id))
    shown = left_at.astimezone(ZoneInfo("Europe/Vienna")).strftime("%Y-%m-%dT%H:%M")
    words = {"met_at": shown, "discussed": "Left her details at the poster"}
    answer = ada.client.post(f"/contacts/{margit}/encounters/{hello_id}", data=words)
    assert answer.status_code == 303
    page = ada.client.get("/followups").text
    assert "2 days late" in page
    assert "Packing and fistulas" in page


def test_details_of_somebody_to_whom_nothing_is_owed_ask_for_a_word(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    margit = capture(ada, name="Margit Solheim", met_at=(now() - timedelta(9)).isoformat())
    ada.client.post(f"/followups/{due_id(app, str(margit))}/done")
    leave(client)
    act(ada, "merge", only(app, ada), contact=margit)
    with time_machine.travel(now() + timedelta(3)):
        assert "Read the draft" in ada.client.get("/followups").text


def test_their_own_line_is_not_given_back_to_them(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client, message="Come and see the registry.")
    act(ada, "accept", only(app, ada))
    [met] = meetings(app, ada)
    page = ada.client.get(f"/followups/{met.id}").text
    assert "What did you talk about?" in page
    assert "What stayed with me: They wrote" not in page
    ada.client.post(f"/followups/{met.id}/fill", data={"said-discussed": "Her registry"})
    page = ada.client.get(f"/followups/{met.id}").text
    assert "What stayed with me: Her registry." in page
    [met] = meetings(app, ada)
    assert met.discussed == "Her registry\nThey wrote: “Come and see the registry.”"
