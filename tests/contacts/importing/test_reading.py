"""Files as people: what kind they are, how their columns are understood, what becomes of every cell."""

import gzip
import io
import zipfile

import pytest

from netcard import vcard
from netcard.contacts.importing import mapping, reading, rows, tables
from netcard.contacts.importing.formats import MOST_PEOPLE, recognise
from netcard.contacts.importing.person import Person
from netcard.errors import UnreadableFile

from .samples import AMRIT, CARDS, GERMAN, GOOGLE, GOOGLE_COLUMNS, GOOGLE_OLD, LINKEDIN, OUTLOOK, table


def people_in(data: bytes | str, **fields: str) -> list[Person]:
    data = data.encode() if isinstance(data, str) else data
    found = reading.find_out(data)
    return list(reading.people(data, found.with_fields(fields)))


def lines_of(person: Person) -> list[str]:
    return person.data.decode().replace("\r\n ", "").split("\r\n")


def format_of(text: str) -> str:
    return reading.find_out(text.encode()).format


# --- vCards ---------------------------------------------------------------------


def test_a_card_is_kept_byte_for_byte() -> None:
    margit, joerg, *_, ines = people_in(CARDS)
    assert margit.data + joerg.data == CARDS[: len(margit.data) + len(joerg.data)]
    assert b"X-ODD;Q=1:kept \r\n" in margit.data
    assert b"In\xe9s" in ines.data
    assert [person.shown.full_name for person in (margit, joerg, ines)] == [
        "Margit Solheim",
        "Jörg Groß",
        "Inés Marchetti",
    ]


