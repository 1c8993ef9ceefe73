"""New cards, in the vCard 3.0 that iPhone and Android both take."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from netcard.vcard.names import Name, split_name
from netcard.vcard.syntax import clean, clean_line, escape, fold

_EOL = b"\r\n"


class Reach(NamedTuple):
    """An e-mail address or a phone number and what it is for: TYPE values, or a label of the person's own."""

    text: str
    types: tuple[str, ...] = ()
    label: str = ""


class Address(NamedTuple):
    """A postal address in the parts of ADR (RFC 2426 section 3.2.1), which may have line breaks."""

    box: str = ""
    extended: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    code: str = ""
    country: str = ""
    types: tuple[str, ...] = ()
    label: str = ""


def compose(
    *,
    uid: str,
    full_name: str,
    given: str = "",
    additional: str = "",
    family: str = "",
    prefix: str = "",
    suffix: str = "",
    credentials: str = "",
    nickname: str = "",
    phonetic: tuple[str, str] = ("", ""),
    pronouns: str = "",
    institution: str = "",
    department: str = "",
    title: str = "",
    city: str = "",
    emails: Iterable[str | Reach] = (),
    phones: Iterable[str | Reach] = (),
    addresses: Iterable[Address] = (),
    website: str = "",
    links: Sequence[tuple[str, str]] = (),
    birthday: str = "",
    dates: Sequence[tuple[str, str]] = (),
    related: Sequence[tuple[str, str]] = (),
    note: str = "",
    photo: bytes | None = None,
    categories: Iterable[str] = (),
    rev: datetime | None = None,
) -> bytes:
    """A vCard 3.0 (RFC 2426) of these fields: CRLF, folded at 75 octets, UTF-8.

    `full_name` becomes FN as it is and is split into N unless `given` or `family` say how;
    `credentials` ("MD, PhD") follow the suffix of N, where both phones show them. `links` are
    (label, address) pairs. `photo` is a JPEG. `rev` is the time of the last change. `phonetic` are
    given and family name as they sound. `birthday` is 2026-11-23, or --11-23 where the year is
    unknown; `dates` and `related` are (label, date) and (label, name) pairs. An e-mail or phone
    given as plain text is one for work, a mobile phone.

    Choices, each after what the phones import:

    - Links are `item1.URL` with `item1.X-ABLabel`: an iPhone shows the label, Android, which knows
      neither that nor X-SOCIALPROFILE, still shows the address. With X-SOCIALPROFILE as well the
      iPhone would list each twice. The website comes first and plain.
    - Pronouns: neither imports RFC 9554's PRONOUNS, so they are the first line of NOTE, where a
      person sees them; X-PRONOUNS says them to a program.
    """
    name = _name(full_name, Name(family, given, additional, prefix, suffix), credentials)
    mails, numbers = _reaches(emails, ("WORK",)), _reaches(phones, ("CELL", "VOICE"))
    institution, department = clean_line(institution), clean_line(department)
    shown = (
        clean_line(full_name)
        or name.in_one_line()
        or institution
        or "".join(mail.text for mail in mails[:1])
        or "No name"
    )
    pronouns = clean_line(pronouns)
    spoken = f"Pronouns: {pronouns}" if pronouns else ""
    body = "\n".join(filter(None, (spoken, clean(note))))

    card = _Writer()
    card.put("BEGIN", "VCARD")
    card.put("VERSION", "3.0")
    card.put("PRODID", "-//netcard//netcard//EN")
    card.put("UID", clean_line(uid))
    card.put("FN", escape(shown, old=False))
    card.put("N", ";".join(escape(part, old=False) for part in name))
    card.text("NICKNAME", clean_line(nickname))
    card.text("X-PHONETIC-FIRST-NAME", clean_line(phonetic[0]))
    card.text("X-PHONETIC-LAST-NAME", clean_line(phonetic[1]))
    if institution or department:
        organisation = [institution, department] if department else [institution]
        card.put("ORG", ";".join(escape(part, old=False) for part in organisation))
    card.text("TITLE", clean_line(title))
    for at, mail in enumerate(mails):
        kinds = _types(("INTERNET", *mail.types), _pref(at, mails))
        card.labelled(f"EMAIL{kinds}", escape(mail.text, old=False), mail.label)
    for at, number in enumerate(numbers):
        kinds = _types(number.types, _pref(at, numbers))
        card.labelled(f"TEL{kinds}", escape(number.text, old=False), number.label)
    if place := clean_line(city):
        card.put("ADR;TYPE=WORK", f";;;{escape(place, old=False)};;;")
    for address in addresses:
        fields = [escape(clean(part), old=False) for part in address[:7]]
        if any(fields):
            card.labelled(f"ADR{_types(address.types)}", ";".join(fields), address.label)
    card.put("URL", _uri(website))
    for label, address_of in links:
        card.grouped("URL", _uri(address_of), label)
    card.put(*_birthday(clean_line(birthday)))
    for label, day in dates:
        card.grouped("X-ABDATE;TYPE=PREF", escape(clean_line(day), old=False), label)
    for label, other in related:
        card.grouped("X-ABRELATEDNAMES", escape(clean_line(other), old=False), label)
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
        self.groups = 0

    def text(self, head: str, value: str) -> None:
        self.put(head, escape(value, old=False))

    def put(self, head: str, source: str) -> None:
        """Adds a line with an escaped value; nothing for an empty one."""
        if source:
            self.lines.append(fold(f"{head}:{source}".encode("utf-8", "replace"), _EOL))

    def grouped(self, head: str, source: str, label: str) -> None:
        """A line in a group of its own with a label beside it, as Apple writes them."""
        if source:
            self.groups += 1
            self.put(f"item{self.groups}.{head}", source)
            self.text(f"item{self.groups}.X-ABLabel", clean_line(label))

    def labelled(self, head: str, source: str, label: str) -> None:
        """A plain line, in a group only where there is a label."""
        if label:
            self.grouped(head, source, label)
        else:
            self.put(head, source)


