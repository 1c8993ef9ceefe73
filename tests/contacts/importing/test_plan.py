"""Who of a file is one person with whom: by the same card, e-mail, phone or name. Pure."""

import pytest

from netcard.contacts.derived import EMAIL, NAME, PHONE
from netcard.contacts.importing.plan import Entry, sort_out
from netcard.contacts.rules import folded_name


def entry(line: int, name: str = "", place: str = "", email: str = "", phone: str = "") -> Entry:
    signs = ((EMAIL, email), (PHONE, phone), (NAME, folded_name(name, "", "")))
    return Entry(line, name, place, email, "", tuple(sign for sign in signs if sign[1]), ())


def reasons(*entries: Entry) -> list[str | None]:
    return [like and like.reason for _, like in sort_out(entries, {}, {})]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"name": "Ann Xu", "email": "a@b.example"}, {"name": "Bo Li", "email": "a@b.example"}, EMAIL),
        ({"name": "Ann Xu", "phone": "12"}, {"name": "A Xu", "phone": "12"}, PHONE),
        ({"name": "Ann Xu", "phone": "12"}, {"phone": "12"}, PHONE),
        ({"phone": "12"}, {"name": "Ann Xu", "phone": "12"}, PHONE),
        ({"name": "Ann Xu", "phone": "12"}, {"name": "Bo Li", "phone": "12"}, None),
        ({"name": "Ann Xu", "place": "Oslo"}, {"name": "Ann Xu", "place": "OSLO"}, NAME),
        ({"name": "Ann Xu", "place": "Oslo"}, {"name": "Ann Xu", "place": "Bergen"}, None),
        ({"name": "Ann Xu", "place": "Oslo"}, {"name": "Ann Xu"}, NAME),
        ({"name": "Ann Xu"}, {"name": "Ann Xu", "place": "Oslo"}, NAME),
        ({"name": "Ann Xu", "email": "a@b.example"}, {"name": "Ann Xu", "email": "c@d.example"}, None),
        ({"name": "Ann Xu", "email": "a@b.example"}, {"name": "Ann Xu", "place": "Oslo"}, NAME),
    ],
)
def test_a_sign_in_common_counts_as_far_as_it_tells(
    one: dict[str, str], other: dict[str, str], reason: str | None
) -> None:
    noise = entry(1, "Kari Moe", "Bergen", "k@moe.example", "99")
    assert reasons(noise, entry(2, **one), entry(3, **other)) == [None, None, reason]


def test_a_number_or_a_name_that_a_whole_file_shares_is_compared_with_few() -> None:
    """Each with each this would take minutes, and the book be locked as long."""
    ward = [entry(at, f"Given{at} Family{at}", phone="12") for at in range(10_000)]
    assert reasons(*ward) == [None] * 10_000
    namesakes = [entry(at, "Ann Xu", place=f"Place {at}") for at in range(10_000)]
    assert reasons(*namesakes, entry(10_000, "Ann Xu", place="place 77"))[-1] == NAME
