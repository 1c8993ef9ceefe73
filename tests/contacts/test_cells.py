"""Cells: no spreadsheet takes one for a formula, and our own import gets back what went out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.contacts.cells import guarded, joined, parted, unguarded

TRICKY = st.text(st.sampled_from("=+-@'\" \t\r\n;,a1＝＠\u200b\ufeff−") | st.characters())


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫−")
@pytest.mark.parametrize(
    "before", ["", " ", "  ", '"', "'", "\u00a0", "\u200b", "\ufeff", "\x0b", "'\" ", "\t", "\r", "\n"]
)
def test_a_cell_that_could_be_a_formula_begins_with_an_apostrophe(before: str, sign: str) -> None:
    cell = f"{before}{sign}HYPERLINK(A1)"

    assert guarded(cell).startswith("'")
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_a_cell_that_begins_with_a_tab_or_a_line_is_guarded_whatever_follows(start: str) -> None:
    assert guarded(f"{start}Margit") == f"'{start}Margit"


@pytest.mark.parametrize("end", [";", "\t", "\n", "\r", "; ", "\n\u200b"])
def test_where_another_separator_would_begin_a_cell_the_sign_is_guarded_too(end: str) -> None:
    told = f"Surgeon{end}=cmd|' /C calc'!A0"

    assert "'" in guarded(told).removeprefix("Surgeon")[: len(end) + 1]
    assert unguarded(guarded(told)) == told


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Margit Solheim",
        "m@fjord.example",
        "Jean-Pierre",
        "1+1",
        "O'Brien",
        "'quoted'",
        "a, -b",
        "one\n\ntwo",
    ],
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell == unguarded(cell)


@given(TRICKY)
def test_what_goes_out_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(TRICKY)
def test_guarding_leaves_no_cell_open_under_any_separator(text: str) -> None:
    for cell in guarded(text).replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n"):
        assert cell.lstrip(' \u200b\ufeff"')[:1] not in set("=+-@＝＠−")


def test_several_values_come_apart_again() -> None:
    phones = ["+49 30 1234,,56", "+43 1 40400"]

    assert guarded(joined(phones)) == "'+49 30 1234,,56, +43 1 40400"
    assert parted(unguarded(guarded(joined(phones)))) == phones


def test_values_are_parted_as_other_programs_part_them() -> None:
    assert parted("a@x.example ::: b@x.example") == ["a@x.example", "b@x.example"]
    assert parted("cleft; speech\nmicro") == ["cleft", "speech", "micro"]


def test_a_megabyte_of_empty_lines_is_read_once() -> None:
    lines = "a" + "\n" * 500_000 + "b"

    assert unguarded(guarded(lines)) == lines
