"""What a capture says, as pure functions of values."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from netcard.cards.rules import is_handle, shown_address
from netcard.contacts.rules import THEIR_WORDS

FIELDS = (
    "name", "institution", "role", "event", "poster", "discussed", "promised", "promised_by",
    "email", "phone", "tags", "met_at", "card", "no_portrait",
)  # fmt: skip
"""What a phone sends beside `id` and `photo`, by the names of the form."""

CARD_SAYS = ("institution", "email", "phone")
"""What is filled from a card and may be emptied: with a card, sent empty is other than not sent."""

DUE_AFTER = (3, 7)
"""Days after a meeting that people keep a promise in: soon enough to be remembered by it."""


def digest(words: Mapping[str, str], photo: bytes | None) -> bytes:
    """SHA-256 of what was sent, before any default: each field that says something, then the photo.
    Of a card's own words the emptied ones say something too.

    A form turns line ends into CR LF on its way and JSON does not; they count as the same. Lengths
    stand before the texts, so that nothing can be moved from one field into the next.
    """
    seal = hashlib.sha256()
    for name in FIELDS:
        text = words.get(name, "").replace("\r\n", "\n").strip()
        if text:
            said = text.encode("utf-8", "surrogatepass")
            seal.update(f"{name}:{len(said)}:".encode() + said)
        elif name in CARD_SAYS and name in words and words.get("card"):
            seal.update(f"{name}:0:".encode())
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


# --- somebody's card ----------------------------------------------------------

NO_SUCH_CARD = ("No card is at this address.", "Ask for it again, or write the person down by name.")
ELSEWHERE = (
    "This address is not on this netcard.",
    "Open it in the browser and save the contact there, or write the person down by name.",
)
LONGEST_ADDRESS = 500


def handle_in(typed: str, url: str) -> str:
    """The handle, in small letters, of a card's address below `url` (NETCARD_URL) or of a handle typed alone.

    Scheme, host and handle may be in any letter case, as a QR code says them; the scheme may be missing,
    and what follows the handle is dropped. Raises ValueError with two sentences, what is wrong and what to
    do instead. Nothing is fetched, whatever the address.
    """
    typed = typed.strip()[: LONGEST_ADDRESS + 1]
    example = shown_address(url, "ada-okafor")
    no_card = ValueError("This is not a card's address.", f"One looks like {example}.")
    if not any(sign in typed for sign in "/.:"):
        return _handle(typed.removeprefix("@"), no_card)
    there, ours = _parts(typed), urlsplit(url)
    if there is None or (there.netloc and _host(there) != _host(ours)):
        raise ValueError(*ELSEWHERE)
    if not there.path.startswith(ours.path):
        raise no_card
    _, c, handle, *_ = (*there.path.removeprefix(ours.path).split("/"), "", "", "")
    if c.lower() != "c":
        raise no_card
    return _handle(handle, no_card)


def _handle(text: str, wrong: ValueError) -> str:
    if not text.isascii() or not is_handle(text.lower()):
        raise wrong
    return text.lower()


def _parts(typed: str) -> SplitResult | None:
    whole = typed if "://" in typed or typed.startswith("/") else f"//{typed}"
    try:
        parts = urlsplit(whole)
        return parts if parts.scheme in ("", "http", "https") and _host(parts) else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> tuple[str, int | None]:
    """Host and port; the port that goes without saying is none. Raises ValueError for a port that is none."""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.hostname or "", None if parts.port == usual else parts.port


# --- what visitors leave ------------------------------------------------------

KEPT_AFTER = timedelta(days=30)
"""How long the inbox can bring back what was discarded or taken over; then it is erased."""

SAME_WITHIN = timedelta(days=1)
"""The same details again are a second tap, not a second person."""

MOST_WAITING = 3000
"""In one inbox: what one can look through at all."""

FULL = "This inbox is full. Nothing was kept: write an e-mail, or leave your details another day."


def busy(seconds: int) -> str:
    """What a visitor over a limit reads."""
    minutes = max(1, round(seconds / 60))
    plural = "s" if minutes > 1 else ""
    wait = f"{round(minutes / 60)} hours" if minutes >= 90 else f"{minutes} minute{plural}"
    return f"Very many are leaving their details right now. All you typed is still here: send it in {wait}."


def their_words(message: str) -> str:
    """A visitor's line as what was said at a meeting."""
    return f"{THEIR_WORDS}{message}”" if message else ""