def test_a_broken_card_has_its_reason_and_line_and_sinks_nobody_else() -> None:
    broken = [person for person in people_in(CARDS) if person.problem]
    assert [(person.line, person.problem, person.text) for person in broken] == [
        (17, "This line has no colon.", "Broken Person"),
        (19, "This is a group, not a person.", "Team"),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_cards_in_utf_16_are_read(encoding: str) -> None:
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Łucja Żak\r\nEND:VCARD\r\n" * 2
    assert [person.shown.full_name for person in people_in(text.encode(encoding))] == ["Łucja Żak"] * 2


# --- the programs' own tables -----------------------------------------------------


def test_google_loses_nothing() -> None:
    margit, amrit = people_in(GOOGLE)
    assert format_of(GOOGLE) == "google"
    assert lines_of(margit)[4:-2] == [
        "FN:Prof. Margit Åse Solheim\\, PhD",
        "N:Solheim;Margit;Åse;Prof.;PhD",
        "NICKNAME:Maggi",
        "X-PHONETIC-FIRST-NAME:MAR-git",
        "ORG:Fjordside Hospital;Plastic Surgery",
        "TITLE:Attending",
        "EMAIL;TYPE=INTERNET;TYPE=WORK;TYPE=PREF:m.solheim@fjordside.example",
        "EMAIL;TYPE=INTERNET;TYPE=WORK:margit@fjordside.example",
        "EMAIL;TYPE=INTERNET;TYPE=HOME:margit@home.example",
        "TEL;TYPE=CELL;TYPE=VOICE;TYPE=PREF:+47 22 85 00 11",
        "item1.TEL:+47 22 85 00 12",
        "item1.X-ABLabel:Clinic desk",
        "ADR;TYPE=WORK:PB 77;Floor 4;Sykehusveien 3;Oslo;;0372;Norway",
        "item2.URL:https://www.linkedin.com/in/margit-solheim",
        "item2.X-ABLabel:LinkedIn",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14",
        "item3.X-ABDATE;TYPE=PREF:2011-06-18",
        "item3.X-ABLabel:_$!<Anniversary>!$_",
        "item4.X-ABRELATEDNAMES:Kari Lund",
        "item4.X-ABLabel:_$!<Manager>!$_",
        "CATEGORIES:Cleft,Mentors",
        "NOTE:Stopped packing.\\nSend her the scale.\\nBleep: 4471",
    ]
    assert (amrit.shown.full_name, amrit.shown.tags) == ("Amrit Lall", ())


def test_googles_older_heading_is_known_too() -> None:
    assert format_of(GOOGLE_OLD) == "google"
    (ines,) = people_in(GOOGLE_OLD)
    shown = ines.shown
    assert (shown.full_name, shown.institution, shown.department) == (
        "Dr. Inés Marchetti",
        "Ospedale Maggiore",
        "Hand",
    )
    assert (shown.title, shown.tags, shown.note) == ("Researcher", ("Registry",), "Flaps\nHobby: Sailing")
    assert "BDAY:1979-02-28" in lines_of(ines)


def test_outlook_loses_nothing_but_what_it_writes_for_itself() -> None:
    assert format_of(OUTLOOK) == "outlook"
    (chidi,) = people_in(OUTLOOK)
    lines, shown = lines_of(chidi), chidi.shown
    assert "N:Okonjo-Hale;Chidi;;Dr.;III" in lines
    assert shown.emails == ("chidi@brigids.example", "chidi@home.example")
    assert shown.title == "Programme Director"
    assert shown.tags == ("Letters", "Programme Directors")
    assert "ADR;TYPE=WORK:;Wing B;1 Kirk Lane;Leeds;;LS1 4AB;United Kingdom" in lines
    assert "ADR;TYPE=HOME:;;9 Moor Road;Otley;;;" in lines
    assert "TEL;TYPE=WORK;TYPE=FAX:+44 113 496 0001" in lines
    assert lines[lines.index("item1.TEL:+44 113 496 0007") + 1] == "item1.X-ABLabel:Assistant"
    assert "BDAY:1968-12-24" in lines
    assert "URL:https://brigids.example/chidi" in lines
    assert shown.note == "Asked for the rota.\nSaid yes.\nHobby: Chess\nOffice Location: Room 4.12"
    assert "item3.X-ABRELATEDNAMES:Ngozi" in lines


def test_linkedin_brings_profile_position_and_the_day_of_connecting() -> None:
    assert format_of(LINKEDIN) == "linkedin"
    petra, yusuf = people_in(LINKEDIN)
    assert (petra.shown.institution, petra.shown.title) == ("Klinikum Nord", "Oberärztin, Hand")
    assert "item1.URL:https://www.linkedin.com/in/petra-brandt-example" in lines_of(petra)
    assert petra.shown.note == "Connected on LinkedIn 05 Mar 2024"
    assert (petra.line, petra.meetings) == (5, ())  # to be connected is not to have met
    assert (yusuf.shown.family, yusuf.shown.suffix) == ("Demir", "MD")


def test_a_german_list_from_excel_is_understood() -> None:
    data = GERMAN.encode("cp1252")
    found = reading.find_out(data)
    assert (found.format, found.encoding, found.table.delimiter) == ("csv", "cp1252", ";")
    joerg, aenne = reading.people(data, found)
    lines = lines_of(joerg)
    assert "N:Groß;Jörg;;;" in lines
    assert "ADR;TYPE=WORK:;;Platz 1;Berlin;;10117;" in lines
    assert "BDAY:1970-12-24" in lines
    assert (joerg.shown.note, aenne.shown.full_name) == ("K; Brandt", "Änne Weiß")


# --- any table --------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", tables.DELIMITERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_separator_and_the_letters_are_found_out(delimiter: str, encoding: str) -> None:
    text = delimiter.join(("Name", "E-mail", "Note")) + "\r\n"
    for number in range(5):
        text += delimiter.join((f"Zoë {number}", f"z{number}@x.example", f'"a, b; c|d\t{number}"')) + "\r\n"
    people = people_in(text.encode(encoding))
    assert [person.shown.full_name for person in people] == [f"Zoë {number}" for number in range(5)]
    assert people[4].shown.note == "a, b; c|d\t4"


def test_excels_own_first_line_says_the_separator() -> None:
    (ada,) = people_in("sep=;\r\nName;Note\r\nAda;a,b,c\r\n")
    assert (ada.shown.full_name, ada.shown.note, ada.line) == ("Ada", "a,b,c", 3)


def test_what_no_field_takes_goes_into_the_note() -> None:
    (ada,) = people_in("Name,Shoe size,E-mail,Phone\nAda,38,none,ask\n")
    assert ada.shown.note == "Shoe size: 38\nE-mail: none\nPhone: ask"


@pytest.mark.parametrize("value", ["2026-11-22", "3.4.1985", "12/03/2024", "0000-0002-1825-0097", "38"])
def test_a_day_or_a_number_of_another_kind_is_not_taken_for_a_phone(value: str) -> None:
    (ada,) = people_in(f"Name,Something\nAda,{value}\n")
    assert (ada.shown.phones, ada.shown.note) == ((), f"Something: {value}")


@pytest.mark.parametrize("value", ["+43 1 555 7788", "0171/5555678", "01.23.45.67.89", "(020) 7946-0018"])
def test_a_phone_shows_itself_where_the_heading_says_nothing(value: str) -> None:
    (ada,) = people_in(f"Name,Something\nAda,{value}\n")
    assert ada.shown.phones == (value,)


def test_a_table_without_heading_begins_with_a_person() -> None:
    found = reading.find_out(b"Ada Okafor,ada@x.example\nBen Lind,ben@x.example\n")
    assert (found.table.heading, found.fields) == (0, ("noted", "email"))
    assert len(people_in("Ada Okafor,ada@x.example\nBen Lind,ben@x.example\n", **{"0": "name"})) == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Ada,a@x.example,x,y", "This line has 4 cells and the heading 3; a comma in a cell needs"),
        (",,only a note", "There is no name, e-mail or phone in this line."),
        ("Ada,a@x.example,a\0b", "A NUL byte stands in this line."),
        ('Ada,a@x.example,"open\nBen,b@x.example,', "A quotation mark is opened here and not closed"),
        ("Ada,a@x.example," + "x" * 1_000_001, "This line is too long for a person."),
        ('Ada,a@x.example,"' + "x" * 200_000 + '"', "A quotation mark is opened here and not closed"),
    ],
)
def test_a_broken_row_has_its_reason_and_line(row: str, problem: str) -> None:
    first, second, *_ = people_in(f"Name,E-mail,Note\nZed,z@x.example,\n{row}\n")
    assert (first.shown.full_name, second.line) == ("Zed", 3)
    assert second.problem.startswith(problem)


