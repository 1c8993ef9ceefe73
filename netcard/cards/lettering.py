"""Text on pictures, in the typefaces netcard ships: which letters they have, in what order and shape.

Pillow shapes text through libraqm, which finds FriBidi only where the system has it; without it
Arabic falls back to the joined letter forms that Unicode keeps for such cases, and the order of
right-to-left text comes from python-bidi. What no typeface here can write is left out or refused by
`writable`, for a card with empty boxes on it is worse than a card with less.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from bidi.algorithm import get_display  # not bidi.get_display, which leaves brackets unmirrored
from PIL import ImageDraw, ImageFont, features

from netcard.config import CHECKOUT

_VENDOR = CHECKOUT / "static" / "vendor"
_GARAMOND = _VENDOR / "eb-garamond-0.4.3" / "EBGaramond_400Regular.ttf"  # Latin, Greek, Cyrillic, Vietnamese
_SOURCE_SANS = _VENDOR / "source-sans-3-0.4.1" / "SourceSans3_400Regular.ttf"
_NASKH = _VENDOR / "noto-naskh-arabic-0.4.5" / "NotoNaskhArabic_400Regular.ttf"
_HEBREW = _VENDOR / "noto-serif-hebrew-0.4.2" / "NotoSerifHebrew_400Regular.ttf"

_RIGHT_TO_LEFT = {"R", "AL"}
# Joiners of emoji, choosers of a letter's looks, and bidi controls, which could turn a whole line round.
_UNSEEN = dict.fromkeys(
    map(ord, "\u061c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
) | dict.fromkeys(range(0xFE00, 0xFE10))

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Voice:
    """Typefaces in the order they are asked for a letter."""

    faces: tuple[Path, ...]


SERIF = Voice((_GARAMOND, _NASKH, _HEBREW, _SOURCE_SANS))
SANS = Voice((_SOURCE_SANS, _NASKH, _HEBREW, _GARAMOND))


@dataclass(frozen=True)
class Line:
    """One line of text, ready to be measured and drawn. `tracking` is extra space as a share of the size."""

    text: str
    voice: Voice
    size: int
    tracking: float = 0

    @property
    def width(self) -> float:
        return sum(self._advance(part) for part in self._parts())

    def draw(
        self,
        pen: ImageDraw.ImageDraw,
        left: float,
        baseline: float,
        fill: Colour,
        halo: tuple[Colour, int] | None = None,
    ) -> None:
        """From `left` on `baseline`; `halo` is the colour and width of a rim around the letters."""
        if halo:
            self._draw(pen, left, baseline, fill=halo[0], stroke_fill=halo[0], stroke_width=halo[1])
        self._draw(pen, left, baseline, fill=fill)

    def _draw(self, pen: ImageDraw.ImageDraw, left: float, baseline: float, **how: Any) -> None:
        for part in self._parts():
            pen.text((left, baseline), part.text, font=part.font(self.size), anchor="ls", **how)
            left += self._advance(part)

    def _parts(self) -> "list[_Part]":
        parts = _parts(self.text, self.voice)
        if not self.tracking or _is_right_to_left(self.text):
            return parts
        return [replace(part, text=letter) for part in parts for letter in part.text]

    def _advance(self, part: "_Part") -> float:
        spaced = self.tracking * self.size if self.tracking and len(part.text) == 1 else 0
        return part.font(self.size).getlength(part.text) + spaced


@dataclass(frozen=True)
class _Part:
    """A stretch of one typeface. What is `in_order` stands as it is drawn, from left to right."""

    text: str
    face: Path
    in_order: bool

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        return _font(self.face, size, self.in_order)


def writable(text: str, voice: Voice = SERIF) -> str | None:
    """The text as it can be drawn; None when a letter or figure of it has no shape in our typefaces.

    Signs that are merely decoration (an emoji, an arrow) are left out.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).translate(_UNSEEN).split())
    missing = {each for each in plain if not any(ord(each) in _letters_of(face) for face in voice.faces)}
    if any(unicodedata.category(each)[0] in "LMN" for each in missing):
        return None
    return " ".join("".join(each for each in plain if each not in missing).split())


def fit(text: str, voice: Voice, size: int, width: float, lines: int) -> list[Line]:
    """The text in at most `lines` lines of even length; what is too much ends in an ellipsis."""
    rows = _wrapped(text.split(), voice, size, width)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], " ".join(rows[lines - 1 :])]
    else:
        rows = _evened(text.split(), voice, size, width, rows)
    return [Line(_shortened(row, voice, size, width), voice, size) for row in rows]


