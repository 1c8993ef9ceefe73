"""Pictures of numbers: what is drawn is what the table says, readable by machines and without colour."""

import re
import unicodedata
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from netcard.followups.numbers.counting import share
from netcard.followups.numbers.looking_back import Days, spans_of
from netcard.followups.numbers.pictures import FILLINGS, SIGNS, Picture, Row, shortened
from netcard.followups.numbers.views import days_picture

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = """</text><script>alert("x")</script>&amp; 'quoted'"""


def drawn(picture: Picture) -> Element:
    return fromstring(str(picture.svg))


def numbers_in(element: Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{SVG}text") if text.get("class") == "n"]


def picture(*rows: Row, series: tuple[str, ...] = ("People",), grouped: bool = False) -> Picture:
    return Picture("test", "People met", "A sentence.", "Day", series, rows, grouped)


def table_of(app: Flask, one: Picture) -> Element:
    source = '{% import "components/charts.html" as charts %}{{ charts.table(drawn) }}'
    with app.test_request_context():
        return fromstring(render_template_string(source, drawn=one))


SOME = [
    picture(Row("Thu 19 Nov", (0,))),
    picture(Row("Thu 19 Nov", (1,)), Row("Fri 20 Nov", (10_000,)), Row("Other days", (2,), apart=True)),
    picture(Row("Nov", (3, 2)), Row("Dec", (0, 0)), series=("Met", "Kept")),
    picture(Row("Congress", (5, 3, 1)), Row("د. ليلى", (1, 0, 0)), series=("Met", "W", "A"), grouped=True),
]


@pytest.mark.parametrize("one", SOME)
def test_every_number_drawn_is_in_the_table_and_the_other_way_round(app: Flask, one: Picture) -> None:
    cells = [cell.text or "" for cell in table_of(app, one).iter("td")]
    assert numbers_in(drawn(one)) == cells == [f"{value:,}" for row in one.rows for value in row.values]


@pytest.mark.parametrize("one", SOME)
def test_a_picture_says_what_it_is_to_who_does_not_see_it(one: Picture) -> None:
    svg = drawn(one)
    assert svg.get("role") == "img"
    named = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert [named[name] for name in (svg.get("aria-labelledby") or "").split()] == [one.title, one.summary]


@pytest.mark.parametrize("one", SOME)
def test_a_table_says_what_its_heads_are_for(app: Flask, one: Picture) -> None:
    table = table_of(app, one)
    assert table.findtext("caption") == one.title
    assert {head.get("scope") for head in table.iter("th")} == {"col", "row"}


@pytest.mark.parametrize("one", SOME)
def test_a_picture_has_nothing_that_the_content_policy_refuses(one: Picture) -> None:
    for element in drawn(one).iter():
        assert element.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("grouped", [False, True])
def test_series_differ_by_word_and_by_filling(grouped: bool) -> None:
    svg = drawn(picture(Row("Nov", (3, 2, 1)), series=("Met", "Written", "Answered"), grouped=grouped))
    assert {rect.get("class") for rect in svg.iter(f"{SVG}rect")} == set(FILLINGS)
    assert {"Met", "Written", "Answered"} <= {text.text for text in svg.iter(f"{SVG}text")}
    hatched = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("class") == "h"]
    patterns = {f"url(#{pattern.get('id')})" for pattern in svg.iter(f"{SVG}pattern")}
    assert {rect.get("fill") for rect in hatched} == patterns


def test_a_bar_is_as_long_as_its_number_and_one_of_ten_thousand_is_seen() -> None:
    svg = drawn(picture(Row("a", (0,)), Row("b", (1,)), Row("c", (5_000,)), Row("d", (10_000,))))
    widths = [float((rect.get("width") or "").rstrip("%")) for rect in svg.iter(f"{SVG}rect")]
    assert widths == [0.5, 23, 46]


@pytest.mark.parametrize("grouped", [False, True])
def test_nothing_typed_becomes_markup(app: Flask, grouped: bool) -> None:
    one = Picture("test", HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), (Row(HOSTILE, (1,)),), grouped)
    assert {element.tag for element in drawn(one).iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "text", "rect", "line")
    }
    assert not list(table_of(app, one).iter("script"))


