"""What is due when: the rules of days, tried with any day, moment and zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netcard.followups import rules
from netcard.followups.rules import Window

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Vienna",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",  # half an hour of daylight saving
        "Asia/Kathmandu",
        "Pacific/Kiritimati",  # UTC+14
        "Pacific/Pago_Pago",  # UTC-11
        "Pacific/Apia",  # skipped 30 December 2011 whole
        "Africa/Casablanca",  # daylight saving backwards
    )
]
ORDER = {"coming": 0, "today": 1, "overdue": 2}

days = st.dates(date(1950, 1, 2), date(2100, 12, 31))
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(1950, 1, 2), datetime(2100, 12, 31), timezones=st.just(UTC))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
opens = st.integers(1, 14)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Any window that can be."""
    first = draw(days)
    return Window(first, first + timedelta(days=draw(st.integers(0, 60))))


# --- days after a meeting -----------------------------------------------------


@given(met_on=days, opens_after=opens, more=st.integers(0, 46))
def test_a_meeting_opens_and_is_late_after_exactly_the_days_set(
    met_on: date, opens_after: int, more: int
) -> None:
    late_after = opens_after + more
    window = rules.after_meeting(met_on, None, opens_after, late_after)
    assert window.heading(met_on + timedelta(days=opens_after - 1)) == "coming"
    assert window.heading(met_on + timedelta(days=opens_after)) == "today"
    assert window.heading(met_on + timedelta(days=late_after)) == "today"
    assert window.heading(met_on + timedelta(days=late_after + 1)) == "overdue"
    assert window.days_late(met_on + timedelta(days=late_after + 1)) == 1


@given(met_on=days, promised_by=days, opens_after=opens)
def test_a_promise_counts_by_its_own_date_alone(met_on: date, promised_by: date, opens_after: int) -> None:
    window = rules.after_meeting(met_on, promised_by, opens_after, 14)
    assert window.heading(promised_by - timedelta(days=1)) == "coming"
    assert window.heading(promised_by) == "today"
    assert window.heading(promised_by + timedelta(days=1)) == "overdue"


@given(moment=moments, zone=zones, offset=offsets)
def test_the_offset_a_phone_writes_a_moment_in_changes_nothing(
    moment: datetime, zone: ZoneInfo, offset: timezone
) -> None:
    assert rules.local_day(moment.astimezone(offset), zone) == rules.local_day(moment, zone)


@given(moment=moments, here=zones, there=zones)
def test_an_owner_who_travels_is_at_most_a_day_off(moment: datetime, here: ZoneInfo, there: ZoneInfo) -> None:
    """From UTC-11 to UTC+14 is more than a day: the calendars can be two days apart, never more."""
    assert abs((rules.local_day(moment, here) - rules.local_day(moment, there)).days) <= 2


@given(moment=moments, zone=zones)
@example(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), ZoneInfo("Europe/Vienna"))  # a second before the gap
@example(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), ZoneInfo("Europe/Vienna"))
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ZoneInfo("Europe/Vienna"))  # 2:30 the first time
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ZoneInfo("Europe/Vienna"))  # and the second
@example(datetime(2018, 11, 4, 2, 59, tzinfo=UTC), ZoneInfo("America/Sao_Paulo"))  # a day without midnight
def test_days_after_a_meeting_are_days_of_the_calendar_however_long(moment: datetime, zone: ZoneInfo) -> None:
    """Three days over a change of clocks are 71 or 73 hours; the calendar counts three."""
    met_on = rules.local_day(moment, zone)
    window = rules.after_meeting(met_on, None, 3, 7)
    assert (window.opens_on - met_on).days == 3
    noon = datetime(window.opens_on.year, window.opens_on.month, window.opens_on.day, 12, tzinfo=zone)
    assert window.heading(rules.local_day(noon, zone)) == "today"


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-11-19T23:30:00+01:00", "Europe/Vienna", "2026-11-19"),
        ("2026-11-19T23:30:00+01:00", "America/New_York", "2026-11-19"),
        ("2026-11-19T23:30:00+01:00", "Asia/Tokyo", "2026-11-20"),
        ("2026-11-20T00:30:00+13:00", "Europe/Vienna", "2026-11-19"),
        ("2026-03-29T02:30:00+01:00", "Europe/Vienna", "2026-03-29"),  # an hour that no clock there showed
        ("2011-12-30T12:00:00+00:00", "Pacific/Apia", "2011-12-31"),  # a day that did not happen
    ],
)
def test_day_zero_is_the_owners_day_of_the_meeting(moment: str, zone: str, day: str) -> None:
    met_at = datetime.fromisoformat(moment)
    assert rules.local_day(met_at, ZoneInfo(zone)) == date.fromisoformat(day)


