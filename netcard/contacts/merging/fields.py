"""What there is to choose when two cards become one, and what was chosen. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from netcard import vcard
from netcard.contacts import rules
from netcard.vcard import merging as lines
from netcard.vcard.merging import BOTH, GONE, KEPT

SIDES = (KEPT, GONE)

ASKED = {
    "title": "Title",
    "birthday": "Birthday",
    "anniversary": "Anniversary",
    "gender": "Gender",
    "kind": "Kind of card",
    "class": "Confidentiality",
    "sort": "Sorted as",
}
MANY = {
    "email": ("E-mail", "EMAIL"),
    "phone": ("Phone", "TEL"),
    "website": ("Web", "URL"),
    "address": ("Address", "ADR"),
}
CALLED = {
    "IMPP": "Messenger",
    "NICKNAME": "Nickname",
    "RELATED": "Related",
    "ROLE": "Part",
    "X-ABDATE": "Date",
    "X-ABRELATEDNAMES": "Related",
    "X-SOCIALPROFILE": "Profile",
}
"""Lines that stay unasked, as a person calls them."""


@dataclass(frozen=True)
class Option:
    """One answer."""

    value: str
    text: str
    on: bool
    both: bool = False
    """Whether both cards say it."""


@dataclass(frozen=True)
class Field:
    """One question: one answer of few, or any of many."""

    name: str
    label: str
    options: list[Option]
    many: bool = False


@dataclass(frozen=True)
class Side:
    """One of the two: the card, and what netcard knows beside it."""

    card: vcard.Card
    role: str = ""


Sent = MultiDict[str, str]
"""A form that came in."""


def questions(kept: Side, gone: Side, sent: Sent) -> list[Field]:
    """What the two cards say differently, with what was answered so far, else the kept card's answer."""
    return [
        *_of_one(kept, gone, sent),
        *_of_many(kept.card, gone.card, sent),
        *_of_notes(kept.card, gone.card, sent),
    ]


def choices(kept: Side, gone: Side, sent: Sent, lasting: Collection[str]) -> vcard.Choices:
    """The answers as the cards are merged by them; `lasting` are lines of notes that stay in any case.

    Only what was shown and not ticked is dropped: what came to a card meanwhile stays.
    """
    asked = questions(kept, gone, sent)
    answers = {
        field.name: next(option.value for option in field.options if option.on)
        for field in asked
        if not field.many
    }
    picks = {("organisation" if name == "institution" else name): side for name, side in answers.items()}
    dropped = set()
    for name, (_, of) in MANY.items():
        both = {**lines.values(kept.card, of), **_theirs(kept.card, gone.card, of)}
        unticked = _unticked(name, sent)
        dropped |= {(of, key) for key in both if mark(key) in unticked}
    tags = (*vcard.project(kept.card).tags, *vcard.project(gone.card).tags)
    folded = {tag.casefold() for tag in tags}
    unticked = _unticked("tag", sent)
    dropped |= {("CATEGORIES", tag) for tag in folded if mark(tag) in unticked}
    return vcard.Choices(picks, answers.get("note", BOTH), frozenset(dropped), lasting)


def role(kept: Side, gone: Side, sent: Sent) -> str:
    """Who they are to the owner: what was picked, else what is said at all."""
    if kept.role and gone.role:
        return gone.role if sent.get("role") == GONE else kept.role
    return kept.role or gone.role


def unasked(kept: vcard.Card, gone: vcard.Card) -> list[tuple[str, str]]:
    """Lines about which nothing is asked, for they all stay: what they are called, and what they say.

    Among them what only one of the cards says of things that a person has one of.
    """
    found: dict[tuple[str, str], None] = {}
    for what, label in {"organisation": "Institution", **ASKED}.items():
        texts = {_shown(card, what) for card in (kept, gone)} - {""}
        found |= {(label, text): None for text in texts if len(texts) == 1}
    for card in (kept, gone):
        for line in lines.others(card):
            words = line.name.removeprefix("X-").replace("-", " ").capitalize()
            text = "kept as it is" if line.head.base64 else line.shown[:120]
            found[CALLED.get(line.name, words), text] = None
    return list(found)


# --- questions ----------------------------------------------------------------


