"""What a capture says, as pure functions of values."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

FIELDS = (
    "name", "institution", "role", "event", "poster", "discussed", "promised", "promised_by",
    "email", "phone", "tags", "met_at",
)  # fmt: skip
"""What a phone sends beside `id` and `photo`, by the names of the form."""

DUE_AFTER = (3, 7)
"""Days after a meeting that people keep a promise in: soon enough to be remembered by it."""


def digest(words: Mapping[str, str], photo: bytes | None) -> bytes:
    """SHA-256 of what was sent, before any default: each field that says something, then the photo.

    A form turns line ends into CR LF on its way and JSON does not; they count as the same. Lengths
    stand before the texts, so that nothing can be moved from one field into the next.
    """
    seal = hashlib.sha256()
    for name in FIELDS:
        text = words.get(name, "").replace("\r\n", "\n").strip()
        if text:
            said = text.encode("utf-8", "surrogatepass")
            seal.update(f"{name}:{len(said)}:".encode() + said)
    if photo:
        seal.update(f"photo:{len(photo)}:".encode() + photo)
    return seal.digest()


def capture_id(text: str) -> UUID | None:
    """A UUID of any version as it is written (RFC 9562, section 4); None for anything else."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


def moment(text: str) -> datetime | None:
    """An ISO 8601 moment with its offset from UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.utcoffset() is not None and 1000 < found.year < 9999 else None


def minutes_east(met_at: datetime) -> int:
    """The offset from UTC as whole minutes."""
    return int((met_at.utcoffset() or timedelta()).total_seconds() // 60)


def day(text: str) -> date | None:
    """An ISO 8601 day; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def due_days(today: date) -> list[tuple[int, date]]:
    """The days a promise is usually for: (days from today, that day)."""
    return [(days, today + timedelta(days)) for days in DUE_AFTER]
