"""An iPhone's contacts, as accountsd and dataaccessd of iOS ask and understand."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.carddav.live import DeviceFor, book_of, counted, home_of, principal_of, stored
from tests.carddav.samples import DAVX5, IOS, IOS_GROUP, NOKIA
from tests.carddav.wire import CARD, CS, DAV, Device, multiget, propfind, sync_collection
from tests.people import Person

ACCOUNTS = "iOS/18.1 (22B83) accountsd/1.0"
DATA = "iOS/18.1 (22B83) dataaccessd/1.0"

PRINCIPAL = (
    *("card:addressbook-home-set", "card:directory-gateway", "displayname", "cs:email-address-set"),
    *("principal-collection-set", "principal-URL", "resource-id", "supported-report-set"),
)
BOOKS = (
    *(
        "add-member",
        "me:bulk-requests",
        "current-user-privilege-set",
        "displayname",
        "me:guardian-restricted",
    ),
    *("card:max-image-size", "card:max-resource-size", "cs:me-card", "owner", "cs:push-transports"),
    *("cs:pushkey", "quota-available-bytes", "quota-used-bytes", "resource-id", "resourcetype"),
    *("supported-report-set", "sync-token"),
)


class IPhone:
    """The contacts of one account: etag and card by address, and the token it follows."""

    def __init__(self, device: Device, book: str) -> None:
        self.device = device
        self.book = book
        self.cards: dict[str, tuple[str, str]] = {}
        self.token = ""

    def sync(self) -> None:
        """Look at the counter, then ask for what changed, then for the cards."""
        row = self.device.propfind(self.book, "cs:getctag", "sync-token").row
        assert row.text(f"{CS}getctag")
        if row.text(f"{DAV}sync-token") == self.token:
            return
        asked = sync_collection(self.token, "getcontenttype", "getetag")
        answer = self.device.ask("REPORT", self.book, asked, depth="1")
        changed = []
        for row in answer.rows:
            if row.status == 404:
                self.cards.pop(row.href, None)
            else:
                assert row.text(f"{DAV}getcontenttype").startswith("text/vcard")
                changed.append(row.href)
        for row in self.device.ask("REPORT", self.book, multiget(changed), depth="1").rows if changed else ():
            self.cards[row.href] = (row.text(f"{DAV}getetag"), row.text(f"{CARD}address-data"))
        self.token = answer.token

    def put(self, name: str, card: bytes, **condition: str):
        """A card goes out in pieces, its length unsaid."""
        return self.device.ask(
            "PUT", self.book + name, in_pieces(card), content_type="text/vcard; charset=utf-8", **condition
        )


def in_pieces(card: bytes, size: int = 500) -> Iterator[bytes]:
    for at in range(0, len(card), size):
        yield card[at : at + size]


@pytest.fixture
def iphone(device_for: DeviceFor, ada: Person) -> IPhone:
    return IPhone(device_for(ada, DATA, brief="t", prefer="return=minimal"), book_of(ada))


@pytest.mark.parametrize("start", ["/.well-known/carddav", "/", "/principals/", "/dav/"])
def test_ios_finds_the_account_at_each_address_it_tries(
    device_for: DeviceFor, ada: Person, start: str
) -> None:
    device = device_for(ada, ACCOUNTS, brief="t", prefer="return=minimal")
    body = propfind("current-user-principal", "principal-URL", "resourcetype")
    if start != "/dav/":
        first = device.ask("PROPFIND", start, body, known=False, depth="0")
        assert first.status == 301
        assert first.headers["Location"].endswith("/dav/")
    _, refused = device.follow("PROPFIND", start, body, known=False, depth="0")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    _, answer = device.follow("PROPFIND", start, body, depth="0")
    assert answer.row.href_in(f"{DAV}current-user-principal") == principal_of(ada)


def test_ios_learns_home_and_book_from_the_principal(iphone: IPhone, ada: Person, ben: Person) -> None:
    options = iphone.device.ask("OPTIONS", principal_of(ada))
    assert options.status in (200, 204)
    assert {"1", "3", "addressbook"} <= {word.strip() for word in options.headers["DAV"].split(",")}
    assert {"PROPFIND", "REPORT"} <= {
        word.strip() for word in iphone.device.ask("OPTIONS", book_of(ada)).headers["Allow"].split(",")
    }
    principal = iphone.device.propfind(principal_of(ada), *PRINCIPAL).row
    assert principal.href_in(f"{CARD}addressbook-home-set") == home_of(ada)
    assert principal.href_in(f"{DAV}principal-URL") == principal_of(ada)
    rows = {row.href: row for row in iphone.device.propfind(home_of(ada), *BOOKS, depth="1").rows}
    assert rows.keys() == {home_of(ada), book_of(ada)}
    book = rows[book_of(ada)]
    assert book.is_book
    assert not rows[home_of(ada)].is_book
    assert f"{DAV}write" in book.names_in(f"{DAV}current-user-privilege-set", f"{DAV}privilege/*")
    reports = book.names_in(f"{DAV}supported-report-set", f"{DAV}supported-report/{DAV}report/*")
    assert reports >= {f"{DAV}sync-collection", f"{CARD}addressbook-multiget"}
    assert book.text(f"{DAV}sync-token").startswith("urn:")


@pytest.mark.parametrize(
    "asking", [{"brief": "t"}, {"prefer": "return=minimal"}, {"prefer": "a, return=minimal;b"}]
)
def test_ios_is_not_told_what_there_is_not(
    device_for: DeviceFor, ada: Person, asking: dict[str, str]
) -> None:
    """RFC 8144, section 2.1; older ones say it by Microsoft's header Brief."""
    device = device_for(ada, DATA)
    for row in device.propfind(home_of(ada), *BOOKS, depth="1", **asking).rows:
        assert row.found
        assert not row.absent
    assert all(row.absent for row in device.propfind(home_of(ada), *BOOKS, depth="1").rows)


