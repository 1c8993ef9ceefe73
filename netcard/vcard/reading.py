"""Bytes to cards: one card whole, or a file of many cut into pieces."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from netcard.errors import BrokenCard
from netcard.vcard.card import Card, Line
from netcard.vcard.syntax import EOL, FOLD, HEADS, Head, count_lines, read_head

MAX_CARD = 1024 * 1024
"""Bytes of the largest card taken: a photo of 700 KB fits; phones send 30 to 200 KB."""
MAX_LINES = 10_000

_VALUE = rb":([^\r\n]*+(?:" + FOLD + rb"[^\r\n]*+)*+)(" + EOL + rb"|\Z)(?:" + EOL + rb")*+"
_LINE = re.compile(rb'((?:[^\r\n:"]++|"(?:[^"\r\n]++|' + FOLD + rb')*+"|' + FOLD + rb")*+)" + _VALUE).match
# The same where a lone double quote stands in the head.
_LOOSE_LINE = re.compile(rb"((?:[^\r\n:]++|" + FOLD + rb")*+)" + _VALUE).match
_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*+" + EOL + rb")*+[ \t]*+")
_PHYSICAL = re.compile(rb"([^\r\n]*+)(" + EOL + rb"|\Z)").match
_BASE64_GOES_ON = re.compile(rb"[ \t]*+[A-Za-z0-9+/=]++[ \t]*+(?:" + EOL + rb"|\Z)").match
_VERSION = re.compile(rb"[\r\n]VERSION[^:\r\n]*:[ \t]*([0-9])", re.I)
_BOUNDARY = re.compile(
    rb"(?:\A|(?<=[\r\n]))(?:\xef\xbb\xbf)?(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*(?:" + EOL + rb"|\Z)", re.I
)
_AGENT_BEFORE = re.compile(rb"(?:\A|[\r\n.])AGENT(?:;[^:\r\n]*)?:[ \t]*(?:\r{0,2}\n|\r)+\Z", re.I)
_BLANK = b" \t\r\n\x1a"


def parse(data: bytes, line: int = 1) -> Card:
    """Reads one vCard of version 2.1, 3.0 or 4.0.

    `line` is the number of the first line, for a card that stands inside a file.
    Raises BrokenCard with the reason and the line. A card without VERSION is read as 3.0.
    """
    if len(data) > MAX_CARD:
        raise BrokenCard(f"The card is larger than {MAX_CARD // 1024} KB.", line)
    if b"\0" in data:
        raise _broken("A NUL byte stands in the card.", data, line, data.index(b"\0"))
    found = _VERSION.search(data)
    digit = found[1] if found else b"3"
    version = "2.1" if digit in b"12" else "4.0" if digit == b"4" else "3.0"
    return _read_plain(data, version) or _read_any(data, version, line)


def _read_plain(data: bytes, version: str) -> Card | None:
    """A card of one kind of line end, without quoted-printable or oddities; None for any other.

    It reads what `_read_any` reads, in half the time. Most cards that phones send are of this kind.
    """
    ends = data.count(b"\n")
    eol = b"\r\n" if data.count(b"\r\n") == ends == data.count(b"\r") else b"\n"
    if (eol == b"\n" and b"\r" in data) or data.count(b":") > MAX_LINES:
        return None
    step = len(eol)
    rows = iter(data.split(eol))
    if next(rows).upper() != b"BEGIN:VCARD":
        return None
    start = 11 + step
    old = version == "2.1"
    known = HEADS.get
    lines: list[Line] = []
    add = lines.append
    last: Line | None = None
    folded = False
    value = stop = 0
    for row in rows:
        if not row:
            start += step
            continue
        if row[0] == 32 or row[0] == 9:
            if last is None:
                return None
            folded = True
            stop = start + len(row)
            start = stop + step
            continue
        if folded and last is not None:
            last.body = data[value:stop]
            last.end = stop + step
            folded = False
        raw, colon, body = row.partition(b":")
        if not colon:
            return None
        head = known(raw)
        if head is None:
            if not raw or raw.count(b'"') % 2:
                return None
            head = read_head(raw)
        if head.special and not head.base64:
            if (
                head.name == "END"
                and body.strip().upper() == b"VCARD"
                and not data[start + len(row) :].strip(_BLANK)
            ):
                return Card(data, version, tuple(lines), start)
            return None
        value = start + len(raw) + 1
        end = start + len(row) + step
        last = Line(start, end, head, body, old)
        add(last)
        start = end
    return None


def _read_any(data: bytes, version: str, line: int) -> Card:
    old = version == "2.1"

    lead = _LEAD.match(data)
    pos = lead.end() if lead else 0
    first = _LINE(data, pos)
    if first is None or not _opens(first[1], first[2]):
        raise _broken("The card does not start with BEGIN:VCARD.", data, line, pos)
    pos = first.end()
    lines: list[Line] = []
    add = lines.append
    known = HEADS.get
    match_line = _LINE
    size = len(data)
    limit = MAX_LINES if data.count(b":") > MAX_LINES else 0
    while pos < size:
        start = pos
        match = match_line(data, pos) or _LOOSE_LINE(data, pos)
        if match is None:
            raise _broken("This line has no colon.", data, line, start)
        raw, body = match.group(1, 2)
        head = known(raw) or read_head(raw)
        end = match.end(3)
        pos = match.end()
        if head.special:
            if head.name == "END":
                if body.strip().upper() != b"VCARD":
                    raise _broken("This END closes something that is not a card.", data, line, start)
                if data[pos:].strip(_BLANK):
                    raise _broken("Something follows END:VCARD.", data, line, pos)
                return Card(data, version, tuple(lines), start)
            if head.name == "BEGIN":
                raise _broken("A second BEGIN stands inside the card.", data, line, start)
            if not head.name:
                raise _broken("This line has no property name.", data, line, start)
            true_end = _true_end(data, head, match.start(2), end)
            if true_end != end:
                end = true_end
                body = data[match.start(2) : end].rstrip(b"\r\n")
                pos = _past_blank_lines(data, end)
        add(Line(start, end, head, body, old))
        if limit and len(lines) > limit:
            raise _broken(f"The card has more than {MAX_LINES} lines.", data, line, start)
    raise _broken("END:VCARD is missing.", data, line, len(data.rstrip(_BLANK)))


def _broken(reason: str, data: bytes, line: int, at: int) -> BrokenCard:
    return BrokenCard(reason, line + count_lines(data, 0, at))


def _opens(raw: bytes, body: bytes) -> bool:
    return (HEADS.get(raw) or read_head(raw)).name == "BEGIN" and body.strip().upper() == b"VCARD"


def _true_end(data: bytes, head: Head, body_start: int, end: int) -> int:
    """Where a line ends that goes on without the sign of folding, white space.

    Quoted-printable goes on after `=`, base64 of some phones in plain lines up to a blank one,
    and a 2.1 AGENT holds a whole card.
    """
    if head.name == "AGENT":
        return end if data[body_start:end].strip() else _agent_end(data, end)
    if head.base64:
        while (more := _BASE64_GOES_ON(data, end)) is not None:
            end = more.end()
        return end
    if not head.quoted_printable:
        return end
    tail = data[body_start:end]
    while tail.rstrip().endswith(b"=") or data[end : end + 1] in (b" ", b"\t"):
        more = _PHYSICAL(data, end)
        # A boundary is never a continuation: the text ends there even after a dangling `=`.
        if more is None or more.end() == end or _BOUNDARY.match(data, end):
            break
        tail = more[1]
        end = more.end()
    return end


def _agent_end(data: bytes, end: int) -> int:
    opening = _BOUNDARY.match(data, _past_blank_lines(data, end))
    if opening is None or opening[1].upper() != b"BEGIN":
        return end
    depth = 1
    for found in _BOUNDARY.finditer(data, opening.end()):
        depth += 1 if found[1].upper() == b"BEGIN" else -1
        if depth == 0:
            return found.end()
    return end


_BLANK_LINES = re.compile(rb"(?:" + EOL + rb")*+")


def _past_blank_lines(data: bytes, pos: int) -> int:
    found = _BLANK_LINES.match(data, pos)
    return found.end() if found else pos


class Piece(NamedTuple):
    """One card's bytes in a file of many, and the number of its first line there."""

    data: bytes
    line: int


