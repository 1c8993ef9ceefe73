"""Addresses of the protocol, in both directions.

/dav/                                     root
/dav/principals/<account>/                the person, as RFC 3744 sees one
/dav/books/<account>/                     the home of their address books
/dav/books/<account>/contacts/            the one book
/dav/books/<account>/contacts/<resource>  a card
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from flask import request

from netcard.carddav.blueprint import ROOT
from netcard.carddav.errors import not_found
from netcard.config import settings

BOOK = "contacts"
LONGEST_NAME = 255
"""Bytes of a card's last path segment; what a file on a laptop may be called (and its column holds)."""

_UNQUOTED = "!$()*+,;=:@"  # what a segment may hold as it is (RFC 3986, section 3.3), less what XML escapes
_plain = re.compile(r"[A-Za-z0-9._~-]+").fullmatch


class Kind(Enum):
    """What stands at an address."""

    ROOT = auto()
    PRINCIPALS = auto()
    PRINCIPAL = auto()
    BOOKS = auto()
    HOME = auto()
    BOOK = auto()
    CARD = auto()


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the asker's, taken apart; `resource` is a card's own segment."""

    kind: Kind
    resource: str = ""


def place_of(path: str, owner: UUID) -> Place:
    """What `path`, decoded and without the root, names; a 404 for anything else, another owner's too."""
    match path.removesuffix("/").split("/"):
        case [""]:
            return Place(Kind.ROOT)
        case ["principals"]:
            return Place(Kind.PRINCIPALS)
        case ["books"]:
            return Place(Kind.BOOKS)
        case ["principals", account] if account == str(owner):
            return Place(Kind.PRINCIPAL)
        case ["books", account] if account == str(owner):
            return Place(Kind.HOME)
        case ["books", account, "contacts"] if account == str(owner):
            return Place(Kind.BOOK)
        case ["books", account, "contacts", resource] if account == str(owner) and not path.endswith("/"):
            return Place(Kind.CARD, resource)
    raise not_found()


def in_home(path: str, owner: UUID) -> bool:
    """Whether an address, even of nothing, is one where only the owner may look."""
    return path.startswith(f"books/{owner}/")


def may_be_named(resource: str) -> bool:
    """Whether a new card may stand under that segment: one that comes back as it went out."""
    return (
        resource.isprintable()
        and len(resource.encode()) <= LONGEST_NAME
        and resource not in ("", ".", "..")
        and "\ufffd" not in resource  # a percent-encoding that was no UTF-8
    )


# --- addresses out ------------------------------------------------------------


def root() -> str:
    """Where the protocol begins, whatever netcard is mounted under."""
    return request.script_root + ROOT


def principal(owner: UUID) -> str:
    return f"{root()}principals/{owner}/"


def home(owner: UUID) -> str:
    return f"{root()}books/{owner}/"


def book(owner: UUID) -> str:
    return f"{home(owner)}{BOOK}/"


def segment(resource: str) -> str:
    """A card's segment, percent-encoded; fit for XML as it is."""
    return resource if _plain(resource) else quote(resource, safe=_UNQUOTED)


def address_of(place: Place, owner: UUID) -> str:
    """The one right address of a place."""
    match place.kind:
        case Kind.PRINCIPALS:
            return f"{root()}principals/"
        case Kind.BOOKS:
            return f"{root()}books/"
        case Kind.PRINCIPAL:
            return principal(owner)
        case Kind.HOME:
            return home(owner)
        case Kind.BOOK:
            return book(owner)
        case Kind.CARD:
            return book(owner) + segment(place.resource)
    return root()


# --- addresses in -------------------------------------------------------------


def resource_named(address: str, prefix: str) -> str | None:
    """The card that an href sent by a client means; None for one that is not in the asker's book.

    `prefix` is the book's address. Hrefs come as paths and as whole URLs, encoded in every way.
    """
    if address.startswith(prefix):
        path = address
    else:
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.netloc and parts.netloc.lower() not in _hosts():
            return None
        path = parts.path
    path = unquote(path) if "%" in path else path
    if not path.startswith(prefix):
        return None
    name = path[len(prefix) :]
    return name if may_be_named(name) and "/" not in name else None


def _hosts() -> tuple[str, str]:
    return request.host.lower(), urlsplit(settings().url).netloc.lower()
