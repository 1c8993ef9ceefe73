"""Who of a file is new and who is there already, in the book or further up in the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from netcard.contacts import rules
from netcard.contacts.derived import EMAIL, NAME, PHONE, signs_of
from netcard.contacts.earlier import Meeting
from netcard.contacts.importing.person import Person
from netcard.contacts.models import Book, Contact, ContactSign
from netcard.database import db

AT_ONCE = 500

UID = "uid"
REASONS = {
    UID: "the same card",
    EMAIL: "the same e-mail",
    PHONE: "the same phone",
    NAME: "the same name",
}
Sign = tuple[str, str]
Key = tuple[str, ...]
"""A sign and more that must be the same."""
ANYBODY, NOTHING_SAID = "*", ""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the book, or of an earlier line, as far as likeness goes by it."""

    name: str
    place: str
    email: str
    words: frozenset[str]
    contact_id: UUID | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody of the file: no more than the preview shows and likeness goes by."""

    line: int
    name: str
    place: str
    email: str
    uid: str
    signs: tuple[Sign, ...]
    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True)
class There:
    """Somebody of the file who is there already: like whom, and why. The same card is never added twice."""

    entry: Entry
    like: Known
    reason: str


@dataclass(slots=True)
class Plan:
    """What would become of everyone in a file."""

    new: list[Entry] = field(default_factory=list)
    there: list[There] = field(default_factory=list)
    broken: list[Person] = field(default_factory=list)

    @property
    def meetings(self) -> list[Meeting]:
        """What the new ones bring with them."""
        return [met for entry in self.new for met in entry.meetings]

    @property
    def alike(self) -> int:
        """Those who could be added as people of their own."""
        return sum(one.reason != UID for one in self.there)


def entry_of(person: Person) -> Entry:
    """What likeness goes by; the person must not be a broken one."""
    shown = person.shown
    if shown is None:
        raise ValueError("a broken card is like nobody")
    return Entry(
        line=person.line,
        name=shown.full_name[:300],
        place=shown.institution[:300],
        email=next(iter(shown.emails), "")[:254],
        uid=shown.uid[:255],
        signs=tuple(signs_of(shown)),
        meetings=person.meetings,
    )


def make_plan(owner: UUID, people: Iterable[Person]) -> Plan:
    """Sort a file's people into new, there and broken. Reads the book, changes nothing."""
    plan = Plan()
    entries: list[Entry] = []
    for person in people:
        if person.problem:
            plan.broken.append(person)
        else:
            entries.append(entry_of(person))
    for entry, like in sort_out(entries, uids_of(owner, entries), signs_in_book(owner, entries)):
        if like:
            plan.there.append(like)
        else:
            plan.new.append(entry)
    return plan


def sort_out(
    entries: Iterable[Entry], uids: dict[str, Known], signs: dict[Sign, list[Known]]
) -> Iterable[tuple[Entry, There | None]]:
    """Each entry with whom it is like; one that is new counts for those after it. Pure."""
    uids = dict(uids)
    book: dict[Key, Known] = {}
    file: dict[Key, Known] = {}
    for sign, bearers in signs.items():
        for known in bearers:
            _put_down(book, sign, known)
    for entry in entries:
        words = _words(entry.name)
        like = _like(entry, words, uids, (book, file))
        known = Known(entry.name, entry.place, entry.email, words, line=entry.line)
        if entry.uid:
            uids.setdefault(entry.uid, known)
        if like is None:
            for sign in entry.signs:
                _put_down(file, sign, known)
        yield entry, like


def _like(
    entry: Entry, words: frozenset[str], uids: dict[str, Known], looked_in: Iterable[dict[Key, Known]]
) -> There | None:
    if entry.uid and entry.uid in uids:
        return There(entry, uids[entry.uid], UID)
    for sign in entry.signs:
        wanted = list(_keys_asked(sign, entry, words))
        for known in (there[key] for there in looked_in for key in wanted if key in there):
            return There(entry, known, sign[0])
    return None


