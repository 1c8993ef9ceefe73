"""The calendar feed: an address that is a secret, made anew or switched off by its owner.

Nothing of the address is kept. It is the account's id and a keyed hash of that id and a salt, so an owner who
never did anything has one, reading writes nothing, and a copy of the database opens no feed.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, request, url_for
from flask_login import login_required
from sqlalchemy import and_, select
from werkzeug.wrappers import Response as AnyResponse

from netcard.accounts.models import Account
from netcard.accounts.rules import own_path, zone
from netcard.config import settings
from netcard.database import db, now, writing
from netcard.errors import NotHere
from netcard.followups.blueprint import bp
from netcard.followups.feed.calendar import calendar_of
from netcard.followups.models import Reminding
from netcard.followups.queue import queue_of, reminding_of
from netcard.followups.reminding.actions import reminding_row
from netcard.web.answers import go, toast
from netcard.web.owner import owner_id

PURPOSE = b"netcard calendar feed"
HASH_BYTES = 26
"""208 bits that nobody guesses; with the id a length that needs no padding."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What an owner's page says about the feed."""

    address: str
    webcal: str
    on: bool
    only_here: bool
    """Whether no other machine can open the address."""


def feed_of(owner: UUID) -> Feed:
    """The owner's feed as it stands."""
    how = reminding_of(owner)
    path = f"/followups/feed/{secret_of(owner, how.feed_salt)}.ics"
    return Feed(
        address=settings().url + path,
        webcal="webcal:" + settings().url.partition(":")[2] + path,
        on=how.feed_off_at is None,
        only_here=settings().local_only,
    )


@bp.app_template_global("calendar_feed")
def calendar_feed() -> Feed:
    """For the region `followups/_feed.html`, wherever it stands."""
    return feed_of(owner_id())


@bp.get("/followups/feed/<secret>.ics")
def feed(secret: str) -> Response:
    """The calendar behind a secret address; nobody is looked up by a cookie here, and none is set."""
    owner, time_zone = _reader(secret)
    here = zone(time_zone)
    queue = queue_of(owner, here, now())
    dues = [*queue.waiting, *queue.coming]
    response = make_response(calendar_of(dues, reminding_of(owner), here, settings().url))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="netcard.ics"'
    response.headers["Cache-Control"] = "private, no-cache"  # kept, and asked about each time
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.post("/followups/feed/rotate")
@login_required
def rotate_feed() -> AnyResponse:
    """Another address; the one before is nothing from now on."""
    owner = owner_id()
    with writing():
        reminding_row(owner).feed_salt = secrets.token_bytes(16)
    toast("The calendar has a new address. The old one no longer works.")
    return _back()


@bp.post("/followups/feed/off")
@login_required
def switch_feed_off() -> AnyResponse:
    """No calendar at the address until it is switched on again."""
    owner = owner_id()
    with writing():
        reminding_row(owner).feed_off_at = now()
    toast("The calendar is off.", undo=url_for("followups.switch_feed_on"))
    return _back()


@bp.post("/followups/feed/on")
@login_required
def switch_feed_on() -> AnyResponse:
    """The calendar at its address again."""
    owner = owner_id()
    with writing():
        reminding_row(owner).feed_off_at = None
    toast("The calendar is on.")
    return _back()


def secret_of(owner: UUID, salt: bytes) -> str:
    """What stands in the address: the owner's id, and a hash that only this server can make."""
    key = settings().secret_key.encode()
    proof = hmac.digest(key, PURPOSE + owner.bytes + salt, "sha256")[:HASH_BYTES]
    return base64.urlsafe_b64encode(owner.bytes + proof).decode()


def _reader(secret: str) -> tuple[UUID, str]:
    """Whose feed it is, and their time zone; raises NotHere alike for a wrong, an old and a closed one."""
    nothing = NotHere("There is no calendar by that address.")
    try:
        owner = UUID(bytes=base64.b64decode(secret.encode(), altchars=b"-_", validate=True)[:16])
    except ValueError:
        raise nothing from None
    row = db.session.execute(
        select(Account.time_zone, Reminding.feed_salt, Reminding.feed_off_at)
        .outerjoin(Reminding, and_(Reminding.owner_id == Account.id, Reminding.id == Account.id))
        .where(Account.id == owner)
    ).one_or_none()
    wanted = secret_of(owner, (row.feed_salt if row else None) or b"")
    # whole texts, so that no second spelling of the same bytes opens it
    if not hmac.compare_digest(wanted.encode(), secret.encode()) or row is None or row.feed_off_at:
        raise nothing
    return owner, row.time_zone


def _back() -> AnyResponse:
    """To the page the region stood on."""
    return go((own_path(request.form.get("back")) or url_for("followups.index")) + "#feed")
