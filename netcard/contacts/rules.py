"""People met, as pure functions of values: folding for search, likeness, days in words."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID

import email_validator

from netcard.events.rules import MONTHS

ROLES = (
    "Attending",
    "Resident",
    "Fellow",
    "Director",
    "Chair",
    "Researcher",
    "Nurse",
    "Student",
    "Peer",
    "Industry",
)
"""Offered first; a role is the owner's own word and may be any other."""

NAME, INSTITUTION, TITLE, DEPARTMENT, ROLE = 200, 160, 160, 160, 40
EMAIL, PHONE, TAG, MOST_TAGS = 254, 40, 40, 20
POSTER, DISCUSSED, PROMISED, OFFERED, NOTE = 200, 4000, 1000, 1000, 8000
WHAT, SPOT, QUESTIONS = 100, 300, 2000
SUBJECT, MESSAGE = 300, 20_000

TOKEN = 40
"""Letters of a word that search can tell apart."""
MOST_TOKENS = 2000
"""Words of one contact that search knows; a note can hold a megabyte."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""A phone's clock may be wrong, and so may its zone, but not by more."""

FRESH = timedelta(days=30)
"""A meeting written down later than this is history: nobody waits for a word about it."""

NO_DAY = datetime(1900, 1, 1, 12, tzinfo=UTC)
"""Where whoever came with a file and was not met stands in the list: behind all who were. Whose day of
meeting is not known stands just before; nobody can say a day like these, they lie before EARLIEST."""


@dataclass(frozen=True)
class Met:
    """One meeting as it was written down: whom, where, and what was said."""

    name: str
    met_at: datetime
    institution: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    tags: tuple[str, ...] = ()
    event_id: UUID | None = None
    poster: str = ""
    discussed: str = ""
    promised: str = ""
    promised_by: date | None = None
    offered: str = ""
    met_offset: int = 0  # minutes east of UTC
    photo_file: str | None = None
    card: bytes | None = None
    """A card to begin with, which says name, institution, e-mail, phone and tags already."""


# --- folding ------------------------------------------------------------------

# Letters with no decomposition in Unicode that people type as their plain relatives.
_PLAIN = str.maketrans(
    {
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "ł": "l",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ƒ": "f",
        "ɓ": "b",
        "ɗ": "d",
        "ə": "e",
        "ɛ": "e",
        "ɔ": "o",
        "ɲ": "n",
        "ƙ": "k",
        "ƴ": "y",
    }
)
_APOSTROPHES = frozenset("'’‘ʼʻʹ`´")


def fold(text: str) -> str:
    """Text without case, accents and marks: what a person types when in a hurry.

    Works letter by letter, so that the fold of a word's beginning begins the fold of the word.
    """
    return _bare(_bare(text).casefold()).translate(_PLAIN)


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.category(char).startswith("M"))


def typed_words(text: str) -> list[str]:
    """The folded words of a search; an apostrophe is not worth typing."""
    return _split(fold(text), "")


def search_words(texts: Iterable[str]) -> list[str]:
    """The folded words of a contact that a search can begin to type, each once, in their order.

    O'Brien is found as `obrien` and as `brien`; a name written without spaces (山田太郎) from any
    of its signs on.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in _forms(fold(text)):
            found[word] = None
            if len(found) >= MOST_TOKENS:
                return list(found)
    return list(found)


def _forms(folded: str) -> Iterator[str]:
    words = _split(folded, "")
    yield from words
    if not _APOSTROPHES.isdisjoint(folded):
        yield from _split(folded, " ")
    for word in words:
        if any("\u3040" <= char <= "\u9fff" for char in word):
            yield from (word[at:] for at in range(1, len(word)))


def _split(folded: str, apostrophe: str) -> list[str]:
    spaced = "".join(
        apostrophe if char in _APOSTROPHES else char if char.isalnum() else " " for char in folded
    )
    return [word[:TOKEN] for word in spaced.split()]


# --- likeness -----------------------------------------------------------------


def phone_key(phone: str) -> str:
    """The digits that tell two numbers apart: the last nine, so that +44 20… and 020… are one."""
    digits = "".join(
        str(unicodedata.digit(char)) for char in phone if unicodedata.digit(char, None) is not None
    )
    return digits[-9:] if len(digits) >= 6 else ""


def folded_name(full_name: str, given: str = "", family: str = "") -> str:
    """A name to compare: without titles where the card tells them apart, without marks and case."""
    return " ".join(typed_words(f"{given} {family}")) or " ".join(typed_words(full_name)) or fold(full_name)


def same_place(one: str, other: str) -> bool:
    """Whether two institutions could be the same: an unsaid one could be any."""
    return not one or not other or typed_words(one) == typed_words(other)


# --- words about a meeting ----------------------------------------------------


def met_line(met_at: datetime, zone: tzinfo, event: str = "", poster: str = "") -> str:
    """Where and when we met, as the last line of a card's note."""
    day = met_at.astimezone(zone).date()
    when = f"Met {day.day} {MONTHS[day.month - 1][:3]} {day.year}" if has_day(met_at) else "Met"
    parts = [when, event]
    if poster:
        parts.append(poster if fold(poster).startswith("poster") else f"poster {poster}")
    return ", ".join(part for part in parts if part)


