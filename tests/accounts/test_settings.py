"""The regions of the settings page that belong to the account."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from netcard.accounts.models import Account, SignIn
from netcard.cards.models import Handle
from netcard.database import db, writing
from netcard.media import media_store
from tests.accounts.conftest import rows
from tests.people import PASSWORD, Person

HTMX = {"HX-Request": "true"}
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
REGIONS = [("/settings/account", "account"), ("/settings/sessions", "sign-ins")]


@pytest.mark.parametrize(("address", "region"), REGIONS)
def test_a_region_is_a_page_and_a_part(ada: Person, address: str, region: str) -> None:
    page, part = ada.client.get(address), ada.client.get(address, headers=HTMX)
    assert page.text.startswith("<!doctype html>")
    assert "<html" not in part.text
    for answer in (page, part):
        assert f'<section id="{region}">' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize(("address", "region"), REGIONS)
def test_a_stranger_sees_none(client: FlaskClient, address: str, region: str) -> None:
    assert client.get(address).status_code == 303


# --- time zone and the line ---------------------------------------------------


def test_the_time_zone_and_the_line_are_kept(app: Flask, ada: Person, ben: Person) -> None:
    answer = ada.client.post("/settings/account", data={"time_zone": "Asia/Kathmandu"})
    assert (answer.status_code, answer.location) == (303, "/settings/account")
    kept = select(Account.time_zone, Account.met_line).where(Account.id == ada.id)
    assert rows(app, kept) == [("Asia/Kathmandu", False)]
    ada.client.post("/settings/account", data={"time_zone": "UTC", "met_line": "no"})  # any value is yes
    assert rows(app, kept) == [("UTC", True)]
    assert rows(app, select(Account.time_zone).where(Account.id == ben.id)) == [("Europe/Vienna",)]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "a\0", "x" * 999])
def test_a_time_zone_that_is_none_is_refused(app: Flask, ada: Person, zone: str) -> None:
    answer = ada.client.post("/settings/account", data={"time_zone": zone, "met_line": "y"})
    assert answer.status_code == 422
    assert 'id="time_zone-error"' in answer.text
    assert rows(app, select(Account.time_zone)) == [("Europe/Vienna",)]


def test_an_old_spelling_of_a_zone_stays_chosen(ada: Person) -> None:
    ada.client.post("/settings/account", data={"time_zone": "Asia/Calcutta"})
    assert '<option selected value="Asia/Calcutta">' in ada.client.get("/settings/account").text


def test_a_zone_that_the_world_gave_up_counts_as_utc(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.id == ada.id).values(time_zone="Asia/Tselinograd"))
    for address in ("/", "/capture", "/contacts", "/events", "/settings/account", "/settings/sessions"):
        assert ada.client.get(address).status_code == 200


def test_htmx_gets_the_region_with_a_word_about_it(ada: Person) -> None:
    answer = ada.client.post(
        "/settings/account", data={"time_zone": "UTC"}, headers=HTMX, follow_redirects=True
    )
    assert "<html" not in answer.text
    assert 'hx-swap-oob="beforeend"' in answer.text
    assert "Saved." in answer.text


# --- devices ------------------------------------------------------------------


@pytest.fixture
def phone(app: Flask, ada: Person, client: FlaskClient) -> FlaskClient:
    """A second device of Ada's, signed in by hand."""
    client.post("/login", data={"email": ada.email, "password": PASSWORD}, headers={"User-Agent": PHONE})
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings/sessions").status_code == 200


def sign_in_of(app: Flask, person: Person, device: str) -> str:
    ((found,),) = rows(app, select(SignIn.id).where(SignIn.account_id == person.id, SignIn.device == device))
    return str(found)


def test_every_device_is_named_and_nobody_elses(app: Flask, ada: Person, ben: Person, phone) -> None:
    page = phone.get("/settings/sessions").text
    assert "Chrome on Android" in page
    assert page.index("Chrome on Android") < page.index("test phone")  # this one first
    assert page.count("test phone") == 2  # its name and its button's, Ben's of the same name not among them


def test_one_device_is_ended(app: Flask, ada: Person, ben: Person, phone) -> None:
    lost = sign_in_of(app, ada, "test phone")
    assert phone.post(f"/settings/sessions/{lost}/end").status_code == 303
    assert not is_in(ada.client)
    assert is_in(phone)
    assert is_in(ben.client)
    assert "Nowhere else" in phone.get("/settings/sessions").text


def test_nobody_elses_device_can_be_ended(app: Flask, ada: Person, ben: Person) -> None:
    ben.client.post(f"/settings/sessions/{sign_in_of(app, ada, 'test phone')}/end")
    assert is_in(ada.client)
    assert ben.client.post("/settings/sessions/not-an-id/end").status_code == 404


def test_all_others_are_ended(ada: Person, ben: Person, phone) -> None:
    assert phone.post("/settings/sessions/others/end").status_code == 303
    assert is_in(phone)
    assert not is_in(ada.client)
    assert is_in(ben.client)


def test_ending_this_one_signs_out(app: Flask, ada: Person, phone) -> None:
    answer = phone.post(f"/settings/sessions/{sign_in_of(app, ada, 'Chrome on Android')}/end")
    assert answer.location == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert phone.get_cookie("netcard") is None
    assert is_in(ada.client)


# --- the end ------------------------------------------------------------------


def test_deleting_needs_the_password(app: Flask, ada: Person) -> None:
    for password in ("", "not the one at all", "a\0b"):
        answer = ada.client.post("/settings/erase", data={"password": password})
        assert answer.status_code == 422
        assert 'id="password-error"' in answer.text
    assert rows(app, select(Account.email)) == [("ada@example.org",)]


def test_deleting_leaves_nothing_but_taken_handles(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        hers, his = (media_store().put(person.id, b"photo", ".jpg") for person in (ada, ben))
        with writing():
            db.session.add_all([Handle(handle="ada", owner_id=ada.id), Handle(handle="ben", owner_id=ben.id)])
    page = ada.client.get("/settings/erase")
    assert "There is no undo" in page.text
    answer = ada.client.post("/settings/erase", data={"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/erased")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "Your account is deleted" in ada.client.get("/erased").text
    assert not is_in(ada.client)
    assert rows(app, select(Account.email)) == [("ben@example.org",)]
    assert rows(app, select(SignIn.account_id)) == [(ben.id,)]
    assert rows(app, select(Handle.handle, Handle.owner_id).order_by(Handle.handle)) == [
        ("ada", None),
        ("ben", ben.id),
    ]
    with app.app_context():
        assert media_store().keys(ada.id) == []
        assert media_store().keys(ben.id) == [his]
    assert hers != his
    again = ada.client.post("/login", data={"email": ada.email, "password": PASSWORD})
    assert again.status_code == 422
