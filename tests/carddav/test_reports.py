"""REPORT: cards by address, and cards by what they say."""

import pytest

from netcard import vcard
from tests.carddav.inside import DeviceFrom, Inside, card
from tests.carddav.wire import CARD, DAV, NAMESPACES, Answer, multiget
from tests.people import Person

DATA = f"{CARD}address-data"
IPHONE = "iOS/18.1 (22B83) dataaccessd/1.0"


def query(
    dav: Inside, filters: str, *, test: str = "anyof", more: str = "", prop: str = "<getetag/>"
) -> Answer:
    return dav.report(
        f"<card:addressbook-query {NAMESPACES}><prop>{prop}</prop>"
        f'<card:filter test="{test}">{filters}</card:filter>{more}</card:addressbook-query>'
    )


def found(dav: Inside, filters: str, *, test: str = "anyof") -> set[str]:
    return set(dav.names(query(dav, filters, test=test).rows))


def text(wanted: str, *, name: str = "FN", **more: str) -> str:
    attributes = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    match = f"<card:text-match{attributes}>{wanted}</card:text-match>"
    return f'<card:prop-filter name="{name}">{match}</card:prop-filter>'


@pytest.fixture
def people(dav: Inside) -> Inside:
    """Three people, and one who was removed."""
    dav.put(
        "zoe.vcf", card("Zoë Ampère", "", "3.0", "EMAIL;TYPE=WORK:zoe@fjord.example", "TITLE:Head, surgery")
    )
    dav.put(
        "bo.vcf", card("Bo STRASSE", "", "3.0", "item1.EMAIL;TYPE=HOME:bo@home.example", "NICKNAME:Bobby")
    )
    dav.put("cy.vcf", card("Cy Straße", "", "3.0", "TEL;TYPE=CELL:+47 55"))
    dav.put("gone.vcf", card("Zoë Gone"))
    dav.delete("gone.vcf")
    return dav


# --- multiget -----------------------------------------------------------------


def test_cards_are_given_by_address_and_the_missing_ones_are_named(people: Inside) -> None:
    rows = {
        row.href.removeprefix(people.book): row
        for row in people.multiget("zoe.vcf", "gone.vcf", "no.vcf").rows
    }
    assert {name: row.status for name, row in rows.items()} == {
        "zoe.vcf": None,
        "gone.vcf": 404,
        "no.vcf": 404,
    }
    assert rows["zoe.vcf"].text(DATA).encode() == people.get("zoe.vcf").body
    assert rows["zoe.vcf"].text(f"{DAV}getetag") == people.get("zoe.vcf").etag


def test_addresses_may_be_whole_and_encoded_in_any_way_and_come_back_once(people: Inside) -> None:
    ways = ("zoe.vcf", "%7Aoe.vcf", "z%6fe%2Evcf")
    hrefs = [people.book + way for way in ways] + [f"http://localhost{people.book}{way}" for way in ways]
    assert people.names(people.report(multiget(hrefs)).rows) == {"zoe.vcf": 200}


@pytest.mark.parametrize(
    "href",
    [
        "http://elsewhere.example{book}zoe.vcf",
        "{book}../contacts/zoe.vcf",
        "{book}sub/zoe.vcf",
        "{book}",
        "/dav/books/00000000-0000-4000-8000-000000000000/contacts/zoe.vcf",
        "zoe.vcf",
        "http://[broken",
        "&lt;x&gt;&amp;",
    ],
)
def test_an_address_of_something_else_is_not_found_and_told_as_it_was_sent(people: Inside, href: str) -> None:
    href = href.format(book=people.book)
    (row,) = people.report(multiget([href])).rows
    assert row.status == 404
    assert row.href == href.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_many_cards_come_in_the_order_they_were_asked_for(dav: Inside) -> None:
    names = [f"{number}.vcf" for number in range(230)]
    for number, name in enumerate(names):
        if number % 3 == 0:
            dav.put(name, card(f"Person {number}"))
    rows = dav.multiget(*reversed(names)).rows
    assert [row.href.removeprefix(dav.book) for row in rows] == names[::-1]
    assert sum(row.status == 404 for row in rows) == 153


