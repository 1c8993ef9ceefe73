"""One card at its address: GET, PUT, DELETE, POST, and what makes them refuse."""

import gzip
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard import vcard
from netcard.contacts.models import Contact, Encounter, Revision
from netcard.database import db, new_id, now, writing
from tests.carddav.inside import DeviceFrom, Inside, card
from tests.carddav.live import stored
from tests.carddav.wire import CARD, DAV, Answer
from tests.people import Person

IPHONE = "iOS/18.1 (22B83) dataaccessd/1.0"
MAC = "macOS/15.1 (24B83) AddressBookCore/2675.200.10"

NEW = card("Zoë Ampère", "zoe", "4.0", "TEL;VALUE=uri;PREF=1:tel:+47-55-00-11-22", "X-OWN:kept")
OLD = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Amp;Zoe\r\n"
    b"FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Zo=EB\r\nEND:VCARD\r\n"
)


def refused(answer: Answer, condition: str, status: int = 409) -> bool:
    return (answer.status, answer.conditions) == (status, {f"{CARD}{condition}"})


# --- there and back -----------------------------------------------------------


def test_a_card_that_is_put_comes_back_byte_for_byte_under_the_tag_that_was_told(dav: Inside) -> None:
    made = dav.put("zoe.vcf", card(), if_none_match="*")
    assert (made.status, made.body, made.headers["Location"]) == (201, b"", f"{dav.book}zoe.vcf")
    found = dav.get("zoe.vcf")
    assert (found.status, found.body, found.etag) == (200, card(), made.etag)
    assert found.headers["Content-Type"] == "text/vcard; charset=utf-8"
    head = dav.ask("HEAD", f"{dav.book}zoe.vcf")
    assert (head.status, head.body, head.etag) == (200, b"", made.etag)
    assert int(head.headers["Content-Length"]) == len(card())


def test_a_card_the_device_has_already_is_not_sent_again(dav: Inside) -> None:
    tag = dav.put("zoe.vcf", card()).etag
    assert (dav.get("zoe.vcf", if_none_match=tag).status, dav.get("zoe.vcf").status) == (304, 200)
    assert dav.get("zoe.vcf", if_none_match='"other"').status == 200


def test_a_zipped_card_keeps_its_tag(dav: Inside) -> None:
    """Else the If-Match with it would never hold."""
    long = card("Zoë Ampère", "zoe", "3.0", f"NOTE:{'x' * 3000}")
    tag = dav.put("zoe.vcf", long).etag
    for accepted in ("gzip", "gzip, br, zstd", "br"):
        found = dav.get("zoe.vcf", accept_encoding=accepted)
        zipped = found.headers["Content-Encoding"] == "gzip"
        assert (gzip.decompress(found.body) if zipped else found.body) == long
        assert found.etag == tag
        assert zipped is ("gzip" in accepted)


def test_the_same_bytes_again_move_nothing(dav: Inside, app: Flask) -> None:
    tag = dav.put("zoe.vcf", card()).etag
    before = dav.token()
    again = dav.put("zoe.vcf", card())
    assert (again.status, again.etag, dav.token()) == (204, tag, before)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Revision)) == 0


def test_what_is_overwritten_is_kept_with_the_name_of_the_device(dav: Inside, app: Flask) -> None:
    dav.put("zoe.vcf", card())
    changed = card("Zoë Ampère", "", "3.0", "TITLE:Head of surgery")
    assert dav.put("zoe.vcf", changed).status == 204
    with app.app_context():
        (kept,) = db.session.scalars(select(Revision))
        assert (kept.vcard, kept.replaced_by) == (card(), "a device of the tests")
        assert db.session.scalar(select(Contact.title)) == "Head of surgery"


