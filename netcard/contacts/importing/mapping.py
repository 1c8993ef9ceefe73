"""What the columns of a table mean: the fields there are, and guesses from headings in several languages.

A field is a code: a word, and where there can be several of it a slot after a colon (`email:work`,
`street:home`, `phone:2`). A slot that is a number gets its kind from a column of its own (`kind.phone:2`),
which is how Google writes them.
"""

import re
from collections import Counter
from collections.abc import Sequence

from netcard.contacts.importing.words import HEADINGS
from netcard.contacts.rules import typed_words

LEAVE_OUT, NOTED = "", "noted"

CHOICES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Name",
        (
            ("name", "Whole name"),
            ("prefix", "Title before the name"),
            ("given", "First name"),
            ("middle", "Middle name"),
            ("family", "Last name"),
            ("suffix", "After the name: Jr, PhD"),
            ("nickname", "Nickname"),
            ("phonetic_given", "First name, as it sounds"),
            ("phonetic_family", "Last name, as it sounds"),
        ),
    ),
    (
        "Work",
        (
            ("institution", "Institution"),
            ("department", "Department"),
            ("title", "Job title"),
        ),
    ),
    (
        "Reach",
        (
            ("email", "E-mail"),
            ("email:work", "E-mail, work"),
            ("email:home", "E-mail, home"),
            ("phone", "Phone"),
            ("phone:cell", "Phone, mobile"),
            ("phone:work", "Phone, work"),
            ("phone:home", "Phone, home"),
            ("phone:workfax", "Fax, work"),
            ("phone:homefax", "Fax, home"),
            ("website", "Web page or profile"),
        ),
    ),
    *(
        (
            f"Address, {slot}",
            (
                (f"address:{slot}", f"Whole address, {slot}"),
                (f"street:{slot}", f"Street, {slot}"),
                (f"extended:{slot}", f"Second line, {slot}"),
                (f"box:{slot}", f"PO box, {slot}"),
                (f"code:{slot}", f"Postal code, {slot}"),
                (f"city:{slot}", f"City, {slot}"),
                (f"region:{slot}", f"State or region, {slot}"),
                (f"country:{slot}", f"Country, {slot}"),
            ),
        )
        for slot in ("work", "home", "other")
    ),
    (
        "More",
        (
            ("tags", "Tags"),
            ("note", "Note"),
            ("birthday", "Birthday"),
            ("anniversary", "Anniversary"),
            ("connected", "Connected on"),
            ("uid", "Identifier of the card (UID)"),
        ),
    ),
    (
        "Private, never on the phone",
        (
            ("met", "Met on"),
            ("first_met", "First met on"),
            ("met_event", "Event"),
            ("poster", "Poster"),
            ("discussed", "What we talked about"),
            ("promised", "I promised"),
            ("promised_by", "Promised by"),
            ("offered", "They offered"),
            ("earlier", "Earlier meetings"),
            ("role", "Who they are to you"),
            ("starred", "Starred"),
        ),
    ),
)
"""What the owner can choose from, in groups; beside it a column can be left out or kept in the note."""

PRIVATE = tuple(code for code, _ in CHOICES[-1][1])
"""Fields that netcard keeps to itself."""

DAYS = ("birthday", "anniversary", "met", "first_met", "promised_by")
"""Fields that are a day."""

_CHOSEN = {code for _, group in CHOICES for code, _ in group}
_PARTS = ("address", "street", "extended", "box", "code", "city", "region", "country")
_SPECIAL = re.compile(
    r"(email|phone|website|event|related|custom|im):\w{1,12}|kind\.\w{1,12}:\w{1,12}|related:\w{1,12}|"
    rf"({'|'.join(_PARTS)}):\w{{1,12}}"
)

_GOOGLE = re.compile(r"(e mail|phone|address|website|event|relation|custom field|im|organization) (\d+) (.+)")
_GOOGLE_KINDS = {
    "e mail": "email",
    "phone": "phone",
    "website": "website",
    "event": "event",
    "relation": "related",
    "custom field": "custom",
    "im": "im",
}
_GOOGLE_ADDRESS = {
    "formatted": "address",
    "street": "street",
    "extended address": "extended",
    "po box": "box",
    "city": "city",
    "region": "region",
    "postal code": "code",
    "country": "country",
}
_GOOGLE_WORK = {"name": "institution", "title": "title", "department": "department"}


def is_field(code: str) -> bool:
    """Whether a column can be that."""
    return code in (LEAVE_OUT, NOTED) or code in _CHOSEN or bool(_SPECIAL.fullmatch(code))


def is_choice(code: str) -> bool:
    """Whether the owner is offered it; Google's numbered columns stand beside that."""
    return code in (LEAVE_OUT, NOTED) or code in _CHOSEN


def format_of(columns: Sequence[str]) -> str:
    """Whose table this is by its heading: "google", "outlook", "linkedin", "netcard", else "csv"."""
    names = {_plain(column) for column in columns}
    if {"given name", "family name", "last met", "earlier meetings"} <= names:
        return "netcard"
    if {"first name", "last name", "connected on"} <= names:
        return "linkedin"
    numbered = any(_GOOGLE.fullmatch(name) for name in names)
    if {"given name", "family name", "group membership"} <= names:
        return "google"
    if "first name" in names and (
        {"labels", "organization name"} <= names or (numbered and "labels" in names)
    ):
        return "google"
    outlook = {"business street", "business phone", "e mail 2 address", "e mail display name", "mobile phone"}
    if {"first name", "last name"} <= names and len(names & outlook) >= 2:
        return "outlook"
    return "csv"


