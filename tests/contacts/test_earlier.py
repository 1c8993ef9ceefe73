"""Meetings in one cell: read back as they were, or not taken for meetings at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.contacts.earlier import Meeting, read, written

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
DAYS = st.none() | st.dates()
MEETINGS = st.builds(Meeting, DAYS, WORDS, WORDS, WORDS, WORDS, DAYS, WORDS)


@given(st.lists(MEETINGS, min_size=1, max_size=4))
def test_what_was_written_is_read_back(meetings: list[Meeting]) -> None:
    assert read(written(meetings)) == meetings


def test_a_person_can_read_it() -> None:
    one = Meeting(
        date(2025, 11, 13), "Congress, North: day 2", "P-9", "fistulas\n2024-01-01\n  Event: no", ""
    )
    assert written([one, Meeting(discussed="speech")]) == (
        "2025-11-13\n  Event: Congress, North: day 2\n  Poster: P-9\n"
        "  Discussed: fistulas\n    2024-01-01\n      Event: no\nDay not known\n  Discussed: speech"
    )


@pytest.mark.parametrize(
    "text",
    ["", "we spoke", "2025-11-13, poster P-9: x", "2025-13-41", "  Event: x", "2025-11-13\n  Colour: red",
     "2025-11-13\n Event: x", "2025-11-13\n  Promised by: soon", "2025-11-13\n  Event: a\n  Event: b"],
)  # fmt: skip
def test_other_words_are_no_meetings(text: str) -> None:
    assert read(text) is None
