"""What a visitor gets: the card, its contact file, codes and pictures. The same bytes for everyone.

Nothing here may look at the session: that would set a cookie and keep the answer out of caches.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from netcard import qr
from netcard.cards import handing, preview, queries, rules
from netcard.cards.blueprint import bp
from netcard.cards.face import Face, face_of
from netcard.cards.kept import Kept, Shelf
from netcard.cards.models import Card
from netcard.cards.queries import Standing
from netcard.config import settings
from netcard.database import db
from netcard.errors import NotHere
from netcard.media import media_store
from netcard.web.assets import FOREVER, STATIC

PAGES = Shelf(512)
PICTURES = Shelf(128)

FRESH = "public, max-age=60, stale-while-revalidate=600"
FOR_GOOD = f"public, max-age={FOREVER}, immutable"
SANDBOX = "default-src 'none'; sandbox"

Make = Callable[[Card, Face], Kept]


def style() -> tuple[str, str]:
    """The sheet that the page carries inside, and the hash by which the policy lets it pass."""
    css = _css(STATIC / "css" / "card.css")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return css, f"'sha256-{digest}'"


def sheet(template: str, face: Face, **more: object) -> Kept:
    """A page in the card's own dress, which carries its style inside."""
    css, hashed = style()
    policy = (
        f"default-src 'none'; style-src {hashed}; img-src 'self' data:; script-src 'self'; "
        # connect-src for what reads robots.txt in the page's name, as Lighthouse does
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    html = render_template(template, face=face, css=css, **more)
    return Kept(html.encode(), "text/html", {"Content-Security-Policy": policy})


def public(handle: str) -> AnyResponse:
    """GET /c/<handle>: the card."""

    def make(card: Card, face: Face) -> Kept:
        return sheet(
            "cards/public.html",
            face,
            address=rules.address(settings().url, face.handle),
            search_engines=card.search_engines,
            version=card.version,
        )

    return answered(handle, PAGES, make)


def contact_file(handle: str) -> AnyResponse:
    """GET …/contact.vcf: a file that a phone offers to save."""

    def make(card: Card, face: Face) -> Kept:
        named = {"Content-Disposition": _named("inline", face.name, ".vcf")}
        return Kept(handing.file_of(card, face), "text/vcard", named)

    return answered(handle, PAGES, make)


def qr_svg(handle: str) -> AnyResponse:
    """GET …/qr.svg: the code of the card's own address."""

    def make(card: Card, face: Face) -> Kept:
        drawing = qr.svg(qr.card_text(settings().url, face.handle), f"QR code of {face.name}'s card")
        return Kept(drawing.encode(), "image/svg+xml", {"Content-Security-Policy": SANDBOX})

    return answered(handle, PICTURES, make)


def qr_png(handle: str) -> AnyResponse:
    """GET …/qr.png: the same in pixels, for slides and posters."""

    def make(card: Card, face: Face) -> Kept:
        return Kept(qr.png(qr.card_text(settings().url, face.handle)), "image/png")

    return answered(handle, PICTURES, make)


def preview_image(handle: str) -> AnyResponse:
    """GET …/preview.png: the picture beside a link to the card."""

    def make(card: Card, face: Face) -> Kept:
        headshot = media_store().get(card.headshot_file) if card.headshot_file else None
        drawn = preview.preview_png(
            face.name,
            " · ".join(face.credentials),
            face.headline,
            face.institution,
            face.accent,
            headshot,
            rules.shown_address(settings().url, face.handle),
        )
        return Kept(drawn, "image/png")

    return answered(handle, PICTURES, make)


def headshot(handle: str) -> AnyResponse:
    """GET …/headshot: the photo at the size the page shows it. With its own `?v=` it is kept for good."""

    def make(card: Card, face: Face) -> Kept:
        key = card.headshot_small or card.headshot_file
        if key is None:
            raise NotHere("There is no photo on this card.")
        return Kept(media_store().get(key), "image/webp", mark=face.portrait or "")

    return answered(handle, PICTURES, make)


def cv(handle: str) -> AnyResponse:
    """GET …/cv: the PDF as a download, or a way to where the owner keeps it."""
    standing = _standing(handle)
    if isinstance(standing, AnyResponse):
        return standing
    card = _load(standing)
    if card.cv_file:
        response = Response(media_store().get(card.cv_file), mimetype="application/pdf")
        response.headers["Content-Disposition"] = _named("attachment", card.name, "-CV.pdf")
        response.headers["Content-Security-Policy"] = SANDBOX
        response.set_etag(hashlib.sha256(card.cv_file.encode()).hexdigest()[:20])
        _for_everyone(response, card.search_engines)
        return response.make_conditional(request, accept_ranges=True, complete_length=response.content_length)
    if card.cv_url:
        away = redirect(card.cv_url, 302)
        _for_everyone(away, card.search_engines)
        return away
    raise NotHere("There is no CV on this card.")


def answered(handle: str, shelf: Shelf, make: Make) -> AnyResponse:
    """GET a part of a card: the kept answer for the card's present version, in the encoding asked for; 304
    where that is known. Raises NotHere, and what `make` raises.
    """
    standing = _standing(handle)
    if isinstance(standing, AnyResponse):
        return standing

    def made() -> Kept:
        card = _load(standing)
        kept = make(card, face_of(card, handle.lower()))
        robots = {} if card.search_engines else {"X-Robots-Tag": "noindex"}
        return replace(kept, headers={**robots, **kept.headers})

    key = (
        request.endpoint, standing.owner_id, standing.card_id, standing.version, handle.lower(),
        settings().url, settings().data, current_app.config["BUILD"],
    )  # fmt: skip
    packed = shelf.get(key, made)
    encoding = request.accept_encodings.best_match([*packed.encodings, "identity"], "identity")
    body = packed.encodings.get(encoding or "", packed.kept.body)
    response = Response(body, mimetype=packed.kept.mimetype)
    response.set_etag(packed.etag)
    if body is not packed.kept.body:
        response.headers["Content-Encoding"] = encoding or ""
        response.set_etag(f"{packed.etag}:{encoding}")
    for_good = packed.kept.mark and request.args.get("v") == packed.kept.mark
    response.headers["Cache-Control"] = FOR_GOOD if for_good else FRESH
    response.headers.update(packed.kept.headers)
    _open_to_other_sites(response)
    return response.make_conditional(request)


def _standing(handle: str) -> Standing | AnyResponse:
    """What stands at a handle, or the way from a given-up one to the present one."""
    small = handle.lower()
    if not handle.isascii() or not rules.is_handle(small):
        raise NotHere("There is no card at this address.")
    standing = queries.standing_at(small)
    if standing.given_up_at is None:
        return standing
    now_at = queries.current_handle(standing.owner_id, standing.card_id)
    # 302 and a minute: the owner may take the old handle back, and a lasting redirect would stay in browsers
    way = redirect(url_for(request.endpoint or "cards.public", handle=now_at), 302)
    way.headers["Cache-Control"] = "public, max-age=60"
    return way


def _load(standing: Standing) -> Card:
    card = db.session.get(Card, (standing.owner_id, standing.card_id))
    if card is None:
        raise NotHere("There is no card at this address.")
    return card


def _for_everyone(response: AnyResponse, searchable: bool) -> None:
    response.headers["Cache-Control"] = FRESH
    if not searchable:
        response.headers["X-Robots-Tag"] = "noindex"
    _open_to_other_sites(response)


def _open_to_other_sites(response: AnyResponse) -> None:
    """The owner may show the QR and the photo on a page of their own."""
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _named(how: str, name: str, ending: str) -> str:
    plain, own = rules.file_name(name, ending)
    extended = f"; filename*=UTF-8''{quote(own, safe='')}" if own != plain else ""
    return f'{how}; filename="{plain}"{extended}'


_sheets: dict[tuple[Path, float], str] = {}


def _css(path: Path) -> str:
    """Without its comments; read again only when the file changed."""
    key = path, path.stat().st_mtime
    if key not in _sheets:
        text = path.read_text()
        while "/*" in text:
            before, _, rest = text.partition("/*")
            text = before + rest.partition("*/")[2].lstrip()
        _sheets[key] = text.strip()
    return _sheets[key]


for _end, _name, _view in (
    ("", "public", public),
    ("/contact.vcf", "contact_file", contact_file),
    ("/qr.svg", "qr_svg", qr_svg),
    ("/qr.png", "qr_png", qr_png),
    ("/cv", "cv", cv),
    ("/headshot", "headshot", headshot),
    ("/preview.png", "preview", preview_image),
):
    bp.add_url_rule(f"/c/<handle>{_end}", _name, _view)
    # the QR says it all in capitals, which take less room in the code; links are built from the first rule
    bp.add_url_rule(f"/C/<handle>{_end.upper()}", _name, _view)
    if _end:
        bp.add_url_rule(f"/C/<handle>{_end}", _name, _view)
