"""Making an account."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from netcard.accounts import actions, passwords
from netcard.accounts.invitations import invitation, invited
from netcard.accounts.models import Account
from netcard.database import writing
from netcard.errors import Invalid
from tests.accounts.conftest import Mailbox, rows
from tests.people import PASSWORD, Person

HANA = {"email": "Hana@Example.org", "password": PASSWORD}


def accounts(app: Flask) -> list[str]:
    return [email for (email,) in rows(app, select(Account.email).order_by(Account.email))]


def test_signing_up_signs_in_and_leads_to_the_first_card(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/signup", data={**HANA, "time_zone": "Asia/Tokyo"})
    assert (answer.status_code, answer.location) == (303, "/cards/new")
    assert client.get("/settings/account").status_code == 200
    ((email, kept, zone, verified),) = rows(
        app,
        select(Account.email, Account.password_hash, Account.time_zone, Account.email_verified_at),
    )
    assert (email, zone, verified) == ("hana@example.org", "Asia/Tokyo", None)
    assert passwords.matches(kept, PASSWORD)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "UTC\0", "x" * 9999])
def test_a_time_zone_that_is_none_becomes_utc(app: Flask, client: FlaskClient, zone: str) -> None:
    assert client.post("/signup", data={**HANA, "time_zone": zone}).status_code == 303
    assert rows(app, select(Account.time_zone)) == [("UTC",)]


def test_the_mailed_link_proves_the_address(app: Flask, client: FlaskClient, mailbox: Mailbox) -> None:
    client.post("/signup", data=HANA)
    link = mailbox.link("Is this your e-mail?")
    assert mailbox.readers == ["hana@example.org"]
    assert b"Not confirmed yet" in client.get("/settings/account").data
    stranger = app.test_client()
    assert stranger.head(link).status_code == 410  # a look at the headers proves nothing
    assert rows(app, select(Account.email_verified_at)) == [(None,)]
    assert stranger.get(link).status_code == 200
    assert stranger.get(link).status_code == 200  # opened again
    assert b"Not confirmed yet" not in client.get("/settings/account").data


def test_no_other_link_proves_it(app: Flask, client: FlaskClient, mailbox: Mailbox) -> None:
    client.post("/signup", data=HANA)
    mailbox.letters()
    assert client.get("/verify/" + "A" * 43).status_code == 410
    assert client.get("/verify/%00").status_code == 404
    assert client.get("/verify/%ff%fe").status_code == 410
    assert rows(app, select(Account.email_verified_at)) == [(None,)]


def test_the_link_comes_again_when_asked_for(client: FlaskClient, mailbox: Mailbox) -> None:
    client.post("/signup", data=HANA)
    first = mailbox.link("Is this")
    assert client.post("/settings/verification").status_code == 303
    second = mailbox.link("Is this")
    assert first != second
    assert client.get(first).status_code == 200
    client.post("/settings/verification")
    assert len(mailbox.letters("Is this")) == 2  # nothing left to prove


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@example.ORG "])
def test_a_taken_address_is_refused_and_kept_as_typed(
    app: Flask, ada: Person, client: FlaskClient, email: str
) -> None:
    answer = client.post("/signup", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 422
    assert actions.TAKEN in answer.text
    assert email.strip() in answer.text
    assert "Set-Cookie" not in answer.headers
    assert accounts(app) == ["ada@example.org"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "hana"),
        ("email", "hana\0@example.org"),
        ("email", "a" * 300 + "@example.org"),
        ("password", ""),
        ("password", "short"),
        ("password", "password123"),
        ("password", "hana@example.org"),
        ("password", "a long walk\0to the hall"),
        ("password", "x" * 100_000),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field(
    app: Flask, client: FlaskClient, field: str, value: str
) -> None:
    answer = client.post("/signup", data={**HANA, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert PASSWORD not in answer.text
    assert field == "email" or 'value="Hana@Example.org"' in answer.text
    assert accounts(app) == []


def test_a_path_of_ours_is_gone_on_to(client: FlaskClient) -> None:
    assert 'value="/capture?card=ben"' in client.get("/signup?next=/capture?card=ben").text
    assert client.post("/signup", data={**HANA, "next": "/capture?card=ben"}).location == "/capture?card=ben"


def test_another_site_is_not(client: FlaskClient) -> None:
    assert "evil" not in client.get("/signup?next=//evil.example").text
    assert client.post("/signup", data={**HANA, "next": "//evil.example"}).location == "/cards/new"


def test_somebody_signed_in_is_sent_on(ada: Person) -> None:
    assert ada.client.get("/signup").location == "/"
    assert ada.client.get("/login?next=/cards").location == "/cards"


# --- who may ------------------------------------------------------------------


def test_closed_means_closed(app: Flask, client: FlaskClient, closed: None) -> None:
    page = client.get("/signup")
    assert page.status_code == 200
    assert "Sign-up is closed" in page.text
    assert client.post("/signup", data=HANA).status_code == 403
    assert "Sign up" not in client.get("/login").text
    with app.app_context():
        token = invitation("hana@example.org").partition("=")[2]
    assert client.post("/signup", data={**HANA, "invitation": token}).status_code == 403
    assert accounts(app) == []


def test_an_invitation_opens_the_door_for_its_address(
    app: Flask, client: FlaskClient, by_invitation: None
) -> None:
    assert "By invitation" in client.get("/signup").text
    assert client.post("/signup", data=HANA).status_code == 403
    with app.app_context():
        link = invitation("hana@example.org").removeprefix("http://localhost")
    token = link.partition("=")[2]
    page = client.get(link)
    assert 'value="hana@example.org"' in page.text
    assert f'name="invitation" value="{token}"' in page.text
    other = {**HANA, "email": "ben@example.org", "invitation": token}
    assert client.post("/signup", data=other).status_code == 403
    assert accounts(app) == []
    assert client.post("/signup", data={**HANA, "invitation": token}).status_code == 303
    assert accounts(app) == ["hana@example.org"]
    assert app.test_client().get(link).status_code == 200
    client.post("/logout")
    assert client.post("/signup", data={**HANA, "invitation": token}).status_code == 422  # taken by now


def test_a_forged_or_old_invitation_opens_nothing(app: Flask, by_invitation: None, monkeypatch) -> None:
    with app.app_context():
        token = invitation("hana@example.org").partition("=")[2]
        assert invited(token) == "hana@example.org"
        secret = app.extensions["netcard"].secret_key
        for forged in (
            None,
            "",
            token[:-1],
            URLSafeTimedSerializer("x" * 32, salt="netcard invitation").dumps("hana@example.org"),
            URLSafeTimedSerializer(secret, salt="something else").dumps("hana@example.org"),
            URLSafeTimedSerializer(secret, salt="netcard invitation").dumps({"email": "hana"}),
            "\ud800",
        ):
            assert invited(forged) is None
        from itsdangerous import TimestampSigner

        later = TimestampSigner("x" * 32).get_timestamp() + 14 * 86_400 + 2
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: later)
        assert invited(token) is None


def test_an_owner_may_invite_where_others_may_not_sign_up(
    app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox, by_invitation: None
) -> None:
    assert "Invite a colleague" in ada.client.get("/settings/account").text
    assert ada.client.post("/settings/invitations", data={"email": "hana@"}).status_code == 422
    assert ada.client.post("/settings/invitations", data={"email": "Hana@example.org"}).status_code == 303
    link = mailbox.link("You are invited")
    assert mailbox.readers == ["hana@example.org"]
    assert 'value="hana@example.org"' in client.get(link).text
    assert client.post("/settings/invitations", data={"email": "x@example.org"}).status_code == 303
    assert len(mailbox.letters("invited")) == 1


# --- by command ---------------------------------------------------------------


def test_an_operator_adds_an_account_by_the_same_rules(app: Flask) -> None:
    with app.app_context():
        with writing():
            actions.add_account(" Hana@example.org", PASSWORD)
        for email, password, field in [
            ("hana@example.org", PASSWORD, "email"),
            ("hana", PASSWORD, "email"),
            ("ben@example.org", "short", "password"),
        ]:
            with pytest.raises(Invalid) as refused, writing():
                actions.add_account(email, password)
            assert list(refused.value.errors) == [field]
    assert accounts(app) == ["hana@example.org"]
