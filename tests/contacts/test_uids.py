"""No two cards of a book share a UID (RFC 6352, section 5.1), by whatever way one of them comes back."""

import io
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from netcard import vcard
from netcard.contacts import book
from netcard.contacts.models import Contact, Revision
from netcard.database import db, writing
from tests.contacts.merging import filled
from tests.people import Person

NOTHING_EXPECTED = {"guard": lambda etag: None, "by": "Ada's phone"}


def card(uid: str, name: str = "Margit Solheim", note: str = "") -> bytes:
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", f"NOTE:{note}", "END:VCARD", "")
    return "\r\n".join(lines).encode()


def put(owner: Person, resource: str, data: bytes) -> UUID:
    with writing():
        book.put(owner.id, resource, vcard.parse(data), **NOTHING_EXPECTED)
    found = db.session.scalar(select(Contact.id).where(Contact.resource == resource))
    assert found
    return found


def discard(owner: Person, resource: str) -> None:
    with writing():
        book.discard(owner.id, resource, NOTHING_EXPECTED["guard"])


def here(owner: Person) -> dict[str, str]:
    """The UID that each card of the book says, by its address."""
    rows = db.session.scalars(
        select(Contact)
        .where(Contact.owner_id == owner.id, Contact.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    ).all()
    said = {row.resource: vcard.project(vcard.parse(row.vcard)).uid for row in rows}
    uids = {row.resource: row.uid for row in rows}
    assert all(uids[resource] == uid for resource, uid in said.items())
    return said


@pytest.fixture
def inside(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield
        db.session.remove()


def test_whose_uid_was_taken_meanwhile_comes_back_under_a_new_one(
    inside: None, ada: Person, ben: Person
) -> None:
    put(ben, "noise.vcf", card("one"))
    first = put(ada, "first.vcf", card("one"))
    discard(ada, "first.vcf")
    put(ada, "again.vcf", card("one"))
    assert ada.client.post(f"/contacts/{first}/restore").status_code == 303
    uids = here(ada)
    assert uids["again.vcf"] == "one"
    assert uids["first.vcf"] not in ("one", "")
    kept = db.session.scalars(select(Revision.vcard).where(Revision.contact_id == first)).all()
    assert kept == [card("one")]


def test_whose_uid_is_free_comes_back_byte_for_byte(inside: None, ada: Person, ben: Person) -> None:
    put(ben, "noise.vcf", card("one"))
    first = put(ada, "first.vcf", card("one"))
    discard(ada, "first.vcf")
    ada.client.post(f"/contacts/{first}/restore")
    found = db.session.get(Contact, (ada.id, first), populate_existing=True)
    assert found
    assert found.vcard == card("one")
    assert not db.session.scalars(select(Revision.id)).all()


def test_a_merge_taken_back_gives_no_uid_that_another_has(inside: None, ada: Person) -> None:
    kept, gone = put(ada, "kept.vcf", card("one")), put(ada, "gone.vcf", card("two"))
    page = ada.client.get(f"/contacts/{kept}/merge?with={gone}").text
    assert ada.client.post(f"/contacts/{kept}/merge", data=filled(page)).status_code == 303
    put(ada, "anew.vcf", card("two"))
    assert ada.client.post(f"/contacts/{gone}/restore").status_code == 303
    uids = here(ada)
    assert len(set(uids.values())) == len(uids) == 3


def test_an_earlier_version_gives_no_uid_that_another_has(inside: None, ada: Person) -> None:
    first = put(ada, "first.vcf", card("one", note="at first"))
    discard(ada, "first.vcf")
    put(ada, "first.vcf", card("other"))
    put(ada, "again.vcf", card("one"))
    version = db.session.scalar(select(Revision.id).where(Revision.contact_id == first))
    assert ada.client.post(f"/contacts/{first}/versions/{version}/restore").status_code == 303
    uids = here(ada)
    assert uids["again.vcf"] == "one"
    assert uids["first.vcf"] not in ("one", "")
    found = db.session.get(Contact, (ada.id, first), populate_existing=True)
    assert found
    assert b"NOTE:at first" in found.vcard


def bring(owner: Person, data: bytes) -> str:
    file = {"file": (io.BytesIO(data), "people.vcf")}
    run = owner.client.post("/contacts/import", data=file, content_type="multipart/form-data").location
    assert owner.client.post(run).status_code == 303
    return run


def test_a_file_brought_in_twice_is_not_doubled_by_taking_an_undoing_back(inside: None, ada: Person) -> None:
    one = bring(ada, card("one") + card("two", "Ingrid Aas") + card("three", "Tor Vik"))
    ada.client.post(f"{one}/undo")
    bring(ada, card("one") + card("two", "Ingrid Aas"))
    assert ada.client.post(f"{one}/redo").status_code == 303
    assert sorted(here(ada).values()) == ["one", "three", "two"]
