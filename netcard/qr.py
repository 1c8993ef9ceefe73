"""QR codes that a phone reads across a crowded hall.

Pure: text in, SVG or PNG out. What decides whether a code scans is the size of its modules, so the
smallest version that holds the text always wins, and only the room left in it goes to error
correction: version 3-M was read out of a blurred picture where 4-M was not.
"""

import io
import re
import unicodedata
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

QUIET_ZONE = 4  # modules (ISO/IEC 18004); with none, no code on a dark page was read
VCARD_BYTES = 120  # more needs version 7, which was read less often

_STRONGEST_FIRST = (ERROR_CORRECT_H, ERROR_CORRECT_Q, ERROR_CORRECT_M, ERROR_CORRECT_L)
_LEVEL_NAMES = {ERROR_CORRECT_L: "L", ERROR_CORRECT_M: "M", ERROR_CORRECT_Q: "Q", ERROR_CORRECT_H: "H"}

Modules = tuple[tuple[bool, ...], ...]


def card_text(base_url: str, handle: str) -> str:
    """What the QR of a card holds: its address below `base_url` (NETCARD_URL).

    All capitals where that changes nothing (scheme and host ignore case, and so does `/C/<handle>`):
    capitals pack into 5.5 bits each, other bytes into 8. A base with a path of its own stays as it
    is, because that path may care about case.
    """
    base = base_url.rstrip("/")
    if urlsplit(base).path:
        return f"{base}/c/{handle}"
    return f"{base}/c/{handle}".upper()


def version_and_level(text: str) -> tuple[int, str]:
    """The version (1–40) and correction level ("L", "M", "Q", "H") that `text` is drawn with."""
    version, level = _fit(text)
    return version, _LEVEL_NAMES[level]


@lru_cache(maxsize=1024)
def svg(text: str, label: str = "QR code") -> str:
    """The code as one `<svg>` element, fit to be inlined or served as a file; sized by its CSS.

    `label` is what a screen reader says. White stays white in every theme. Raises ValueError when
    no code can hold the text.
    """
    side, dark = outline(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{dark}"/></svg>'
    )


def outline(text: str) -> tuple[int, str]:
    """The code's side in modules, quiet zone included, and its dark modules as SVG path data.

    For a page that draws the code itself. Raises ValueError when no code can hold the text.
    """
    rows = _modules(text)
    dark = "".join(
        f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return len(rows) + 2 * QUIET_ZONE, dark


@lru_cache(maxsize=128)
def png(text: str, pixels_at_least: int = 1024) -> bytes:
    """The code as a black and white PNG, every module the same whole number of pixels."""
    rows = _modules(text)
    side = len(rows) + 2 * QUIET_ZONE
    image = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
    pixels = -(-pixels_at_least // side)
    out = io.BytesIO()
    image.resize((side * pixels, side * pixels), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def vcard_text(name: str, email: str = "", phone: str = "", url: str = "") -> str:
    """A contact for a phone without any network: a vCard 3.0 of at most 120 bytes.

    vCard rather than the shorter MECARD, which fewer cameras offer to save. E-mail goes in first,
    then phone, then address; one that no longer fits is left out whole, never cut. The library
    cannot declare a character set (ECI), and without it one decoder in four garbles UTF-8, so only
    ASCII goes in: marks are dropped ("Đức" → "Duc"), and a name in another script gives way to the
    one in the card's handle or the e-mail address.
    """
    shown = (
        _ascii_name(name) or _name_in(url.rstrip("/").rpartition("/")[2]) or _name_in(email.partition("@")[0])
    )
    room = VCARD_BYTES - len(_vcard([("N", "")]))
    shown = shown[:room].rstrip()
    given, _, family = shown.rpartition(" ")
    lines = [("N", f"{_escaped(family)};{_escaped(given)}" if given else _escaped(family))]
    for field, value in (("EMAIL", email), ("TEL", re.sub(r"[^+\d]", "", phone)), ("URL", url)):
        longer = [*lines, (field, value)]
        if value and value.isascii() and value.isprintable() and len(_vcard(longer)) <= VCARD_BYTES:
            lines = longer
    return _vcard(lines)


@lru_cache(maxsize=1024)
def _modules(text: str) -> Modules:
    version, level = _fit(text)
    code = qrcode.QRCode(version=version, error_correction=level, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=False)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


@lru_cache(maxsize=1024)
def _fit(text: str) -> tuple[int, int]:
    smallest = _version_at(text, ERROR_CORRECT_L)
    if smallest is None:
        raise ValueError(f"No QR code holds {len(text)} characters.")
    level = next(level for level in _STRONGEST_FIRST if _version_at(text, level) == smallest)
    return smallest, level


def _version_at(text: str, level: int) -> int | None:
    code = qrcode.QRCode(error_correction=level)
    code.add_data(text, optimize=0)
    try:
        return int(code.best_fit())
    except (DataOverflowError, ValueError):  # version 41: the library says either
        return None


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Where dark runs start in a row, and how long they are."""
    drawn = "".join("#" if dark else " " for dark in row)
    return [(run.start(), len(run.group())) for run in re.finditer("#+", drawn)]


def _vcard(lines: list[tuple[str, str]]) -> str:
    """Line feeds alone, against RFC 2426: each saved byte is room for the address."""
    body = "".join(f"{field}:{value}\n" for field, value in lines)
    return f"BEGIN:VCARD\nVERSION:3.0\n{body}END:VCARD"


_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
    }
    | {
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "þ": "th",
        "Þ": "Th",
        "ħ": "h",
        "Ħ": "H",
        "’": "'",
        "‐": "-",
        "–": "-",
    }
)


def _ascii_name(name: str) -> str:
    """The name without its marks; "" when a letter of it has no plain ASCII form."""
    folded = unicodedata.normalize("NFKD", name.translate(_WITHOUT_DECOMPOSITION))
    letters = "".join(each for each in folded if not unicodedata.combining(each))
    plain = " ".join("".join(each if each.isprintable() else " " for each in letters).split())
    return plain if plain.isascii() else ""


def _name_in(address_part: str) -> str:
    words = re.findall(r"[A-Za-z]+", address_part)
    return " ".join(word.capitalize() for word in words)


def _escaped(value: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", value)