def test_all_of_ten_thousand_cards_can_be_named_at_once(people: Inside) -> None:
    """vdirsyncer does so, and tsdav: more than a MiB of addresses."""
    hrefs = [f"{people.book}00000000-0000-4000-8000-{at:012d}.vcf" for at in range(10_000)]
    body = multiget([*hrefs, f"{people.book}zoe.vcf"])
    assert len(body) > 1024 * 1024
    rows = people.report(body).rows
    assert (len(rows), rows[-1].status, rows[0].status) == (10_001, None, 404)


def test_nothing_else_may_be_so_long_even_if_it_says_that_it_names_cards(people: Inside) -> None:
    names = "<displayname/>" * 80_000
    assert people.report(f"<propfind {NAMESPACES}><prop>{names}</prop></propfind>").status == 413
    attributes = " ".join(f'a{at}=""' for at in range(300_000))
    for inner in ("<a/>" * 300_000, f"<a {attributes}/>", " " * 4_200_000):
        assert people.report(multiget(["x"]).replace("<href>", f"{inner}<href>")).status == 413


def test_some_lines_of_a_card_can_be_asked_for(people: Inside) -> None:
    lines = '<card:prop name="FN"/><card:prop name="email" novalue="yes"/>'
    body = multiget([f"{people.book}bo.vcf"]).replace(
        "<card:address-data />", f"<card:address-data>{lines}</card:address-data>"
    )
    assert people.report(body).row.text(DATA).splitlines() == [
        "BEGIN:VCARD", "VERSION:3.0", "FN:Bo STRASSE", "item1.EMAIL;TYPE=HOME:", "END:VCARD",
    ]  # fmt: skip


def test_some_lines_of_a_card_too_large_for_the_other_version_are_all_of_them(dav: Inside) -> None:
    """Folding the one long line of a card as large as may be makes it larger than may be."""
    large = card("Zoë Ampère", "zoe", "4.0", f"NOTE:{'x' * (vcard.MAX_CARD - 200)}")
    assert dav.put("zoe.vcf", large).status == 201
    body = multiget([f"{dav.book}zoe.vcf"]).replace(
        "<card:address-data />", '<card:address-data><card:prop name="FN"/></card:address-data>'
    )
    assert "FN:Zoë Ampère" in dav.report(body).row.text(DATA).splitlines()


def test_a_report_gives_3_0_unless_another_version_is_asked_for(
    dav: Inside, dav_as: DeviceFrom, ada: Person
) -> None:
    """3.0 is what the element stands for by itself (RFC 6352, section 10.4), and all that is promised."""
    new = card("Zoë Ampère", "zoe", "4.0")
    tag = dav.put("zoe.vcf", new).etag
    assert "VERSION:3.0\r\n" in dav.multiget("zoe.vcf").row.text(DATA)
    assert dav.multiget("zoe.vcf", data='version="4.0"').row.text(DATA).encode() == new
    assert "VERSION:3.0\r\n" in dav_as(ada, IPHONE).multiget("zoe.vcf", data='version="4.0"').row.text(DATA)
    assert dav.multiget("zoe.vcf").row.text(f"{DAV}getetag") == tag
    for data in ('version="2.1"', 'content-type="application/vcard+json"'):
        answer = dav.multiget("zoe.vcf", data=data)
        assert (answer.status, answer.conditions) == (403, {f"{CARD}supported-address-data"})


def test_what_xml_cannot_carry_is_left_out_and_the_rest_is_exact(dav: Inside) -> None:
    data = card("Zoë Ampère", "zoe", "3.0", 'NOTE:a\x0bb\x1f ]]> &amp; <c> "d" \u00a0é\U0001f600\ufffe')
    assert dav.put("zoe.vcf", data).status == 201
    text = dav.multiget("zoe.vcf").row.text(DATA)
    assert text.encode() == data.replace(b"\x0b", b"").replace(b"\x1f", b"").replace("\ufffe".encode(), b"")
    assert dav.get("zoe.vcf").body == data


# --- query --------------------------------------------------------------------


