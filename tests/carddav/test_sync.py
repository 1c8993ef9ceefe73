"""sync-collection (RFC 6578): what changed since a token, everything once and nothing missed."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select, update

from netcard.contacts import book
from netcard.contacts.models import Book, Contact
from netcard.database import db, writing
from tests.carddav.inside import Inside, card
from tests.carddav.wire import CARD, DAV, NAMESPACES, sync_collection
from tests.people import Person


def fill(dav: Inside, *names: str) -> None:
    for name in names:
        assert dav.put(f"{name}.vcf", card(name.title())).status == 201


def test_who_knows_nothing_gets_everyone_who_is_there_and_no_graves(dav: Inside) -> None:
    fill(dav, "ann", "bo", "cy")
    dav.delete("bo.vcf")
    answer = dav.sync()
    assert dav.names(answer.rows) == {"ann.vcf": 200, "cy.vcf": 200}
    assert answer.token == dav.token()


def test_a_token_brings_what_is_new_changed_and_gone_since_and_nothing_else(dav: Inside) -> None:
    fill(dav, "ann", "bo", "cy")
    token = dav.sync().token
    assert dav.sync(token).rows == []
    assert dav.sync(token).token == token
    changed = dav.put("ann.vcf", card("Ann", "", "3.0", "TITLE:x")).etag
    dav.delete("bo.vcf")
    fill(dav, "di")
    answer = dav.sync(token)
    assert dav.names(answer.rows) == {"ann.vcf": 200, "bo.vcf": 404, "di.vcf": 200}
    assert answer.rows[0].text(f"{DAV}getetag") == changed
    assert dav.sync(answer.token).rows == []


def test_what_came_and_went_between_two_tokens_leaves_at_most_a_grave(dav: Inside) -> None:
    fill(dav, "ann")
    token = dav.sync().token
    fill(dav, "bo")
    dav.delete("bo.vcf")
    assert dav.names(dav.sync(token).rows) == {"bo.vcf": 404}
    fill(dav, "bo")
    assert dav.names(dav.sync(token).rows) == {"bo.vcf": 200}


def test_what_is_done_on_the_web_is_seen_too(dav: Inside, app: Flask, ada: Person) -> None:
    fill(dav, "ann")
    token = dav.sync().token
    answer = ada.client.post("/capture", data={"id": str(uuid.uuid4()), "name": "Bo Web"})
    assert answer.status_code in (200, 201, 303)
    (row,) = dav.sync(token, "getetag", "card:address-data").rows
    assert "FN:Bo Web" in row.text(f"{CARD}address-data")
    with app.app_context(), writing():
        book.remove(db.session.scalars(select(Contact).where(Contact.name == "Ann")).one())
    assert dav.names(dav.sync(token).rows)["ann.vcf"] == 404


def test_an_empty_book_has_a_token_that_stays_good(dav: Inside) -> None:
    empty = dav.sync()
    assert (empty.rows, empty.token) == ([], dav.token())
    fill(dav, "ann")
    assert dav.names(dav.sync(empty.token).rows) == {"ann.vcf": 200}


@pytest.mark.parametrize("start_with", ["nothing", "a token"])
def test_a_limit_cuts_the_answer_and_the_token_goes_on_from_there(dav: Inside, start_with: str) -> None:
    fill(dav, "ann", "bo")
    token = "" if start_with == "nothing" else dav.sync().token
    fill(dav, "cy", "di", "ed")
    dav.delete("di.vcf")
    dav.put("ann.vcf", card("Ann", "", "3.0", "TITLE:x"))
    seen: dict[str, int] = {}
    for _ in range(10):
        answer = dav.sync(token, limit=2)
        token = answer.token
        rows = answer.rows
        cut = [row for row in rows if row.status == 507]
        assert [row.href for row in cut] in ([], [dav.book])
        assert len(rows) - len(cut) <= 2
        seen |= dav.names([row for row in rows if row.status != 507])
        if not cut:
            break
    assert token == dav.token()
    expected = {"bo.vcf": 200, "cy.vcf": 200, "ed.vcf": 200, "ann.vcf": 200}
    if start_with == "a token":
        expected = {"cy.vcf": 200, "ed.vcf": 200, "di.vcf": 404, "ann.vcf": 200}
    assert {name: status for name, status in seen.items() if name in expected} == expected
    assert {name for name in seen if name not in expected} <= {"di.vcf"}


def test_a_limit_that_is_just_enough_cuts_nothing(dav: Inside) -> None:
    fill(dav, "ann", "bo")
    assert dav.names(dav.sync(limit=2).rows) == {"ann.vcf": 200, "bo.vcf": 200}


def test_more_cards_than_one_part_holds_come_whole(dav: Inside, app: Flask, ada: Person) -> None:
    """Enough that PostgreSQL keeps the cursor and the rows come in parts."""
    with app.app_context(), writing():
        book.add_all(ada.id, [book.prepare(card(f"Person {number}")) for number in range(1200)])
    assert len(dav.sync().rows) == 1200
    assert len(dav.sync("", "getetag", "card:address-data").rows) == 1200
    assert len(dav.propfind(dav.book, "getetag", depth="1").rows) == 1201


@pytest.mark.parametrize(
    "token", ["x", "urn:netcard:sync:{epoch}-99", "urn:netcard:sync:{other}-1", "http://a/1"]
)
def test_a_token_that_is_not_of_this_book_is_refused_so_that_thunderbird_too_starts_over(
    dav: Inside, app: Flask, token: str
) -> None:
    fill(dav, "ann")
    with app.app_context():
        epoch = db.session.scalar(select(Book.epoch))
    assert epoch
    answer = dav.sync(token.format(epoch=epoch.hex, other=uuid.uuid4().hex))
    assert (answer.status, answer.conditions) == (400, {f"{DAV}valid-sync-token"})


def test_after_a_restore_no_token_of_before_is_good(dav: Inside, app: Flask) -> None:
    fill(dav, "ann", "bo")
    token = dav.sync().token
    with app.app_context(), writing():
        db.session.execute(update(Book).values(epoch=uuid.uuid4()))
    assert dav.sync(token).status == 400
    assert len(dav.sync().rows) == 2


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "1" * 400])
def test_a_limit_that_is_no_number_is_refused(dav: Inside, limit: str) -> None:
    body = sync_collection("", "getetag", limit=1).replace("<nresults>1<", f"<nresults>{limit}<")
    assert dav.report(body, depth="0").status == (207 if len(limit) == 400 else 400)


def test_the_level_is_one_or_all(dav: Inside) -> None:
    for level, status in (("1", 207), ("infinite", 207), ("2", 400)):
        body = sync_collection("", "getetag").replace("<sync-level>1<", f"<sync-level>{level}<")
        assert dav.report(body).status == status


def test_what_is_asked_of_each_card_is_told(dav: Inside) -> None:
    fill(dav, "ann")
    names = ("getetag", "getcontenttype", "getcontentlength", "getlastmodified", "resourcetype", "owner")
    row = dav.sync("", *names, "quota-used-bytes").row
    assert set(row.found) == {f"{DAV}{name}" for name in names}
    assert row.absent == {f"{DAV}quota-used-bytes": 404}
    assert dav.sync("", "getetag", "quota-used-bytes", prefer="return=minimal").row.absent == {}
    bare = dav.report(
        f"<sync-collection {NAMESPACES}><sync-token/><sync-level>1</sync-level><prop/></sync-collection>"
    )
    assert bare.row.href == f"{dav.book}ann.vcf"
