"""What the accounts room changes. Every action is called inside `writing()`, passwords hashed before."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from netcard.accounts import app_passwords, passwords, rules, sessions
from netcard.accounts.models import Account, MailToken
from netcard.database import db, now
from netcard.errors import Invalid, NotHere

RESET_KEPT = timedelta(hours=1)
VERIFY_KEPT = timedelta(days=7)

TAKEN = "There is an account with this address already. Sign in, or choose a new password."
NO_MATCH = "This e-mail and password do not go together."


def sign_up(email: str, password_hash: str, time_zone: str) -> Account:
    """A new account. `email` as `rules.normal_email` writes it.

    Raises `Invalid` when the address is taken.
    """
    if db.session.scalar(select(Account.id).where(Account.email == email)):
        raise Invalid({"email": TAKEN})
    account = Account(email=email, password_hash=password_hash, time_zone=rules.time_zone(time_zone))
    db.session.add(account)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody was a moment faster; only PostgreSQL lets two in here
        raise Invalid({"email": TAKEN}) from error
    return account


def add_account(email: str, password: str, time_zone: str = rules.ANYWHERE) -> Account:
    """A new account from what an operator typed; for commands, where nobody waits for the lock.

    Raises `Invalid` with the field and a sentence when the e-mail or the password cannot be taken.
    """
    try:
        address = rules.normal_email(email)
    except ValueError as error:
        raise Invalid({"email": str(error)}) from error
    if problem := rules.password_problem(password, address):
        raise Invalid({"password": problem})
    return sign_up(address, passwords.hash_password(password), time_zone)


def sign_in(account_id: UUID, checked: str, renewed: str | None, device: str) -> str:
    """Start a sign-in for an account whose password was found to match the hash `checked`.

    `renewed` is a new hash of the same password, where the settings have changed. Gives the token
    for `sessions.remember`. Raises `Invalid` when the password was changed in between.
    """
    account = db.session.get(Account, account_id, with_for_update=True)
    if account is None or account.password_hash != checked:
        raise Invalid({"password": NO_MATCH})
    if renewed:
        account.password_hash = renewed
    return sessions.start(account_id, device)


def change_password(account_id: UUID, password_hash: str) -> None:
    """Keep a new password, end every sign-in and spoil the reset links that wait in mailboxes."""
    _account(account_id).password_hash = password_hash
    sessions.end(account_id)
    db.session.execute(
        delete(MailToken).where(MailToken.account_id == account_id, MailToken.purpose == "reset")
    )


def issue_link(account_id: UUID, email: str, purpose: str, kept: timedelta) -> str:
    """The token of a link to mail. Older ones stay good: two mails may arrive in any order."""
    token = secrets.token_urlsafe(sessions.TOKEN_BYTES)
    db.session.execute(delete(MailToken).where(MailToken.expires_at < now()))
    db.session.add(
        MailToken(
            token_hash=sessions.hash_of(token),
            account_id=account_id,
            purpose=purpose,
            email=email,
            expires_at=now() + kept,
        )
    )
    return token


def spend_link(token: str, purpose: str) -> MailToken | None:
    """The link, now used; None when it is unknown, over or was used before."""
    return db.session.scalars(
        update(MailToken)
        .where(
            MailToken.token_hash == sessions.hash_of(token),
            MailToken.purpose == purpose,
            MailToken.used_at.is_(None),
            MailToken.expires_at > now(),
        )
        .values(used_at=now())
        .returning(MailToken)
    ).one_or_none()


def reset_password(token: str, password_hash: str, device: str) -> tuple[str, str, int]:
    """Spend a reset link, keep the new password, end every sign-in and start one here.

    App passwords end too: who had the old password may have made one. The mail reached its reader,
    so the address counts as proved. Gives (sign-in token, e-mail, how many devices were disconnected).
    Raises `NotHere` when the link is no longer good.
    """
    link = spend_link(token, "reset")
    if link is None:
        raise NotHere("This link is no longer good.")
    account_id, email = link.account_id, link.email
    change_password(account_id, password_hash)
    disconnected = app_passwords.revoke(account_id)
    prove(account_id, email)
    return sessions.start(account_id, device), _account(account_id).email, disconnected


def prove(account_id: UUID, email: str) -> bool:
    """Note that the owner reads mail sent to `email`; False when the account has another by now."""
    account = _account(account_id)
    if account.email != email:
        return False
    account.email_verified_at = account.email_verified_at or now()
    return True


def prefer(account_id: UUID, time_zone: str, met_line: bool) -> None:
    """Keep the owner's time zone, and whether "where and when we met" goes into new contacts."""
    account = _account(account_id)
    account.time_zone, account.met_line = time_zone, met_line


def erase(account_id: UUID) -> None:
    """Delete the account and, by cascade, every row of its owner. Handles stay taken, naming nobody."""
    db.session.execute(delete(Account).where(Account.id == account_id))


def _account(account_id: UUID) -> Account:
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotHere("This account is gone.")
    return account
