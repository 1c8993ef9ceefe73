"""Sending account mail over SMTP; without a server it goes to the log."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

import idna
from flask import Flask, current_app

from netcard.config import Settings

log = logging.getLogger("netcard.mail")

TIMEOUT_SECONDS = 20


class Unsure(Exception):
    """The conversation broke off while a mail was handed over: it may have been taken, or not."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text mail to one reader."""

    to: str
    subject: str
    text: str


class Postman:
    """Sends in the background, so that an answer takes as long whether a mail goes out or not.

    The server is named by NETCARD_SMTP_URL: `smtps://` for TLS from the start, `smtp://` for STARTTLS
    where the server offers it. The sender is its `?from=`, else its user name when that is an
    address, else netcard@ the host of NETCARD_URL.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings: Settings = app.extensions["netcard"]
        self._hands = _hands()

    def post(self, letter: Letter) -> None:
        """Hand a letter over; failures are logged, for nobody waits for them."""
        self._hands.submit(self._send, letter)

    def write_and_post(self, write: Callable[[], Letter | None]) -> None:
        """Let `write` decide in the background whether there is a letter; it may use the database."""
        self._hands.submit(self._write_and_send, write)

    def send(self, letter: Letter) -> None:
        """Send while the caller waits. Raises OSError, of which SMTPException is one, or UnicodeError where
        it certainly did not go, and `Unsure` where nobody knows."""
        if not self._settings.smtp_url:
            log.warning(
                "NETCARD_SMTP_URL is not set, so this mail was not sent.\nTo: %s\nSubject: %s\n\n%s",
                letter.to,
                letter.subject,
                letter.text,
            )
            return
        deliver(self._message(letter), self._settings.smtp_url)

    def wait(self) -> None:
        """Until everything handed over so far has been tried."""
        self._hands.shutdown(wait=True)
        self._hands = _hands()

    def _write_and_send(self, write: Callable[[], Letter | None]) -> None:
        try:
            with self._app.app_context():
                letter = write()
        except Exception:
            log.exception("a mail could not be written")
            return
        if letter:
            self._send(letter)

    def _send(self, letter: Letter) -> None:
        try:
            self.send(letter)
        except (OSError, UnicodeError, Unsure):
            log.exception("mail %r was not delivered", letter.subject)

    def _message(self, letter: Letter) -> EmailMessage:
        host = urlsplit(self._settings.url).hostname or "localhost"
        message = EmailMessage()
        message["From"] = f"netcard <{sender(self._settings.smtp_url or '', host)}>"
        message["To"] = _in_ascii(letter.to)
        message["Subject"] = letter.subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=host)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def sender(smtp_url: str, host: str) -> str:
    """The address mail comes from; a server that asks for a password mostly wants its own user there."""
    server = urlsplit(smtp_url)
    named = parse_qs(server.query).get("from", [""])[0]
    user = unquote(server.username or "")
    return named or (user if "@" in user else f"netcard@{host}")


def deliver(message: EmailMessage, smtp_url: str) -> None:
    """One SMTP conversation (RFC 5321). Raises OSError, of which SMTPException is one, where the mail was
    certainly not taken, and `Unsure` where the server fell silent while it was handed over.

    A password is never said aloud: without TLS it goes only to this very machine (RFC 4954, section 4).
    """
    server = urlsplit(smtp_url)
    host, tls = server.hostname or "localhost", ssl.create_default_context()
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_SECONDS, context=tls)
    else:
        connection = smtplib.SMTP(host, server.port or 25, timeout=TIMEOUT_SECONDS)
    with closing(connection):
        connection.ehlo()
        if server.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls(context=tls)
        if server.username:
            if not isinstance(connection.sock, ssl.SSLSocket) and not _is_here(host):
                raise smtplib.SMTPException(f"{host} offers no STARTTLS; the password was not sent")
            connection.login(unquote(server.username), unquote(server.password or ""))
        try:
            connection.send_message(message)
        except smtplib.SMTPServerDisconnected as error:
            raise Unsure("the server hung up") from error
        except smtplib.SMTPException:
            raise  # it said no
        except OSError as error:
            raise Unsure(str(error)) from error
        with suppress(OSError):  # the mail is theirs by now, whatever they say to goodbye
            connection.quit()


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_ascii(address: str) -> str:
    """The address as every server takes it: a domain beyond ASCII by its IDNA name (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return address if address.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"


def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


def init_mail(app: Flask) -> None:
    """Give the application its postman."""
    app.extensions["postman"] = Postman(app)


def postman() -> Postman:
    """The running application's postman."""
    found: Postman = current_app.extensions["postman"]
    return found
