"""App passwords and the tickets that carry them: shown once, good for one account, ended for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from netcard.accounts import app_passwords, tickets
from netcard.accounts.models import AppPassword, PhoneTicket
from netcard.database import db, now, writing
from tests.accounts.conftest import Mailbox, change, rows
from tests.people import PASSWORD, Person

NEW = "another walk to the poster hall"


def issue(app: Flask, person: Person, label: str = "My phone") -> tuple[UUID, str]:
    with app.app_context(), writing():
        return app_passwords.issue(person.id, label)


def lets_in(app: Flask, email: str, secret: str) -> bool:
    with app.app_context():
        return app_passwords.device_of(email, secret) is not None


# --- the secret ---------------------------------------------------------------


def test_it_lets_its_own_account_in(app: Flask, ada: Person, ben: Person) -> None:
    app_password_id, secret = issue(app, ada)
    with app.app_context():
        device = app_passwords.device_of(" ADA@example.org", secret)
        assert device
        assert (device.account_id, device.app_password_id) == (ada.id, app_password_id)
    assert not lets_in(app, ben.email, secret)
    assert not lets_in(app, ada.email, secret[:-1] + ("a" if secret[-1] != "a" else "b"))
    assert not lets_in(app, ada.email, PASSWORD)
    assert not lets_in(app, "nobody@example.org", secret)


@pytest.mark.parametrize("typed", ["", "-", "\0", "\ud800", "x" * 5000])
def test_nonsense_lets_nobody_in(app: Flask, ada: Person, typed: str) -> None:
    issue(app, ada)
    assert not lets_in(app, ada.email, typed)


def test_how_it_is_typed_does_not_matter(app: Flask, ada: Person) -> None:
    _, secret = issue(app, ada)
    for typed in (secret.upper(), secret.replace("-", ""), secret.replace("-", " "), f" {secret} "):
        assert lets_in(app, ada.email, typed)


def test_only_its_hash_is_kept(app: Flask, ada: Person) -> None:
    _, secret = issue(app, ada)
    ((kept,),) = rows(app, select(AppPassword.secret_hash))
    assert len(kept) == 32
    assert secret.replace("-", "").encode() not in kept
    assert len(secret.replace("-", "")) == 16  # five bits each


def test_a_revoked_one_ends_alone(app: Flask, ada: Person, ben: Person) -> None:
    lost, secret = issue(app, ada, "Lost")
    _, other = issue(app, ada, "Other")
    _, bens = issue(app, ben)
    with app.app_context(), writing():
        assert app_passwords.revoke(ada.id, lost) == 1
    with app.app_context(), writing():
        assert app_passwords.revoke(ada.id, lost) == 0
    assert not lets_in(app, ada.email, secret)
    assert lets_in(app, ada.email, other)
    assert lets_in(app, ben.email, bens)
    with app.app_context():
        assert [each.label for each in app_passwords.app_passwords_of(ada.id)] == ["Other"]


def test_nobody_revokes_anothers(app: Flask, ada: Person, ben: Person) -> None:
    adas, secret = issue(app, ada)
    with app.app_context(), writing():
        assert app_passwords.revoke(ben.id, adas) == 0
    assert lets_in(app, ada.email, secret)


def test_the_first_sync_is_noted_once(app: Flask, ada: Person) -> None:
    _, secret = issue(app, ada)
    with app.app_context():
        device = app_passwords.device_of(ada.email, secret)
        assert device
        with writing():
            app_passwords.note_sync(device)
        (first,) = db.session.scalars(select(AppPassword.synced_at)).all()
        with writing():
            app_passwords.note_sync(device)
        assert db.session.scalars(select(AppPassword.synced_at)).all() == [first]


def test_use_is_noted_once_a_minute(app: Flask, ada: Person) -> None:
    _, secret = issue(app, ada)
    with app.app_context():
        device = app_passwords.device_of(ada.email, secret)
        assert device
        assert app_passwords.worth_noting(device)
        with writing():
            app_passwords.note_use(device, "DAVx5/4.5" + "x" * 999)
        assert len(db.session.scalars(select(AppPassword.agent)).one()) == 200
        known = app_passwords.device_of(ada.email, secret)
        assert known
        assert not app_passwords.worth_noting(known)
    change(app, update(AppPassword).values(used_at=now() - timedelta(minutes=2)))
    with app.app_context():
        known = app_passwords.device_of(ada.email, secret)
        assert known
        assert app_passwords.worth_noting(known)


# --- tickets ------------------------------------------------------------------


def tickets_for(app: Flask, person: Person) -> tuple[UUID, str, dict[str, str]]:
    app_password_id, secret = issue(app, person)
    with app.app_context(), writing():
        return app_password_id, secret, tickets.issue(app_password_id, secret)


def spend(app: Flask, token: str) -> tickets.Handed | None:
    with app.app_context(), writing():
        return tickets.spend(token)


def test_a_ticket_hands_the_secret_over_once(app: Flask, ada: Person, ben: Person) -> None:
    tickets_for(app, ben)
    app_password_id, secret, tokens = tickets_for(app, ada)
    for kind, token in tokens.items():
        handed = spend(app, token.upper())  # as a code writes it
        assert handed == tickets.Handed(kind, ada.id, ada.email, app_password_id, "My phone", secret)
        assert spend(app, token) is None


def test_looking_does_not_use_it_up(app: Flask, ada: Person) -> None:
    _, _, tokens = tickets_for(app, ada)
    with app.app_context():
        assert [tickets.kind_of(tokens[kind]) for kind in ("apple", "apple", "davx5")] == [
            "apple",
            "apple",
            "davx5",
        ]
        assert tickets.kind_of("nonsense") is None
    assert spend(app, tokens["apple"])


def test_of_many_at_once_one_gets_it(app: Flask, ada: Person) -> None:
    _, _, tokens = tickets_for(app, ada)
    with ThreadPoolExecutor(8) as pool:
        handed = list(pool.map(lambda _: spend(app, tokens["apple"]), range(8)))
    assert sum(each is not None for each in handed) == 1


def test_it_is_good_for_ten_minutes(app: Flask, ada: Person) -> None:
    _, _, tokens = tickets_for(app, ada)
    for (expires,) in rows(app, select(PhoneTicket.expires_at)):
        assert 590 < (expires - now()).total_seconds() <= 600
    change(app, update(PhoneTicket).values(expires_at=now()))
    with app.app_context():
        assert tickets.kind_of(tokens["apple"]) is None
    assert spend(app, tokens["apple"]) is None


def test_those_that_are_over_go_when_new_ones_are_made(app: Flask, ada: Person) -> None:
    tickets_for(app, ada)
    change(app, update(PhoneTicket).values(expires_at=now() - timedelta(seconds=1)))
    tickets_for(app, ada)
    assert rows(app, select(func.count()).select_from(PhoneTicket)) == [(2,)]


def test_revoking_ends_the_tickets_too(app: Flask, ada: Person, ben: Person) -> None:
    app_password_id, _, tokens = tickets_for(app, ada)
    _, _, bens = tickets_for(app, ben)
    with app.app_context(), writing():
        app_passwords.revoke(ada.id, app_password_id)
    assert rows(app, select(func.count()).select_from(PhoneTicket)) == [(2,)]  # Ben's
    assert spend(app, tokens["apple"]) is None
    assert spend(app, bens["apple"])


def test_a_ticket_that_outlived_its_password_is_worth_nothing(app: Flask, ada: Person) -> None:
    _, _, tokens = tickets_for(app, ada)
    change(app, update(AppPassword).values(revoked_at=now()))
    with app.app_context():
        assert tickets.kind_of(tokens["apple"]) is None
    assert spend(app, tokens["apple"]) is None


def test_what_the_table_holds_opens_nothing(app: Flask, ada: Person) -> None:
    _, secret, tokens = tickets_for(app, ada)
    for row in rows(app, select(PhoneTicket.token_hash, PhoneTicket.sealed)):
        kept = row.token_hash + row.sealed
        for told in (secret, secret.replace("-", ""), *tokens.values()):
            assert told.encode() not in kept
        for guess in (row.token_hash.hex(), ada.id.hex, ""):
            with pytest.raises(InvalidToken):
                tickets._lock(guess).decrypt(row.sealed)


def test_a_token_is_128_random_bits_of_letters_and_digits(app: Flask, ada: Person) -> None:
    _, _, tokens = tickets_for(app, ada)
    assert len(set(tokens.values())) == 2
    for token in tokens.values():
        assert token.isalnum()
        assert token == token.lower()
        assert len(token) * 5 >= 128


# --- a new password -----------------------------------------------------------


def reset(client: FlaskClient, mailbox: Mailbox) -> tuple[str, str]:
    """By the mailed link: what its page and the next page said."""
    client.post("/reset", data={"email": "ada@example.org"})
    link = mailbox.link("Choose a new password")
    page = client.get(link).text
    return page, client.post(link, data={"password": NEW}, follow_redirects=True).text


def test_a_reset_by_mail_disconnects_every_phone(
    app: Flask, ada: Person, ben: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    _, secret, tokens = tickets_for(app, ada)
    _, bens = issue(app, ben)
    before, after = reset(client, mailbox)
    assert "must be connected anew" in before
    assert "phones that sync must be connected anew" in after
    assert not lets_in(app, ada.email, secret)
    assert spend(app, tokens["apple"]) is None
    assert lets_in(app, ben.email, bens)
    assert "Phones that synced" in mailbox.letters("was changed")[0].get_content()


def test_a_reset_without_a_phone_says_nothing_of_phones(
    ada: Person, client: FlaskClient, mailbox: Mailbox
) -> None:
    for text in (*reset(client, mailbox), mailbox.letters("was changed")[0].get_content()):
        assert "must be connected" not in text
        assert "synced" not in text


@pytest.mark.parametrize("ticked", [True, False])
def test_changing_the_password_disconnects_phones_only_where_asked(
    app: Flask, ada: Person, ben: Person, ticked: bool
) -> None:
    _, secret = issue(app, ada)
    _, bens = issue(app, ben)
    assert 'name="disconnect"' in ada.client.get("/settings/account").text
    form = {"current": PASSWORD, "password": NEW, **({"disconnect": "y"} if ticked else {})}
    answer = ada.client.post("/settings/password", data=form, follow_redirects=True)
    assert ("must be connected anew" in answer.text) == ticked
    assert lets_in(app, ada.email, secret) != ticked
    assert lets_in(app, ben.email, bens)


def test_a_refused_change_disconnects_nothing(app: Flask, ada: Person) -> None:
    _, secret = issue(app, ada)
    form = {"current": "not the one at all", "password": NEW, "disconnect": "y"}
    answer = ada.client.post("/settings/password", data=form)
    assert answer.status_code == 422
    assert (
        "checked"
        in answer.text.partition('name="disconnect"')[0].rpartition("<input")[2]
        + (answer.text.partition('name="disconnect"')[2].partition(">")[0])
    )
    assert lets_in(app, ada.email, secret)


def test_without_a_phone_nothing_is_asked(ada: Person) -> None:
    assert 'name="disconnect"' not in ada.client.get("/settings/account").text


def test_erasing_the_account_erases_them(app: Flask, ada: Person, ben: Person) -> None:
    tickets_for(app, ada)
    tickets_for(app, ben)
    ada.client.post("/settings/erase", data={"password": PASSWORD})
    assert rows(app, select(AppPassword.account_id)) == [(ben.id,)]
    assert rows(app, select(func.count()).select_from(PhoneTicket)) == [(2,)]