# --- headings -----------------------------------------------------------------


@given(window=windows(), today=days, until=st.none() | days, ahead=st.integers(0, 500))
def test_headings_only_move_on_as_days_pass(
    window: Window, today: date, until: date | None, ahead: int
) -> None:
    window = window.put_off(until)
    later = today + timedelta(days=ahead)
    assert ORDER[window.heading(today)] <= ORDER[window.heading(later)]
    assert window.days_late(later) - window.days_late(today) in range(ahead + 1)


@given(window=windows(), today=days)
def test_a_thing_is_late_exactly_under_overdue(window: Window, today: date) -> None:
    assert (window.days_late(today) > 0) == (window.heading(today) == "overdue")


# --- putting off --------------------------------------------------------------


@given(window=windows(), until=days)
def test_what_is_put_off_comes_back_on_its_day_and_is_not_late_on_it(window: Window, until: date) -> None:
    put_off = window.put_off(until)
    assert put_off.opens_on == max(window.opens_on, until)
    assert put_off.heading(put_off.opens_on) == "today"
    assert put_off.late_after >= window.late_after
    assert put_off.heading(put_off.late_after + timedelta(days=1)) == "overdue"  # never lost
    assert window.put_off(None) == window


@given(window=windows(), first=days, second=days)
def test_the_last_putting_off_counts_and_none_adds_up(window: Window, first: date, second: date) -> None:
    assert window.put_off(first).put_off(second).opens_on == max(window.opens_on, first, second)


@given(today=days, ahead=st.integers(-4000, 4000))
def test_only_days_from_tomorrow_to_a_year_can_be_put_off_to(today: date, ahead: int) -> None:
    problem = rules.snooze_problem(today + timedelta(days=ahead), today)
    assert (problem is None) == (1 <= ahead <= 366)


@given(today=days, ends=st.none() | days, before=st.none() | days)
def test_every_day_that_is_offered_can_be_taken(today: date, ends: date | None, before: date | None) -> None:
    offered = rules.snooze_days(today, ends, before)
    assert all(rules.snooze_problem(day, today, before) is None for day in offered.values())
    assert len(set(offered.values())) == len(offered)
    if before is None or before > today + timedelta(days=1):
        assert offered["tomorrow"] == today + timedelta(days=1)


# --- rhythms ------------------------------------------------------------------


@given(last=days, months=st.integers(1, 36))
@example(date(2024, 2, 29), 12)
@example(date(2023, 1, 31), 1)
def test_a_rhythm_comes_in_the_month_it_says_at_most_at_its_end(last: date, months: int) -> None:
    window = rules.in_touch(last, months, last)
    counted = last.year * 12 + last.month - 1 + months
    assert (window.opens_on.year, window.opens_on.month - 1) == divmod(counted, 12)
    assert window.opens_on.day == last.day or window.opens_on.day == _days_in(window.opens_on) < last.day
    assert window.late_after > window.opens_on


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48 - 12, "2027-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-11-30", 3, "2027-02-28"),
    ],
)
def test_month_ends_and_leap_days(last: str, months: int, due: str) -> None:
    window = rules.in_touch(date.fromisoformat(last), months, date(1990, 1, 1))
    assert window.opens_on == date.fromisoformat(due)


@given(last=days, begun=days, months=st.integers(1, 36))
def test_nobody_is_late_before_they_wanted_to_be_in_touch(last: date, begun: date, months: int) -> None:
    window = rules.in_touch(last, months, begun)
    assert window.heading(begun) != "overdue"
    assert window.opens_on >= begun


def _days_in(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


# --- settings -----------------------------------------------------------------


@given(opens_after=st.integers(-5, 80), late_after=st.integers(-5, 80))
def test_only_days_that_can_be_kept_are_taken(opens_after: int, late_after: int) -> None:
    problems = rules.days_problem(opens_after, late_after)
    assert (problems == {}) == (1 <= opens_after <= 14 and opens_after <= late_after <= 60)
    assert set(problems) <= {"opens_after", "late_after"}