# Whether a sign in common makes two of them one person. An e-mail does. A phone may be a ward's: then a
# word of their names must be the same, or one of them has none. A name may be a namesake's: then so must
# the place, or where one says none, not both may say an e-mail. Thousands can share one sign, so nobody is
# compared with all of them: each stands under what the others ask for.


def _put_down(there: dict[Key, Known], sign: Sign, known: Known) -> None:
    for key in _keys_of(sign, known):
        there.setdefault(key, known)


def _keys_of(sign: Sign, known: Known) -> Iterator[Key]:
    """What somebody who bears a sign is found by."""
    yield (*sign, ANYBODY)
    if sign[0] == PHONE:
        yield from ((*sign, word) for word in known.words or (NOTHING_SAID,))
    if sign[0] == NAME:
        place = _place(known.place)
        yield (*sign, place)
        if not known.email:
            yield (*sign, ANYBODY, NOTHING_SAID)
            yield (*sign, place, NOTHING_SAID)


def _keys_asked(sign: Sign, entry: Entry, words: frozenset[str]) -> Iterator[Key]:
    """What they are found by who are like somebody with this sign."""
    unless_both_write = (NOTHING_SAID,) if entry.email else ()
    if sign[0] == EMAIL or (sign[0] == PHONE and not words):
        yield (*sign, ANYBODY)
    elif sign[0] == PHONE:
        yield from ((*sign, word) for word in (NOTHING_SAID, *sorted(words)))
    elif entry.place:
        yield (*sign, _place(entry.place))
        yield (*sign, NOTHING_SAID, *unless_both_write)
    else:
        yield (*sign, ANYBODY, *unless_both_write)


def _place(institution: str) -> str:
    """A place as `rules.same_place` compares it; the blank tells one without letters from one not said."""
    return f" {' '.join(rules.typed_words(institution))}" if institution else NOTHING_SAID


def _words(name: str) -> frozenset[str]:
    return frozenset(rules.typed_words(name))


# --- the book -----------------------------------------------------------------


def seq_of(owner: UUID) -> int:
    """The book's counter: what has a greater number came later."""
    return db.session.scalar(select(Book.seq).where(Book.owner_id == owner, Book.id == owner)) or 0


def uids_of(owner: UUID, entries: Sequence[Entry], after: int = 0) -> dict[str, Known]:
    """Whose cards of the book bear a UID of these; only those changed since the counter stood at `after`."""
    found: dict[str, Known] = {}
    wanted = list(dict.fromkeys(entry.uid for entry in entries if entry.uid))
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = db.session.execute(
            select(Contact.uid, Contact.id, Contact.name, Contact.institution, Contact.email)
            .where(Contact.owner_id == owner, Contact.book_id == owner, Contact.uid.in_(some))
            .where(Contact.deleted_at.is_(None), Contact.seq > after)
        )
        found |= {row.uid: Known(row.name, row.institution, row.email, frozenset(), row.id) for row in rows}
    return found


def signs_in_book(owner: UUID, entries: Sequence[Entry], after: int = 0) -> dict[Sign, list[Known]]:
    """Who of the book bears a sign of these; only those changed since the counter stood at `after`."""
    found: dict[Sign, list[Known]] = {}
    if after and not _changed(owner, after):
        return found
    for kind in (EMAIL, PHONE, NAME):
        wanted = list(dict.fromkeys(value for entry in entries for of, value in entry.signs if of == kind))
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            rows = db.session.execute(
                select(ContactSign.value, Contact.id, Contact.name, Contact.institution, Contact.email)
                .join(Contact, (Contact.owner_id == owner) & (Contact.id == ContactSign.contact_id))
                .where(ContactSign.owner_id == owner, ContactSign.kind == kind)
                .where(ContactSign.value.in_(some), Contact.seq > after)
            )
            for row in rows:
                known = Known(row.name, row.institution, row.email, _words(row.name), row.id)
                found.setdefault((kind, row.value), []).append(known)
    return found


def _changed(owner: UUID, after: int) -> bool:
    return seq_of(owner) > after
