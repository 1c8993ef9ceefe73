"""Forms of an import: the file, and what its columns are."""

from collections.abc import Mapping

from werkzeug.datastructures import FileStorage
from wtforms import FileField

from netcard.contacts.importing import mapping
from netcard.contacts.importing.formats import ENCODINGS
from netcard.contacts.importing.reading import Reading
from netcard.contacts.importing.tables import DELIMITERS
from netcard.errors import Invalid
from netcard.web.forms import Form

MOST_NAME = 200


class FileForm(Form):
    """One file."""

    file = FileField("File")

    def refuse(self, sentence: str) -> None:
        """Say why the file cannot be taken."""
        self.file.errors = [sentence]

    def chosen(self) -> FileStorage | None:
        """The file, where one came along."""
        file = self.file.data
        return file if isinstance(file, FileStorage) and file.filename else None


def plain_name(file: FileStorage) -> str:
    """The file's name to show, without its folders."""
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in name if char.isprintable())[:MOST_NAME].strip() or "a file"


def reading_sent(sent: Mapping[str, str], reading: Reading) -> tuple[str, str, bool]:
    """Encoding, separator, and whether the first row is a person, as the form says them."""
    table = reading.table
    encoding, delimiter = sent.get("encoding", ""), sent.get("delimiter", "")
    return (
        encoding if encoding in ENCODINGS else reading.encoding,
        delimiter if delimiter in DELIMITERS else table.delimiter if table else ",",
        bool(sent.get("headless")),
    )


def is_read_otherwise(sent: Mapping[str, str], reading: Reading) -> bool:
    """Whether the file has to be read anew: then the columns are others."""
    table = reading.table
    said = reading_sent(sent, reading)
    return table is not None and said != (reading.encoding, table.delimiter, not table.heading)


def fields_sent(sent: Mapping[str, str], reading: Reading) -> dict[str, str]:
    """The field of each column; raises Invalid where they do not make a person."""
    fields = {str(at): sent.get(f"column-{at}", field) for at, field in enumerate(reading.fields)}
    wrong = next((code for code in fields.values() if not mapping.is_field(code)), None)
    if wrong is not None:
        raise Invalid({"columns": "One of the columns is set to something there is not. Choose it again."})
    if problem := mapping.problem_of(list(fields.values())):
        raise Invalid({"columns": problem})
    return fields
