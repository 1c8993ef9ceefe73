"""A file as the people in it: what was found out or chosen about reading it, and then one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from netcard import vcard
from netcard.contacts.importing import mapping, tables, vcards
from netcard.contacts.importing.dates import day_comes_first
from netcard.contacts.importing.formats import MOST_PEOPLE, recognise
from netcard.contacts.importing.person import Person
from netcard.contacts.importing.rows import Reader
from netcard.contacts.importing.tables import Table
from netcard.database import new_id
from netcard.errors import BrokenCard, UnreadableFile

TOO_MANY = (
    f"netcard takes {MOST_PEOPLE:,} people at a time, and this file has more. "
    "Split it and bring the parts one after another."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read. `table` and `fields` (one for each column) stand for a table only."""

    format: str
    encoding: str
    table: Table | None = None
    fields: tuple[str, ...] = ()
    day_first: bool | None = None

    @property
    def known(self) -> bool:
        """Whether its columns are known without asking."""
        return self.format != "csv"

    def to_json(self) -> dict[str, str]:
        """What of it must be remembered beside the file, to come to the same again."""
        return {
            "encoding": self.encoding,
            "delimiter": self.table.delimiter if self.table else "",
            "headless": "1" if self.table and not self.table.heading else "",
        }

    def with_fields(self, fields: dict[str, str]) -> "Reading":
        """The same with the owner's word on what the columns are, by their number from 0."""
        chosen = tuple(fields.get(str(at), field) for at, field in enumerate(self.fields))
        return replace(self, fields=chosen)


def find_out(data: bytes) -> Reading:
    """Look at a file that just came. Raises UnreadableFile with what to do about it."""
    kind = recognise(data)
    if kind.cards:
        return Reading("vcard", kind.encoding)
    return read_table(data, kind.encoding)


def read_again(data: bytes, format_: str, said: dict[str, str], fields: dict[str, str]) -> Reading:
    """The reading that was remembered."""
    encoding = said.get("encoding", "utf-8")
    if format_ == "vcard":
        return Reading("vcard", encoding)
    reading = read_table(data, encoding, said.get("delimiter", ""), bool(said.get("headless")))
    reading = reading.with_fields(fields)
    seen = tables.samples(data, reading.table, most=60) if reading.table else []
    return replace(reading, format=format_, day_first=_day_first(reading.fields, seen))


def read_table(data: bytes, encoding: str, delimiter: str = "", headless: bool | None = None) -> Reading:
    """A table's reading with a guess for each column."""
    table = tables.look(data, encoding, delimiter, headless)
    seen = tables.samples(data, table, most=60)
    named = table.columns if table.heading else [""] * len(table.columns)
    fields = mapping.guess(named, seen)
    return Reading(
        format=mapping.format_of(table.columns) if table.heading else "csv",
        encoding=encoding,
        table=table,
        fields=tuple(fields),
        day_first=_day_first(fields, seen),
    )


def _day_first(fields: Sequence[str], seen: Sequence[Sequence[str]]) -> bool | None:
    dates = [values for code, values in zip(fields, seen, strict=True) if code in mapping.DAYS]
    return day_comes_first(value for values in dates for value in values)


def count(data: bytes, reading: Reading) -> int:
    """How many are in the file, broken ones included. Raises UnreadableFile for none and for too many."""
    if reading.table is None:
        number = sum(1 for _ in vcards.pieces(data, reading.encoding))
    else:
        number = 0
        for _ in tables.rows(data, reading.table):
            number += 1
            if number > MOST_PEOPLE:
                break
    if number > MOST_PEOPLE:
        raise UnreadableFile(TOO_MANY)
    if not number:
        raise UnreadableFile("There are no people in this file.")
    return number


def people(data: bytes, reading: Reading) -> Iterator[Person]:
    """Everyone in the file in its order, one at a time: a file may have 32 MB."""
    if reading.table is None:
        return vcards.people(data, reading.encoding)
    return _people_of_table(data, reading, reading.table)


def _people_of_table(data: bytes, reading: Reading, table: Table) -> Iterator[Person]:
    reader = Reader(table.columns, reading.fields, reading.day_first)
    for row in tables.rows(data, table):
        text = " ".join(cell for cell in row.cells if cell)[:80]
        if row.problem:
            yield Person(row.line, problem=row.problem, text=_printable(text))
            continue
        try:
            made = reader.card(row.cells, new_id().urn)
            shown = vcard.project(vcard.parse(made.data))
            yield Person(row.line, made.data, shown, made.meetings, made.role, made.starred)
        except ValueError as nobody:
            yield Person(row.line, problem=str(nobody), text=_printable(text))
        except BrokenCard as broken:
            yield Person(row.line, problem=broken.reason, text=_printable(text))


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())
