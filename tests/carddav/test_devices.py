"""The pages that connect a phone: what each answers, once, to whom."""

import html
import plistlib
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from netcard.accounts import app_passwords
from netcard.accounts.models import AppPassword, PhoneTicket
from netcard.carddav.devices import MOST
from netcard.config import Settings
from netcard.database import db, now, writing
from tests.conftest import settings_for
from tests.people import Person

PAGE = "/settings/app-passwords"
HTMX = {"HX-Request": "true"}
IPHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1"}
ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile"}
MAC = {"User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15"}


def connect(person: Person, label: str = "My phone", headers: dict[str, str] | None = None) -> str:
    """The page that shows the new password."""
    answer = person.client.post(PAGE, data={"label": label}, headers=headers or {})
    assert answer.status_code == 200
    return answer.text


def secret_in(page: str) -> str:
    found = re.search(r'<code id="app-password"[^>]*>([^<]+)</code>', page)
    assert found
    return found[1]


def tickets_for(app: Flask, person: Person) -> tuple[str, dict[str, str]]:
    """(secret, {kind: path}) of a new device."""
    page = connect(person, headers=IPHONE)
    apple = re.search(r'href="(/phone/[^"]+)"', page)
    assert apple
    return secret_in(page), {"apple": apple[1], "davx5": qr_path(app, person)}


def qr_path(app: Flask, person: Person) -> str:
    """A DAVx5 ticket's path. The page has it in a picture only, which tests of the browser read."""
    from netcard.accounts import tickets

    with app.app_context():
        (device, *_) = app_passwords.app_passwords_of(person.id)
        app_password_id = device.id
        with writing():
            return f"/phone/{tickets.issue(app_password_id, 'abcd-efgh-ijkl-mnop')['davx5']}"


def rows(app: Flask, statement) -> list:
    with app.app_context():
        return list(db.session.execute(statement))


def change(app: Flask, statement) -> None:
    with app.app_context(), writing():
        db.session.execute(statement)


def id_of(app: Flask, label: str) -> str:
    ((found,),) = rows(app, select(AppPassword.id).where(AppPassword.label == label))
    return str(found)


@pytest.fixture
def at_home_on_the_web(app: Flask, tmp_path) -> Settings:
    """A public address with TLS, for the length of a test."""
    before = app.extensions["netcard"]
    public = settings_for(tmp_path, NETCARD_URL="https://cards.example.org")
    app.extensions["netcard"] = public
    yield public
    app.extensions["netcard"] = before


# --- the list and the form ----------------------------------------------------


def test_a_stranger_sees_none_of_it(client: FlaskClient) -> None:
    for path in (PAGE, f"{PAGE}/{uuid4()}/state", f"{PAGE}/{uuid4()}/end"):
        assert client.get(path).location.startswith("/login")
    for path in (PAGE, f"{PAGE}/{uuid4()}/end"):
        assert client.post(path, data={"label": "x"}).location == "/login"


def test_settings_and_sign_ins_lead_here(ada: Person) -> None:
    for path in ("/settings", "/settings/sessions"):
        assert f'href="{PAGE}"' in ada.client.get(path).text


def test_with_nothing_connected_the_page_offers_the_first(ada: Person) -> None:
    page = ada.client.get(PAGE)
    assert "Connect a phone" in page.text
    assert "Connected" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'value="My phone"' in page.text
    assert 'value="iPhone"' in ada.client.get(PAGE, headers=IPHONE).text
    assert 'value="Android phone"' in ada.client.get(PAGE, headers=ANDROID).text


def test_every_device_is_named_and_nobody_elses(app: Flask, ada: Person, ben: Person) -> None:
    connect(ada, "My <phone>")
    connect(ben, "Ben's")
    agent = "DAVx5/4.5.5-ose (dav4jvm; okhttp/5.1) Android/15"
    change(app, update(AppPassword).values(used_at=now(), agent=agent))
    page = ada.client.get(PAGE).text
    assert "My &lt;phone&gt;" in page
    assert "DAVx5, last used today" in page
    assert "Ben" not in page


def test_the_first_sync_is_told_in_the_owners_time(app: Flask, ada: Person) -> None:
    connect(ada)
    assert "Waiting for its first sync" in ada.client.get(PAGE).text
    change(app, update(AppPassword).values(synced_at=datetime(2025, 11, 19, 13, 2, tzinfo=UTC)))
    page = ada.client.get(PAGE).text
    assert "Synced since Wed 19 Nov 2025, 14:02" in page  # Vienna
    assert "hx-get" not in page


# --- a new device -------------------------------------------------------------


