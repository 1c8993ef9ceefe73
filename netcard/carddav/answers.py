"""Answers: many statuses in one (RFC 4918, section 13), and errors that name their condition."""

import zlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO

from flask import Response, request

from netcard.carddav.errors import DavError
from netcard.carddav.requests import minimal
from netcard.carddav.xml import DECLARED, PROLOG, element, escape, href
from netcard.web.answers import scratch_file

XML = "application/xml; charset=utf-8"

IN_MEMORY = 256 * 1024
"""Characters that are gathered before the answer moves to a file."""

WORTH_ZIPPING = 1400
"""About what one network packet holds."""

_ZIP = 16 + zlib.MAX_WBITS  # with gzip's own header


def status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"


def propstat(status: int, inner: str, more: str = "") -> str:
    """Properties that share a status."""
    return (
        f"<D:propstat><D:prop>{inner}</D:prop><D:status>{status_line(status)}</D:status>{more}</D:propstat>"
    )


def row(address: str, *propstats: str) -> str:
    """What is said of one resource; `address` as it stands on the wire."""
    return f"<D:response>{href(address)}{''.join(propstats) or EMPTY_PROPSTAT}</D:response>"


def status_row(address: str, status: int, more: str = "") -> str:
    """A resource of which only a status is said."""
    return f"<D:response>{href(address)}<D:status>{status_line(status)}</D:status>{more}</D:response>"


EMPTY_PROPSTAT = propstat(200, "")


class Multistatus:
    """An answer that grows row by row and is sent when it is complete, with its length.

    What is large goes to a file without a name, zipped on its way where the client takes that: so it
    is never whole in memory, no slow phone holds a reading transaction open (the write-ahead log could
    not shrink), and an error half-way is an error and not a short answer that looks whole.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = [f"{PROLOG}<D:multistatus {DECLARED}>"]
        self._size = 0
        self._file: IO[bytes] | None = None
        self._zip = _zipper() if _takes_gzip() else None

    def add(self, text: str) -> None:
        """One more row."""
        self._pieces.append(text)
        self._size += len(text)
        if self._size > IN_MEMORY:
            self._spill()

    def answer(self, last: str = "") -> Response:
        """The response; `last` stands behind the rows, as a sync token does."""
        self._pieces.append(f"{last}</D:multistatus>\n")
        response = self._from_file(self._file) if self._file else self._from_memory()
        response.headers["Content-Type"] = XML
        response.vary.update(("Prefer", "Brief"))
        if minimal():
            response.headers["Preference-Applied"] = "return=minimal"
        return response

    def _spill(self) -> None:
        if self._file is None:
            self._file = scratch_file()  # closed when the answer is sent
        data = "".join(self._pieces).encode()
        self._file.write(self._zip.compress(data) if self._zip else data)
        self._pieces.clear()
        self._size = 0

    def _from_memory(self) -> Response:
        data = "".join(self._pieces).encode()
        zipped = self._zip is not None and len(data) >= WORTH_ZIPPING
        if self._zip and zipped:
            data = self._zip.compress(data) + self._zip.flush()
        response = Response(data, 207)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def _from_file(self, file: IO[bytes]) -> Response:
        self._spill()
        if self._zip:
            file.write(self._zip.flush())
        length = file.tell()
        file.seek(0)
        response = Response(_pieces_of(file), 207, direct_passthrough=True)
        response.call_on_close(file.close)
        response.headers["Content-Length"] = str(length)
        if self._zip:
            response.headers["Content-Encoding"] = "gzip"
        return response


def _pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(256 * 1024):
        yield piece


def zipped(data: bytes) -> tuple[bytes, bool]:
    """A body as the client takes it, and whether that is zipped."""
    if len(data) < WORTH_ZIPPING or not _takes_gzip():
        return data, False
    zipper = _zipper()
    return zipper.compress(data) + zipper.flush(), True


def _zipper() -> "zlib._Compress":
    return zlib.compressobj(1, zlib.DEFLATED, _ZIP)  # level 1: half the time of 6 for a tenth more bytes


def _takes_gzip() -> bool:
    return bool(request.environ.get("netcard.gzip"))


def keep_compression_here() -> None:
    """Note whether the client takes gzip, and take the header away from the app's own compressor.

    That one would write its name into a card's ETag, and an If-Match with it would never match; and
    it would squeeze long answers at a far dearer level.
    """
    accepted = request.accept_encodings
    request.environ["netcard.gzip"] = accepted.quality("gzip") > 0
    request.environ.pop("HTTP_ACCEPT_ENCODING", None)


def empty(status: int, **headers: str) -> Response:
    """A status alone."""
    response = Response(status=status, headers={name.replace("_", "-"): it for name, it in headers.items()})
    del response.headers["Content-Type"]
    return response


def refusal(error: DavError) -> Response:
    """An error as WebDAV tells it; without a body where there is nothing to tell."""
    if not error.condition and not error.description:
        response = empty(error.status)
    else:
        said = element("{DAV:}responsedescription", escape(error.description)) if error.description else ""
        body = f"{PROLOG}<D:error {DECLARED}>{error.condition}{said}</D:error>\n"
        response = Response(body, error.status, content_type=XML)
    response.headers.update(error.headers)
    return response
