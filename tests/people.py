"""The small named world of the tests: Ada owns, Ben must stay out, a visitor has no account."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from netcard.accounts import sessions
from netcard.accounts.models import Account
from netcard.database import db, writing

PASSWORD = "a long walk to the poster hall"


@dataclass
class Person:
    """An account and a browser that is signed in to it."""

    id: UUID
    email: str
    client: FlaskClient
    token: str


def make_person(app: Flask, email: str, password_hash: str = "unusable") -> Person:
    """An account written straight into the database, signed in by a real sign-in row."""
    with app.app_context():
        with writing():
            account = Account(email=email, password_hash=password_hash, time_zone="Europe/Vienna")
            db.session.add(account)
            db.session.flush()
            token = sessions.start(account.id, "test phone")
        account_id = account.id
        db.session.remove()
    return Person(account_id, email, signed_in(app, token), token)


def signed_in(app: Flask, token: str) -> FlaskClient:
    """A browser holding the cookie of a sign-in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.permanent = True
        session["_user_id"] = token
        session["_fresh"] = True
    return client
