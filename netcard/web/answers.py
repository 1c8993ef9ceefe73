"""A page or the part of it that htmx asked for; the same template partial serves both."""

from tempfile import TemporaryFile
from typing import IO, Any

from flask import Flask, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from netcard.config import settings

HTMX_HEADERS = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


def init_answers(app: Flask) -> None:
    """Keep private answers out of every cache, and pages and partials apart in all of them."""
    app.after_request(_vary_and_keep_private)


def wants_partial() -> bool:
    """Whether htmx will swap the answer into a page that stands already."""
    headers = request.headers
    return "HX-Request" in headers and not (
        "HX-Boosted" in headers or "HX-History-Restore-Request" in headers
    )


def wants_json() -> bool:
    """Whether a machine asks: it sends JSON, or would rather have that than a page."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return request.is_json or best == "application/json"


def answer(page: str, partial: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render `partial` for htmx where one is given, else the whole `page`."""
    template = partial if partial and wants_partial() else page
    return make_response(render_template(template, **context), status)


def go(address: str, status: int = 303) -> AnyResponse:
    """Send the browser on after a form was taken.

    An htmx request follows the 303 by itself and swaps what it finds there.
    """
    return redirect(address, status)


def toast(text: str, undo: str | None = None, link: tuple[str, str] | None = None) -> None:
    """One line on the next page; `undo` is an address that takes the change back by POST, `link` an address
    and the word for it."""
    flash({"text": text, "undo": undo, "link": link}, "toast")  # type: ignore[arg-type]


def public(response: Response, seconds: int = 0) -> Response:
    """Mark an answer as the same for everyone; other answers are `no-store`."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "public, no-cache"
    return response


def scratch_file() -> IO[bytes]:
    """Where a large answer is written before it is sent, so that it goes out whole or not at all.

    A file without a name, beside the database: /tmp may be small, or memory.
    """
    return TemporaryFile(dir=settings().data)


def _vary_and_keep_private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    if response.mimetype == "text/html":
        response.vary.update(HTMX_HEADERS)
    return response
