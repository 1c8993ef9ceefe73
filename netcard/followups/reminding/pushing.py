"""One push message to one browser."""

import logging
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from netcard.config import Settings
from netcard.followups.reminding import sealing, services
from netcard.mail import sender

log = logging.getLogger("netcard.remind")

KEPT_SECONDS = 12 * 60 * 60
"""How long a push service keeps a message for a phone that is off: a morning's word is stale by night."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent where. A later one on the same `topic` takes an undelivered one's place."""

    endpoint: str
    p256dh: str
    auth: str
    word: bytes
    topic: str


def push(parcel: Parcel, config: Settings) -> Literal["sent", "failed", "refused", "gone"]:
    """Send it (RFC 8030, section 5).

    "failed" may be tried again: no answer, or the service's own trouble. If an unanswered one did arrive,
    its topic here and its tag on the phone let the second take its place.
    """
    headers = {
        "Authorization": sealing.vouch(
            sealing.server_key(config.secret_key), parcel.endpoint, contact_of(config)
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Topic": parcel.topic,
        "Urgency": "normal",
    }
    host = urlsplit(parcel.endpoint).hostname
    try:
        body = sealing.seal(parcel.word, parcel.p256dh, parcel.auth)
        status = services.post(parcel.endpoint, headers, body, config.push_services)
    except services.NotReached as error:
        log.warning("%s did not answer: %s", host, error)
        return "failed"
    except ValueError as error:  # taken once, when the operator trusted that origin still
        log.warning("a push message to %s was not sent: %s", host, error)
        return "refused"
    if 200 <= status < 300:
        return "sent"
    if status in (404, 410):
        return "gone"
    log.warning("%s answered %s", host, status)
    return "failed" if status == 429 or status >= 500 else "refused"


def contact_of(config: Settings) -> str:
    """Whom a push service may write to about this server (RFC 8292, section 2.1)."""
    if config.https:
        return config.url
    host = urlsplit(config.url).hostname or "localhost"
    return f"mailto:{sender(config.smtp_url or '', host)}"
