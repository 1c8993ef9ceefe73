"""Two cards of one person made one, and taken apart again: line by line, so that nothing goes unsaid."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from netcard.vcard.card import Card, Line
from netcard.vcard.editing import Edit, Work, edit, plain, set_first, set_tags
from netcard.vcard.names import Name, split_name
from netcard.vcard.projection import address, chosen, name_parts, note, project, tags
from netcard.vcard.syntax import escape
from netcard.vcard.transfer import Transfer, in_version, lines_of, value_key, whole_key

KEPT, GONE, BOTH = "kept", "gone", "both"

ONE_OF: Mapping[str, tuple[str, ...]] = {
    "name": ("FN", "N"),
    "organisation": ("ORG",),
    "title": ("TITLE",),
    "birthday": ("BDAY",),
    "anniversary": ("ANNIVERSARY", "X-ANNIVERSARY"),
    "gender": ("GENDER", "X-GENDER"),
    "photo": ("PHOTO",),
    "kind": ("KIND", "X-ADDRESSBOOKSERVER-KIND"),
    "class": ("CLASS",),
    "sort": ("SORT-STRING",),
}
"""What a person has one of, and the properties that say it; of the two cards' only one can stay."""

MANY = ("EMAIL", "TEL", "URL", "ADR")
"""What a person may have many of: every value of both cards stays, each once, unless it is dropped."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What of the two cards is to stay. By default everything, and of what there can be only one of, the
    kept card's."""

    picks: Mapping[str, str] = field(default_factory=dict)
    """KEPT or GONE for a field of ONE_OF, and for "department", which may come from the other card."""
    note: str = BOTH
    dropped: Collection[tuple[str, str]] = frozenset()
    """(property, `value_key`) of MANY and (CATEGORIES, tag in small letters) that are to go."""
    lasting: Collection[str] = ()
    """Lines of either NOTE that stay whichever is picked: where and when they met."""


def merge(kept: Card, gone: Card, choices: Choices, now: datetime | None = None) -> Card:
    """The kept card with the other's lines put to it; lines that say the same of both come once.

    The other's lines are written in the kept card's version, their groups renumbered where they would
    meet; UID, REV and PRODID are the kept card's. An address both hold stands as the kept card labels
    it. Of a property of ONE_OF the line that is shown is picked, further ones all stay. Raises
    BrokenCard if both together are larger than MAX_CARD.
    """
    work = Work(kept)
    transfer = Transfer(kept, gone)
    other = transfer.other
    handled = _pick(work, transfer, gone, choices.picks)
    _drop(work, choices.dropped)
    _put_tags(work, other, choices.dropped)
    _put_note(work, other, choices)
    stays = [line for line in lines_of(kept) if work.changed.get(line) != b""]
    known = {whole_key(kept, line) for line in stays}
    there = {(line.name, value_key(line)) for line in stays if line.name in MANY}
    numbers = same_numbers(kept, other)
    for line in lines_of(other):
        at = (line.name, value_key(line))
        if line.name == "TEL":
            at = ("TEL", numbers.get(at[1], at[1]))
        if line in handled or line.name in ("NOTE", "CATEGORIES") or not at[1]:
            continue
        if line.name in MANY and (at in there or at in choices.dropped):
            continue
        key = whole_key(other, line)
        if key not in known:
            work.added += transfer.lines(line)
            known.add(key)
            there.add(at)
    merged = work.finish(now)
    return _with_department(merged, kept, gone, choices.picks, now)


def side_of(kept: Card, gone: Card, what: str, picks: Mapping[str, str]) -> str:
    """Whose line of a field of ONE_OF stays: the one picked, else the kept card's, else the only one."""
    ours, theirs = said(kept, what), said(gone, what)
    if not (ours and theirs):
        return GONE if theirs else KEPT
    return picks.get(what, KEPT)


def said(card: Card, what: str) -> str:
    """What a card says of a field of ONE_OF, comparable; empty where it says nothing."""
    if what == "name" and not any(line.text.strip(" ;") for name in ("FN", "N") for line in card.all(name)):
        return ""
    if what == "name":
        return f"{project(card).full_name}\n{';'.join(name_parts(card))}"
    line = _shown(card, ONE_OF[what])
    return value_key(line) if line else ""


def values(card: Card, name: str) -> dict[str, str]:
    """What a card holds of a property of MANY: its `value_key`, and the text to show."""
    found: dict[str, str] = {}
    for line in card.all(name):
        text = address(line) if name in ("EMAIL", "TEL") else line.shown
        if name == "ADR":
            text = ", ".join(filter(None, line.components))
        if text.strip() and (key := value_key(line)):
            found.setdefault(key, text)
    return found


