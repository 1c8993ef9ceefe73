"""People who sign in. All tables here are shared: e-mails and token hashes are unique for everyone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import Base, Utc, new_id, now


class Account(Base):
    """An owner. Deleting the row erases everything the owner has, by cascade."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # as `rules.normal_email` writes it
    password_hash: Mapped[str] = mapped_column(String(255))
    email_verified_at: Mapped[datetime | None] = mapped_column(Utc)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    met_line: Mapped[bool] = mapped_column(default=True)  # write "where and when we met" into new vCards
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)


class SignIn(Base):
    """A signed-in phone or browser; the cookie holds the token, this row its SHA-256."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    seen_at: Mapped[datetime] = mapped_column(Utc, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)


class MailToken(Base):
    """A link sent by mail, good once: to choose a new password or to prove an address."""

    __tablename__ = "mail_token"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))  # "reset" or "verify"
    email: Mapped[str] = mapped_column(String(254))  # the address it was sent to
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (Index(None, "expires_at"),)


class AppPassword(Base):
    """A password for one device's address book alone; kept as the SHA-256 of its 80 random bits."""

    __tablename__ = "app_password"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    used_at: Mapped[datetime | None] = mapped_column(Utc)  # last, to the minute
    agent: Mapped[str] = mapped_column(String(200), default="")  # what the device called itself then
    synced_at: Mapped[datetime | None] = mapped_column(Utc)  # the first time the whole book got across
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)


class PhoneTicket(Base):
    """The one-time address behind a QR that carries an app password to a phone.

    The password is sealed with a key made from the address's own token, of which only the hash is here.
    """

    __tablename__ = "phone_ticket"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    app_password_id: Mapped[UUID] = mapped_column(
        ForeignKey("app_password.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))  # "apple" or "davx5"
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)