def test_the_password_is_shown_once_with_all_that_a_program_asks_for(
    app: Flask, ada: Person, at_home_on_the_web: Settings
) -> None:
    headers = {"Origin": at_home_on_the_web.url}
    answer = ada.client.post(PAGE, data={"label": " My phone "}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    secret = secret_in(answer.text)
    with app.app_context():
        device = app_passwords.device_of(ada.email, secret)
        assert device
        assert device.account_id == ada.id
    assert "https://cards.example.org/dav/</code>" in answer.text
    assert f"{ada.email}</code>" in answer.text
    assert rows(app, select(AppPassword.label)) == [("My phone",)]
    assert "No other phone can open" not in answer.text
    assert "without encryption" not in answer.text
    again = ada.client.get(PAGE).text
    assert "My phone" in again
    assert secret not in again


def test_every_post_is_another_device(app: Flask, ada: Person) -> None:
    assert secret_in(connect(ada)) != secret_in(connect(ada))
    assert rows(app, select(func.count()).select_from(AppPassword)) == [(2,)]


@pytest.mark.parametrize("label", ["", "   ", "x" * 101, "a\0b", "a\nb"])
def test_a_label_that_is_none_is_refused_and_kept(app: Flask, ada: Person, label: str) -> None:
    answer = ada.client.post(PAGE, data={"label": label})
    assert answer.status_code == 422
    assert 'id="label-error"' in answer.text
    assert html.escape(label.strip()) in answer.text
    assert "app-password" not in answer.text.replace(PAGE, "")
    assert rows(app, select(AppPassword.id)) == []


def test_a_missing_label_is_refused(ada: Person) -> None:
    assert ada.client.post(PAGE).status_code == 422


def test_another_site_cannot_make_one(app: Flask, ada: Person) -> None:
    answer = ada.client.post(PAGE, data={"label": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert rows(app, select(AppPassword.id)) == []


def test_there_is_an_end_to_devices(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context(), writing():
        for number in range(MOST):
            app_passwords.issue(ada.id, f"Device {number}")
    answer = ada.client.post(PAGE, data={"label": "One more"})
    assert answer.status_code == 422
    assert "Disconnect one you no longer use" in answer.text
    connect(ben)


def test_too_many_in_an_hour_are_stopped(app: Flask, ada: Person, ben: Person) -> None:
    for _ in range(20):
        connect(ada)
        change(app, update(AppPassword).values(revoked_at=now()))
    assert ada.client.post(PAGE, data={"label": "x"}).status_code == 429
    connect(ben)


def test_a_phone_gets_a_button_and_a_desk_the_codes(ada: Person) -> None:
    assert "Set up this iPhone" in connect(ada, headers=IPHONE)
    assert "Set up this Mac" in connect(ada, headers=MAC)
    android = connect(ada, headers=ANDROID)
    assert f'href="carddav://ada%40example.org:{secret_in(android)}@localhost/dav/"' in android
    desk = connect(ada)
    assert desk.count('aria-label="QR code for an') == 2
    assert "/phone/" not in desk
    assert "carddav:" not in desk


def test_a_code_that_no_phone_can_open_says_so(ada: Person) -> None:
    assert "No other phone can open" in connect(ada)


def test_a_password_in_the_clear_is_warned_of(app: Flask, ada: Person, tmp_path) -> None:
    before = app.extensions["netcard"]
    app.extensions["netcard"] = settings_for(tmp_path, NETCARD_URL="http://cards.example.org")
    origin = {"Origin": "http://cards.example.org"}
    page = ada.client.post(PAGE, data={"label": "x"}, headers=origin).text
    app.extensions["netcard"] = before
    assert "without encryption" in page


# --- waiting for the first sync -----------------------------------------------


def test_the_line_asks_until_the_device_has_synced(app: Flask, ada: Person) -> None:
    page = connect(ada)
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every', page)
    assert found
    waiting = ada.client.get(found[1], headers=HTMX)
    assert waiting.status_code == 200
    assert "Waiting for its first sync" in waiting.text
    assert "<html" not in waiting.text
    change(app, update(AppPassword).values(synced_at=now()))
    done = ada.client.get(found[1], headers=HTMX)
    assert done.status_code == 286  # by which htmx stops asking
    assert "Synced since" in done.text


def test_the_line_stops_asking_after_an_hour(app: Flask, ada: Person) -> None:
    connect(ada)
    path = f"{PAGE}/{id_of(app, 'My phone')}/state"
    assert "hx-get" in ada.client.get(PAGE).text
    change(app, update(AppPassword).values(created_at=now() - timedelta(hours=2)))
    assert ada.client.get(path, headers=HTMX).status_code == 286
    assert "hx-get" not in ada.client.get(PAGE).text


def test_the_line_of_a_disconnected_or_foreign_device_tells_nothing(
    app: Flask, ada: Person, ben: Person
) -> None:
    connect(ada)
    change(app, update(AppPassword).values(synced_at=now()))
    path = f"{PAGE}/{id_of(app, 'My phone')}/state"
    foreign = ben.client.get(path, headers=HTMX)
    assert foreign.status_code == 286
    assert "Synced" not in foreign.text
    assert foreign.text == ben.client.get(f"{PAGE}/{uuid4()}/state", headers=HTMX).text
    change(app, update(AppPassword).values(revoked_at=now()))
    assert "Disconnected" in ada.client.get(path, headers=HTMX).text


def test_the_line_is_no_page(app: Flask, ada: Person) -> None:
    connect(ada)
    assert ada.client.get(f"{PAGE}/{id_of(app, 'My phone')}/state").location == PAGE


# --- disconnecting ------------------------------------------------------------


def test_disconnecting_asks_first_and_ends_one(app: Flask, ada: Person) -> None:
    lost, kept = secret_in(connect(ada, "Lost")), secret_in(connect(ada, "Kept"))
    path = f"{PAGE}/{id_of(app, 'Lost')}/end"
    assert f'href="{path}"' in ada.client.get(PAGE).text
    assert "cannot be undone" in ada.client.get(path).text
    answer = ada.client.post(path, follow_redirects=True)
    assert "Disconnected Lost." in answer.text
    with app.app_context():
        assert app_passwords.device_of(ada.email, lost) is None
        assert app_passwords.device_of(ada.email, kept)
    for again in (ada.client.get(path), ada.client.post(path)):
        assert again.status_code == 404


def test_nobody_disconnects_anothers(app: Flask, ada: Person, ben: Person) -> None:
    secret = secret_in(connect(ada))
    path = f"{PAGE}/{id_of(app, 'My phone')}/end"
    assert ben.client.get(path).status_code == 404
    assert ben.client.post(path).status_code == 404
    with app.app_context():
        assert app_passwords.device_of(ada.email, secret)


# --- the ticket ---------------------------------------------------------------


def test_an_iphone_gets_its_profile_without_signing_in(app: Flask, ada: Person, client: FlaskClient) -> None:
    secret, paths = tickets_for(app, ada)
    answer = client.get(paths["apple"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/x-apple-aspen-config"
    assert answer.headers["Content-Disposition"] == "attachment; filename=netcard.mobileconfig"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    (account,) = plistlib.loads(answer.data)["PayloadContent"]
    assert (account["CardDAVUsername"], account["CardDAVPassword"]) == (ada.email, secret)
    assert account["CardDAVPrincipalURL"] == f"/dav/principals/{ada.id}/"


def test_an_android_phone_gets_a_button_without_signing_in(
    app: Flask, ada: Person, client: FlaskClient, at_home_on_the_web: Settings
) -> None:
    connect(ada, headers={"Origin": at_home_on_the_web.url})
    answer = client.get(qr_path(app, ada))
    assert 'href="carddavs://ada%40example.org:abcd-efgh-ijkl-mnop@cards.example.org/dav/"' in answer.text
    assert "f-droid.org" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("kind", ["apple", "davx5"])
def test_a_ticket_works_once(app: Flask, ada: Person, client: FlaskClient, kind: str) -> None:
    _, paths = tickets_for(app, ada)
    capitals = f"/PHONE/{paths[kind].rpartition('/')[2].upper()}"
    assert client.get(capitals).status_code == 200
    for path in (capitals, paths[kind]):
        again = client.get(path)
        assert again.status_code == 410
        assert "scan the new code" in again.text
        assert again.headers["Referrer-Policy"] == "no-referrer"


def test_a_ticket_is_over_after_ten_minutes(app: Flask, ada: Person, client: FlaskClient) -> None:
    _, paths = tickets_for(app, ada)
    change(app, update(PhoneTicket).values(expires_at=now()))
    for path in paths.values():
        assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 26, "%00", "%F0%9F%98%80", "x" * 3000, "..%2f"])
def test_a_ticket_that_never_was_is_over_too(app: Flask, client: FlaskClient, token: str) -> None:
    assert client.get(f"/phone/{token}").status_code in {404, 410}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
def test_fetching_ahead_uses_nothing_up_and_tells_nothing(
    app: Flask, ada: Person, client: FlaskClient, headers: dict[str, str]
) -> None:
    _, paths = tickets_for(app, ada)
    for path in paths.values():
        ahead = client.get(path, headers=headers)
        assert (ahead.status_code, ahead.data) == (503, b"")
        assert client.get(path).status_code == 200


def test_head_uses_nothing_up_and_tells_nothing(app: Flask, ada: Person, client: FlaskClient) -> None:
    _, paths = tickets_for(app, ada)
    for kind, path in paths.items():
        head = client.head(path)
        assert (head.status_code, head.data) == (200, b"")
        got = client.get(path)
        assert got.status_code == 200
        assert got.headers["Content-Type"] == head.headers["Content-Type"], kind
        assert client.head(path).status_code == 410


def test_a_revoked_password_is_handed_to_nobody(app: Flask, ada: Person, client: FlaskClient) -> None:
    _, paths = tickets_for(app, ada)
    ada.client.post(f"{PAGE}/{id_of(app, 'My phone')}/end")
    for path in paths.values():
        assert client.get(path).status_code == 410


def test_the_ticket_is_a_get_alone(app: Flask, ada: Person, client: FlaskClient) -> None:
    _, paths = tickets_for(app, ada)
    assert client.post(paths["apple"]).status_code == 405
    assert client.get(paths["apple"]).status_code == 200
