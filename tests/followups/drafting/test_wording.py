"""The small language of templates: rules by example, and for any text."""

import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.followups.drafting.fields import EXAMPLE, KNOWN, MARKS
from netcard.followups.drafting.templates import come_along
from netcard.followups.drafting.wording import BadWording, answered, marked, parse, render

EMPTY: dict[str, str] = {}
anything = st.text(max_size=60)
signs = st.text(alphabet="{}[]. \nab", max_size=30)
values = st.dictionaries(st.sampled_from(sorted(KNOWN)), anything | signs, max_size=8)


def written(source: str, **filled: str) -> str:
    return render(parse(source, KNOWN), filled, MARKS).text


def test_a_field_is_filled() -> None:
    assert written("Dear {them},", them="Dr Lall") == "Dear Dr Lall,"
    assert written("Dear { them },", them="Dr Lall") == "Dear Dr Lall,"


def test_an_optional_part_is_left_out_where_any_field_in_it_is_empty() -> None:
    source = "Thank you[ at {event}, {poster}]."
    assert written(source, event="Phonetics Day", poster="P-1") == "Thank you at Phonetics Day, P-1."
    assert written(source, event="Phonetics Day") == "Thank you."
    assert render(parse(source, KNOWN), EMPTY, MARKS).gaps == ()


def test_an_empty_field_by_itself_is_a_visible_gap() -> None:
    rendered = render(parse("It was {discussed}. {discussed} {why}", KNOWN), EMPTY, MARKS)
    assert rendered.text == "It was [what did you talk about?]. [what did you talk about?] [why them?]"
    assert rendered.gaps == ("discussed", "why")
    assert marked(rendered.text, MARKS) == ("discussed", "why")


def test_every_gap_can_be_told_from_every_other() -> None:
    assert len(set(MARKS.values())) == len(MARKS)


def test_doubled_signs_stand_for_themselves() -> None:
    assert written("{{them}} [[x]] {them}", them="A") == "{them} [x] A"
    assert written("[{{{them}}}[[1]]]", them="A") == "{A}[1]"


def test_a_full_stop_is_not_said_twice() -> None:
    assert written("It was {discussed}.", discussed="Fine.") == "It was Fine."
    assert written("It was {discussed}.", discussed="Fine?") == "It was Fine?"
    assert written("It was {discussed}.", discussed="Fine") == "It was Fine."
    assert written("[It was {discussed}.] So", discussed="Fine.") == "It was Fine. So"


def test_a_part_left_out_leaves_one_empty_line() -> None:
    assert written("A\n\n[{pitch}]\n\nB  \n") == "A\n\nB"


@pytest.mark.parametrize(
    ("source", "names", "offers"),
    [
        ("Dear {tem},", "{tem}", "{them}"),
        ("{Discused}", "{Discused}", "{discussed}"),
        ("{my name}", "{my name}", "{my_name}"),
        ("{zzzzzz}", "{zzzzzz}", "of the list"),
        ("{}", "{}", "of the list"),
        ("Dear {them", "{them", "} is missing"),
        ("Dear {them\n}", "{them", "} is missing"),
        ("a } b", "a }", "}}"),
        ("a ] b", "a ]", "]]"),
        ("[ at {event}", "[ at {event}", "] is missing"),
        ("[a [b] {event}]", "[a [b] {event}]", "second ["),
        ("[your name]", "[your name]", "[[ and ]]"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(source: str, names: str, offers: str) -> None:
    with pytest.raises(BadWording) as refused:
        parse(source, KNOWN)
    assert names in str(refused.value)
    assert offers in str(refused.value)


@pytest.mark.parametrize("key", sorted(come_along()))
def test_every_template_that_comes_along_reads_whole_for_somebody_known(key: str) -> None:
    pattern = come_along()[key]
    for rendered in pattern.rendered(EXAMPLE):
        assert rendered.gaps == ()
        assert not set("{}[]") & set(rendered.text)
        assert rendered.text


@pytest.mark.parametrize("key", sorted(come_along()))
def test_every_template_that_comes_along_asks_for_what_is_specific(key: str) -> None:
    known = {name: EXAMPLE[name] for name in ("them", "signature")}
    assert come_along()[key].rendered(known)[1].gaps, key


def test_the_templates_that_were_promised_come_along() -> None:
    assert {"thanks", "ask", "before", "update", "heads_up", "after_interview"} <= set(come_along())


# --- for any text -----------------------------------------------------------------


@given(anything | signs)
def test_any_text_is_read_or_refused_as_ours(source: str) -> None:
    with suppress(BadWording):
        render(parse(source, KNOWN), EMPTY, MARKS)


@given(values)
def test_what_fills_a_field_is_never_read_as_a_template(filled: dict[str, str]) -> None:
    for name, text in filled.items():
        rendered = render(parse(f"<{{{name}}}>", KNOWN), filled, MARKS).text
        lines = [line.rstrip() for line in f"<{text or MARKS[name]}>".replace("\r\n", "\n").split("\n")]
        while "\n\n\n" in (whole := "\n".join(lines)):
            lines = whole.replace("\n\n\n", "\n\n").split("\n")
        assert rendered == whole.strip()


@given(signs | st.text(alphabet=string.printable, max_size=60))
def test_doubling_the_signs_writes_any_text(text: str) -> None:
    doubled = "".join(char * 2 if char in "{}[]" else char for char in text)
    assert written(f"<{doubled}>", them="x").split() == f"<{text}>".split()


@given(signs, values)
def test_what_was_rendered_can_be_shown_for_any_values(source: str, filled: dict[str, str]) -> None:
    try:
        wording = parse(source + "{them}[ {event}]", KNOWN)
    except BadWording:
        return
    rendered = render(wording, filled, MARKS)
    assert set(rendered.gaps) <= {"them"} | set(filled)
    for name in rendered.gaps:
        assert MARKS[name] in rendered.text


def test_an_answer_takes_the_place_of_its_gap() -> None:
    mark = MARKS["discussed"]
    assert answered(f"It was {mark}. Yes", mark, "fine") == "It was fine. Yes"
    assert answered(f"It was {mark}. Yes", mark, "fine!") == "It was fine! Yes"
    assert answered(f"{mark} {mark}", mark, r"\1 {why}") == r"\1 {why} \1 {why}"
