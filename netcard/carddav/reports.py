"""REPORT (RFC 3253, section 3.6): cards by address, by filter, and all that changed since a token."""

from collections.abc import Callable, Iterable, Iterator
from xml.etree.ElementTree import Element

from flask import Response

from netcard.carddav import cards, filters, paths, requests
from netcard.carddav.answers import XML, Multistatus, propstat, row, status_row
from netcard.carddav.authentication import Asker, note_whole_book
from netcard.carddav.cards import ADDRESS_DATA, Lister, Wanted, Which, from_apple
from netcard.carddav.errors import DavError, bad_request
from netcard.carddav.paths import Kind, Place
from netcard.carddav.properties import Here, split
from netcard.carddav.propfind import names_of, propstats
from netcard.carddav.tokens import since, token
from netcard.carddav.xml import DECLARED, PROLOG, carddav, dav, element, escape, words

AT_ONCE = 50
"""Cards looked up by address in one statement: even the largest of them are 50 MB together."""

TOO_MANY = "<D:error><D:number-of-matches-within-limits/></D:error>"

_VERSIONS = frozenset({"3.0", "4.0"})


def answer(asker: Asker, place: Place) -> Response:
    """The report a body asks for; raises a 403 for one that this place does not give."""
    root = requests.document()
    if root is None:
        raise bad_request("A REPORT says in its body which.")
    requests.depth("0")
    give = _REPORTS.get(root.tag)
    if give is None or (place.kind not in _AT.get(root.tag, frozenset(Kind))):
        raise DavError(403, "<D:supported-report/>")
    return give(asker, place, root)


# --- what of each card --------------------------------------------------------


def _lister(asker: Asker, root: Element) -> Lister:
    """Writes the rows that a report's `prop` asks for."""
    here = Here(asker, Place(Kind.CARD))
    prop = root.find(dav("prop"))
    if prop is None:
        names: Iterable[str] = ()
        if root.find(dav("allprop")) is not None:
            names = cards.names_of_a_card(here, allprop=True)
        return Lister.of(here, names, None, mention_missing=False)
    data = prop.find(ADDRESS_DATA)
    wanted = _wanted(data) if data is not None else None
    return Lister.of(here, names_of(prop), wanted, mention_missing=not requests.minimal())


def _wanted(data: Element) -> Wanted:
    content_type, version = data.get("content-type", "text/vcard"), data.get("version", "3.0")
    if content_type.lower() != "text/vcard" or version not in _VERSIONS:
        raise DavError(403, "<C:supported-address-data/>", "Cards go out as text/vcard, version 3.0 or 4.0.")
    some = data.findall(carddav("prop"))
    named = [prop.get("name", "").upper() for prop in some]
    silent = [prop.get("name", "").upper() for prop in some if prop.get("novalue") == "yes"]
    return Wanted("3.0" if from_apple() else version, frozenset(named), frozenset(silent))


# --- addressbook-multiget -----------------------------------------------------


def _multiget(asker: Asker, place: Place, root: Element) -> Response:
    """Cards by address (RFC 6352, section 8.7): a row for each, a 404 for what is not there."""
    lister = _lister(asker, root)
    prefix = paths.book(asker.owner)
    asked = dict.fromkeys(words(found) for found in root.findall(dav("href")))
    if not asked:
        raise bad_request("A multiget names the cards it wants.")
    out = Multistatus()
    told: set[str] = set()
    for some in _in_parts(asked):
        named = {href: paths.resource_named(href, prefix) for href in some}
        wanted = {name for name in named.values() if name}
        there = {card.resource: card for card in cards.rows(asker, Which.NAMED, lister.columns, names=wanted)}
        for href, name in named.items():
            if name in told:
                continue
            if name and name in there:
                out.add(lister.row(there[name]))
                told.add(name)
            elif name:
                out.add(lister.gone(name))
                told.add(name)
            else:
                out.add(status_row(href, 404))
    return out.answer()


def _in_parts(asked: Iterable[str]) -> Iterator[list[str]]:
    every = list(asked)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


