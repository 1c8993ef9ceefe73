"""The world of reminders: a stand-in push service over real TLS, a browser's own keys, and a mail server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import update

from netcard.accounts.models import Account
from netcard.config import Settings
from netcard.database import db, now, writing
from netcard.followups.models import Reminding
from netcard.mail import Postman
from tests.accounts.conftest import free_port
from tests.conftest import settings_for
from tests.people import Person
from tests.push import Phone, PushService, service

__all__ = ["service"]


@pytest.fixture(autouse=True)
def new_year() -> Iterator[None]:
    """Everybody signs in before the days of these tests: a cookie of tomorrow is nobody's."""
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        yield


@dataclass
class MailServer:
    """A mail server: what it took, and how it answers the text of a mail."""

    url: str = ""
    answer: str = "250 OK"
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    vanishes: bool = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append((envelope.rcpt_tos[0], content))
        if self.vanishes:
            assert server.transport
            server.transport.abort()
        return self.answer


@pytest.fixture
def post_office() -> Iterator[MailServer]:
    office, port = MailServer(), free_port()
    office.url = f"smtp://127.0.0.1:{port}"
    server = Controller(office, hostname="127.0.0.1", port=port)
    server.start()
    yield office
    server.stop()


@pytest.fixture
def reached(
    app: Flask, tmp_path: Path, service: PushService, post_office: MailServer, monkeypatch
) -> Iterator[Settings]:
    """The application with both servers in its settings."""
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    before = app.extensions["netcard"], app.extensions["postman"]
    settings = settings_for(
        tmp_path / "settings", NETCARD_SMTP_URL=post_office.url, NETCARD_PUSH_SERVICES=service.origin
    )
    app.extensions["netcard"] = settings
    app.extensions["postman"] = Postman(app)
    yield settings
    app.extensions["netcard"], app.extensions["postman"] = before


def wants_mail(app: Flask, owner: Person, hour: int | None = 7, zone: str = "Europe/Vienna") -> None:
    """The owner has proved the address and wants the digest."""
    with app.app_context(), writing():
        db.session.execute(
            update(Account).where(Account.id == owner.id).values(email_verified_at=now(), time_zone=zone)
        )
        row = db.session.get(Reminding, (owner.id, owner.id)) or Reminding(owner_id=owner.id, id=owner.id)
        row.digest_hour = hour
        db.session.add(row)


def subscribe(owner: Person, endpoint: str, phone: Phone | None = None) -> Phone:
    """As push.js does it."""
    phone = phone or Phone()
    answer = owner.client.post("/settings/reminders/push", json=phone.subscription(endpoint))
    assert answer.status_code in (200, 201), answer.text
    return phone
