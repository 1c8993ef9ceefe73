"""Mail as a real server takes it: plain, over STARTTLS with a password, and refused."""

import ssl
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from flask import Flask

from netcard.accounts import letters
from netcard.mail import Letter, Postman, deliver, postman, sender
from tests.accounts.conftest import Mailbox, free_port
from tests.conftest import settings_for


def a_letter(to: str = "ada@example.org") -> Letter:
    return Letter(to, "Grüße vom Kongress", "Ein Gruß.\n\nhttp://localhost/reset/" + "x" * 90 + "\n")


def test_a_letter_arrives_whole(app: Flask, mailbox: Mailbox) -> None:
    with app.app_context():
        postman().post(a_letter())
    (message,) = mailbox.letters()
    assert mailbox.readers == ["ada@example.org"]
    assert message["Subject"] == "Grüße vom Kongress"
    assert message["From"] == "netcard <netcard@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"]
    assert message["Date"]
    assert message.get_content().replace("\r\n", "\n") == a_letter().text


def test_a_domain_beyond_ascii_is_written_as_servers_know_it(app: Flask, mailbox: Mailbox) -> None:
    with app.app_context():
        postman().post(a_letter("ada@bücher.example"))
    mailbox.letters()
    assert mailbox.readers == ["ada@xn--bcher-kva.example"]


def test_every_letter_has_a_subject_a_body_and_only_our_address(app: Flask) -> None:
    with app.app_context():
        for letter in (
            letters.verify("a@example.org", "token"),
            letters.reset("a@example.org", "token"),
            letters.password_changed("a@example.org"),
            letters.invite("a@example.org"),
        ):
            assert letter.subject
            assert "\n" not in letter.subject
            assert letter.text.count("http") == letter.text.count("\nhttp://localhost/") == 1
            assert max(len(line) for line in letter.text.splitlines() if "http" not in line) < 79


def test_links_come_from_the_settings_whatever_host_is_asked(client, ada, mailbox: Mailbox) -> None:
    client.post("/reset", data={"email": ada.email}, headers={"Host": "evil.example"})
    assert "evil.example" not in mailbox.letters()[-1].as_string()
    assert mailbox.link("Choose").startswith("/reset/")


def test_a_server_that_is_not_there_is_logged_and_nothing_else(app: Flask, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, NETCARD_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    away = Postman(SimpleNamespace(extensions={"netcard": settings}))  # type: ignore[arg-type]
    away.post(a_letter())
    away.wait()
    with pytest.raises(OSError, match="refused"):
        deliver(EmailMessage(), settings.smtp_url or "")


def test_a_letter_that_cannot_be_written_does_not_stop_the_next(app: Flask, mailbox: Mailbox) -> None:
    with app.app_context():
        postman().write_and_post(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
        postman().write_and_post(lambda: None)
        postman().write_and_post(a_letter)
    assert len(mailbox.letters()) == 1


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://127.0.0.1", "netcard@cards.example"),
        ("smtps://key:secret@mail.example", "netcard@cards.example"),
        ("smtps://ada%40clinic.example:secret@mail.example", "ada@clinic.example"),
        ("smtps://key:secret@mail.example?from=cards%40clinic.example", "cards@clinic.example"),
    ],
)
def test_the_sender_is_one_the_server_lets_pass(url: str, address: str) -> None:
    assert sender(url, "cards.example") == address


# --- with a password ----------------------------------------------------------


class Guarded:
    """A mail server that wants TLS and a password, and keeps both to tell."""

    def __init__(self, folder: Path) -> None:
        self.seen: list[tuple[bool, str]] = []
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        wanted = (
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=here -addext subjectAltName=IP:127.0.0.1"
        )
        subprocess.run(
            ["openssl", *wanted.split(), "-keyout", str(key), "-out", str(certificate)],
            check=True,
            capture_output=True,
        )
        self.certificate = certificate
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate, key)

    def check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: object
    ) -> AuthResult:
        good = isinstance(said, LoginPassword) and (said.login, said.password) == (
            b"ada@clinic",
            b"p@ss/word",
        )
        return AuthResult(success=good, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.seen.append((session.ssl is not None, envelope.mail_from or ""))
        return "250 OK"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Guarded, str]]:
    """(the server, its place)"""
    handler, port = Guarded(tmp_path), free_port()
    server = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        tls_context=handler.tls,
        require_starttls=True,
        authenticator=handler.check,
        auth_required=True,
    )
    server.start()
    yield handler, f"127.0.0.1:{port}"
    server.stop()


def message() -> EmailMessage:
    found = EmailMessage()
    found["From"], found["To"] = "netcard@clinic.example", "ada@example.org"
    found.set_content("A word.")
    return found


def test_tls_and_the_password_come_before_the_letter(guarded, monkeypatch) -> None:
    server, place = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    deliver(message(), f"smtp://ada%40clinic:p%40ss%2Fword@{place}")
    assert server.seen == [(True, "netcard@clinic.example")]


def test_a_wrong_password_sends_nothing(guarded, monkeypatch) -> None:
    import smtplib

    server, place = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    with pytest.raises(smtplib.SMTPAuthenticationError):
        deliver(message(), f"smtp://ada%40clinic:wrong@{place}")
    assert server.seen == []


def test_a_certificate_nobody_vouches_for_sends_nothing(guarded) -> None:
    server, place = guarded
    with pytest.raises(ssl.SSLCertVerificationError):
        deliver(message(), f"smtp://ada%40clinic:p%40ss%2Fword@{place}")
    assert server.seen == []


def test_without_tls_a_password_goes_to_no_other_machine(monkeypatch) -> None:
    """The name is another machine's; the conversation is held with a server here that offers no TLS."""
    import smtplib
    import socket

    port, heard = free_port(), []

    class Plain:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            heard.append(envelope.mail_from)
            return "250 OK"

    def authenticate(*said: object) -> AuthResult:
        heard.append("password")
        return AuthResult(success=True)

    server = Controller(
        Plain(), hostname="127.0.0.1", port=port, auth_require_tls=False, authenticator=authenticate
    )
    server.start()
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **named: real("127.0.0.1", *more, **named))
    try:
        with pytest.raises(smtplib.SMTPException, match="no STARTTLS"):
            deliver(message(), f"smtp://ada:secret@mail.example:{port}")
        assert heard == []
        deliver(message(), f"smtp://ada:secret@127.0.0.1:{port}")
        assert heard == ["password", "netcard@clinic.example"]
    finally:
        server.stop()
