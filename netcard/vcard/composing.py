"""New cards, in the vCard 3.0 that iPhone and Android both take."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from netcard.vcard.names import Name, split_name
from netcard.vcard.syntax import clean, clean_line, escape, fold

_EOL = b"\r\n"


def compose(
    *,
    uid: str,
    full_name: str,
    given: str = "",
    family: str = "",
    prefix: str = "",
    suffix: str = "",
    credentials: str = "",
    pronouns: str = "",
    institution: str = "",
    department: str = "",
    title: str = "",
    city: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    website: str = "",
    links: Sequence[tuple[str, str]] = (),
    note: str = "",
    photo: bytes | None = None,
    categories: Iterable[str] = (),
    rev: datetime | None = None,
) -> bytes:
    """A vCard 3.0 (RFC 2426) of these fields: CRLF, folded at 75 octets, UTF-8.

    `full_name` becomes FN as it is and is split into N unless `given` or `family` say how;
    `credentials` ("MD, PhD") follow the suffix of N, where both phones show them. `links` are
    (label, address) pairs. `photo` is a JPEG. `rev` is the time of the last change.

    Choices, each after what the phones import:

    - Links are `item1.URL` with `item1.X-ABLabel`: an iPhone shows the label, Android, which knows
      neither that nor X-SOCIALPROFILE, still shows the address. With X-SOCIALPROFILE as well the
      iPhone would list each twice. The website comes first and plain.
    - Pronouns: neither imports RFC 9554's PRONOUNS, so they are the first line of NOTE, where a
      person sees them; X-PRONOUNS says them to a program.
    """
    name = _name(full_name, Name(family, given, "", prefix, suffix), credentials)
    texts = [clean_line(text) for text in emails], [clean_line(text) for text in phones]
    mails, numbers = (list(dict.fromkeys(filter(None, found))) for found in texts)
    institution, department = clean_line(institution), clean_line(department)
    shown = clean_line(full_name) or name.in_one_line() or institution or next(iter(mails), "") or "No name"
    pronouns = clean_line(pronouns)
    spoken = f"Pronouns: {pronouns}" if pronouns else ""
    body = "\n".join(filter(None, (spoken, clean(note))))

    card = _Writer()
    card.put("BEGIN", "VCARD")
    card.put("VERSION", "3.0")
    card.put("PRODID", "-//netcard//netcard//EN")
    card.put("UID", clean_line(uid))
    card.put("FN", escape(shown, old=False))
    parts = (name.family, name.given, name.additional, name.prefix, name.suffix)
    card.put("N", ";".join(escape(part, old=False) for part in parts))
    if institution or department:
        organisation = [institution, department] if department else [institution]
        card.put("ORG", ";".join(escape(part, old=False) for part in organisation))
    card.text("TITLE", clean_line(title))
    for at, address in enumerate(mails):
        card.text(f"EMAIL;TYPE=INTERNET;TYPE=WORK{_pref(at, mails)}", address)
    for at, number in enumerate(numbers):
        card.text(f"TEL;TYPE=CELL;TYPE=VOICE{_pref(at, numbers)}", number)
    if place := clean_line(city):
        card.put("ADR;TYPE=WORK", f";;;{escape(place, old=False)};;;")
    card.put("URL", _uri(website))
    for at, (label, address) in enumerate((pair for pair in links if _uri(pair[1])), start=1):
        card.put(f"item{at}.URL", _uri(address))
        card.text(f"item{at}.X-ABLabel", clean_line(label))
    card.put(
        "CATEGORIES", ",".join(escape(tag, old=False) for tag in filter(None, map(clean_line, categories)))
    )
    card.text("X-PRONOUNS", pronouns)
    card.text("NOTE", body)
    if photo:
        card.put("PHOTO;ENCODING=b;TYPE=JPEG", base64.b64encode(photo).decode("ascii"))
    if rev is not None:
        card.put("REV", f"{rev.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    card.put("END", "VCARD")
    return b"".join(card.lines)


class _Writer:
    """The lines so far."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def text(self, head: str, value: str) -> None:
        self.put(head, escape(value, old=False))

    def put(self, head: str, source: str) -> None:
        """Adds a line with an escaped value; nothing for an empty one."""
        if source:
            self.lines.append(fold(f"{head}:{source}".encode("utf-8", "replace"), _EOL))


def _name(full_name: str, given: Name, credentials: str) -> Name:
    said = Name(*(clean_line(part) for part in (given.family, given.given, "", given.prefix, given.suffix)))
    split = split_name(clean_line(full_name))
    if said.family or said.given:
        base = said
    else:
        base = Name(split.family, split.given, "", said.prefix or split.prefix, said.suffix or split.suffix)
    after = ", ".join(dict.fromkeys(filter(None, (base.suffix, clean_line(credentials)))))
    return Name(base.family, base.given, "", base.prefix, after)


def _pref(at: int, among: Sequence[str]) -> str:
    return ";TYPE=PREF" if at == 0 and len(among) > 1 else ""


def _uri(address: str) -> str:
    """A URI value is not escaped (RFC 2426 section 3.6.8), so it may not hold what would need it."""
    return quote(clean_line(address), safe="!#$%&'()*+,/:;=?@[]~-._")