def fits(text: str, voice: Voice, size: int, width: float, lines: int) -> bool:
    """Whether `fit` would show all of it."""
    return not any(line.text.endswith("…") for line in fit(text, voice, size, width, lines))


def _wrapped(words: list[str], voice: Voice, size: int, width: float) -> list[str]:
    rows: list[str] = []
    for word in words:
        if rows and Line(f"{rows[-1]} {word}", voice, size).width <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _evened(words: list[str], voice: Voice, size: int, width: float, rows: list[str]) -> list[str]:
    """The narrowest column that needs no more rows, as `text-wrap: balance` does on the page."""
    for share in (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55):
        narrower = _wrapped(words, voice, size, width * share)
        if len(narrower) > len(rows) or any(Line(row, voice, size).width > width for row in narrower):
            break
        rows = narrower
    return rows


def _shortened(row: str, voice: Voice, size: int, width: float) -> str:
    if Line(row, voice, size).width <= width:
        return row
    while len(row) > 1 and Line(row + "…", voice, size).width > width:
        row = row[:-1].rstrip()
    return row + "…"


@lru_cache(maxsize=64)
def _font(face: Path, size: int, in_order: bool) -> ImageFont.FreeTypeFont:
    """libraqm would turn round once more what is in order already."""
    return ImageFont.truetype(face, size, layout_engine=ImageFont.Layout.BASIC if in_order else None)


@lru_cache(maxsize=512)
def _parts(text: str, voice: Voice) -> list[_Part]:
    turns = _is_right_to_left(text)
    whole = next((face for face in voice.faces if all(ord(each) in _letters_of(face) for each in text)), None)
    if whole and (not turns or features.check("raqm")):
        return [_Part(text, whole, in_order=False)]
    if turns:
        text = get_display("".join(_joined(text)))
    runs = groupby(text, key=lambda each: _face_for(each, voice))
    return [_Part("".join(run), face, in_order=turns) for face, run in runs]


def _face_for(letter: str, voice: Voice) -> Path:
    return next((face for face in voice.faces if ord(letter) in _letters_of(face)), voice.faces[0])


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)


def _joined(text: str) -> Iterator[str]:
    """Arabic letters in the form their neighbours ask for (Unicode block Arabic Presentation Forms-B)."""
    forms = _arabic_forms()
    bare = "".join(each for each in text if not unicodedata.combining(each))
    solid = re.findall("ل[اأإآ]|.", bare)  # lam and alef are always written as one
    for before, each, after in zip([" ", *solid[:-1]], solid, [*solid[1:], " "], strict=True):
        own = forms.get(each, {})
        to_before = "<final>" in own and "<initial>" in forms.get(before, {})
        to_after = "<initial>" in own and "<final>" in forms.get(after, {})
        wanted = {(True, True): "<medial>", (True, False): "<final>", (False, True): "<initial>"}
        yield own.get(wanted.get((to_before, to_after), "<isolated>"), each)


@lru_cache(maxsize=1)
def _arabic_forms() -> dict[str, dict[str, str]]:
    """Letter → shape → presentation form, from Unicode's own decompositions."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBFF), *range(0xFE80, 0xFEFD)):
        shape, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if letters and code in _letters_of(_NASKH):
            forms.setdefault("".join(chr(int(each, 16)) for each in letters.split()), {})[shape] = chr(code)
    return forms


@lru_cache(maxsize=8)
def _letters_of(face: Path) -> frozenset[int]:
    """The characters a TrueType file has shapes for: its `cmap`, formats 4 and 12 (OpenType 1.9)."""
    data = face.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    directory = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables))
    start = next(offset for tag, _, offset, _ in directory if tag == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", data, start + 2)[0]):
        at = start + struct.unpack_from(">I", data, start + 4 + 8 * index + 4)[0]
        kind = struct.unpack_from(">H", data, at)[0]
        if kind == 4:
            count = struct.unpack_from(">H", data, at + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", data, at + 14)
            starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
            found.update(*map(range, starts, (end + 1 for end in ends)))
        elif kind == 12:
            groups = struct.unpack_from(">I", data, at + 12)[0]
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * group)
                found.update(range(first, last + 1))
    return frozenset(found - {0xFFFF})
