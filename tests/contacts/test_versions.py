"""Earlier versions: what was overwritten is told, and comes back as an ordinary change."""

import base64
import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from netcard import vcard
from netcard.contacts import book
from netcard.contacts.models import Revision
from netcard.contacts.versions import Change, differences
from netcard.database import db, new_id, writing
from tests.contacts.test_book import contact_of, seq_of
from tests.contacts.test_exporting import card, kept
from tests.contacts.test_pages import met
from tests.files import jpeg
from tests.people import Person

FIRST = card("Margit Solheim", "TEL:+47 1", "X-KEPT:to the byte", "NOTE:one")
SECOND = card("Margit Solheim", "TEL:+47 2", "NOTE:one\\ntwo")


def overwrite(app: Flask, owner: Person, contact_id: UUID, data: bytes, by: str = "web") -> None:
    with app.app_context():
        with writing():
            book.change(contact_of(owner, contact_id), lambda _: vcard.parse(data), by)
        db.session.remove()


def stored(app: Flask, owner: Person, contact_id: UUID) -> bytes:
    with app.app_context():
        return contact_of(owner, contact_id).vcard


def revisions(app: Flask, contact_id: UUID) -> list[UUID]:
    """The latest first."""
    with app.app_context():
        query = select(Revision.id).where(Revision.contact_id == contact_id)
        return list(db.session.scalars(query.order_by(Revision.replaced_at.desc())))


def back(owner: Person, contact_id: UUID, revision_id: UUID):
    return owner.client.post(f"/contacts/{contact_id}/versions/{revision_id}/restore")


def said(html: str) -> list[str]:
    """The lines of the page's lists, without marks."""
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html, re.DOTALL)
    return [f"{what}: {' '.join(re.sub(r'<[^>]+>', ' ', text).split())}" for what, text in facts]


# --- the page -----------------------------------------------------------------


def test_the_page_tells_what_each_change_did_and_who_did_it_the_latest_first(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, FIRST)
    overwrite(app, ada, contact_id, SECOND, by="Ada's iPhone")
    overwrite(app, ada, contact_id, card("Margit Hale", "TEL:+47 2", "NOTE:one\\ntwo"), by="web")

    page = ada.client.get(f"/contacts/{contact_id}/versions").text

    assert said(page) == [
        "Name: Before: Margit Solheim After: Margit Hale",
        "Phone: Before: +47 1 After: +47 2",
        "Note: After: two",
        "Other lines: X-KEPT",
    ]
    assert page.index("Changed in netcard") < page.index("Changed by Ada&#39;s iPhone")


def test_a_person_never_changed_has_no_earlier_version_and_no_link_to_one(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, FIRST)

    assert "No earlier version" in ada.client.get(f"/contacts/{contact_id}/versions").text
    assert "Earlier versions" not in ada.client.get(f"/contacts/{contact_id}").text

    overwrite(app, ada, contact_id, SECOND)
    assert f'href="/contacts/{contact_id}/versions"' in ada.client.get(f"/contacts/{contact_id}").text


def test_a_card_only_written_in_another_way_says_so(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, FIRST + b"")
    overwrite(app, ada, contact_id, FIRST.replace(b"TEL:", b"tel:"), by="carddav")

    page = ada.client.get(f"/contacts/{contact_id}/versions").text
    assert "Changed on a phone" in page
    assert "only written in another way" in page


def test_a_strangers_words_are_text(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, card("<b>Bold</b>", "NOTE:<script>"))
    overwrite(app, ada, contact_id, FIRST, by="<i>phone")

    page = ada.client.get(f"/contacts/{contact_id}/versions").text
    for raw in ("<b>Bold", "<script>", "<i>phone"):
        assert raw not in page


# --- bringing back ------------------------------------------------------------


def test_an_earlier_card_comes_back_to_the_byte_and_devices_learn_of_it(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, FIRST)
    overwrite(app, ada, contact_id, SECOND)
    with app.app_context():
        before = seq_of(ada)

    answer = back(ada, contact_id, revisions(app, contact_id)[0])

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/contacts/{contact_id}")
    assert stored(app, ada, contact_id) == FIRST
    with app.app_context():
        assert seq_of(ada) == before + 1
        assert contact_of(ada, contact_id).phone == "+47 1"


