"""Who has a reminder switched on, and who has had today's: what `netcard remind` reads, in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from netcard.accounts.models import Account, SignIn
from netcard.accounts.rules import zone
from netcard.accounts.sessions import kept_still
from netcard.database import db
from netcard.followups.models import Notice, PushSubscription, Reminding
from netcard.followups.reminding.forms import PUSH_HOUR

BATCH = 200


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that takes push messages."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Listener:
    """An owner with something switched on. `email` is None where no mail may go."""

    owner: UUID
    zone: tzinfo
    email: str | None
    digest_hour: int | None
    push_hour: int | None
    devices: tuple[Device, ...]


def listeners() -> Iterator[list[Listener]]:
    """Every owner with something switched on, a few at a time; a query reads on from the last id."""
    asked = (
        select(
            Account.id,
            Account.time_zone,
            Account.email,
            Account.email_verified_at,
            Reminding.id.label("said"),
            Reminding.digest_hour,
            Reminding.push_hour,
        )
        .outerjoin(Reminding, and_(Reminding.owner_id == Account.id, Reminding.id == Account.id))
        .where(
            or_(
                and_(Reminding.digest_hour.is_not(None), Account.email_verified_at.is_not(None)),
                exists().where(PushSubscription.owner_id == Account.id, *_signed_in()),
            )
        )
        .order_by(Account.id)
        .limit(BATCH)
    )
    last: UUID | None = None
    while True:
        rows = db.session.execute(asked.where(Account.id > last) if last else asked).all()
        if not rows:
            return
        devices = _devices([row.id for row in rows])
        db.session.rollback()
        yield [
            Listener(
                owner=row.id,
                zone=zone(row.time_zone),
                email=row.email if row.email_verified_at else None,
                digest_hour=row.digest_hour,
                push_hour=row.push_hour if row.said else PUSH_HOUR,
                devices=tuple(devices.get(row.id, ())),
            )
            for row in rows
        ]
        last = rows[-1].id


def told_already(group: list[Listener], moment: datetime) -> set[tuple[UUID, str, str]]:
    """(owner, channel, target) of what was claimed on the owner's own day of this moment."""
    days = {listener.owner: moment.astimezone(listener.zone).date() for listener in group}
    rows = db.session.execute(
        select(Notice.owner_id, Notice.channel, Notice.target, Notice.day).where(
            Notice.owner_id.in_(days), Notice.day.between(min(days.values()), max(days.values()))
        )
    ).all()
    db.session.rollback()
    return {(owner, channel, target) for owner, channel, target, day in rows if day == days[owner]}


def _signed_in() -> tuple[ColumnElement[bool], ...]:
    """A phone that signed out, or lost its cookie long ago, gets nothing."""
    return (SignIn.id == PushSubscription.sign_in_id, SignIn.ended_at.is_(None), kept_still())


def _devices(owners: list[UUID]) -> dict[UUID, list[Device]]:
    rows = db.session.execute(
        select(PushSubscription.owner_id, PushSubscription.id, PushSubscription.endpoint)
        .add_columns(PushSubscription.p256dh, PushSubscription.auth)
        .where(PushSubscription.owner_id.in_(owners), *_signed_in())
        .order_by(PushSubscription.owner_id, PushSubscription.id)
    )
    found: dict[UUID, list[Device]] = {}
    for owner, *device in rows:
        found.setdefault(owner, []).append(Device(*device))
    return found
