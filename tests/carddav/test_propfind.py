"""PROPFIND and PROPPATCH: what is told of places and cards, and what a device may leave on the book."""

import gzip

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from netcard.contacts.models import BookProperty
from netcard.database import db
from tests.carddav.inside import Inside, card
from tests.carddav.wire import CARD, CS, DAV, NAMESPACES, Answer

NAME, DESCRIPTION = f"{DAV}displayname", f"{CARD}addressbook-description"


def patch(dav: Inside, inner: str, place: str = "", **headers: str) -> Answer:
    body = f'<propertyupdate {NAMESPACES} xmlns:t="urn:test">{inner}</propertyupdate>'
    return dav.ask("PROPPATCH", place or dav.book, body, **headers)


def setting(*elements: str) -> str:
    return f"<set><prop>{''.join(elements)}</prop></set>"


def test_a_listing_tells_each_card_once_with_what_was_asked(dav: Inside) -> None:
    tags = {f"{name}.vcf": dav.put(f"{name}.vcf", card(name.title())).etag for name in ("ann", "bo", "cy")}
    book, *rows = dav.propfind(dav.book, "getetag", "getcontenttype", "resourcetype", depth="1").rows
    assert book.href == dav.book
    assert {row.href.removeprefix(dav.book): row.text(f"{DAV}getetag") for row in rows} == tags
    assert all(row.text(f"{DAV}getcontenttype").startswith("text/vcard") for row in rows)
    assert all(not row.names_in(f"{DAV}resourcetype") for row in rows)


def test_a_listing_never_reads_the_text_of_a_card(dav: Inside, app: Flask) -> None:
    dav.put("zoe.vcf", card())
    said: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        dav.propfind(dav.book, "getetag", "getcontentlength", "getlastmodified", "displayname", depth="1")
        dav.sync()
        dav.ask("PROPFIND", dav.book, depth="1")
        assert said
        assert not [statement for statement in said if "vcard" in statement]
        said.clear()
        dav.multiget("zoe.vcf")
        assert [statement for statement in said if "vcard" in statement]
        said.clear()
        dav.propfind(dav.book, "sync-token", "cs:getctag")
        assert len([statement for statement in said if "SELECT" in statement]) == 1, "an idle poll"
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_without_a_body_all_that_is_usual_is_told(dav: Inside) -> None:
    dav.put("zoe.vcf", card())
    (row,) = dav.ask("PROPFIND", f"{dav.book}zoe.vcf", depth="0").rows
    assert {f"{DAV}getetag", f"{DAV}getcontentlength", f"{DAV}getlastmodified"} <= set(row.found)
    assert row.text(f"{DAV}getcontentlength") == str(len(card()))


def test_names_alone_can_be_asked_for(dav: Inside) -> None:
    body = f"<propfind {NAMESPACES}><propname/></propfind>"
    names = dav.ask("PROPFIND", dav.book, body, depth="0").row.found
    assert {f"{DAV}sync-token", f"{CS}getctag", f"{DAV}supported-report-set"} <= set(names)
    assert all(not element.text and not len(element) for element in names.values())


def test_what_is_not_there_is_told_unless_the_device_would_rather_not_hear_it(dav: Inside) -> None:
    told = dav.propfind(dav.book, "displayname", "quota-used-bytes", "me:bulk-requests")
    assert told.row.absent == {f"{DAV}quota-used-bytes": 404, "{http://me.com/_namespace/}bulk-requests": 404}
    for header in ({"prefer": "return=minimal"}, {"brief": "t"}):
        brief = dav.propfind(dav.book, "displayname", "quota-used-bytes", **header)
        assert brief.row.absent == {}
        assert brief.row.found.keys() == {NAME}
        assert brief.headers["Preference-Applied"] == "return=minimal"
        assert "Prefer" in brief.headers["Vary"]
        nothing = dav.propfind(dav.book, "quota-used-bytes", **header)
        assert nothing.row.found == {}


def test_a_name_of_any_namespace_comes_back_in_it(dav: Inside) -> None:
    names = '<xml:lang xmlns=""/><a xmlns="">x</a><b xmlns="urn:&quot;&lt;"/>'
    row = dav.ask(
        "PROPFIND", dav.book, f"<propfind {NAMESPACES}><prop>{names}</prop></propfind>", depth="0"
    ).row
    assert set(row.absent) == {"{http://www.w3.org/XML/1998/namespace}lang", "a", '{urn:"<}b'}


