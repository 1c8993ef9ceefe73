"""The page of reminders: days, hours, the mail, devices; refusal beside permission."""

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from netcard.accounts.models import SignIn
from netcard.config import Settings
from netcard.database import db, now, writing
from netcard.errors import Misconfigured
from netcard.followups.models import PushSubscription, Reminding
from netcard.followups.queue import queue_of
from tests.followups.reminding.conftest import subscribe, wants_mail
from tests.followups.test_ground import VIENNA, capture, names
from tests.followups.test_plan import at_once
from tests.people import Person
from tests.push import Phone

GOOD = {"opens_after": "3", "late_after": "7", "digest_hour": "7", "push_hour": "8"}
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/"


def rows(app: Flask, model) -> list:
    with app.app_context():
        return list(db.session.scalars(select(model)))


def test_the_days_decide_what_is_due(app: Flask, ada: Person) -> None:
    capture(ada, "Margit", 4)
    form = {**GOOD, "opens_after": "5", "late_after": "9"}
    assert ada.client.post("/settings/reminders", data=form).status_code == 303
    with app.app_context():
        assert names(queue_of(ada.id, VIENNA, now())) == {"coming": ["Margit"]}
    assert 'value="5"' in ada.client.get("/settings/reminders").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opens_after", ""), ("opens_after", "x"), ("opens_after", "0"), ("opens_after", "-1"),
        ("opens_after", "9999999999999999999"), ("late_after", "2"), ("late_after", "400"),
        ("late_after", "7.5"),
        ("digest_hour", "24"), ("push_hour", "-1"), ("push_hour", "noon"),
    ],
)  # fmt: skip
def test_days_and_hours_that_cannot_be_are_refused_with_the_form_filled_in(
    app: Flask, ada: Person, field: str, value: str
) -> None:
    answer = ada.client.post("/settings/reminders", data={**GOOD, "opens_after": "4", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if field != "opens_after":
        assert 'value="4"' in answer.text
    assert rows(app, Reminding) == []


def test_the_mail_needs_a_confirmed_address(app: Flask, ada: Person) -> None:
    page = ada.client.get("/settings/reminders").text
    assert 'action="/settings/verification"' in page
    refused = ada.client.post("/settings/reminders", data={**GOOD, "digest": "y"})
    assert refused.status_code == 422
    assert "Confirm your e-mail first" in refused.text
    assert 'action="/settings/verification"' in refused.text
    wants_mail(app, ada, None)
    assert 'action="/settings/verification"' not in ada.client.get("/settings/reminders").text
    assert ada.client.post("/settings/reminders", data={**GOOD, "digest": "y"}).status_code == 303
    (row,) = rows(app, Reminding)
    assert row.digest_hour == 7
    assert ada.client.post("/settings/reminders", data=GOOD).status_code == 303
    (row,) = rows(app, Reminding)
    assert row.digest_hour is None


def test_a_rotated_feed_stays_rotated_when_the_days_change(app: Flask, ada: Person) -> None:
    ada.client.post("/followups/feed/rotate")
    before = rows(app, Reminding)[0].feed_salt
    ada.client.post("/settings/reminders", data=GOOD)
    assert len(before) == 16
    assert rows(app, Reminding)[0].feed_salt == before


def test_the_settings_lead_here_and_a_visitor_is_asked_to_sign_in(client, ada: Person) -> None:
    assert 'href="/settings/reminders"' in ada.client.get("/settings").text
    assert client.get("/settings/reminders").status_code == 303
    assert client.post("/settings/reminders", data=GOOD).status_code == 303
    answer = client.post("/settings/reminders/push", json=Phone().subscription(ENDPOINT + "1"))
    assert answer.status_code == 401


# --- devices ------------------------------------------------------------------


def test_a_device_is_on_until_it_is_switched_off(app: Flask, ada: Person) -> None:
    phone = Phone()
    first = ada.client.post("/settings/reminders/push", json=phone.subscription(ENDPOINT + "1"))
    assert first.status_code == 201
    again = ada.client.post("/settings/reminders/push", json=phone.subscription(ENDPOINT + "1"))
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert f'data-endpoint="{ENDPOINT}1"' in ada.client.get("/settings/reminders").text
    gone = ada.client.post("/settings/reminders/push/end", json={"endpoint": ENDPOINT + "1"})
    assert gone.status_code == 200
    assert rows(app, PushSubscription) == []


def test_a_device_that_asks_thrice_at_once_is_on_once(app: Flask, ada: Person) -> None:
    wanted = Phone().subscription(ENDPOINT + "1")
    assert sorted(at_once(app, ada, "/settings/reminders/push", json=wanted)) == [200, 200, 201]
    assert len(rows(app, PushSubscription)) == 1


def test_the_list_switches_one_device_off_without_script(app: Flask, ada: Person, ben: Person) -> None:
    for number in (1, 2):
        subscribe(ada, f"{ENDPOINT}{number}")
    page = ada.client.get("/settings/reminders").text
    ids = re.findall(r'name="id" value="([0-9a-f-]{36})"', page)
    assert len(ids) == 2
    ben.client.post("/settings/reminders/push/end", data={"id": ids[0]})
    ben.client.post("/settings/reminders/push/end", json={"endpoint": ENDPOINT + "1"})
    assert len(rows(app, PushSubscription)) == 2
    assert ENDPOINT not in ben.client.get("/settings/reminders").text
    assert ada.client.post("/settings/reminders/push/end", data={"id": ids[0]}).status_code == 303
    assert [row.endpoint for row in rows(app, PushSubscription)] == [ENDPOINT + "2"]
    for wrong in ("", "x", "1"):
        assert ada.client.post("/settings/reminders/push/end", data={"id": wrong}).status_code == 404
    assert ada.client.get("/settings/reminders/push/end").status_code == 405


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "https://evil.example/x"}, "endpoint"),
        ({"endpoint": "https://127.0.0.1/x"}, "endpoint"),
        ({"endpoint": None}, "endpoint"),
        ({"endpoint": ["x"]}, "endpoint"),
        ({"keys": {"p256dh": "x", "auth": "x"}}, "p256dh"),
        ({"keys": None}, "auth"),
        ({"keys": []}, "p256dh"),
        ({"keys": {"p256dh": 4, "auth": {}}}, "auth"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(app: Flask, ada: Person, change, field: str) -> None:
    answer = ada.client.post(
        "/settings/reminders/push", json={**Phone().subscription(ENDPOINT + "1"), **change}
    )
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]
    assert rows(app, PushSubscription) == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"endpoint": "\\ud800"}']
)
def test_what_is_no_json_object_is_refused(ada: Person, body: bytes) -> None:
    for path in ("/settings/reminders/push", "/settings/reminders/push/end"):
        answer = ada.client.post(path, data=body, content_type="application/json")
        assert answer.status_code == 422, path


