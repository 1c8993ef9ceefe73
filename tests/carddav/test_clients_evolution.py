"""Evolution, as its CardDAV backend in evolution-data-server 3.46 asks and understands."""

import pytest
from flask import Flask

from tests.carddav.live import DeviceFor, book_of, counted, stored
from tests.carddav.samples import IOS, NOKIA, crlf
from tests.carddav.wire import CARD, CS, DAV, Device, multiget, propfind
from tests.people import Person

AGENT = "Evolution/3.46.4"
XML = 'application/xml; charset="utf-8"'
VCARD = 'text/vcard; charset="utf-8"'

EVOLUTION = crlf(
    """
BEGIN:VCARD
VERSION:3.0
FN:Eva Lundqvist
N:Lundqvist;Eva;;;
TEL;X-EVOLUTION-E164=9312010,"+49";TYPE=WORK,VOICE:+49 931 201 0
item1.URL:https://skåne.example
item1.X-ABLabel:Über mich
UID:cce75ee2ffdd130cbc3f72bac2ee0edd2dea0b2f
END:VCARD
"""
).rstrip()
"""No line end after the last line: so it sends every card."""


class Evolution:
    """One address book of it: cards by address, and the counter they were read at."""

    def __init__(self, device: Device, book: str) -> None:
        self.device = device
        self.book = book
        self.etags: dict[str, str] = {}
        self.cards: dict[str, str] = {}
        self.counter = ""

    def find(self, address: str) -> list[str]:
        """The books it offers after "Find Address Books"."""
        asked = ("resourcetype", "current-user-principal", "principal-URL", "card:addressbook-home-set")
        _, answer = self.device.follow("PROPFIND", address, propfind(*asked), depth="0", content_type=XML)
        principal = answer.row.href_in(f"{DAV}current-user-principal")
        home = self.device.propfind(principal, "card:addressbook-home-set", content_type=XML).row
        told = ("resourcetype", "displayname", "getetag", "creationdate", "card:addressbook-description")
        rows = self.device.propfind(home.href_in(f"{CARD}addressbook-home-set"), *told, depth="1").rows
        return [row.href for row in rows if row.is_book]

    def open(self) -> bool:
        """Connect; whether it lets the person write there."""
        answer = self.device.ask("OPTIONS", self.book)
        assert answer.status == 200
        assert "addressbook" in _words(answer.headers["DAV"]), "or it takes this for no address book"
        privileges = self.device.propfind(self.book, "current-user-privilege-set", content_type=XML).row
        names = privileges.names_in(f"{DAV}current-user-privilege-set", f"{DAV}privilege/*")
        writable = _words(answer.headers["Allow"]) & {"PUT", "POST", "DELETE"}
        return bool(writable) and f"{DAV}write" in names

    def sync(self) -> list[str]:
        """List what is there if the counter moved, and get what is new; the addresses it got."""
        counter = self.device.propfind(self.book, "cs:getctag", content_type=XML).row.text(f"{CS}getctag")
        if counter == self.counter:
            return []
        rows = self.device.propfind(self.book, "getetag", depth="1", content_type=XML).rows
        there = {row.href: row.text(f"{DAV}getetag") for row in rows if f"{DAV}getetag" in row.found}
        new = [href for href, etag in there.items() if self.etags.get(href) != etag]
        if new:
            for row in self.device.ask("REPORT", self.book, multiget(new), content_type=XML).rows:
                self.cards[row.href] = row.text(f"{CARD}address-data")
        for href in self.etags.keys() - there.keys():
            self.cards.pop(href, None)
        self.etags, self.counter = there, counter
        return new

    def save(self, href: str, card: bytes, *, new: bool = False) -> int:
        """A new card only where there is none; a known one without a condition."""
        more = {"if_none_match": "*"} if new else {}
        answer = self.device.ask(
            "PUT", href, card, content_type=VCARD, prefer="return=minimal", pragma="no-cache", **more
        )
        if answer.status < 400:
            assert answer.etag, "or it gets the card again at once"
            self.etags[href] = answer.etag
        return answer.status


def _words(header: str) -> set[str]:
    return {word.strip() for word in header.split(",")}


@pytest.fixture
def evolution(device_for: DeviceFor, ada: Person) -> Evolution:
    return Evolution(device_for(ada, AGENT, accept_encoding="gzip, deflate"), book_of(ada))


@pytest.mark.parametrize("address", ["/", "/dav/"])
def test_evolution_finds_the_one_book(evolution: Evolution, ada: Person, address: str) -> None:
    assert evolution.find(address) == [book_of(ada)]


def test_evolution_is_asked_for_its_password_by_the_first_thing_it_sends(evolution: Evolution) -> None:
    answer = evolution.device.ask("OPTIONS", evolution.book, known=False)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_evolution_may_write_to_the_book(evolution: Evolution) -> None:
    assert evolution.open()


def test_evolution_follows_what_others_do(evolution: Evolution, phone: Device) -> None:
    margit, kari = f"{evolution.book}margit.vcf", f"{evolution.book}kari.vcf"
    evolution.sync()
    phone.ask("PUT", margit, IOS)
    phone.ask("PUT", kari, NOKIA)
    assert set(evolution.sync()) == {margit, kari}
    assert evolution.cards[margit].encode() == IOS
    assert "FN:Kari Østby\r\n" in evolution.cards[kari], "it cannot read 2.1"
    assert evolution.sync() == []
    phone.ask("PUT", margit, IOS.replace(b"Dr. Margit", b"Prof. Margit"))
    phone.ask("DELETE", kari)
    assert evolution.sync() == [margit]
    assert evolution.cards.keys() == {margit}


def test_evolution_gets_no_card_again_that_it_has_saved(
    evolution: Evolution, app: Flask, ada: Person
) -> None:
    href = f"{evolution.book}cce75ee2ffdd130cbc3f72bac2ee0edd2dea0b2f.vcf"
    assert evolution.save(href, EVOLUTION, new=True) == 201
    assert list(stored(app, ada).values()) == [EVOLUTION]
    assert evolution.sync() == []
    assert evolution.save(href, EVOLUTION.replace(b"Eva L", b"Eva M. L")) == 204
    assert evolution.sync() == []


def test_evolution_does_not_put_a_new_card_over_another(evolution: Evolution, phone: Device) -> None:
    phone.ask("PUT", f"{evolution.book}eva.vcf", IOS)
    assert evolution.save(f"{evolution.book}eva.vcf", EVOLUTION, new=True) == 412


def test_evolution_overwrites_without_asking_and_what_was_there_is_kept(
    evolution: Evolution, phone: Device, app: Flask, ada: Person
) -> None:
    href = f"{evolution.book}eva.vcf"
    evolution.save(href, EVOLUTION, new=True)
    phone.ask("PUT", href, EVOLUTION.replace(b"Eva L", b"Dr. Eva L"))
    assert evolution.save(href, EVOLUTION.replace(b"Eva L", b"Eva M. L")) == 204
    assert counted(app, ada)[2:] == (1, 2)


def test_cards_of_evolution_stay_apart_in_a_file_of_all(
    evolution: Evolution, app: Flask, ada: Person
) -> None:
    other = EVOLUTION.replace(b"UID:c", b"UID:d").replace(b"Eva", b"Ida")
    for name, card in (("eva.vcf", EVOLUTION), ("ida.vcf", other)):
        evolution.save(f"{evolution.book}{name}", card, new=True)
    lines = ada.client.get("/contacts/export.vcf").data.splitlines()
    assert lines.count(b"BEGIN:VCARD") == lines.count(b"END:VCARD") == 2
