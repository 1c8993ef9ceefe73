"""One row of a table as a vCard: every field in its own line, and what has none in the note."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netcard import vcard
from netcard.contacts.cells import parted
from netcard.contacts.earlier import Meeting
from netcard.contacts.importing import meetings
from netcard.contacts.importing.dates import date_of
from netcard.contacts.importing.mapping import NOTED
from netcard.contacts.rules import ROLE, fold
from netcard.vcard import Address, Reach

NOBODY = "There is no name, e-mail or phone in this line."

_KINDS = {
    "work": ("WORK",),
    "business": ("WORK",),
    "home": ("HOME",),
    "mobile": ("CELL", "VOICE"),
    "cell": ("CELL", "VOICE"),
    "main": ("MAIN",),
    "fax": ("WORK", "FAX"),
    "work fax": ("WORK", "FAX"),
    "workfax": ("WORK", "FAX"),
    "home fax": ("HOME", "FAX"),
    "homefax": ("HOME", "FAX"),
    "pager": ("PAGER",),
    "other": (),
    "arbeit": ("WORK",),
    "geschaftlich": ("WORK",),
    "privat": ("HOME",),
    "mobil": ("CELL", "VOICE"),
    "travail": ("WORK",),
    "bureau": ("WORK",),
    "domicile": ("HOME",),
    "portable": ("CELL", "VOICE"),
    "trabajo": ("WORK",),
    "casa": ("HOME",),
    "movil": ("CELL", "VOICE"),
    "lavoro": ("WORK",),
    "cellulare": ("CELL", "VOICE"),
}
_ADDRESS = ("box", "extended", "street", "city", "region", "code", "country")
_APPLE = {"anniversary", "spouse", "manager", "assistant", "child", "mother", "father", "partner", "friend"}
_SITES = {
    r"linkedin\.com": "LinkedIn",
    r"(twitter|x)\.com": "X",
    r"instagram\.com": "Instagram",
    r"orcid\.org": "ORCID",
    r"scholar\.google\.[a-z.]+": "Google Scholar",
    r"researchgate\.net": "ResearchGate",
    r"github\.com": "GitHub",
}
_NOT_STARRED = {"", "no", "false", "0", "n", "nein", "non", "-"}
_SITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:[/?#:]\S*)?", re.IGNORECASE)


class Made(NamedTuple):
    """A card, and what is netcard's own beside it: meetings, who they are to the owner, the star."""

    data: bytes
    meetings: tuple[Meeting, ...]
    role: str
    starred: bool


class Reader:
    """Makes cards of rows, by the fields of their columns.

    `day_first` says how 03/04/1980 is meant; where nothing tells, such a date goes into the note.
    """

    def __init__(self, columns: Sequence[str], fields: Sequence[str], day_first: bool | None = None) -> None:
        self._columns = columns
        self._fields = fields
        self._day_first = day_first

    def card(self, cells: Sequence[str], uid: str) -> Made:
        """The row's card and what stands beside it. Raises ValueError for a row of nobody."""
        said = _Said()
        for column, code, cell in zip(self._columns, self._fields, cells, strict=True):
            if code and cell and cell != "Unspecified":  # Outlook's word for a gender it was not told
                said.take(column, code, cell)
        return said.compose(uid, self._day_first)


