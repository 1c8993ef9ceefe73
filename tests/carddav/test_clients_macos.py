"""The Mac's Contacts, as its CardDAV plug-in asks and understands."""

import pytest
from flask import Flask

from tests.carddav.live import DeviceFor, book_of, counted, home_of, principal_of
from tests.carddav.samples import DAVX5, IOS
from tests.carddav.wire import CARD, CS, DAV, NAMESPACES, Device, multiget, propfind, sync_collection
from tests.people import Person

AGENT = "macOS/15.1 (24B83) AddressBookCore/2663.3"


@pytest.fixture
def mac(device_for: DeviceFor, ada: Person) -> Device:
    return device_for(ada, AGENT, brief="t", prefer="return=minimal")


def me_card(href: str) -> str:
    return (
        f"<propertyupdate {NAMESPACES}><set><prop><cs:me-card><href>{href}</href></cs:me-card></prop></set>"
        "</propertyupdate>"
    )


def test_macos_sets_up_from_the_principals_address_too(mac: Device, ada: Person) -> None:
    """What the server path of its account sheet becomes."""
    asked = (
        "card:addressbook-home-set",
        "principal-URL",
        "displayname",
        "cs:email-address-set",
        "resourcetype",
    )
    row = mac.propfind(principal_of(ada), *asked).row
    assert f"{DAV}principal" in row.names_in(f"{DAV}resourcetype")
    assert row.href_in(f"{CARD}addressbook-home-set") == home_of(ada)


def test_macos_learns_nothing_of_another_principal(mac: Device, ben: Person) -> None:
    for address in (principal_of(ben), home_of(ben), book_of(ben)):
        assert mac.propfind(address, "displayname").status in (403, 404)


def test_macos_may_say_which_card_is_its_owners(mac: Device, ada: Person, app: Flask) -> None:
    mac.ask("PUT", f"{book_of(ada)}me.vcf", IOS)
    before = counted(app, ada)
    for place in (home_of(ada), book_of(ada)):
        answer = mac.ask("PROPPATCH", place, me_card(f"{book_of(ada)}me.vcf"))
        if place == book_of(ada):
            assert answer.status in (200, 204), "with return=minimal there is nothing more to say"
            assert mac.propfind(place, "cs:me-card").row.href_in(f"{CS}me-card") == f"{book_of(ada)}me.vcf"
        else:
            assert answer.row.absent == {f"{CS}me-card": 403}, "plainly refused, and no fault"
    assert counted(app, ada) == before


def test_macos_may_name_the_book(mac: Device, phone: Device, ada: Person) -> None:
    name = "<displayname>Mine &amp; yours</displayname>"
    body = f"<propertyupdate {NAMESPACES}><set><prop>{name}</prop></set></propertyupdate>"
    assert phone.ask("PROPPATCH", book_of(ada), body).row.found.keys() == {f"{DAV}displayname"}
    assert mac.propfind(book_of(ada), "displayname").row.text(f"{DAV}displayname") == "Mine & yours"


def test_macos_walks_a_large_book_in_steps_and_misses_nothing(
    mac: Device, phone: Device, ada: Person
) -> None:
    """RFC 6578, section 3.6: a part ends in a 507 for the book itself and a token to go on from."""
    book = book_of(ada)
    for number in range(11):
        card = IOS.replace(b"UID:7c3f2a11-0001", b"UID:7c3f2a11-%04d" % (number + 100))
        phone.ask("PUT", f"{book}{number}.vcf", card)
    phone.ask("DELETE", f"{book}3.vcf")
    phone.ask(
        "PUT", f"{book}4.vcf", IOS.replace(b"UID:7c3f2a11-0001", b"UID:7c3f2a11-0104").replace(b"Dr.", b"Mr.")
    )
    seen: list[str] = []
    token, steps, more = "", 0, True
    while more:
        answer = mac.ask("REPORT", book, sync_collection(token, "getetag", limit=4), depth="1")
        cut = {row.href: row.status for row in answer.rows if row.href == book}
        assert cut in ({}, {book: 507})
        members = [row for row in answer.rows if row.href != book]
        assert len(members) <= 4
        seen += [row.href for row in members if row.status is None]
        more = bool(cut)
        token, steps = answer.token, steps + 1
        if steps == 1:  # what moves while it walks comes again at the end
            phone.ask("PUT", f"{book}0.vcf", IOS.replace(b"-0001-", b"-0100-").replace(b"Dr.", b"Ms."))
            seen.remove(f"{book}0.vcf")
    assert steps == 3
    assert sorted(seen) == sorted(f"{book}{number}.vcf" for number in range(11) if number != 3)
    assert phone.propfind(book, "sync-token").row.text(f"{DAV}sync-token") == token


def test_macos_is_not_given_one_4_0_card_for_which_it_would_drop_the_book(
    mac: Device, phone: Device, ada: Person
) -> None:
    href = f"{book_of(ada)}soren.vcf"
    phone.ask("PUT", href, DAVX5)
    (row,) = mac.ask("REPORT", book_of(ada), multiget([href]), depth="1").rows
    assert "VERSION:3.0" in row.text(f"{CARD}address-data")
    asked = sync_collection("", "getetag", "card:address-data")
    (row,) = mac.ask("REPORT", book_of(ada), asked, depth="1").rows
    assert "VERSION:3.0" in row.text(f"{CARD}address-data")
    listed = mac.propfind(book_of(ada), "card:supported-address-data").row
    kinds = listed.found[f"{CARD}supported-address-data"].findall(f"{CARD}address-data-type")
    assert {kind.get("version") for kind in kinds} == {"3.0"}


def test_macos_asks_of_many_addresses_at_once_and_hears_of_each(mac: Device, ada: Person) -> None:
    names = ("add-member", "card:max-image-size", "cs:pushkey", "getctag", "quota-used-bytes", "sync-token")
    for address in ("/dav/", principal_of(ada), home_of(ada), book_of(ada)):
        for depth in ("0", "1"):
            answer = mac.ask("PROPFIND", address, propfind(*names), depth=depth)
            assert answer.rows[0].href == address


def test_macos_gets_whole_addresses_with_the_closing_slash_it_needs(mac: Device, ada: Person) -> None:
    for address in (principal_of(ada), home_of(ada), book_of(ada)):
        target, answer = mac.follow("PROPFIND", address.rstrip("/"), propfind("resourcetype"), depth="0")
        assert answer.row.href == address
        assert target in (address, address.rstrip("/"))
