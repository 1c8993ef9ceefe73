"""What the accounts room reads. Plain rows: they outlive the read that `writing()` ends."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select

from netcard.accounts import sessions
from netcard.accounts.models import Account, MailToken, SignIn
from netcard.database import db, now


@dataclass(frozen=True, slots=True)
class Device:
    """A signed-in phone or browser, as its owner reads about it."""

    id: UUID
    name: str
    since: datetime
    seen: datetime
    this: bool


def by_email(email: str) -> Row[UUID, str] | None:
    """(id, password_hash) of the account with this address, as `rules.normal_email` writes it."""
    return db.session.execute(
        select(Account.id, Account.password_hash).where(Account.email == email)
    ).one_or_none()


def password_hash(account_id: UUID) -> str | None:
    """The kept hash of an account's password."""
    return db.session.scalar(select(Account.password_hash).where(Account.id == account_id))


def good_link(token: str, purpose: str) -> Row[UUID, str] | None:
    """(account_id, email) of a mailed link that can still be used; looking does not spend it."""
    return db.session.execute(
        select(MailToken.account_id, MailToken.email).where(
            MailToken.token_hash == sessions.hash_of(token),
            MailToken.purpose == purpose,
            MailToken.used_at.is_(None),
            MailToken.expires_at > now(),
        )
    ).one_or_none()


def has_proved(token: str) -> bool:
    """Whether this link proved the address its account still has: opening it again says so again."""
    proved = (
        select(Account.id)
        .join(MailToken, MailToken.account_id == Account.id)
        .where(
            MailToken.token_hash == sessions.hash_of(token),
            MailToken.purpose == "verify",
            MailToken.used_at.is_not(None),
            MailToken.email == Account.email,
            Account.email_verified_at.is_not(None),
        )
    )
    return db.session.scalar(proved) is not None


def devices(account_id: UUID, this: UUID) -> list[Device]:
    """Where the account is signed in: this one first, then the last seen."""
    rows = db.session.execute(
        select(SignIn.id, SignIn.device, SignIn.created_at, SignIn.seen_at)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), sessions.kept_still())
        .order_by((SignIn.id == this).desc(), SignIn.seen_at.desc(), SignIn.id)
    )
    return [Device(*row, this=row.id == this) for row in rows]
