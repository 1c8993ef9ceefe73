"""What is due to whom. Nothing opens a follow-up but what it follows from, so none can be forgotten:

- a meeting that asks for a word (`Encounter.opens_follow_up`), unless the two met again or a message of
  its own went out since; a promise stands whatever came later,
- a promise by itself (a `FollowUp` with a day of its own),
- a rhythm, counted from the last word or meeting,
- an agreed meeting, on its day,
- somebody planned for an event, to be written to before it, and what is to be done by a day for it.

What the owner did about one stands in `FollowUp` under the same id.
"""

from datetime import datetime, tzinfo
from uuid import UUID

from netcard.errors import NotHere
from netcard.followups import rules
from netcard.followups.due import Due, Queue
from netcard.followups.sources import SOURCES, Asked, reminding_of

__all__ = ["Due", "Queue", "due_of", "queue_of", "reminding_of"]


def queue_of(owner: UUID, zone: tzinfo, moment: datetime, contact: UUID | None = None) -> Queue:
    """Everything open of this owner, or of theirs with one person, as of a moment."""
    today = rules.local_day(moment, zone)
    queue = Queue(today)
    asked = Asked(owner, zone, contact=contact)
    found = [(due.window, due) for source in SOURCES for due in source(asked) if not due.lapsed(today)]
    found.sort(key=lambda pair: (pair[0].late_after, pair[0].opens_on, pair[1].who, pair[1].id))
    for window, due in found:
        queue.by_heading.setdefault(window.heading(today), []).append(due)
    queue.coming.sort(key=lambda due: due.window.opens_on)  # what is late first comes not always first
    return queue


def due_of(owner: UUID, due_id: UUID, zone: tzinfo) -> Due:
    """One thing by its id, open or over; raises NotHere."""
    asked = Asked(owner, zone, only=due_id)
    for source in SOURCES:
        for due in source(asked):
            return due
    raise NotHere("There is no such follow-up here.")
