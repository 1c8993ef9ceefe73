"""What a handle may be, and the other decisions about cards that need no database."""

import re
import unicodedata
from datetime import timedelta

from netcard.vcard import split_name

SHORTEST_HANDLE = 2
SENTENCES_WANTED = 2
KEPT_AFTER_REMOVAL = timedelta(days=30)
"""How long a removed card can be put back."""

INKS = ("theatre", "oxblood", "prussian", "aubergine", "sepia", "graphite")

_HANDLE = re.compile(r"[a-z0-9](?:-?[a-z0-9]){1,29}", re.ASCII)

_OUR_ADDRESSES = """
    c cards card qr capture scan contacts people inbox events followups follow-ups toolkit mentors letters
    programmes programs settings phone dav carddav signup signin login logout reset verify static offline
    manifest service-worker robots favicon sitemap well-known livez readyz api archive export import new edit
    hello cv headshot preview contact signature handle
"""
_SPEAKING_FOR_OTHERS = """
    netcard admin administrator root www web mail email ftp smtp imap host hostmaster postmaster webmaster
    support help helpdesk info contact-us about team staff official security abuse legal privacy terms billing
    status system service moderator owner operator test example null none undefined me you everyone anonymous
    noreply no-reply
"""
RESERVED = frozenset((_OUR_ADDRESSES + _SPEAKING_FOR_OTHERS).split())
"""First words of our own addresses, now and planned, and words that would speak for somebody else."""


def typed_handle(value: str) -> str:
    """A handle as it is kept: small letters, without an `@` or the card's whole address around it."""
    value = value.strip().lower()
    if "/c/" in value:
        value = value.rpartition("/c/")[2]
    return value.lstrip("@").rstrip("/")


def problem_with(handle: str) -> str | None:
    """Why a handle cannot be, in a sentence for its owner; None when it can."""
    if _HANDLE.fullmatch(handle):
        return "This word is kept for netcard itself. Choose another." if handle in RESERVED else None
    if len(handle) < SHORTEST_HANDLE:
        return "An address needs at least two letters or digits."
    if not re.fullmatch(r"[a-z0-9-]*", handle):
        return "Use the letters a to z, digits and single hyphens."
    if handle.startswith("-") or handle.endswith("-") or "--" in handle:
        return "A hyphen stands between two letters or digits, and by itself."
    return "This is too long. At most 30 letters and digits, hyphens between them."


def is_handle(text: str) -> bool:
    """Whether `text` has the form of a handle (reserved ones have it too)."""
    return bool(_HANDLE.fullmatch(text))


def address(url: str, handle: str) -> str:
    """The public address of a card below `url` (NETCARD_URL)."""
    return f"{url.rstrip('/')}/c/{handle}"


def shown_address(url: str, handle: str) -> str:
    """The same as people read it: without its scheme."""
    return address(url, handle).partition("://")[2]


_LATIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)


def latin(text: str) -> str:
    """Without marks: "Đức Łukasz" → "Duc Lukasz". Letters of other scripts drop out."""
    plain = "".join(each.translate(_LATIN) if each.islower() else _capital(each) for each in text)
    folded = unicodedata.normalize("NFKD", plain)
    return "".join(each for each in folded if each.isascii())


def _capital(letter: str) -> str:
    small = letter.lower()
    found = small.translate(_LATIN)
    return letter if found == small else found.capitalize()


def suggested_handle(name: str) -> str:
    """A handle out of a name: "Dr. Ada Okafor, MD" → "ada-okafor"; "" when no letter of it is Latin."""
    parts = split_name(name)
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", latin(f"{parts.given} {parts.family}").lower()))
    handle = ""
    for word in words:
        longer = f"{handle}-{word}" if handle else word[:30]
        if len(longer.replace("-", "")) > 30:
            break
        handle = longer
    return handle if is_handle(handle) else ""


def another_handle(handle: str, at: int) -> str:
    """The `at`-th variant of a handle that is taken: "ada-okafor-2"."""
    ending = str(at)
    room = 30 - len(ending)
    kept = handle
    while len(kept.replace("-", "")) > room:
        kept = kept[:-1]
    return f"{kept.rstrip('-')}-{ending}"


def count_sentences(text: str) -> int:
    """Roughly: ends with a stop followed by white space or nothing. Good enough for a gentle hint."""
    ends = re.findall(r"[.!?…؟]+[\"'”’)]*(?=\s|$)|[。！？]+", text)
    return len(ends) or (1 if text.strip() else 0)


def file_name(name: str, ending: str) -> tuple[str, str]:
    """A file's name for downloads: plain ASCII, and as the person writes it (RFC 6266, section 4.3)."""
    words = re.findall(r"[^\W_]+", name.partition(",")[0])
    own = "-".join(words)[:80] or "Card"
    plain = "-".join(re.findall(r"[A-Za-z0-9]+", latin(" ".join(words))))[:80] or "Card"
    return plain + ending, own + ending


_ALPHANUMERIC_ISH = re.compile(r"[^0-9+().,/x#;\- ]", re.I)


def clean_phone(value: str) -> str:
    """A number without the invisible marks that phones copy along, its digits as 0 to 9."""
    kept = []
    for each in value:
        if unicodedata.category(each) == "Cf":
            continue
        digit = unicodedata.digit(each, None)
        kept.append(" " if each.isspace() else each if digit is None else str(digit))
    return " ".join("".join(kept).split())


def problem_with_phone(value: str) -> str | None:
    """Why this cannot be a phone number; numbers without a country stay as they are typed."""
    without_word = re.sub(r"\bext\.?", "x", value, flags=re.I)
    if _ALPHANUMERIC_ISH.search(without_word):
        return "A phone number has digits, spaces and + ( ) - . in it."
    if sum(each.isdigit() for each in value) < 3:
        return "This is too short for a phone number."
    return None
