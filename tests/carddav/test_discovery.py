"""From the bare address to the book: what a phone asks before it knows anything."""

import pytest
from flask.testing import FlaskClient

from tests.carddav.inside import Inside
from tests.carddav.wire import CARD, CS, DAV
from tests.people import Person

METHODS = ("OPTIONS", "PROPFIND", "GET", "HEAD", "REPORT")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", ["/.well-known/carddav", "/principals/", "/dav"])
def test_the_addresses_that_phones_try_first_lead_to_the_root(
    client: FlaskClient, address: str, method: str
) -> None:
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.headers["Location"]) == (301, "/dav/")
    assert "Set-Cookie" not in answer.headers


def test_the_front_leads_to_the_root_for_a_phone_and_stays_a_page_for_people(client: FlaskClient) -> None:
    for method in ("PROPFIND", "OPTIONS"):
        assert client.open("/", method=method).headers["Location"] == "/dav/"
    page = client.get("/")
    assert page.status_code == 200
    assert page.mimetype == "text/html"


def test_the_root_leads_by_the_principal_and_the_home_to_the_one_book(dav: Inside) -> None:
    root = dav.propfind("/dav/", "current-user-principal").row
    assert root.href_in(f"{DAV}current-user-principal") == dav.principal
    principal = dav.propfind(dav.principal, "card:addressbook-home-set", "principal-URL", "displayname").row
    assert principal.href_in(f"{CARD}addressbook-home-set") == dav.home
    assert principal.href_in(f"{DAV}principal-URL") == dav.principal
    rows = dav.propfind(dav.home, "resourcetype", "displayname", depth="1").rows
    assert [row.href for row in rows if row.is_book] == [dav.book]
    assert [row.href for row in rows] == [dav.home, dav.book]


@pytest.mark.parametrize("address", ["/dav/", "/dav/principals/", "/dav/books/"])
def test_every_step_can_be_walked_by_listing_too(dav: Inside, address: str) -> None:
    below = [row.href for row in dav.propfind(address, "resourcetype", depth="1").rows]
    assert below[0] == address
    assert set(below[1:]) <= {"/dav/principals/", "/dav/books/", dav.principal, dav.home}
    assert below[1:]


def test_what_is_claimed_is_what_is_done(dav: Inside) -> None:
    """No locks, no MKCOL: a client that saw them claimed would use them."""
    answer = dav.ask("OPTIONS", dav.book)
    claimed = {word.strip() for word in answer.headers["DAV"].split(",")}
    assert claimed == {"1", "3", "access-control", "addressbook"}
    allowed = {word.strip() for word in answer.headers["Allow"].split(",")}
    assert "PROPFIND" in allowed
    assert not allowed & {"LOCK", "MKCOL", "MOVE"}


def test_the_book_says_what_it_takes_and_what_may_be_done_with_it(dav: Inside) -> None:
    book = dav.propfind(
        dav.book, "supported-report-set", "card:supported-address-data", "card:max-resource-size",
        "current-user-privilege-set", "owner", "sync-token", "cs:getctag",
    ).row  # fmt: skip
    reports = book.names_in(f"{DAV}supported-report-set", f"{DAV}supported-report/{DAV}report/*")
    assert {f"{CARD}addressbook-multiget", f"{CARD}addressbook-query", f"{DAV}sync-collection"} <= reports
    kinds = [kind.attrib for kind in book.found[f"{CARD}supported-address-data"]]
    assert kinds == [{"content-type": "text/vcard", "version": "3.0"}], "offered 4.0, DAVx5 would upload it"
    assert book.text(f"{CARD}max-resource-size") == str(1024 * 1024)
    assert f"{DAV}write" in book.names_in(f"{DAV}current-user-privilege-set", f"{DAV}privilege/*")
    assert book.text(f"{DAV}sync-token") == book.text(f"{CS}getctag")


def test_neither_the_owner_nor_anything_of_theirs_is_told_to_another(dav: Inside, ben: Person) -> None:
    """Another owner's addresses answer as addresses of nobody do."""
    for address in (f"/dav/principals/{ben.id}/", f"/dav/books/{ben.id}/", f"/dav/books/{ben.id}/contacts/"):
        nobodys = address.replace(str(ben.id), str(ben.id)[:-1] + ("0" if str(ben.id)[-1] != "0" else "1"))
        theirs, none = dav.propfind(address, "displayname"), dav.propfind(nobodys, "displayname")
        assert (theirs.status, theirs.body) == (none.status, none.body) == (404, b"")
    found = dav.ask("REPORT", "/dav/principals/", "<principal-property-search xmlns='DAV:'/>", depth="0")
    assert found.rows == []
