"""Carrying an import out: minutes of reading outside any transaction, then one short one that adds all.

Opens `writing()` itself, several times, so it is called by views only and outside of it.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from netcard.accounts.models import Account
from netcard.accounts.rules import zone
from netcard.contacts import book
from netcard.contacts.importing import actions, meetings, plan
from netcard.contacts.importing.actions import Ready
from netcard.contacts.importing.person import Person
from netcard.contacts.importing.queries import run_of
from netcard.contacts.importing.reading import Reading, people, read_again
from netcard.contacts.models import ImportRun
from netcard.contacts.rules import NO_DAY
from netcard.database import db, now, writing
from netcard.events.models import Event
from netcard.events.queries import events_of
from netcard.media import media_store

BEAT = 0.5
"""Seconds between two words on how far it is."""

FAILED = "It could not be finished, and nobody was added. Try again."

log = logging.getLogger("netcard")


class Superseded(Exception):
    """Somebody else has taken the run on meanwhile."""


def reading_of(run: ImportRun, data: bytes) -> Reading:
    """How the run's file is read, as far as it was found out or said."""
    return read_again(data, run.format, run.reading, run.mapping)


def carry_out(owner: UUID, run_id: UUID, *, alike: bool) -> bool:
    """Add everyone new in the file, with `alike` also those like somebody; False where that is not to do.

    All or nobody: the last step is one transaction. A run that is over, or that somebody else
    works on, is left alone; of two that took it on, only the later one may finish.
    """
    with writing():
        run = run_of(owner, run_id, hold=True)
        if not run.mapped_at or not actions.begin(run):
            return False
        mine, key = run.started_at, run.file
    try:
        _carry_out(owner, run_id, mine, alike=alike)
    except Superseded:
        return False
    except BaseException:
        log.exception("an import failed")
        with writing():
            run = run_of(owner, run_id, hold=True)
            if run.started_at == mine and not run.finished_at:
                actions.fail(run, FAILED)
        raise
    if key:
        media_store().delete(key)
    return True


def _carry_out(owner: UUID, run_id: UUID, mine: datetime | None, *, alike: bool) -> None:
    run = run_of(owner, run_id)
    data = media_store().get(run.file or "")
    reading = reading_of(run, data)
    seen = plan.seq_of(owner)
    ready: list[Ready] = []
    events, here = events_of(owner), _zone_of(owner)
    broken = 0
    spoke = time.monotonic()
    for number, person in enumerate(people(data, reading), start=1):
        if person.problem:
            broken += 1
        else:
            ready.append(_made_ready(person, number, events, here))
        if time.monotonic() - spoke > BEAT:
            _beat(owner, run_id, mine, number)
            spoke = time.monotonic()
    entries = [one.entry for one in ready]
    found = plan.sort_out(entries, plan.uids_of(owner, entries), plan.signs_in_book(owner, entries))
    chosen = [
        one
        for one, (_, like) in zip(ready, found, strict=True)
        if like is None or (alike and like.reason != plan.UID)
    ]
    _beat(owner, run_id, mine, len(ready) + broken)
    with writing():
        run = _still_mine(owner, run_id, mine)
        actions.finish(run, chosen, seen, len(ready) - len(chosen), broken, alike=alike)


def _made_ready(person: Person, number: int, events: Sequence[Event], here: tzinfo) -> Ready:
    met = list(meetings.settled(person.meetings, events, here, now()))
    words = ("poster", "discussed", "promised", "offered")
    said = [each[word] for each in met for word in words if each[word]]
    behind = NO_DAY - timedelta(microseconds=number)  # the list then has those not met in the file's order
    card = book.prepare(
        person.data,
        role=person.role,
        met_at=max((each["met_at"] for each in met), default=behind),
        said=said,
        starred_at=now() if person.starred else None,
    )
    return Ready(plan.entry_of(person), card, met)


def _zone_of(owner: UUID) -> tzinfo:
    account = db.session.get(Account, owner)
    return zone(account.time_zone if account else "UTC")


def _beat(owner: UUID, run_id: UUID, mine: datetime | None, done: int) -> None:
    with writing():
        actions.beat(_still_mine(owner, run_id, mine), done)


def _still_mine(owner: UUID, run_id: UUID, mine: datetime | None) -> ImportRun:
    run = run_of(owner, run_id, hold=True)
    if run.started_at != mine or run.finished_at:
        raise Superseded
    return run
