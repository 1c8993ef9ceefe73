"""What netcard shows of a card: columns for lists and search, and the photo."""

import binascii
import re
from dataclasses import dataclass

from netcard.vcard.card import Card, Line
from netcard.vcard.names import Name, split_name
from netcard.vcard.syntax import one_line, split_escaped, unescape, unfold

_DATA_URI = re.compile(rb"data:([^;,\\]*)((?:[^,\\]|\\[^,])*)\\?,", re.I)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_REMOTE = (b"http:", b"https", b"ftp:/", b"file:", b"cid:", b"uuid:")


@dataclass(frozen=True, slots=True)
class Projection:
    """A card's fields as plain text; every one is empty where the card says nothing."""

    uid: str
    full_name: str
    given: str
    family: str
    prefix: str
    suffix: str
    institution: str
    department: str
    title: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    note: str
    tags: tuple[str, ...]
    url: str
    has_photo: bool


def project(card: Card) -> Projection:
    """The fields of a card; never raises on a parsed one.

    Full name: FN, else composed from N, else the organisation, nickname, e-mail or phone. Parts of
    the name: N, else taken from the full name. E-mails and phones: preferred first, doubles dropped.
    """
    lines = card.by_name
    org_line = chosen(card, "ORG")
    org = org_line.components if org_line else []
    emails = distinct(addresses(card, "EMAIL"))
    phones = distinct(addresses(card, "TEL"))
    name = name_parts(card)
    full_name = shown(card, "FN") or name.in_one_line()
    if not full_name:
        nickname = shown(card, "NICKNAME")
        candidates = (org[0] if org else "", nickname, *emails[:1], *phones[:1])
        full_name = next((candidate for candidate in candidates if candidate), "")
    elif not name:
        name = split_name(full_name)
    return Projection(
        uid=shown(card, "UID"),
        full_name=full_name,
        given=name.given,
        family=name.family,
        prefix=name.prefix,
        suffix=name.suffix,
        institution=org[0] if org else "",
        department=org[1] if len(org) > 1 else "",
        title=shown(card, "TITLE"),
        emails=emails,
        phones=phones,
        note=note(card),
        tags=tags(card),
        url=shown(card, "URL"),
        has_photo=any(map(_holds_picture, lines.get("PHOTO", ()))),
    )


def shown(card: Card, name: str) -> str:
    """The text of the line that counts among several of a property, in one line."""
    lines = card.by_name.get(name)
    if not lines:
        return ""
    return lines[0].shown if len(lines) == 1 else _first_that_speaks(lines).shown


def chosen(card: Card, name: str) -> Line | None:
    """The line a property is read from and edited in: the preferred of those that say something."""
    lines = card.by_name.get(name)
    return _first_that_speaks(lines) if lines else None


def _first_that_speaks(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    return next((line for line in by_preference(lines) if line.body.strip(b" ;")), lines[0])


def by_preference(lines: list[Line]) -> list[Line]:
    """Lines in the order their PREF or type pref asks for, else as they stand; fax and pager last."""
    return sorted(lines, key=_rank)


def _rank(line: Line) -> int:
    return line.head.rank


def addresses(card: Card, name: str) -> list[tuple[Line, str]]:
    """EMAIL or TEL lines that hold something, preferred first, each with its address or number."""
    lines = card.by_name.get(name)
    if not lines:
        return []
    if len(lines) > 1:
        lines = by_preference(lines)
    return [(line, text) for line in lines if (text := address(line))]


def address(line: Line) -> str:
    """An e-mail address or a phone number, out of its URI where it is one (4.0)."""
    text = line.shown
    if ":" not in text:
        return text
    scheme = text[:7].lower()
    if scheme == "mailto:":
        return text[7:].partition("?")[0].strip()
    if scheme.startswith("tel:"):
        number, _, extension = text[4:].partition(";ext=")
        return (
            f"{number.partition(';')[0]} ext. {extension.partition(';')[0]}"
            if extension
            else number.partition(";")[0]
        )
    return text


def distinct(pairs: list[tuple[Line, str]]) -> tuple[str, ...]:
    """The addresses without doubles, letter case aside."""
    found: dict[str, str] = {}
    for _, text in pairs:
        found.setdefault(text.casefold(), text)
    return tuple(found.values())


def name_parts(card: Card) -> Name:
    """N, as it stands."""
    line = chosen(card, "N")
    if line is None:
        return Name()
    return Name(*line.components[:5])


def note(card: Card) -> str:
    """All NOTE lines as one text, outer white space aside."""
    lines = card.by_name.get("NOTE")
    if not lines:
        return ""
    if len(lines) == 1:
        return _text(lines[0])
    return "\n".join(text for text in map(_text, lines) if text)


def _text(line: Line) -> str:
    text = line.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def tags(card: Card) -> tuple[str, ...]:
    """CATEGORIES of all its lines, without doubles; 2.1 also parts them by semicolons."""
    lines = card.by_name.get("CATEGORIES")
    if not lines:
        return ()
    found: dict[str, None] = {}
    for line in lines:
        if not line.old:
            found |= dict.fromkeys(line.items)
            continue
        for item in split_escaped(line.source, ","):
            for part in split_escaped(item, ";"):
                found[one_line(unescape(part, old=True))] = None
    found.pop("", None)
    return tuple(found)


def photo(card: Card) -> tuple[str, bytes] | None:
    """The first picture inside the card, with its media type as its own bytes tell it.

    None where there is none, or only a link to one: netcard fetches nothing for a card.
    """
    for line in card.all("PHOTO"):
        found = picture(line)
        if found:
            return found
    return None


def picture(line: Line) -> tuple[str, bytes] | None:
    """A PHOTO or LOGO line's media type and bytes: ENCODING=b (2.1, 3.0) or a data: URI (4.0)."""
    body = line.body.lstrip()
    declared = line.param("MEDIATYPE").lower()
    if body[:5].lower() == b"data:" or b":" in body[:10]:
        body = unfold(body, old=False)
    uri = _DATA_URI.match(body)
    if uri:
        declared = uri[1].decode("ascii", "replace").lower() or declared
        if b"base64" not in uri[2].lower():
            return None
        body = body[uri.end() :]
    elif not _holds_picture(line):
        return None
    data = _from_base64(body)
    known = next(
        (f"image/{kind}" for kind in sorted(line.types) if kind in ("jpeg", "png", "gif", "webp")), ""
    )
    media_type = _sniffed(data) or (declared if declared.startswith("image/") else known)
    return (media_type, data) if data and media_type else None


def _from_base64(body: bytes) -> bytes:
    """The bytes, folds and missing padding notwithstanding; empty if it is no base64 at all."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        packed = _NOT_BASE64.sub(b"", body)
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return b""


def _holds_picture(line: Line) -> bool:
    """Whether the line carries the picture itself, told from its beginning without decoding it."""
    start = unfold(line.body[:240], old=False).lstrip()
    scheme = start[:5].lower()
    if scheme == b"data:":
        return len(start) > 40
    return len(start) > 24 and scheme not in _REMOTE and (line.head.base64 or b":" not in start[:64])


def _sniffed(data: bytes) -> str:
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"GIF8":
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/heic" if data[8:11] in (b"hei", b"hev", b"mif") else "image/avif"
    return ""
