"""A CV as PDF: counted, dated, and refused when it could do more than be read.

Pure: bytes in, facts out. The file itself is kept as it came, so it must be harmless as it is: a
visitor opens it because they trust the person, not the file. Refused are scripts, launching
programs, sending forms, opening other files or web pages by itself, and attachments: a file inside
would travel to visitors under the owner's name without being looked at here. CVs from Word, Google
Docs and LaTeX have none of these.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, PdfObject, StreamObject

from netcard.errors import UnreadableFile

MAX_BYTES = 10_000_000
MAX_PAGES = 200
MAX_OBJECTS = 50_000
SECONDS = 5  # a CV takes 0.01 to 0.2
TITLE_CHARACTERS = 200

_BOUNDS = Configuration(
    maximum_declared_stream_length=MAX_BYTES,
    zlib_maximum_output_length=20_000_000,
    lzw_maximum_output_length=20_000_000,
    run_length_maximum_output_length=20_000_000,
    stream_decoding_work_maximum_length=60_000_000,
    stream_filters_maximum_length=4,
)
_RUNS_SCRIPT = {"/JavaScript", "/Rendition"}
_REACHES_OUT = {"/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}
_HARMLESS_BY_ITSELF = {"/GoTo", "/Named", "/SetOCGState", "/Trans", "/Hide"}


@dataclass(frozen=True)
class Document:
    """What is known of a PDF; `created` is an aware UTC time, if the file says one that makes sense."""

    pages: int
    size: int
    title: str | None
    created: datetime | None


def read_cv(data: bytes) -> Document:
    """Look through a PDF of at most 10 MB. Raises UnreadableFile with what its owner can do about it."""
    if not data:
        raise UnreadableFile("This file is empty.")
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            f"This PDF is {math.ceil(len(data) / 1e6)} MB; {MAX_BYTES // 1_000_000} MB is the most."
        )
    if not data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        raise UnreadableFile("This is not a PDF. Save your CV as PDF and choose that file.")
    try:
        with apply_configuration(_BOUNDS):
            return _inspected(data)
    except UnreadableFile:
        raise
    except Exception as fault:
        # pypdf meets hostile bytes with whatever the line at hand raises (KeyError, RecursionError,
        # LimitReachedError…), and whichever it is, the file is what is wrong.
        raise UnreadableFile("This PDF is damaged. Print it to a new PDF and choose that one.") from fault


def _inspected(data: bytes) -> Document:
    until = time.monotonic() + SECONDS
    reader = _unlocked(PdfReader(BytesIO(data)))
    # A table that is off is mended, but a dictionary must be read to its end or not at all: leniently,
    # pypdf keeps what stands before a mistake, and a script could stand behind one.
    reader.strict = True
    lock = reader.trailer.get("/Encrypt", NullObject()).get_object()
    reader.resolved_objects.clear()
    for dictionary in _dictionaries(reader, lock, until):
        _refuse_what_acts(dictionary)
    pages = _count_pages(reader.root_object)
    if pages == 0:
        raise UnreadableFile("This PDF has no pages.")
    return Document(pages, len(data), _title(reader), _created(reader))


def _unlocked(reader: PdfReader) -> PdfReader:
    """A file merely locked against changes opens with the empty password, and for visitors too."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile(
            "This PDF asks for a password, so nobody could open it. Save a copy without one."
        )
    return reader


