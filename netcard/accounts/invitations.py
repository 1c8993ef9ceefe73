"""Invitations: a signed link that lets one address sign up for fourteen days. Nothing is kept of it."""

from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from netcard.config import settings

KEPT = timedelta(days=14)


def invitation(email: str) -> str:
    """The link for `email`, as `rules.normal_email` writes it. Good once: then the address is taken."""
    return f"{settings().url}/signup?invitation={_signer().dumps(email)}"


def invited(token: str | None) -> str | None:
    """The address an invitation was made for; None when it is forged, spoilt or over."""
    try:
        email = _signer().loads(token or "", max_age=int(KEPT.total_seconds()))
    except (BadData, ValueError):
        return None
    return email if isinstance(email, str) else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="netcard invitation")