def test_ios_syncs_what_the_web_and_other_devices_did(iphone: IPhone, phone: Device, ada: Person) -> None:
    iphone.sync()
    ada.client.post("/capture", data={"name": "Kari Østby", "institution": "Fjordside"})
    phone.ask("PUT", f"{iphone.book}margit.vcf", IOS)
    iphone.sync()
    texts = "".join(text for _, text in iphone.cards.values())
    assert len(iphone.cards) == 2
    assert "FN:Kari Østby" in texts
    assert "FN:Dr. Margit Solheim" in texts
    phone.ask("DELETE", f"{iphone.book}margit.vcf")
    iphone.sync()
    assert len(iphone.cards) == 1


def test_ios_sends_a_card_in_pieces_and_it_is_kept_byte_for_byte(
    iphone: IPhone, app: Flask, ada: Person
) -> None:
    big = IOS.replace(b"NOTE:", b"NOTE:" + "ærlig ".encode() * 60_000)
    for name, card in (("margit.vcf", IOS), ("big.vcf", big.replace(b"-0001-", b"-0009-"))):
        answer = iphone.put(name, card, if_none_match="*")
        assert answer.status == 201
        assert answer.etag
        assert stored(app, ada)[name] == card
    assert iphone.device.ask("GET", f"{iphone.book}margit.vcf").body == IOS


def test_ios_creates_only_where_there_is_nothing(iphone: IPhone, app: Flask, ada: Person) -> None:
    assert iphone.put("margit.vcf", IOS, if_none_match="*").status == 201
    before = counted(app, ada)
    assert iphone.put("margit.vcf", IOS.replace(b"Dr.", b"Prof."), if_none_match="*").status == 412
    assert counted(app, ada) == before


