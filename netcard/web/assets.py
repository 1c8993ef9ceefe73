"""Static files, all under one address that changes when any of them does."""

import hashlib
import re
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from netcard.config import CHECKOUT
from netcard.vcard import split_name

STATIC = CHECKOUT / "static"
FOREVER = 31_536_000

_SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL)


def init_assets(app: Flask) -> None:
    """Serve `static/` under `/static/<build>/` and give templates `asset()` and `icon()`.

    The build is a hash of the whole folder, so relative imports between scripts stay inside one
    version, and every file may be kept for good.
    """
    build = build_of(STATIC)
    icons = {name: (box, drawing) for name, box, drawing in _SYMBOL.findall(_sprite())}

    def asset(path: str) -> str:
        if not (STATIC / path).is_file():
            raise FileNotFoundError(f"static/{path}")
        return f"/static/{build}/{path}"

    def icon(name: str, label: str | None = None) -> Markup:
        box, drawing = icons[name]
        named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="ico" viewBox="{}" {}>{}</svg>').format(box, named, Markup(drawing))  # noqa: S704

    app.config["BUILD"] = build
    app.jinja_env.globals.update(asset=asset, icon=icon)
    app.jinja_env.filters.update(initials=initials, mailto=mailto)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC),
        prefix=f"static/{build}/",
        max_age=FOREVER,
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
        add_headers_function=_harden,
    )


def mailto(address: str, subject: str = "", body: str = "") -> str:
    """The link that opens a letter to `address`, which may be empty (RFC 6068).

    The @ stays, what could add a field does not; a line of the body ends with %0D%0A (section 5).
    """
    lines = "\r\n".join(body.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    fields = [
        f"{name}={quote(text, safe='', errors='replace')}"
        for name, text in (("subject", " ".join(subject.split())), ("body", lines))
        if text
    ]
    to = quote(address, safe="@", errors="replace")
    return f"mailto:{to}" + (f"?{'&'.join(fields)}" if fields else "")


def build_of(folder: Path) -> str:
    """Twelve hexadecimal digits that change when any file below `folder` does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def initials(name: str) -> str:
    """One or two letters for a small card: of the first and last word, titles left out; "?" for none."""
    parts = split_name(name)
    words = [word for word in f"{parts.given} {parts.family}".split() if any(map(str.isalpha, word))]
    ends = dict.fromkeys((0, len(words) - 1)) if words else ()
    letters = [next(filter(str.isalpha, words[at])).upper()[0] for at in ends] or ["?"]
    # a non-joiner between: two Arabic letters would be written as one shape
    return ("\u200c" if "\u0590" <= letters[-1] <= "\u08ff" else "").join(letters)


def _sprite() -> str:
    path = STATIC / "icons" / "icons.svg"
    return path.read_text() if path.is_file() else ""


def _harden(headers: dict[str, str], path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
