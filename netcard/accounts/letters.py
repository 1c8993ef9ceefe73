"""The mails of the accounts room, written from templates/mail: the first line is the subject."""

from flask import render_template

from netcard.accounts.invitations import invitation
from netcard.config import settings
from netcard.mail import Letter


def verify(email: str, token: str) -> Letter:
    """Asks the reader to open a link, which proves the address."""
    return _letter("verify", email, link=f"{settings().url}/verify/{token}")


def reset(email: str, token: str) -> Letter:
    """Brings the link to choose a new password."""
    return _letter("reset", email, link=f"{settings().url}/reset/{token}")


def password_changed(email: str, disconnected: int = 0) -> Letter:
    """Tells the owner, in case it was somebody else."""
    return _letter(
        "password_changed", email, link=f"{settings().url}/reset", disconnected="yes" if disconnected else ""
    )


def invite(email: str) -> Letter:
    """Brings an invitation to sign up."""
    return _letter("invite", email, link=invitation(email))


def _letter(name: str, to: str, **words: str) -> Letter:
    subject, _, text = render_template(f"mail/{name}.txt", **words).partition("\n")
    return Letter(to, subject, text.strip() + "\n")
