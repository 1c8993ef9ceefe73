"""The form "leave your details": on the card, by itself, and the switch for it."""

import re

from flask.testing import FlaskClient

from tests import files
from tests.cards.making import FULL, Kept, make_card, send
from tests.people import Person

FIELDS = ["name", "institution", "email", "phone", "message", "url"]


def fields(page: str) -> list[str]:
    """The names of what a visitor's form sends."""
    form = page.partition('<form class="hello"')[2].partition("</form>")[0]
    return re.findall(r' name="(\w+)"', form)


def test_a_new_card_offers_the_form_and_its_owner_decides(ada: Person, kept: Kept) -> None:
    ticked = re.search(r'<input[^>]*id="hello_open"[^>]*>', ada.client.get("/cards/new").text)
    assert ticked
    assert "checked" in ticked[0]
    assert kept.card(ada, make_card(ada.client, hello_open="1")).hello_open
    assert not kept.card(ada, make_card(ada.client, handle="quiet")).hello_open


def test_the_switch_stands_as_it_was_saved(ada: Person, client: FlaskClient, kept: Kept) -> None:
    card_id = make_card(ada.client, hello_open="1")

    def switched_on() -> bool:
        page = ada.client.get(f"/cards/{card_id}").text
        box = re.search(r'<input[^>]*id="hello_open"[^>]*>', page)
        assert box
        return "checked" in box[0]

    assert switched_on()
    assert fields(client.get("/c/ada-okafor").text) == FIELDS
    send(ada.client, f"/cards/{card_id}")
    assert not switched_on()
    assert "Leave your details" not in client.get("/c/ada-okafor").text
    assert kept.card(ada, card_id).version == 2


def test_nobody_else_switches_it(ada: Person, ben: Person, kept: Kept) -> None:
    card_id = make_card(ada.client)
    assert send(ben.client, f"/cards/{card_id}", hello_open="1").status_code == 404
    assert not kept.card(ada, card_id).hello_open


def test_the_preview_shows_the_form_and_sends_nothing(ada: Person) -> None:
    shown = send(ada.client, "/cards/new/preview", hello_open="1").text
    assert "Leave your details" in shown
    assert '<div class="hello" inert>' in shown
    assert '<form class="hello"' not in shown
    assert "Leave your details" not in send(ada.client, "/cards/new/preview").text


def test_the_form_needs_no_script_and_says_what_happens(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client, hello_open="1", name="Dr. Ada Okafor")
    for page in (client.get("/c/ada-okafor"), client.get("/c/ada-okafor/hello")):
        assert '<form class="hello" method="post" action="/c/ada-okafor/hello">' in page.text
        assert fields(page.text) == FIELDS
        assert "They go to <bdi>Ada</bdi> and to nobody else. No account needed. A name and" in page.text
        assert "inbox to be kept or discarded" in page.text
        assert page.text.count("required") == 1, "the name: of the others one of two"
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
        for name in FIELDS:
            assert page.text.count(f'for="hello-{name}"') == page.text.count(f'id="hello-{name}"') == 1


def test_the_form_alone_is_the_same_for_everyone(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client, hello_open="1", search_engines="1")
    page = client.get("/c/ada-okafor/hello")
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex", "however public the card is"
    assert page.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    ada.client.get("/cards")
    for same in (
        client.get("/C/ADA-OKAFOR/HELLO"),
        client.get("/C/Ada-Okafor/hello"),
        ada.client.get("/c/ada-okafor/hello"),
    ):
        assert same.data == page.data
        assert "Set-Cookie" not in same.headers
    etag = page.headers["ETag"]
    assert client.get("/c/ada-okafor/hello", headers={"If-None-Match": etag}).status_code == 304


def test_a_handle_given_up_leads_to_the_present_form(ada: Person, client: FlaskClient) -> None:
    card_id = make_card(ada.client, handle="first", hello_open="1")
    send(ada.client, f"/cards/{card_id}", handle="second", hello_open="1")
    for end in ("hello", "hello/thanks"):
        way = client.get(f"/c/first/{end}")
        assert (way.status_code, way.location) == (302, f"/c/second/{end}")


def test_pages_around_the_form_fit_into_the_first_answers_too(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client, **{**FULL, "headshot": files.jpeg(), "hello_open": "1"})
    for end in ("", "/hello", "/hello/thanks"):
        page = client.get(f"/c/ada-okafor{end}", headers={"Accept-Encoding": "gzip"})
        assert len(page.data) <= 8 * 1024, end


def test_a_name_that_tells_no_first_one_is_said_whole(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client, name="山田太郎", hello_open="1")
    assert "<bdi>山田太郎</bdi>" in client.get("/c/ada-okafor").text


def test_a_card_with_no_name_yet_is_of_nobody_called_your(ada: Person) -> None:
    page = ada.client.get("/cards/new").text
    assert "They go to <bdi>Your name</bdi>" in page
    assert "<bdi>Your</bdi>" not in page
