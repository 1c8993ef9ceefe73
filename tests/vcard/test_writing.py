"""New cards, and cards in another version: what other readers make of them."""

import warnings
from datetime import UTC, datetime

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from netcard.vcard import Address, Reach, compose, parse, photo, project, to_version_3, to_version_4

from .samples import ALL, ANDROID, GMAIL, IPHONE, JPEG, MACOS_4, NOKIA, OUTLOOK, THUNDERBIRD
from .strategies import LINE, TEXT, WORD, cards

REV = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

ADA = compose(
    uid="0193-ada",
    full_name="Ada Okafor",
    credentials="MD, MSc",
    pronouns="she/her",
    institution="St. Brigid; Leeds",
    department="Plastic Surgery",
    title="Resident, PGY-2",
    city="Leeds",
    emails=["ada@brigid.example", "ada@home.example"],
    phones=["+44 20 7946 0958"],
    website="https://ada.example/?a=1,2;b=3",
    links=[
        ("LinkedIn", "https://www.linkedin.com/in/ada"),
        ("", ""),
        ("ORCID", "https://orcid.org/0000-0002"),
    ],
    note="Flaps; and\nmicrosurgery, mostly 😀",
    photo=JPEG,
    categories=["Poster, Hall 7", "Mentor"],
    rev=REV,
)


def vobject_reads(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return vobject.readOne(data.decode())


def test_a_new_card_is_written_for_both_phones():
    lines = ADA.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:6] == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//netcard//netcard//EN",
        "UID:0193-ada",
        "FN:Ada Okafor",
        "N:Okafor;Ada;;;MD\\, MSc",
    ]
    assert "ORG:St. Brigid\\; Leeds;Plastic Surgery" in lines
    assert "EMAIL;TYPE=INTERNET;TYPE=WORK;TYPE=PREF:ada@brigid.example" in lines
    assert "EMAIL;TYPE=INTERNET;TYPE=WORK:ada@home.example" in lines
    assert "TEL;TYPE=CELL;TYPE=VOICE:+44 20 7946 0958" in lines
    assert "ADR;TYPE=WORK:;;;Leeds;;;" in lines
    assert "URL:https://ada.example/?a=1,2;b=3" in lines
    assert lines[lines.index("item1.URL:https://www.linkedin.com/in/ada") + 1] == "item1.X-ABLabel:LinkedIn"
    assert lines[lines.index("item2.URL:https://orcid.org/0000-0002") + 1] == "item2.X-ABLabel:ORCID"
    assert "NOTE:Pronouns: she/her\\nFlaps\\; and\\nmicrosurgery\\, mostly 😀" in lines
    assert any(line.startswith("PHOTO;ENCODING=b;TYPE=JPEG:/9j/") for line in lines)
    assert lines[-3:] == ["REV:2026-11-23T09:30:00Z", "END:VCARD", ""]


def test_another_reader_reads_a_new_card():
    card = vobject_reads(ADA)
    assert card.fn.value == "Ada Okafor"
    assert (card.n.value.family, card.n.value.given) == ("Okafor", "Ada")
    assert card.org.value == ["St. Brigid; Leeds", "Plastic Surgery"]
    assert [mail.value for mail in card.email_list] == ["ada@brigid.example", "ada@home.example"]
    assert card.photo.value == JPEG
    assert card.note.value == "Pronouns: she/her\nFlaps; and\nmicrosurgery, mostly 😀"
    assert card.adr.value.city == "Leeds"
    assert {url.group for url in card.contents["url"]} == {None, "item1", "item2"}
    assert {label.value for label in card.contents["x-ablabel"]} == {"LinkedIn", "ORCID"}