@given(st.text(), st.lists(st.integers(0, 10_000), min_size=1, max_size=40), st.booleans())
def test_any_text_and_any_numbers_make_well_formed_xml(text: str, values: list[int], grouped: bool) -> None:
    rows = tuple(Row(text, (value,)) for value in values)
    svg = drawn(Picture("test", text, text, text, (text,), rows, grouped))
    assert numbers_in(svg) == [f"{value:,}" for value in values]


def test_a_picture_of_nothing_is_one_too() -> None:
    assert numbers_in(drawn(picture())) == []


def test_ten_thousand_rows_are_drawn() -> None:
    assert len(numbers_in(drawn(picture(*(Row(str(value), (value,)) for value in range(10_000)))))) == 10_000


@given(st.text())
def test_a_name_is_shortened_to_what_a_phone_has_room_for(text: str) -> None:
    short = shortened(text)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1].rstrip()))
    assert len([char for char in short if not unicodedata.combining(char)]) <= SIGNS


def test_a_name_of_double_width_is_shortened_to_half_as_many_signs() -> None:
    assert (
        shortened("全国形成外科学会総会・学術集会２０２６年秋季大会") == "全国形成外科学会総会・学術集会２０…"
    )
    assert shortened("Northern Cleft Congress") == "Northern Cleft Congress"


def test_a_percentage_stands_beside_its_counts_and_never_for_fewer_than_three() -> None:
    assert [share(0, 0), share(1, 1), share(1, 2)] == ["0 of 0", "1 of 1", "1 of 2"]
    assert [share(2, 3), share(1, 8), share(0, 10_000)] == [
        "2 of 3 (67%)",
        "1 of 8 (13%)",
        "0 of 10,000 (0%)",
    ]


# --- days of an event ---------------------------------------------------------

dates = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@given(dates, st.integers(0, 3 * 366))
def test_spans_cover_every_day_of_an_event_once_and_in_order(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    unit, spans = spans_of(first, last)
    covered = [
        ordinal for span in spans for ordinal in range(span.first.toordinal(), span.last.toordinal() + 1)
    ]
    assert covered == list(range(first.toordinal(), last.toordinal() + 1))
    assert len(spans) <= 38
    assert unit == ("Day" if days < 14 else "Week" if days < 98 else "Month")


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2026-11-19", "2026-11-20", ["Thu 19 Nov", "Fri 20 Nov"]),
        ("2024-02-28", "2024-03-01", ["Wed 28 Feb", "Thu 29 Feb", "Fri 1 Mar"]),
        ("2026-11-02", "2026-11-16", ["2–8 Nov", "9–15 Nov", "Mon 16 Nov"]),
        ("2026-12-25", "2027-01-10", ["25–31 Dec", "1–7 Jan", "8–10 Jan"]),
        ("2026-11-23", "2026-12-13", ["23–29 Nov", "30 Nov – 6 Dec", "7–13 Dec"]),
        ("2026-09-15", "2026-12-31", ["Sep 2026", "Oct 2026", "Nov 2026", "Dec 2026"]),
    ],
)
def test_days_of_an_event_are_named_by_day_week_or_month(first: str, last: str, labels: list[str]) -> None:
    unit, spans = spans_of(date.fromisoformat(first), date.fromisoformat(last))
    shown = days_picture(Days(unit, tuple((span, 0) for span in spans), 0, 0))
    assert [row.label for row in shown.rows] == labels


def test_a_picture_says_its_longest_day_or_that_there_was_none() -> None:
    unit, spans = spans_of(date(2026, 11, 19), date(2026, 11, 20))
    shown = days_picture(Days(unit, ((spans[0], 2), (spans[1], 5)), 1, 0))
    assert shown.summary == "Most on Fri 20 Nov: 5."
    assert (shown.rows[-1].label, shown.rows[-1].apart) == ("Other days", True)
    assert re.search(r'class="off"', str(shown.svg))
    assert days_picture(Days(unit, ((spans[0], 0),), 0, 0)).summary == "Nobody on these days."