def test_a_card_without_an_address_is_given_one(dav: Inside) -> None:
    """RFC 5995."""
    made = dav.ask("POST", dav.book, card(), content_type="text/vcard")
    assert made.status == 201
    assert dav.ask("GET", made.headers["Location"]).body == card()


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_card_folded_inside_a_character_is_taken_as_it_is_and_told_whole(
    dav: Inside, app: Flask, ada: Person, version: str
) -> None:
    """Programs that fold by bytes do so (RFC 6350 section 3.2); XML cannot carry half a character."""
    whole = card("Zoë Ampère", "zoe", version, "NOTE:aß李🙂b")
    note = whole.index(b"NOTE:") + len(b"NOTE:")
    for at in range(note + 1, whole.index(b"b\r\n", note)):
        folded = whole[:at] + (b"\r\n ", b"\n\t")[at % 2] + whole[at:]
        assert dav.put("zoe.vcf", folded).status in (201, 204)
        assert stored(app, ada) == {"zoe.vcf": folded}
        assert dav.get("zoe.vcf").body == folded
        data = dav.multiget("zoe.vcf", data=f'content-type="text/vcard" version="{version}"')
        told = vcard.parse(data.row.text(f"{CARD}address-data").encode())
        assert told.all("NOTE")[0].text == "aß李🙂b"


# --- conditions ---------------------------------------------------------------


def test_a_change_of_what_the_device_has_not_seen_is_refused(dav: Inside) -> None:
    first = dav.put("zoe.vcf", card()).etag
    second = dav.put("zoe.vcf", card("Zoë Ampère", "", "3.0", "TITLE:Dr."), if_match=first)
    assert second.status == 204
    before = dav.token()
    for ask in (dav.put("zoe.vcf", card(), if_match=first), dav.delete("zoe.vcf", if_match=first)):
        assert ask.status == 412
    assert dav.token() == before
    assert dav.get("zoe.vcf").etag == second.etag
    assert dav.delete("zoe.vcf", if_match=second.etag).status == 204


def test_a_new_card_does_not_overwrite_one_that_is_there(dav: Inside) -> None:
    assert dav.put("zoe.vcf", card(), if_none_match="*").status == 201
    assert dav.put("zoe.vcf", card("Zoë Ampère", "", "3.0", "TITLE:x"), if_none_match="*").status == 412
    assert dav.get("zoe.vcf").body == card()


def test_a_tag_that_a_front_has_weakened_still_counts(dav: Inside) -> None:
    tag = dav.put("zoe.vcf", card()).etag
    assert dav.put("zoe.vcf", card("Zoë Ampère", "", "3.0", "TITLE:x"), if_match=f"W/{tag}").status == 204


def test_what_must_be_there_must_be_there(dav: Inside) -> None:
    assert dav.put("zoe.vcf", card(), if_match="*").status == 412
    assert dav.delete("zoe.vcf").status == 404
    assert dav.get("zoe.vcf").status == 404


# --- removed ------------------------------------------------------------------


def test_a_removed_card_is_gone_and_its_removal_is_not_undone_by_an_edit(dav: Inside) -> None:
    tag = dav.put("zoe.vcf", card()).etag
    assert dav.delete("zoe.vcf").status == 204
    assert (dav.get("zoe.vcf").status, dav.delete("zoe.vcf").status) == (404, 404)
    assert dav.put("zoe.vcf", card(), if_match=tag).status == 412


def test_an_address_lives_again_with_the_meetings_and_the_text_that_were_there(
    dav: Inside, app: Flask, ada: Person
) -> None:
    dav.put("zoe.vcf", card())
    with app.app_context(), writing():
        contact_id = db.session.scalar(select(Contact.id))
        db.session.add(Encounter(owner_id=ada.id, id=new_id(), contact_id=contact_id, met_at=now()))
    dav.delete("zoe.vcf")
    again = card("Zoë Ampère", "another-uid", "3.0", "TITLE:Back")
    assert dav.put("zoe.vcf", again, if_none_match="*").status == 201
    assert dav.get("zoe.vcf").body == again
    with app.app_context():
        contact = db.session.scalars(select(Contact)).one()
        assert (contact.id, contact.deleted_at, contact.title) == (contact_id, None, "Back")
        assert len(contact.encounters) == 1
        assert [row.vcard for row in db.session.scalars(select(Revision))] == [card()]