def guess(columns: Sequence[str], seen: Sequence[Sequence[str]]) -> list[str]:
    """A field for each column; `seen` are some of its values. What cannot be told is kept in the note."""
    names = [_plain(column) for column in columns]
    codes = [_guess_one(name, values) for name, values in zip(names, seen, strict=True)]
    if "earlier meetings" in names:  # our own: there Role is netcard's own word, beside Title
        codes = ["role" if name == "role" else code for name, code in zip(names, codes, strict=True)]
    _settle_names(names, codes)
    _settle_titles(names, codes)
    return _once(codes, seen)


def problem_of(codes: Sequence[str]) -> str | None:
    """What is wrong with the fields of all columns together, as a sentence."""
    if not any(code.partition(":")[0] in _NAMING for code in codes):
        return "Say which column holds the name, or the e-mail."
    counts = Counter(code for code in codes if code.partition(":")[0] not in _MANY)
    twice = next((code for code, number in counts.items() if number > 1), None)
    if twice:
        other = label_of("discussed" if twice in PRIVATE else NOTED)
        return (
            f"Two columns are set to “{label_of(twice)}”, and there is room for one. "
            f"Set the other to “{other}”, and nothing is lost."
        )
    return None


def label_of(code: str) -> str:
    """A field in words."""
    for _, group in CHOICES:
        for known, label in group:
            if known == code:
                return label
    if code == NOTED:
        return "Into the note"
    kind, _, slot = code.partition(":")
    if kind.startswith("kind."):
        return f"What {_WORDS.get(kind[5:], kind[5:])} {slot} is for"
    return f"{_WORDS.get(kind, kind).capitalize()} {slot}"


_WORDS = {
    "email": "e-mail",
    "related": "related person",
    "custom": "own field",
    "im": "chat",
    "event": "date",
    "address": "address",
    "extended": "second line of address",
    "box": "PO box",
    "code": "postal code",
}


# --- one column ---------------------------------------------------------------


def _guess_one(name: str, values: Sequence[str]) -> str:
    google = _GOOGLE.fullmatch(name)
    if google and (code := _google(*google.groups())) is not None:
        return code
    if name in HEADINGS:
        return HEADINGS[name]
    unnumbered = " ".join(word for word in name.split() if not word.isdigit())
    if unnumbered in HEADINGS:
        return HEADINGS[unnumbered]
    return _by_values(values)


def _google(kind: str, number: str, part: str) -> str | None:
    if kind == "organization":
        return _GOOGLE_WORK.get(part, LEAVE_OUT if part == "type" else NOTED) if number == "1" else NOTED
    is_kind = part in ("label", "type")
    if kind == "address":
        return f"kind.address:{number}" if is_kind else _with_slot(_GOOGLE_ADDRESS.get(part), number)
    code = _GOOGLE_KINDS[kind]
    if kind == "im" and part == "service":
        return f"kind.im:{number}"
    if kind == "im" and is_kind:
        return LEAVE_OUT
    if is_kind:
        return f"kind.{code}:{number}"
    return f"{code}:{number}" if part == "value" else None


def _with_slot(code: str | None, slot: str) -> str | None:
    return f"{code}:{slot}" if code else None


def _by_values(values: Sequence[str]) -> str:
    """Where the heading says nothing, an address or a link still shows itself."""
    if not values:
        return NOTED
    if all(re.fullmatch(r"[^\s@]+@[^\s@]+\.\w+", value) for value in values):
        return "email"
    if all(re.match(r"(https?://|www\.)", value) for value in values):
        return "website"
    if all(_is_phone(value) for value in values):
        return "phone"
    return NOTED


def _is_phone(value: str) -> bool:
    """Seven digits to the 15 of E.164 (an ORCID has 16) that are no day, such as 2026-11-22 or 3.4.1985."""
    is_number = re.fullmatch(r"\+?[\d\s().\-/]{7,20}", value)
    is_day = re.fullmatch(r"(?:19|20)\d\d([-./])\d\d?\1\d\d?|\d\d?([-./])\d\d?\2(?:19|20)\d\d", value.strip())
    return bool(is_number) and not is_day and 7 <= sum(map(str.isdigit, value)) <= 15


# --- columns beside each other ------------------------------------------------


def _settle_names(names: list[str], codes: list[str]) -> None:
    """ "Name" is the whole name, except beside a first name alone, as in German and French lists."""
    if "given" in codes and "family" not in codes and "name" in codes:
        at = codes.index("name")
        if names[at] in ("name", "nom", "naam", "navn", "namn", "nome"):
            codes[at] = "family"


def _settle_titles(names: list[str], codes: list[str]) -> None:
    """ "Title" is Dr where another column is the job, else the job."""
    others = [at for at, code in enumerate(codes) if code == "title" and names[at] not in _TITLES]
    for at, name in enumerate(names):
        if name in _TITLES and codes[at] == "title" and others:
            codes[at] = "prefix"


_NAMING = ("name", "given", "family", "nickname", "email", "phone", "institution")
_TITLES = ("title", "titel", "titre", "titulo", "titolo", "anrede")
_MANY = ("email", "phone", "website", "tags", "note", "discussed", "promised", "offered", LEAVE_OUT, NOTED)


def _once(codes: list[str], seen: Sequence[Sequence[str]]) -> list[str]:
    """What there can be one of is the first column of its kind that holds something.

    The others are kept in the note, or among what was talked about where they must not reach the phone.
    """
    settled = list(codes)
    taken: set[str] = set()
    for at in sorted(range(len(codes)), key=lambda at: not seen[at]):
        code = codes[at]
        if code in taken:
            settled[at] = "discussed" if code in PRIVATE else NOTED
        if code.partition(":")[0] not in _MANY:
            taken.add(code)
    return settled


def _plain(column: str) -> str:
    return " ".join(typed_words(column))
