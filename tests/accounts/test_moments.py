"""Clocks that go forward, clocks that go back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.accounts.rules import moment_at, zone

ZONES = (
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "UTC",
)
YEARS = datetime(1950, 1, 1), datetime(2100, 1, 1)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("Europe/Vienna", datetime(2026, 3, 29, 2, 0), "from 02:00 to 03:00"),
        ("Europe/Vienna", datetime(2026, 3, 29, 2, 30), "from 02:00 to 03:00"),
        ("Europe/Vienna", datetime(2026, 3, 29, 2, 59), "from 02:00 to 03:00"),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 10), "from 02:00 to 02:30"),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 0, 30), "from 00:00 to 01:00"),
        ("Pacific/Apia", datetime(2011, 12, 30, 12, 0), "from 30 Dec, 00:00 to 31 Dec, 00:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_the_hours_around_it(
    name: str, typed: datetime, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        moment_at(typed, zone(name))


def test_the_hours_around_the_gap_are_taken() -> None:
    vienna = zone("Europe/Vienna")
    assert moment_at(datetime(2026, 3, 29, 1, 59), vienna) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert moment_at(datetime(2026, 3, 29, 3, 0), vienna) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_an_hour_that_comes_twice_takes_the_first() -> None:
    vienna = zone("Europe/Vienna")
    assert moment_at(datetime(2026, 10, 25, 2, 30), vienna) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 2, 30, fold=1)
    assert moment_at(second, vienna) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.datetimes(*YEARS), st.sampled_from(ZONES))
def test_a_moment_that_is_taken_shows_what_was_typed(typed: datetime, name: str) -> None:
    try:
        moment = moment_at(typed, zone(name))
    except ValueError:
        return
    assert moment.astimezone(zone(name)).replace(tzinfo=None, fold=0) == typed


@given(st.datetimes(*YEARS, timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_every_moment_can_be_typed_unless_the_hour_was_there_before(moment: datetime, name: str) -> None:
    here = zone(name)
    shown = moment.astimezone(here)
    back = moment_at(shown.replace(tzinfo=None), here)
    assert back == moment or (shown.fold == 1 and timedelta() < moment - back <= timedelta(days=1))
