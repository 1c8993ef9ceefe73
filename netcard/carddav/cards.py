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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import Row, Select, select

from netcard import vcard
from netcard.carddav import paths
from netcard.carddav.answers import propstat
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
        card = vcard.parse(data)
        eol = card.eol
        kept = [b"BEGIN:VCARD" + eol]
        for line in card.lines:
            if line.name in self.without_value:
                kept.append(line.head.raw + b":" + eol)
            elif line.name == "VERSION" or line.name in self.names:
                kept.append(data[line.start : line.end].rstrip(b"\r\n") + eol)
        return b"".join(kept) + b"END:VCARD" + eol


# --- rows ---------------------------------------------------------------------

Cell = Callable[[Any], str]


def _etag(found: Any) -> str:
    return f"<D:getetag>{found.etag}</D:getetag>"


_COLUMNS: dict[str, tuple[Any, Cell]] = {
    dav("getetag"): (Contact.etag, _etag),
    dav("getcontentlength"): (
        Contact.size,
        lambda found: f"<D:getcontentlength>{found.size}</D:getcontentlength>",
    ),
    dav("getlastmodified"): (
        Contact.changed_at,
        lambda found: f"<D:getlastmodified>{http_date(found.changed_at)}</D:getlastmodified>",
    ),
    dav("creationdate"): (
        Contact.created_at,
        lambda found: f"<D:creationdate>{found.created_at:%Y-%m-%dT%H:%M:%SZ}</D:creationdate>",
    ),
    dav("displayname"): (Contact.name, lambda found: element(dav("displayname"), escape(found.name))),
}
_CONTENT_TYPE = f"<D:getcontenttype>{CONTENT_TYPE}</D:getcontenttype>"

FEW = 500
"""Rows that are read in one go."""

OF_A_CARD = (*_COLUMNS, dav("getcontenttype"))


@dataclass
class Lister:
    """Writes one row after another of the properties asked for, reading no more columns than those need.

    Without `address-data` the text of a card is never read: it is most of a book.
    """

    columns: list[Any]
    cells: list[Cell]
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
                columns.append(Contact.vcard)
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
        return cls(columns, cells, head, between, tail)

    @classmethod
    def constant(cls, here: Here, told: str) -> "Lister":
        """The same of every card."""
        head = f"<D:response><D:href>{escape(paths.book(here.asker.owner))}"
        return cls([], [], head, f"</D:href>{told}", "</D:response>")

    @property
    def reads_cards(self) -> bool:
        return Contact.vcard in self.columns

    def select(self) -> Select[Any]:
        """Of the asker's book; the caller says which rows."""
        return select(Contact.resource, Contact.seq, Contact.deleted_at, *self.columns)

    def row(self, found: Row[Any]) -> str:
        """The row of a card that is there."""
        told = "".join([cell(found) for cell in self.cells])
        return f"{self.head}{escape(paths.segment(found.resource))}{self.between}{told}{self.tail}"

    def gone(self, resource: str) -> str:
        """The row of a card that is there no more."""
        return (
            f"{self.head}{escape(paths.segment(resource))}</D:href>"
            "<D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
        )


def _data_cell(data: Wanted) -> Cell:
    return lambda found: f"<C:address-data>{data.of(found.vcard)}</C:address-data>"


def names_of_a_card(here: Here, *, allprop: bool) -> list[str]:
    """What a card has; `address-data` is for reports alone."""
    return [*OF_A_CARD, *names_at(here, allprop=allprop)]


def stream(statement: Select[Any], *, reads_cards: bool, many: bool) -> Iterable[Row[Any]]:
    """Rows as they come off one statement: one moment of the book, on either database, in little memory.

    `many` opens a cursor at PostgreSQL's side, two round trips that a short answer need not pay.
    """
    options = {"yield_per": 50 if reads_cards else 1000} if many else {}
    return db.session.execute(statement, execution_options=options)


def one(statement: Any, owner: UUID, resource: str) -> Row[Any] | None:
    """The row of one card that is there."""
    found = statement.where(
        Contact.owner_id == owner,
        Contact.book_id == owner,
        Contact.resource == resource,
        Contact.deleted_at.is_(None),
    )
    return db.session.execute(found).one_or_none()