def same_numbers(kept: Card, gone: Card) -> dict[str, str]:
    """Keys of the other card's phones that are a number of the kept card written in another way: +49 30 12…
    and 030 12…. Nine last digits would not do: they leave the half of an American area code open."""
    written: dict[str, list[str]] = {}
    for ours in values(kept, "TEL"):
        for end in _ends(ours):
            written.setdefault(end, []).append(ours)
    return {
        theirs: ours
        for theirs in values(gone, "TEL")
        for ours in (ours for end in _ends(theirs) for ours in written.get(end, ()))
        if ours != theirs and _one_number(ours, theirs)
    }


def _ends(number: str) -> list[str]:
    """Two ways to write one number share one of these: all of it, less its zero, or less its country."""
    full = number.removeprefix("00").removeprefix("+")
    return list(dict.fromkeys((full.removeprefix("0"), *(full[at:] for at in range(4)))))


def _one_number(one: str, other: str) -> bool:
    full, local = sorted((one.removeprefix("00"), other.removeprefix("00")), key=len, reverse=True)
    full = full.removeprefix("+")
    if local[:1] == "+" or local == full:
        return local.removeprefix("+") == full
    local = local.removeprefix("0")
    return full.endswith(local) and len(local) >= 7 and 0 < len(full) - len(local) <= 3


def others(card: Card) -> list[Line]:
    """The lines of a card about which nothing can be chosen: they stay."""
    asked = {name for names in ONE_OF.values() for name in names} | {*MANY, "NOTE", "CATEGORIES"}
    return [line for line in lines_of(card) if line.name not in asked and value_key(line)]


# --- merging ------------------------------------------------------------------


def _shown(card: Card, names: Iterable[str]) -> Line | None:
    found = (chosen(card, name) for name in names)
    return next((line for line in found if line is not None and line.body.strip(b" ;")), None)


def _pick(work: Work, transfer: Transfer, gone: Card, picks: Mapping[str, str]) -> set[Line]:
    """Puts what is picked of the other card in the place of the kept one's; all lines that are decided.

    `gone` is that card as it came: in another version it may have been given a name it does not say.
    """
    card, other = work.card, transfer.other
    handled: set[Line] = set()
    for what, names in ONE_OF.items():
        theirs = {name: chosen(other, name) for name in names}
        handled |= {line for line in theirs.values() if line is not None}
        if side_of(card, gone, what, picks) == KEPT:
            continue
        for name in names:
            ours, line = chosen(card, name), theirs[name]
            if line is not None and line.body.strip(b" ;"):
                _replace(work, ours, transfer.lines(line))
            elif what == "name":
                _write_name(work, ours, name, other)
            elif ours is not None:
                work.remove(ours)
    return handled


def _replace(work: Work, ours: Line | None, written: list[bytes]) -> None:
    if ours is not None and not ours.group:
        work.changed[ours] = b"".join(written)
        return
    if ours is not None:
        work.remove(ours)  # and with it the labels that were its own
    work.added += written


def _write_name(work: Work, ours: Line | None, name: str, other: Card) -> None:
    """FN and N say the same name: one that the other card lacks is made from the one it has."""
    full_name = project(other).full_name
    parts: Name = name_parts(other) or split_name(full_name)
    texts = [full_name] if name == "FN" else [*parts]
    source = ";".join(escape(text, old=work.old) for text in texts)
    if ours is not None:
        work.write(ours, source, "SORT-AS")
    else:
        work.add(name.encode(), source)


def _drop(work: Work, dropped: Collection[tuple[str, str]]) -> None:
    for line in work.card.lines:
        if line.name in MANY and (line.name, value_key(line)) in dropped:
            work.remove(line)


def _put_tags(work: Work, other: Card, dropped: Collection[tuple[str, str]]) -> None:
    ours = tags(work.card)
    new = {tag.casefold(): tag for tag in reversed(tags(other))}
    known = {tag.casefold() for tag in ours}
    both = (*ours, *(tag for folded, tag in reversed(new.items()) if folded not in known))
    wanted = tuple(tag for tag in both if ("CATEGORIES", tag.casefold()) not in dropped)
    if wanted != ours:
        set_tags(work, wanted)


def _put_note(work: Work, other: Card, choices: Choices) -> None:
    ours, theirs = note(work.card), note(other)
    if choices.note == GONE and theirs:
        _write_note(work, _with_lines(theirs, _only(ours, choices.lasting)))
    else:
        more = theirs if choices.note == BOTH else _only(theirs, choices.lasting)
        if (both := _with_lines(ours, more)) != ours:
            _append_note(work, both[len(ours) :].lstrip("\n"))


