"""PROPPATCH (RFC 4918, section 9.2): all that is asked, or nothing."""

from xml.etree.ElementTree import Element

from flask import Response
from sqlalchemy import delete, insert

from netcard.carddav import cards, paths, requests, xml
from netcard.carddav.answers import Multistatus, empty, propstat, row
from netcard.carddav.authentication import Asker
from netcard.carddav.errors import bad_request, not_found
from netcard.carddav.paths import Kind, Place
from netcard.carddav.properties import Here, protected
from netcard.carddav.xml import dav, element
from netcard.contacts import ledger
from netcard.contacts.models import BookProperty
from netcard.database import db, new_id, writing

MOST_KEPT = 50
LONGEST_NAME = 200
LONGEST_VALUE = 16 * 1024
"""Characters of a property that is kept for a device."""

_PROTECTED = "<D:error><D:cannot-modify-protected-property/></D:error>"

Change = tuple[str, str | None]
"""A property's name, and its new element; None takes it away."""


def answer(asker: Asker, place: Place) -> Response:
    """What became of each property. Only the book keeps any."""
    changes, too_large = _changes(requests.document())
    refused = {
        name: 403 for name, _ in changes if protected(name) or place.kind is not Kind.BOOK
    } | dict.fromkeys(too_large, 507)
    if place.kind is Kind.CARD:
        _must_be_there(asker, place)
    if not refused:
        refused = _store(asker, changes)
    return _told(asker, place, [name for name, _ in changes], refused)


def _changes(root: Element | None) -> tuple[list[Change], list[str]]:
    """Set and remove in the order they stand, and the names of what is more than is kept."""
    if root is None or root.tag != dav("propertyupdate"):
        raise bad_request("PROPPATCH takes a propertyupdate element.")
    changes: list[Change] = []
    too_large: list[str] = []
    for step in root:
        prop = step.find(dav("prop"))
        if step.tag not in (dav("set"), dav("remove")) or prop is None:
            continue
        for item in prop:
            if step.tag == dav("remove"):
                changes.append((item.tag, None))
                continue
            value = "" if xml.deep(item) else xml.source(item)
            changes.append((item.tag, value))
            if not value or len(value) > LONGEST_VALUE or len(item.tag) > LONGEST_NAME:
                too_large.append(item.tag)
    if not changes:
        raise bad_request("Nothing is asked to be set or removed.")
    if len(changes) > MOST_KEPT * 2:
        raise bad_request("Too many properties at once.")
    return changes, too_large


def _must_be_there(asker: Asker, place: Place) -> None:
    if cards.one(asker, place.resource, ()) is None:
        raise not_found()


def _store(asker: Asker, changes: list[Change]) -> dict[str, int]:
    """Make the changes under the book's lock; what there is no room for, and then none is made."""
    owner = asker.owner
    wanted = dict(changes)  # the last word on a name counts
    with writing():
        ledger.hold(owner)
        kept = set(Here(asker, Place(Kind.BOOK)).kept)
        after = (kept | {name for name, value in wanted.items() if value is not None}) - {
            name for name, value in wanted.items() if value is None
        }
        if len(after) > MOST_KEPT:
            return dict.fromkeys((name for name, value in wanted.items() if value and name not in kept), 507)
        db.session.execute(
            delete(BookProperty).where(
                BookProperty.owner_id == owner, BookProperty.book_id == owner, BookProperty.name.in_(wanted)
            )
        )
        rows = [
            {"owner_id": owner, "id": new_id(), "book_id": owner, "name": name, "value": value}
            for name, value in wanted.items()
            if value is not None
        ]
        if rows:
            db.session.execute(insert(BookProperty), rows)
    return {}


def _told(asker: Asker, place: Place, names: list[str], refused: dict[str, int]) -> Response:
    if not refused and requests.minimal():
        return empty(204, Preference_Applied="return=minimal", Vary="Prefer, Brief")
    by_status: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        by_status.setdefault(refused.get(name, 424 if refused else 200), []).append(element(name))
    out = Multistatus()
    out.add(
        row(
            paths.address_of(place, asker.owner),
            *(
                propstat(status, "".join(some), _PROTECTED if status == 403 else "")
                for status, some in sorted(by_status.items())
            ),
        )
    )
    return out.answer()
