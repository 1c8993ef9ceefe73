"""What an owner says about being reminded. Called inside `writing()`."""

from uuid import UUID

from sqlalchemy import delete, func, select

from netcard.accounts.models import Account, SignIn
from netcard.database import db, now
from netcard.errors import Invalid
from netcard.followups import rules
from netcard.followups.models import PushSubscription, Reminding

MOST_DEVICES = 10


def reminding_row(owner: UUID) -> Reminding:
    """The owner's row, made with the defaults where there is none yet; whoever takes it changes it."""
    _hold(owner)
    row = db.session.get(Reminding, (owner, owner))
    if row is None:
        row = Reminding(
            owner_id=owner,
            id=owner,
            opens_after=rules.OPENS_AFTER,
            late_after=rules.LATE_AFTER,
            push_hour=8,
            feed_salt=b"",
        )
        db.session.add(row)
    row.changed_at = now()
    return row


def subscribe(
    owner: UUID, sign_in: UUID, endpoint: str, p256dh: str, auth: str, device: str
) -> tuple[PushSubscription, bool]:
    """Let push messages go to a browser; gives the row and whether it is new.

    The same endpoint again renews its keys. Raises `Invalid` where there are too many.
    """
    _hold(owner)
    forget_ended(owner)
    known = db.session.scalars(
        select(PushSubscription).where(
            PushSubscription.owner_id == owner, PushSubscription.endpoint == endpoint
        )
    ).one_or_none()
    row = known or PushSubscription(owner_id=owner, endpoint=endpoint)
    if known is None:
        here = select(func.count()).where(PushSubscription.owner_id == owner)
        if (db.session.scalar(here) or 0) >= MOST_DEVICES:
            raise Invalid({"endpoint": f"{MOST_DEVICES} devices are on already. Switch one off first."})
        db.session.add(row)
    row.sign_in_id, row.p256dh, row.auth, row.device, row.failed_at = sign_in, p256dh, auth, device, None
    db.session.flush()
    return row, known is None


def unsubscribe(owner: UUID, *, endpoint: str | None = None, row_id: UUID | None = None) -> None:
    """No more push messages to one browser; nothing where there is none by that name."""
    which = delete(PushSubscription).where(PushSubscription.owner_id == owner)
    if row_id:
        db.session.execute(which.where(PushSubscription.id == row_id))
    elif endpoint:
        db.session.execute(which.where(PushSubscription.endpoint == endpoint))


def forget_ended(owner: UUID) -> None:
    """Drop the subscriptions of phones that have signed out."""
    ended = select(SignIn.id).where(SignIn.account_id == owner, SignIn.ended_at.is_not(None))
    db.session.execute(
        delete(PushSubscription).where(
            PushSubscription.owner_id == owner, PushSubscription.sign_in_id.in_(ended)
        )
    )


def _hold(owner: UUID) -> None:
    """Let what else the owner says of reminders wait: of two taps the second sees the first's row."""
    db.session.execute(select(Account.id).where(Account.id == owner).with_for_update(key_share=True))
