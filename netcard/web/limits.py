"""Limits on what may be tried how often, kept in the database so that all workers share them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from flask import request
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from netcard.database import db, now, writing
from netcard.errors import NetcardError
from netcard.web.models import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in each window of `seconds`, counted per `name` and key."""

    name: str
    times: int
    seconds: int


class TooMany(NetcardError):
    """The limit is reached; `retry_after` is the whole seconds until the window ends."""

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, round(retry_after / 60))
        super().__init__(
            f"That was tried too often. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
        )
        self.retry_after = retry_after


def spend(*attempts: tuple[Limit, str]) -> None:
    """Count one attempt against each limit and key, all in one transaction of its own.

    Counted before the thing is tried, so that many at once cannot slip through. Raises `TooMany`.
    """
    with writing():
        tightest = max((_count(limit, key) for limit, key in attempts), default=0)
    if tightest:
        raise TooMany(tightest)


def _count(limit: Limit, key: str) -> int:
    """Add one; the seconds to wait when that is over the limit, else 0."""
    today = now()
    start = datetime.fromtimestamp(today.timestamp() // limit.seconds * limit.seconds, today.tzinfo)
    ends = start + timedelta(seconds=limit.seconds)
    db.session.execute(delete(Attempt).where(Attempt.ends_at < today))
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    count = db.session.execute(
        insert(Attempt)
        .values(
            key_hash=_hash(limit, key),
            window_start=start,
            ends_at=ends,
            count=1,
        )
        .on_conflict_do_update(index_elements=["key_hash", "window_start"], set_={"count": Attempt.count + 1})
        .returning(Attempt.count)
    ).scalar_one()
    return max(1, int((ends - today).total_seconds())) if count > limit.times else 0


def give_back(*attempts: tuple[Limit, str]) -> None:
    """Uncount an attempt that went well, so that only failures add up. Inside `writing()`."""
    moment = now()
    for limit, key in attempts:
        db.session.execute(
            update(Attempt)
            .where(Attempt.key_hash == _hash(limit, key), Attempt.ends_at > moment, Attempt.count > 0)
            .values(count=Attempt.count - 1)
        )


def visitor() -> str:
    """The network address a request comes from; of IPv6 the /64 that one household is given."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ip_network((address, 64), strict=False))


def _hash(limit: Limit, key: str) -> bytes:
    return hashlib.sha256(f"{limit.name}\0{key}".encode()).digest()
