"""An edit changes its lines and leaves every other byte of the card as it was."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from netcard.vcard import Edit, add_note_line, edit, parse, project, replace_note_line

from .samples import ALL, ANDROID, GMAIL, IPHONE, OUTLOOK, THUNDERBIRD
from .strategies import LINE, TEXT, cards

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

# What each field may touch.
LINES = {
    "full_name": {"FN", "N"},
    "institution": {"ORG"},
    "department": {"ORG"},
    "title": {"TITLE"},
    "email": {"EMAIL"},
    "phone": {"TEL"},
    "note": {"NOTE"},
    "tags": {"CATEGORIES"},
}


def read(card, field):
    seen = project(card)
    if field in ("email", "phone"):
        return next(iter(getattr(seen, field + "s")), "")
    return getattr(seen, field)


def others(card, field):
    """The raw lines an edit of that field has no business with."""
    return [
        card.data[line.start : line.end]
        for line in card.lines
        if line.name not in LINES[field] | {"REV"} and not line.name.startswith("X-AB")
    ]


@given(cards(), st.sampled_from(sorted(LINES)), st.data())
def test_an_edit_changes_only_its_lines_and_is_read_back(data, field, draw):
    before = parse(data)
    values = {"note": TEXT.map(str.strip), "tags": st.lists(LINE.filter(bool), unique=True).map(tuple)}
    wanted = draw.draw(values.get(field, LINE))
    if field in ("email", "phone"):
        assume(":" not in wanted)  # a tel: or mailto: address is read as what it names
    after = edit(before, Edit(**{field: wanted}), NOW)
    assert others(after, field) == others(before, field)
    assert after.data.startswith(b"BEGIN:VCARD")
    assert b"".join(after.data.splitlines(keepends=True)) == after.data
    if field == "full_name" and not wanted:
        assert after.data == data
    elif wanted or all(len(before.all(name)) < 2 for name in LINES[field]):
        assert read(after, field) == wanted


@given(cards())
def test_an_edit_that_says_what_is_there_gives_the_same_bytes(data):
    card = parse(data)
    seen = project(card)
    same = Edit(
        full_name=seen.full_name,
        institution=seen.institution,
        department=seen.department,
        title=seen.title,
        email=next(iter(seen.emails), None),
        phone=next(iter(seen.phones), ""),
        note=seen.note,
        tags=list(seen.tags),
    )
    assert edit(card, same, NOW).data == data
    assert edit(card, Edit(), NOW).data == data


@pytest.mark.parametrize("product", ALL)
def test_cards_of_real_products_survive_every_edit(product):
    card = parse(ALL[product])
    edited = edit(
        card,
        Edit(
            full_name="Dr Zoë van der Berg",
            institution="Ørsted; Klinik, Nord",
            department="Håndkirurgi",
            title="Överläkare",
            email="zoë@example.org",
            phone="+1 555 0100",
            note="Erste\nZweite; mit = und \\ und 😀",
            tags=["Mentor", "Poster, Hall 7"],
        ),
        NOW,
    )
    seen = project(edited)
    assert (seen.full_name, seen.given, seen.family) == ("Dr Zoë van der Berg", "Zoë", "van der Berg")
    assert (seen.institution, seen.department, seen.title) == (
        "Ørsted; Klinik, Nord",
        "Håndkirurgi",
        "Överläkare",
    )
    assert (seen.emails[0], seen.phones[0]) == ("zoë@example.org", "+1 555 0100")
    assert seen.note == "Erste\nZweite; mit = und \\ und 😀"
    assert seen.tags == ("Mentor", "Poster, Hall 7")
    assert seen.has_photo == project(card).has_photo
    for line in edited.data.splitlines():
        assert edited.version != "2.1" or len(line) <= 200
    touched = {"FN", "N", "ORG", "TITLE", "EMAIL", "TEL", "NOTE", "CATEGORIES", "REV"}
    keep = [card.data[line.start : line.end] for line in card.lines if line.name not in touched]
    assert keep == [edited.data[line.start : line.end] for line in edited.lines if line.name not in touched]


def changed_lines(before, after):
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_the_preferred_email_changes_in_place_and_keeps_its_parameters_and_label():
    after = edit(parse(IPHONE), Edit(email="new@brigid.example"))
    assert changed_lines(IPHONE, after.data) == (
        [b"item1.EMAIL;type=INTERNET;type=pref:ngozi@brigid.example\r\n"],
        [b"item1.EMAIL;type=INTERNET;type=pref:new@brigid.example\r\n"],
    )


def test_a_removed_email_takes_its_label_along_and_no_other():
    after = edit(parse(IPHONE), Edit(email=None))
    assert changed_lines(IPHONE, after.data) == (
        [
            b"item1.EMAIL;type=INTERNET;type=pref:ngozi@brigid.example\r\n",
            b"item1.X-ABLabel:_$!<Other>!$_\r\n",
        ],
        [],
    )
    assert project(after).emails == ("n.okonjo-hale@brigid.example",)


def test_a_label_stays_while_something_of_its_group_does():
    data = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\na.EMAIL:x@y.example\na.TEL:1\na.X-ABLabel:both\nEND:VCARD\n"
    assert b"X-ABLabel" in edit(parse(data), Edit(email="")).data
    assert b"X-ABLabel" not in edit(parse(data), Edit(email="", phone="")).data


def test_rev_follows_an_edit_in_its_own_form_and_only_where_it_is():
    assert b"REV:2026-11-23T09:30:00Z\r\n" in edit(parse(IPHONE), Edit(title="Chair"), NOW).data
    assert b"REV:20261123T093000Z\r\n" in edit(parse(OUTLOOK), Edit(title="Chefarzt"), NOW).data
    assert b"REV" not in edit(parse(GMAIL), Edit(title="Fellow"), NOW).data
    assert b"REV:2026-11-20T08:15:30Z" in edit(parse(IPHONE), Edit(title="Chair")).data


def test_an_organisations_other_parts_stay():
    data = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nORG:Old\\, Inc;Dept;Unit\\;1;\nEND:VCARD\n"
    assert b"ORG:New;Dept;Unit\\;1;\n" in edit(parse(data), Edit(institution="New")).data
    assert b"ORG:;Dept;Unit\\;1;\n" in edit(parse(data), Edit(institution=None)).data
    emptied = edit(parse(b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nORG:Old\nEND:VCARD\n"), Edit(institution=""))
    assert b"ORG" not in emptied.data


def test_new_lines_go_before_the_end_in_the_cards_own_line_end():
    data = b"BEGIN:VCARD\nVERSION:2.1\nN:Lind;Eva\nEND:VCARD\n"
    after = edit(parse(data), Edit(email="eva@example.org", phone="1", title="Ärztin"))
    assert after.data == (
        b"BEGIN:VCARD\nVERSION:2.1\nN:Lind;Eva\n"
        b"TITLE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84rztin\n"
        b"EMAIL;INTERNET:eva@example.org\nTEL;CELL:1\nEND:VCARD\n"
    )


def test_a_new_line_after_a_dangling_soft_break_is_not_swallowed():
    data = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:A\r\nNOTE;ENCODING=QUOTED-PRINTABLE:so=\r\nEND:VCARD\r\n"
    after = edit(parse(data), Edit(title="Nurse"))
    assert project(after).title == "Nurse"
    assert project(after).note == "so"


def test_version_2_1_writes_text_beyond_ascii_as_utf_8_in_quoted_printable():
    after = edit(parse(OUTLOOK), Edit(full_name="Prof. Dr. Jürgen Weiß"))
    old, new = changed_lines(OUTLOOK, after.data)
    assert [line.partition(b":")[0] for line in new if line[:1] in b"NF"] == [
        b"N;LANGUAGE=de;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE",
        b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE",
    ]
    assert len(old) == 2
    plain = edit(parse(ANDROID), Edit(institution="Hanoi General")).data
    assert b"\r\nORG:Hanoi General\r\n" in plain


def test_a_phone_uri_becomes_a_plain_number_with_its_type():
    after = edit(parse(THUNDERBIRD), Edit(phone="+45 1"))
    assert b'\r\nTEL;TYPE="voice,work":+45 1\r\n' in after.data


def test_a_sort_key_of_the_old_name_goes_with_it():
    after = edit(parse(THUNDERBIRD), Edit(full_name="Søren Lund"))
    assert "\r\nN:Lund;Søren;;;\r\n".encode() in after.data


def test_a_rename_keeps_what_the_old_name_did_not_show():
    data = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada Mary Okafor\nN:Okafor;Ada;Mary;Dr;MD\nEND:VCARD\n"
    assert b"N:Okafor-Lind;Ada;Mary;Dr;MD\n" in edit(parse(data), Edit(full_name="Ada Mary Okafor-Lind")).data
    shown = data.replace(b"FN:Ada", b"FN:Dr Ada")
    assert b"N:Okafor;Ada;Mary;;MD\n" in edit(parse(shown), Edit(full_name="Ada Mary Okafor")).data


@example(b"BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:so=\nEND:VCARD", "Met")
@given(cards(), LINE.filter(bool))
def test_the_last_note_line_comes_changes_and_goes(data, text):
    card = parse(data)
    note = project(card).note
    assume(text not in [line.strip() for line in note.splitlines()])
    added = add_note_line(card, text, NOW)
    assert project(added).note.split("\n")[-1] == text
    assert note in project(added).note
    assert add_note_line(added, text, NOW).data == added.data
    replaced = replace_note_line(added, text, "Met at poster 112, 23 November", NOW)
    assert project(replaced).note.split("\n")[-1] == "Met at poster 112, 23 November"
    assert others(replaced, "note") == others(card, "note")
    gone = replace_note_line(added, text, None, NOW)
    assert text not in project(gone).note.split("\n")


def test_a_note_line_the_phone_took_out_does_not_come_back():
    assert replace_note_line(parse(IPHONE), "Met in Leeds", "Met in York").data == IPHONE


def test_an_edit_in_the_middle_of_a_note_line_is_left_alone():
    assert replace_note_line(parse(IPHONE), "poster 112", "poster 113").data == IPHONE


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("field", sorted(set(LINES) - {"full_name"}))
def test_an_emptied_field_takes_its_line_away(field, value):
    card = parse(
        b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nORG:;\nORG:Brigid;Surgery\nTITLE:T\nEMAIL:a@b.example\nTEL:1\n"
        b"NOTE:x\nNOTE:y\nCATEGORIES:a\nCATEGORIES:b,c\nEND:VCARD\n"
    )
    assert read(card, field)
    after = edit(card, Edit(**{field: value}))
    assert not read(after, field)
    assert others(after, field) == others(card, field)
