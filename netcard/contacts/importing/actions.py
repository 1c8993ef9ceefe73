"""What becomes of a file on its way in. Called inside `writing()`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, select

from netcard.contacts import book, bulk, ledger
from netcard.contacts.book import Prepared
from netcard.contacts.derived import Derived
from netcard.contacts.importing import plan
from netcard.contacts.importing.plan import Entry
from netcard.contacts.importing.reading import Reading
from netcard.contacts.models import Encounter, Imported, ImportRun
from netcard.database import Base, db, new_id, now

STILL_ALIVE = timedelta(minutes=2)
"""A run that gave no sign for so long died with its process; the last step of 10,000 takes a few seconds."""

MOST_WAITING = 3
"""Files that wait to be looked at; the oldest goes when one more comes."""


def bring(owner: UUID, file: str, file_name: str, reading: Reading, total: int) -> tuple[UUID, list[str]]:
    """A file came: its run, and the media keys of older ones that nobody went on with."""
    waiting = db.session.scalars(
        select(ImportRun)
        .where(ImportRun.owner_id == owner, ImportRun.finished_at.is_(None))
        .order_by(ImportRun.created_at.desc())
    ).all()
    old = [run for run in waiting if not is_running(run)][MOST_WAITING - 1 :]
    gone = [key for run in old if (key := drop(run))]
    run = ImportRun(owner_id=owner, id=new_id(), file=file, file_name=file_name)
    _write(run, reading, total)
    run.mapped_at = now() if reading.known else None
    db.session.add(run)
    db.session.flush()
    return run.id, gone


def settle(run: ImportRun, reading: Reading, total: int) -> None:
    """The owner said what the columns are."""
    _write(run, reading, total)
    run.mapped_at = now()


def _write(run: ImportRun, reading: Reading, total: int) -> None:
    run.format = reading.format
    run.reading = reading.to_json()
    run.mapping = {str(at): field for at, field in enumerate(reading.fields)}
    run.total = total


def drop(run: ImportRun) -> str | None:
    """Forget a file that is not wanted after all; returns the media key to delete after the commit."""
    key = run.file
    db.session.delete(run)
    return key


# --- adding -------------------------------------------------------------------


def is_running(run: ImportRun) -> bool:
    """Whether somebody works on it, as far as can be seen."""
    if run.finished_at or not run.started_at:
        return False
    return now() - (run.beat_at or run.started_at) < STILL_ALIVE


def begin(run: ImportRun) -> bool:
    """Take the run on; False where it is over or somebody else works on it."""
    if run.finished_at or is_running(run):
        return False
    run.started_at = run.beat_at = now()
    run.done, run.problem = 0, ""
    return True


def beat(run: ImportRun, done: int) -> None:
    """Say how far it is, and that it goes on."""
    run.done, run.beat_at = done, now()


def fail(run: ImportRun, problem: str) -> None:
    """It came to nothing; it can be tried again."""
    run.started_at = run.beat_at = None
    run.problem = problem


class Ready(NamedTuple):
    """Somebody of the file with all that is stored of them: the card, and beside it the meetings."""

    entry: Entry
    card: Prepared
    meetings: list[dict[str, Any]]  # columns of Encounter, without owner and contact


def finish(
    run: ImportRun,
    ready: Sequence[Ready],
    seen: int,
    left_out: int,
    broken: int,
    *,
    alike: bool,
) -> None:
    """Add all of `ready` as one, but for those who came into the book since its counter stood at `seen`.

    `alike`: also those who are like somebody, but for the very same card.
    """
    owner = run.owner_id
    ledger.hold(owner)
    entries = [one.entry for one in ready]
    came = list(
        plan.sort_out(
            entries,
            plan.uids_of(owner, entries, seen) if plan.seq_of(owner) > seen else {},
            {} if alike else plan.signs_in_book(owner, entries, seen),
        )
    )
    new = [
        one
        for one, (_, like) in zip(ready, came, strict=True)
        if like is None or (alike and like.reason != plan.UID)
    ]
    book.add_all(owner, [one.card for one in new])
    _insert(Imported, [{"owner_id": owner, "run_id": run.id, "contact_id": one.card.id} for one in new])
    met = [{"owner_id": owner, "contact_id": one.card.id, **each} for one in new for each in one.meetings]
    _insert(Encounter, met)
    run.added, run.broken = len(new), broken
    run.left_out = left_out + len(ready) - len(new)
    run.done = run.total
    run.file = None
    run.finished_at = now()


def _insert(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), book.AT_ONCE):
        db.session.execute(insert(model), rows[start : start + book.AT_ONCE])


# --- taking it back -----------------------------------------------------------


def undo(run: ImportRun) -> int:
    """Remove everyone the run added, whatever became of them since; all of it is kept."""
    if not run.finished_at or run.undone_at:
        return 0
    moment = now()
    run.undone_at = moment
    return bulk.remove_all(run.owner_id, ids_of(run), moment)


def redo(run: ImportRun, cards: Sequence[tuple[UUID, str, Derived]]) -> int:
    """Take the undoing back, for all of `cards` (id, ETag, what is derived) that it removed."""
    if not run.undone_at:
        return 0
    moment, run.undone_at = run.undone_at, None
    return bulk.restore_all(run.owner_id, cards, moment)


def ids_of(run: ImportRun) -> list[UUID]:
    """Whom the run added, in the file's order."""
    return list(
        db.session.scalars(
            select(Imported.contact_id)
            .where(Imported.owner_id == run.owner_id, Imported.run_id == run.id)
            .order_by(Imported.contact_id)
        )
    )
