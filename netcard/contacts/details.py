"""All that a card says of a person, as a page shows it: every address, number, link and day, with its kind.

A phone keeps more than netcard's own form asks for; what it added must be seen here too. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from netcard.events.rules import MONTHS
from netcard.vcard import Card, Line
from netcard.vcard.projection import addresses, by_preference, chosen
from netcard.web.assets import mailto

MOST = 50
"""Lines of one property that are shown; a person has ten."""

_KINDS = {
    "home": "home",
    "work": "work",
    "cell": "mobile",
    "mobile": "mobile",
    "iphone": "iPhone",
    "main": "main",
    "fax": "fax",
    "pager": "pager",
    "other": "other",
    "school": "school",
    "car": "car",
}
_TRANSLATED = re.compile(r"_\$!<(.*)>!\$_")
"""How Apple marks a label that it has words for in every language."""
_DATE = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?!\d)")
_DAYS = {"BDAY": "Birthday", "ANNIVERSARY": "Anniversary", "X-ANNIVERSARY": "Anniversary", "X-ABDATE": "Date"}
_NO_YEAR = "X-APPLE-OMIT-YEAR"


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact: what it is, its text, which of several ("work"), and where it leads if anywhere."""

    what: str
    text: str
    kind: str = ""
    link: str = ""


def details_of(card: Card) -> list[Detail]:
    """Every fact once, in the order in which people look for them."""
    return list(dict.fromkeys(_all(card)))


def links_of(card: Card) -> list[str]:
    """The addresses on the web, each once."""
    return list(dict.fromkeys(text for _, text in _lines(card, "URL")))


def _all(card: Card) -> Iterator[Detail]:
    yield from _reached(card, "EMAIL", "E-mail")
    yield from _reached(card, "TEL", "Phone")
    for line, text in _lines(card, "URL"):
        yield Detail("Web", text, _kind(card, line), _web(text))
    for line, text in _lines(card, "X-SOCIALPROFILE"):
        yield Detail("Profile", text, next(iter(sorted(line.types)), ""), _web(text))
    for line, text in _lines(card, "IMPP"):
        yield Detail("Chat", text, _kind(card, line))
    for line in card.all("ADR")[:MOST]:
        if place := ", ".join(filter(None, line.components)):
            yield Detail("Address", place, _kind(card, line))
    for name, what in _DAYS.items():
        for line, text in _lines(card, name):
            yield Detail(_label(card, line) or what, _day(line, text))
    for _, text in _lines(card, "NICKNAME"):
        yield Detail("Nickname", text)
    for name, what in (("TITLE", "Also"), ("ORG", "Also at")):
        shown = chosen(card, name)
        for line in card.all(name)[:MOST]:
            if line is not shown and (text := ", ".join(filter(None, line.components))):
                yield Detail(what, text)
    for name in ("RELATED", "X-ABRELATEDNAMES"):
        for line, text in _lines(card, name):
            yield Detail("Related", text, _kind(card, line))


def _reached(card: Card, name: str, what: str) -> Iterator[Detail]:
    seen = set()
    for line, text in addresses(card, name)[:MOST]:
        if text.casefold() not in seen:
            seen.add(text.casefold())
            yield Detail(
                what, text, _kind(card, line), mailto(text) if name == "EMAIL" else f"tel:{quote(text)}"
            )


def _lines(card: Card, name: str) -> list[tuple[Line, str]]:
    return [(line, text) for line in by_preference(card.all(name))[:MOST] if (text := line.shown)]


def _kind(card: Card, line: Line) -> str:
    """The owner's own word, else what the TYPEs say: work, mobile."""
    known = (_KINDS[one] for one in _KINDS if one in line.types)
    return _label(card, line) or ", ".join(dict.fromkeys(known))


def _label(card: Card, line: Line) -> str:
    """`item1.X-ABLabel` of `item1.URL`."""
    if not line.group:
        return ""
    group = line.group.lower()
    label = next((one.shown for one in card.all("X-ABLABEL") if one.group.lower() == group), "")
    return _TRANSLATED.sub(r"\1", label).replace("HomePage", "home page")[:40]


def _web(text: str) -> str:
    """Where a link leads, if that is a page: `javascript:` and its like lead nowhere."""
    return text if re.match(r"https?://", text, re.IGNORECASE) else ""


def _day(line: Line, text: str) -> str:
    """12 April 1985, 12 April; what is no date as it stands (4.0 has free text for "spring")."""
    found = _DATE.match(text)
    if not found or not 1 <= int(found[2]) <= 12:
        return text
    year = "" if found[1] in ("--", line.param(_NO_YEAR)) else f" {found[1]}"
    return f"{int(found[3])} {MONTHS[int(found[2]) - 1]}{year}"
