"""Every address below /dav/, every method: let in, find the place, hand over."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from netcard.carddav import paths, propfind, proppatch, reports, requests, resources
from netcard.carddav.answers import empty, keep_compression_here, refusal
from netcard.carddav.authentication import Asker, authenticate
from netcard.carddav.blueprint import ROOT, bp
from netcard.carddav.errors import DavError
from netcard.carddav.paths import Kind, Place

log = logging.getLogger("netcard")

dav = Blueprint("dav", __name__)
"""A blueprint of its own: its errors are answered in XML, those of the pages about devices as pages."""

CLASSES = "1, 3, access-control, addressbook"
"""What is claimed (RFC 4918 section 18, RFC 3744 section 7.2, RFC 6352 section 6.1): no locks, no MKCOL."""

_REFUSED = {
    "ACL": ("<D:no-protected-ace-conflict/>", "Nobody but its owner sees a book."),
    "MKCOL": ("", "There is one address book, and it is there already."),
    "COPY": ("", "Cards are not copied or moved by the server."),
    "MOVE": ("", "Cards are not copied or moved by the server."),
}

Handler = Callable[[Asker, Place], Response]


def serve(path: str = "") -> Response:
    """Any request below the root."""
    keep_compression_here()
    try:
        response = _serve(path)
    except DavError as error:
        response = refusal(error)
    requests.drain()
    if request.method == "HEAD":
        response.headers.setdefault("Content-Length", "0")
    response.headers["DAV"] = CLASSES
    return response


def _serve(path: str) -> Response:
    asker = authenticate()
    try:
        place = paths.place_of(path, asker.owner)
    except DavError:
        if paths.in_home(path, asker.owner):
            _refuse_to_make()
        raise
    handler = _handler(place)
    return handler(asker, place)


def _refuse_to_make() -> None:
    """What would make something where nothing can be: a second book, or a card outside of the one."""
    if request.method == "PUT":
        raise DavError(409, description="A card stands right in the address book.")
    if request.method in ("MKCOL", "MKCALENDAR"):
        raise DavError(403, *_REFUSED["MKCOL"])


def _handler(place: Place) -> Handler:
    method = request.environ["REQUEST_METHOD"]  # as sent: methods are case-sensitive, and Flask's is not
    match method:
        case "OPTIONS":
            return _options
        case "PROPFIND":
            return propfind.answer
        case "PROPPATCH":
            return proppatch.answer
        case "REPORT":
            return reports.answer
    found = resources.AT.get(place.kind, {}).get(method)
    if found:
        return found
    if method == "DELETE":
        raise DavError(403, description="The address book itself stays.")
    if method in _REFUSED and place.kind is not Kind.CARD:
        raise DavError(403, *_REFUSED[method])
    raise DavError(405, headers={"Allow": _allowed(place)})


def _options(asker: Asker, place: Place) -> Response:
    return empty(200, Allow=_allowed(place))


def _allowed(place: Place) -> str:
    own = resources.AT.get(place.kind, {})
    return ", ".join(["OPTIONS", *own, "PROPFIND", "PROPPATCH", "REPORT"])


# --- what is not there, and what breaks ---------------------------------------


@dav.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    return refusal(DavError(error.code or 500))


@dav.errorhandler(OperationalError)
def _busy(error: OperationalError) -> Response:
    log.error("%s below %s failed", request.method, ROOT, exc_info=error)
    return refusal(DavError(503, headers={"Retry-After": "30"}))


@dav.errorhandler(Exception)
def _broken(error: Exception) -> Response:
    log.error("%s below %s failed", request.method, ROOT, exc_info=error)
    return refusal(DavError(500))


# --- discovery ----------------------------------------------------------------


def lead_here(**_: str) -> AnyResponse:
    """301 to the root, for any method.

    RFC 6764 names /.well-known/carddav; iOS looks there, then at `/`, then at `/principals/`.
    """
    requests.drain()
    return redirect(paths.root(), 301)


def _add_rules(state: BlueprintSetupState) -> None:
    """Rules for every method, the unheard-of too: Flask's own decorator wants them listed."""
    app = state.app

    def rule(address: str, endpoint: str, view: Callable[..., Any], methods: set[str] | None = None) -> None:
        name = f"{bp.name}.{dav.name}.{endpoint}"
        app.url_map.add(app.url_rule_class(address, endpoint=name, methods=methods, merge_slashes=False))
        app.view_functions[name] = view

    rule(ROOT, "root", serve)
    rule(f"{ROOT}<path:path>", "below", serve)
    rule(ROOT.rstrip("/"), "unslashed", lead_here)
    rule("/.well-known/carddav", "well_known", lead_here)
    rule("/principals/", "principals", lead_here)
    rule("/", "front", lead_here, {"PROPFIND", "OPTIONS"})


dav.record(_add_rules)
bp.register_blueprint(dav)
