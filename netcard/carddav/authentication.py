"""Who asks: HTTP Basic with an app password (RFC 7617). Cookies mean nothing here.

One statement finds the device, its account and the state of its book, for a phone polls all day
and mostly hears that nothing is new.
"""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request

from netcard.accounts import app_passwords
from netcard.accounts.app_passwords import Device
from netcard.accounts.models import AppPassword
from netcard.carddav.errors import DavError
from netcard.contacts.models import Book
from netcard.database import now, writing

CHALLENGE = 'Basic realm="netcard", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Asker:
    """A device, whose it is, and the book as it stood when the device was let in."""

    device: Device
    epoch: UUID | None
    """None until the first card makes the book."""
    seq: int
    book_since: datetime | None

    @property
    def owner(self) -> UUID:
        return self.device.account_id

    @property
    def label(self) -> str:
        return self.device.label


_with_book = app_passwords.KNOWN.add_columns(Book.epoch, Book.seq, Book.created_at).outerjoin(
    Book, (Book.owner_id == AppPassword.account_id) & (Book.id == AppPassword.account_id)
)


def authenticate() -> Asker:
    """The device behind this request; raises a 401 that says how to ask."""
    email, secret = _credentials()
    asker = _find(email, secret) if email and secret else None
    if asker is None:
        raise _unknown()
    return _noted(asker)


def note_whole_book(asker: Asker) -> None:
    """Write down that a listing of the whole book got through, the first time it does."""
    if asker.device.synced_at is None:
        with writing():
            app_passwords.note_sync(asker.device)


def _credentials() -> tuple[str, str]:
    """What the header says, by hand: the library's own reading breaks on bytes beyond ASCII."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:
        return "", ""
    email, _, secret = pair.decode("utf-8", "replace").partition(":")
    return email, secret


def _find(email: str, secret: str) -> Asker | None:
    device = app_passwords.device_of(email, secret, _with_book)
    if device is None:
        return None
    epoch, seq, since = device.more
    return Asker(device, epoch, seq or 0, since)


def _noted(asker: Asker) -> Asker:
    device = asker.device
    if not app_passwords.worth_noting(device):
        return asker
    agent = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    with writing():
        app_passwords.note_use(device, agent)
    return replace(asker, device=replace(device, used_at=now()))


def _unknown() -> DavError:
    return DavError(401, headers={"WWW-Authenticate": CHALLENGE})
