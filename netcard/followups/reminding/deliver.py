"""Sending what is due, each reminder once: what `netcard remind` does.

A reminder is claimed by a row before it is sent, and the claim is committed first. Whoever finds a claim
leaves it alone, so any number of machines may run this at once, and what was under way when one of them
died is not sent twice. Where sending certainly came to nothing, the claim is given back for the next run.
"""

import json
import logging
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal
from uuid import UUID

from flask import render_template
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from netcard.config import settings
from netcard.database import db, new_id, now, writing
from netcard.followups.models import Notice, PushSubscription
from netcard.followups.queue import Queue, queue_of
from netcard.followups.reminding import pushing
from netcard.followups.reminding.listeners import Device, Listener, listeners, told_already
from netcard.followups.reminding.words import headline, line_of
from netcard.mail import Letter, Unsure, postman

log = logging.getLogger("netcard.remind")

HANDFUL = 16
"""Reminders claimed together: as many are lost, at most, where a machine dies in between."""

HANDS = 8
KEPT = timedelta(days=90)
REFUSED_FOR = timedelta(days=30)

Outcome = Literal["sent", "failed", "silent", "refused", "unsure", "gone"]
"""failed: certainly not sent, to be tried again; silent: as failed, for the mail server did not answer;
refused: not to be tried again today; unsure: nobody knows, so not again either; gone: the browser takes no
more messages."""

NOT_WELL = ("failed", "silent", "refused", "unsure")


@dataclass(frozen=True)
class Reminder:
    """One message to one place on one of the owner's days."""

    owner: UUID
    channel: Literal["digest", "push"]
    day: date
    send: Callable[[], Outcome]
    device: Device | None = None
    id: UUID = field(default_factory=new_id)

    @property
    def target(self) -> str:
        return str(self.device.id) if self.device else ""


Tally = dict[str, Counter[str]]


def remind(moment: datetime | None = None, enough: Callable[[], bool] = lambda: False) -> Tally:
    """Send everything whose hour has come; gives what came of it. A command: it opens the door itself.

    Asked before each handful, `enough` says whether to stop, with nothing half done. A mail server that
    answered none of a handful is left alone until the next run: thousands would wait for it in vain, and
    the next runs behind them.
    """
    moment = moment or now()
    tally: Tally = {"digest": Counter(), "push": Counter()}
    reminders, silent = _reminders(moment, tally), False
    with ThreadPoolExecutor(HANDS, thread_name_prefix="remind") as hands:
        while not enough() and (handful := list(islice(reminders, HANDFUL))):
            if silent:
                tally["digest"]["silent"] += sum(each.channel == "digest" for each in handful)
                handful = [each for each in handful if each.channel != "digest"]
            mine = _claim(handful)
            outcomes = list(hands.map(_try, mine))
            _settle(list(zip(mine, outcomes, strict=True)))
            for reminder, outcome in zip(mine, outcomes, strict=True):
                tally[reminder.channel][outcome] += 1
            mails = {
                outcome for each, outcome in zip(mine, outcomes, strict=True) if each.channel == "digest"
            }
            silent = silent or mails == {"silent"}
    _sweep(moment)
    return tally


def went_well(tally: Tally) -> bool:
    """Whether nothing is left undone."""
    return not any(counts[outcome] for counts in tally.values() for outcome in NOT_WELL)


def report(tally: Tally) -> list[str]:
    """One line for each channel."""
    return [
        f"{channel}: {counts['sent']} sent, {sum(counts[each] for each in NOT_WELL)} failed"
        + (f", {counts['gone']} gone" if channel == "push" else "")
        for channel, counts in tally.items()
    ]


def digest_of(email: str, queue: Queue, listener: Listener) -> Letter:
    """The morning's mail."""
    words = render_template(
        "mail/digest.txt",
        headline=headline(queue.waiting),
        headings=[("Overdue", queue.overdue), ("Today", queue.due)],
        line_of=lambda due: line_of(due, listener.zone),
        url=settings().url,
    )
    subject, _, text = words.partition("\n")
    return Letter(email, subject, text.strip() + "\n")


def _reminders(moment: datetime, tally: Tally) -> Iterator[Reminder]:
    """What has to be sent, owner by owner. Nothing is open in the database between two of them."""
    for group in listeners():
        told = told_already(group, moment)
        for listener in group:
            wanted = [each for each in _wanted(listener, moment) if (listener.owner, *each[:2]) not in told]
            if not wanted:
                continue
            try:
                yield from _composed(listener, [device for _, _, device in wanted], moment)
            except Exception:  # one owner's odd row must not keep the others from theirs
                log.exception("a reminder could not be written")
                tally["digest" if wanted[0][2] is None else "push"]["failed"] += 1
            db.session.rollback()
            db.session.expunge_all()


