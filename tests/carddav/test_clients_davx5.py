"""DAVx5, as its sync manager and dav4jvm below it ask and understand."""

import pytest
from flask import Flask

from tests.carddav.live import DeviceFor, book_of, counted, principal_of, stored
from tests.carddav.samples import DAVX5, DAVX5_GROUP, IOS, crlf
from tests.carddav.wire import CARD, CS, DAV, Device, multiget, propfind, sync_collection
from tests.people import Person

AGENT = "DAVx5/4.5.1-ose (dav4jvm; okhttp/5.1.0) Android/15"
VCARD = "text/vcard;charset=utf-8"

AT_A_START = (
    *("resourcetype", "displayname", "card:addressbook-description", "current-user-principal"),
    *("card:addressbook-home-set", "current-user-privilege-set", "owner"),
)


class Davx5:
    """One address book of it: file names with their etags, and the token it follows."""

    def __init__(self, device: Device, book: str) -> None:
        self.device = device
        self.book = book
        self.etags: dict[str, str] = {}
        self.cards: dict[str, str] = {}
        self.state = ""
        self.speaks_4 = False

    def sync(self) -> None:
        """Ask what the book can do, and for what has changed if its token has."""
        asked = ("card:max-resource-size", "card:supported-address-data", "supported-report-set")
        row = self.device.propfind(self.book, *asked, "cs:getctag", "sync-token").row
        types = row.found[f"{CARD}supported-address-data"].findall(f"{CARD}address-data-type")
        assert ("text/vcard", "3.0") in {(kind.get("content-type"), kind.get("version")) for kind in types}
        self.speaks_4 = any(kind.get("version") == "4.0" for kind in types)
        assert f"{DAV}sync-collection" in row.names_in(
            f"{DAV}supported-report-set", f"{DAV}supported-report/{DAV}report/*"
        )
        if row.text(f"{DAV}sync-token") == self.state:
            return
        from_scratch, before, more = not self.state, set(self.etags), True
        seen: set[str] = set()
        while more:
            answer = self.device.ask("REPORT", self.book, sync_collection(self.state, "getetag"), depth="0")
            own = [row for row in answer.rows if row.href == self.book]
            more = bool(own) and own[0].status == 507
            members = [row for row in answer.rows if row.href != self.book]
            self._take(members)
            seen |= {row.href for row in members}
            assert answer.token
            self.state = answer.token
        for href in before - seen if from_scratch else ():  # a first listing is of all that is there
            del self.etags[href]

    def _take(self, rows) -> None:
        changed = []
        for row in rows:
            if row.status == 404:
                self.etags.pop(row.href, None)
                self.cards.pop(row.href, None)
            elif self.etags.get(row.href) != row.text(f"{DAV}getetag"):
                changed.append(row.href)
        for at in range(0, len(changed), 10):
            self._get(changed[at : at + 10])

    def _get(self, hrefs: list[str]) -> None:
        data = 'content-type="text/vcard" version="4.0"' if self.speaks_4 else 'content-type="text/vcard"'
        for row in self.device.ask("REPORT", self.book, multiget(hrefs, data=data), depth="0").rows:
            self.etags[row.href] = row.text(f"{DAV}getetag")
            self.cards[row.href] = row.text(f"{CARD}address-data")

    def upload(self, name: str, card: bytes) -> int:
        """A new card only where there is none, a known one only over what was seen."""
        href = self.book + name
        known = self.etags.get(href)
        condition = {"if_match": known} if known else {"if_none_match": "*"}
        answer = self.device.ask("PUT", href, card, content_type=VCARD, **condition)
        assert answer.status in (200, 201, 204, 404, 409, 410, 412), "anything else ends the whole sync"
        if answer.status < 400 and answer.etag:
            self.etags[href] = answer.etag
        return answer.status


@pytest.fixture
def davx5(device_for: DeviceFor, ada: Person) -> Davx5:
    return Davx5(device_for(ada, AGENT, accept_encoding="gzip"), book_of(ada))


@pytest.mark.parametrize("start", ["/.well-known/carddav", "/", "/dav/", "principal", "book"])
def test_davx5_finds_the_book_from_wherever_it_begins(davx5: Davx5, ada: Person, start: str) -> None:
    start = {"principal": principal_of(ada), "book": book_of(ada)}.get(start, start)
    _, answer = davx5.device.follow("PROPFIND", start, propfind(*AT_A_START), depth="0")
    first = answer.rows[0]
    if not first.is_book:
        principal = first.href_in(f"{DAV}current-user-principal")
        home = davx5.device.propfind(
            principal, "displayname", "card:addressbook-home-set", "group-membership"
        )
        books = davx5.device.propfind(
            home.row.href_in(f"{CARD}addressbook-home-set"), *AT_A_START, depth="1"
        ).rows
        (first,) = (row for row in books if row.is_book)
    assert first.href == book_of(ada)
    privileges = first.names_in(f"{DAV}current-user-privilege-set", f"{DAV}privilege/*")
    assert {f"{DAV}write-content", f"{DAV}bind", f"{DAV}unbind"} <= privileges
    assert first.href_in(f"{DAV}owner") == principal_of(ada)


