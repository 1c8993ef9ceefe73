"""How often one may try, counted over all workers."""

import os
import subprocess
import sys
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from netcard.accounts import limits
from netcard.web.limits import TooMany, spend, visitor
from tests.accounts.conftest import Mailbox
from tests.people import PASSWORD, Person

WORKER = """
from netcard import create_app
client = create_app().test_client()
for _ in range(15):
    answer = client.post("/login", data={"email": "ada@example.org", "password": "not the one at all"},
                         headers={"Origin": "http://localhost"})
    print(answer.status_code)
"""


def wrong(client: FlaskClient, email: str = "ada@example.org", **more):
    return client.post("/login", data={"email": email, "password": "not the one at all"}, **more)


def use_up(app: Flask, limit, key: str) -> None:
    with app.app_context():
        for _ in range(limit.times):
            spend((limit, key))


def test_guessing_stops_whatever_worker_is_asked(app: Flask, ada: Person, database_url: str | None) -> None:
    """Two processes try 30 passwords of one e-mail; the limit lets as many through as one process."""
    settings = app.extensions["netcard"]
    environ = {**os.environ, "NETCARD_DATA": str(settings.data), "NETCARD_URL": settings.url}
    if database_url:
        environ["NETCARD_DATABASE_URL"] = database_url
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], env=environ, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [line for worker in workers for line in worker.communicate()[0].split()]
    assert answers.count("422") == limits.SIGN_IN_AS.times
    assert answers.count("429") == 30 - limits.SIGN_IN_AS.times


def test_many_at_once_cannot_slip_through(app: Flask, ada: Person, client: FlaskClient) -> None:
    answers: list[int] = []

    def guess() -> None:
        answers.extend(wrong(app.test_client()).status_code for _ in range(5))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(422) == limits.SIGN_IN_AS.times
    assert set(answers) == {422, 429}


def test_the_page_says_when_to_come_back(app: Flask, ada: Person, client: FlaskClient) -> None:
    use_up(app, limits.SIGN_IN_AS, "ada@example.org")
    answer = wrong(client, " ADA@example.org")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= limits.SIGN_IN_AS.seconds
    assert "Try again in" in answer.text
    assert client.post("/login", data={"email": ada.email, "password": PASSWORD}).status_code == 429
    assert wrong(client, "bob@example.org").status_code == 422  # another e-mail is not meant


def test_signing_in_well_is_never_too_often(ada: Person, client: FlaskClient) -> None:
    for _ in range(limits.SIGN_IN_AS.times + 5):
        assert client.post("/login", data={"email": ada.email, "password": PASSWORD}).status_code == 303


def test_guessing_over_many_emails_stops_too(app: Flask, client: FlaskClient) -> None:
    use_up(app, limits.SIGN_IN_FROM, "127.0.0.1")
    assert wrong(client, "bob@example.org").status_code == 429
    elsewhere = wrong(client, "bob@example.org", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 422


def test_accounts_are_not_made_by_the_hundred(app: Flask, client: FlaskClient) -> None:
    use_up(app, limits.SIGN_UP_FROM, "127.0.0.1")
    sent = {"email": "hana@example.org", "password": PASSWORD}
    assert client.post("/signup", data=sent).status_code == 429
    assert client.post("/signup", data={**sent, "password": "short"}).status_code == 422  # nothing was tried


def test_a_mailbox_is_not_flooded(app: Flask, ada: Person, client: FlaskClient, mailbox: Mailbox) -> None:
    answers = [client.post("/reset", data={"email": ada.email}) for _ in range(limits.RESET_OF.times + 1)]
    assert [answer.status_code for answer in answers] == [303] * limits.RESET_OF.times + [429]
    assert "Retry-After" in answers[-1].headers
    assert len(mailbox.letters()) == limits.RESET_OF.times
    unknown = [client.post("/reset", data={"email": "bob@example.org"}) for _ in answers]
    assert [answer.status_code for answer in unknown] == [answer.status_code for answer in answers]
    use_up(app, limits.RESET_FROM, "198.51.100.1")
    other = client.post(
        "/reset", data={"email": "x@example.org"}, environ_overrides={"REMOTE_ADDR": "198.51.100.1"}
    )
    assert other.status_code == 429


@pytest.mark.parametrize("address", ["/settings/password", "/settings/erase"])
def test_a_found_phone_does_not_guess_for_long(app: Flask, ada: Person, address: str) -> None:
    sent = {"current": "not the one at all", "password": "another walk to the hall"}
    answers = [ada.client.post(address, data=sent).status_code for _ in range(limits.CONFIRM.times + 1)]
    assert answers == [422] * limits.CONFIRM.times + [429]


def test_links_are_not_mailed_without_end(app: Flask, ada: Person, mailbox: Mailbox) -> None:
    answers = [ada.client.post("/settings/verification").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(mailbox.letters()) == 5


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_household_counts_as_one_visitor(app: Flask, address: str, key: str) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
        assert visitor() == key


def test_the_limit_tells_its_waiting_time(app: Flask) -> None:
    use_up(app, limits.INVITE, "key")
    with app.app_context(), pytest.raises(TooMany, match="minutes"):
        spend((limits.INVITE, "key"))
