"""Cards in another version, for clients that take only one: 3.0 for phones and Macs, 4.0 on request.

The stored card stays as it came; this is made on the way out. UID is never touched.
"""

import base64
import re

from netcard.vcard.card import Card, Line
from netcard.vcard.names import split_name
from netcard.vcard.projection import chosen, name_parts, picture, project
from netcard.vcard.syntax import Params, escape, fold, split_escaped, unescape, unfold

_TO_3 = {
    "KIND": "X-ADDRESSBOOKSERVER-KIND",
    "MEMBER": "X-ADDRESSBOOKSERVER-MEMBER",
    "ANNIVERSARY": "X-ANNIVERSARY",
    "GENDER": "X-GENDER",
}
_TO_4 = {new: old for old, new in _TO_3.items()} | {
    name: f"X-{name}" for name in ("AGENT", "CLASS", "LABEL", "MAILER", "SORT-STRING")
}
_BINARY = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
_STRUCTURED = frozenset(("N", "ADR", "ORG"))
_LISTS = frozenset(("CATEGORIES", "NICKNAME"))
_AS_IT_IS = frozenset(("URL", "UID", "REV", "BDAY", "GEO", "TZ", "SOURCE", "IMPP", "KEY"))
_DROPPED_NAMES = frozenset(("VERSION", "CLIENTPIDMAP", "XML", "PROFILE", "NAME"))
_DEMANDED = {"3.0": ("FN", "N"), "4.0": ("FN",)}
_TEL_URI = re.compile(r"tel:", re.I)
_BARE_DATE = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(T.*)?")


def to_version_3(card: Card) -> bytes:
    """The card as vCard 3.0; a 3.0 card as it is.

    Photos go from data: URIs and BASE64 to ENCODING=b, phone URIs to numbers, KIND and MEMBER to
    Apple's names, quoted-printable to UTF-8, PREF=1 to TYPE=PREF; PID, ALTID and the second of two
    ALTID twins go. FN and N, which 3.0 demands, are added where they are missing.
    """
    return card.data if card.version == "3.0" else _convert(card, "3.0")


def to_version_4(card: Card) -> bytes:
    """The card as vCard 4.0 (RFC 6350); a 4.0 card as it is. FN, which 4.0 demands, is added."""
    return card.data if card.version == "4.0" else _convert(card, "4.0")


def _convert(card: Card, version: str) -> bytes:
    eol = card.eol
    out = [b"BEGIN:VCARD" + eol, b"VERSION:" + version.encode("ascii") + eol]
    full_name = project(card).full_name or "No name"
    if not any(line.text.strip() for line in card.all("FN")):
        out.append(fold(f"FN:{escape(full_name, old=False)}".encode(), eol))
    if version == "3.0" and not name_parts(card):
        name = split_name(full_name)
        parts = (name.family, name.given, name.additional, name.prefix, name.suffix)
        out.append(fold(("N:" + ";".join(escape(part, old=False) for part in parts)).encode(), eol))
    twins: set[tuple[str, str]] = set()
    for line in card.lines:
        empty = line.name in _DEMANDED[version] and not line.body.strip(b" ;")
        if empty or line.name in _DROPPED_NAMES:
            continue
        if version == "3.0" and line.name in ("FN", "N") and line is not chosen(card, line.name):
            continue
        if version == "3.0" and (altid := line.param("ALTID")):
            if (line.name, altid) in twins:
                continue
            twins.add((line.name, altid))
        out.append(_line(card, line, version, eol))
    out.append(b"END:VCARD" + eol)
    return b"".join(out)


def _line(card: Card, line: Line, version: str, eol: bytes) -> bytes:
    renamed = (_TO_3 if version == "3.0" else _TO_4).get(line.name)
    name = renamed or line.head.raw.partition(b";")[0].decode("utf-8", "replace").rpartition(".")[2].strip()
    group = f"{line.group}." if line.group else ""
    params = _params(line.params, version)
    source = _source(line)
    if line.name in _BINARY:
        params, source = _binary(line, params, source, version)
    elif line.name == "TEL" and _TEL_URI.match(source):
        source = _number(source) if version == "3.0" else source
    elif line.name in ("BDAY", "ANNIVERSARY", "X-ANNIVERSARY"):
        params, source = _date(params, source, version)
    elif line.name == "REV" and version == "4.0":
        source = source.replace("-", "").replace(":", "")
    elif line.name == "AGENT" and card.old:
        source = escape(line.text.strip().replace("\r\n", "\n").replace("\r", "\n"), old=False)
    head = f"{group}{name}{''.join(_written(key, values, version) for key, values in params)}"
    return fold(f"{head}:{source}".encode("utf-8", "replace"), eol)


