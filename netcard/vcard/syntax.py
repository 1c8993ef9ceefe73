"""The letters of a vCard: heads, escapes, charsets, folding and quoted-printable.

Reads what 2.1 (versit), 3.0 (RFC 2426) and 4.0 (RFC 6350) allow and what products really write;
writes only what each version allows.
"""

import binascii
import re
import unicodedata
from typing import NamedTuple

# `\r\r\n` is what a text-mode copy makes of CRLF. Bounded, so that a megabyte of \r stays linear.
EOL = rb"(?:\r{0,2}\n|\r)"
FOLD = EOL + rb"++[ \t]"

_EOL_ONE = re.compile(EOL)
_FOLDS = re.compile(rb"(?:\r{0,2}\n|\r)+[ \t]")
_FOLDS_KEPT = re.compile(rb"(?:\r{0,2}\n|\r)+(?=[ \t])")
_SOFT_BREAK = re.compile(rb"=[ \t]*(?:\r{0,2}\n|\r)")
# No UTF-7 and no escape codecs: they decode to lone surrogates that no database takes.
_CHARSET = re.compile(
    r"(?:utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|windows-?\d{3,4}|cp-?\d{3,4}|koi8-?[ru]|macintosh"
    r"|gb-?2312|gbk|gb-?18030|big5(?:-?hkscs)?|shift[_-]?jis|sjis|euc-?(?:jp|kr)|iso-?2022-?(?:jp|kr)|tis-?620)",
    re.I,
)
_BARE_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"})
_BARE_VALUES = frozenset({"URL", "URI", "CID", "CONTENT-ID", "INLINE"})

Params = tuple[tuple[str, tuple[str, ...]], ...]


class Head(NamedTuple):
    """All of a content line before its colon. `params` has names in capitals, values as decoded."""

    raw: bytes
    group: str
    name: str
    params: Params
    types: frozenset[str]
    charset: str
    quoted_printable: bool
    base64: bool
    special: bool
    """Whether the line may go on in ways that folding does not show, or ends the card."""
    plain: bool
    """Whether the value is UTF-8 as it stands, once unfolded."""
    rank: int
    """Its place among lines of its name: PREF (4.0), else the type pref, else none; fax and pager last."""


HEADS: dict[bytes, Head] = {}
"""Heads already read: ten thousand cards share a few dozen, and looking them up here is most of
the parser's speed. Only `read_head` writes to it."""


def read_head(raw: bytes) -> Head:
    """A head out of its bytes; never raises. A stranger's card cannot fill the memory with them.

    Heads with an open quote are not kept: what is in HEADS, up to a colon, is a whole head.
    """
    head = _read_head(raw)
    if len(raw) <= 160 and raw.count(b'"') % 2 == 0:
        if len(HEADS) >= 4096:
            HEADS.clear()
        HEADS[raw] = head
    return head


def _read_head(raw: bytes) -> Head:
    if b"\n" in raw or b"\r" in raw:
        raw = _FOLDS.sub(b"", raw)
    text = raw.decode("utf-8", "replace")
    first, *rest = split_outside_quotes(text, ";")
    group, dot, name = first.partition(".")
    if not dot:
        group, name = "", first
    name = name.strip().upper()
    params = tuple(_param(part) for part in rest if part.strip())
    types: set[str] = set()
    charset = encoding = ""
    for key, values in params:
        if key == "TYPE":
            types.update(kind.strip().lower() for value in values for kind in value.split(","))
        elif key == "ENCODING" and values:
            encoding = values[0].strip().upper()
        elif key == "CHARSET" and values:
            charset = values[0].strip()
    printable = encoding == "QUOTED-PRINTABLE"
    base64 = encoding in ("B", "BASE64")
    special = printable or base64 or name in ("BEGIN", "END", "AGENT", "")
    return Head(
        raw=raw,
        group=group.strip(),
        name=name,
        params=params,
        types=frozenset(types),
        charset=charset,
        quoted_printable=printable,
        base64=base64,
        special=special,
        plain=not printable and charset.lower() in ("", "utf-8"),
        rank=_rank(params, types),
    )


def _rank(params: Params, types: set[str]) -> int:
    rank = 1 if "pref" in types else 101
    for key, values in params:
        if key == "PREF" and values[0].isascii() and values[0][:3].isdigit():
            rank = int(values[0][:3])
    return rank + 1000 if types & {"fax", "pager"} else rank


def _param(part: str) -> tuple[str, tuple[str, ...]]:
    key, equals, value = part.partition("=")
    if not equals:
        bare = part.strip()
        upper = bare.upper()
        kind = "ENCODING" if upper in _BARE_ENCODINGS else "VALUE" if upper in _BARE_VALUES else "TYPE"
        return kind, (bare,)
    return key.strip().upper(), tuple(_param_value(item) for item in split_outside_quotes(value, ","))


def _param_value(value: str) -> str:
    value = value.strip()
    if value[:1] == '"':
        value = value.strip('"')
    if "^" in value:  # RFC 6868
        value = re.sub(r"\^([n'^])", lambda m: {"n": "\n", "'": '"', "^": "^"}[m[1]], value)
    return value


def split_outside_quotes(text: str, separator: str) -> list[str]:
    """`text` cut at each `separator` that stands outside double quotes."""
    if '"' not in text:
        return text.split(separator)
    parts, start, quoted = [], 0, False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == separator and not quoted:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return parts


def head_without(head: Head, *names: str) -> bytes:
    """The head's own bytes less the parameters called `names` (bare 2.1 forms too)."""
    first, *rest = split_outside_quotes(head.raw.decode("utf-8", "surrogateescape"), ";")
    kept = [part for part in rest if not part.strip() or _param(part)[0] not in names]
    return ";".join([first, *kept]).encode("utf-8", "surrogateescape")


