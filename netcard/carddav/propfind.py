"""PROPFIND (RFC 4918, section 9.1): what is here, and one level below it."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from flask import Response

from netcard.carddav import cards, paths, requests
from netcard.carddav.answers import Multistatus, propstat, row
from netcard.carddav.authentication import Asker, note_whole_book
from netcard.carddav.cards import Lister, Which
from netcard.carddav.errors import DavError, bad_request, not_found
from netcard.carddav.paths import Kind, Place
from netcard.carddav.properties import Here, names_at, split
from netcard.carddav.xml import dav, element

MOST_NAMES = 200
"""Properties that one request may ask for; each is told of in every row."""

BELOW = {
    Kind.ROOT: Kind.BOOKS,
    Kind.PRINCIPALS: Kind.PRINCIPAL,
    Kind.BOOKS: Kind.HOME,
    Kind.HOME: Kind.BOOK,
}


@dataclass(frozen=True)
class Asked:
    """Which properties: some by name, all that are usual, or the names alone."""

    names: tuple[str, ...] = ()
    allprop: bool = False
    names_only: bool = False


def answer(asker: Asker, place: Place) -> Response:
    """The multistatus; raises a 403 for a depth without end."""
    depth = requests.depth("1")  # a missing one means infinity, which nobody who leaves it out wants
    asked = asked_by(requests.document())
    if depth == "infinity":
        if place.kind is not Kind.CARD:
            raise DavError(403, "<D:propfind-finite-depth/>")
        depth = "0"
    out = Multistatus()
    if place.kind is Kind.CARD:
        _tell_card(out, asker, place, asked)
        return out.answer()
    if depth == "0" or "depth-noroot" not in requests.preferences():
        _tell(out, asker, place, asked)
    if depth == "1" and place.kind is Kind.BOOK:
        _tell_cards(out, asker, asked)
        note_whole_book(asker)
    elif depth == "1" and place.kind in BELOW:
        _tell(out, asker, Place(BELOW[place.kind]), asked)
        if place.kind is Kind.ROOT:
            _tell(out, asker, Place(Kind.PRINCIPALS), asked)
    return out.answer()


def asked_by(root: Element | None) -> Asked:
    """Which properties a body names; without one, all."""
    if root is None:
        return Asked(allprop=True)
    if root.tag != dav("propfind"):
        raise bad_request("PROPFIND takes a propfind element.")
    if root.find(dav("propname")) is not None:
        return Asked(names_only=True)
    if root.find(dav("allprop")) is not None:
        return Asked(names_of(root.find(dav("include"))), allprop=True)
    if root.find(dav("prop")) is None:
        raise bad_request("A propfind asks for prop, allprop or propname.")
    return Asked(names_of(root.find(dav("prop"))))


def names_of(prop: Element | None) -> tuple[str, ...]:
    """The names inside a `prop` element, each once."""
    names = tuple(dict.fromkeys(child.tag for child in prop)) if prop is not None else ()
    if len(names) > MOST_NAMES:
        raise bad_request(f"More than {MOST_NAMES} properties at once are not told.")
    return names


def _tell(out: Multistatus, asker: Asker, place: Place, asked: Asked) -> None:
    here = Here(asker, place)
    address = paths.address_of(place, asker.owner)
    if asked.names_only:
        out.add(row(address, propstat(200, "".join(map(element, names_at(here))))))
        return
    names = asked.names
    if asked.allprop:
        names = tuple(dict.fromkeys((*names_at(here, allprop=True), *names)))
    out.add(row(address, *propstats(*split(here, names))))


def propstats(found: str, missing: str) -> list[str]:
    """What is there, and what is not unless the client would rather not hear of it."""
    told = [propstat(200, found)] if found else []
    if missing and not requests.minimal():
        told.append(propstat(404, missing))
    return told


def _lister(here: Here, asked: Asked) -> Lister:
    names: tuple[str, ...] | list[str] = asked.names
    if asked.allprop:
        names = tuple(dict.fromkeys((*cards.names_of_a_card(here, allprop=True), *names)))
    return Lister.of(here, names, None, mention_missing=not requests.minimal())


def _tell_cards(out: Multistatus, asker: Asker, asked: Asked) -> None:
    here = Here(asker, Place(Kind.CARD))
    lister = _names_lister(here) if asked.names_only else _lister(here, asked)
    for card in cards.rows(asker, Which.HERE, lister.columns):
        out.add(lister.row(card))


def _tell_card(out: Multistatus, asker: Asker, place: Place, asked: Asked) -> None:
    here = Here(asker, place)
    lister = _names_lister(here) if asked.names_only else _lister(here, asked)
    found = cards.one(asker, place.resource, lister.columns)
    if found is None:
        raise not_found()
    out.add(lister.row(found))


def _names_lister(here: Here) -> Lister:
    names = cards.names_of_a_card(here, allprop=False)
    return Lister.constant(here, propstat(200, "".join(map(element, names))))
