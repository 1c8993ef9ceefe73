"""Cards are read as they are written out there, and refused only when they are broken."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.errors import BrokenCard
from netcard.vcard import MAX_CARD, etag, parse, photo, project, split
from netcard.vcard.reading import _read_any, _read_plain

from .samples import ALL, ANDROID, GMAIL, IPHONE, JPEG, MACOS_4, NOKIA, OUTLOOK, PNG, THUNDERBIRD
from .strategies import cards


@given(cards())
def test_a_parsed_card_gives_back_the_bytes_it_came_as(data):
    card = parse(data)
    assert card.to_bytes() == data
    for line in card.lines:
        assert data[line.start : line.end].strip().endswith(line.body.strip())


@given(cards())
def test_every_card_can_be_projected(data):
    seen = project(parse(data))
    assert "\0" not in seen.full_name + seen.note
    repr(seen).encode()


@given(cards())
def test_the_quick_way_reads_what_the_thorough_way_reads(data):
    plain = _read_plain(data, parse(data).version)
    if plain:
        thorough = _read_any(data, plain.version, 1)
        assert plain.tail == thorough.tail
        for quick, slow in zip(plain.lines, thorough.lines, strict=True):
            assert (quick.start, quick.end, quick.head, quick.body) == (
                slow.start,
                slow.end,
                slow.head,
                slow.body,
            )


def test_phones_cards_are_read_the_quick_way():
    for data in (IPHONE, GMAIL, MACOS_4, THUNDERBIRD, IPHONE.replace(b"\r\n", b"\n")):
        assert _read_plain(data, "3.0")
    broken = (IPHONE[:-20], IPHONE + b"X", IPHONE.replace(b"ORG:", b"ORG"), IPHONE.replace(b"ORG", b'O"R'))
    for data in (ANDROID, OUTLOOK, NOKIA, *broken):
        assert _read_plain(data, "3.0") is None


_TEXT_FRAGMENTS = (
    "BEGIN:VCARD|END:VCARD|\r\n|\n|\r| |\t|=|:|;|'|\\|NOTE|N:a;b|VERSION:2.1|VERSION:4.0|=00|=FF|AGENT:"
    '|PREF=²|PHOTO|ENCODING=QUOTED-PRINTABLE|;BASE64:|data:image/png;base64,|CHARSET=utf-7|TEL;VALUE=uri:tel:|"'
)
_FRAGMENTS = [b"\xff", b"\xef\xbb\xbf", b"\0", *_TEXT_FRAGMENTS.encode().split(b"|")]


@given(st.one_of(st.binary(), st.lists(st.sampled_from(_FRAGMENTS)).map(b"".join)))
def test_any_bytes_are_a_card_or_a_broken_card(data):
    for attempt in (data, b"BEGIN:VCARD\r\n" + data + b"\r\nEND:VCARD\r\n"):
        card = refusal = None
        try:
            card = parse(attempt)
        except BrokenCard as broken:
            refusal = broken
        if refusal:
            assert refusal.reason
            assert 1 <= refusal.line <= attempt.count(b"\n") + attempt.count(b"\r") + 1
        if card:
            assert card.to_bytes() == attempt
            repr(project(card)).encode()
            photo(card)
    for piece in split(data):
        assert piece.data.strip() in data or data[:2] in (b"\xff\xfe", b"\xfe\xff")


@pytest.mark.parametrize("product", ALL)
def test_cards_of_real_products_are_read(product):
    seen = project(parse(ALL[product]))
    assert seen.full_name
    assert seen.family
    assert seen.has_photo == (product not in ("Gmail", "Thunderbird"))


def test_an_iphone_card_is_read_whole():
    card = parse(IPHONE)
    seen = project(card)
    assert seen.full_name == "Dr. Ngozi Okonjo-Hale"
    assert (seen.prefix, seen.given, seen.family) == ("Dr.", "Ngozi", "Okonjo-Hale")
    assert seen.institution == "St. Brigid University Hospital"
    assert seen.department == "Plastic Surgery"
    assert seen.title == "Programme Director"
    assert seen.emails == ("ngozi@brigid.example", "n.okonjo-hale@brigid.example")
    assert seen.phones == ("+44 20 7946 0958", "+44 20 7946 0111")
    assert seen.note == "Met at poster 112\nAsked about flaps, and timing; promised slides"
    assert seen.url == "https://brigid.example/~ngozi"
    assert photo(card) == ("image/jpeg", JPEG)
    assert [(line.group, line.name) for line in card.lines if line.group == "item3"] == [
        ("item3", "URL"),
        ("item3", "X-ABLABEL"),
    ]


def test_quoted_printable_with_soft_breaks_is_decoded():
    seen = project(parse(ANDROID))
    assert (seen.full_name, seen.given, seen.family) == ("Đức Nguyễn", "Đức", "Nguyễn")
    assert seen.institution == "Bệnh viện"
    assert seen.note == "Dòng 1\nDòng 2"
    assert seen.phones == ("+84912345678", "555")


def test_outlooks_windows_charset_named_or_not_is_read():
    card = parse(OUTLOOK)
    seen = project(card)
    assert seen.full_name == "Prof. Dr. Jürgen Müller-Lüdenscheidt"
    assert seen.institution == "Universitätsklinikum"
    assert seen.note == "Erste Zeile\nZweite = Zeile; mit Semikolon"
    assert seen.tags == ("Kongress", "Mentor")
    assert photo(card) == ("image/jpeg", JPEG)


def test_the_preferred_address_comes_first():
    assert project(parse(GMAIL)).emails == ("a.lall@work.example", "amrit@mail.example")
    assert project(parse(THUNDERBIRD)).emails == ("søren@example.org", "second@example.org")


def test_an_unescaped_comma_stays_in_an_organisation():
    assert project(parse(GMAIL)).institution == "Lakeside Medical, Inc."


def test_version_4_uris_become_numbers_and_pictures():
    assert project(parse(THUNDERBIRD)).phones == ("+45-35-45-35-45 ext. 12", "+45 20 20 20 20")
    assert photo(parse(MACOS_4)) == ("image/jpeg", JPEG)


def test_base64_without_indentation_ends_at_the_blank_line_and_an_agent_stays_inside():
    card = parse(NOKIA)
    assert photo(card) == ("image/png", PNG)
    assert project(card).phones == ("12345",)
    assert project(card).title == "Nurse"


def test_a_photo_that_is_only_a_link_is_no_photo():
    card = parse(
        b"BEGIN:VCARD\nVERSION:4.0\nFN:A\nPHOTO:https://tracker.example/a-picture-of-ada.jpg\nEND:VCARD\n"
    )
    assert photo(card) is None
    assert not project(card).has_photo


@pytest.mark.parametrize("eol", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
@pytest.mark.parametrize("space", [b" ", b"\t"])
def test_a_fold_may_split_a_character(eol, space):
    split_e = eol.join(
        [b"BEGIN:VCARD", b"VERSION:3.0", b"FN:Ren\xc3", space + b"\xa9 Duval", b"END:VCARD", b""]
    )
    assert project(parse(split_e)).full_name == "René Duval"


def test_a_fold_may_follow_a_blank_line():
    card = parse(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n\r\n  Okafor\r\nTITLE:T\r\nEND:VCARD\r\n")
    assert project(card).full_name == "Ada Okafor"
    assert card.data[card.lines[1].start : card.lines[1].end] == b"FN:Ada\r\n\r\n  Okafor\r\n"


def test_a_nul_in_quoted_printable_is_dropped():
    data = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;ENCODING=QUOTED-PRINTABLE:O=00kafor;A=00da\r\nEND:VCARD\r\n"
    assert project(parse(data)).full_name == "Ada Okafor"


def test_a_fax_is_nobodys_first_number():
    data = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nTEL;TYPE=FAX,WORK,PREF:1\nTEL;TYPE=WORK:2\nEND:VCARD\n"
    assert project(parse(data)).phones == ("2", "1")


@pytest.mark.parametrize("width", [3, 8, 20])
def test_a_data_uri_may_be_folded_anywhere(width):
    uri = b"data:image/jpeg;base64," + base64.b64encode(JPEG)
    folded = b"\r\n ".join(uri[at : at + width] for at in range(0, len(uri), width))
    card = parse(b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\nPHOTO:" + folded + b"\r\nEND:VCARD\r\n")
    assert photo(card) == ("image/jpeg", JPEG)
    assert project(card).has_photo


def test_a_fold_may_stand_in_the_head():
    card = parse(
        b'BEGIN:VCARD\r\nVERSION:4.0\r\nEMAIL;TYPE="work,\r\n home";PREF\r\n =1:a@b.example\r\nEND:VCARD\r\n'
    )
    (line,) = card.all("EMAIL")
    assert line.types == {"work", "home"}
    assert line.param("PREF") == "1"


def test_a_colon_inside_quotes_does_not_end_the_head():
    card = parse(b'BEGIN:VCARD\nVERSION:4.0\nX-A;P="a:b;c":value\nX-B;P=5"1:two\nEND:VCARD')
    assert card.lines[1].param("P") == "a:b;c"
    assert card.lines[1].text == "value"
    assert card.lines[2].text == "two"


def test_bom_blank_lines_and_missing_last_line_end_are_taken():
    data = b"\xef\xbb\xbf\r\n\r\nbegin:vcard\r\nversion:3.0\r\n\r\nfn:Ada\r\n\r\n\r\nend:vcard"
    card = parse(data)
    assert project(card).full_name == "Ada"
    assert card.to_bytes() == data


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("N:Okafor;Ada;;Dr;MD", "Dr Ada Okafor, MD"),
        ("ORG:Lakeside;Surgery", "Lakeside"),
        ("EMAIL:ada@example.org", "ada@example.org"),
        ("TEL:123", "123"),
        ("NOTE:who was this", ""),
    ],
)
def test_a_card_without_full_name_is_called_by_what_it_has(lines, name):
    assert project(parse(f"BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n".encode())).full_name == name


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"FN:Ada\r\nEND:VCARD\r\n", 1),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n", 3),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN Ada\r\nEND:VCARD\r\n", 3),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nFN\r\nEND:VCARD\r\n", 4),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n:Ada\r\nEND:VCARD\r\n", 3),
        (b"BEGIN:VCARD\nVERSION:3.0\nNOTE:a\n b\n c\nFN:A\0da\nEND:VCARD\n", 6),
        (b"BEGIN:VCARD\nFN:Ada\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\nEND:VCARD\n", 3),
        (b"BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\n", 4),
        (b"BEGIN:VEVENT\nSUMMARY:no\nEND:VEVENT\n", 1),
        (b"BEGIN:VCARD\nFN:Ada\nEND:VEVENT\n", 3),
        (b"BEGIN:VCARD\nNOTE:" + b"x" * MAX_CARD + b"\nEND:VCARD\n", 1),
        (b"BEGIN:VCARD\n" + b"X-A:\n" * 20_000 + b"END:VCARD\n", 10_002),
    ],
    ids=[
        "empty",
        "no-begin",
        "no-end",
        "no-colon",
        "name-only",
        "no-name",
        "nul",
        "nested",
        "two",
        "other",
        "end",
        "size",
        "lines",
    ],
)
def test_a_broken_card_is_refused_with_its_line(data, line):
    with pytest.raises(BrokenCard) as refused:
        parse(data)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "filling", [b"\r", b'"', b"\n", b"\r\n ", b"\\", b"=\r\n", b';"', b"AGENT:\n\n", b"^"]
)
@pytest.mark.parametrize(
    "head", [b"", b"NOTE:", b"NOTE;ENCODING=QUOTED-PRINTABLE:", b"X;A=", b"PHOTO;BASE64:"]
)
def test_a_hostile_card_costs_no_more_than_its_size(filling, head):
    """Read in quadratic time this would take minutes, and the test run with it."""
    body = filling * (200_000 // len(filling))
    with contextlib.suppress(BrokenCard):
        project(parse(b"BEGIN:VCARD\r\nVERSION:2.1\r\n" + head + body + b"\r\nEND:VCARD\r\n"))


def test_a_file_of_many_is_split_and_a_broken_one_does_not_sink_the_rest():
    file = (
        b"\xef\xbb\xbf" + GMAIL + b"\r\n" + b"BEGIN:VCARD\r\nFN:No end\r\n" + NOKIA + b"stray\r\n" + MACOS_4
    )
    pieces = list(split(file))
    assert [piece.data for piece in pieces if b"Lall" in piece.data] == [GMAIL]
    assert [piece.data.startswith(b"BEGIN") for piece in pieces] == [True, True, True, False, True]
    lines = file.splitlines()
    for piece in pieces:
        assert lines[piece.line - 1].removeprefix(b"\xef\xbb\xbf") == piece.data.splitlines()[0]
    with pytest.raises(BrokenCard) as refused:
        parse(pieces[1].data, pieces[1].line)
    assert refused.value.line == pieces[1].line + 1
    assert [project(parse(pieces[at].data)).family for at in (0, 2, 4)] == ["Lall", "Lind", "de la Cruz"]


@given(st.lists(cards(), max_size=4))
def test_splitting_loses_no_card(many):
    assert [piece.data.strip() for piece in split(b"\n".join(many))] == [data.strip() for data in many]


def test_a_note_that_talks_of_cards_does_not_split():
    data = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nNOTE:x\n BEGIN:VCARD\n END:VCARD\nEND:VCARD\n"
    assert [piece.data for piece in split(data)] == [data]
    assert parse(data).lines[-1].text == "xBEGIN:VCARDEND:VCARD"


def test_a_utf_16_file_is_taken_over():
    pieces = list(split(GMAIL.decode().encode("utf-16")))
    assert project(parse(pieces[0].data)).family == "Lall"


def test_the_etag_is_quoted_and_follows_the_bytes():
    assert etag(GMAIL) == etag(bytes(GMAIL))
    assert etag(GMAIL) != etag(GMAIL + b"\r\n")
    assert etag(GMAIL)[0] == etag(GMAIL)[-1] == '"'