def _name(full_name: str, given: Name, credentials: str) -> Name:
    said = Name(*map(clean_line, given))
    if said.family or said.given:
        base = said
    else:
        split = split_name(clean_line(full_name))
        base = Name(
            split.family,
            split.given,
            said.additional,
            said.prefix or split.prefix,
            said.suffix or split.suffix,
        )
    after = ", ".join(dict.fromkeys(filter(None, (base.suffix, clean_line(credentials)))))
    return base._replace(suffix=after)


def _reaches(given: Iterable[str | Reach], usual: tuple[str, ...]) -> list[Reach]:
    """Each once, those that say nothing left out."""
    found: dict[str, Reach] = {}
    for each in given:
        text, types, label = (each, usual, "") if isinstance(each, str) else each
        if text := clean_line(text):
            found.setdefault(text, Reach(text, types, label))
    return list(found.values())


def _types(types: Iterable[str], more: str = "") -> str:
    return "".join(f";TYPE={kind}" for kind in types) + more


def _pref(at: int, among: Sequence[Reach]) -> str:
    return ";TYPE=PREF" if at == 0 and len(among) > 1 else ""


def _birthday(day: str) -> tuple[str, str]:
    """BDAY has a year (RFC 2426 section 3.1.5); for none Apple writes 1604 and says so."""
    if day.startswith("--"):
        return "BDAY;X-APPLE-OMIT-YEAR=1604", f"1604-{day[2:]}"
    return "BDAY", escape(day, old=False)


def _uri(address: str) -> str:
    """A URI value is not escaped (RFC 2426 section 3.6.8), so it may not hold what would need it."""
    return quote(clean_line(address), safe="!#$%&'()*+,/:;=?@[]~-._")
