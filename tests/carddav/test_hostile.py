"""What nobody means well with: each is refused in the protocol's words, and the book stays as it was."""

import base64
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from netcard import vcard
from tests.carddav.live import (
    book_of,
    counted,
    home_of,
    on_one_database,
    principal_of,
    secret_for,
    stored,
)
from tests.carddav.samples import DAVX5, IOS
from tests.carddav.wire import CARD, DAV, NAMESPACES, Answer, multiget, propfind, sync_collection
from tests.people import PASSWORD, Person

Ask = Callable[..., Answer]

METHODS = (
    "OPTIONS",
    "GET",
    "HEAD",
    "PUT",
    "DELETE",
    "PROPFIND",
    "PROPPATCH",
    "REPORT",
    "POST",
    "MKCOL",
    "MOVE",
)


class Asking:
    """Ada's app password over netcard's own callable; no answer may be a fault."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.client = FlaskClient(app)
        self.secret = secret_for(app, person)
        self.person = person
        self.authorization = basic(person.email, self.secret)

    def __call__(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Answer:
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        named.setdefault("Authorization", self.authorization)
        if body:
            named.setdefault("Content-Type", "application/xml; charset=utf-8")
        heard = self.client.open(path, method=method, data=body, headers=named)
        answer = Answer(heard.status_code, heard.headers, heard.data)  # type: ignore[arg-type]
        assert answer.status < 500, (method, path, answer.status)
        return answer


def basic(email: str | bytes, secret: str = "") -> str:
    raw = email if isinstance(email, bytes) else f"{email}:{secret}".encode()
    return f"Basic {base64.b64encode(raw).decode()}"


@pytest.fixture
def ask(app: Flask, ada: Person, ben: Person) -> Iterator[Asking]:
    """Ada with a card, Ben with another; at the end both books are what they were."""
    asking, asking_ben = Asking(app, ada), Asking(app, ben)
    assert asking("PUT", f"{book_of(ada)}margit.vcf", IOS, content_type="text/vcard").status == 201
    assert asking_ben("PUT", f"{book_of(ben)}soren.vcf", DAVX5, content_type="text/vcard").status == 201
    before = [(counted(app, person), stored(app, person)) for person in (ada, ben)]
    yield asking
    assert [(counted(app, person), stored(app, person)) for person in (ada, ben)] == before


def takers(person: Person) -> dict[str, tuple[str, str, str]]:
    """Every kind of request that carries XML: method, address, and where its innermost element goes."""
    book = book_of(person)
    wrap = "<{name} " + NAMESPACES + ">{inner}</{name}>"
    return {
        "propfind root": ("PROPFIND", "/dav/", f"<propfind {NAMESPACES}><prop>%s</prop></propfind>"),
        "propfind book": ("PROPFIND", book, f"<propfind {NAMESPACES}><prop>%s</prop></propfind>"),
        "propfind card": (
            *("PROPFIND", f"{book}margit.vcf", f"<propfind {NAMESPACES}><prop>%s</prop></propfind>"),
        ),
        "proppatch book": (
            *("PROPPATCH", book),
            f"<propertyupdate {NAMESPACES}><set><prop><me:odd>%s</me:odd></prop></set></propertyupdate>",
        ),
        "multiget": (
            *("REPORT", book),
            wrap.format(name="card:addressbook-multiget", inner="<prop>%s</prop><href>x</href>"),
        ),
        "query": (
            *("REPORT", book),
            wrap.format(
                name="card:addressbook-query", inner="<prop><getetag/></prop><card:filter>%s</card:filter>"
            ),
        ),
        "sync": (
            *("REPORT", book),
            wrap.format(
                name="sync-collection", inner="<sync-token/><sync-level>1</sync-level><prop>%s</prop>"
            ),
        ),
    }


TAKERS = tuple(takers(Person(None, "", None, "")))  # type: ignore[arg-type]

PROLOGS = {
    "a DTD": "<!DOCTYPE a>",
    "a DTD elsewhere": '<!DOCTYPE a SYSTEM "http://localhost:9/a.dtd">',
    "an entity": '<!DOCTYPE a [<!ENTITY e "x">]>',
    "a file": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    "a bomb": "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "<!ENTITY e '&a9;'>]>",
    "a wide bomb": f"<!DOCTYPE a [<!ENTITY e '{'x' * 100_000}'>]>",
}


NO_XML = (
    *(b"", b"<", b"no xml", b"<a/>", b"\0" * 10, b"\xff\xfe<\0a\0", b"{}", b"<a>&nbsp;</a>"),
    *(b"<a b='1' b='2'/>", b"<x:a/>", b"<a>\xc3\x28</a>", b"<a>\x01</a>", b"<?xml version='1.0'?>"),
    *(b"<?xml version='1.0' encoding='no-such'?><a/>", b"<?xml version='1.0' encoding='utf-7'?><a/>"),
    b"<?xml version='1.0' encoding='rot13'?><a/>",
)


@on_one_database
@pytest.mark.parametrize("prolog", PROLOGS)
def test_no_document_type_is_taken_anywhere(ask: Asking, ada: Person, prolog: str) -> None:
    for method, address, body in takers(ada).values():
        for inner in ("<displayname/>", "<displayname>&e;</displayname>"):
            answer = ask(method, address, '<?xml version="1.0"?>' + PROLOGS[prolog] + body % inner)
            assert answer.status == 400, (method, address, body)
            assert len(answer.body) < 1000
            assert b"root:" not in answer.body


@on_one_database
@pytest.mark.parametrize("taker", TAKERS)
def test_what_is_not_the_xml_it_should_be_is_refused(ask: Asking, ada: Person, taker: str) -> None:
    method, address, _ = takers(ada)[taker]
    for body in NO_XML:
        answer = ask(method, address, body, depth="1")
        if method == "PROPFIND" and not body:
            assert answer.status == 207, "an empty one asks for all (RFC 4918, section 9.1)"
        else:
            assert answer.status in (400, 403, 415, 422), body


@on_one_database
def test_bytes_that_are_no_utf_8_are_refused_in_xml(ask: Asking, ada: Person) -> None:
    for method, address, body in takers(ada).values():
        broken = (body % "<displayname>ABC</displayname>").encode().replace(b"ABC", b"\xe9\xff")
        assert ask(method, address, broken).status == 400, body


@on_one_database
def test_more_xml_than_anybody_needs_is_refused(ask: Asking, ada: Person) -> None:
    for method, address, body in takers(ada).values():
        most = 4 if "multiget" in body else 1  # some programs name every card in one
        for much in ("<displayname/>" * 80_000 * most, f"<!--{'x' * 1_100_000 * most}-->", " " * 5_000_000):
            assert ask(method, address, body % much).status == 413, body


@on_one_database
@pytest.mark.parametrize(
    "kind", ["application/json", "text/vcard", "multipart/form-data; boundary=x", "image/png"]
)
def test_xml_under_another_name_is_refused(ask: Asking, ada: Person, kind: str) -> None:
    for method, address, body in takers(ada).values():
        assert ask(method, address, body % "<displayname/>", content_type=kind).status == 415, body


@on_one_database
def test_what_is_no_card_by_its_own_name_is_refused(ask: Asking, ada: Person) -> None:
    for kind in ("application/json", "text/calendar", "text/html", "image/png", "application/xml"):
        answer = ask("PUT", f"{book_of(ada)}new.vcf", IOS.replace(b"-0001-", b"-0002-"), content_type=kind)
        assert (answer.status, answer.conditions) == (409, {f"{CARD}supported-address-data"}), kind


@pytest.mark.parametrize(
    "card",
    {
        "too large": IOS.replace(b"NOTE:", b"NOTE:" + b"x" * vcard.MAX_CARD),
        "far too large": IOS.replace(b"NOTE:", b"NOTE:" + b"x" * 9_000_000),
        "empty": b"",
        "nothing but noughts": b"\0" * 1000,
        "xml": b"<a/>",
        "open": IOS[:-15],
        "two": IOS + DAVX5,
        "no version": IOS.replace(b"VERSION:3.0\r\n", b""),
        "unknown version": IOS.replace(b"VERSION:3.0", b"VERSION:9"),
    }.items(),
    ids=lambda pair: pair[0],
)
def test_a_card_that_cannot_be_kept_is_refused(ask: Asking, ada: Person, card: tuple[str, bytes]) -> None:
    for name in ("new.vcf", "margit.vcf"):
        answer = ask("PUT", book_of(ada) + name, card[1], content_type="text/vcard")
        assert answer.status in (409, 413), "a 403 would stop DAVx5 for good"
        assert answer.conditions <= {
            f"{CARD}valid-address-data",
            f"{CARD}max-resource-size",
        }


# --- addresses ----------------------------------------------------------------


ODD_NAMES = (
    *("%00.vcf", "a%00b", "%ff%fe.vcf", "%c3%28.vcf", "..%2f..%2fetc", "%2e%2e", "a%2fb.vcf", "a/b.vcf"),
    *(
        "x" * 300,
        "x" * 5000,
        "%0d%0aX:1",
        "a%0ab.vcf",
        "%ef%bf%be",
        "a.vcf/",
        "//a.vcf",
    ),
    *("%ed%a0%80.vcf", "%7f"),
)


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_no_card_can_be_put_under_a_name_that_would_not_come_back(
    ask: Asking, ada: Person, name: str
) -> None:
    address = book_of(ada) + name
    new = IOS.replace(b"-0001-", b"-0002-")
    assert 400 <= ask("PUT", address, new, content_type="text/vcard").status < 500
    for method in METHODS:
        if method not in ("PUT", "OPTIONS"):
            assert 400 <= ask(method, address).status < 500


def test_what_is_anothers_answers_as_what_does_not_exist(ask: Asking, ada: Person, ben: Person) -> None:
    """Whatever the method: nothing tells that there is a Ben, and nothing of his moves."""
    nobody = Person(type(ben.id)(int=ben.id.int ^ 1), "", ben.client, "")
    pairs = [(of(ben), of(nobody)) for of in (principal_of, home_of, book_of)]
    pairs.append((f"{book_of(ben)}soren.vcf", f"{book_of(nobody)}soren.vcf"))
    bodies = {
        "PUT": IOS.replace(b"-0001-", b"-0002-"),
        "PROPFIND": propfind("displayname", "card:address-data").encode(),
        "REPORT": sync_collection("", "getetag", "card:address-data").encode(),
    }
    for method in METHODS:
        for his, none in pairs:
            body = bodies.get(method, b"")
            kind = "text/vcard" if method == "PUT" else "text/xml"
            answer, other = (ask(method, there, body, content_type=kind, depth="1") for there in (his, none))
            assert (answer.status, answer.body.replace(his.encode(), b"")) == (
                other.status,
                other.body.replace(none.encode(), b""),
            )
            assert answer.status in (403, 404, 405) or (method == "OPTIONS" and answer.status < 300)


FOREIGN = (
    *(
        "http://elsewhere.example{card}",
        "//elsewhere.example{card}",
        "/etc/passwd",
        "/contacts",
        "",
        " ",
        "#",
    ),
    *("javascript:alert(1)", "{his}", "http://localhost{his}", "{book}", "{book}../contacts/margit.vcf"),
    *(
        "{book}%2e%2e/x",
        "{book}%00",
        "{book}%ff",
        "{book}" + "x" * 9000,
        "http://[::1",
        "http://a:b:c/",
        "?x",
        "margit",
    ),
    "http://localhost:99999999{card}",
)


def test_a_multiget_gives_nothing_for_an_address_that_is_not_a_card_of_the_book(
    ask: Asking, ada: Person, ben: Person
) -> None:
    """RFC 6352, section 8.7: a 404 for that one, and the others as asked for."""
    card = f"{book_of(ada)}margit.vcf"
    for foreign in FOREIGN:
        href = foreign.format(card=card, his=f"{book_of(ben)}soren.vcf", book=book_of(ada))
        answer = ask("REPORT", book_of(ada), multiget([href, card]))
        assert b"nordhavn" not in answer.body
        rows = {row.href: row for row in answer.rows}
        assert f"{CARD}address-data" in rows.pop(card).found
        assert [row.status for row in rows.values()] == [404], foreign


def test_a_multiget_of_very_many_addresses_is_answered_or_refused_whole(ask: Asking, ada: Person) -> None:
    hrefs = [f"{book_of(ada)}none-{number}.vcf" for number in range(6000)]
    answer = ask("REPORT", book_of(ada), multiget([*hrefs, f"{book_of(ada)}margit.vcf"]))
    assert len(answer.rows) == 6001
    assert ask("REPORT", book_of(ada), multiget([f"{book_of(ada)}margit.vcf"] * 3000)).row.found


# --- headers and figures ------------------------------------------------------


DEPTHS = ("-1", "2", "0,1", "1, 1", "infinity", "INFINITY", "9" * 40, "one", "", "\xb2", "1;x")
FIGURES = ("0", "-1", "-99999999999999999999", "9" * 30, "1e9", "", "x", "1.5", "²", "٣", " 1 ", "0x1")


@on_one_database
def test_an_absurd_depth_is_refused_or_read_as_less(ask: Asking, ada: Person) -> None:
    for depth in DEPTHS:
        for address in ("/dav/", principal_of(ada), home_of(ada), book_of(ada), f"{book_of(ada)}margit.vcf"):
            answer = ask("PROPFIND", address, propfind("displayname"), depth=depth)
            assert answer.status in (207, 400, 403), depth
            if answer.status == 403:
                assert f"{DAV}propfind-finite-depth" in answer.conditions
        for body in (sync_collection("", "getetag"), multiget(["x"])):
            assert ask("REPORT", book_of(ada), body, depth=depth).status in (207, 400), depth


def test_an_absurd_limit_is_refused_or_means_as_much_as_there_is(ask: Asking, ada: Person) -> None:
    for figure in FIGURES:
        limit = f"<limit><nresults>{figure}</nresults></limit>"
        sync = sync_collection("", "getetag").replace("<prop>", limit + "<prop>")
        assert ask("REPORT", book_of(ada), sync).status in (207, 400, 403, 507), figure
        limit = f"<card:limit><card:nresults>{figure}</card:nresults></card:limit>"
        query = f"<prop><getetag/></prop><card:filter/>{limit}"
        query = f"<card:addressbook-query {NAMESPACES}>{query}</card:addressbook-query>"
        assert ask("REPORT", book_of(ada), query).status in (207, 400, 403, 507), figure


def test_a_token_that_was_never_given_is_refused_so_that_every_device_starts_over(
    ask: Asking, ada: Person
) -> None:
    token = ask("REPORT", book_of(ada), sync_collection("", "getetag")).token
    stem = token.rpartition("-")[0]
    never = (
        *(token + "9" * 30, token + "99", stem + "--1", stem + "-9999999999999", stem + "-²", stem + "-٢"),
        *(stem, stem + "-", token + " 1", token.upper(), "urn:netcard:sync:-", "urn:netcard:sync:x-1"),
        *("x" * 100_000, "&lt;a&gt;", "-1", "http://elsewhere.example/1", stem + "-0x1", stem + "-1_0"),
    )
    for other in never:
        answer = ask("REPORT", book_of(ada), sync_collection(other, "getetag"))
        assert (answer.status, answer.conditions) == (400, {f"{DAV}valid-sync-token"}), other


def test_a_token_of_another_book_is_refused(ask: Asking, app: Flask, ada: Person, ben: Person) -> None:
    his = Asking(app, ben)("REPORT", book_of(ben), sync_collection("", "getetag")).token
    answer = ask("REPORT", book_of(ada), sync_collection(his, "getetag"))
    assert (answer.status, answer.conditions) == (400, {f"{DAV}valid-sync-token"})


CONDITIONS = ("x", '"', '"x', "W/", '"a" "b"', ",,,", '"' + "x" * 5000, "\xff", '"\xff"', "W/*")


def test_a_condition_that_holds_for_nothing_changes_nothing(ask: Asking, ada: Person) -> None:
    card, other = f"{book_of(ada)}margit.vcf", IOS.replace(b"Dr.", b"Prof.")
    for condition in CONDITIONS:
        answer = ask("PUT", card, other, content_type="text/vcard", if_match=condition)
        assert answer.status in (400, 412), condition
        assert ask("DELETE", card, if_match=condition).status in (400, 412), condition
    assert ask("PUT", f"{book_of(ada)}new.vcf", other, content_type="text/vcard", if_match="*").status == 412


STRANGERS = {
    "none": "",
    "a word": "Basic",
    "no base64": "Basic !!!!",
    "no colon": basic(b"ada@example.org"),
    "no text": basic(b"\xff\xfe:\xff"),
    "noughts": basic(b"a\0da@example.org:x\0"),
    "a colon": basic(b":"),
    "another scheme": "Bearer abcdef",
    "digest": 'Digest username="ada@example.org"',
    "very long": basic("ada@example.org", "x" * 8000),
    "her own password": basic("ada@example.org", PASSWORD),
    "no password": basic("ada@example.org", ""),
    "a wrong one": basic("ada@example.org", "aaaa-bbbb-cccc-dddd"),
    "bytes": "Basic \xff\xfe",
    "two": "Basic YTpi, Basic YTpi",
}


@on_one_database
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_is_asked_who_they_are_whatever_they_send(ask: Asking, ada: Person, stranger: str) -> None:
    for method in ("PROPFIND", "GET", "PUT", "DELETE", "REPORT", "PROPPATCH"):
        for address in ("/dav/", book_of(ada), f"{book_of(ada)}margit.vcf", "/dav/nothing/here"):
            answer = ask(method, address, authorization=STRANGERS[stranger])
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
            assert b"Margit" not in answer.body


def test_an_app_password_is_good_for_its_own_account_alone(
    ask: Asking, app: Flask, ada: Person, ben: Person
) -> None:
    assert ask("PROPFIND", "/dav/", authorization=basic(ben.email, ask.secret)).status == 401
    assert ask("GET", "/contacts", accept="application/json").status in (302, 303, 401)
    cookie = ada.client.get_cookie("netcard")
    assert cookie
    answer = ask("GET", f"{book_of(ada)}margit.vcf", authorization="", cookie=f"netcard={cookie.value}")
    assert answer.status == 401


@pytest.mark.parametrize(
    "method",
    [
        "MKCOL",
        "MOVE",
        "COPY",
        "LOCK",
        "UNLOCK",
        "ACL",
        "SEARCH",
        "PATCH",
        "TRACE",
        "FOO",
        "MKCALENDAR",
    ],
)
def test_methods_there_are_not_are_named_as_such(ask: Asking, ada: Person, method: str) -> None:
    elsewhere = {"destination": f"{book_of(ada)}moved.vcf", "overwrite": "T"}
    for address in ("/dav/", principal_of(ada), home_of(ada), book_of(ada), f"{book_of(ada)}margit.vcf"):
        answer = ask(method, address, **elsewhere)
        assert answer.status in (403, 405, 501)
        if answer.status == 405:
            assert "PROPFIND" in answer.headers["Allow"]


def test_neither_book_nor_home_nor_account_can_be_removed_or_written_over(ask: Asking, ada: Person) -> None:
    for address in ("/dav/", principal_of(ada), home_of(ada), book_of(ada), book_of(ada).rstrip("/")):
        assert ask("DELETE", address).status in (301, 403, 404, 405)
        assert ask("PUT", address, IOS, content_type="text/vcard").status in (301, 403, 404, 405, 409)


@on_one_database
def test_a_squeezed_body_is_not_taken(ask: Asking, ada: Person) -> None:
    """A few bytes of gzip are gigabytes of text."""
    for method, address, kind in (
        ("PUT", f"{book_of(ada)}new.vcf", "text/vcard"),
        ("PROPFIND", book_of(ada), "text/xml"),
    ):
        assert (
            ask(method, address, b"\x1f\x8b" + b"\0" * 20, content_encoding="gzip", content_type=kind).status
            == 415
        )