def test_a_depth_without_end_is_refused_by_its_name(dav: Inside) -> None:
    answer = dav.propfind(dav.home, "displayname", depth="infinity")
    assert (answer.status, answer.conditions) == (403, {f"{DAV}propfind-finite-depth"})
    assert dav.propfind(dav.home, "displayname", depth="2").status == 400


def test_the_book_itself_can_be_left_out_of_its_listing(dav: Inside) -> None:
    dav.put("zoe.vcf", card())
    rows = dav.propfind(dav.book, "getetag", depth="1", prefer="return=minimal, depth-noroot").rows
    assert [row.href for row in rows] == [f"{dav.book}zoe.vcf"]


def test_a_long_answer_comes_whole_with_its_length_and_zipped_where_that_is_taken(dav: Inside) -> None:
    """Long enough to go by the file."""
    for number in range(12):
        note = f"NOTE:{'long & <dull> ' * 3500}"
        assert dav.put(f"{number}.vcf", card(f"Person {number}", "", "3.0", note)).status == 201
    plain = dav.sync("", "getetag", "card:address-data")
    assert len(plain.body) > 500_000
    assert int(plain.headers["Content-Length"]) == len(plain.body)
    assert len(plain.rows) == 12
    zipped = dav.sync("", "getetag", "card:address-data", accept_encoding="gzip, br")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"]) == len(zipped.body)
    assert gzip.decompress(zipped.body) == plain.body


# --- what a device leaves on the book -----------------------------------------


def test_a_device_may_name_the_book_and_leave_what_only_it_understands(dav: Inside) -> None:
    before = dav.token()
    elements = (
        "<displayname>Mine &amp; <!-- no --> yours</displayname>",
        '<t:colour shade="deep"><t:inner>né</t:inner></t:colour>',
        "<card:addressbook-description>People</card:addressbook-description>",
    )
    assert set(patch(dav, setting(*elements)).row.found) == {NAME, "{urn:test}colour", DESCRIPTION}
    body = f'<propfind {NAMESPACES} xmlns:t="urn:test"><prop><displayname/><t:colour/></prop></propfind>'
    row = dav.ask("PROPFIND", dav.book, body, depth="0").row
    assert row.text(NAME) == "Mine &  yours"
    assert row.found["{urn:test}colour"].get("shade") == "deep"
    assert row.found["{urn:test}colour"].findtext("{urn:test}inner") == "né"
    assert dav.token() == before, "no card has changed"
    removed = patch(dav, "<remove><prop><displayname/><t:colour/><t:never/></prop></remove>")
    assert not removed.row.absent
    row = dav.ask("PROPFIND", dav.book, body, depth="0").row
    assert (row.text(NAME), row.absent) == ("netcard", {"{urn:test}colour": 404})


def test_one_that_may_not_be_set_leaves_all_as_they_were(dav: Inside) -> None:
    answer = patch(dav, setting("<displayname>New</displayname>", "<sync-token>x</sync-token>"))
    assert answer.row.absent == {f"{DAV}sync-token": 403, NAME: 424}
    assert b"cannot-modify-protected-property" in answer.body
    assert dav.propfind(dav.book, "displayname").row.text(NAME) == "netcard"


def test_only_the_book_keeps_anything(dav: Inside) -> None:
    dav.put("zoe.vcf", card())
    for place in ("/dav/", dav.principal, dav.home, f"{dav.book}zoe.vcf"):
        assert patch(dav, setting("<displayname>x</displayname>"), place).row.absent == {NAME: 403}
    assert patch(dav, setting("<displayname>x</displayname>"), f"{dav.book}no.vcf").status == 404


def test_what_is_kept_has_its_limits(dav: Inside, app: Flask) -> None:
    long = setting(f"<t:long>{'x' * 20_000}</t:long>", "<t:short/>")
    assert patch(dav, long).row.absent == {"{urn:test}long": 507, "{urn:test}short": 424}
    deep = setting("<t:deep>" * 50 + "</t:deep>" * 50)
    assert patch(dav, deep).row.absent == {"{urn:test}deep": 507}
    assert not patch(dav, setting(*(f"<t:p{at}/>" for at in range(50)))).row.absent
    assert patch(dav, setting("<t:one-more/>")).row.absent == {"{urn:test}one-more": 507}
    assert not patch(dav, setting("<t:p7>changed</t:p7>")).row.absent
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(BookProperty)) == 50


@pytest.mark.parametrize("body", ["", "<propertyupdate xmlns='DAV:'/>", "<propfind xmlns='DAV:'/>"])
def test_a_change_that_asks_for_nothing_is_refused(dav: Inside, body: str) -> None:
    assert dav.ask("PROPPATCH", dav.book, body).status == 400