_Pairs = list[tuple[str, tuple[str, ...]]]


def _params(params: Params, version: str) -> _Pairs:
    out: _Pairs = []
    types: list[str] = []
    pref = ""
    for key, values in params:
        if key == "TYPE":
            types += [kind.strip() for value in values for kind in value.split(",") if kind.strip()]
        elif key == "PREF":
            pref = values[0].strip() if values else ""
        elif not _is_dropped(key, values, version):
            out.append((key, values))
    if version == "3.0":
        types += ["PREF"] if pref == "1" and "pref" not in map(str.lower, types) else []
    else:
        pref = pref or ("1" if any(kind.lower() == "pref" for kind in types) else "")
        types = [kind for kind in types if kind.lower() not in ("pref", "internet")]
        if pref:
            out.insert(0, ("PREF", (pref,)))
    if types:
        out.insert(0, ("TYPE", tuple(types)))
    return out


def _is_dropped(key: str, values: tuple[str, ...], version: str) -> bool:
    if version == "4.0":
        return key in ("ENCODING", "CHARSET")
    plain = key == "VALUE" and [value.lower() for value in values] in (["text"], ["uri"])
    return plain or key in ("ENCODING", "CHARSET", "ALTID", "PID", "MEDIATYPE", "SORT-AS")


def _written(key: str, values: tuple[str, ...], version: str) -> str:
    return f";{key}={','.join(_param_value(value, version) for value in values)}"


def _param_value(value: str, version: str) -> str:
    if version == "4.0":  # RFC 6868; 3.0 has no way to say these
        value = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    value = value.replace("\r", "").replace("\n", " ").replace('"', "'")
    return f'"{value}"' if any(letter in value for letter in ":;,") else value


def _source(line: Line) -> str:
    """The value escaped as 3.0 and 4.0 want it."""
    source = line.source.strip("\r\n")
    if not line.old:
        return source.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
    if line.name in _AS_IT_IS:
        return unescape(source, old=True).replace("\r", "").replace("\n", "")
    separator = ";" if line.name in _STRUCTURED else "," if line.name in _LISTS else ""
    parts = split_escaped(source, separator) if separator else [source]
    if line.name == "CATEGORIES":
        parts = [piece for part in parts for piece in split_escaped(part, ";")]
    texts = (unescape(part, old=True).replace("\r\n", "\n").replace("\r", "\n") for part in parts)
    return separator.join(escape(text, old=False) for text in texts)


def _binary(line: Line, params: _Pairs, source: str, version: str) -> tuple[_Pairs, str]:
    found = picture(line) if line.name in ("PHOTO", "LOGO") else None
    if found is None:
        if not line.head.base64:
            return ([*params, ("VALUE", ("uri",))] if version == "3.0" else params), source
        packed = re.sub(rb"[ \t\r\n]+", b"", unfold(line.body, old=False)).decode("ascii", "replace")
        if version == "4.0":
            return params, f"data:application/octet-stream;base64,{packed}"
        return [*params, ("ENCODING", ("b",))], packed
    media_type, data = found
    kept = [pair for pair in params if pair[0] not in ("VALUE", "MEDIATYPE", "TYPE")]
    packed64 = base64.b64encode(data).decode("ascii")
    if version == "4.0":
        return kept, f"data:{media_type};base64,{packed64}"
    kind = media_type.partition("/")[2].upper()
    return [("ENCODING", ("b",)), ("TYPE", (kind,)), *kept], packed64


def _number(uri: str) -> str:
    number, _, extension = unescape(uri[4:], old=False).partition(";ext=")
    text = number.partition(";")[0]
    return f"{text} ext. {extension.partition(';')[0]}" if extension else text


def _date(params: _Pairs, source: str, version: str) -> tuple[_Pairs, str]:
    """Apple says a birthday without its year by a leap year and a parameter, 4.0 by two hyphens."""
    kept = [pair for pair in params if pair[0] != "X-APPLE-OMIT-YEAR"]
    found = _BARE_DATE.fullmatch(source.strip())
    if not found:
        return params, source
    year, month, day, time = found.groups()
    no_year = year == "--" or any(key == "X-APPLE-OMIT-YEAR" and year in values for key, values in params)
    if version == "4.0":
        return kept, f"{'--' if no_year else year}{month}{day}{(time or '').replace(':', '')}"
    if no_year:
        return [("X-APPLE-OMIT-YEAR", ("1604",)), *kept], f"1604-{month}-{day}"
    return kept, f"{year}-{month}-{day}{time or ''}"
