"""A visitor leaves their details: a name and one way to reach them, no account, nothing that follows them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from netcard.accounts.models import Account
from netcard.capture import hello, inbox_actions, rules
from netcard.capture.models import Hello
from netcard.capture.queries import waiting
from netcard.database import db, now, writing
from netcard.errors import NotHere
from tests.capture.leaving import MARGIT, leave, left
from tests.cards.making import make_card, send
from tests.people import Person

THANKS = "/c/ada-okafor/hello/thanks"


@pytest.fixture(autouse=True)
def card(ada: Person) -> str:
    """Ada's card takes details; Ben's stands beside it."""
    return str(make_card(ada.client, hello_open="1"))


def test_what_is_left_waits_for_the_owner_of_the_card_alone(
    app: Flask, client: FlaskClient, ada: Person, ben: Person
) -> None:
    make_card(ben.client, handle="ben-ito", name="Ben Ito", hello_open="1")
    answer = leave(client)
    assert (answer.status_code, answer.location) == (303, THANKS)
    [kept] = left(app, ada)
    assert kept.phone == "+47 22 12 34 56"
    assert {name: getattr(kept, name) for name in MARGIT} == MARGIT
    assert (kept.accepted_at, kept.discarded_at, kept.contact_id) == (None, None, None)
    assert left(app, ben) == []
    with app.app_context():
        assert (waiting(ada.id), waiting(ben.id)) == (1, 0)


@pytest.mark.parametrize("way", ["email", "phone"])
def test_a_name_and_one_way_to_reach_them_are_enough(
    app: Flask, client: FlaskClient, ada: Person, way: str
) -> None:
    others = {name: None for name in MARGIT if name not in ("name", way)}
    assert leave(client, **others).status_code == 303
    assert getattr(left(app, ada)[0], way) == MARGIT[way]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Put your name"),
        ("name", " \u200b\u202e", "Put your name"),
        ("name", "a\0b", "cannot be kept"),
        ("name", "x" * 201, "over 200 characters"),
        ("name", "Margit\nBcc: all@example.org", "on one line"),
        ("institution", "x" * 161, "over 160 characters"),
        ("email", "margit", "has an @ in it"),
        ("email", "margit@fjordside", "looks unfinished"),
        ("email", "margit@fjordside.example\nBcc: all@example.org", "on one line"),
        ("phone", "ask my secretary", "A phone"),
        ("phone", "1" * 41, "over 40 characters"),
        ("message", "x" * 1001, "over 1000 characters"),
        ("message", "a\x07b", "cannot be kept"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_all_that_was_typed(
    app: Flask, client: FlaskClient, ada: Person, field: str, typed: str, sentence: str
) -> None:
    answer = leave(client, **{field: typed})
    assert answer.status_code == 422
    said = re.search(f'id="hello-{field}-error">([^<]+)', answer.text)
    assert said
    if sentence != "A phone":
        assert sentence in said[1]
    for name, value in MARGIT.items():
        if name != field:
            assert value in answer.text, name
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert left(app, ada) == []


def test_with_no_way_to_reach_them_nothing_is_kept(app: Flask, client: FlaskClient, ada: Person) -> None:
    answer = leave(client, email=" ", phone=None)
    assert answer.status_code == 422
    assert "Put an e-mail address or a phone number." in answer.text
    assert left(app, ada) == []


def test_words_of_strangers_are_kept_as_they_are_and_never_markup(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    said = {
        "name": "د. دينا <b>المصري</b> 🦷",
        "institution": "<script>alert(1)</script>",
        "message": "</textarea>\u202eסוף {{ 7*7 }} ' OR 1=1 --",
    }
    assert leave(client, **said).status_code == 303
    [kept] = left(app, ada)
    assert {name: getattr(kept, name) for name in said} == said
    for page in (ada.client.get("/inbox"), leave(client, **{**said, "email": "x"})):
        assert "<script>alert" not in page.text
        assert "</textarea>\u202e" not in page.text
        assert "<b>المصري" not in page.text


def test_whoever_fills_the_hidden_field_is_told_the_same_and_not_kept(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    kept, dropped = leave(client, name="A person"), leave(client, name="A program", url="http://x.example")
    assert (dropped.status_code, dropped.location, dropped.data) == (303, kept.location, kept.data)
    assert [hello.name for hello in left(app, ada)] == ["A person"]
    assert leave(client, name="", url="x").status_code == 303, "whatever else it filled"


def test_the_hidden_field_is_out_of_everybodys_way(client: FlaskClient) -> None:
    page = client.get("/c/ada-okafor/hello").text
    trap = re.search(r'<div class="trap" aria-hidden="true">.*?</div>', page)
    assert trap
    assert 'name="url" tabindex="-1" autocomplete="off"' in trap[0]
    assert re.search(r"\.sheet \.trap \{[^}]*clip-path", page)


# --- once, and not too often ----------------------------------------------------


def test_the_same_details_within_a_day_count_once(app: Flask, client: FlaskClient, ada: Person) -> None:
    start = now()
    with time_machine.travel(start, tick=False):
        assert leave(client).location == leave(client).location == THANKS
        assert len(left(app, ada)) == 1
        leave(client, message="And the second scale?")
        assert len(left(app, ada)) == 2, "another line is not lost"
    with time_machine.travel(start + timedelta(hours=25), tick=False):
        leave(client)
        assert len(left(app, ada)) == 3


def test_two_taps_at_once_count_once(app: Flask, client: FlaskClient, ada: Person) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: leave(app.test_client()).status_code, range(4)))
    assert answers == [303] * 4
    assert len(left(app, ada)) == 1


def test_over_the_limit_nothing_typed_is_lost_and_other_cards_still_take(
    app: Flask, client: FlaskClient, ada: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_card(ben.client, handle="ben-ito", name="Ben Ito", hello_open="1")
    monkeypatch.setattr(hello, "FROM", hello.Limit("hello from", 3, 3600))
    for number in range(3):
        assert leave(client, name=f"Visitor {number}").status_code == 303
    refused = leave(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "All you typed is still here" in refused.text
    assert all(value in refused.text for value in MARGIT.values())
    assert len(left(app, ada)) == 3
    assert leave(client, "ben-ito").status_code == 303


@pytest.mark.parametrize("limit", ["TO", "TO_IN_A_DAY"])
def test_one_card_has_limits_whoever_sends(
    app: Flask, client: FlaskClient, ada: Person, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(hello, limit, hello.Limit(limit, 2, 3600))
    answers = [
        client.post(
            "/c/ada-okafor/hello",
            data={**MARGIT, "name": f"Visitor {number}"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        ).status_code
        for number in range(3)
    ]
    assert answers == [303, 303, 429]


def test_a_hall_behind_one_address_is_not_turned_away(app: Flask, client: FlaskClient, ada: Person) -> None:
    for number in range(60):
        assert leave(client, name=f"Visitor {number}", message=None).status_code == 303
    assert len(left(app, ada)) == 60


def test_a_full_inbox_says_so(
    app: Flask, client: FlaskClient, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_WAITING", 1)
    leave(client)
    refused = leave(client, name="One more")
    assert refused.status_code == 429
    assert rules.FULL in refused.text
    assert "One more" in refused.text


def test_no_address_of_a_visitor_is_kept(app: Flask) -> None:
    assert set(Hello.__table__.columns.keys()) == {
        "owner_id", "id", "card_id", "name", "institution", "email", "phone", "message", "left_at",
        "accepted_at", "discarded_at", "contact_id", "made_id",
    }  # fmt: skip


# --- where it is taken ----------------------------------------------------------


def test_it_is_taken_at_every_address_of_the_card(
    app: Flask, client: FlaskClient, ada: Person, card: str
) -> None:
    send(ada.client, f"/cards/{card}", handle="ada-new", hello_open="1")
    for number, path in enumerate(
        ("/C/ADA-NEW/HELLO", "/C/Ada-New/hello", "/c/ada-new/hello", "/c/ada-okafor/hello")
    ):
        answer = client.post(path, data={**MARGIT, "name": f"Visitor {number}"})
        assert (answer.status_code, answer.location) == (303, "/c/ada-new/hello/thanks"), path
    assert len(left(app, ada)) == 4


def test_a_card_that_is_closed_keeps_nothing(app: Flask, client: FlaskClient, ada: Person, card: str) -> None:
    send(ada.client, f"/cards/{card}")
    for answer in (client.get("/c/ada-okafor/hello"), leave(client), leave(client, url="x")):
        assert answer.status_code == 404
        assert "This card takes no details" in answer.text
        assert "Set-Cookie" not in answer.headers
    assert left(app, ada) == []


@pytest.mark.parametrize("how", ["", "/removal"], ids=["switched off", "removed"])
def test_a_card_closed_or_removed_on_the_way_keeps_nothing(
    app: Flask, client: FlaskClient, ada: Person, card: str, how: str
) -> None:
    send(ada.client, f"/cards/{card}{how}")
    with app.app_context(), pytest.raises(NotHere), writing():
        inbox_actions.leave(ada.id, UUID(card), MARGIT)
    assert leave(client).status_code == 404
    assert left(app, ada) == []


@pytest.mark.parametrize("handle", ["nobody", "a", "%00ab", "x" * 300, "..%2f.."])
def test_nothing_is_left_where_no_card_is(client: FlaskClient, handle: str) -> None:
    assert leave(client, handle).status_code == 404
    assert client.get(f"/c/{handle}/hello").status_code == 404
    assert client.get(f"/c/{handle}/hello/thanks").status_code == 404


def test_it_comes_from_our_own_pages_alone(app: Flask, client: FlaskClient, ada: Person) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert client.post("/c/ada-okafor/hello", data=MARGIT, headers=headers).status_code == 403
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.open("/c/ada-okafor/hello", method=method).status_code == 405
    assert client.post(THANKS).status_code == 405
    assert left(app, ada) == []


def test_a_machine_gets_no_door_of_its_own(app: Flask, client: FlaskClient, ada: Person) -> None:
    assert client.post("/c/ada-okafor/hello", json=MARGIT).status_code == 422
    assert left(app, ada) == []


def test_nobody_is_followed(app: Flask, ada: Person) -> None:
    ada.client.get("/cards")  # takes the toast, and with it the cookie's change
    pages = (
        ada.client.get("/c/ada-okafor/hello"),
        ada.client.get(THANKS),
        leave(ada.client),
        leave(ada.client, name=""),
    )
    for answer in pages:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "").replace("Accept-Encoding", "")
    assert "<script" not in "".join(page.text for page in pages)


def test_the_thanks_are_the_same_for_everyone_and_lead_to_the_contact(
    client: FlaskClient, ada: Person
) -> None:
    page = client.get(THANKS)
    assert page.data == client.get("/C/ADA-OKAFOR/HELLO/THANKS").data == ada.client.get(THANKS).data
    assert 'href="/c/ada-okafor/contact.vcf"' in page.text
    assert "Save <bdi>Ada</bdi>’s contact" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_an_erased_account_takes_what_was_left_with_it(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    with app.app_context():
        with writing():
            db.session.delete(db.session.get_one(Account, ada.id))
        db.session.remove()
    assert left(app, ada) == []
    assert leave(client).status_code == 404