def test_ten_devices_and_no_more_but_signed_out_ones_make_room(app: Flask, ada: Person) -> None:
    for number in range(10):
        subscribe(ada, f"{ENDPOINT}{number}")
    full = ada.client.post("/settings/reminders/push", json=Phone().subscription(ENDPOINT + "new"))
    assert full.status_code == 422
    assert "10 devices" in full.get_json()["errors"]["endpoint"]
    subscribe(ada, f"{ENDPOINT}9")  # one that is on already may renew its keys
    with app.app_context(), writing():
        ended = SignIn(account_id=ada.id, token_hash=b"e" * 32, ended_at=now())
        db.session.add(ended)
        db.session.flush()
        db.session.execute(
            update(PushSubscription)
            .where(PushSubscription.endpoint == ENDPOINT + "0")
            .values(sign_in_id=ended.id)
        )
    assert f"{ENDPOINT}0" not in ada.client.get("/settings/reminders").text
    subscribe(ada, ENDPOINT + "new")
    assert len(rows(app, PushSubscription)) == 10


# --- the operator's setting ---------------------------------------------------


def test_trusted_services_are_origins_of_https(tmp_path) -> None:
    def read(value: str) -> tuple[str, ...]:
        return Settings.from_environment(
            {"NETCARD_DATA": str(tmp_path), "NETCARD_PUSH_SERVICES": value}
        ).push_services

    assert read("") == ()
    assert read(" https://Push.example.org , https://push.example.org:8443/ ,") == (
        "https://push.example.org",
        "https://push.example.org:8443",
    )
    assert read("https://push.example.org:443") == ("https://push.example.org",)
    for wrong in (
        "push.example.org", "http://push.example.org", "https://", "https://a@b", "https://a/b", "https://a:x",
        "https://a?b", "https://[::1]", "*",
    ):  # fmt: skip
        with pytest.raises(Misconfigured, match="NETCARD_PUSH_SERVICES"):
            read(wrong)