def _dictionaries(reader: PdfReader, lock: PdfObject | None, until: float) -> Iterator[DictionaryObject]:
    """Every dictionary in the file, those in compressed object streams and unused ones included.

    `lock` says how the others are encrypted and is itself in the clear, so it is read before they are.
    """
    numbers = {(generation, number) for generation, table in reader.xref.items() for number in table}
    numbers |= {(0, number) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise UnreadableFile("This PDF is too intricate for a CV. Print it to a new PDF and choose that one.")
    if reader.is_encrypted and isinstance(at := reader.trailer.raw_get("/Encrypt"), IndirectObject):
        numbers.discard((at.generation, at.idnum))
    trailer = {key: reader.trailer.raw_get(key) for key in reader.trailer if key != "/Encrypt"}
    waiting: list[PdfObject | None] = [lock, DictionaryObject(trailer)]
    waiting += [IndirectObject(number, generation, reader) for generation, number in sorted(numbers)]
    while waiting:
        if time.monotonic() > until:
            raise UnreadableFile(
                "This PDF takes too long to read. Print it to a new PDF and choose that one."
            )
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            each = reader.get_object(each)
        if isinstance(each, DictionaryObject):
            yield each
        waiting += [inner for inner in _parts(each) if isinstance(inner, DictionaryObject | ArrayObject)]


def _parts(thing: PdfObject | None) -> list[PdfObject]:
    """What stands directly inside. References need no following: all that they can name is looked at."""
    if isinstance(thing, DictionaryObject):
        return [thing.raw_get(key) for key in thing]
    return list(thing) if isinstance(thing, ArrayObject) else []


def _refuse_what_acts(dictionary: DictionaryObject) -> None:
    action = dictionary.get("/S")
    if "/JS" in dictionary or "/JavaScript" in dictionary or "/XFA" in dictionary or action in _RUNS_SCRIPT:
        raise UnreadableFile("This PDF contains a script. Print it to a new PDF and choose that one.")
    if action in _REACHES_OUT:
        raise UnreadableFile(
            "This PDF opens programs or other files. Print it to a new PDF and choose that one."
        )
    if "/EmbeddedFiles" in dictionary or "/EF" in dictionary or dictionary.get("/Type") == "/EmbeddedFile":
        raise UnreadableFile("This PDF has a file attached inside. Save a copy without attachments.")
    for key in ("/OpenAction", "/AA"):
        if any(kind not in _HARMLESS_BY_ITSELF for kind in _kinds_of_action(dictionary.get(key))):
            raise UnreadableFile(
                "This PDF acts when it is opened. Print it to a new PDF and choose that one."
            )


def _kinds_of_action(start: PdfObject | None, at_most: int = 1000) -> Iterator[str]:
    """The kinds of an action, of those it chains (/Next), or of each in a table of triggers (/AA)."""
    waiting: list[PdfObject | None] = [start]
    while waiting and at_most:
        at_most -= 1
        each = waiting.pop()
        each = each.get_object() if each is not None else None
        if isinstance(each, DictionaryObject) and "/S" in each:
            yield str(each["/S"])
            waiting.append(each.get("/Next"))
        elif isinstance(each, DictionaryObject):
            waiting += each.values()
        elif isinstance(each, ArrayObject) and not _is_destination(each):
            waiting += each


def _is_destination(array: ArrayObject) -> bool:
    """[page /XYZ …]: a place to jump to, not a list of actions (ISO 32000-1, 12.3.2.2)."""
    return len(array) > 1 and isinstance(array[1], str)


def _count_pages(root: DictionaryObject) -> int:
    """The leaves of the page tree; /Count is only a claim. Loops end: each node is entered once."""
    waiting: list[PdfObject] = [root.raw_get("/Pages")] if "/Pages" in root else []
    seen: set[tuple[int, int]] = set()
    pages = 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if (each.idnum, each.generation) in seen:
                continue
            seen.add((each.idnum, each.generation))
        node = each.get_object()
        if not isinstance(node, DictionaryObject) or isinstance(node, StreamObject):
            continue
        kids = node.get("/Kids", NullObject()).get_object()
        if isinstance(kids, ArrayObject):
            waiting += kids
        else:
            pages += 1
        if pages > MAX_PAGES:
            raise UnreadableFile(f"This PDF has more than {MAX_PAGES} pages.")
    return pages


def _title(reader: PdfReader) -> str | None:
    try:
        raw = reader.metadata.title if reader.metadata else None
    except Exception:  # a broken title is no reason to refuse a CV
        return None
    shown = " ".join("".join(each if each.isprintable() else " " for each in raw or "").split())
    return shown[:TITLE_CHARACTERS].rstrip() or None


def _created(reader: PdfReader) -> datetime | None:
    try:
        created = reader.metadata.creation_date if reader.metadata else None
        if created is None:
            return None
        return created.replace(tzinfo=UTC) if created.tzinfo is None else created.astimezone(UTC)
    except Exception:  # nor is a broken date
        return None