def split(data: bytes) -> Iterator[Piece]:
    """The cards of a file, unparsed, so that a broken one does not sink the rest.

    What stands between cards comes as a piece too (and `parse` refuses it); blank lines do not.
    A file in UTF-16, as old Macs wrote it, is taken over into UTF-8.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    line, counted = 1, 0

    def piece(start: int, end: int) -> Piece:
        nonlocal line, counted
        start += len(data[start:end]) - len(data[start:end].lstrip(b"\xef\xbb\xbf \t\r\n"))
        line += count_lines(data, counted, start)
        counted = start
        return Piece(data[start:end], line)

    open_at: int | None = None
    depth = after = 0
    for found in _BOUNDARY.finditer(data):
        at, end = found.span()
        if found[1].upper() == b"END":
            if open_at is None:
                continue
            depth -= 1
            if depth == 0:
                yield piece(open_at, end)
                open_at, after = None, end
        elif open_at is None:
            if _something(data[after:at]):
                yield piece(after, at)
            open_at, depth = at, 1
        elif _AGENT_BEFORE.search(data[max(open_at, at - 200) : at]):
            depth += 1
        else:
            yield piece(open_at, at)
            open_at, depth = at, 1
    rest = after if open_at is None else open_at
    if _something(data[rest:]):
        yield piece(rest, len(data))


def _something(data: bytes) -> bool:
    return bool(data.strip(b"\xef\xbb\xbf" + _BLANK))
