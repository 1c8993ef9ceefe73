"""Sending account mail over SMTP; without a server it goes to the log."""

import logging
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from netcard.config import Settings

log = logging.getLogger("netcard.mail")

TIMEOUT_SECONDS = 20


class Postman:
    """Sends in the background, so that an answer takes as long whether a mail goes out or not."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hands = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")

    def post(self, to: str, subject: str, text: str) -> None:
        """Hand a plain-text message over; failures are logged, for nobody waits for them."""
        self._hands.submit(self._send, self._message(to, subject, text))

    def wait(self) -> None:
        """Until everything handed over so far has been tried."""
        self._hands.shutdown(wait=True)
        self._hands = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        host = urlsplit(self._settings.url).hostname or "localhost"
        message = EmailMessage()
        message["From"] = f"netcard <netcard@{host}>"
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=host)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _send(self, message: EmailMessage) -> None:
        if not self._settings.smtp_url:
            log.warning("NETCARD_SMTP_URL is not set; this mail was not sent:\n%s", message.as_string())
            return
        try:
            self._deliver(message, self._settings.smtp_url)
        except (OSError, smtplib.SMTPException):
            log.exception("mail %r was not delivered", message["Subject"])

    def _deliver(self, message: EmailMessage, address: str) -> None:
        server = urlsplit(address)
        host, tls = server.hostname or "localhost", ssl.create_default_context()
        connection: smtplib.SMTP
        if server.scheme == "smtps":
            connection = smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_SECONDS, context=tls)
        else:
            connection = smtplib.SMTP(host, server.port or 25, timeout=TIMEOUT_SECONDS)
        with connection:
            connection.ehlo()
            if server.scheme == "smtp" and connection.has_extn("starttls"):
                connection.starttls(context=tls)
            if server.username:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)


def init_mail(app: Flask) -> None:
    """Give the application its postman."""
    app.extensions["postman"] = Postman(app.extensions["netcard"])


def postman() -> Postman:
    """The running application's postman."""
    found: Postman = current_app.extensions["postman"]
    return found
