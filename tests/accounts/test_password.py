"""Choosing another password, by mail and under settings."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from netcard.accounts import passwords
from netcard.accounts.models import Account, MailToken, SignIn
from netcard.database import now
from tests.accounts.conftest import Mailbox, change, rows
from tests.people import PASSWORD, Person

NEW = "another walk to the poster hall"


def has_password(app: Flask, person: Person, password: str) -> bool:
    ((kept,),) = rows(app, select(Account.password_hash).where(Account.id == person.id))
    return passwords.matches(kept, password)


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings/sessions").status_code == 200


# --- by mail ------------------------------------------------------------------


def ask(client: FlaskClient, mailbox: Mailbox, email: str = "ada@example.org") -> str:
    assert client.post("/reset", data={"email": email}).location == "/reset/sent"
    return mailbox.link("Choose a new password")


def test_the_mailed_link_changes_the_password(
    app: Flask, ada: Person, ben: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    link = ask(client, mailbox, " ADA@example.org")
    assert mailbox.readers == ["ada@example.org"]
    answer = client.post(link, data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/")
    assert has_password(app, ada, NEW)
    assert is_in(client)
    assert not is_in(ada.client)  # whoever was in with the old one is out
    assert is_in(ben.client)
    assert rows(app, select(Account.email_verified_at).where(Account.id == ben.id)) == [(None,)]
    assert rows(app, select(Account.email_verified_at).where(Account.id == ada.id)) != [(None,)]
    assert len(mailbox.letters("was changed")) == 1


def test_the_link_is_good_once(app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    link = ask(client, mailbox)
    client.post(link, data={"password": NEW})
    client.post("/logout")
    again = client.post(link, data={"password": PASSWORD})
    assert again.status_code == 410
    assert has_password(app, ada, NEW)
    assert not is_in(client)
    assert client.get(link).status_code == 410


def test_looking_at_the_link_does_not_spend_it(ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    link = ask(client, mailbox)
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert client.post(link, data={"password": NEW}).status_code == 303


def test_a_refused_password_does_not_spend_it(ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    link = ask(client, mailbox)
    for easy in ("", "short", "password123", "ada@example.org", "a\0" * 10):
        answer = client.post(link, data={"password": easy})
        assert answer.status_code == 422
        assert 'id="password-error"' in answer.text
    assert client.post(link, data={"password": NEW}).status_code == 303


def test_the_link_is_good_for_an_hour(app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    link = ask(client, mailbox)
    ((expires,),) = rows(app, select(MailToken.expires_at))
    assert 3590 < (expires - now()).total_seconds() <= 3600
    change(app, update(MailToken).values(expires_at=now()))
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": NEW}).status_code == 410
    assert has_password(app, ada, PASSWORD)


def test_asking_twice_leaves_both_good_and_using_one_ends_both(
    ada: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    first, second = ask(client, mailbox), ask(client, mailbox)
    assert first != second
    assert client.get(second).status_code == 200
    assert client.post(first, data={"password": NEW}).status_code == 303
    assert client.get(second).status_code == 410


def test_a_link_for_one_thing_is_not_good_for_another(
    app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    reset = ask(client, mailbox)
    ada.client.post("/settings/verification")
    verify = mailbox.link("Is this")
    assert client.get(reset.replace("/reset/", "/verify/")).status_code == 410
    assert client.post(verify.replace("/verify/", "/reset/"), data={"password": NEW}).status_code == 410
    assert has_password(app, ada, PASSWORD)


def test_the_link_is_kept_as_a_hash_only(
    app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    token = ask(client, mailbox).rpartition("/")[2]
    ((kept,),) = rows(app, select(MailToken.token_hash))
    assert token.encode() not in kept
    assert len(kept) == 32


def test_who_asks_learns_nothing(app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    """And the answer is given before anybody looks whether there is an account."""
    known = client.post("/reset", data={"email": "ada@example.org"})
    unknown = client.post("/reset", data={"email": "bob@example.org"})
    assert (known.status_code, known.location, known.data) == (
        unknown.status_code,
        unknown.location,
        unknown.data,
    )
    assert dict(known.headers).keys() == dict(unknown.headers).keys()
    assert mailbox.letters()
    assert mailbox.readers == ["ada@example.org"]
    assert rows(app, select(func.count()).select_from(MailToken)) == [(1,)]


def test_without_a_mail_server_the_page_says_so_and_the_log_has_the_link(
    ada: Person, client: FlaskClient, caplog: pytest.LogCaptureFixture, app: Flask, propagating: None
) -> None:
    from netcard.mail import postman

    assert "No mail leaves here" in client.get("/reset").text
    client.post("/reset", data={"email": "ada@example.org"})
    with app.app_context():
        postman().wait()
    assert "http://localhost/reset/" in caplog.text


@pytest.fixture
def propagating(monkeypatch) -> None:
    import logging

    monkeypatch.setattr(logging.getLogger("netcard"), "propagate", True)


# --- under settings -----------------------------------------------------------


def test_a_new_password_needs_the_old_one(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/settings/password", data={"current": "not the one at all", "password": NEW})
    assert answer.status_code == 422
    assert 'id="current-error"' in answer.text
    assert NEW not in answer.text
    assert has_password(app, ada, PASSWORD)
    assert (
        ada.client.post("/settings/password", data={"current": PASSWORD, "password": NEW}).status_code == 303
    )
    assert has_password(app, ada, NEW)


@pytest.mark.parametrize("easy", ["", "short", "password123", "ada@example.org"])
def test_the_new_one_keeps_the_rules(app: Flask, ada: Person, easy: str) -> None:
    answer = ada.client.post("/settings/password", data={"current": PASSWORD, "password": easy})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert has_password(app, ada, PASSWORD)


def test_changing_it_ends_every_other_sign_in_and_every_copy_of_this_one(
    app: Flask, ada: Person, ben: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    client.post("/login", data={"email": ada.email, "password": PASSWORD})
    copied = client.get_cookie("netcard")
    assert copied
    client.post("/settings/password", data={"current": PASSWORD, "password": NEW})
    assert is_in(client)
    assert is_in(ben.client)
    assert not is_in(ada.client)
    thief = app.test_client()
    thief.set_cookie("netcard", copied.value)
    assert not is_in(thief)
    assert rows(app, select(func.count()).where(SignIn.account_id == ada.id, SignIn.ended_at.is_(None))) == [
        (1,)
    ]
    assert len(mailbox.letters("was changed")) == 1


def test_changing_it_spoils_the_links_under_way(ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    link = ask(client, mailbox)
    ada.client.post("/settings/password", data={"current": PASSWORD, "password": NEW})
    assert client.get(link).status_code == 410