@given(
    full_name=WORD,
    lines=st.tuples(LINE, LINE, LINE, LINE),
    parts=st.tuples(LINE, LINE),
    note=TEXT,
    pronouns=LINE,
    tags=st.lists(WORD, unique=True),
    picture=st.sampled_from([None, JPEG + b"x" * 5000]),
)
def test_whatever_is_composed_is_read_back(full_name, lines, parts, note, pronouns, tags, picture):
    institution, department, title, city = lines
    data = compose(
        uid="u",
        full_name=full_name,
        given=parts[0],
        family=parts[1],
        institution=institution,
        department=department,
        title=title,
        city=city,
        note=note,
        pronouns=pronouns,
        categories=tags,
        photo=picture,
        rev=REV,
        emails=["a@b.example"],
    )
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode()
    card = parse(data)
    seen = project(card)
    assert seen.full_name == full_name
    if any(parts):
        assert (seen.given, seen.family) == parts
    assert (seen.institution, seen.department, seen.title) == (institution, department, title)
    said = [f"Pronouns: {pronouns}"] if pronouns else []
    assert seen.note == "\n".join([*said, *filter(None, [note.strip()])])
    assert seen.tags == tuple(tags)
    assert photo(card) == (("image/jpeg", picture) if picture else None)
    assert card.all("N")
    other = vobject_reads(data)
    assert other.fn.value == full_name
    if seen.note:
        assert other.note.value == seen.note
    if institution:
        assert other.org.value[0] == institution


def test_a_new_card_always_has_a_name():
    for fields in (
        {},
        {"emails": ["a@b.example"]},
        {"institution": "Brigid"},
        {"family": "Okafor", "prefix": "Dr"},
    ):
        seen = project(parse(compose(uid="u", full_name=" ", **fields)))
        assert seen.full_name
    assert seen.full_name == "Dr Okafor"


def test_control_characters_never_reach_a_card():
    data = compose(
        uid="u",
        full_name="A\0d\x07a\r\nOkafor",
        note="a\x0bb\x85c\u2028d\x1b",
        website="https://a.example/\r\nX:1",
    )
    seen = project(parse(data))
    assert seen.full_name == "Ada Okafor"
    assert seen.note == "a\nb\nc\nd"
    assert len(parse(data).lines) == 7
    assert parse(data).all("X") == []


@pytest.mark.parametrize("product", ALL)
def test_a_card_in_version_3_says_the_same(product):
    card = parse(ALL[product])
    data = to_version_3(card)
    assert project(parse(data)) == project(card)
    assert photo(parse(data)) == photo(card)
    assert parse(data).version == "3.0"
    assert vobject_reads(data).fn.value == project(card).full_name


@pytest.mark.parametrize("product", ALL)
def test_a_card_in_version_4_says_the_same(product):
    card = parse(ALL[product])
    data = to_version_4(card)
    assert project(parse(data)) == project(card)
    assert photo(parse(data)) == photo(card)
    assert parse(data).version == "4.0"


@given(cards())
def test_conversion_keeps_what_is_shown(data):
    card = parse(data)
    seen = project(card)
    for convert in (to_version_3, to_version_4):
        again = project(parse(convert(card)))
        assert again.emails == seen.emails
        assert again.note == seen.note
        assert again.tags == seen.tags
        assert (again.institution, again.department, again.title) == (
            seen.institution,
            seen.department,
            seen.title,
        )
        assert again.full_name == (seen.full_name or again.full_name)


def test_a_card_of_that_version_is_left_as_it_is():
    assert to_version_3(parse(IPHONE)) == IPHONE
    assert to_version_4(parse(THUNDERBIRD)) == THUNDERBIRD


def test_what_version_3_cannot_say_is_left_out_or_renamed():
    data = to_version_3(parse(MACOS_4)).decode()
    assert "PHOTO;ENCODING=b;TYPE=JPEG:" in data
    assert "X-ADDRESSBOOKSERVER-KIND:individual" in data
    assert "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15" in data
    assert "EMAIL;TYPE=work,PREF:maria@example.es" in data
    assert data.count("\nFN") == 1
    assert "PID" not in data
    assert "ALTID" not in data
    assert "TEL;TYPE=voice,work:+45-35-45-35-45 ext. 12\r\n" in to_version_3(parse(THUNDERBIRD)).decode()
    member = b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:G\nMEMBER:urn:uuid:1\nUID:urn:uuid:2\nEND:VCARD\n"
    assert b"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\nUID:urn:uuid:2\n" in to_version_3(parse(member))