# --- addressbook-query --------------------------------------------------------


def _query(asker: Asker, place: Place, root: Element) -> Response:
    """Cards that a filter lets through (RFC 6352, section 8.6)."""
    lister = _lister(asker, root)
    matches = filters.read(root.find(carddav("filter")))
    most = _limit(root.find(carddav("limit")), carddav("nresults"))
    columns = lister.columns
    if matches and not lister.reads_cards:
        columns = (*columns, cards.TEXT)
    out = Multistatus()
    told = 0
    for card in cards.rows(asker, Which.HERE, columns):
        if matches and not matches(card.vcard):
            continue
        if most is not None and told == most:
            out.add(status_row(paths.book(asker.owner), 507, TOO_MANY))
            break
        out.add(lister.row(card))
        told += 1
    return out.answer()


def _limit(limit: Element | None, name: str) -> int | None:
    if limit is None:
        return None
    text = words(limit.find(name))
    if not text.isascii() or not text.isdigit() or not int(text[:9]):
        raise bad_request("A limit is a whole number above nought.")
    return int(text[:9])


# --- sync-collection ----------------------------------------------------------


def _sync(asker: Asker, place: Place, root: Element) -> Response:
    """What changed since a token (RFC 6578), with the token to ask by next time.

    Rows come off one statement, in the order of the counter, and the counter was read before it: so a
    row may be newer than the token says and come once more, and none is missed. Cut off by a limit, the
    token is the last row's.
    """
    level = words(root.find(dav("sync-level"))) or "1"
    if level not in ("1", "infinite"):
        raise bad_request("The sync-level is 1 or infinite.")
    start = since(words(root.find(dav("sync-token"))), asker)
    most = _limit(root.find(dav("limit")), dav("nresults"))
    lister = _lister(asker, root)
    which = Which.SINCE if start else Which.HERE  # who knows nothing need not hear of what is gone
    out = Multistatus()
    reached, told, cut = start, 0, False
    for card in cards.rows(asker, which, lister.columns, seq=start, most=None if most is None else most + 1):
        if told == most:
            cut = True
            break
        out.add(lister.gone(card.resource) if card.gone else lister.row(card))
        reached, told = card.seq, told + 1
    if cut:
        out.add(status_row(paths.book(asker.owner), 507, TOO_MANY))
    else:
        reached = max(reached, asker.seq)
        note_whole_book(asker)
    return out.answer(element(dav("sync-token"), escape(token(asker.epoch, reached))))


# --- principals ---------------------------------------------------------------


def _own_principal(asker: Asker, place: Place, root: Element) -> Response:
    """principal-match (RFC 3744, section 9.3): here that is always the asker alone."""
    here = Here(asker, Place(Kind.PRINCIPAL))
    out = Multistatus()
    told = propstats(*split(here, names_of(root.find(dav("prop")))))
    out.add(row(paths.principal(asker.owner), *(told or [propstat(200, "")])))
    return out.answer()


def _nobody(asker: Asker, place: Place, root: Element) -> Response:
    """principal-property-search (section 9.4): nobody else's name is told to anyone."""
    return Multistatus().answer()


def _nothing_to_search_by(asker: Asker, place: Place, root: Element) -> Response:
    """principal-search-property-set (section 9.5)."""
    return Response(f"{PROLOG}<D:principal-search-property-set {DECLARED}/>\n", content_type=XML)


Report = Callable[[Asker, Place, Element], Response]

_REPORTS: dict[str, Report] = {
    carddav("addressbook-multiget"): _multiget,
    carddav("addressbook-query"): _query,
    dav("sync-collection"): _sync,
    dav("principal-match"): _own_principal,
    dav("principal-property-search"): _nobody,
    dav("principal-search-property-set"): _nothing_to_search_by,
}

_AT = {
    carddav("addressbook-multiget"): frozenset({Kind.BOOK, Kind.HOME}),
    carddav("addressbook-query"): frozenset({Kind.BOOK}),
    dav("sync-collection"): frozenset({Kind.BOOK}),
}
