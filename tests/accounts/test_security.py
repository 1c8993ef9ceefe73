"""What strangers send to the doors, and what every answer carries."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from netcard.accounts.models import Account
from tests.accounts.conftest import rows
from tests.people import PASSWORD, Person

HANA = {"email": "hana@example.org", "password": PASSWORD}
POSTS = [
    "/signup",
    "/login",
    "/logout",
    "/reset",
    "/reset/some-token",
    "/settings/account",
    "/settings/password",
    "/settings/verification",
    "/settings/invitations",
    "/settings/sessions/others/end",
    "/settings/erase",
]
PAGES = ["/signup", "/login", "/reset", "/reset/sent", "/reset/x", "/verify/x", "/erased", "/nothing-here"]
PRIVATE = ["/settings/account", "/settings/sessions", "/settings/erase"]


# --- where a form comes from --------------------------------------------------


ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("address", POSTS)
def test_no_other_site_may_post(ada: Person, address: str) -> None:
    for headers in ELSEWHERE:
        assert ada.client.post(address, data=HANA, headers=headers).status_code == 403, headers
    assert ada.client.get("/settings/sessions").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_our_own_pages_may(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/signup", data=HANA, headers=headers).status_code == 303


# --- what every answer carries ------------------------------------------------


def carries_the_headers(answer) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers


@pytest.mark.parametrize("address", PAGES)
def test_every_open_page_carries_the_headers_and_sets_no_cookie(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    carries_the_headers(answer)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", PRIVATE)
def test_every_private_page_carries_the_headers(ada: Person, client: FlaskClient, address: str) -> None:
    for answer in (ada.client.get(address), client.get(address)):
        carries_the_headers(answer)


def test_refusals_carry_them_too(client: FlaskClient) -> None:
    for answer in (
        client.post("/signup", data={}),
        client.post("/login", data=HANA),
        client.post("/login", data=HANA, headers={"Origin": "https://evil.example"}),
        client.put("/login"),
    ):
        assert answer.status_code >= 400
        carries_the_headers(answer)


# --- what is not a form of ours -----------------------------------------------

TEXTS = [
    "",
    "\0",
    "a\0b",
    "\x1b[2J",
    "\r\nSet-Cookie: a=b",
    "\u202e",
    "x" * 300_000,
    "' OR 1=1 --",
    "{{7*7}}",
    "🦉",
]


@pytest.mark.parametrize("address", POSTS)
def test_any_text_is_taken_or_refused_plainly(ada: Person, address: str) -> None:
    fields = ("email", "password", "current", "time_zone", "next", "met_line", "invitation")
    for text in TEXTS:
        answer = ada.client.post(address, data=dict.fromkeys(fields, text))
        assert answer.status_code < 500, text[:20]
        assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.mark.parametrize("address", ["/signup", "/login", "/reset"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps(HANA), "application/json"),
        ("[1, 2", "application/json"),
        ("\xff\xfe", "text/plain"),
        ("email=hana%40example.org", "text/plain"),
        ("", "application/x-www-form-urlencoded"),
        ("email=%00&password=%ff%fe", "application/x-www-form-urlencoded"),
        (
            "email=%ED%A0%80&password=%ED%A0%80%ED%A0%80%ED%A0%80%ED",
            "application/x-www-form-urlencoded",
        ),
        ("email[]=a&email[]=b", "application/x-www-form-urlencoded"),
        ("no parts here", "multipart/form-data; boundary=x"),
        ("no boundary", "multipart/form-data"),
        ("<a/>", "application/xml"),
        ("&".join(f"a{n}=1" for n in range(2000)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_refused(
    app: Flask, client: FlaskClient, address: str, body: str, kind: str
) -> None:
    answer = client.post(address, data=body.encode("latin-1"), content_type=kind)
    assert 400 <= answer.status_code < 500
    assert rows(app, select(Account.email)) == []


@pytest.mark.parametrize("address", ["/signup", "/login", "/reset"])
def test_a_file_is_no_text(client: FlaskClient, address: str) -> None:
    from io import BytesIO

    files = {name: (BytesIO(b"hana@example.org"), "a.txt") for name in ("email", "password", "time_zone")}
    assert client.post(address, data=files).status_code == 422


def test_a_body_without_its_length_is_refused(client: FlaskClient) -> None:
    answer = client.post("/login", data=HANA, headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize(
    "path",
    [
        "/reset/%00",
        "/verify/a%00b",
        "/settings/sessions/%00/end",
        "/reset/" + "a" * 5000,
        "/verify/%ed%a0%80",
        "/login%00",
    ],
)
def test_a_strange_path_is_4xx(ada: Person, path: str) -> None:
    assert 400 <= ada.client.get(path).status_code < 500


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "eyJfdXNlcl9pZCI6IngifQ.aaaa.bbbb", "\x7f", "x" * 4000])
def test_a_made_up_cookie_is_nobody(app: Flask, ada: Person, cookie: str) -> None:
    client = app.test_client()
    client.set_cookie("netcard", cookie)
    assert client.get("/settings/account").status_code == 303


def test_a_token_alone_is_no_cookie(app: Flask, ada: Person) -> None:
    """The cookie is signed: a token read from elsewhere cannot be worn without the secret."""
    client = app.test_client()
    client.set_cookie("netcard", ada.token)
    assert client.get("/settings/account").status_code == 303


def test_what_was_typed_is_never_markup(client: FlaskClient) -> None:
    page = client.post(
        "/signup", data={"email": '"><script>alert(1)</script>@example.org', "password": PASSWORD}
    )
    assert page.status_code == 422
    assert "<script>alert" not in page.text


def test_a_password_is_never_sent_back_or_logged(
    app: Flask, ada: Person, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "the one nobody may read back"
    for address in ("/login", "/signup"):
        assert secret not in client.post(address, data={"email": "x", "password": secret}).text
    client.post("/signup", data={"email": "hana@example.org", "password": secret})
    assert secret not in caplog.text
    assert all(secret not in str(row) for row in rows(app, select(Account.password_hash)))
