"""Cards on their way out: which version a client gets, and the rows that lists are made of.

**What an ETag names.** A card is stored as it came and goes out as it came, but for whoever must have
3.0: Apple's programs, which drop a whole book over one card in 4.0, and whoever asks for it (in a report
that is the default, RFC 6352 section 10.4). The ETag names the stored bytes in either case, for it is
what If-Match is held against, and a phone that read the converted card must be able to say "change
what I have seen". A card changes exactly when its stored bytes do, so the tag is as good for one form as for
the other. Caches cannot mix the two up: answers are `no-store` and vary by what the choice goes by.
After PUT an ETag is sent only where a GET by the same client would give the bytes it has just sent;
otherwise the client must fetch, and learns what it gets.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from flask import request
from sqlalchemy import Integer, Row, Select, bindparam, case, select

from netcard import vcard
from netcard.carddav import paths
from netcard.carddav.answers import propstat
from netcard.carddav.authentication import Asker
from netcard.carddav.properties import Here, http_date, names_at, read
from netcard.carddav.xml import card_text, carddav, dav, element, escape
from netcard.contacts.models import Contact
from netcard.database import db
from netcard.errors import BrokenCard

ADDRESS_DATA = carddav("address-data")
CONTENT_TYPE = "text/vcard; charset=utf-8"

_APPLE = re.compile(
    r"(?:iOS|iPadOS|macOS|Mac[ +_]OS[ +_]X|watchOS|visionOS|tvOS)/|dataaccessd|AddressBook|accountsd|DAVKit",
    re.I,
)
_PLAINLY_3 = (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", b"BEGIN:VCARD\nVERSION:3.0\n")


def from_apple() -> bool:
    """Whether one of Apple's own programs asks; a browser on their systems is none."""
    agent = request.headers.get("User-Agent", "")
    return not agent.startswith("Mozilla/") and _APPLE.search(agent) is not None


def as_version(data: bytes, version: str) -> bytes:
    """The card in that version, "3.0" or "4.0"; empty for as it is."""
    if not version or (version == "3.0" and data.startswith(_PLAINLY_3)):
        return data
    try:
        card = vcard.parse(data)
    except BrokenCard:  # stored by an older reader, perhaps; better as it is than not at all
        return data
    return vcard.to_version_3(card) if version == "3.0" else vcard.to_version_4(card)


# --- address-data -------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """What `address-data` asks for: a version, and of the card's lines all or some (section 10.4)."""

    version: str = "3.0"
    names: frozenset[str] = frozenset()
    """Properties in capitals; none for all."""
    without_value: frozenset[str] = frozenset()

    def of(self, data: bytes) -> str:
        """The text of the element."""
        data = as_version(data, self.version)
        return card_text(self._some_lines(data) if self.names else data)

    def _some_lines(self, data: bytes) -> bytes:
        try:
            card = vcard.parse(data)
        except BrokenCard:  # larger in this version than a card may be; then all of it rather than nothing
            return data
        eol = card.eol
        kept = [b"BEGIN:VCARD" + eol]
        for line in card.lines:
            if line.name in self.without_value:
                kept.append(line.head.raw + b":" + eol)
            elif line.name == "VERSION" or line.name in self.names:
                kept.append(data[line.start : line.end].rstrip(b"\r\n") + eol)
        return b"".join(kept) + b"END:VCARD" + eol


# --- rows ---------------------------------------------------------------------

_cards = Contact.__table__.c
"""Plain columns: a row of them costs half of what the mapper's would."""

Cell = Callable[[Any], str]
"""A column's value, as an element."""

_COLUMNS: dict[str, tuple[Any, Cell]] = {
    dav("getetag"): (_cards.etag, lambda etag: f"<D:getetag>{etag}</D:getetag>"),
    dav("getcontentlength"): (_cards.size, lambda size: f"<D:getcontentlength>{size}</D:getcontentlength>"),
    dav("getlastmodified"): (
        _cards.changed_at,
        lambda moment: f"<D:getlastmodified>{http_date(moment)}</D:getlastmodified>",
    ),
    dav("creationdate"): (
        _cards.created_at,
        lambda moment: f"<D:creationdate>{moment:%Y-%m-%dT%H:%M:%SZ}</D:creationdate>",
    ),
    dav("displayname"): (_cards.name, lambda name: element(dav("displayname"), escape(name))),
}
_CONTENT_TYPE = f"<D:getcontenttype>{CONTENT_TYPE}</D:getcontenttype>"

FEW = 500
"""Rows that are read in one go."""

OF_A_CARD = (*_COLUMNS, dav("getcontenttype"))