def test_an_empty_filter_finds_everyone_who_is_there(people: Inside) -> None:
    assert found(people, "") == {"zoe.vcf", "bo.vcf", "cy.vcf"}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (text("zoë"), "zoe"),
        (text("STRASSE"), "bo cy"),
        (text("strasse", collation="i;ascii-casemap"), "bo"),
        (text("strasse", collation="i;octet"), ""),
        (text("bo", match_type="starts-with"), "bo"),
        (text("ampère", match_type="ends-with"), "zoe"),
        (text("bo strasse", match_type="equals"), "bo"),
        (text("bo", match_type="equals"), ""),
        (text("bo", negate_condition="yes"), "zoe cy"),
        (text("home.example", name="EMAIL"), "bo"),
        (text("home.example", name="item1.email"), "bo"),
        (text("home.example", name="item2.EMAIL"), ""),
        (text("head, surgery", name="TITLE"), "zoe"),
        ('<card:prop-filter name="EMAIL"/>', "zoe bo"),
        ('<card:prop-filter name="EMAIL"><card:is-not-defined/></card:prop-filter>', "cy"),
        ('<card:prop-filter name="EMAIL"><card:param-filter name="type"/></card:prop-filter>', "zoe bo"),
        (
            '<card:prop-filter name="EMAIL"><card:param-filter name="TYPE"><card:text-match>home'
            "</card:text-match></card:param-filter></card:prop-filter>",
            "bo",
        ),
        (
            '<card:prop-filter name="EMAIL"><card:param-filter name="PREF"><card:is-not-defined/>'
            "</card:param-filter></card:prop-filter>",
            "zoe bo",
        ),
        (
            '<card:prop-filter name="EMAIL" test="allof"><card:text-match>example</card:text-match>'
            "<card:text-match>fjord</card:text-match></card:prop-filter>",
            "zoe",
        ),
    ],
)
def test_a_filter_finds_what_it_describes(people: Inside, filters: str, names: str) -> None:
    assert found(people, filters) == {f"{name}.vcf" for name in names.split()}


def test_filters_hold_together_or_one_by_one(people: Inside) -> None:
    both = text("strasse") + '<card:prop-filter name="NICKNAME"/>'
    assert found(people, both, test="allof") == {"bo.vcf"}
    assert found(people, both, test="anyof") == {"bo.vcf", "cy.vcf"}


def test_a_query_gives_the_cards_too_and_stops_at_its_limit_saying_so(people: Inside) -> None:
    limit = "<card:limit><card:nresults>2</card:nresults></card:limit>"
    rows = query(people, "", more=limit, prop="<getetag/><card:address-data/>").rows
    assert [row.status for row in rows] == [None, None, 507]
    assert rows[-1].href == people.book
    assert all("BEGIN:VCARD" in row.text(DATA) for row in rows[:-1])
    assert len(query(people, "", more=limit.replace("2", "3")).rows) == 3


@pytest.mark.parametrize(
    ("filters", "status", "condition"),
    [
        (text("x", collation="i;klingon"), 403, f"{CARD}supported-collation"),
        ('<card:prop-filter name="FN"><card:near/></card:prop-filter>', 403, f"{CARD}supported-filter"),
        ("<card:comp-filter/>", 403, f"{CARD}supported-filter"),
        (text("x", match_type="sounds-like"), 400, None),
        ("<card:prop-filter/>", 400, None),
        ('<card:prop-filter name="FN"/>' * 200, 403, f"{CARD}supported-filter"),
    ],
)
def test_a_filter_that_is_not_known_is_refused(
    people: Inside, filters: str, status: int, condition: str | None
) -> None:
    answer = query(people, filters)
    assert (answer.status, answer.conditions) == (status, {condition} if condition else set())


def test_a_report_there_is_not_is_refused_by_its_name(dav: Inside) -> None:
    answer = dav.report(f"<expand-property {NAMESPACES}/>")
    assert (answer.status, answer.conditions) == (403, {f"{DAV}supported-report"})
    sync = f"<sync-collection {NAMESPACES}><sync-token/><prop/></sync-collection>"
    assert dav.ask("REPORT", dav.home, sync).status == 403
    assert dav.report("").status == 400


def test_cards_can_be_read_by_the_versions_library_as_they_come(people: Inside) -> None:
    for row in people.multiget("zoe.vcf", "bo.vcf", "cy.vcf").rows:
        assert vcard.parse(row.text(DATA).encode()).version == "3.0"