def _wanted(listener: Listener, moment: datetime) -> Iterator[tuple[str, str, Device | None]]:
    """(channel, target, device) of each reminder whose hour has come on the owner's day.

    From the hour on, not in it: an hour that a clock leaps over has come by the next.
    """
    hour = moment.astimezone(listener.zone).hour
    if listener.email and listener.digest_hour is not None and hour >= listener.digest_hour:
        yield "digest", "", None
    if listener.push_hour is not None and hour >= listener.push_hour:
        for device in listener.devices:
            yield "push", str(device.id), device


def _composed(listener: Listener, wanted: Sequence[Device | None], moment: datetime) -> Iterator[Reminder]:
    queue = queue_of(listener.owner, listener.zone, moment)
    if not queue.waiting:
        return
    post, config = postman(), settings()
    word = json.dumps(
        {
            "title": headline(queue.waiting),
            "count": len(queue.waiting),
            "day": queue.today.isoformat(),
            "url": "/followups",
        }
    ).encode()
    for device in wanted:
        if device is None:
            letter = digest_of(listener.email or "", queue, listener)
            yield Reminder(listener.owner, "digest", queue.today, lambda letter=letter: _mail(post, letter))  # type: ignore[misc]
        else:
            parcel = pushing.Parcel(device.endpoint, device.p256dh, device.auth, word, f"due-{queue.today}")
            yield Reminder(
                listener.owner, "push", queue.today,
                lambda parcel=parcel: pushing.push(parcel, config), device,  # type: ignore[misc]
            )  # fmt: skip


def _mail(post, letter: Letter) -> Outcome:  # type: ignore[no-untyped-def]
    try:
        post.send(letter)
    except Unsure as error:
        log.warning("a digest may have been sent or not: %s", error)
        return "unsure"
    except (OSError, UnicodeError) as error:
        log.warning("a digest was not sent: %s", error)
        return "failed" if isinstance(error, smtplib.SMTPException | UnicodeError) else "silent"
    return "sent"


def _try(reminder: Reminder) -> Outcome:
    try:
        return reminder.send()
    except Exception:
        log.exception("a reminder was not sent")
        return "unsure"


def _claim(handful: list[Reminder]) -> list[Reminder]:
    """Those of the handful that nobody else has claimed; committed when this returns."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    mine = []
    with writing():
        # in one order on every machine, so that two never wait for each other
        for each in sorted(handful, key=lambda each: (each.owner, each.channel, each.target)):
            claimed = db.session.scalar(
                insert(Notice)
                .values(
                    owner_id=each.owner, id=each.id, channel=each.channel, target=each.target,
                    day=each.day, claimed_at=now(),
                )
                .on_conflict_do_nothing(index_elements=["owner_id", "channel", "target", "day"])
                .returning(Notice.id)
            )  # fmt: skip
            if claimed:
                mine.append(each)
    return mine


def _settle(outcomes: list[tuple[Reminder, Outcome]]) -> None:
    """Write down what came of each."""
    if not outcomes:
        return
    moment = now()
    with writing():
        for each, outcome in outcomes:
            notice = (Notice.owner_id == each.owner, Notice.id == each.id)
            if outcome == "sent":
                db.session.execute(update(Notice).where(*notice).values(sent_at=moment))
            elif outcome in ("failed", "silent"):
                db.session.execute(delete(Notice).where(*notice))
            if each.device is None:
                continue
            rows = [PushSubscription.owner_id == each.owner, PushSubscription.id == each.device.id]
            if outcome == "sent":
                db.session.execute(update(PushSubscription).where(*rows).values(failed_at=None))
                continue
            first = PushSubscription.failed_at.is_(None)
            db.session.execute(update(PushSubscription).where(*rows, first).values(failed_at=moment))
            if outcome == "refused":  # as all of them are once the server's key is another
                rows.append(PushSubscription.failed_at < moment - REFUSED_FOR)
            if outcome in ("gone", "refused"):
                db.session.execute(delete(PushSubscription).where(*rows))


def _sweep(moment: datetime) -> None:
    """Forget what was sent long ago."""
    with writing():
        db.session.execute(delete(Notice).where(Notice.day < moment.date() - KEPT))
