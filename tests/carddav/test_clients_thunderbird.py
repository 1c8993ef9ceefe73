"""Thunderbird, as CardDAVUtils and CardDAVDirectory of its address book ask and understand."""

from uuid import uuid4

import pytest
from flask import Flask

from tests.carddav.live import DeviceFor, book_of, counted, principal_of, stored
from tests.carddav.samples import DAVX5, IOS, THUNDERBIRD
from tests.carddav.wire import CARD, DAV, Device, Row, multiget, propfind, sync_collection
from tests.people import Person
from tests.server import Server

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.5.0"
NOT_OURS = "http://sabre.io/ns/sync/17"


class Thunderbird:
    """One address book of it: cards by address, and the token it follows."""

    def __init__(self, device: Device, book: str = "") -> None:
        self.device = device
        self.book = book
        self.cards: dict[str, tuple[str, str]] = {}
        self.token = ""
        self.started_over = 0

    def find(self, address: str) -> list[Row]:
        """From what the person typed to the books it offers to take."""
        whole = propfind(
            "resourcetype", "displayname", "current-user-principal", "current-user-privilege-set"
        )
        answer = None
        if address != "/":
            _, answer = self.device.follow("PROPFIND", address, whole, depth="0")
        if not answer or answer.status != 207:
            _, answer = self.device.follow(
                "PROPFIND", "/.well-known/carddav", propfind("current-user-principal"), depth="0"
            )
        rows = answer.rows
        if not rows[0].is_book:
            principal = rows[0].href_in(f"{DAV}current-user-principal")
            home = self.device.propfind(principal, "card:addressbook-home-set").row
            rows = self.device.propfind(
                home.href_in(f"{CARD}addressbook-home-set"),
                *("resourcetype", "displayname", "current-user-privilege-set"),
                depth="1",
            ).rows
        return [row for row in rows if row.is_book]

    def fetch_all(self) -> None:
        """The first time, and whenever it is told that its token is good for nothing."""
        listed = self.device.propfind(self.book, "resourcetype", "getetag", "cs:getctag", depth="1").rows
        there = {row.href: row.text(f"{DAV}getetag") for row in listed if _is_card(row)}
        for href in self.cards.keys() - there.keys():
            del self.cards[href]
        self._get([href for href, etag in there.items() if self.cards.get(href, ("", ""))[0] != etag])
        asked = self.device.propfind(self.book, "displayname", "cs:getctag", "sync-token").row
        self.token = asked.text(f"{DAV}sync-token")

    def sync(self) -> None:
        """What the timer does."""
        asked = sync_collection(self.token, "getetag", "card:address-data")
        answer = self.device.ask("REPORT", self.book, asked, depth="1")
        assert answer.status in (207, 400), "anything else leaves it stuck for good"
        if answer.status == 400:
            self.started_over += 1
            self.fetch_all()
            return
        for row in answer.rows:
            if row.status == 404:
                self.cards.pop(row.href, None)
            elif f"{DAV}getetag" in row.found:
                self.cards[row.href] = (row.text(f"{DAV}getetag"), row.text(f"{CARD}address-data"))
        self.token = answer.token

    def put(self, href: str, card: bytes) -> int:
        """Store without asking what is there, then read it back."""
        status = self.device.ask("PUT", href, card, content_type="text/vcard").status
        if status < 400:
            self._get([href])
        return status

    def _get(self, hrefs: list[str]) -> None:
        if hrefs:
            for row in self.device.ask("REPORT", self.book, multiget(hrefs), depth="1").rows:
                self.cards[row.href] = (row.text(f"{DAV}getetag"), row.text(f"{CARD}address-data"))


def _is_card(row: Row) -> bool:
    return f"{DAV}collection" not in row.names_in(f"{DAV}resourcetype")


@pytest.fixture
def thunderbird(device_for: DeviceFor, dav_server: Server, ada: Person) -> Thunderbird:
    """With what a browser's engine sends along: netcard's pages would look at where a request comes from."""
    device = device_for(
        ada,
        AGENT,
        accept="*/*",
        accept_encoding="gzip, deflate, br, zstd",
        origin=dav_server.url,
        sec_fetch_dest="empty",
        sec_fetch_mode="no-cors",
        sec_fetch_site="same-origin",
    )
    return Thunderbird(device, book_of(ada))


@pytest.mark.parametrize("address", ["/", "/dav/", "book"])
def test_thunderbird_finds_one_book_that_it_may_write_to(
    thunderbird: Thunderbird, ada: Person, ben: Person, address: str
) -> None:
    (book,) = thunderbird.find(book_of(ada) if address == "book" else address)
    assert book.href == book_of(ada)
    assert book.text(f"{DAV}displayname")
    privileges = book.names_in(f"{DAV}current-user-privilege-set", f"{DAV}privilege/*")
    assert {f"{DAV}read", f"{DAV}write"} <= privileges


