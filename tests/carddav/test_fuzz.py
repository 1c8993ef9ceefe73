"""Requests nobody would write, of very many kinds: no fault, well-formed answers, the book unmoved."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.carddav.live import book_of, counted, home_of, principal_of, stored
from tests.carddav.samples import DAVX5, IOS, NOKIA
from tests.carddav.test_hostile import Asking
from tests.carddav.wire import NAMESPACES
from tests.people import Person

few = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

NAMES = st.sampled_from(
    (
        *("propfind", "prop", "allprop", "propname", "include", "propertyupdate", "set", "remove", "href"),
        *("sync-collection", "sync-token", "sync-level", "limit", "nresults", "displayname", "getetag"),
        *("resourcetype", "collection", "current-user-principal", "expand-property", "property"),
        *("principal-property-search", "principal-match", "acl-principal-prop-set", "cs:me-card"),
        *("principal-search-property-set", "card:addressbook-multiget", "card:addressbook-query"),
        *("card:filter", "card:prop-filter", "card:param-filter", "card:text-match", "card:is-not-defined"),
        *("card:address-data", "card:allprop", "card:prop", "card:limit", "card:nresults", "me:odd", "a"),
    )
)
TEXTS = st.one_of(
    st.sampled_from(("", "1", "0", "-1", "infinity", "margit.vcf", "{book}margit.vcf", "/", "FN", "9" * 30)),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=12
    ),
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        (
            *("name", "test", "version", "content-type", "collation", "match-type", "negate-condition"),
            *("novalue", "xml:lang", "x"),
        )
    ),
    st.one_of(
        TEXTS,
        st.sampled_from(
            (
                *("allof", "anyof", "i;unicode-casemap", "i;octet", "contains", "equals", "starts-with"),
                *("ends-with", "yes", "no", "EMAIL", "TEL", "UID", "TYPE", "3.0", "4.0", "text/vcard"),
            )
        ),
    ),
    max_size=3,
)


def element(name: str, attributes: dict[str, str], inner: str) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{inner}</{name}>"


TREES = st.recursive(
    st.builds(element, NAMES, ATTRIBUTES, TEXTS.map(escape)),
    lambda below: st.builds(element, NAMES, ATTRIBUTES, st.lists(below, max_size=4).map("".join)),
    max_leaves=12,
)
ROOTS = {
    "PROPFIND": ("propfind",),
    "PROPPATCH": ("propertyupdate",),
    "REPORT": (
        *("card:addressbook-query", "card:addressbook-multiget", "sync-collection", "expand-property"),
        *("principal-property-search", "principal-search-property-set", "me:odd"),
    ),
}
FILTERS = st.builds(
    lambda test, inner: element("card:filter", test, inner),
    ATTRIBUTES,
    st.lists(TREES, max_size=3).map("".join),
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str]:
    method = draw(st.sampled_from(tuple(ROOTS)))
    root = draw(st.sampled_from(ROOTS[method]))
    inner = draw(st.lists(TREES, max_size=4).map("".join))
    if draw(st.booleans()):
        inner = "<prop><getetag/><card:address-data/></prop>" + inner
    if root == "card:addressbook-query" and draw(st.booleans()):
        inner += draw(FILTERS)
    return method, f"<{root} {NAMESPACES}>{inner}</{root}>"


@pytest.fixture
def fuzzed(app: Flask, ada: Person, ben: Person) -> Asking:
    asking = Asking(app, ada)
    for name, card in (("margit.vcf", IOS), ("soren.vcf", DAVX5), ("kari.vcf", NOKIA)):
        asking("PUT", book_of(ada) + name, card, content_type="text/vcard")
    return asking


@few
@given(asked=requests(), where=st.integers(0, 4), depth=st.sampled_from(("0", "1", "infinity", "x")))
@example(
    asked=(
        "REPORT",
        f"<card:addressbook-query {NAMESPACES}><card:filter><card:prop-filter/></card:filter>"
        "</card:addressbook-query>",
    ),
    where=3,
    depth="1",
)
def test_no_xml_is_a_fault_or_moves_the_book(
    fuzzed: Asking, app: Flask, ada: Person, asked: tuple[str, str], where: int, depth: str
) -> None:
    book = book_of(ada)
    places = ("/dav/", principal_of(ada), home_of(ada), book, f"{book}margit.vcf")
    before = counted(app, ada)
    method, body = asked
    answer = fuzzed(method, places[where], body.replace("{book}", book), depth=depth)
    if answer.status == 207:
        ElementTree.fromstring(answer.body)
    else:
        assert 400 <= answer.status < 500 or answer.status == 200
    assert counted(app, ada) == before


PIECES = st.sampled_from(
    (
        *(b"BEGIN:VCARD", b"END:VCARD", b"VERSION:3.0", b"VERSION:4.0", b"VERSION:2.1", b"FN:A", b"N:A;B;;;"),
        *(
            b"UID:x",
            b"UID:",
            b"item1.TEL:1",
            b"item1.X-ABLabel:x",
            b"NOTE;ENCODING=QUOTED-PRINTABLE:=",
            b" folded",
        ),
        *(
            b"PHOTO;ENCODING=b:////",
            b"PHOTO;VALUE=uri:http://localhost:9/x",
            b"NOTE:\xff\xfe",
            b"NOTE:\0",
            b"X-\x01:y",
        ),
        *(
            b"NOTE:]]>&<x>",
            b'EMAIL;TYPE=a;TYPE="b,c":x@y',
            b"ADR;CHARSET=no:;",
            b":",
            b"",
            b"KIND:group",
            b"NOTE:\x1b",
        ),
        *(b"NOTE:\xef\xbf\xbe", b"NOTE:\xed\xa0\x80", b"BDAY:x", b"AGENT:", b"CATEGORIES:" + b"a," * 300),
    )
)


@few
@given(
    pieces=st.lists(PIECES, max_size=9), ends=st.sampled_from((b"\r\n", b"\n", b"\r")), whole=st.booleans()
)
def test_a_card_is_either_kept_byte_for_byte_and_can_be_told_or_is_refused(
    fuzzed: Asking, app: Flask, ada: Person, pieces: list[bytes], ends: bytes, whole: bool
) -> None:
    if whole:
        pieces = [b"BEGIN:VCARD", b"VERSION:3.0", b"FN:A", *pieces, b"END:VCARD"]
    card = ends.join([*pieces, b""])
    book = book_of(ada)
    before = counted(app, ada), stored(app, ada)
    answer = fuzzed("PUT", f"{book}fuzz.vcf", card, content_type="text/vcard")
    if answer.status < 300:
        assert stored(app, ada)["fuzz.vcf"] == card
        assert fuzzed("GET", f"{book}fuzz.vcf").body == card
        for agent, data in (("iOS/18.1 (22B83) dataaccessd/1.0", ""), ("A", 'version="4.0"'), ("A", "")):
            body = (
                f"<card:addressbook-query {NAMESPACES}><prop><getetag/><card:address-data {data}/></prop>"
                f"<card:filter/></card:addressbook-query>"
            )
            assert fuzzed("REPORT", book, body, depth="1", user_agent=agent).rows
        assert fuzzed("DELETE", f"{book}fuzz.vcf").status == 204
    else:
        assert answer.status in (409, 413)
        assert (counted(app, ada), stored(app, ada)) == before
