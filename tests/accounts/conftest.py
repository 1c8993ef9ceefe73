"""The accounts' world: a real mail server that the application talks SMTP with."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from netcard.accounts import passwords
from netcard.database import db, writing
from netcard.mail import Postman, postman
from tests.conftest import Client, settings_for
from tests.people import PASSWORD, Person, make_person


@dataclass
class Mailbox:
    """What the mail server was handed."""

    app: Flask
    received: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.readers += envelope.rcpt_tos
        return "250 OK"

    def letters(self, subject: str = "") -> list[EmailMessage]:
        """Those that came, once all has been sent; only with `subject` in their subject."""
        with self.app.app_context():
            postman().wait()
        return [message for message in self.received if subject in message["Subject"]]

    def link(self, subject: str) -> str:
        """The path of the link in the newest letter about `subject`."""
        text = self.letters(subject)[-1].get_content().replace("\r\n", "\n")
        found = re.search(r"^http://localhost(/\S+)$", text, re.MULTILINE)
        assert found, text
        return found[1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def mailbox(app: Flask, tmp_path) -> Iterator[Mailbox]:
    """A mail server of this test's own, on a free port."""
    box = Mailbox(app)
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    before, settings = app.extensions["postman"], app.extensions["netcard"]
    app.extensions["netcard"] = settings_for(tmp_path, NETCARD_SMTP_URL=f"smtp://127.0.0.1:{port}")
    app.extensions["postman"] = Postman(app)
    yield box
    box.letters()
    app.extensions["postman"], app.extensions["netcard"] = before, settings
    server.stop()


@pytest.fixture(autouse=True)
def _no_mail_under_way(request: pytest.FixtureRequest) -> Iterator[None]:
    app = request.getfixturevalue("app") if "app" in request.fixturenames else None
    yield
    if app:
        with app.app_context():
            postman().wait()


@pytest.fixture
def ada(app: Flask) -> Person:
    """Ada, with a password she can type."""
    app.test_client_class = Client
    return make_person(app, "ada@example.org", HASH)


@pytest.fixture
def closed(app: Flask, tmp_path) -> Iterator[None]:
    """Nobody may sign up."""
    yield from _with_signup(app, tmp_path, "closed")


@pytest.fixture
def by_invitation(app: Flask, tmp_path) -> Iterator[None]:
    """Only the invited may sign up."""
    yield from _with_signup(app, tmp_path, "invite")


def _with_signup(app: Flask, folder, signup: str) -> Iterator[None]:
    before = app.extensions["netcard"]
    app.extensions["netcard"] = settings_for(
        folder, NETCARD_SIGNUP=signup, **({"NETCARD_SMTP_URL": before.smtp_url} if before.smtp_url else {})
    )
    yield
    app.extensions["netcard"] = before


def rows(app: Flask, statement) -> list:
    """What the database holds, read afresh."""
    with app.app_context():
        return list(db.session.execute(statement))


def change(app: Flask, statement) -> None:
    """Change the database behind the application's back."""
    with app.app_context(), writing():
        db.session.execute(statement)


HASH = passwords.hash_password(PASSWORD)