def test_thunderbird_is_asked_for_its_password_where_it_asks_without_one(phone: Device, ada: Person) -> None:
    answer = phone.ask("PROPFIND", principal_of(ada), propfind("displayname"), known=False, depth="0")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_thunderbird_sees_what_other_devices_add_change_and_remove(
    thunderbird: Thunderbird, phone: Device
) -> None:
    thunderbird.fetch_all()
    assert not thunderbird.cards
    margit, soren = f"{thunderbird.book}margit.vcf", f"{thunderbird.book}soren.vcf"
    phone.ask("PUT", margit, IOS)
    phone.ask("PUT", soren, DAVX5)
    thunderbird.sync()
    assert thunderbird.cards.keys() == {margit, soren}
    phone.ask("PUT", margit, IOS.replace(b"Dr. Margit", b"Prof. Margit"))
    phone.ask("DELETE", soren)
    thunderbird.sync()
    assert thunderbird.cards.keys() == {margit}
    assert "Prof. Margit" in thunderbird.cards[margit][1]
    before = thunderbird.token
    thunderbird.sync()
    assert thunderbird.token == before


def test_thunderbird_gets_a_card_as_it_was_sent(thunderbird: Thunderbird, app: Flask, ada: Person) -> None:
    """Its own cards are 4.0; what the book promises is 3.0, so only its own lines are compared."""
    href = f"{thunderbird.book}{uuid4()}.vcf"
    assert thunderbird.put(href, THUNDERBIRD) == 201
    assert list(stored(app, ada).values()) == [THUNDERBIRD]
    assert "X-CUSTOM1:kept" in thunderbird.cards[href][1]


def test_thunderbird_overwrites_without_asking_and_what_was_there_is_kept(
    thunderbird: Thunderbird, app: Flask, ada: Person
) -> None:
    href = f"{thunderbird.book}ines.vcf"
    assert thunderbird.put(href, THUNDERBIRD) == 201
    assert thunderbird.put(href, THUNDERBIRD.replace(b"lisboa", b"porto")) in (200, 204)
    assert counted(app, ada)[1:] == (2, 1, 1)


@pytest.mark.parametrize("token", ["urn:netcard:sync:00000000-0000-0000-0000-000000000000-3", NOT_OURS, "7"])
def test_thunderbird_gets_a_400_for_a_token_it_does_not_know_and_starts_over(
    thunderbird: Thunderbird, phone: Device, token: str
) -> None:
    phone.ask("PUT", f"{thunderbird.book}margit.vcf", IOS)
    thunderbird.cards = {f"{thunderbird.book}gone.vcf": ('"1"', "")}
    thunderbird.token = token
    answer = phone.ask("REPORT", thunderbird.book, sync_collection(token, "getetag"), depth="1")
    assert (answer.status, answer.conditions) == (400, {f"{DAV}valid-sync-token"})
    thunderbird.sync()
    assert thunderbird.started_over == 1
    assert thunderbird.cards.keys() == {f"{thunderbird.book}margit.vcf"}
    phone.ask("DELETE", f"{thunderbird.book}margit.vcf")
    thunderbird.sync()
    assert (thunderbird.started_over, thunderbird.cards) == (1, {})


def test_thunderbird_removes_a_card_and_then_it_is_gone_for_all(
    thunderbird: Thunderbird, phone: Device
) -> None:
    href = f"{thunderbird.book}ines.vcf"
    thunderbird.put(href, THUNDERBIRD)
    assert thunderbird.device.ask("DELETE", href).status == 204
    assert phone.ask("GET", href).status == 404
    assert thunderbird.device.ask("DELETE", href).status == 404


@pytest.mark.parametrize("encoding", ["gzip, deflate", "identity"])
def test_thunderbird_gets_a_large_book_whole_in_one_answer(
    thunderbird: Thunderbird, phone: Device, encoding: str
) -> None:
    """It asks for every card of a first sync at once; more than is held in memory goes by way of a file."""
    cards = {}
    for number in range(20):
        card = IOS.replace(b"-0001-", b"-%04d-" % (number + 100)).replace(b"NOTE:", b"NOTE:" + b"x" * 40_000)
        cards[f"{thunderbird.book}{number}.vcf"] = card.decode()
        assert phone.ask("PUT", f"{thunderbird.book}{number}.vcf", card).status == 201
    thunderbird.device.always["Accept-Encoding"] = encoding
    thunderbird.fetch_all()
    assert {href: text for href, (_, text) in thunderbird.cards.items()} == cards
    empty = sync_collection("", "getetag", "card:address-data")
    answer = thunderbird.device.ask("REPORT", thunderbird.book, empty, depth="1")
    assert {row.href: row.text(f"{CARD}address-data") for row in answer.rows} == cards
    assert answer.token == thunderbird.token
