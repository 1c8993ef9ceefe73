"""The manifest, the service worker, the pages that open with no network and what they are filled with."""

import hashlib
import json

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, session
from flask_login import current_user, login_required

from netcard.errors import NotHere
from netcard.pwa.queries import kept_of
from netcard.pwa.shells import shell as the_shell
from netcard.web.answers import answer, public
from netcard.web.assets import STATIC

bp = Blueprint("pwa", __name__)

PAPER, NIGHT = "#f2f0ea", "#0b1318"

ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("maskable-512.png", "512x512", "maskable"),
)


@bp.after_app_request
def sign(response: Response) -> Response:
    """Let the service worker tell netcard's own answers from those of the network in between."""
    response.headers["Netcard-Build"] = current_app.config["BUILD"]
    return response


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """What an installed netcard is called and looks like (W3C, Web Application Manifest)."""
    icons = [
        {"src": _static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in ICONS
        if (STATIC / "icons" / name).is_file()
    ]
    small = icons[:1]
    response = make_response(
        json.dumps(
            {
                "id": "/",
                "name": "netcard",
                "short_name": "netcard",
                "description": "A card to hand over, and the people met. Works with no signal.",
                "lang": "en",
                "dir": "auto",
                "start_url": "/",
                "scope": "/",
                "display": "standalone",
                "theme_color": PAPER,
                "background_color": PAPER,
                "user_preferences": {
                    "color_scheme": {"dark": {"theme_color": NIGHT, "background_color": NIGHT}}
                },
                "categories": ["business", "education", "medical"],
                "icons": icons,
                "shortcuts": [
                    {"name": "Capture someone", "short_name": "Capture", "url": "/capture", "icons": small},
                    {"name": "Show my QR code", "short_name": "My QR", "url": "/qr", "icons": small},
                ],
            }
        )
    )
    response.mimetype = "application/manifest+json"
    return _unchanged_or(public(response, 300))


@bp.get("/service-worker.js")
def worker() -> Response:
    """The script that answers when the network does not, with the list of what it keeps."""
    kept = the_shell()
    script = render_template("pwa/service-worker.js", version=kept.version, precached=kept.precached)
    response = make_response(script)
    response.mimetype = "text/javascript"
    return _unchanged_or(public(response))


@bp.get("/offline/<page>")
def shell(page: str) -> Response:
    """A page with nobody's data in it, filled on the phone from what the phone keeps."""
    pages = the_shell().pages
    if page not in pages:
        raise NotHere("There is nothing here by that address.")
    return _unchanged_or(public(make_response(pages[page])))


@bp.get("/offline/install")
@login_required
def install() -> Response:
    """How to put netcard on the home screen: a region that shows itself only where that can be done."""
    return answer("pwa/install.html", "pwa/_install.html")


@bp.get("/offline/kept")
def kept() -> Response:
    """The owner's snapshot for this phone; 304 when it has that already.

    A 401 says whether this sign-in was ended from elsewhere (`ended`), as one ends a lost phone's: then
    the phone drops its list. A cookie that merely went missing drops nothing.
    """
    if not current_user.is_authenticated:
        return make_response(jsonify(error="Sign in first.", ended="_user_id" in session), 401)
    snapshot = kept_of(current_user)
    mark = hashlib.sha256(snapshot).hexdigest()[:32]
    # the compressor writes its own name behind a tag
    if mark in {tag.partition(":")[0] for tag in request.if_none_match.as_set()}:
        response = make_response("", 304)
    else:
        response = make_response(snapshot)
        response.mimetype = "application/json"
    response.set_etag(mark)
    response.headers["Cache-Control"] = "no-store"
    return response


def _static(path: str) -> str:
    return f"/static/{current_app.config['BUILD']}/{path}"


def _unchanged_or(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
