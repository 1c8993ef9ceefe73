"""The filter of an addressbook-query (RFC 6352, section 10.5), as a question to one card's bytes."""

import string
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from netcard import vcard
from netcard.carddav.errors import DavError, bad_request
from netcard.carddav.xml import carddav
from netcard.errors import BrokenCard
from netcard.vcard import Line

Matches = Callable[[bytes], bool]
_OfCard = Callable[[vcard.Card], bool]
_OfLine = Callable[[Line], bool]
_OfText = Callable[[str], bool]

MOST_TESTS = 100
"""Tests in one filter; each is put to every card of the book."""

_ASCII = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)

COLLATIONS: dict[str, Callable[[str], str]] = {
    "i;ascii-casemap": lambda text: text.translate(_ASCII),
    "i;unicode-casemap": str.casefold,
    "i;octet": lambda text: text,
    "default": str.casefold,
}

_HOW: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda text, wanted: text == wanted,
    "contains": lambda text, wanted: wanted in text,
    "starts-with": lambda text, wanted: text.startswith(wanted),
    "ends-with": lambda text, wanted: text.endswith(wanted),
}


def read(element: Element | None) -> Matches | None:
    """The question a filter puts; None where every card passes. Raises for a filter that is not one."""
    if element is None:
        raise bad_request("A query has a filter, be it an empty one.")
    if sum(1 for _ in element.iter()) > MOST_TESTS:
        raise DavError(403, "<C:supported-filter/>", "That filter is too long.")
    tests = [_property(one) for one in _only(element, {carddav("prop-filter")})]
    if not tests:
        return None
    together = _together(element, "anyof")

    def matches(data: bytes) -> bool:
        try:
            card = vcard.parse(data)
        except BrokenCard:
            return False
        return together(test(card) for test in tests)

    return matches


def _property(element: Element) -> _OfCard:
    group, _, name = _name(element).rpartition(".")
    parts = _only(element, {carddav(it) for it in ("is-not-defined", "text-match", "param-filter")})

    def lines(card: vcard.Card) -> list[Line]:
        found = card.all(name)
        return [line for line in found if line.group.upper() == group] if group else found

    if any(part.tag == carddav("is-not-defined") for part in parts):
        return lambda card: not lines(card)
    if not parts:
        return lambda card: bool(lines(card))
    tests = [_text(part) if part.tag == carddav("text-match") else _param(part) for part in parts]
    together = _together(element, "anyof")
    return lambda card: any(together(test(line) for test in tests) for line in lines(card))


def _text(element: Element) -> _OfLine:
    match = _text_match(element)
    return lambda line: match(line.text)


def _param(element: Element) -> _OfLine:
    name = _name(element)
    parts = _only(element, {carddav("is-not-defined"), carddav("text-match")})

    def values(line: Line) -> list[str] | None:
        found = [value for key, some in line.params if key == name for value in some]
        return found if any(key == name for key, _ in line.params) else None

    if not parts:
        return lambda line: values(line) is not None
    if parts[0].tag == carddav("is-not-defined"):
        return lambda line: values(line) is None
    match = _text_match(parts[0])
    return lambda line: any(map(match, values(line) or ()))


def _text_match(element: Element) -> _OfText:
    collation = element.get("collation", "i;unicode-casemap")
    fold = COLLATIONS.get(collation)
    if fold is None:
        raise DavError(403, "<C:supported-collation/>")
    how = _HOW.get(element.get("match-type", "contains"))
    negate = element.get("negate-condition", "no")
    if how is None or negate not in ("yes", "no"):
        raise bad_request("A text-match has an unknown match-type or negate-condition.")
    wanted = fold(element.text or "")
    wanting = negate == "no"
    return lambda text: how(fold(text), wanted) is wanting


def _name(element: Element) -> str:
    name = element.get("name", "").strip().upper()
    if not name:
        raise bad_request("A filter names what it looks at.")
    return name


def _only(element: Element, names: Iterable[str]) -> list[Element]:
    for part in element:
        if part.tag not in names:
            raise DavError(403, "<C:supported-filter/>")
    return list(element)


def _together(element: Element, default: str) -> Callable[[Iterable[bool]], bool]:
    test = element.get("test", default)
    if test not in ("anyof", "allof"):
        raise bad_request("A filter's test is anyof or allof.")
    return all if test == "allof" else any
