"""Days as tables write them."""

import re
from collections.abc import Iterable
from datetime import date

from netcard.events.rules import MONTHS


def date_of(text: str, day_first: bool | None) -> str:
    """A date as 1980-04-03, --04-03 without its year, or nothing where it cannot be told."""
    text = text.strip()
    if found := re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?", text):
        return _day(*map(int, found.groups()))
    if found := re.fullmatch(r"-{1,2}(\d\d)-?(\d\d)", text):
        return _day(2000, *map(int, found.groups())).replace("2000", "-", 1)
    if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        day, month, year = map(int, found.groups())
        return _day(year, month, day)
    if found := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text):
        one, other, year = map(int, found.groups())
        first = True if one > 12 else False if other > 12 else True if one == other else day_first
        return "" if first is None else _day(year, other, one) if first else _day(year, one, other)
    if found := re.fullmatch(r"(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4})", text):  # 05 Mar 2024, as LinkedIn
        months = [month[:3].lower() for month in MONTHS]
        if found[2].lower() in months:
            return _day(int(found[3]), months.index(found[2].lower()) + 1, int(found[1]))
    return ""


def day_comes_first(values: Iterable[str]) -> bool | None:
    """What a column's dates with slashes tell of their order: the number above twelve is the day."""
    for value in values:
        if found := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4}", value.strip()):
            one, other = map(int, found.groups())
            if one > 12 or other > 12:
                return one > 12
    return None


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
