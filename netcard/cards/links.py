"""Links as people type them, made safe: a name, an @name or an address in, an https address out.

Pure. Each function takes what was typed and gives the address to keep. It raises ValueError with a
sentence for the owner when nothing safe can be made of it: another host, a script, somebody's
password inside, an address of this machine.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import idna

LONGEST = 300
_Test = Callable[[str], bool]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_PRIVATE_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion", ".invalid", ".test")
_UNUSABLE = "This does not look like a web address. It should be like https://example.org."


def website(typed: str) -> str:
    """Any page on the public web; https where no scheme was typed."""
    parts = _split(typed)
    address = f"{parts.scheme}://{parts.netloc}{_quoted(parts.path)}"
    if parts.query:
        address += "?" + _quoted(parts.query)
    if parts.fragment:
        address += "#" + _quoted(parts.fragment)
    return _short(address)


def linkedin(typed: str) -> str:
    """A profile: `ada-okafor`, `in/ada-okafor`, or its address on any national host."""
    path = _path_on(typed, "LinkedIn", lambda host: host == "linkedin.com" or host.endswith(".linkedin.com"))
    words = [typed.strip().removeprefix("@").removeprefix("in/")] if path is None else path
    if "in" in words[:-1]:
        words = words[words.index("in") + 1 :]
    elif path is not None and len(words) != 1:
        raise ValueError(
            "This is not a person's page on LinkedIn. It should be like linkedin.com/in/ada-okafor."
        )
    slug = unquote(words[0]) if words else ""
    if not re.fullmatch(r"[\w-]{3,100}", slug) or slug in {"feed", "company", "school", "jobs", "login"}:
        raise ValueError("A LinkedIn name has at least three letters, digits or hyphens, like ada-okafor.")
    return _short(f"https://www.linkedin.com/in/{quote(slug)}")  # letters beyond ASCII take up to 12 signs


def x(typed: str) -> str:
    """An account on X, once Twitter."""
    hosts = {"x.com", "twitter.com", "mobile.twitter.com", "mobile.x.com"}
    path = _path_on(typed, "X", lambda host: host in hosts)
    name = _first(typed, path).removeprefix("@")
    reserved = {"home", "search", "i", "intent", "share", "hashtag", "explore", "settings", "login"}
    if not re.fullmatch(r"[A-Za-z0-9_]{1,15}", name) or (path is not None and name.lower() in reserved):
        raise ValueError("A name on X has up to 15 letters, digits or underscores, like @adaokafor.")
    return f"https://x.com/{name}"


def instagram(typed: str) -> str:
    """An account on Instagram."""
    path = _path_on(
        typed, "Instagram", lambda host: host in {"instagram.com", "m.instagram.com", "instagr.am"}
    )
    name = _first(typed, path).removeprefix("@")
    reserved = {"p", "reel", "reels", "tv", "explore", "stories", "accounts", "direct"}
    if not re.fullmatch(r"[A-Za-z0-9_](?:\.?[A-Za-z0-9_]){0,29}", name) or (
        path is not None and name in reserved
    ):
        raise ValueError("A name on Instagram has up to 30 letters, digits, dots or underscores.")
    return f"https://www.instagram.com/{name}/"


def orcid(typed: str) -> str:
    """An ORCID iD, its last digit checked (ISO/IEC 7064, MOD 11-2), so that a slip is noticed."""
    path = _path_on(typed, "ORCID", lambda host: host in {"orcid.org", "sandbox.orcid.org"})
    digits = re.sub(r"[\s‐‑–-]", "", _first(typed, path)).upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits, re.ASCII):
        raise ValueError("An ORCID iD has 16 digits, like 0000-0002-1825-0097.")
    if digits[-1] != _orcid_check(digits[:-1]):
        raise ValueError("A digit of this ORCID iD is wrong. Copy it from orcid.org.")
    return "https://orcid.org/" + "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def scholar(typed: str) -> str:
    """A profile on Google Scholar: its address on any national host, or what follows `user=`."""
    user = typed.strip().removeprefix("user=")
    if "/" in typed or "?" in typed:
        parts = _split(typed)
        if not re.fullmatch(r"scholar\.google\.(?:[a-z]{2,3}|com?\.[a-z]{2})", parts.hostname or ""):
            raise ValueError(_elsewhere("Google Scholar"))
        user = (parse_qs(parts.query, max_num_fields=20).get("user") or [""])[0]
    if not re.fullmatch(r"[A-Za-z0-9_-]{12}", user):
        raise ValueError("Open your profile on Google Scholar and copy its address from the browser.")
    return f"https://scholar.google.com/citations?user={user}"


def shown(address: str) -> str:
    """A website as a visitor reads it: its host, without `www.`."""
    host = urlsplit(address).hostname or ""
    if host.startswith("xn--") or ".xn--" in host:
        with suppress(idna.IDNAError):
            host = idna.decode(host)
    return host.removeprefix("www.")


def _path_on(typed: str, site: str, ours: _Test) -> list[str] | None:
    """The words of the path when an address of the site was typed, None for a bare name."""
    typed = typed.strip()
    head = re.split(r"[/?#]", typed, maxsplit=1)[0].lower()
    if "://" not in typed and not typed.startswith("//") and not _SCHEME.match(typed):
        looks_like_host = ours(head.removeprefix("www.")) or ("." in head and "/" in typed)
        if not looks_like_host:
            return None
    parts = _split(typed)
    if not ours((parts.hostname or "").removeprefix("www.")):
        raise ValueError(_elsewhere(site))
    return [word for word in parts.path.split("/") if word]


def _first(typed: str, path: list[str] | None) -> str:
    if path is None:
        return typed.strip()
    return path[0] if path else ""


def _short(address: str) -> str:
    if len(address) > LONGEST:
        raise ValueError(f"This address is over {LONGEST} characters. Use a shorter one.")
    return address


def _elsewhere(site: str) -> str:
    return f"This address is not on {site}. Type your name there, or paste your profile's address."


def _split(typed: str) -> SplitResult:
    """The parts of a public http(s) address, its host in ASCII, or ValueError."""
    typed = typed.strip()
    if re.search(
        r"[\x00-\x20\x7f\\\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff<>\"^`{|}]", typed
    ):
        raise ValueError(_UNUSABLE)
    if typed.startswith("//"):
        typed = "https:" + typed
    elif "://" not in typed.split("?")[0].split("#")[0]:
        if _SCHEME.match(typed):
            raise ValueError("Only web addresses work here: they begin with https://.")
        typed = "https://" + typed
    try:
        parts = urlsplit(typed)
        port = parts.port
        host = _public_host(parts.hostname or "")
    except ValueError as error:
        raise ValueError(str(error) if str(error).endswith(".") else _UNUSABLE) from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("Only web addresses work here: they begin with https://.")
    if "@" in parts.netloc:
        raise ValueError("Leave out the part before @: visitors would see it.")
    usual = {"http": 80, "https": 443}[parts.scheme]
    return parts._replace(netloc=host if port in (None, usual) else f"{host}:{port}")


def _public_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise ValueError(_UNUSABLE) from None
    labels = host.split(".")
    if "." not in host or host.endswith(_PRIVATE_ENDINGS):
        raise ValueError("Others cannot open this address. Use one that works from anywhere.")
    # to browsers a last label of digits makes an IPv4 address (WHATWG URL, "ends in a number")
    if ":" in host or re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        raise ValueError("Use the name of the site, not its number.")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(_UNUSABLE)
    return host


def _quoted(part: str) -> str:
    return quote(part, safe="/%:@!$&'()*+,;=~-._?")


def _orcid_check(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
