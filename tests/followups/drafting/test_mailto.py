"""The way into the owner's mail program (RFC 6068)."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.followups.drafting.mailto import LONGEST, mail_link
from netcard.web.assets import mailto


def test_a_line_of_the_letter_ends_as_mail_ends_its_lines() -> None:
    link = mailto("a@b.example", "One\ntwo", "Dear A,\n\nB\r\nC\rD")
    assert link == "mailto:a@b.example?subject=One%20two&body=Dear%20A%2C%0D%0A%0D%0AB%0D%0AC%0D%0AD"


def test_a_letter_to_nobody_opens_too() -> None:
    assert mailto("", "S", "ü") == "mailto:?subject=S&body=%C3%BC"
    assert mailto("a@b.example") == "mailto:a@b.example"


@pytest.mark.parametrize(
    "odd", ["a&body=x@b.example", "a?cc=c@b.example", "a,b@c.example", '"a b"@c.example', "a%0Abcc"]
)
def test_an_odd_address_adds_nothing_to_the_letter(odd: str) -> None:
    parts = urlsplit(mailto(odd, "S", "T"))
    assert unquote(parts.path) == odd
    assert parse_qs(parts.query) == {"subject": ["S"], "body": ["T"]}


def test_half_a_letter_never_travels() -> None:
    whole = mail_link("a@b.example", "S", "x" * (LONGEST - 34))
    assert (len(whole.address), whole.whole) == (LONGEST, True)
    longer = mail_link("a@b.example", "S", "x" * (LONGEST - 33))
    assert (longer.address, longer.whole) == ("mailto:a@b.example?subject=S", False)
    assert mail_link("a@b.example", "😀" * 300, "x").address == "mailto:a@b.example"


@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=3000))
def test_any_letter_makes_a_link_that_opens(to: str, subject: str, text: str) -> None:
    link = mail_link(to, subject, text)
    assert link.address.isascii()
    assert not set(link.address) & set("\r\n \"'<>\\^`{|}")
    assert len(link.address) <= LONGEST or link.address == mailto(to)
    if link.whole:
        body = parse_qs(urlsplit(link.address).query, keep_blank_values=True).get("body", [""])[0]
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        assert body == plain.replace("\n", "\r\n").encode(errors="replace").decode()
