"""Who asks: HTTP Basic with an app password (RFC 7617). Cookies mean nothing here.

One statement finds the device, its account and the state of its book, for a phone polls all day
and mostly hears that nothing is new.
"""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request
from sqlalchemy import bindparam, select

from netcard.accounts import app_passwords
from netcard.accounts.app_passwords import Device
from netcard.accounts.models import Account, AppPassword
from netcard.accounts.rules import normal_email
from netcard.carddav.errors import DavError
from netcard.contacts.models import Book
from netcard.database import db, now, writing

CHALLENGE = 'Basic realm="netcard", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Asker:
    """A device, whose it is, and the book as it stood when the device was let in."""

    device: Device
    label: str
    epoch: UUID | None
    """None until the first card makes the book."""
    seq: int
    book_since: datetime | None

    @property
    def owner(self) -> UUID:
        return self.device.account_id


_passwords, _accounts, _books = AppPassword.__table__.c, Account.__table__.c, Book.__table__.c

_asker = (
    select(
        _passwords.account_id,
        _accounts.email,
        _passwords.id,
        _passwords.used_at,
        _passwords.agent,
        _passwords.synced_at,
        _passwords.label,
        _books.epoch,
        _books.seq,
        _books.created_at,
    )
    .join(_accounts.id.table, _accounts.id == _passwords.account_id)
    .outerjoin(
        _books.id.table, (_books.owner_id == _passwords.account_id) & (_books.id == _passwords.account_id)
    )
    .where(_passwords.secret_hash == bindparam("secret_hash"), _passwords.revoked_at.is_(None))
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
    row = db.session.execute(_asker, {"secret_hash": app_passwords.hash_of(secret)}).one_or_none()
    try:
        if row is None or row.email != normal_email(email):
            return None
    except ValueError:
        return None
    device = Device(
        account_id=row.account_id,
        email=row.email,
        app_password_id=row.id,
        used_at=row.used_at,
        agent=row.agent,
        synced_at=row.synced_at,
    )
    return Asker(device, row.label, row.epoch, row.seq or 0, row.created_at)


def _noted(asker: Asker) -> Asker:
    """Once a minute, not at each change of agent: an iPhone asks by two programs in turn."""
    device, moment = asker.device, now()
    if device.used_at is not None and moment - device.used_at < app_passwords.USED_EVERY:
        return asker
    agent = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    with writing():
        app_passwords.note_use(device, agent)
    return replace(asker, device=replace(device, used_at=moment))


def _unknown() -> DavError:
    return DavError(401, headers={"WWW-Authenticate": CHALLENGE})