def test_davx5_is_told_that_the_server_knows_address_books(davx5: Davx5, ada: Person) -> None:
    answer = davx5.device.ask("OPTIONS", principal_of(ada))
    assert answer.status in (200, 204)
    assert {"1", "3", "addressbook"} <= {word.strip() for word in answer.headers["DAV"].split(",")}


def test_davx5_follows_what_others_do(davx5: Davx5, phone: Device) -> None:
    davx5.sync()
    for number in range(23):
        card = IOS.replace(b"UID:7c3f2a11-0001", b"UID:7c3f2a11-%04d" % (number + 100))
        assert phone.ask("PUT", f"{davx5.book}{number}.vcf", card).status == 201
    davx5.sync()
    assert len(davx5.cards) == 23
    phone.ask("DELETE", f"{davx5.book}7.vcf")
    phone.ask(
        "PUT",
        f"{davx5.book}8.vcf",
        IOS.replace(b"UID:7c3f2a11-0001", b"UID:7c3f2a11-0108").replace(b"Dr.", b"Prof."),
    )
    davx5.sync()
    assert len(davx5.cards) == 22
    assert "Prof. Margit" in davx5.cards[f"{davx5.book}8.vcf"]


def test_davx5_needs_no_second_download_of_what_it_sent(davx5: Davx5) -> None:
    """The etag of the answer is that of the listing, so the card stays as the phone has it."""
    davx5.sync()
    assert davx5.upload("margit.vcf", IOS) == 201
    assert davx5.etags
    davx5.sync()
    assert davx5.cards == {}


def test_davx5_does_not_overwrite_what_it_has_not_seen(davx5: Davx5, phone: Device) -> None:
    davx5.upload("margit.vcf", IOS)
    phone.ask("PUT", f"{davx5.book}margit.vcf", IOS.replace(b"Dr.", b"Prof."))
    assert davx5.upload("margit.vcf", IOS.replace(b"Bergen", b"Oslo")) == 412
    davx5.sync()
    assert "Prof. Margit" in davx5.cards[f"{davx5.book}margit.vcf"]
    assert davx5.upload("margit.vcf", IOS.replace(b"Bergen", b"Oslo")) in (200, 204)


def test_davx5_does_not_put_a_new_card_over_another(davx5: Davx5, phone: Device) -> None:
    phone.ask("PUT", f"{davx5.book}margit.vcf", IOS)
    assert davx5.upload("margit.vcf", IOS.replace(b"Dr.", b"Prof.")) == 412


def test_davx5_does_not_bring_a_removed_card_back_by_an_edit(
    davx5: Davx5, phone: Device, app: Flask, ada: Person
) -> None:
    davx5.upload("margit.vcf", IOS)
    phone.ask("DELETE", f"{davx5.book}margit.vcf")
    assert davx5.upload("margit.vcf", IOS.replace(b"Dr.", b"Prof.")) in (404, 410, 412)
    assert stored(app, ada) == {}
    davx5.sync()
    assert not davx5.etags


def test_davx5_removes_only_what_it_has_seen(davx5: Davx5, phone: Device) -> None:
    davx5.upload("margit.vcf", IOS)
    href = f"{davx5.book}margit.vcf"
    seen = davx5.etags[href]
    phone.ask("PUT", href, IOS.replace(b"Dr.", b"Prof."))
    assert davx5.device.ask("DELETE", href, if_match=seen).status == 412
    assert phone.ask("GET", href).status == 200
    davx5.sync()
    assert davx5.device.ask("DELETE", href, if_match=davx5.etags[href]).status == 204


@pytest.mark.parametrize(
    "broken", [b"", b"hello", IOS[:-20], IOS.replace(b"BEGIN:VCARD", b"BEGIN:VCALENDAR"), IOS + IOS]
)
def test_davx5_hears_409_for_a_broken_card_and_never_403(
    davx5: Davx5, app: Flask, ada: Person, broken: bytes
) -> None:
    """A 403 would end its whole sync at this one card (RFC 6352, section 6.3.2.1, allows either)."""
    answer = davx5.device.ask("PUT", f"{davx5.book}new.vcf", broken, content_type=VCARD, if_none_match="*")
    assert (answer.status, answer.conditions) == (409, {f"{CARD}valid-address-data"})
    assert stored(app, ada) == {}


