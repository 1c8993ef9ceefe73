"""Search: whoever is there is found by the beginning of any word, whatever the case and the accents."""

import unicodedata

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netcard import vcard
from netcard.accounts.rules import zone
from netcard.contacts import book, rules, search
from netcard.contacts.models import Contact
from netcard.database import db, writing
from tests.contacts.test_book import contact_of, meet
from tests.people import Person

HERE = zone("Europe/Vienna")


def found_by(owner: Person, q: str) -> list[str]:
    wanted, names, after = search.Wanted(q=q), [], ""
    while True:
        page = search.find(owner.id, wanted, HERE, after)
        names += [row.contact.name for group in page.groups for row in group.rows]
        if not page.after:
            return names
        after = page.after


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Đức Nguyễn", "duc"),
        ("Søren Ærø", "soren aero"),
        ("Łódź", "LODZ"),
        ("Straße", "strasse"),
        ("STRASSE", "straß"),
        ("İpek Ilgın", "ipek ilgin"),
        ("Okonjo-Hale", "hale"),
        ("Okonjo-Hale", "okonjo-ha"),
        ("Siobhán O’Brien", "obr"),
        ("Siobhán O’Brien", "o'brien"),
        ("Siobhán O’Brien", "brien"),
        ("山田太郎", "太郎"),
        ("ليلى عبد الرحمن", "عبد"),
        ("أحمد", "احمد"),
        ("김민준", "김민"),
        ("ﬁnn", "fi"),
        ("Zoë\u0308", "zoe"),
        ("Margit Solheim", "sol mar"),
    ],
)
def test_found_as_people_type(app: Flask, ada: Person, ben: Person, name: str, typed: str) -> None:
    with app.app_context():
        meet(ada, "Noise Unrelated")
        meet(ben, name)
        meet(ada, name)
        assert found_by(ada, typed) == [name]


@pytest.mark.parametrize("typed", ["olheim", "margitt", "sol x", "solheim noise"])
def test_not_found_by_what_is_not_there(app: Flask, ada: Person, typed: str) -> None:
    with app.app_context():
        meet(ada, "Margit Solheim")
        meet(ada, "Noise")
        assert found_by(ada, typed) == []


@pytest.mark.parametrize(
    "typed",
    ["fjordside", "fistul", "scale", "P-121", "#cleft", "attend", "margit@fj", "4755", "fjord cleft", "nov"],
)
def test_found_by_what_is_known_of_them(app: Flask, ada: Person, typed: str) -> None:
    with app.app_context():
        meet(
            ada,
            institution="Fjordside University Hospital",
            discussed="Fewer fistulas.",
            promised="to send the scale",
            poster="P-121",
            tags=("cleft",),
            role="Attending",
            email="Margit@Fjord.example",
            phone="+47 55 00",
        )
        meet(ada, "Noise")
        # the line about the meeting is part of the card's note, so both are found by its month
        assert "Margit Solheim" in found_by(ada, typed)
        assert ("Noise" in found_by(ada, typed)) is (typed == "nov")


def test_many_matches_are_all_reached_page_by_page_and_each_once(app: Flask, ada: Person) -> None:
    """Each of them has two words in the range, so the pages must know whom they have shown."""
    with app.app_context():
        names = [f"Anna{number:03} Andersen" for number in range(130)]
        for name in names:
            meet(ada, name)
        meet(ada, "Berta")
        found = found_by(ada, "an")
        assert len(found) == 130
        assert sorted(found) == names


def test_the_first_page_of_a_short_search_is_by_day(app: Flask, ada: Person) -> None:
    with app.app_context():
        for name in ("Anna", "Andrea"):
            meet(ada, name)
        groups = search.find(ada.id, search.Wanted(q="an"), HERE).groups
        assert [group.day is not None for group in groups] == [True]


LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Lt", "Mn", "Nd"], max_codepoint=0x24FF)
# the iota of classical Greek stands below a letter or, in capitals, beside it: no rule finds it both ways
PLAIN_LETTERS = LETTERS.filter(lambda char: "\u0345" not in unicodedata.normalize("NFD", char))
NAMES = st.text(PLAIN_LETTERS | st.sampled_from(" -'’ßøđłİıſǆŉ"), min_size=1, max_size=30)


def changed(text: str, how: int) -> str:
    """The same letters in another case or without accents, or with them apart."""
    return (
        text,
        text.upper(),
        text.lower(),
        text.swapcase(),
        unicodedata.normalize("NFD", text),
        unicodedata.normalize("NFC", text),
        "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn"),
    )[how]


@given(name=NAMES, data=st.data())
@settings(max_examples=600, deadline=None)
def test_any_beginning_of_any_word_begins_a_token(name: str, data: st.DataObject) -> None:
    words = name.split()
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    prefix = word[: data.draw(st.integers(1, len(word)))]
    typed = changed(prefix, data.draw(st.integers(0, 6)))
    tokens = rules.search_words([name])
    for typed_word in rules.typed_words(typed):
        assert any(token.startswith(typed_word) for token in tokens), (name, typed)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_finds_everyone_by_any_beginning(app: Flask, ada: Person, data: st.DataObject) -> None:
    with app.app_context():
        name = data.draw(NAMES)
        contact_id = meet(ada, name)
        contact = contact_of(ada, contact_id)
        word = data.draw(st.sampled_from(contact.name.split() or [contact.name]))
        typed = changed(word[: data.draw(st.integers(1, len(word)))], data.draw(st.integers(0, 6)))
        wanted, after, ids = search.Wanted(q=typed), "", []
        while True:
            page = search.find(ada.id, wanted, HERE, after)
            ids += [row.contact.id for group in page.groups for row in group.rows]
            after = page.after or ""
            if not after:
                break
        assert ids.count(contact_id) == 1, (name, typed)


def test_a_note_of_a_megabyte_is_still_one_contact(app: Flask, ada: Person) -> None:
    with app.app_context():
        note = " ".join(f"word{number}" for number in range(90_000))
        with writing():
            contact_id = book.add(ada.id, vcard.compose(uid="x", full_name="Long Note", note=note)).id
        db.session.expire_all()
        assert len(db.session.get(Contact, (ada.id, contact_id)).folded.split()) == rules.MOST_TOKENS
        assert found_by(ada, "long word1") == ["Long Note"]