def _only(text: str, lines: Collection[str]) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip() in lines)


def _with_lines(text: str, more: str) -> str:
    """A text with another below it, less the lines that stand in it already."""
    there = {line.strip() for line in text.split("\n")} - {""}
    new = "\n".join(line for line in more.split("\n") if line.strip() not in there).strip()
    return "\n".join(filter(None, (text, new)))


def _write_note(work: Work, text: str) -> None:
    if text != note(work.card):
        set_first(work, "NOTE", escape(text, old=work.old))


def _append_note(work: Work, text: str) -> None:
    """Below the last NOTE that says something; the others stay as they are."""
    lines = [line for line in work.card.all("NOTE") if line.text.strip()]
    if lines:
        work.write(lines[-1], escape(f"{plain(lines[-1])}\n{text}", old=work.old))
    else:
        set_first(work, "NOTE", escape(text, old=work.old))


def _with_department(
    merged: Card, kept: Card, gone: Card, picks: Mapping[str, str], now: datetime | None
) -> Card:
    side = side_of(kept, gone, "organisation", picks)
    wanted = picks.get("department", side)
    if wanted == side:
        return merged
    return edit(merged, Edit(department=project(kept if wanted == KEPT else gone).department), now)


# --- taking apart -------------------------------------------------------------

_ONE = {name: names for names in ONE_OF.values() for name in names}


def unmerge(card: Card, before: Card, merged: Card, now: datetime | None = None) -> Card:
    """The card as it was before a merge, but for what was changed since; that stays.

    `before` and `merged` are the kept card then. With `card` still being `merged` the answer is
    `before`, byte for byte. Else the lines the merge put in go and those it took come back, each only
    as far as the property is what the merge left; compared by value, for a phone that changes one line
    writes all of them anew.
    """
    if card.data == merged.data:
        return before
    work = Work(card)
    transfer = Transfer(card, before)
    before, merged = transfer.other, in_version(merged, card.version)
    now_there, then, left = _by_name(card), _by_name(before), _by_name(merged)
    for name in dict.fromkeys((*then, *left)):
        if _keys(then, name) == _keys(left, name) or name in ("NOTE", "CATEGORIES"):
            continue
        if any(_keys(now_there, one) != _keys(left, one) for one in _ONE.get(name, ())):
            continue  # said anew since: what is said last counts
        _take_back(work, transfer, now_there.get(name, []), then.get(name, []), left.get(name, []))
    _unmerge_tags(work, before, merged)
    _unmerge_note(work, before, merged)
    return work.finish(now)


def _by_name(card: Card) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines_of(card):
        if value_key(line):
            found.setdefault(line.name, []).append(line)
    return found


def _keys(lines: Mapping[str, list[Line]], name: str) -> Counter[str]:
    return Counter(value_key(line) for line in lines.get(name, ()))


def _take_back(work: Work, transfer: Transfer, here: list[Line], then: list[Line], left: list[Line]) -> None:
    put_in = Counter(map(value_key, left)) - Counter(map(value_key, then))
    missing = Counter(map(value_key, then)) - Counter(map(value_key, left)) - Counter(map(value_key, here))
    written: list[bytes] = []
    for line in then:
        if missing[value_key(line)] > 0:
            missing[value_key(line)] -= 1
            written += transfer.lines(line)
    for line in reversed(here):
        if put_in[value_key(line)] > 0:
            put_in[value_key(line)] -= 1
            _replace(work, line, written)
            written = []
    work.added += written


def _unmerge_tags(work: Work, before: Card, merged: Card) -> None:
    then, left = set(tags(before)), set(tags(merged))
    here = [tag for tag in tags(work.card) if tag not in left - then]
    back = [tag for tag in tags(before) if tag not in left and tag not in here]
    if (wanted := [*here, *back]) != list(tags(work.card)):
        set_tags(work, wanted)


def _unmerge_note(work: Work, before: Card, merged: Card) -> None:
    here, then, left = note(work.card), note(before), note(merged)
    if then == left:
        return
    if here == left:
        _write_note(work, then)
        return
    put_in = Counter(left.split("\n")) - Counter(then.split("\n"))
    stays: list[str] = []
    for line in here.split("\n"):
        if line.strip() and put_in[line] > 0:
            put_in[line] -= 1
        else:
            stays.append(line)
    back = Counter(then.split("\n")) - Counter(left.split("\n"))
    _write_note(work, _with_lines("\n".join(stays).strip(), "\n".join(back.elements())))