# --- versions -----------------------------------------------------------------


def test_cards_of_every_version_are_kept_and_given_as_they_came(dav: Inside, app: Flask, ada: Person) -> None:
    for name, data in (("new.vcf", NEW), ("old.vcf", OLD)):
        made = dav.put(name, data)
        found = dav.get(name)
        assert (made.status, found.body, found.etag) == (201, data, made.etag)
    assert set(stored(app, ada).values()) == {NEW, OLD}


@pytest.mark.parametrize("agent", [IPHONE, MAC])
def test_apples_programs_get_3_0_and_may_change_what_they_have_seen(
    dav: Inside, dav_as: DeviceFrom, ada: Person, agent: str
) -> None:
    apple = dav_as(ada, agent)
    tag = dav.put("new.vcf", NEW).etag
    found = apple.get("new.vcf")
    assert b"VERSION:3.0\r\n" in found.body
    assert b"X-OWN:kept\r\n" in found.body
    assert found.etag == tag
    assert {"Accept", "User-Agent"} <= {word.strip() for word in found.headers["Vary"].split(",")}
    assert apple.put("new.vcf", found.body.replace(b"kept", b"changed"), if_match=found.etag).status == 204


def test_whoever_asks_for_a_version_gets_it(dav: Inside) -> None:
    dav.put("new.vcf", NEW)
    dav.put("zoe.vcf", card())
    assert b"VERSION:3.0" in dav.get("new.vcf", accept="text/vcard; version=3.0, */*;q=0.1").body
    assert b"VERSION:4.0" in dav.get("zoe.vcf", accept='text/vcard;version="4.0"').body
    assert dav.get("new.vcf", accept="text/vcard").body == NEW
    assert dav.get("new.vcf", accept="*/*").body == NEW


def test_a_tag_is_told_only_where_the_same_bytes_would_come_back(dav_as: DeviceFrom, ada: Person) -> None:
    assert dav_as(ada).put("one.vcf", NEW).etag
    assert not dav_as(ada, IPHONE).put("two.vcf", NEW.replace(b"UID:zoe", b"UID:b")).etag
    latin = card("Zoë Ampère", "c").decode().encode("latin-1")
    answer = dav_as(ada).put("three.vcf", latin, content_type="text/vcard; charset=iso-8859-1")
    assert (answer.status, answer.etag) == (201, "")
    assert dav_as(ada).get("three.vcf").body == card("Zoë Ampère", "c")


# --- what is refused ----------------------------------------------------------


@pytest.mark.parametrize("charset", ["hex", "punycode", "raw-unicode-escape", "*=utf-8''a%00b", "x" * 300])
def test_a_charset_that_is_none_is_refused(dav: Inside, charset: str) -> None:
    """Of half a megabyte punycode would take minutes, and the test run with it."""
    named = f"charset{charset if charset.startswith('*') else f'={charset}'}"
    long = b"BEGIN:VCARD-" + b"a" * 500_000
    answer = dav.put("zoe.vcf", long, content_type=f"text/vcard; {named}")
    assert refused(answer, "valid-address-data")
    listing = dav.ask("PROPFIND", dav.book, b"<a>-" + long, content_type=f"text/xml; {named}")
    assert listing.status == 415


def test_a_broken_card_is_refused_with_its_line(dav: Inside) -> None:
    answer = dav.put("zoe.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zo\r\nno colon here\r\nEND:VCARD\r\n")
    assert refused(answer, "valid-address-data")
    assert answer.xml.findtext(f"{DAV}responsedescription", "").startswith("Line 4: ")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        card() + card("Someone Else"),
        card()[:-10],
        card().replace(b"VERSION:3.0", b"VERSION:5.0"),
        card().replace(b"VERSION:3.0\r\n", b""),
        card().replace(b"\xc3\xab", b"\xeb"),
        card().replace(b"Zo", b"Z\0o"),
    ],
)
def test_what_is_no_card_is_refused_and_nothing_is_stored(
    dav: Inside, app: Flask, ada: Person, data: bytes
) -> None:
    assert refused(dav.put("zoe.vcf", data), "valid-address-data")
    assert stored(app, ada) == {}


