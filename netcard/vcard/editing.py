"""Edits change lines, never the card: every byte of every other line stays."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from netcard.vcard.card import Card, Line
from netcard.vcard.names import Name, rename, split_name
from netcard.vcard.projection import (
    address,
    addresses,
    chosen,
    name_parts,
    note,
    project,
    shown,
    tags,
)
from netcard.vcard.reading import parse
from netcard.vcard.syntax import clean, clean_line, escape, head_without, render, split_escaped


class Keep(enum.Enum):
    """The type of KEEP, which leaves a field as it is."""

    KEEP = "keep"


KEEP = Keep.KEEP
Field = str | Keep | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What to change. A field left at KEEP stays; None or "" takes its line away.

    `email` and `phone` are the first shown. Where a card has several e-mails, phones, titles or
    organisations the others stay, and the next one shows when the first is taken away; `note` and
    `tags` are all of their lines. A card always has a name: an empty `full_name` changes nothing.
    """

    full_name: Field = KEEP
    institution: Field = KEEP
    department: Field = KEEP
    title: Field = KEEP
    email: Field = KEEP
    phone: Field = KEEP
    note: Field = KEEP
    tags: Iterable[str] | Keep | None = KEEP


def edit(card: Card, changes: Edit, now: datetime | None = None) -> Card:
    """The card with those fields changed; the same bytes where they already say so.

    `now` goes into the REV line of a card that has one. New lines go before END:VCARD, in the
    card's version and line end. Raises BrokenCard if the card would grow over MAX_CARD.
    """
    work = Work(card)
    if not isinstance(changes.full_name, Keep):
        _rename(work, clean_line(changes.full_name or ""))
    _set_organisation(work, changes.institution, changes.department)
    if not isinstance(changes.title, Keep):
        _set_text(work, "TITLE", changes.title)
    if not isinstance(changes.email, Keep):
        _set_address(work, "EMAIL", changes.email)
    if not isinstance(changes.phone, Keep):
        _set_address(work, "TEL", changes.phone)
    if not isinstance(changes.note, Keep):
        _set_note(work, changes.note)
    if not isinstance(changes.tags, Keep):
        set_tags(work, changes.tags)
    return work.finish(now)


def add_note_line(card: Card, text: str, now: datetime | None = None) -> Card:
    """The card with `text` as the last line of its (last) NOTE; unchanged where it already is that."""
    text = clean_line(text)
    lines = [line for line in card.all("NOTE") if line.text.strip()]
    if not text or (lines and lines[-1].text.strip().splitlines()[-1].strip() == text):
        return card
    work = Work(card)
    if lines:
        work.write(lines[-1], escape(f"{plain(lines[-1])}\n{text}", old=card.old))
    else:
        _set_note(work, text)
    return work.finish(now)


def replace_note_line(card: Card, old: str, new: str | None, now: datetime | None = None) -> Card:
    """The card with the last NOTE line that reads `old` reading `new`, or gone for None.

    Unchanged where there is none: who took it out on the phone does not get it back.
    """
    old, new = clean_line(old), clean_line(new or "")
    for line in reversed(card.all("NOTE")):
        texts = plain(line).split("\n")
        at = next((i for i in reversed(range(len(texts))) if texts[i].strip() == old), None)
        if at is None or not old:
            continue
        if old == new:
            return card
        texts[at : at + 1] = [new] if new else []
        work = Work(card)
        rest = "\n".join(texts).strip()
        if rest:
            work.write(line, escape(rest, old=card.old))
        else:
            work.remove(line)
        return work.finish(now)
    return card


def with_uid(card: Card, uid: str) -> Card:
    """The same card under another UID. Raises BrokenCard if it would grow over MAX_CARD."""
    work = Work(card)
    set_first(work, "UID", escape(clean_line(uid), old=card.old))
    return work.finish(None)


