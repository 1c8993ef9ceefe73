"""The app shell: pages that hold nobody's data, and what a phone keeps so that they open with no network.

A shell is rendered once, as for a stranger, and then always served as the same bytes: the service
worker takes it only when its hash is the one promised here, so that a captive portal's page can
never be kept in its place.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, render_template

from netcard.config import settings
from netcard.web.assets import STATIC

PAGES = {
    "home": "pwa/home.html",
    "qr": "pwa/qr.html",
    "capture": "capture/page.html",  # given nothing, it holds nothing
    "contacts": "pwa/contacts.html",
    "followups": "pwa/followups.html",
    "elsewhere": "pwa/elsewhere.html",
}

ASSETS = (
    "css/*.css",
    "js/**/*.js",
    "icons/favicon.svg",
    "icons/icon-192.png",
    "icons/apple-touch-180.png",
    "vendor/htmx-*/htmx.min.js",
    "vendor/idb-*/*.js",
)
"""Patterns below static/ of what the shells, and the pages around them, are drawn with."""


@dataclass(frozen=True, slots=True)
class Shell:
    """What one build of the application keeps on a phone."""

    pages: dict[str, str]
    precached: dict[str, str]  # address → integrity, as Subresource Integrity writes it
    version: str


def shell() -> Shell:
    """The running application's shell, made on first use."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return cast(Shell, app.extensions.get("netcard-shell") or _kept(app))


def _kept(app: Flask) -> Shell:
    made = app.extensions["netcard-shell"] = _made(app)
    return made


def _made(app: Flask) -> Shell:
    # a context of its own: no cookie, no flashed words, nobody signed in
    with app.test_request_context("/", base_url=settings().url):
        pages = {page: render_template(template) for page, template in PAGES.items()}
    precached = {f"/offline/{page}": _integrity(html.encode()) for page, html in pages.items()}
    for path in sorted({path for pattern in ASSETS for path in STATIC.glob(pattern)}):
        address = f"/static/{app.config['BUILD']}/{path.relative_to(STATIC).as_posix()}"
        precached[address] = _integrity(path.read_bytes())
    version = hashlib.sha256(json.dumps(precached).encode()).hexdigest()[:12]
    return Shell(pages, precached, version)


def _integrity(data: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}"