def test_quoted_printable_and_bare_types_become_version_3():
    data = to_version_3(parse(ANDROID)).decode()
    assert "\r\nFN:Đức Nguyễn\r\n" in data
    assert "\r\nTEL;TYPE=CELL,PREF:+84912345678\r\n" in data
    assert "\r\nNOTE:Dòng 1\\nDòng 2\r\n" in data
    assert "QUOTED-PRINTABLE" not in to_version_3(parse(OUTLOOK)).decode()
    assert "AGENT:BEGIN:VCARD\\nVERSION:2.1\\nN:Helper\\;Hal" in to_version_3(parse(NOKIA)).decode()


def test_version_4_has_no_type_pref_and_no_base64_encoding():
    data = to_version_4(parse(IPHONE)).decode()
    assert "\r\nTEL;TYPE=CELL,VOICE;PREF=1:+44 20 7946 0958\r\n" in data
    assert "\r\nPHOTO:data:image/jpeg;base64,/9j/" in data
    assert "\r\nBDAY:--0309\r\n" in data
    assert "\r\nREV:20261120T081530Z\r\n" in data
    assert "EMAIL;PREF=1:a.lall@work.example" in to_version_4(parse(GMAIL)).decode()


def test_a_card_tells_what_each_address_is_for():
    data = compose(
        uid="1",
        full_name="Dr Inés Marchetti",
        given="Inés",
        additional="María",
        family="Marchetti",
        prefix="Dr",
        nickname="Nes",
        phonetic=("ee-NESS", ""),
        emails=[Reach("i@home.example", ("HOME",)), Reach("i@clinic.example", (), "Clinic; new")],
        phones=[Reach("+39 051 1", ("WORK", "FAX")), Reach(" "), Reach("+39 051 1", ("HOME",))],
        addresses=[
            Address(street="Via Roma 1\nScala B", city="Bologna", code="40121", types=("HOME",)),
            Address(types=("WORK",)),
        ],
        birthday="--05-14",
        dates=[("Anniversary", "2015-06-01")],
        related=[("Manager", "Ada, Okafor")],
        links=[("LinkedIn", "https://www.linkedin.com/in/nes")],
    )
    assert data.decode().split("\r\n")[4:-2] == [
        "FN:Dr Inés Marchetti",
        "N:Marchetti;Inés;María;Dr;",
        "NICKNAME:Nes",
        "X-PHONETIC-FIRST-NAME:ee-NESS",
        "EMAIL;TYPE=INTERNET;TYPE=HOME;TYPE=PREF:i@home.example",
        "item1.EMAIL;TYPE=INTERNET:i@clinic.example",
        "item1.X-ABLabel:Clinic\\; new",
        "TEL;TYPE=WORK;TYPE=FAX:+39 051 1",
        "ADR;TYPE=HOME:;;Via Roma 1\\nScala B;Bologna;;40121;",
        "item2.URL:https://www.linkedin.com/in/nes",
        "item2.X-ABLabel:LinkedIn",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14",
        "item3.X-ABDATE;TYPE=PREF:2015-06-01",
        "item3.X-ABLabel:Anniversary",
        "item4.X-ABRELATEDNAMES:Ada\\, Okafor",
        "item4.X-ABLabel:Manager",
    ]
    assert project(parse(data)).emails == ("i@home.example", "i@clinic.example")
    assert vobject_reads(data).adr.value.city == "Bologna"


def test_a_name_without_parts_stays_without_them_through_version_4():
    data = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Wexcombe\r\nN:;;;;\r\nORG:Wexcombe\r\nEND:VCARD\r\n"
    assert b"\r\nN:;;;;\r\n" in to_version_4(parse(data))
