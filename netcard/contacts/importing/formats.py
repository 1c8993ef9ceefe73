"""What kind of file this is and how its letters are written, or one sentence why it cannot be read."""

import codecs
import re
from dataclasses import dataclass

from netcard.errors import UnreadableFile

MOST_PEOPLE = 10_000
"""People of one file."""

ENCODINGS = {
    "utf-8": "UTF-8, the usual one",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, low byte first",
    "utf-16-be": "UTF-16, high byte first",
    "cp1252": "Western European (Windows)",
    "cp1250": "Central European (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "cp1253": "Greek (Windows)",
    "cp1254": "Turkish (Windows)",
    "mac_roman": "Western European (old Mac)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
}

HEAD = 65_536
_PIECE = 1_048_576

_CARD = re.compile(r"^[ \t\ufeff]*BEGIN[ \t]*:[ \t]*VCARD", re.IGNORECASE | re.MULTILINE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SPREADSHEET = (
    "This is a spreadsheet. Save it as CSV there (in Excel: Save as, CSV UTF-8) and choose that file."
)
_KNOWN = (
    (b"PK\x03\x04", "This is an archive. Unpack it and choose the file inside that ends in .vcf or .csv."),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
    (b"\x1f\x8b", "This is a packed file. Unpack it and choose the file inside."),
    (b"Rar!", "This is a packed file. Unpack it and choose the file inside."),
    (b"7z\xbc\xaf", "This is a packed file. Unpack it and choose the file inside."),
    (b"%PDF", "This is a PDF. Contacts come as a file that ends in .vcf or .csv."),
    (b"\x89PNG", "This is a picture. Contacts come as a file that ends in .vcf or .csv."),
    (b"\xff\xd8\xff", "This is a picture. Contacts come as a file that ends in .vcf or .csv."),
    (b"SQLite format 3", "This is a database. Contacts come as a file that ends in .vcf or .csv."),
    (b"!BDN", "This is an Outlook data file. Export the contacts from Outlook as CSV and choose that."),
)
NOT_TEXT = "This is not a file of contacts: there is no text in it that could be read."


@dataclass(frozen=True, slots=True)
class Kind:
    """A file's nature: cards or a table, and the encoding of its text."""

    cards: bool
    encoding: str


def recognise(data: bytes) -> Kind:
    """Tell cards from tables and find the encoding. Raises UnreadableFile with what to do about it."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x1a"):
        raise UnreadableFile("This file is empty.")
    for start, sentence in _KNOWN:
        if data.startswith(start):
            raise UnreadableFile(_SPREADSHEET if _is_spreadsheet(data) else sentence)
    encoding = encoding_of(data)
    head = data[:HEAD].decode(encoding, "ignore")
    if _CARD.search(head):
        return Kind(True, encoding)
    controls = len(_CONTROLS.findall(head))
    if controls > 8 and controls * 100 > len(head):
        raise UnreadableFile(NOT_TEXT)
    begins = head.lstrip("\ufeff \t\r\n")[:200].lower()
    if begins.startswith(("<!doctype", "<html", "<?xml")):
        raise UnreadableFile("This is a web page or XML. Contacts come as a file that ends in .vcf or .csv.")
    if begins.startswith(("{", "[{", '["')):
        raise UnreadableFile("This is JSON. Contacts come as a file that ends in .vcf or .csv.")
    return Kind(False, encoding)


def encoding_of(data: bytes) -> str:
    """The encoding by its mark, else by its zeros, else UTF-8 where all of it is, else Windows' Western one.

    Raises UnreadableFile where zeros say that this is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = data[:HEAD]
    if b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        half = max(1, len(head) // 2)
        if odd > 0.3 * half and even < 0.1 * half:
            return "utf-16-le"
        if even > 0.3 * half and odd < 0.1 * half:
            return "utf-16-be"
        if even + odd > 3:
            raise UnreadableFile(NOT_TEXT)
    return "utf-8" if is_written_in(data, "utf-8") else "cp1252"


def is_written_in(data: bytes, encoding: str) -> bool:
    """Whether every byte can be read so; a megabyte at a time, for a file may have thirty."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_spreadsheet(data: bytes) -> bool:
    """Office's packed files name their parts: xl/ in Excel's, a media type at the head of OpenDocument's."""
    return b"xl/" in data or b"application/vnd.oasis.opendocument.spreadsheet" in data[:HEAD]
