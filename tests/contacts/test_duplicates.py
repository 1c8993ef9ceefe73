"""Likely duplicates: shown with their reason, never merged by themselves, and apart for good once said so."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard import vcard
from netcard.contacts import book, duplicates, likeness
from netcard.contacts.merging import actions
from netcard.contacts.models import Contact, NotSame
from netcard.database import db, writing
from tests.people import Person


def add(
    owner: Person, name: str = "", place: str = "", emails: Iterable[str] = (), phones: Iterable[str] = ()
) -> UUID:
    data = vcard.compose(uid="", full_name=name, institution=place, emails=emails, phones=phones)
    with writing():
        return book.add(owner.id, data).id


def get(owner: Person, contact_id: UUID) -> Contact:
    contact = db.session.get(Contact, (owner.id, contact_id), populate_existing=True)
    assert contact
    return contact


def apart(owner: Person, one: UUID, other: UUID) -> None:
    with writing():
        actions.tell_apart(get(owner, one), get(owner, other))


def pairs(owner: Person) -> list[tuple[set[UUID], list[str]]]:
    found, after = [], None
    while True:
        page = duplicates.likely(owner.id, after)
        found += [({pair.one.id, pair.other.id}, pair.reasons) for pair in page.pairs]
        after = page.after
        if after is None:
            return found


def names_like(owner: Person, contact_id: UUID) -> list[str]:
    return [contact.institution or contact.name for contact in likeness.alike(get(owner, contact_id))]


@pytest.fixture
def noise(app: Flask, ada: Person, ben: Person) -> None:
    """People like nobody else, and Ben's, who are like Ada's."""
    with app.app_context():
        add(ada, "Noor Haddad", "Amman", ["noor@amman.example"], ["+962 6 555 0000"])
        add(ada, "Noah Berg", "Oslo", ["noah@oslo.example"], ["+47 22 00 11 22"])
        add(ben, "Wei Zhang", "Peking University", ["wei@pku.example"], ["+86 10 6275 0000"])
        add(ben, "Wei Zhang", "Peking University", ["wei@pku.example"], ["+86 10 6275 0000"])


def test_each_pair_stands_once_at_its_strongest_sign_with_all_its_reasons(
    app: Flask, ada: Person, noise: None
) -> None:
    with app.app_context():
        one = add(ada, "Ada Lind", "Fjordside", ["lind@f.example", "ada@home.example"], ["+47 22 22 22 22"])
        two = add(ada, "Dr Ada Lind", "fjordside", ["ADA@home.example"], ["0047 22222222"])
        three = add(ada, "A. Lind", "", (), ["22 22 22 22"])
        four = add(ada, "Åda Lind", "Fjordside")
        found = pairs(ada)
        assert found[0] == (
            {one, two},
            ["Same e-mail, ada@home.example", "Same phone, +47 22 22 22 22", "Same name and institution"],
        )
        assert not [pair for pair, _ in found if three in pair]  # eight digits could be anybody's
        assert ({one, four}, ["Same name and institution"]) in found
        assert len(found) == len({frozenset(pair) for pair, _ in found})


def test_namesakes_elsewhere_are_no_pair_and_one_without_a_place_is(
    app: Flask, ada: Person, noise: None
) -> None:
    with app.app_context():
        add(ada, "Maria Garcia", "Sevilla")
        add(ada, "María García", "Madrid")
        assert pairs(ada) == []
        nowhere = add(ada, "Maria Garcia")
        found = pairs(ada)
        assert len(found) == 2
        assert all(nowhere in pair and why == ["Same name, and no other institution"] for pair, why in found)


def test_a_hundred_namesakes_at_other_places_do_not_hide_a_true_likeness(
    app: Flask, ada: Person, noise: None
) -> None:
    with app.app_context():
        first = add(ada, "Wei Zhang", "Peking University")
        with writing():
            cards = [
                book.prepare(vcard.compose(uid="", full_name="Wei Zhang", institution=f"Hospital {number}"))
                for number in range(120)
            ]
            book.add_all(ada.id, cards)
        last = add(ada, "Wei Zhang", "Peking University")
        assert [contact.id for contact in likeness.alike(get(ada, first))] == [last]
        assert likeness.with_alike([get(ada, first), get(ada, cards[7].id)]) == {first}
        assert pairs(ada) == [({first, last}, ["Same name and institution"])]


def test_a_switchboards_number_makes_no_pairs_but_of_those_with_more_in_common(
    app: Flask, ada: Person, noise: None
) -> None:
    with app.app_context():
        shared = ["+43 1 404 000"]
        with writing():
            cards = [
                book.prepare(
                    vcard.compose(uid="", full_name=f"Person {number}", phones=shared, institution="AKH")
                )
                for number in range(300)
            ]
            book.add_all(ada.id, cards)
        page = duplicates.likely(ada.id)
        assert page.pairs == []
        assert [(crowd.value, crowd.count) for crowd in page.crowds] == [("431404000", 300)]
        assert likeness.with_alike([get(ada, cards[9].id)]) == set()
        text = ada.client.get("/contacts/duplicates").text
        assert "Shared by many" in text
        assert "on 300 cards" in text


def test_of_a_number_on_some_cards_those_with_the_same_name_are_a_pair(app: Flask, ada: Person) -> None:
    with app.app_context():
        ids = [add(ada, f"Person {number}", f"Ward {number}", (), ["+43 1 404 000"]) for number in range(7)]
        twin = add(ada, "Person 3", "Elsewhere", (), ["+43 1 404 000"])
        assert pairs(ada) == [({ids[3], twin}, ["Same phone, +43 1 404 000", "Same name"])]
        assert [contact.id for contact in likeness.alike(get(ada, twin))] == [ids[3]]
        assert likeness.alike(get(ada, ids[0])) == []


def test_one_card_imported_many_times_makes_so_many_pairs_and_no_more(app: Flask, ada: Person) -> None:
    with app.app_context():
        for _ in range(15):
            add(ada, "Ada Lind", "Fjordside", ["ada@f.example"], ["+47 22 22 22 22"])
        assert len(pairs(ada)) == duplicates.MOST_PAIRS


def test_pages_follow_each_other_without_a_gap_or_a_double(app: Flask, ada: Person, noise: None) -> None:
    with app.app_context():
        expected = set()
        for number in range(17):
            two = [add(ada, f"Ann {number}", "", [f"{number}@x.example"]) for _ in range(2)]
            more = [add(ada, f"Bea {number}", "", (), [f"+49 30 555 00{number:02}"]) for _ in range(2)]
            third = [add(ada, f"Cyd {number}", "Here") for _ in range(2)]
            expected |= {frozenset(two), frozenset(more), frozenset(third)}
        found = [frozenset(pair) for pair, _ in pairs(ada)]
        assert len(found) == 51
        assert set(found) == expected
        page = ada.client.get("/contacts/duplicates")
        assert page.text.count("Compare and merge") == duplicates.PAGE
        after = page.text.partition("?after=")[2].partition('"')[0]
        assert ada.client.get(f"/contacts/duplicates?after={after}").text.count("Compare and merge") == 20


@pytest.mark.parametrize("after", ["nonsense", "email.x.y.z", "fax.1.2.3", "email..." + "A" * 400])
def test_a_wrong_place_begins_at_the_start(ada: Person, app: Flask, after: str) -> None:
    with app.app_context():
        add(ada, "Ada Lind", "", ["ada@f.example"])
        add(ada, "Ada Lind", "", ["ada@f.example"])
    page = ada.client.get("/contacts/duplicates", query_string={"after": after})
    assert page.status_code == 200
    assert page.text.count("Compare and merge") == 1


def test_two_people_told_apart_stay_apart_for_good(app: Flask, ada: Person, noise: None) -> None:
    with app.app_context():
        one, other = (add(ada, "Maria Garcia", "Sevilla", ["m@s.example"]) for _ in range(2))
        assert len(pairs(ada)) == 1
    answer = ada.client.post("/contacts/duplicates/apart", data={"one": one, "other": other})
    assert (answer.status_code, answer.location) == (303, "/contacts/duplicates")
    page = ada.client.get("/contacts/duplicates").text
    assert "Both Maria Garcia stay two people." in page
    assert "Nobody twice" in page
    with app.app_context():
        with writing():
            book.remove(get(ada, one))
        with writing():
            book.restore(get(ada, one))
            book.change(get(ada, other), lambda card: vcard.edit(card, vcard.Edit(title="Professor")), "web")
        assert pairs(ada) == []
        assert likeness.alike(get(ada, one)) == []
        assert likeness.with_alike([get(ada, one), get(ada, other)]) == set()
    assert ada.client.post(f"/contacts/duplicates/apart/undo?one={other}&other={one}").status_code == 303
    with app.app_context():
        assert len(pairs(ada)) == 1


def test_saying_it_twice_is_saying_it_once(app: Flask, ada: Person) -> None:
    with app.app_context():
        one, other = add(ada, "Ann"), add(ada, "Ann")
        apart(ada, one, other)
        apart(ada, other, one)
        assert db.session.scalar(select(func.count()).select_from(NotSame)) == 1


def test_somebody_elses_people_can_be_neither_seen_nor_told_apart(
    app: Flask, ada: Person, ben: Person
) -> None:
    with app.app_context():
        one, other = (add(ada, "Maria Garcia", "Sevilla") for _ in range(2))
        his = add(ben, "Maria Garcia", "Sevilla")
    assert "Maria" not in ben.client.get("/contacts/duplicates").text
    for first, second in ((one, other), (his, other), (his, his), ("x", other)):
        answer = ben.client.post("/contacts/duplicates/apart", data={"one": first, "other": second})
        assert answer.status_code == 404
    ben.client.post(f"/contacts/duplicates/apart/undo?one={one}&other={other}")
    with app.app_context():
        assert db.session.scalars(select(NotSame)).all() == []


def test_the_page_merges_nothing_and_is_empty_where_nobody_is_twice(
    app: Flask, ada: Person, noise: None
) -> None:
    assert "Nobody twice" in ada.client.get("/contacts/duplicates").text
    with app.app_context():
        for _ in range(2):
            add(ada, "Ada Lind", "Fjordside", ["ada@f.example"])
    ada.client.get("/contacts/duplicates")
    with app.app_context():
        count = select(func.count()).select_from(Contact).where(Contact.owner_id == ada.id)
        assert db.session.scalar(count.where(Contact.deleted_at.is_(None))) == 4


def test_a_visitor_is_asked_to_sign_in(client) -> None:
    assert client.get("/contacts/duplicates").status_code in (302, 303, 401)
