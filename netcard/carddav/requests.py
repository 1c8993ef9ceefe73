"""A request taken apart: its body, whole or refused, and the headers that steer an answer."""

import codecs
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from flask import request

from netcard.carddav import xml
from netcard.carddav.errors import DavError, bad_request

MOST_XML = 1024 * 1024
MOST_MULTIGET = 4 * 1024 * 1024
"""Bytes of a multiget: vdirsyncer names every card in one, which for ten thousand is more than a MiB."""

MOST_NODES = MOST_XML // 4
"""Elements and attributes of such a long one: what a short one can hold at most, so it costs no more."""

PIECE = 64 * 1024
DRAINED = 4 * 1024 * 1024
"""Bytes of a refused body that are still read, so that the client gets to see why."""

_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf_7", "undefined"})
"""What Python can decode besides; punycode takes minutes for half a megabyte."""

_XML_TYPES = frozenset({"application/xml", "text/xml", ""})


class TooLarge(Exception):
    """A body above the limit."""


def body(most: int) -> bytes:
    """The whole body. Raises TooLarge above `most` bytes, a 400 for one that breaks off.

    Read from the server itself and in a loop: a chunked body has no length, and Flask's own stream
    would end at its limit as if it were complete.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        drain()
        raise DavError(415, description="A compressed body is not taken.")
    length = request.content_length
    if length is not None and length > most:
        drain()
        raise TooLarge
    pieces, got = [], 0
    for piece in _pieces():
        got += len(piece)
        if got > most:
            drain()
            raise TooLarge
        pieces.append(piece)
    if length is not None and got < length:
        raise bad_request("The body breaks off.")
    return b"".join(pieces)


def drain() -> None:
    """Read what is left of a body that is answered unread or half-read.

    Else the server closes the connection on a client that is still sending, and that never sees why: so
    does a phone that sends its card before it is asked for a password.
    """
    left = DRAINED
    for piece in _pieces():
        left -= len(piece)
        if left < 0:
            break


def _pieces() -> Iterator[bytes]:
    """What is still to be read. A chunked body ends where the server says so, or where the client went
    away: those two look alike here, but half a card has no END and is refused for that."""
    length, environ = request.content_length, request.environ
    if length is None and "Transfer-Encoding" not in request.headers:
        return
    got: int = environ.get("netcard.read", 0)
    while size := PIECE if length is None else min(PIECE, length - got):
        piece: bytes = environ["wsgi.input"].read(size)
        if not piece:
            return
        environ["netcard.read"] = got = got + len(piece)
        yield piece


def document() -> Element | None:
    """The XML sent along; None where there is none."""
    try:
        data = body(MOST_MULTIGET)
        if len(data) > MOST_XML and not _only_names_cards(data):
            raise TooLarge
    except TooLarge:
        raise DavError(413, description=f"XML of more than {MOST_XML} bytes is not taken.") from None
    if not data.strip():
        return None
    if request.mimetype not in _XML_TYPES and not request.mimetype.endswith("+xml"):
        raise DavError(415, description="The body must be XML.")
    charset = request.mimetype_params.get("charset", "").strip("'\" ").lower()
    if charset in ("", "utf-8", "utf8"):
        return xml.read(data)
    try:
        text = decoded(data, charset)  # RFC 7303: the header counts more than the prolog
    except ValueError:
        raise DavError(415, description="The body is not in the charset it names.") from None
    return xml.read(text)


def decoded(data: bytes, charset: str) -> str:
    """A body's text; raises ValueError for a charset that is none, or that it is not in."""
    try:
        if codecs.lookup(charset).name.replace("-", "_") in _NO_CHARSETS:
            raise ValueError(f"{charset} is no charset")
        return data.decode(charset)
    except LookupError as unknown:
        raise ValueError(str(unknown)) from unknown


def _only_names_cards(data: bytes) -> bool:
    return b"addressbook-multiget" in data[:1000] and data.count(b"<") + data.count(b"=") <= MOST_NODES


def depth(default: str) -> str:
    """The Depth header: "0", "1" or "infinity"."""
    found = request.headers.get("Depth", default).strip().lower().partition(",")[0]
    if found not in ("0", "1", "infinity"):
        raise bad_request("Depth is 0, 1 or infinity.")
    return found


def preferences() -> frozenset[str]:
    """What the client would rather have (RFC 7240, RFC 8144); `Brief: t` is Apple's older word for it."""
    asked = {part.partition(";")[0].strip().lower() for part in request.headers.get("Prefer", "").split(",")}
    if request.headers.get("Brief", "").strip().lower() == "t":
        asked.add("return=minimal")
    return frozenset(asked)


def minimal() -> bool:
    """Whether properties that are not there should go unmentioned."""
    return "return=minimal" in preferences()