def count_lines(data: bytes, start: int, end: int) -> int:
    """How many line ends lie between two offsets."""
    return len(_EOL_ONE.findall(data, start, end))


def line_end(data: bytes) -> bytes:
    """The line end a text uses, by its first one; CRLF when it has none."""
    found = _EOL_ONE.search(data)
    return found[0] if found else b"\r\n"


def unfold(body: bytes, *, old: bool) -> bytes:
    """A value's bytes in one line (before decoding: folds split UTF-8 characters).

    In 2.1 a fold stands where white space was and the space stays; later versions drop it.
    """
    if b"\n" not in body and b"\r" not in body:
        return body
    if not old:
        joined = body.replace(b"\r\n ", b"")  # what nearly every card has, without a pattern
        if b"\n" not in joined and b"\r" not in joined:
            return joined
    return (_FOLDS_KEPT if old else _FOLDS).sub(b"", body)


def from_quoted_printable(body: bytes, *, old: bool) -> bytes:
    """Decoded bytes; soft line breaks of any line end are taken out first."""
    joined = unfold(_SOFT_BREAK.sub(b"", body), old=old)
    return binascii.a2b_qp(joined)


def decode(body: bytes, charset: str) -> str:
    """Text of a value's bytes, never raising: the named charset, else UTF-8, else Windows-1252.

    NUL (which `=00` can smuggle in) is dropped, for PostgreSQL refuses it.
    """
    try:
        text = body.decode(charset if charset and _CHARSET.fullmatch(charset) else "utf-8")
    except (LookupError, ValueError):
        try:
            text = body.decode("utf-8")
        except ValueError:
            text = body.decode("cp1252", "replace")
    return text.replace("\0", "") if "\0" in text else text


def unescape(source: str, *, old: bool) -> str:
    r"""Text without its backslashes. 2.1 knows no `\n`: there `C:\new` is a path."""
    if "\\" not in source:
        return source
    if "\\\\" not in source:  # then each backslash starts an escape, and five searches beat a pattern
        if not old:
            source = source.replace("\\n", "\n").replace("\\N", "\n")
        return source.replace("\\,", ",").replace("\\;", ";").replace("\\:", ":")
    return (_ESCAPES_21 if old else _ESCAPES).sub(_unescaped, source)


_ESCAPES = re.compile(r"\\([nN\\,;:])")
_ESCAPES_21 = re.compile(r"\\([\\,;:])")


def _unescaped(found: re.Match[str]) -> str:
    letter = found[1]
    return "\n" if letter in "nN" else letter


def escape(text: str, *, old: bool) -> str:
    """Text made fit for a value (RFC 2426 section 4, RFC 6350 section 3.4); 2.1 keeps its newlines for QP."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text if old else text.replace("\n", "\\n")


def split_escaped(source: str, separator: str) -> list[str]:
    """A still escaped value cut at each `separator` that no backslash precedes."""
    if "\\" not in source:
        return source.split(separator)
    if "\\\\" not in source:
        held = source.replace("\\" + separator, "\0").split(separator)
        return [part.replace("\0", "\\" + separator) for part in held]
    parts = [""]
    for piece in re.split(rf"(\\.|{re.escape(separator)})", source, flags=re.S):
        if piece == separator:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def one_line(text: str) -> str:
    """Text without line breaks or outer white space."""
    text = text.strip()
    return " ".join(text.split()) if "\n" in text or "\r" in text else text


def clean(text: str) -> str:
    """Text as a card may carry it: one kind of newline, no other control characters, valid Unicode."""
    if not text.isprintable():
        text = "\n".join(text.splitlines())
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return text.strip()


def clean_line(text: str) -> str:
    """As `clean`, in one line."""
    return " ".join(clean(text).splitlines())


def render(head: bytes, source: str, *, old: bool, eol: bytes) -> bytes:
    """A content line out of a head (without ENCODING and CHARSET) and an escaped value.

    3.0 and 4.0 are folded UTF-8; 2.1 is plain ASCII, or UTF-8 in quoted-printable where it must be.
    """
    if not old:
        if "\n" in source or "\r" in source:  # out of a neighbour's quoted-printable
            source = source.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
        return fold(head + b":" + source.encode("utf-8", "replace"), eol)
    if source.isascii() and "\n" not in source and "\r" not in source:
        return head + b":" + source.encode("ascii") + eol
    head += b";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    return head + _quoted_printable(source.replace("\r\n", "\n").replace("\n", "\r\n"), len(head), eol) + eol


def fold(line: bytes, eol: bytes) -> bytes:
    """A line cut at 75 octets (RFC 6350 section 3.2), never inside a UTF-8 character, with its line end."""
    if len(line) <= 75:
        return line + eol
    pieces, start, room = [], 0, 75
    while len(line) - start > room:
        end = start + room
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[start:end])
        start, room = end, 74
    pieces.append(line[start:])
    return (eol + b" ").join(pieces) + eol


def _quoted_printable(text: str, column: int, eol: bytes) -> bytes:
    """Quoted-printable by whole characters: some phones decode each physical line by itself."""
    out: list[str] = []
    soft = "=" + eol.decode("ascii")
    for letter in text:
        if ("!" <= letter <= "~" and letter != "=") or (letter == " " and 0 < column < 70):
            token = letter
        else:
            token = "".join(f"={byte:02X}" for byte in letter.encode("utf-8", "replace"))
        if column + len(token) > 75 and column > 0:
            out.append(soft)
            column = 0
            token = "=20" if letter == " " else token
        out.append(token)
        column += len(token)
    if out and out[-1] == " ":
        out[-1] = "=20"
    return "".join(out).encode("ascii")
