"""How somebody is addressed: by what is written of them, and by nothing that is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.followups.drafting.fields import addressed
from netcard.vcard import Name, split_name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Prof. Margit Solheim", "Professor Solheim"),
        ("Univ.-Prof. Dr. med. Max von Hohenlohe", "Professor von Hohenlohe"),
        ("Dr Amrit Lall", "Dr Lall"),
        ("Dra. Inés Marchetti", "Dr Marchetti"),
        ("Amrit Lall, MD", "Dr Lall"),
        ("Amrit Lall, PhD, MPH", "Dr Lall"),
        ("Amrit Lall, BSc", "Amrit Lall"),
        ("Dr Smith", "Dr Smith"),
        ("Sister Colette Parr", "Sister Parr"),
        ("Mr Ian McGregor", "Mr McGregor"),
        ("Sir Magdi Yacoub", "Sir Magdi"),
        ("Prof. Sir Magdi Yacoub", "Professor Yacoub"),
        ("Tomás Rivera-Quint", "Tomás Rivera-Quint"),
        ("Solheim, Margit", "Margit Solheim"),
        ("Margit", "Margit"),
        ("王小明", "王小明"),
        ("د. ليلى الخطيب", "د. ليلى الخطيب"),
        ("Resident at poster P-098", "Resident at poster P-098"),
    ],
)
def test_a_typed_name_says_how(written: str, expected: str) -> None:
    assert addressed(written, split_name(written)) == expected


def test_the_cards_own_parts_count_where_the_name_shows_no_title() -> None:
    assert addressed("Margit Solheim", Name("Solheim", "Margit", "", "Prof.", "")) == "Professor Solheim"
    assert addressed("Margit Solheim", Name("Solheim", "Margit", "", "", "MD")) == "Dr Solheim"
    assert addressed("Margit Solheim", Name(), title="Professor of Surgery") == "Professor Solheim"


def test_only_a_peer_goes_by_the_first_name() -> None:
    name = "Tomás Rivera-Quint"
    assert addressed(name, split_name(name), role="Peer") == "Tomás"
    assert addressed(name, split_name(name), role="Attending") == name
    assert addressed("Dr Amrit Lall", split_name("Dr Amrit Lall"), role="Peer") == "Dr Lall"


@given(st.text(min_size=1, max_size=60), st.builds(Name, *[st.text(max_size=12)] * 5), st.text(max_size=12))
def test_anybody_can_be_addressed(full_name: str, name: Name, title: str) -> None:
    assert addressed(full_name, name, title)