def test_rows_after_a_broken_one_are_read() -> None:
    people = people_in('Name,E-mail\nA,a@x.example,y\n"B\nC",b@x.example\n\n,,\nD,d@x.example\n')
    assert [(person.line, person.shown and person.shown.full_name) for person in people] == [
        (2, None),
        (3, "B C"),
        (7, "D"),
    ]


def test_the_guard_against_formulas_is_taken_off() -> None:
    (ada,) = people_in("Name,Phone,Note\nAda,'+49 30 1234,'=SUM(A1)\n")
    assert (ada.shown.phones, ada.shown.note) == (("+49 30 1234",), "=SUM(A1)")


def test_a_wrong_encoding_is_told_row_by_row() -> None:
    data = "Name,Note\nZoë,x\nBen,y\n".encode("cp1252")
    found = reading.read_table(data, "utf-8")
    problems = [person.problem for person in reading.people(data, found)]
    assert problems == ["There are letters in it that cannot be read. Try another encoding.", ""]


# --- what is no file of contacts ----------------------------------------------------


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet"),
        (_zip("Connections.csv"), "archive"),
        (gzip.compress(b"x", mtime=0), "packed"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(256)) * 40, "no text"),
        (b"<!DOCTYPE html><p>x", "web page"),
        (b'{"name": "Ada"}', "JSON"),
    ],
)
def test_other_files_get_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        recognise(data)


@pytest.mark.parametrize("of", ["rows", "cards"])
def test_more_than_ten_thousand_are_refused_and_ten_thousand_are_not(of: str) -> None:
    one = b"A,a@x.example\n" if of == "rows" else b"BEGIN:VCARD\nFN:A\nEND:VCARD\n"
    head = b"Name,E-mail\n" if of == "rows" else b""
    full = head + one * MOST_PEOPLE
    found = reading.find_out(full)
    assert reading.count(full, found) == MOST_PEOPLE
    with pytest.raises(UnreadableFile, match="Split it"):
        reading.count(full + one, found)


def test_a_heading_alone_holds_nobody() -> None:
    data = b"Name,E-mail\n"
    with pytest.raises(UnreadableFile, match="no people"):
        reading.count(data, reading.find_out(data))


def test_a_table_of_millions_of_empty_lines_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="1,000,000 lines"):
        reading.find_out(b"Name,E-mail\nAda Lind,ada@luke.example\n" + b"\r" * 2_000_000)


# --- fields -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day_first", "date"),
    [
        ("1980-04-03", None, "1980-04-03"),
        ("19800403", None, "1980-04-03"),
        ("--04-03", None, "--04-03"),
        ("3.4.1980", None, "1980-04-03"),
        ("24/12/1980", None, "1980-12-24"),
        ("12/24/1980", None, "1980-12-24"),
        ("03/04/1980", None, ""),
        ("03/04/1980", True, "1980-04-03"),
        ("03/04/1980", False, "1980-03-04"),
        ("31.2.1980", None, ""),
        ("03/04/80", True, ""),
        ("soon", None, ""),
    ],
)
def test_a_date_that_could_be_two_is_not_guessed(text: str, day_first: bool | None, date: str) -> None:
    assert rows.date_of(text, day_first) == date


def test_a_date_that_cannot_be_told_is_kept_in_the_note() -> None:
    (ada,) = people_in("Name,Birthday\nAda,03/04/1980\n")
    assert ada.shown.note == "Birthday: 03/04/1980"
    ada, _ = people_in("Name,Birthday\nAda,03/04/1980\nBen,24/12/1981\n")
    assert "BDAY:1980-04-03" in lines_of(ada)


def test_two_columns_of_what_there_is_once_are_refused_and_guessed_apart() -> None:
    assert mapping.problem_of(["given", "given"])
    assert mapping.problem_of(["note", "tags"]) == "Say which column holds the name, or the e-mail."
    assert mapping.problem_of(["given", "email", "email", "noted", "noted"]) is None
    assert mapping.guess(["Company", "Employer"], [["A"], ["B"]]) == ["institution", "noted"]
    assert mapping.guess(["Company", "Employer"], [[], ["B"]]) == ["noted", "institution"]


def test_every_field_that_is_offered_makes_a_card() -> None:
    for _, group in mapping.CHOICES:
        for code, _ in group:
            made = rows.Reader(["x", "y"], ["email", code], True).card(["a@x.example", "1.2.1980"], "urn:1")
            assert (b"1980" in made.data) is (code not in mapping.PRIVATE), code
            assert vcard.parse(made.data)


def test_google_names_its_columns_by_number() -> None:
    text = table(AMRIT, columns=GOOGLE_COLUMNS)
    found = reading.find_out(text.encode())
    assert (
        mapping.label_of(found.fields[found.table.columns.index("Phone 1 - Label")]) == "What phone 1 is for"
    )
