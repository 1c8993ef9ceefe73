"""App passwords: one for each device, good for the address book alone, shown once, ended by itself.

80 random bits need no slow hash: guessing them is hopeless, and a phone sends them with every request.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, select, update

from netcard.accounts.models import Account, AppPassword, PhoneTicket
from netcard.accounts.rules import normal_email
from netcard.database import db, new_id, now

SECRET_BYTES = 10
USED_EVERY = timedelta(minutes=1)
LABEL = 100


@dataclass(frozen=True, slots=True)
class Device:
    """Who asks, by which app password."""

    account_id: UUID
    email: str
    app_password_id: UUID
    label: str
    used_at: datetime | None
    synced_at: datetime | None
    more: tuple[Any, ...] = ()
    """What else was asked for in the same statement."""


def issue(account_id: UUID, label: str) -> tuple[UUID, str]:
    """A new app password: its row's id, and the secret, which is told this once. Inside `writing()`."""
    secret = new_secret()
    row = AppPassword(id=new_id(), account_id=account_id, label=label[:LABEL], secret_hash=hash_of(secret))
    db.session.add(row)
    db.session.flush()
    return row.id, secret


def new_secret() -> str:
    """Four groups of four small letters and digits, without 0, 1, 8 and 9 that are misread."""
    text = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def hash_of(secret: str) -> bytes:
    """What is kept of a secret; dashes, spaces and capitals do not matter, for people type it."""
    plain = "".join(char for char in secret.lower() if char.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()


KNOWN: Select[*tuple[Any, ...]] = (
    select(
        AppPassword.account_id,
        Account.email,
        AppPassword.id,
        AppPassword.label,
        AppPassword.used_at,
        AppPassword.synced_at,
    )
    .join(Account, Account.id == AppPassword.account_id)
    .where(AppPassword.secret_hash == bindparam("secret_hash"), AppPassword.revoked_at.is_(None))
)
"""Who is behind a secret. What else a caller needs with every request, it adds as further columns."""


def device_of(email: str, secret: str, known: Select[*tuple[Any, ...]] = KNOWN) -> Device | None:
    """Whom an app password lets in; None for a wrong or revoked one, or another account's."""
    row = db.session.execute(known, {"secret_hash": hash_of(secret)}).one_or_none()
    try:
        if row is None or row.email != normal_email(email):
            return None
    except ValueError:
        return None
    account_id, its_email, app_password_id, label, used_at, synced_at, *more = row
    return Device(account_id, its_email, app_password_id, label, used_at, synced_at, tuple(more))


def worth_noting(device: Device) -> bool:
    """Whether the row says something older than this minute; writing at each request would be dear.

    By time alone: an iPhone asks by two programs in turn.
    """
    return device.used_at is None or now() - device.used_at > USED_EVERY


def note_use(device: Device, agent: str) -> None:
    """Write down when a device was here. Inside `writing()`."""
    db.session.execute(
        update(AppPassword)
        .where(AppPassword.id == device.app_password_id)
        .values(used_at=now(), agent=agent[:200])
    )


def note_sync(device: Device) -> None:
    """Write down the first time a device had the whole book. Inside `writing()`."""
    db.session.execute(
        update(AppPassword)
        .where(AppPassword.id == device.app_password_id, AppPassword.synced_at.is_(None))
        .values(synced_at=now())
    )


def revoke(account_id: UUID, app_password_id: UUID | None = None) -> int:
    """End one app password, or all of an account's; how many that were. Inside `writing()`.

    Tickets on their way to a phone end with it.
    """
    which = update(AppPassword).where(AppPassword.account_id == account_id, AppPassword.revoked_at.is_(None))
    if app_password_id:
        which = which.where(AppPassword.id == app_password_id)
    ended = db.session.scalars(which.values(revoked_at=now()).returning(AppPassword.id)).all()
    db.session.execute(delete(PhoneTicket).where(PhoneTicket.app_password_id.in_(ended)))
    return len(ended)


def app_passwords_of(account_id: UUID) -> list[AppPassword]:
    """Those that work, newest first."""
    return list(
        db.session.scalars(
            select(AppPassword)
            .where(AppPassword.account_id == account_id, AppPassword.revoked_at.is_(None))
            .order_by(AppPassword.created_at.desc(), AppPassword.id)
        )
    )


def app_password_of(account_id: UUID, app_password_id: UUID) -> AppPassword | None:
    """One that works; None for a revoked one, or another account's."""
    return db.session.scalar(
        select(AppPassword).where(
            AppPassword.id == app_password_id,
            AppPassword.account_id == account_id,
            AppPassword.revoked_at.is_(None),
        )
    )


def how_many(account_id: UUID) -> int:
    """How many of an account's work."""
    return (
        db.session.scalar(
            select(func.count()).where(AppPassword.account_id == account_id, AppPassword.revoked_at.is_(None))
        )
        or 0
    )