def test_davx5_hears_409_for_a_person_who_is_there_under_another_address(
    davx5: Davx5, app: Flask, ada: Person
) -> None:
    davx5.upload("margit.vcf", IOS)
    before = counted(app, ada)
    answer = davx5.device.ask("PUT", f"{davx5.book}again.vcf", IOS, content_type=VCARD, if_none_match="*")
    assert (answer.status, answer.conditions) == (409, {f"{CARD}no-uid-conflict"})
    assert answer.xml.findtext(f"{CARD}no-uid-conflict/{DAV}href") == f"{davx5.book}margit.vcf"
    assert counted(app, ada) == before


def test_davx5_gets_the_version_it_names(davx5: Davx5, phone: Device) -> None:
    phone.ask("PUT", f"{davx5.book}margit.vcf", IOS)
    phone.ask("PUT", f"{davx5.book}soren.vcf", DAVX5)
    hrefs = [f"{davx5.book}margit.vcf", f"{davx5.book}soren.vcf"]
    for version in ("3.0", "4.0"):
        data = f'content-type="text/vcard" version="{version}"'
        for row in davx5.device.ask("REPORT", davx5.book, multiget(hrefs, data=data), depth="0").rows:
            assert f"VERSION:{version}" in row.text(f"{CARD}address-data")
            assert row.found[f"{CARD}address-data"].get("version") in (version, None)


@pytest.mark.parametrize(
    "data", ['content-type="application/vcard+json"', 'content-type="text/vcard" version="5.0"']
)
def test_davx5_is_told_which_formats_there_are_not(davx5: Davx5, data: str) -> None:
    davx5.upload("margit.vcf", IOS)
    answer = davx5.device.ask(
        "REPORT", davx5.book, multiget([f"{davx5.book}margit.vcf"], data=data), depth="0"
    )
    assert (answer.status, answer.conditions) == (403, {f"{CARD}supported-address-data"})


def test_davx5_keeps_groups_as_cards_of_their_own(davx5: Davx5, app: Flask, ada: Person) -> None:
    assert davx5.upload("soren.vcf", DAVX5) == 201
    assert davx5.upload("posters.vcf", DAVX5_GROUP) == 201
    assert stored(app, ada) == {"soren.vcf": DAVX5, "posters.vcf": DAVX5_GROUP}
    davx5.etags.clear()
    davx5.sync()
    group = davx5.cards[f"{davx5.book}posters.vcf"]
    assert "urn:uuid:aa11bb22-0001-4c6e-8d1c-000000000003" in group


def test_davx5_hears_of_a_card_that_went_between_listing_and_download(davx5: Davx5) -> None:
    davx5.upload("margit.vcf", IOS)
    hrefs = [f"{davx5.book}margit.vcf", f"{davx5.book}gone.vcf"]
    rows = {row.href: row for row in davx5.device.ask("REPORT", davx5.book, multiget(hrefs), depth="0").rows}
    assert rows[hrefs[1]].status == 404
    assert rows[hrefs[0]].found


def test_davx5_sees_one_etag_in_every_answer_compressed_or_not(davx5: Davx5, phone: Device) -> None:
    card = IOS.replace(b"NOTE:", b"NOTE:" + b"again and " * 400)
    davx5.upload("margit.vcf", card)
    href = f"{davx5.book}margit.vcf"
    known = davx5.etags[href]
    assert phone.ask("GET", href).etag == known
    packed = davx5.device.ask("GET", href)
    assert packed.etag.removeprefix("W/") == known or not packed.headers["Content-Encoding"]
    assert packed.etag == known, "or an If-Match with it fails"
    assert phone.propfind(href, "getetag").row.text(f"{DAV}getetag") == known


def test_davx5_sends_any_name_a_file_may_have(davx5: Davx5, app: Flask, ada: Person) -> None:
    """File names come from UIDs, which may hold anything."""
    card = crlf("BEGIN:VCARD\nVERSION:3.0\nUID:a b/ü@x\nFN:Ü\nN:Ü;;;;\nEND:VCARD")
    answer = davx5.device.ask("PUT", f"{davx5.book}a%20b%2B%C3%BC@x.vcf", card, if_none_match="*")
    assert answer.status == 201
    davx5.sync()
    (href,) = davx5.cards
    assert davx5.device.ask("GET", href).body == card


def test_davx5_sees_the_counter_by_its_older_name_too(davx5: Davx5) -> None:
    before = davx5.device.propfind(davx5.book, "cs:getctag").row.text(f"{CS}getctag")
    davx5.upload("margit.vcf", IOS)
    assert davx5.device.propfind(davx5.book, "cs:getctag").row.text(f"{CS}getctag") != before
