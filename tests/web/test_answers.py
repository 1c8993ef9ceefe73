"""Pages and partials, caches, headers, faults: what holds for every room."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from netcard.database import db
from netcard.web.security import MOST_WORDS
from tests.people import Person


def test_a_private_page_is_never_stored(ada: Person) -> None:
    assert ada.client.get("/settings").headers["Cache-Control"] == "no-store"


def test_pages_and_partials_are_kept_apart(ada: Person) -> None:
    vary = ada.client.get("/contacts").headers["Vary"]
    for header in ("HX-Request", "HX-Boosted", "HX-History-Restore-Request"):
        assert header in vary


def test_htmx_gets_a_partial_and_a_boosted_page_the_page(ada: Person) -> None:
    page = ada.client.get("/contacts").text
    partial = ada.client.get("/contacts", headers={"HX-Request": "true"}).text
    boosted = ada.client.get("/contacts", headers={"HX-Request": "true", "HX-Boosted": "true"}).text
    restored = ada.client.get(
        "/contacts", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    ).text
    assert "<html" in page
    assert "<html" not in partial
    assert "<html" in boosted
    assert "<html" in restored


def test_every_answer_has_the_strict_policy(client: FlaskClient) -> None:
    for address in ("/", "/login", "/nowhere", "/livez"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_an_unsafe_request_passes_from_our_own_pages_only(app: Flask, headers: dict, passes: bool) -> None:
    app.test_client_class = FlaskClient
    answer = app.test_client().post("/login", headers=headers)
    assert (answer.status_code != 403) is passes


def test_a_body_of_unknown_length_is_refused(client: FlaskClient) -> None:
    answer = client.post("/login", headers={"Transfer-Encoding": "chunked"}, data=b"")
    assert answer.status_code == 411


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/plain"])
def test_more_words_than_any_form_has_are_not_read(client: FlaskClient, kind: str) -> None:
    body = b"email=" + b"a" * MOST_WORDS
    assert client.post("/login", data=body, content_type=kind).status_code == 413
    assert client.post("/login", data=body[:MOST_WORDS], content_type=kind).status_code == 422


@pytest.mark.parametrize(
    "path", ["/%00", "/c/%00", "/contacts/%00", "/contacts/not-a-uuid", "/static/%2e%2e/wsgi.py"]
)
def test_a_strange_address_is_not_here(ada: Person, path: str) -> None:
    assert ada.client.get(path).status_code == 404


def test_a_fault_is_logged_with_its_request_and_shows_no_trace(
    app: Flask, ada: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> None:
        raise RuntimeError("the plate cracked")

    monkeypatch.setitem(app.view_functions, "home.livez", break_down)
    logging.getLogger("netcard").addHandler(caplog.handler)
    try:
        answer = ada.client.get("/livez")
    finally:
        logging.getLogger("netcard").removeHandler(caplog.handler)
    assert answer.status_code == 500
    assert "plate cracked" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert "the plate cracked" in caplog.text


def test_a_script_gets_its_errors_as_json(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["error"]


def test_the_process_and_its_database_answer(client: FlaskClient) -> None:
    assert client.get("/livez").text == "ok\n"
    assert client.get("/readyz").text == "ok\n"


def test_robots_may_see_cards_and_nothing_else(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Allow: /c/" in text
    assert "Disallow: /\n" in text


def test_static_files_are_kept_for_good_under_their_build(app: Flask, client: FlaskClient) -> None:
    answer = client.get(f"/static/{app.config['BUILD']}/css/app.css")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/static/000000000000/css/app.css").status_code == 404


def test_a_fault_is_logged_without_the_token_in_its_address_or_the_values_of_a_row(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = "@".join(("ada", "example.org"))  # else the trace would show it with this line

    def break_down(token: str) -> None:
        db.session.execute(text("SELECT :email FROM nowhere"), {"email": email})

    monkeypatch.setitem(app.view_functions, "accounts.verify", break_down)
    logging.getLogger("netcard").addHandler(caplog.handler)
    try:
        assert client.get("/verify/a-secret-token").status_code == 500
    finally:
        logging.getLogger("netcard").removeHandler(caplog.handler)
    assert "/verify/<token> failed" in caplog.text
    assert "a-secret-token" not in caplog.text
    assert email not in caplog.text


def test_a_database_that_is_gone_is_said_and_not_shown(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr("netcard.home.views.ping", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "refused" not in answer.text
    assert client.get("/livez").status_code == 200
