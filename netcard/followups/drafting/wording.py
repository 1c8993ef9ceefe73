"""A template's small language, as pure functions of text.

- `{discussed}` is a field, filled from what is known.
- `[ at {event}]` is an optional part: left out whole where a field in it is empty.
- `{{`, `}}`, `[[` and `]]` stand for one such sign.

A field outside an optional part that is empty leaves a gap: it is asked for where it stands, never
papered over. What fills a field is text and nothing else: signs in it mean nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from netcard.errors import NetcardError

_SIGN = re.compile(r"\{\{|\}\}|\[\[|\]\]|[{}\[\]]")
_NAME = re.compile(r"[^{}\[\]\n]*")
_ENDS_A_SENTENCE = tuple(".!?…。！？؟")
_SHOWN = 40


class BadWording(NetcardError):
    """A template that cannot be read; `str()` says where and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place to fill."""

    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """A part that is left out where one of its fields is empty."""

    parts: tuple["str | Field", ...]


Wording = tuple["str | Field | Optional", ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text, and the fields that were empty where one is needed, each once, in their order."""

    text: str
    gaps: tuple[str, ...]


def parse(source: str, known: Collection[str]) -> Wording:
    """The parts of a template. Raises BadWording for a field that is not `known`, and for a sign that
    is not closed or was not opened."""
    parts: list[str | Field | Optional] = []
    inner: list[str | Field] | None = None
    opened = at = 0
    while at < len(source):
        found = _SIGN.search(source, at)
        here: list[Any] = parts if inner is None else inner
        if found is None:
            here.append(source[at:])
            break
        if found.start() > at:
            here.append(source[at : found.start()])
        sign, at = found[0], found.end()
        if len(sign) == 2:
            here.append(sign[0])
        elif sign == "{":
            name, at = _field(source, found.start(), known)
            here.append(Field(name))
        elif sign == "[" and inner is None:
            inner, opened = [], found.start()
        elif sign == "]" and inner is not None:
            parts.append(_optional(inner, source[opened:at]))
            inner = None
        elif sign == "[":
            raise BadWording(
                f"“{_near(source, opened)}” has a second [ inside it. Close the first one before."
            )
        else:
            wanted = "{" if sign == "}" else "["
            raise BadWording(
                f"“{_before(source, at)}” closes with {sign} what no {wanted} opened. "
                f"Write {sign}{sign} for a {sign} that should stand in the letter."
            )
    if inner is not None:
        raise BadWording(
            f"“{_near(source, opened)}” is not closed: a ] is missing. "
            "Write [[ for a [ that should stand in the letter."
        )
    return tuple(parts)


def _field(source: str, start: int, known: Collection[str]) -> tuple[str, int]:
    name = _NAME.match(source, start + 1)[0]  # type: ignore[index]
    end = start + 1 + len(name)
    if source[end : end + 1] != "}":
        raise BadWording(
            f"“{_near(source, start)}” is not closed: a }} is missing. "
            "Write {{ for a { that should stand in the letter."
        )
    bare = name.strip()
    if bare not in known:
        raise BadWording(_unknown(bare, known))
    return bare, end + 1


def _unknown(name: str, known: Collection[str]) -> str:
    if not name:
        return "{} names no field. Choose one of the list."
    near = get_close_matches(name.casefold().replace(" ", "_"), list(known), n=1, cutoff=0.5)
    meant = f"Did you mean {{{near[0]}}}?" if near else "Choose one of the list."
    return f"There is no field {{{_shown(name)}}}. {meant}"


def _optional(inner: list[str | Field], written: str) -> Optional:
    if not any(isinstance(part, Field) for part in inner):
        raise BadWording(
            f"“{_shown(written)}” has no field in it, so it would never be left out. "
            "Write [[ and ]] for brackets that should stand in the letter."
        )
    return Optional(tuple(inner))


def _near(source: str, at: int) -> str:
    return _shown(source[at:].partition("\n")[0])


def _before(source: str, at: int) -> str:
    line = source[:at].rpartition("\n")[2]
    return line if len(line) <= _SHOWN else f"…{line[-_SHOWN:]}"


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def render(wording: Wording, values: Mapping[str, str], marks: Mapping[str, str]) -> Rendered:
    """The text of a template. `values` fill its fields, `marks` say what stands in a gap.

    A full stop after a field is left out where what fills it ends a sentence already, and no more than
    one empty line follows another.
    """
    text, ended = "", False
    gaps: dict[str, None] = {}
    for part in wording:
        if isinstance(part, Optional):
            names = [inner.name for inner in part.parts if isinstance(inner, Field)]
            pieces: tuple[str | Field, ...] = part.parts if all(map(values.get, names)) else ()
        else:
            pieces = (part,)
        for piece in pieces:
            if isinstance(piece, Field):
                filled = values.get(piece.name) or ""
                if not filled:
                    gaps[piece.name] = None
                text += filled or marks[piece.name]
                ended = text.endswith(_ENDS_A_SENTENCE)
            else:
                text += piece[1:] if ended and piece.startswith(".") else piece
                ended = False
    return Rendered(_tidy(text), tuple(gaps))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def marked(text: str, marks: Mapping[str, str]) -> tuple[str, ...]:
    """The fields whose gap stands in a text."""
    return tuple(name for name, mark in marks.items() if mark in text)


def answered(text: str, mark: str, said: str) -> str:
    """A text with a gap filled by what was said, wherever it stands."""
    if said.endswith(_ENDS_A_SENTENCE):
        text = text.replace(f"{mark}.", said)
    return text.replace(mark, said)