class _Said:
    """What one row says, by field."""

    def __init__(self) -> None:
        self.one: dict[str, str] = {}
        self.many: dict[str, list[tuple[str, str]]] = {}  # kind -> (slot, value)
        self.notes: list[str] = []
        self.private: dict[str, str] = {}

    def take(self, column: str, code: str, cell: str) -> None:
        kind, _, slot = code.partition(":")
        if kind == NOTED:
            self.notes.append(f"{column}: {cell}")
        elif code in meetings.FIELDS:
            before = self.private.get(code)
            self.private[code] = cell if before is None else f"{before}\n{column}: {cell}"
        elif kind == "note":
            self.notes.insert(0, cell)
        elif slot or kind in ("email", "phone", "website", "tags"):
            self.many.setdefault(kind, []).append((slot, cell))
        else:
            self.one.setdefault(kind, cell)

    def compose(self, uid: str, day_first: bool | None) -> Made:
        one = self.one
        emails = list(self._emails())
        phones = sorted(self._phones(), key=_reaches_another)
        names = (
            one.get("name"),
            one.get("given"),
            one.get("family"),
            one.get("institution"),
            one.get("nickname"),
        )
        if not any(names) and not emails and not phones:
            raise ValueError(NOBODY)
        self._settle_degrees()
        birthday = self._date("birthday", one.get("birthday", ""), day_first)
        dates = [*self._dates(day_first)]
        website, links = self._links()
        related = [
            (_label(self._kind("related", slot) or slot), name) for slot, name in self.many.get("related", ())
        ]
        self._leftover()
        data = vcard.compose(
            uid=one.get("uid", "") or uid,
            full_name=self._full_name(),
            given=one.get("given", ""),
            additional=one.get("middle", ""),
            family=one.get("family", ""),
            prefix=one.get("prefix", ""),
            suffix=one.get("suffix", ""),
            nickname=one.get("nickname", ""),
            phonetic=(one.get("phonetic_given", ""), one.get("phonetic_family", "")),
            institution=one.get("institution", ""),
            department=one.get("department", ""),
            title=one.get("title", ""),
            emails=emails,
            phones=phones,
            addresses=list(self._addresses()),
            website=website,
            links=links,
            birthday=birthday,
            dates=dates,
            related=related,
            categories=self._tags(),
            note="\n".join(self.notes),
        )
        role, starred = one.get("role", ""), one.get("starred", "").lower() not in _NOT_STARRED
        if len(role) > ROLE:
            self.take("Who they are", "discussed", role)
        return Made(data, meetings.told(self.private, day_first), role[:ROLE], starred)

    def _settle_degrees(self) -> None:
        """On LinkedIn people write their degrees behind the last name: "Demir, MD"."""
        one = self.one
        if "," not in one.get("family", "") or one.get("suffix"):
            return
        split = vcard.split_name(f"{one.get('given', '')} {one['family']}")
        if split.suffix and one["family"].startswith(split.family):
            one["family"], one["suffix"] = split.family, split.suffix

    def _full_name(self) -> str:
        one = self.one
        if one.get("name"):
            return one["name"]
        name = vcard.Name(*(one.get(part, "") for part in ("family", "given", "middle", "prefix", "suffix")))
        return name.in_one_line()

    # --- what can be said several times -----------------------------------------

    def _kind(self, of: str, slot: str) -> str:
        """What a numbered slot is for, as its own column says; a star before it marks the preferred."""
        return next((value.lstrip("* ") for at, value in self.many.get(f"kind.{of}", ()) if at == slot), "")

    def _types(self, of: str, slot: str) -> tuple[tuple[str, ...], str]:
        kind = self._kind(of, slot) if slot.isdigit() else slot
        known = _KINDS.get(fold(kind))
        return (known, "") if known is not None else ((), kind.capitalize() if kind.islower() else kind)

    def _emails(self) -> Iterable[Reach]:
        for slot, cell in self.many.get("email", ()):
            for value in parted(cell):
                types, label = self._types("email", slot)
                for address in value.split() if value.count("@") > 1 else (value,):
                    if "@" in address:
                        yield Reach(address.removeprefix("mailto:"), types, label)
                    else:
                        self.notes.append(f"E-mail: {address}")

    def _phones(self) -> Iterable[Reach]:
        for slot, cell in self.many.get("phone", ()):
            for value in parted(cell):
                types, label = self._types("phone", slot)
                if any(map(str.isdigit, value)):
                    yield Reach(value, types, label)
                else:
                    self.notes.append(f"Phone: {value}")

    def _addresses(self) -> Iterable[Address]:
        slots = dict.fromkeys(slot for part in ("address", *_ADDRESS) for slot, _ in self.many.get(part, ()))
        for slot in slots:
            parts = {
                part: "\n".join(value for at, value in self.many.get(part, ()) if at == slot)
                for part in _ADDRESS
            }
            whole = next((value for at, value in self.many.get("address", ()) if at == slot), "")
            if not any(parts.values()):
                parts["street"] = whole
            types, label = self._types("address", slot)
            yield Address(**parts, types=types, label=label)

    def _links(self) -> tuple[str, list[tuple[str, str]]]:
        """The first plain page, and the profiles and further pages by name."""
        website, links = "", []
        for slot, cell in self.many.get("website", ()):
            for value in cell.split(" ::: "):
                if not _SITE.fullmatch(value.strip()):
                    self.notes.append(f"Web page: {value}")
                    continue
                address = value.strip() if "://" in value else f"https://{value.strip()}"
                label = _site(address) or self._kind("website", slot)
                if label or website:
                    links.append((label, address))
                else:
                    website = address
        return website, links

    def _tags(self) -> list[str]:
        """Without the groups that programs keep for themselves: Google marks them by a star."""
        found: dict[str, str] = {}
        for _, cell in self.many.get("tags", ()):
            for tag in (part for piece in parted(cell) for part in piece.split(",")):
                label = " ".join(tag.strip().lstrip("#").split())
                if label and not label.startswith("*"):
                    found.setdefault(fold(label), label)
        return list(found.values())

    def _dates(self, day_first: bool | None) -> Iterable[tuple[str, str]]:
        events = [(self._kind("event", slot) or "date", value) for slot, value in self.many.get("event", ())]
        if self.one.get("anniversary"):
            events.append(("anniversary", self.one["anniversary"]))
        for kind, value in events:
            if day := self._date(kind, value, day_first):
                yield _label(kind), day

    def _date(self, what: str, value: str, day_first: bool | None) -> str:
        """The date as cards write it; one that cannot be read goes into the note."""
        if not value or re.fullmatch(r"0+[/.-]0+[/.-]0+", value):
            return ""
        day = date_of(value, day_first)
        if not day:
            self.notes.append(f"{what.capitalize()}: {value}")
        return day

    def _leftover(self) -> None:
        """What cards have no line for."""
        if connected := self.one.get("connected"):
            self.notes.append(f"Connected on LinkedIn {connected}")
        for kind, usual in (("custom", "More"), ("im", "Chat")):
            for slot, value in self.many.get(kind, ()):
                self.notes.append(f"{self._kind(kind, slot) or usual}: {value}")


# --- values -------------------------------------------------------------------


def _reaches_another(phone: Reach) -> bool:
    """A machine, or somebody else: not the number to call first."""
    return "FAX" in phone.types or "PAGER" in phone.types or phone.label == "Assistant"


def _label(kind: str) -> str:
    """A label as Apple writes those it translates."""
    return f"_$!<{kind.capitalize()}>!$_" if kind.lower() in _APPLE else kind


def _site(address: str) -> str:
    """Whose page it is, where that is a place where people have profiles."""
    host = re.sub(r"https?://(www\.)?", "", address.lower()).split("/")[0]
    return next((name for ends, name in _SITES.items() if re.search(rf"(^|\.){ends}$", host)), "")