def test_ios_changes_and_removes_only_what_it_has_seen(iphone: IPhone, app: Flask, ada: Person) -> None:
    first = iphone.put("margit.vcf", IOS, if_none_match="*").etag
    second = iphone.put("margit.vcf", IOS.replace(b"Dr.", b"Prof."), if_match=first)
    assert second.status in (200, 204)
    assert second.etag not in ("", first)
    before = counted(app, ada)
    assert iphone.put("margit.vcf", IOS, if_match=first).status == 412
    href = f"{iphone.book}margit.vcf"
    assert iphone.device.ask("DELETE", href, if_match=first).status == 412
    assert counted(app, ada) == before
    assert iphone.device.ask("DELETE", href, if_match=second.etag).status == 204
    assert stored(app, ada) == {}


def test_ios_finds_its_own_edit_in_the_next_sync_and_nothing_twice(iphone: IPhone) -> None:
    iphone.sync()
    etag = iphone.put("margit.vcf", IOS, if_none_match="*").etag
    iphone.put("margit.vcf", IOS.replace(b"Dr.", b"Prof."), if_match=etag)
    iphone.sync()
    ((_, text),) = iphone.cards.values()
    assert "FN:Prof. Margit Solheim" in text
    before = iphone.token
    iphone.sync()
    assert iphone.token == before


def test_ios_gets_every_card_as_3_0_whatever_is_kept(
    iphone: IPhone, phone: Device, app: Flask, ada: Person
) -> None:
    for name, card in (("soren.vcf", DAVX5), ("kari.vcf", NOKIA), ("margit.vcf", IOS)):
        phone.ask("PUT", f"{iphone.book}{name}", card)
    iphone.sync()
    for href, (etag, text) in iphone.cards.items():
        assert text.count("VERSION:3.0") == 1, text
        assert phone.propfind(href, "getetag").row.text(f"{DAV}getetag") == etag
        assert b"VERSION:3.0" in iphone.device.ask("GET", href).body
    names = {line for _, text in iphone.cards.values() for line in text.splitlines() if line.startswith("FN")}
    assert names == {"FN:Søren Ågaard", "FN:Kari Østby", "FN:Dr. Margit Solheim"}
    assert stored(app, ada) == {"soren.vcf": DAVX5, "kari.vcf": NOKIA, "margit.vcf": IOS}


def test_ios_keeps_groups_labels_and_photos(iphone: IPhone, app: Flask, ada: Person) -> None:
    iphone.put("margit.vcf", IOS, if_none_match="*")
    iphone.put("congress.vcf", IOS_GROUP, if_none_match="*")
    iphone.sync()
    texts = {href.rsplit("/", 1)[1]: text for href, (_, text) in iphone.cards.items()}
    assert texts["margit.vcf"].splitlines() == IOS.decode().splitlines()
    assert texts["congress.vcf"].splitlines() == IOS_GROUP.decode().splitlines()


def test_ios_hears_of_a_card_made_and_removed_between_two_syncs_at_most_as_gone(
    iphone: IPhone, phone: Device
) -> None:
    iphone.sync()
    phone.ask("PUT", f"{iphone.book}brief.vcf", IOS)
    phone.ask("DELETE", f"{iphone.book}brief.vcf")
    iphone.sync()
    assert iphone.cards == {}


@pytest.mark.parametrize("pieces", [True, False])
def test_ios_that_sends_a_photo_before_it_is_asked_who_it_is_hears_the_question(
    iphone: IPhone, app: Flask, ada: Person, pieces: bool
) -> None:
    """The answer must not get lost because nobody read what was sent, and the connection stays."""
    card = IOS.replace(b"NOTE:", b"NOTE:" + b"x" * 700_000)
    href = f"{iphone.book}margit.vcf"
    socket = None
    for _ in range(3):
        answer = iphone.device.ask("PUT", href, in_pieces(card, 4000) if pieces else card, known=False)
        assert answer.status == 401
        assert socket in (None, iphone.device.connection.sock)
        socket = iphone.device.connection.sock
    assert stored(app, ada) == {}
    assert iphone.device.ask("PUT", href, in_pieces(card, 4000) if pieces else card).status == 201
    assert stored(app, ada) == {"margit.vcf": card}
