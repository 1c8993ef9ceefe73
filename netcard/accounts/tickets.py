"""Tickets: one-time addresses that carry an app password to a phone, from a QR on another screen.

The row alone opens nothing: the secret is sealed with a key made from the address's own token, of
which only a hash is kept. So neither the database nor a backup of it holds an app password.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, select

from netcard.accounts.models import Account, AppPassword, PhoneTicket
from netcard.database import db, now

TOKEN_BYTES = 16
"""128 random bits; more would make the code on the screen finer, and so harder to read."""

KEPT = timedelta(minutes=10)
KINDS = ("apple", "davx5")


@dataclass(frozen=True, slots=True)
class Handed:
    """What a ticket hands over, once."""

    kind: str
    account_id: UUID
    email: str
    app_password_id: UUID
    label: str
    secret: str


def issue(app_password_id: UUID, secret: str) -> dict[str, str]:
    """A ticket of each kind for a new app password: {kind: token}. Inside `writing()`."""
    moment = now()
    db.session.execute(delete(PhoneTicket).where(PhoneTicket.expires_at <= moment))
    tokens = {kind: _new_token() for kind in KINDS}
    db.session.add_all(
        PhoneTicket(
            token_hash=_hash_of(token),
            app_password_id=app_password_id,
            kind=kind,
            sealed=_lock(token).encrypt(secret.encode()),
            expires_at=moment + KEPT,
        )
        for kind, token in tokens.items()
    )
    return tokens


def kind_of(token: str) -> str | None:
    """What a ticket that is still good hands over; looking does not use it up."""
    return db.session.scalar(
        select(PhoneTicket.kind)
        .join(AppPassword, AppPassword.id == PhoneTicket.app_password_id)
        .where(
            PhoneTicket.token_hash == _hash_of(token),
            PhoneTicket.expires_at > now(),
            AppPassword.revoked_at.is_(None),
        )
    )


def spend(token: str) -> Handed | None:
    """Use a ticket up; None when it is unknown, over or used. Inside `writing()`.

    Deleting it is taking it, so of two at once only one does.
    """
    ticket = db.session.execute(
        delete(PhoneTicket)
        .where(PhoneTicket.token_hash == _hash_of(token), PhoneTicket.expires_at > now())
        .returning(PhoneTicket.app_password_id, PhoneTicket.kind, PhoneTicket.sealed)
    ).one_or_none()
    if ticket is None:
        return None
    bearer = db.session.execute(
        select(AppPassword.account_id, Account.email, AppPassword.label)
        .join(Account, Account.id == AppPassword.account_id)
        .where(AppPassword.id == ticket.app_password_id, AppPassword.revoked_at.is_(None))
    ).one_or_none()
    if bearer is None:
        return None
    secret = _lock(token).decrypt(ticket.sealed).decode()
    return Handed(ticket.kind, bearer.account_id, bearer.email, ticket.app_password_id, bearer.label, secret)


def _new_token() -> str:
    """Letters and digits of one case, so that a code may write them in capitals."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=").lower()


def _hash_of(token: str) -> bytes:
    return hashlib.sha256(token.lower().encode("utf-8", "replace")).digest()


def _lock(token: str) -> Fernet:
    """The key for one ticket (RFC 5869); what the table keeps of the token leads neither to it nor back."""
    key = HKDF(SHA256(), length=32, salt=None, info=b"netcard phone ticket").derive(token.lower().encode())
    return Fernet(base64.urlsafe_b64encode(key))
