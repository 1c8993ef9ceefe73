"""Who may send what here: the origin check, and the headers that keep a page to itself."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from netcard.config import settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT"})
"""Those that change nothing (IANA's registry of HTTP methods)."""

MOST_WORDS = 1_000_000
"""Bytes of a body without files; the longest form here has a tenth of that."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), browsing-topics=()",
}


def init_security(app: Flask) -> None:
    """Check every unsafe request's origin; give every answer its headers."""
    app.before_request(refuse_foreign_origins)
    app.before_request(refuse_outsized_bodies)
    app.after_request(add_headers)


def refuse_foreign_origins() -> None:
    """Let an unsafe request pass only from our own pages, cookie or not.

    Fetch Metadata where the browser sends it, else an exact Origin (OWASP, Cross-Site Request
    Forgery Prevention Cheat Sheet). The address-book protocol has its own authentication and no cookies.
    """
    if request.method in SAFE_METHODS or request.path.startswith("/dav/"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    same = site == "same-origin" if site else request.headers.get("Origin") == _own_origin()
    if not same:
        abort(403, "This came from another site, so nothing was changed.")


def refuse_outsized_bodies() -> None:
    """Stop a body that is too large before anything reads it.

    A chunked one is cut short at MAX_CONTENT_LENGTH with no error, so its length is asked for. Words
    alone are read whole, 32 MB of them in two to five seconds of a processor, and by anybody.
    """
    if request.path.startswith("/dav/"):
        return
    if "Transfer-Encoding" in request.headers:
        abort(411)
    if request.mimetype != "multipart/form-data" and (request.content_length or 0) > MOST_WORDS:
        abort(413)


def add_headers(response: Response) -> Response:
    """A page may have set a header of its own; then that stands."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _own_origin() -> str:
    parts = urlsplit(settings().url)
    return f"{parts.scheme}://{parts.netloc}"