def test_bringing_back_keeps_what_it_overwrites_and_can_be_undone(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, FIRST)
    overwrite(app, ada, contact_id, SECOND)
    back(ada, contact_id, revisions(app, contact_id)[0])

    page = ada.client.get(f"/contacts/{contact_id}").text
    undo = re.search(r'<form method="post" action="([^"]*/restore)"><button class="btn">Undo', page)
    assert undo
    assert ada.client.post(undo[1]).status_code == 303

    assert stored(app, ada, contact_id) == SECOND
    assert len(revisions(app, contact_id)) == 3
    assert "by bringing an earlier version back" in ada.client.get(f"/contacts/{contact_id}/versions").text


def test_what_is_there_already_changes_nothing(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, FIRST)
    overwrite(app, ada, contact_id, SECOND)
    overwrite(app, ada, contact_id, FIRST)

    back(ada, contact_id, revisions(app, contact_id)[1])

    assert "It is like this already." in ada.client.get(f"/contacts/{contact_id}").text
    assert len(revisions(app, contact_id)) == 2


def test_only_the_owners_versions_of_that_very_person_come_back(
    app: Flask, ada: Person, ben: Person, client
) -> None:
    one, other = kept(app, ada, FIRST, card("Other"))
    overwrite(app, ada, one, SECOND)
    (revision,) = revisions(app, one)

    assert back(ben, one, revision).status_code == 404
    assert back(ada, other, revision).status_code == 404
    assert back(ada, one, new_id()).status_code == 404
    assert client.post(f"/contacts/{one}/versions/{revision}/restore").status_code in (302, 303, 401)
    assert ben.client.get(f"/contacts/{one}/versions").status_code == 404
    assert stored(app, ada, one) == SECOND
    assert stored(app, ada, other) == card("Other")


def test_a_removed_person_has_no_versions_page(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    overwrite(app, ada, contact_id, SECOND)
    (revision,) = revisions(app, contact_id)
    ada.client.post(f"/contacts/{contact_id}/remove")

    assert ada.client.get(f"/contacts/{contact_id}/versions").status_code == 404
    assert back(ada, contact_id, revision).status_code == 404


# --- differences --------------------------------------------------------------

PHOTO = f"PHOTO;ENCODING=b;TYPE=JPEG:{base64.b64encode(jpeg(80, 80)).decode()}"
OTHER = f"PHOTO;ENCODING=b;TYPE=JPEG:{base64.b64encode(jpeg(90, 90)).decode()}"


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (["TITLE:Fellow"], ["TITLE:Chair"], [Change("Title", "Fellow", "Chair")]),
        (["ORG:A;B"], ["ORG:A;C"], [Change("Department", "B", "C")]),
        (["CATEGORIES:a"], ["CATEGORIES:a,b"], [Change("Tags", "a", "a, b")]),
        ([], ["EMAIL:a@x.example"], [Change("E-mail", "", "a@x.example")]),
        (["EMAIL:a@x.example"], [], [Change("E-mail", "a@x.example", "")]),
        (
            ["TEL:1", "TEL:2"],
            ["TEL:3"],
            [Change("Phone", "1", ""), Change("Phone", "2", ""), Change("Phone", "", "3")],
        ),
        (["TEL;TYPE=HOME:1"], ["TEL;TYPE=WORK:1"], [Change("Phone", "1 (home)", "1 (work)")]),
        (["NOTE:a\\nb\\nc"], ["NOTE:a\\nB\\nc"], [Change("Note", "b", "B")]),
        (["NOTE:a\\nb"], ["NOTE:b\\na"], [Change("Note", "a\nb", "b\na")]),
        ([], [PHOTO], [Change("Photo", "", "one")]),
        ([PHOTO], [OTHER], [Change("Photo", "one", "another")]),
        ([PHOTO], [], [Change("Photo", "one", "")]),
        (["X-A:1", "REV:1"], ["X-A:2", "REV:2"], [Change("Other lines", "", "X-A")]),
        (["X-A:1"], ["X-A:1", "X-A:1"], [Change("Other lines", "", "X-A")]),
        (["REV:1", "PRODID:a"], ["REV:2", "PRODID:b"], []),
        (["ADR:;;Kai 1;Oslo;;;"], ["ADR:;;Kai 2;Oslo;;;"], [Change("Address", "Kai 1, Oslo", "Kai 2, Oslo")]),
        (["BDAY:1985-04-12"], ["BDAY:19850413"], [Change("Birthday", "12 April 1985", "13 April 1985")]),
        (["BDAY:1985-04-12"], ["BDAY:19850412"], []),
    ],
)  # fmt: skip
def test_a_difference_is_said_in_words(before: list[str], after: list[str], changes: list[Change]) -> None:
    assert differences(vcard.parse(card("A", *before)), vcard.parse(card("A", *after))) == changes