@dataclass(frozen=True)
class Lister:
    """Writes one row after another of the properties asked for, reading no more columns than those need.

    Without `address-data` the text of a card is never read: it is most of a book.
    """

    columns: tuple[Any, ...]
    cells: tuple[Cell, ...]
    head: str
    between: str
    tail: str

    @classmethod
    def of(cls, here: Here, names: Iterable[str], data: Wanted | None, *, mention_missing: bool) -> "Lister":
        """For the names asked, in a book; `here` is any card of it."""
        columns: list[Any] = []
        cells: list[Cell] = []
        always, missing = "", ""
        for name in names:
            if name == ADDRESS_DATA and data:
                columns.append(_cards.vcard)
                cells.append(_data_cell(data))
            elif name in _COLUMNS:
                column, cell = _COLUMNS[name]
                columns.append(column)
                cells.append(cell)
            elif name == dav("getcontenttype"):
                always += _CONTENT_TYPE
            elif (value := read(here, name)) is not None:
                always += value
            else:
                missing += element(name)
        absent = propstat(404, missing) if missing and mention_missing else ""
        between = "</D:href><D:propstat><D:prop>"
        tail = f"{always}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>{absent}</D:response>"
        if absent and not cells and not always:
            between, tail = "</D:href>", f"{absent}</D:response>"
        head = f"<D:response><D:href>{escape(paths.book(here.asker.owner))}"
        return cls(tuple(columns), tuple(cells), head, between, tail)

    @classmethod
    def constant(cls, here: Here, told: str) -> "Lister":
        """The same of every card."""
        head = f"<D:response><D:href>{escape(paths.book(here.asker.owner))}"
        return cls((), (), head, f"</D:href>{told}", "</D:response>")

    @property
    def reads_cards(self) -> bool:
        return any(column is _cards.vcard for column in self.columns)

    def row(self, found: Row[Any]) -> str:
        """The row of a card that is there."""
        values: tuple[Any, ...] = found[3:]
        told = "".join([cell(value) for cell, value in zip(self.cells, values, strict=False)])
        return f"{self.head}{paths.segment(found[0])}{self.between}{told}{self.tail}"

    def gone(self, resource: str) -> str:
        """The row of a card that is there no more."""
        return (
            f"{self.head}{paths.segment(resource)}</D:href>"
            "<D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
        )


def _data_cell(data: Wanted) -> Cell:
    return lambda text: f"<C:address-data>{data.of(text)}</C:address-data>"


def names_of_a_card(here: Here, *, allprop: bool) -> list[str]:
    """What a card has; `address-data` is for reports alone."""
    return [*OF_A_CARD, *names_at(here, allprop=allprop)]


# --- reading ------------------------------------------------------------------


class Which(Enum):
    """Which cards of a book, in the order of the counter."""

    HERE = auto()
    """All that are not removed."""
    SINCE = auto()
    """All above `seq`, the removed ones too."""
    NAMED = auto()
    """Those of the resources `names`."""


@lru_cache(maxsize=256)
def _statement(which: Which, columns: tuple[Any, ...], cut: bool) -> Select[Any]:
    """Built once for each set of columns, for building is dearer than running it for a few rows."""
    gone = case((_cards.deleted_at.is_(None), 0), else_=1).label("gone")
    owner = bindparam("owner", type_=_cards.owner_id.type)
    found = select(_cards.resource, _cards.seq, gone, *columns).where(
        _cards.owner_id == owner, _cards.book_id == owner
    )
    if which is Which.NAMED:
        return found.where(
            _cards.resource.in_(bindparam("names", expanding=True)), _cards.deleted_at.is_(None)
        )
    if which is Which.SINCE:
        found = found.where(_cards.seq > bindparam("seq"))
    else:
        found = found.where(_cards.deleted_at.is_(None))
    found = found.order_by(_cards.seq)
    return found.limit(bindparam("most", type_=Integer)) if cut else found


def rows(
    asker: Asker,
    which: Which,
    columns: tuple[Any, ...],
    *,
    seq: int = 0,
    names: Collection[str] = (),
    most: int | None = None,
) -> Iterable[Row[Any]]:
    """`resource, seq, gone` and the columns of some cards, off one statement: one moment of the book.

    Many come in parts, by a cursor on PostgreSQL's side, so that they are never in memory together; it
    costs two round trips that few need not pay.
    """
    values: dict[str, Any] = {"owner": asker.owner}
    if which is Which.NAMED:
        values["names"] = list(names)
        expected = len(names)
    else:
        values["seq"] = seq
        expected = asker.seq - seq
    if most is not None:
        values["most"] = most
        expected = min(expected, most)
    part = 50 if any(column is _cards.vcard for column in columns) else 1000
    options = {"yield_per": part} if which is not Which.NAMED and expected > min(part * 4, FEW) else {}
    statement = _statement(which, columns, most is not None)
    return db.session.execute(statement, values, execution_options=options)


def one(asker: Asker, resource: str, columns: tuple[Any, ...]) -> Row[Any] | None:
    """The row of one card that is there."""
    return next(iter(rows(asker, Which.NAMED, columns, names=[resource])), None)


TEXT, ETAG, CHANGED = _cards.vcard, _cards.etag, _cards.changed_at
