"""Lines of one card for another: in its version, with its line end, in groups of their own."""

import hashlib
import re
from collections.abc import Iterator

from netcard.vcard.card import Card, Line
from netcard.vcard.converting import to_version_3, to_version_4
from netcard.vcard.projection import address, picture
from netcard.vcard.reading import parse
from netcard.vcard.syntax import EOL, Params, fold, head_without, render, split_outside_quotes

OF_THE_CARD = frozenset(("VERSION", "PRODID", "UID", "REV", "CLIENTPIDMAP", "PROFILE"))
"""What a line says of its card and not of the person."""
LABELS = frozenset(("X-ABLABEL", "X-ABADR"))
"""What says something of the other lines of its group and nothing by itself (Apple)."""

_EOL = re.compile(EOL)
_NOT_BARE = re.compile(r'[\s;:,"]+')
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"[^\w+]+")


def in_version(card: Card, version: str) -> Card:
    """The card as one of that version has to read it; for 2.1, which nothing is converted to, as 3.0."""
    if card.version == version:
        return card
    return parse(to_version_4(card) if version == "4.0" else to_version_3(card))


def lines_of(card: Card) -> Iterator[Line]:
    """The lines that say something of the person by themselves."""
    grouped = {line.group.lower() for line in card.lines if line.group and line.name not in LABELS}
    for line in card.lines:
        label = line.name in LABELS and line.group.lower() in grouped
        if line.name not in OF_THE_CARD and not label:
            yield line


def labels_of(card: Card, line: Line) -> list[Line]:
    """The lines that say something of this one: `item1.X-ABLabel` of `item1.URL`."""
    return [other for other in card.by_group.get(line.group.lower(), ()) if other.name in LABELS]


def value_key(line: Line) -> str:
    """A line's value in the form in which it is compared with others of its property."""
    if line.name == "EMAIL":
        return address(line).casefold()
    if line.name == "TEL":
        text = address(line)
        return _NUMBER.sub("", text.casefold()) or text
    if line.name == "URL":
        return line.shown.rstrip("/")
    if line.name in ("ADR", "N", "ORG"):
        return ";".join(line.components).rstrip(";").casefold()
    if found := picture(line) if line.name in ("PHOTO", "LOGO") else None:
        return hashlib.sha256(found[1]).hexdigest()
    text = line.source if line.head.base64 else line.text
    return _SPACE.sub("" if line.head.base64 else " ", text).strip()


def whole_key(card: Card, line: Line) -> tuple[object, ...]:
    """All that a line says, labels and parameters too: two lines of one key are one line twice."""
    labels = frozenset((label.name, label.shown) for label in labels_of(card, line))
    return line.name, value_key(line), _said_about(line.params), line.types, labels


def _said_about(params: Params) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset(
        (key, tuple(sorted(value.lower() for value in values)))
        for key, values in params
        if key not in ("TYPE", "ENCODING", "CHARSET", "VALUE")
    )


class Transfer:
    """Writes lines of `other` as lines of `card`."""

    def __init__(self, card: Card, other: Card) -> None:
        self.card = card
        self.other = in_version(other, card.version)
        self._taken = {line.group.lower() for line in card.lines if line.group}
        self._groups: dict[str, str] = {}
        self._labelled: set[str] = set()

    def lines(self, line: Line) -> list[bytes]:
        """The line, and its labels with the first of their group."""
        out = [self._line(line)]
        if line.group and line.group.lower() not in self._labelled:
            self._labelled.add(line.group.lower())
            out += map(self._line, labels_of(self.other, line))
        return out

    def _line(self, line: Line) -> bytes:
        eol = self.card.eol
        group = self._group(line.group)
        if self.card.old and not line.old:
            return _as_old(line, group, eol)
        head = _in_group(line.head.raw, group)
        body = line.body.rstrip(b"\r\n")
        if line.head.quoted_printable and (body.rstrip().endswith(b"=") or not body.strip()):
            bare = _in_group(head_without(line.head, "ENCODING", "CHARSET"), group)
            return render(bare, line.source.rstrip("\r\n"), old=line.old, eol=eol)
        after = eol if line.old and line.head.base64 else b""  # 2.1 ends base64 by an empty line
        return head + b":" + _EOL.sub(eol, body) + eol + after

    def _group(self, group: str) -> str:
        if not group:
            return ""
        known = group.lower()
        if known not in self._groups:
            new, number = group, 1
            while new.lower() in self._taken:
                new, number = f"item{number}", number + 1
            self._taken.add(new.lower())
            self._groups[known] = new
        return self._groups[known]


def _in_group(raw: bytes, group: str) -> bytes:
    first, semicolon, rest = raw.partition(b";")
    name = first.rpartition(b".")[2] if b"." in first else first
    return (group.encode() + b"." if group else b"") + name + semicolon + rest


def _as_old(line: Line, group: str, eol: bytes) -> bytes:
    """A 3.0 line in the manner of 2.1: no lists in parameters, newlines and letters in quoted-printable."""
    first = split_outside_quotes(line.head.raw.decode("utf-8", "replace"), ";")[0]
    head = _in_group(first.encode(), group)
    for key, values in line.params:
        if key not in ("ENCODING", "CHARSET"):
            each = (_NOT_BARE.sub(" ", part).strip() for value in values for part in value.split(","))
            head += "".join(f";{key}={part}" for part in each if part).encode()
    if line.head.base64:
        packed = _SPACE.sub("", line.source)
        return fold(f"{head.decode()};ENCODING=BASE64:{packed}".encode(), eol) + eol
    source = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[0], line.source, flags=re.S)
    return render(head, source, old=True, eol=eol)