class Work:
    """The changes of one edit, by line, until they are put together."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.old = card.old
        self.eol = card.eol
        self.changed: dict[Line, bytes] = {}
        self.added: list[bytes] = []

    def write(self, line: Line, source: str, *dropped: str) -> None:
        """Gives the line a new escaped value, keeping its group and its parameters less `dropped`."""
        head = line.head.raw
        if line.params:
            head = head_without(line.head, "ENCODING", "CHARSET", *dropped)
        self.changed[line] = render(head, source, old=self.old, eol=self.eol)

    def add(self, head: bytes, source: str) -> None:
        """Puts a new line before the end of the card."""
        self.added.append(render(head, source, old=self.old, eol=self.eol))

    def remove(self, line: Line) -> None:
        """Takes the line away."""
        self.changed[line] = b""

    def finish(self, now: datetime | None) -> Card:
        """The card with all of it done; raises BrokenCard where it grew too large."""
        if not self.changed and not self.added:
            return self.card
        self._drop_stale_labels()
        if now is not None:
            for line in self.card.all("REV")[:1]:
                self.write(line, _timestamp(now, like=line.text))
        data, lines = self.card.data, self.card.lines
        at = self.card.tail
        if self.added and lines and _dangles(lines[-1], at):
            at = lines[-1].start
        out, pos = [], 0
        for line in lines:
            if line.start == at:
                out += [data[pos:at], *self.added]
                pos = at
            if line in self.changed:
                out += [data[pos : line.start], self.changed[line]]
                pos = line.end
        if at == self.card.tail:
            out += [data[pos:at], *self.added]
            pos = at
        out.append(data[pos:])
        return parse(b"".join(out))

    def _drop_stale_labels(self) -> None:
        """`item1.X-ABLabel` goes with `item1.EMAIL`, unless something else of the group stays."""
        groups = {line.group.lower() for line, written in self.changed.items() if line.group and not written}
        for group in groups:
            rest = [line for line in self.card.by_group.get(group, ()) if self.changed.get(line) != b""]
            if all(line.name.startswith("X-AB") for line in rest):
                for line in rest:
                    self.remove(line)


def _rename(work: Work, full_name: str) -> None:
    card = work.card
    if not full_name or full_name == project(card).full_name:
        return
    shown_name = shown(card, "FN")
    parts = name_parts(card)
    line = chosen(card, "FN")
    if line:
        work.write(line, escape(full_name, old=work.old))
    else:
        work.add(b"FN", escape(full_name, old=work.old))
    new = rename(parts, shown_name or parts.in_one_line(), full_name) if parts else split_name(full_name)
    source = _structured(new, work.old)
    line = chosen(card, "N")
    if line is None:
        work.add(b"N", source)
    elif new != parts:
        work.write(line, source, "SORT-AS")


def _structured(name: Name, old: bool) -> str:
    parts = (name.family, name.given, name.additional, name.prefix, name.suffix)
    return ";".join(escape(part, old=old) for part in parts)


def _set_organisation(work: Work, institution: Field, department: Field) -> None:
    line = chosen(work.card, "ORG")
    sources = split_escaped(line.source, ";") if line else []
    before = list(sources)
    now = line.components if line else []
    for at, wanted in enumerate((institution, department)):
        if isinstance(wanted, Keep):
            continue
        text = wanted or ""
        if text == (now[at] if at < len(now) else "") or clean_line(text) == (
            now[at] if at < len(now) else ""
        ):
            continue
        while len(sources) <= at:
            sources.append("")
        sources[at] = escape(clean_line(text), old=work.old)
    if sources == before:
        return
    while sources and not sources[-1].strip() and len(sources) > len(before):
        sources.pop()
    if line is None:
        work.add(b"ORG", ";".join(sources))
    elif any(part.strip() for part in sources):
        work.write(line, ";".join(sources), "SORT-AS")
    else:
        work.remove(line)


def _set_text(work: Work, name: str, wanted: str | None) -> None:
    line = chosen(work.card, name)
    now = line.shown if line else ""
    text = clean_line(wanted or "")
    if now in (wanted or "", text):
        return
    if line and text:
        work.write(line, escape(text, old=work.old))
    elif line:
        work.remove(line)
    else:
        work.add(name.encode("ascii"), escape(text, old=work.old))


_NEW_HEADS = {
    ("EMAIL", "2.1"): b"EMAIL;INTERNET",
    ("EMAIL", "3.0"): b"EMAIL;TYPE=INTERNET",
    ("EMAIL", "4.0"): b"EMAIL",
    ("TEL", "2.1"): b"TEL;CELL",
    ("TEL", "3.0"): b"TEL;TYPE=CELL",
    ("TEL", "4.0"): b"TEL;TYPE=cell",
}


def _set_address(work: Work, name: str, wanted: str | None) -> None:
    found = addresses(work.card, name)
    text = clean_line(wanted or "")
    now = found[0][1] if found else ""
    if now in (wanted or "", text):
        return
    source = escape(text, old=work.old)
    if found and text:
        work.write(found[0][0], source, "VALUE")
    elif found:
        # The same address on a second line would come up as if nothing had happened.
        for line, same in found:
            if same.casefold() == now.casefold():
                work.remove(line)
    else:
        empty = next((line for line in work.card.all(name) if not address(line)), None)
        if empty:
            work.write(empty, source, "VALUE")
        else:
            work.add(_NEW_HEADS[name, work.card.version], source)


def _set_note(work: Work, wanted: str | None) -> None:
    now = note(work.card)
    text = clean(wanted or "")
    if now in (wanted or "", text):
        return
    set_first(work, "NOTE", escape(text, old=work.old))


def set_tags(work: Work, wanted: Iterable[str] | None) -> None:
    """Makes the tags these and no others."""
    texts = dict.fromkeys(text for text in map(clean_line, wanted or ()) if text)
    if tuple(texts) == tags(work.card):
        return
    set_first(work, "CATEGORIES", ",".join(escape(text, old=work.old) for text in texts))


def set_first(work: Work, name: str, source: str) -> None:
    """Writes a property that is shown as one text into its first line, and takes its other lines away."""
    lines = work.card.all(name)
    if not lines:
        work.add(name.encode("ascii"), source)
    elif source:
        work.write(lines[0], source)
    else:
        work.remove(lines[0])
    for line in lines[1:]:
        work.remove(line)


def _dangles(line: Line, tail: int) -> bool:
    """Whether a last line ends in a stray soft break: a new line after it would be read as its rest."""
    return line.end == tail and line.head.quoted_printable and line.body.rstrip().endswith(b"=")


def plain(line: Line) -> str:
    """A text with one kind of newline and nothing after its end."""
    return line.text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _timestamp(now: datetime, like: str) -> str:
    now = now.astimezone(UTC)
    return f"{now:%Y-%m-%dT%H:%M:%SZ}" if "-" in like else f"{now:%Y%m%dT%H%M%SZ}"
