"""Tables as text: which sign parts the columns, where the heading stands, and the rows below it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netcard.contacts.cells import unguarded
from netcard.contacts.importing.formats import HEAD, is_written_in
from netcard.errors import UnreadableFile

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}

MOST_COLUMNS = 400
MOST_LINE = 1_000_000
"""Letters of one line; a longer one is no person's."""
MOST_LINES = 1_000_000
"""Lines of a table, a hundred for each person; 32 MB of empty ones would take a minute."""

_LOOKED_AT = 60
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
_NUMBER = re.compile(r"[+\d][\d\s().\-/]{6,}")

OPEN_QUOTE = "A quotation mark is opened here and not closed, so the lines after it could not be told apart."


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is read. `heading` is the line of its column names, 0 where the first row is a person."""

    encoding: str
    delimiter: str
    heading: int
    columns: tuple[str, ...]
    lossy: bool  # some bytes are not in this encoding


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells, as many as there are columns, or what is wrong with it."""

    line: int
    cells: list[str]
    problem: str = ""


def look(data: bytes, encoding: str, delimiter: str = "", headless: bool | None = None) -> Table:
    """Find out how a table is read, as far as it is not said. Raises UnreadableFile where there is none."""
    lines = _lines(data[:HEAD], encoding)
    if len(data) > HEAD:
        lines = lines[:-1] or lines
    declared = _declared_separator(lines)
    delimiter = delimiter or declared or _delimiter(lines)
    rows = [row for row in _parsed(lines, delimiter) if any(row[1])]
    rows = [row for row in rows if not (declared and row[0] == 1)]
    if not rows:
        raise UnreadableFile("There are no people in this file.")
    line, cells = _first_full(rows)
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(f"This table has more than {MOST_COLUMNS} columns. Keep those about people.")
    if headless is None:
        headless = _is_a_person(cells)
    width = max(len(cells), *(len(row) for _, row in rows)) if headless else len(cells)
    names = () if headless else tuple(cells)
    columns = tuple(
        (names[at] if at < len(names) else "") or f"Column {at + 1}" for at in range(min(width, MOST_COLUMNS))
    )
    lossy = not is_written_in(data, encoding)
    return Table(encoding, delimiter, 0 if headless else line, columns, lossy)


def rows(data: bytes, table: Table) -> Iterator[Row]:
    """The rows below the heading; empty ones are left out. Raises UnreadableFile after MOST_LINES."""
    width = len(table.columns)
    encoding = "utf-8-sig" if table.encoding == "utf-8" else table.encoding
    source = _Lines(io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline=""))
    reader = csv.reader(source, delimiter=table.delimiter)
    while True:
        first = reader.line_num + 1
        if first > MOST_LINES:
            raise UnreadableFile(f"This table has more than {MOST_LINES:,} lines. Keep those about people.")
        source.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell as long as no person's: the next quotation mark is far away
            yield Row(first, [], OPEN_QUOTE)
            continue
        if first <= table.heading or (first == 1 and source.declares(table.delimiter)):
            continue
        problem = source.problem
        cells = [unguarded(cell).strip() for cell in cells]
        if not problem and not any(cells):
            continue
        problem = problem or _problem(cells, width, table)
        yield Row(first, [*cells[:width], *[""] * (width - len(cells))], problem)


def samples(data: bytes, table: Table, most: int = 2) -> list[list[str]]:
    """For each column the first different values it holds."""
    found: list[list[str]] = [[] for _ in table.columns]
    for number, row in enumerate(rows(data, table)):
        if number >= 300:
            break
        if row.problem:
            continue
        for values, cell in zip(found, row.cells, strict=True):
            if cell and len(values) < most and cell not in values:
                values.append(cell)
    return found


# --- what is wrong with a row -------------------------------------------------


def _problem(cells: list[str], width: int, table: Table) -> str:
    filled = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    if filled > width:
        return (
            f"This line has {filled} cells and the heading {width}; a comma in a cell needs quotation marks."
        )
    text = "".join(cells)
    if "\0" in text:
        return "A NUL byte stands in this line."
    if table.lossy and "\ufffd" in text:
        return "There are letters in it that cannot be read. Try another encoding."
    return ""


class _Lines:
    """The lines of a file, remembering what was odd about those of the row at hand."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source = iter(source)
        self._quotes = 0
        self._first = ""
        self._ended = False
        self._too_long = False

    def begin(self) -> None:
        """A new row begins with the next line."""
        self._quotes = 0
        self._too_long = False
        self._first = ""

    @property
    def problem(self) -> str:
        if self._too_long:
            return "This line is too long for a person."
        # the reader closes a quotation silently where the file ends
        return OPEN_QUOTE if self._ended and self._quotes % 2 else ""

    def declares(self, delimiter: str) -> bool:
        return self._first.strip().lower() == f"sep={delimiter}"

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = next(self._source)
        except StopIteration:
            self._ended = True
            raise
        if len(line) > MOST_LINE:
            self._too_long = True
            return "\n"
        self._quotes += line.count('"')
        self._first = self._first or line
        return line


# --- how it is read -----------------------------------------------------------


def _lines(head: bytes, encoding: str) -> list[str]:
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    return list(io.StringIO(text, newline=""))


def _declared_separator(lines: list[str]) -> str:
    """Excel's own first line, `sep=;`."""
    first = lines[0].strip("\r\n") if lines else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") and first[4] in DELIMITERS else ""


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts most rows into equally many cells.

    csv.Sniffer guesses from letter frequencies and takes an e-mail's full stop or a name's "a" for it.
    """
    best, chosen = (0.0, 0), ","
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for _, row in _parsed(lines, delimiter) if any(row))
        cut = [(count, width) for width, count in widths.items() if width > 1]
        if not cut:
            continue
        count, width = max(cut)
        score = (round(count / sum(widths.values()), 1), width)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _parsed(lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows with the number of the line each begins on."""
    found: list[tuple[int, list[str]]] = []
    reader = csv.reader(lines, delimiter=delimiter)
    while len(found) < _LOOKED_AT:
        line = reader.line_num + 1
        try:
            found.append((line, [unguarded(cell).strip() for cell in next(reader)]))
        except StopIteration:
            break
        except csv.Error:
            continue
    return found


def _first_full(rows: list[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """The heading: the first row as wide as the table, for a title or a notice may stand above it."""
    widths = Counter(len(cells) for _, cells in rows)
    _, width = max((count, width) for width, count in widths.items() if width > 1 or len(widths) == 1)
    full = (row for row in rows if sum(map(bool, row[1])) * 2 >= width)
    return next(full, rows[0])


def _is_a_person(cells: list[str]) -> bool:
    """Whether the first row is somebody already: a heading holds no address and no number."""
    return any(_EMAIL.fullmatch(cell) or _NUMBER.fullmatch(cell) for cell in cells)