def test_a_line_in_a_charset_of_its_own_is_kept_as_it_is(dav: Inside) -> None:
    data = card("Zoe", "zoe", "2.1").replace(b"END:", b"NOTE;CHARSET=ISO-8859-1:Amp\xe8re\r\nEND:")
    assert dav.put("zoe.vcf", data).status == 201
    assert dav.get("zoe.vcf").body == data
    text = dav.multiget("zoe.vcf").row.text(f"{CARD}address-data")
    assert "Ampère" in text, "XML carries no bytes of other charsets"


def test_a_card_that_is_too_large_is_refused(dav: Inside) -> None:
    large = card("Zoe", "zoe", "3.0", f"NOTE:{'x' * vcard.MAX_CARD}")
    assert refused(dav.put("zoe.vcf", large), "max-resource-size")
    just = card("Zoe", "zoe", "3.0", f"NOTE:{'x' * (vcard.MAX_CARD - 200)}")
    assert dav.put("zoe.vcf", just).status == 201


@pytest.mark.parametrize("kind", ["application/json", "text/calendar", "text/plain", "image/png"])
def test_what_calls_itself_something_else_is_refused(dav: Inside, kind: str) -> None:
    assert refused(dav.put("zoe.vcf", card(), content_type=kind), "supported-address-data")


def test_a_person_stands_in_the_book_once(dav: Inside) -> None:
    assert dav.put("zoe.vcf", card("Zoë Ampère", "one")).status == 201
    answer = dav.put("other.vcf", card("Zoë Ampère", "one"))
    assert refused(answer, "no-uid-conflict")
    assert answer.xml.findtext(f"{CARD}no-uid-conflict/{DAV}href") == f"{dav.book}zoe.vcf"
    assert refused(dav.put("zoe.vcf", card("Zoë Ampère", "two")), "no-uid-conflict")
    assert dav.put("other.vcf", card("Zoë Ampère", "two")).status == 201
    dav.delete("zoe.vcf")
    assert dav.put("third.vcf", card("Zoë Ampère", "one")).status == 201, "the UID of a removed card is free"


def test_the_book_stays_and_nothing_else_can_be_made(dav: Inside) -> None:
    for place in ("/dav/", dav.principal, dav.home, dav.book):
        assert dav.ask("DELETE", place).status == 403
        assert dav.ask("PUT", place, card(), content_type="text/vcard").status in (403, 405)
    for place in (f"{dav.home}more/", dav.book):
        assert dav.ask("MKCOL", place).status == 403
    for place in (f"{dav.home}more/zoe.vcf", f"{dav.book}sub/zoe.vcf", f"{dav.home}zoe.vcf"):
        assert dav.ask("PUT", place, card(), content_type="text/vcard").status == 409
    for method in ("LOCK", "MOVE", "COPY", "PATCH", "SOMETHING"):
        answer = dav.ask(method, f"{dav.book}zoe.vcf", destination=f"{dav.book}b.vcf")
        assert answer.status == 405
        assert "PUT" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "name", ["a b.vcf", "Zoë.vcf", "a&b<c>'\".vcf", "50%.vcf", "a+b=c@d,e;f.vcf", "no-ending"]
)
def test_any_name_that_comes_back_may_be_used(dav: Inside, name: str) -> None:
    assert dav.put(quote(name), card()).status == 201
    (row,) = dav.sync().rows
    assert unquote(row.href) == dav.book + name
    assert dav.ask("GET", row.href).body == card()
    assert dav.multiget(row.href.removeprefix(dav.book)).row.href == row.href