def _of_one(kept: Side, gone: Side, sent: Sent) -> Iterable[Field]:
    ours, theirs = vcard.project(kept.card), vcard.project(gone.card)
    if lines.said(kept.card, "name") and lines.said(gone.card, "name"):
        names = ours.full_name, theirs.full_name
        if names[0] == names[1]:
            names = _parts(ours), _parts(theirs)
        yield from _one("name", "Name", names, sent)
    if lines.said(kept.card, "organisation") and lines.said(gone.card, "organisation"):
        yield from _one("institution", "Institution", (_place(kept.card), _place(gone.card)), sent)
        departments = ours.department, theirs.department
        if departments[0] != departments[1]:
            filled = not departments[0] and rules.same_place(ours.institution, theirs.institution)
            usual = GONE if filled else KEPT
            texts = (departments[0] or "None", departments[1] or "None")
            yield from _one("department", "Department", texts, sent, usual)
    for what, label in ASKED.items():
        texts = _shown(kept.card, what), _shown(gone.card, what)
        if all(texts):
            yield from _one(what, label, texts, sent)
    if kept.role and gone.role:
        yield from _one("role", "They are", (kept.role, gone.role), sent)
    photos = lines.said(kept.card, "photo"), lines.said(gone.card, "photo")
    if all(photos):
        yield from _one("photo", "Photo", photos, sent)


def _one(name: str, label: str, texts: tuple[str, str], sent: Sent, usual: str = KEPT) -> Iterable[Field]:
    if texts[0] == texts[1]:
        return
    answered = sent.get(name)
    on = answered if answered in SIDES else usual
    yield Field(
        name, label, [Option(side, text, side == on) for side, text in zip(SIDES, texts, strict=True)]
    )


def _of_many(kept: vcard.Card, gone: vcard.Card, sent: Sent) -> Iterable[Field]:
    for name, (label, of) in MANY.items():
        yield from _many(name, label, lines.values(kept, of), _theirs(kept, gone, of), sent)
    ours, theirs = (
        {tag.casefold(): tag for tag in reversed(vcard.project(card).tags)} for card in (kept, gone)
    )
    yield from _many("tag", "Tags", dict(reversed(ours.items())), dict(reversed(theirs.items())), sent)


def _many(
    name: str, label: str, ours: Mapping[str, str], theirs: Mapping[str, str], sent: Sent
) -> Iterable[Field]:
    both = {**theirs, **ours}
    order = [*ours, *(key for key in theirs if key not in ours)]
    unticked = _unticked(name, sent)
    options = [
        Option(mark(key), both[key], mark(key) not in unticked, key in ours and key in theirs)
        for key in order
    ]
    if options:
        yield Field(name, label, options, many=True)


def _theirs(kept: vcard.Card, gone: vcard.Card, of: str) -> dict[str, str]:
    numbers = lines.same_numbers(kept, gone) if of == "TEL" else {}
    return {numbers.get(key, key): text for key, text in lines.values(gone, of).items()}


def _of_notes(kept: vcard.Card, gone: vcard.Card, sent: Sent) -> Iterable[Field]:
    ours, theirs = vcard.project(kept).note, vcard.project(gone).note
    if not ours or not theirs or ours == theirs:
        return
    answered = sent.get("note")
    on = answered if answered in (BOTH, *SIDES) else BOTH
    texts = ((BOTH, "Both, one after the other"), (KEPT, ours), (GONE, theirs))
    yield Field("note", "Note", [Option(value, text, value == on) for value, text in texts])


def mark(key: str) -> str:
    """A value's name in the form: the same as long as the value is."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]


def _unticked(name: str, sent: Sent) -> set[str]:
    """The marks of what was shown and is not to stay."""
    return set(sent.getlist(f"{name}-shown")) - set(sent.getlist(name))


def _parts(shown: vcard.Projection) -> str:
    return " ".join(filter(None, (shown.prefix, shown.given, shown.family, shown.suffix)))


def _place(card: vcard.Card) -> str:
    """An ORG without its department, which is asked by itself."""
    parts = next((line.components for line in card.all("ORG") if line.body.strip(b" ;")), [])
    return ", ".join(filter(None, [*parts[:1], *parts[2:]]))


def _shown(card: vcard.Card, what: str) -> str:
    if what == "organisation":
        shown = vcard.project(card)
        return ", ".join(filter(None, (shown.institution, shown.department)))
    return next((line.shown for of in lines.ONE_OF[what] for line in card.all(of) if line.shown), "")