def has_day(moment: datetime) -> bool:
    """Whether the moment is one: see NO_DAY."""
    return moment >= EARLIEST


def opens_follow_up(met_at: datetime, noted_at: datetime, promised_by: date | None) -> bool:
    """Whether a meeting asks for a word: one written down soon after it, or with a promise to come."""
    if promised_by and promised_by >= noted_at.date():
        return True
    return noted_at - met_at <= FRESH


THEIR_WORDS = "They wrote: “"
"""How a line begins that somebody left with their details, among what was said when the two met."""


def own_words(discussed: str) -> str:
    """What was said by the owner's own note, without the line that they left: it is no word to give back."""
    return f"\n{discussed}".partition(f"\n{THEIR_WORDS}")[0].strip()


def day_name(day: date, today: date) -> str:
    """A day as one says it: Today, Yesterday, Thursday, 13 November, 13 November 2025."""
    if day.year < EARLIEST.year - 1:
        return "Day not known"
    ago = (today - day).days
    if ago in (0, 1):
        return ("Today", "Yesterday")[ago]
    if 1 < ago < 7:
        return WEEKDAYS[day.weekday()]
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if day.year != today.year else "")


def short_day(day: date, today: date) -> str:
    """A day in a line of small facts: Thu 19 Nov, 19 Nov 2025."""
    if day.year < EARLIEST.year - 1:
        return "day not known"
    if day.year != today.year:
        return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def tags_of(text: str) -> tuple[str, ...]:
    """Tags out of one line, separated by commas; the first spelling of each counts."""
    found: dict[str, str] = {}
    for part in text.replace("\n", ",").split(","):
        if tag := " ".join(part.strip().lstrip("#").split()):
            found.setdefault(fold(tag), tag)
    return tuple(found.values())


def tags_problem(tags: tuple[str, ...]) -> str | None:
    """What is wrong with a contact's tags, as a sentence."""
    if len(tags) > MOST_TAGS:
        return f"That is more than {MOST_TAGS} tags. Keep the ones you would look for."
    if any(len(tag) > TAG for tag in tags):
        return f"A tag has at most {TAG} characters; part them with commas."
    return None


def moment_problem(
    moment: datetime, now: datetime, ahead: timedelta = AHEAD, day: str = "the day you met"
) -> str | None:
    """What is wrong with the moment of something that was, a meeting or a message, as a sentence."""
    if moment > now + ahead:
        return f"This is in the future. Put {day}."
    if moment < EARLIEST:
        return f"This is too long ago. Put {day}."
    return None


def promise_problem(promised_by: date) -> str | None:
    """What is wrong with the day a promise is due, as a sentence."""
    return None if 2000 <= promised_by.year <= 2100 else "This is too far away. Put a day you can keep."


def email_problem(typed: str) -> str | None:
    """What is wrong with an address, as a sentence. Any that could be somebody's is taken."""
    before, _, domain = typed.rpartition("@")
    if not before:
        return "An e-mail address has an @ in it."
    if "." not in domain.strip("."):
        return "The part after @ looks unfinished."
    try:
        email_validator.validate_email(typed, check_deliverability=False, test_environment=True)
    except email_validator.EmailNotValidError:
        return "This does not look like an e-mail address."
    return None
