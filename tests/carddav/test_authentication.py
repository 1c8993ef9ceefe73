"""Who is let in: an app password, and nothing else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from netcard.accounts import app_passwords
from netcard.accounts.models import AppPassword
from netcard.database import db, now, writing
from tests.carddav.inside import DeviceFrom, Inside, card
from tests.carddav.wire import propfind
from tests.people import Person


def kept(app: Flask) -> AppPassword:
    with app.app_context():
        row = db.session.scalars(select(AppPassword)).one()
        db.session.remove()
    return row


@pytest.mark.parametrize(
    "method", ["OPTIONS", "GET", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT", "FOO"]
)
def test_without_a_password_there_is_only_the_question_for_one(dav: Inside, method: str) -> None:
    for address in ("/dav/", dav.book, f"{dav.book}zoe.vcf", "/dav/nothing"):
        answer = dav.ask(method, address, known=False)
        assert (answer.status, answer.body) == (401, b"")
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="netcard", charset="UTF-8"'


def test_a_signed_in_browser_is_nobody_here_and_its_session_is_not_touched(ada: Person) -> None:
    answer = ada.client.open(f"/dav/books/{ada.id}/contacts/", method="PROPFIND")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_password_typed_with_capitals_or_without_dashes_is_the_same(dav: Inside) -> None:
    dav.secret = dav.secret.upper().replace("-", "")
    assert dav.propfind("/dav/", "displayname").status == 207


def test_a_revoked_password_lets_nobody_in(dav: Inside, app: Flask, ada: Person) -> None:
    assert dav.propfind("/dav/", "displayname").status == 207
    with app.app_context(), writing():
        app_passwords.revoke(ada.id)
    assert dav.propfind("/dav/", "displayname").status == 401


def test_a_password_is_good_for_its_own_account_alone(dav: Inside, dav_as: DeviceFrom, ben: Person) -> None:
    assert dav.put("zoe.vcf", card()).status == 201
    other = dav_as(ben)
    assert other.propfind(dav.book, "displayname").status == 404
    assert other.ask("GET", f"{dav.book}zoe.vcf").status == 404
    assert other.ask("DELETE", f"{dav.book}zoe.vcf").status == 404
    stolen = other.ask("PUT", f"{dav.book}zoe.vcf", card("Someone Else"), content_type="text/vcard")
    assert stolen.status == 404
    dav.secret = other.secret  # with Ada's e-mail
    assert dav.propfind("/dav/", "displayname").status == 401


def test_use_is_noted_once_a_minute_with_what_the_device_calls_itself(dav: Inside, app: Flask) -> None:
    dav.propfind("/dav/", "displayname")
    first = kept(app)
    assert first.used_at
    assert first.agent == dav.agent
    dav.agent = "iOS/18.1 (22B83) dataaccessd/1.0"
    dav.propfind("/dav/", "displayname")
    assert kept(app).used_at == first.used_at, "an iPhone asks by two programs in turn"
    with app.app_context(), writing():
        db.session.execute(update(AppPassword).values(used_at=now() - timedelta(minutes=2)))
    dav.propfind("/dav/", "displayname")
    assert kept(app).agent == dav.agent


def test_the_first_whole_listing_is_noted_and_a_part_of_one_is_not(dav: Inside, app: Flask) -> None:
    for number in range(3):
        dav.put(f"{number}.vcf", card(f"Person {number}"))
    dav.ask("PROPFIND", dav.book, propfind("sync-token"), depth="0")
    part = dav.sync(limit=2)
    assert kept(app).synced_at is None
    dav.sync(part.token)
    assert kept(app).synced_at


def test_a_listing_by_propfind_counts_as_one_too(dav: Inside, app: Flask) -> None:
    dav.propfind(dav.book, "getetag", depth="1")
    assert kept(app).synced_at
