"""XML in and out: names, pieces of text, and reading what a stranger sent."""

import re
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from netcard.carddav.errors import bad_request

DAV = "DAV:"
CARDDAV = "urn:ietf:params:xml:ns:carddav"
CALENDARSERVER = "http://calendarserver.org/ns/"

PREFIXES = {DAV: "D", CARDDAV: "C", CALENDARSERVER: "CS"}
DECLARED = " ".join(f'xmlns:{prefix}="{namespace}"' for namespace, prefix in PREFIXES.items())
PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'

DEEPEST = 30
"""Levels of a property that is kept; serialising is recursive, and nobody nests deeper than five."""

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CUT = re.compile(
    rb"([\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})((?:\r\n?|\n)[ \t])(?=[\x80-\xbf])"
)


def dav(local: str) -> str:
    """A name of WebDAV itself, as ElementTree writes it."""
    return f"{{{DAV}}}{local}"


def carddav(local: str) -> str:
    """A name of CardDAV."""
    return f"{{{CARDDAV}}}{local}"


def read(body: bytes | str) -> Element:
    """The root element; raises a 400 for what is not XML and for any DTD.

    No DTD, so no entity: nothing to expand, nothing to fetch.
    """
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise bad_request("A document type is not taken.") from None
    except (ParseError, ValueError, LookupError, UnicodeError) as error:
        raise bad_request(f"This is not XML: {error}") from None
    return root


def words(element: Element | None) -> str:
    """An element's text, white space around it aside."""
    return (element.text or "").strip() if element is not None else ""


# --- writing ------------------------------------------------------------------


def escape(text: str) -> str:
    """Text fit for an element or a double-quoted attribute; what XML 1.0 cannot carry is left out."""
    text = _NOT_XML.sub("", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\r", "&#13;")


def card_text(data: bytes) -> str:
    r"""A card as the text of an element.

    Each \r as a reference, for a parser would drop it and the card would no longer be the bytes
    that its ETag names. Control characters, which XML 1.0 cannot say at all, are left out.
    """
    data = data.translate(None, _CONTROLS)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "".join(map(_decoded, whole_characters(data).splitlines(keepends=True)))
    if "\ufffe" in text or "\uffff" in text:
        text = _NOT_XML.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def whole_characters(data: bytes) -> bytes:
    """A card with each fold that cuts a character in two set before that character.

    Simple programs fold by bytes; unfolded it is the same, as RFC 6350 section 3.2 wants it read.
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        return _CUT.sub(rb"\2\1", data)
    return data


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


@lru_cache(maxsize=512)
def _written(name: str) -> tuple[str, str]:
    namespace, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
    prefix = PREFIXES.get(namespace)
    if prefix:
        return f"{prefix}:{local}", f"{prefix}:{local}"
    if not namespace:
        return local, local
    if namespace == "http://www.w3.org/XML/1998/namespace":  # no other prefix may stand for it
        return f"xml:{local}", f"xml:{local}"
    return f'X:{local} xmlns:X="{escape(namespace)}"', f"X:{local}"


def element(name: str, inner: str = "") -> str:
    """An element around XML that is already written."""
    opening, closing = _written(name)
    return f"<{opening}>{inner}</{closing}>" if inner else f"<{opening}/>"


def href(address: str) -> str:
    """An address in its element."""
    return f"<D:href>{escape(address)}</D:href>"


def deep(root: Element) -> bool:
    """Whether an element goes down further than is kept. Iterative: the question is a stranger's."""
    level = [root]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in outer]
        if not level:
            return False
    return True


def source(root: Element) -> str:
    """An element as XML that stands on its own; ask `deep` before."""
    root.tail = None
    return tostring(root, encoding="unicode")
