"""Two cards made one: nothing is dropped that was not chosen against, and all of it can be taken back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.errors import BrokenCard
from netcard.vcard import MAX_CARD, Card, Choices, Edit, edit, merge, parse, project, to_version_4, unmerge
from netcard.vcard.merging import BOTH, GONE, KEPT, MANY, ONE_OF, said, same_numbers, values
from netcard.vcard.transfer import in_version, lines_of, value_key, whole_key
from tests.vcard.strategies import cards

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def card(*lines: str, version: str = "3.0", eol: str = "\r\n") -> Card:
    return parse((eol.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD"]) + eol).encode())


def texts(of: Card, name: str) -> list[str]:
    return [line.text for line in of.all(name)]


def sorted_in(of: Card) -> list[str]:
    return sorted(line.name for line in of.lines)


ADA = card(
    "PRODID:-//Apple Inc.//iOS 18//EN",
    "UID:ada-1",
    "FN:Ada Okafor",
    "N:Okafor;Ada;;;",
    "ORG:St Luke;Surgery",
    "EMAIL;TYPE=INTERNET;TYPE=WORK:ada@luke.example",
    "TEL;TYPE=CELL:+44 20 7946 0018",
    "item1.URL:https://ada.example",
    "item1.X-ABLabel:Blog",
    "CATEGORIES:Cleft,Mentor",
    "NOTE:Kind.\\nMet 22 Nov 2026\\, Congress",
    "X-SOCIALPROFILE;TYPE=twitter:https://x.com/ada",
)
LIND = card(
    "UID:ada-2",
    "FN:Dr Ada Okafor-Lind",
    "N:Okafor-Lind;Ada;;Dr;",
    "ORG:Fjordside;Plastic surgery",
    "TITLE:Fellow",
    "EMAIL;TYPE=HOME:ADA@luke.example",
    "EMAIL;TYPE=HOME:ada@home.example",
    "TEL;TYPE=WORK:+44 (20) 79460018",
    "item1.TEL:+47 22 22 22 22",
    "item1.X-ABLabel:Secretary",
    "BDAY:1990-04-01",
    "CATEGORIES:cleft,Norway",
    "NOTE:Asked about fistulas.\\nMet 1 Dec 2026\\, Oslo",
    "IMPP;X-SERVICE-TYPE=Signal:signal:ada",
    "X-SOCIALPROFILE;TYPE=twitter:https://x.com/ada",
    "REV:2020-01-01T00:00:00Z",
)


def test_the_kept_card_stays_as_it_is_and_the_other_adds_what_is_new() -> None:
    merged = merge(ADA, LIND, Choices())
    shown = project(merged)
    assert (shown.uid, shown.full_name, shown.institution) == ("ada-1", "Ada Okafor", "St Luke")
    assert shown.title == "Fellow"
    assert shown.emails == ("ada@luke.example", "ada@home.example")
    assert shown.phones == ("+44 20 7946 0018", "+47 22 22 22 22")
    assert shown.tags == ("Cleft", "Mentor", "Norway")
    assert shown.note.splitlines() == [
        "Kind.",
        "Met 22 Nov 2026, Congress",
        "Asked about fistulas.",
        "Met 1 Dec 2026, Oslo",
    ]
    assert len(merged.all("X-SOCIALPROFILE")) == 1
    assert texts(merged, "IMPP") == ["signal:ada"]
    assert texts(merged, "BDAY") == ["1990-04-01"]
    assert not merged.all("REV")


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ("+49 7941 600000", "07941 600000", True),
        ("07941/600000", "+49 (7941) 600000", True),
        ("0049 7941 600000", "+49 7941 600000", True),
        ("(212) 555-1234", "+1 212 555 1234", True),
        ("+1 212 555 1234", "+1 312 555 1234", False),
        ("312 555 1234", "+1 212 555 1234", False),
        ("600000", "+49 7941 600000", False),
        ("+49 7941 600000", "+43 7941 600000", False),
    ],
)
def test_a_number_written_in_two_ways_comes_once(ours: str, theirs: str, one: bool) -> None:
    merged = merge(card("FN:Ada", f"TEL:{ours}"), card("FN:Ada", f"TEL:{theirs}"), Choices())
    assert project(merged).phones == ((ours,) if one else (ours, theirs))


def test_groups_that_meet_are_numbered_anew_and_labels_stay_with_what_they_label() -> None:
    merged = merge(ADA, LIND, Choices())
    labels = {label.group: label.text for label in merged.all("X-ABLABEL")}
    assert labels[merged.all("URL")[0].group] == "Blog"
    assert labels[next(line.group for line in merged.all("TEL") if "+47" in line.text)] == "Secretary"
    assert len(labels) == 2


def test_what_is_picked_of_the_other_card_takes_the_place_of_the_kept_cards() -> None:
    picks = {"name": GONE, "organisation": GONE, "department": KEPT}
    shown = project(merge(ADA, LIND, Choices(picks)))
    assert (shown.full_name, shown.family, shown.prefix) == ("Dr Ada Okafor-Lind", "Okafor-Lind", "Dr")
    assert (shown.institution, shown.department) == ("Fjordside", "Surgery")


def test_a_name_that_lacks_a_line_gets_one_made_from_the_other() -> None:
    picked = merge(ADA, card("FN:Maria van der Berg"), Choices({"name": GONE}))
    assert texts(picked, "N") == ["van der Berg;Maria;;;"]
    picked = merge(ADA, card("N:Berg;Maria;;;"), Choices({"name": GONE}))
    assert texts(picked, "FN") == ["Maria Berg"]


def test_what_is_dropped_goes_from_both_cards_with_its_labels() -> None:
    dropped = {("EMAIL", "ada@luke.example"), ("URL", "https://ada.example"), ("TEL", "+4722222222")}
    merged = merge(ADA, LIND, Choices(dropped=dropped | {("CATEGORIES", "cleft")}))
    assert project(merged).emails == ("ada@home.example",)
    assert project(merged).tags == ("Mentor", "Norway")
    assert not merged.all("URL")
    assert not merged.all("X-ABLABEL")


@pytest.mark.parametrize(
    ("choice", "lines"),
    [
        (BOTH, ["Kind.", "Met 22 Nov 2026, Congress", "Asked about fistulas.", "Met 1 Dec 2026, Oslo"]),
        (KEPT, ["Kind.", "Met 22 Nov 2026, Congress", "Met 1 Dec 2026, Oslo"]),
        (GONE, ["Asked about fistulas.", "Met 1 Dec 2026, Oslo", "Met 22 Nov 2026, Congress"]),
    ],
)
def test_where_they_met_stays_whichever_note_is_picked(choice: str, lines: list[str]) -> None:
    lasting = ("Met 22 Nov 2026, Congress", "Met 1 Dec 2026, Oslo")
    merged = merge(ADA, LIND, Choices(note=choice, lasting=lasting))
    assert project(merged).note.splitlines() == lines


def test_a_4_0_card_is_written_into_a_3_0_one_in_its_manner() -> None:
    photo = "PHOTO:data:image/png;base64,iVBORw0KGgo" + "A" * 60
    gone = card("FN:Ada", "TEL;VALUE=uri;PREF=1;TYPE=cell:tel:+4711", photo, version="4.0", eol="\n")
    merged = merge(ADA, gone, Choices())
    assert merged.version == "3.0"
    assert "+4711" in project(merged).phones
    assert merged.all("PHOTO")[0].param("ENCODING") == "b"
    assert b"\n" not in merged.data.replace(b"\r\n", b"")


def test_a_3_0_card_is_written_into_a_2_1_one_in_its_manner() -> None:
    kept = card("N:Okafor;Ada", "TEL;CELL:1234567", version="2.1")
    gone = card("FN:Ada", "NICKNAME:Ñandú\\, the first", 'TEL;TYPE="WORK,VOICE":7654321', "X-ODD:a\\nb")
    merged = merge(kept, gone, Choices())
    assert merged.version == "2.1"
    assert merged.all("TEL")[1].types == {"work", "voice"}
    assert texts(merged, "NICKNAME") == ["Ñandú, the first"]
    assert texts(merged, "X-ODD") == ["a\r\nb"]
    assert merged.data.isascii()


def test_together_they_may_not_be_larger_than_a_card() -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "/9j/" * (MAX_CARD // 6)
    big, other = card("FN:Ada", photo), card("FN:Ada", photo.replace("PHOTO", "LOGO"))
    with pytest.raises(BrokenCard, match="larger"):
        merge(big, other, Choices())


@given(cards(), cards())
def test_every_line_of_both_cards_survives(kept_data: bytes, gone_data: bytes) -> None:
    kept, gone = parse(kept_data), parse(gone_data)
    merged = merge(kept, gone, Choices())
    after = {whole_key(merged, line) for line in lines_of(merged)}
    of_values = {(line.name, value_key(line)) for line in lines_of(merged)}
    at = 0
    for line in kept.lines:
        if line.name not in ("NOTE", "CATEGORIES") and not _displaced(line.name, kept, gone):
            raw = kept.data[line.start : line.end].rstrip(b"\r\n")
            assert raw in merged.data[at:]
            at = merged.data.index(raw, at)
    other = in_version(gone, kept.version)
    numbers = same_numbers(kept, other)
    for line in lines_of(other):
        if not value_key(line) or line.name in ("NOTE", "CATEGORIES"):
            continue
        if line.name in {name for names in ONE_OF.values() for name in names}:
            continue
        if line.name in MANY:
            key = value_key(line)
            assert (line.name, numbers.get(key, key)) in of_values
        else:
            assert _without_labels(whole_key(other, line)) in set(map(_without_labels, after))
    assert {tag.casefold() for tag in (*project(kept).tags, *project(gone).tags)} == {
        tag.casefold() for tag in project(merged).tags
    }
    lines = {line.strip() for text in texts(merged, "NOTE") for line in text.splitlines()}
    for note in (project(kept).note, project(other).note):
        assert {line.strip() for line in note.splitlines()} <= lines | {""}


def _displaced(name: str, kept: Card, gone: Card) -> bool:
    """An empty line of something that only the other card says."""
    return any(name in names and not said(kept, what) and said(gone, what) for what, names in ONE_OF.items())


def _without_labels(key: tuple[object, ...]) -> tuple[object, ...]:
    return key[:-1]


@given(cards(), cards())
def test_merging_the_same_again_changes_nothing(kept_data: bytes, gone_data: bytes) -> None:
    gone = parse(gone_data)
    merged = merge(parse(kept_data), gone, Choices())
    assert merge(merged, gone, Choices()).data == merged.data


@given(cards())
def test_a_card_merged_with_itself_is_itself(data: bytes) -> None:
    assert merge(parse(data), parse(data), Choices()).data == data


_side = st.sampled_from([KEPT, GONE])
_choices = st.builds(
    Choices,
    st.fixed_dictionaries({}, optional=dict.fromkeys((*ONE_OF, "department"), _side)),
    st.sampled_from([KEPT, GONE, BOTH]),
)


@given(cards(), cards(), _choices)
def test_whatever_is_chosen_makes_a_whole_card_that_can_be_taken_apart(
    kept_data: bytes, gone_data: bytes, choices: Choices
) -> None:
    kept, gone = parse(kept_data), parse(gone_data)
    merged = merge(kept, gone, choices, NOON)
    assert merged.version == kept.version
    assert project(merged).uid == project(kept).uid
    assert unmerge(merged, kept, merged).data == kept.data
    for what in ONE_OF:
        other = in_version(gone, kept.version)
        if what not in ("organisation", "name") and said(kept, what) and said(other, what):
            assert said(merged, what) in (said(kept, what), said(other, what))


@given(cards(), cards())
def test_an_edit_after_a_merge_outlasts_its_undoing(kept_data: bytes, gone_data: bytes) -> None:
    kept, gone = parse(kept_data), parse(gone_data)
    merged = merge(kept, gone, Choices())
    later = edit(merged, Edit(title="Said since", tags=(*project(merged).tags, "since")))
    apart = unmerge(later, kept, merged)
    assert "since" in project(apart).tags
    assert project(apart).title == "Said since"
    assert project(apart).full_name == project(kept).full_name
    assert set(values(apart, "EMAIL")) == set(values(kept, "EMAIL"))
    assert set(values(apart, "TEL")) == set(values(kept, "TEL"))
    assert project(apart).note == project(kept).note


def test_what_was_written_since_stays_and_what_the_merge_did_goes() -> None:
    merged = merge(ADA, LIND, Choices({"name": GONE, "organisation": GONE}))
    later = edit(merged, Edit(full_name="Ada Lind", note=f"{project(merged).note}\nCall on Friday."))
    apart = project(unmerge(later, ADA, merged))
    assert apart.full_name == "Ada Lind"
    assert apart.institution == "St Luke"
    assert apart.emails == ("ada@luke.example",)
    assert apart.note.splitlines() == ["Kind.", "Met 22 Nov 2026, Congress", "Call on Friday."]
    assert apart.tags == ("Cleft", "Mentor")


def test_a_phone_that_writes_all_lines_anew_does_not_hide_what_the_merge_did() -> None:
    merged = merge(ADA, LIND, Choices())
    rewritten = parse(
        merged.data.replace(b"TYPE=INTERNET;TYPE=WORK", b"type=WORK")
        .replace(b"item1.", b"item9.")
        .replace(b"END:VCARD", b"X-NEW:1\r\nEND:VCARD")
    )
    apart = unmerge(rewritten, ADA, merged)
    assert set(values(apart, "TEL")) == set(values(ADA, "TEL"))
    assert project(apart).emails == ("ada@luke.example",)
    assert texts(apart, "X-NEW") == ["1"]
    assert not apart.all("IMPP")


def test_what_the_merge_took_comes_back() -> None:
    merged = merge(ADA, LIND, Choices(dropped={("EMAIL", "ada@luke.example"), ("CATEGORIES", "mentor")}))
    later = edit(merged, Edit(title="Since"))
    apart = project(unmerge(later, ADA, merged))
    assert apart.emails == ("ada@luke.example",)
    assert set(apart.tags) == {"Cleft", "Mentor"}


def test_a_card_written_anew_in_another_version_is_taken_apart_too() -> None:
    merged = merge(ADA, LIND, Choices())
    later = edit(parse(to_version_4(merged)), Edit(title="Since"))
    apart = unmerge(later, ADA, merged)
    assert apart.version == "4.0"
    assert project(apart).emails == ("ada@luke.example",)
    assert project(apart).title == "Since"


def test_two_cards_of_as_many_lines_as_there_may_be_are_merged_and_taken_apart() -> None:
    """Compared each with each this would take minutes, and the test run with it."""

    def crowded(area: str) -> Card:
        return card(
            *(
                line
                for at in range(1600)
                for line in (
                    f"item{at}.URL:https://{area}.example/{at}",
                    f"item{at}.X-ABLabel:Page {at}",
                    f"TEL:+44{area}{at:06}",
                )
            )
        )

    one, other = crowded("20"), crowded("21")
    local = card(*(f"TEL:020{at:06}" for at in range(9000)))
    assert len(same_numbers(one, local)) == 1600
    merged = merge(one, other, Choices())
    assert len(merged.lines) == len(one.lines) + len(other.lines) - 1  # the VERSION of one
    assert unmerge(edit(merged, Edit(note="Since")), one, merged).all("TEL")[1600:] == []
