"""One card: GET, PUT, DELETE, and POST for a card without an address yet (RFC 5995)."""

from collections.abc import Callable

from flask import Response, request

from netcard import vcard
from netcard.carddav import cards, paths, requests
from netcard.carddav.answers import empty, zipped
from netcard.carddav.authentication import Asker
from netcard.carddav.errors import DavError, not_found
from netcard.carddav.paths import Kind, Place
from netcard.carddav.properties import http_date
from netcard.carddav.xml import href, whole_characters
from netcard.contacts import book
from netcard.contacts.book import UidTaken
from netcard.database import new_id, writing
from netcard.errors import BrokenCard, NotHere

_VERSIONS = (["2.1"], ["3.0"], ["4.0"])
_VCARD_TYPES = frozenset({"text/vcard", "text/x-vcard", "text/directory", ""})


def get(asker: Asker, place: Place) -> Response:
    """The card, in the version this client can take."""
    found = cards.one(asker, place.resource, (cards.TEXT, cards.ETAG, cards.CHANGED))
    if found is None:
        raise not_found()
    if _holds(request.if_none_match, found.etag):
        response = empty(304)
    else:
        body, packed = zipped(cards.as_version(found.vcard, _version_for_get()))
        response = Response(body, content_type=cards.CONTENT_TYPE)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Last-Modified"] = http_date(found.changed_at)
    response.headers["ETag"] = found.etag
    response.vary.update(("Accept", "User-Agent"))
    return response


def _version_for_get() -> str:
    """The version to convert to; empty for none."""
    if cards.from_apple():
        return "3.0"
    for accepted in request.headers.get("Accept", "").lower().split(","):
        kind, _, parameters = accepted.partition(";")
        if kind.strip() == "text/vcard":
            found = {part.strip() for part in parameters.replace('"', "").split(";")}
            if "version=3.0" in found:
                return "3.0"
            if "version=4.0" in found:
                return "4.0"
    return ""


# --- writing ------------------------------------------------------------------


def put(asker: Asker, place: Place) -> Response:
    """Store a card. Refusals are 409 or 412: on a 403 DAVx5 gives up the whole sync."""
    return _store(asker, place.resource)


def post(asker: Asker, place: Place) -> Response:
    """Store a card under a name of ours (RFC 5995); it is told in Location."""
    response = _store(asker, f"{new_id()}.vcf")
    if not response.headers.get("ETag"):
        response.headers.pop("ETag", None)
    return response


def _store(asker: Asker, resource: str) -> Response:
    if not paths.may_be_named(resource):
        raise DavError(409, description="A card cannot stand under that name.")
    card, as_sent = _card()
    guard = _guard()
    try:
        with writing():
            stored = book.put(asker.owner, resource, card, guard, by=_by(asker))
    except UidTaken as error:
        address = paths.book(asker.owner) + paths.segment(error.resource)
        raise DavError(409, f"<C:no-uid-conflict>{href(address)}</C:no-uid-conflict>", str(error)) from None
    response = empty(201 if stored.created else 204)
    if stored.created:
        response.headers["Location"] = paths.book(asker.owner) + paths.segment(resource)
    if as_sent and cards.as_version(card.data, _version_for_get()) == card.data:
        response.headers["ETag"] = vcard.etag(card.data)
    return response


def _card() -> tuple[vcard.Card, bool]:
    """The card sent, and whether its bytes are those that came."""
    try:
        sent = requests.body(vcard.MAX_CARD)
        if request.mimetype not in _VCARD_TYPES:
            raise DavError(409, "<C:supported-address-data/>", "A card is text/vcard.")
    except requests.TooLarge:
        raise DavError(409, "<C:max-resource-size/>", f"A card has at most {vcard.MAX_CARD} bytes.") from None
    data = _as_utf8(sent)
    try:
        card = vcard.parse(data)
    except BrokenCard as error:
        raise _broken(str(error)) from None
    if [line.text.strip() for line in card.all("VERSION")] not in _VERSIONS:
        raise _broken("Line 2: VERSION is 2.1, 3.0 or 4.0, once.")  # others could not read what we let pass
    return card, data == sent


def _as_utf8(data: bytes) -> bytes:
    """Text in a charset that the header names, as UTF-8.

    Without one it must be UTF-8 already, but for lines that name a charset of their own.
    """
    charset = request.mimetype_params.get("charset", "utf-8").strip("'\" ").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        try:
            return requests.decoded(data, charset).encode()
        except ValueError:
            raise _broken("The card is not in the charset its header names.") from None
    whole = whole_characters(data)
    try:
        whole.decode()
    except UnicodeDecodeError as error:
        start = whole.rfind(b"\n", 0, error.start) + 1
        if b"CHARSET=" not in data.upper():
            line = whole.count(b"\n", 0, start) + 1
            raise _broken(f"Line {line}: This is not UTF-8.") from None
    return data


def _broken(reason: str) -> DavError:
    return DavError(409, "<C:valid-address-data/>", reason)


def delete(asker: Asker, place: Place) -> Response:
    """Leave a tombstone; raises a 404 where no card stands."""
    guard = _guard()
    try:
        with writing():
            book.discard(asker.owner, place.resource, guard)
    except NotHere:
        raise not_found() from None
    return empty(204)


# --- conditions ---------------------------------------------------------------


def _guard() -> Callable[[str | None], None]:
    """Raises a 412 unless what stands there, by its ETag or None, is what the client expects.

    Asked under the book's lock, so that nothing can come between the question and the change.
    """
    if_match, if_none_match = request.if_match, request.if_none_match
    must_match, must_not = "If-Match" in request.headers, "If-None-Match" in request.headers

    def guard(etag: str | None) -> None:
        if must_match and not (etag and _holds(if_match, etag)):
            raise DavError(412)
        if must_not and etag and _holds(if_none_match, etag):
            raise DavError(412)

    return guard


def _holds(tags: object, etag: str) -> bool:
    """Whether a header names that tag. A weak one counts too: a front that zips weakens what it passes on."""
    return bool(tags.star_tag or tags.contains_weak(etag.strip('"')))  # type: ignore[attr-defined]


def _by(asker: Asker) -> str:
    """Who overwrote a card, as the contact's page tells it."""
    return asker.label[:40] or "carddav"


AT = {Kind.CARD: {"GET": get, "HEAD": get, "PUT": put, "DELETE": delete}, Kind.BOOK: {"POST": post}}
