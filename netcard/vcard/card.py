"""A card as it came: its bytes, and lines that know where in them they stand."""

import hashlib

from netcard.vcard.syntax import (
    Head,
    Params,
    decode,
    from_quoted_printable,
    line_end,
    one_line,
    split_escaped,
    unescape,
    unfold,
)


class Line:
    """One content line. `body` is its value as it stands in the card, folds and encoding included;
    `start` and `end` are its place in the card's bytes, line end included."""

    __slots__ = ("body", "end", "head", "old", "start")

    def __init__(self, start: int, end: int, head: Head, body: bytes, old: bool) -> None:
        self.start = start
        self.end = end
        self.head = head
        self.body = body
        self.old = old

    def __repr__(self) -> str:
        return f"<Line {self.head.raw!r} {self.body[:40]!r}>"

    @property
    def group(self) -> str:
        """`item1` of `item1.URL`, else empty."""
        return self.head.group

    @property
    def name(self) -> str:
        """The property's name in capitals, without its group."""
        return self.head.name

    @property
    def params(self) -> Params:
        return self.head.params

    @property
    def types(self) -> frozenset[str]:
        """TYPE values in small letters, bare ones of 2.1 among them."""
        return self.head.types

    def param(self, name: str) -> str:
        """The first value of a parameter, else empty."""
        return next((values[0] for key, values in self.head.params if key == name and values), "")

    @property
    def source(self) -> str:
        """The value unfolded and decoded, its backslashes still in place."""
        body = self.body
        head = self.head
        if head.plain:
            if b"\n" in body or b"\r" in body:
                body = unfold(body, old=self.old)
            try:
                return body.decode()
            except UnicodeDecodeError:
                return decode(body, "")
        if head.quoted_printable:
            body = from_quoted_printable(body, old=self.old)
        else:
            body = unfold(body, old=self.old)
        return decode(body, head.charset)

    @property
    def text(self) -> str:
        """The value as one text."""
        source = self.source
        return unescape(source, old=self.old) if "\\" in source else source

    @property
    def shown(self) -> str:
        """The text in one line, outer white space aside."""
        body = self.body
        if self.head.plain and b"\\" not in body and b"\n" not in body and b"\r" not in body:
            try:
                return body.decode().strip()
            except UnicodeDecodeError:
                pass
        return one_line(self.text)

    @property
    def components(self) -> list[str]:
        """The value's parts between semicolons (N, ORG, ADR), each in one line."""
        source = self.source
        if "\\" in source or "\n" in source or "\r" in source:
            return [one_line(unescape(part, old=self.old)) for part in split_escaped(source, ";")]
        return [part.strip() for part in source.split(";")]

    @property
    def items(self) -> list[str]:
        """The value's parts between commas (CATEGORIES, NICKNAME), each in one line."""
        source = self.source
        if "\\" in source or "\n" in source or "\r" in source:
            return [one_line(unescape(part, old=self.old)) for part in split_escaped(source, ",")]
        return [part.strip() for part in source.split(",")]


class Card:
    """One vCard: its bytes, and the lines between BEGIN and END in their order."""

    __slots__ = ("_by_group", "_by_name", "data", "lines", "tail", "version")

    def __init__(self, data: bytes, version: str, lines: tuple[Line, ...], tail: int) -> None:
        self.data = data
        self.version = version
        self.lines = lines
        self.tail = tail
        """Where END:VCARD begins."""
        self._by_name: dict[str, list[Line]] | None = None
        self._by_group: dict[str, list[Line]] | None = None

    def __repr__(self) -> str:
        return f"<Card {self.version}, {len(self.lines)} lines, {len(self.data)} bytes>"

    def to_bytes(self) -> bytes:
        """The card byte for byte as it came, or as its last edit left it."""
        return self.data

    @property
    def by_name(self) -> dict[str, list[Line]]:
        """Lines by property name, each list in the card's order."""
        found = self._by_name
        if found is None:
            found = {}
            for line in self.lines:
                name = line.head.name
                if name in found:
                    found[name].append(line)
                else:
                    found[name] = [line]
            self._by_name = found
        return found

    @property
    def by_group(self) -> dict[str, list[Line]]:
        """Lines that stand in a group, by its name in small letters, each list in the card's order."""
        found = self._by_group
        if found is None:
            found = {}
            for line in self.lines:
                if line.group:
                    found.setdefault(line.group.lower(), []).append(line)
            self._by_group = found
        return found

    def all(self, name: str) -> list[Line]:
        """Every line of that property (name in capitals)."""
        return self.by_name.get(name, [])

    @property
    def old(self) -> bool:
        """Whether this is a 2.1 card, which escapes, folds and encodes by its own rules."""
        return self.version == "2.1"

    @property
    def eol(self) -> bytes:
        return line_end(self.data)


def etag(data: bytes) -> str:
    """A strong entity tag (RFC 9110 section 8.8.3), quotes included: a hash of the stored bytes."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'
