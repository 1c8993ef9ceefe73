"""Coming in, staying in, going out."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from netcard import create_app
from netcard.accounts import passwords, sessions
from netcard.accounts.models import Account, SignIn
from netcard.database import now
from tests.accounts.conftest import change, rows
from tests.conftest import settings_for
from tests.people import PASSWORD, Person

ADA = {"email": "ada@example.org", "password": PASSWORD}


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings/sessions").status_code == 200


def test_the_right_password_signs_in(ada: Person, client: FlaskClient) -> None:
    assert not is_in(client)
    answer = client.post("/login", data={**ADA, "email": " Ada@EXAMPLE.org"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_email_read_the_same(ada: Person, client: FlaskClient) -> None:
    known = client.post("/login", data={**ADA, "password": "not the one at all"})
    unknown = client.post(
        "/login", data={**ADA, "email": "bob@example.org", "password": "not the one at all"}
    )
    assert known.status_code == unknown.status_code == 422
    assert known.text == unknown.text.replace("bob@", "ada@")
    assert dict(known.headers).keys() == dict(unknown.headers).keys()
    assert 'value="ada@example.org"' in known.text
    assert not is_in(client)


def test_an_unknown_email_costs_a_whole_argon2_too(ada: Person, client: FlaskClient, monkeypatch) -> None:
    checked = []
    verify = passwords.hasher.verify
    monkeypatch.setattr(
        type(passwords.hasher),
        "verify",
        lambda self, kept, typed: checked.append(kept) or verify(kept, typed),
    )
    client.post("/login", data={**ADA, "password": "not the one at all"})
    client.post("/login", data={**ADA, "email": "bob@example.org"})
    assert len(checked) == 2
    assert checked[1] == passwords.NOBODY


def test_white_space_in_a_password_counts(app: Flask, client: FlaskClient) -> None:
    spaced = "  two at each end  "
    client.post("/signup", data={"email": "hana@example.org", "password": spaced})
    client.post("/logout")
    sent = {"email": "hana@example.org", "password": spaced}
    assert client.post("/login", data={**sent, "password": spaced.strip()}).status_code == 422
    assert client.post("/login", data=sent).status_code == 303


def test_a_hash_of_older_settings_is_renewed_at_sign_in(app: Flask, ada: Person, client: FlaskClient) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    change(app, update(Account).values(password_hash=old))
    client.post("/login", data={**ADA, "password": "not the one at all"})
    assert rows(app, select(Account.password_hash)) == [(old,)]
    assert client.post("/login", data=ADA).status_code == 303
    ((kept,),) = rows(app, select(Account.password_hash))
    assert kept != old
    assert not passwords.outdated(kept)
    assert passwords.matches(kept, PASSWORD)


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "\0"]
)
def test_sign_in_leads_to_no_other_site(ada: Person, client: FlaskClient, onward: str) -> None:
    assert "evil" not in client.get("/login", query_string={"next": onward}).text
    assert client.post("/login", data={**ADA, "next": onward}).location == "/"


def test_a_private_page_asks_first_and_is_shown_then(ada: Person, client: FlaskClient) -> None:
    asked = client.get("/settings/sessions?x=1")
    assert (asked.status_code, asked.location) == (303, "/login?next=/settings/sessions?x%3D1")
    page = client.get(asked.location)
    onward = re.search(r'name="next" value="([^"]+)"', page.text)
    assert onward
    answer = client.post("/login", data={**ADA, "next": onward[1]})
    assert answer.location == "/settings/sessions?x=1"


def test_a_script_is_told_401_and_htmx_where_to_go(client: FlaskClient) -> None:
    assert client.get("/settings/account", headers={"Accept": "application/json"}).status_code == 401
    answer = client.get("/settings/account", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login?next=")


# --- staying ------------------------------------------------------------------


def cookie_of(answer) -> str:
    (cookie,) = answer.headers.getlist("Set-Cookie")
    return str(cookie)


def test_the_cookie_outlives_the_browser(ada: Person, client: FlaskClient) -> None:
    cookie = cookie_of(client.post("/login", data=ADA))
    assert cookie.startswith("netcard=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    assert re.search(r"Expires=|Max-Age=", cookie)
    held = client.get_cookie("netcard")
    assert held
    assert held.expires
    assert held.expires - now() > timedelta(days=390)


def test_on_https_the_cookie_is_bound_to_this_host(
    tmp_path, database_url: str | None, ada: Person, app: Flask
) -> None:
    folder = tmp_path if database_url else app.extensions["netcard"].data
    secure = create_app(settings_for(folder, database_url, NETCARD_URL="https://cards.example.org"))
    client = secure.test_client()
    answer = client.post(
        "/login",
        data=ADA,
        base_url="https://cards.example.org",
        headers={"Origin": "https://cards.example.org"},
    )
    assert answer.status_code == 303
    cookie = cookie_of(answer)
    assert cookie.startswith("__Host-netcard=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    with secure.app_context():
        from netcard.database import db

        db.engine.dispose()


def test_a_day_later_the_cookie_is_renewed(app: Flask, ada: Person) -> None:
    assert "Set-Cookie" not in ada.client.get("/settings/sessions").headers
    change(app, update(SignIn).values(seen_at=now() - timedelta(days=2)))
    assert "Expires=" in cookie_of(ada.client.get("/settings/sessions"))
    ((seen,),) = rows(app, select(SignIn.seen_at))
    assert now() - seen < timedelta(minutes=1)


def test_a_sign_in_unused_for_longer_than_a_cookie_lives_is_over(app: Flask, ada: Person) -> None:
    change(app, update(SignIn).values(seen_at=now() - sessions.KEPT - timedelta(minutes=1)))
    assert not is_in(ada.client)


def test_a_session_given_by_somebody_else_does_not_become_ours(
    app: Flask, ada: Person, ben: Person, client: FlaskClient
) -> None:
    """Session fixation: Ben plants his cookie, Ada signs in over it; his copy must not be hers."""
    planted = ben.client.get_cookie("netcard")
    if planted is None:
        ben.client.get("/login")
        planted = ben.client.get_cookie("netcard")
    assert planted
    client.set_cookie("netcard", planted.value)
    client.post("/login", data=ADA)
    held = client.get_cookie("netcard")
    assert held
    assert held.value != planted.value
    assert b"ada@example.org" in client.get("/settings/account").data
    thief = app.test_client()
    thief.set_cookie("netcard", planted.value)
    assert b"ada@example.org" not in thief.get("/settings/account").data


def test_signing_in_again_leaves_no_second_sign_in(app: Flask, ada: Person, client: FlaskClient) -> None:
    client.post("/login", data=ADA)
    client.post("/login", data=ADA)
    assert rows(app, select(func.count()).where(SignIn.ended_at.is_(None))) == [(2,)]  # ada.client's and this


def test_the_password_changed_meanwhile_lets_nobody_in(app: Flask, ada: Person) -> None:
    from netcard.accounts import actions
    from netcard.database import writing
    from netcard.errors import Invalid

    with app.app_context(), pytest.raises(Invalid), writing():
        actions.sign_in(ada.id, "the hash that was checked a moment ago", None, "phone")


# --- going --------------------------------------------------------------------


def test_signing_out_ends_the_sign_in_itself(app: Flask, ada: Person, client: FlaskClient) -> None:
    client.post("/login", data=ADA)
    saved = client.get_cookie("netcard")
    assert saved
    answer = client.post("/logout")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get_cookie("netcard") is None
    assert not is_in(client)
    thief = app.test_client()
    thief.set_cookie("netcard", saved.value)
    assert not is_in(thief)
    assert is_in(ada.client)  # her phone was not meant


def test_signing_out_is_a_post(ada: Person) -> None:
    assert ada.client.get("/logout").status_code == 405
    assert is_in(ada.client)


def test_a_stranger_may_sign_out_too(client: FlaskClient) -> None:
    assert client.post("/logout").status_code == 303


def test_the_sign_out_form_carries_what_its_script_needs(ada: Person) -> None:
    page = ada.client.get("/settings/sessions").text
    assert f'<form method="post" action="/logout" id="sign-out" data-owner="{ada.id}">' in page


def test_a_password_manager_finds_the_form(client: FlaskClient, ada: Person) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (302, "/settings/account#change-password")
    assert 'id="change-password"' in ada.client.get("/settings/account").text
