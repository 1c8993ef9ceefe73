"""Links: a name, an @name or an address in; one safe https address out, or a refusal."""

from collections.abc import Callable

import pytest

from netcard.cards import links


@pytest.mark.parametrize(
    ("rule", "typed", "kept"),
    [
        (links.linkedin, "ada-okafor", "https://www.linkedin.com/in/ada-okafor"),
        (links.linkedin, "@ada-okafor", "https://www.linkedin.com/in/ada-okafor"),
        (links.linkedin, "in/ada-okafor", "https://www.linkedin.com/in/ada-okafor"),
        (links.linkedin, "linkedin.com/in/ada-okafor/", "https://www.linkedin.com/in/ada-okafor"),
        (links.linkedin, "http://uk.linkedin.com/in/ada?trk=x#y", "https://www.linkedin.com/in/ada"),
        (
            links.linkedin,
            "https://www.linkedin.com/in/ren%C3%A9e/de",
            "https://www.linkedin.com/in/ren%C3%A9e",
        ),
        (links.x, "@adaokafor", "https://x.com/adaokafor"),
        (links.x, "ada_okafor", "https://x.com/ada_okafor"),
        (links.x, "https://twitter.com/AdaOkafor?s=20", "https://x.com/AdaOkafor"),
        (links.x, "www.x.com/ada", "https://x.com/ada"),
        (links.instagram, "ada.okafor", "https://www.instagram.com/ada.okafor/"),
        (links.instagram, "instagram.com/ada.okafor?igsh=1", "https://www.instagram.com/ada.okafor/"),
        (links.orcid, "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        (links.orcid, "000000021694233x", "https://orcid.org/0000-0002-1694-233X"),
        (links.orcid, "http://orcid.org/0000-0002-1825-0097/", "https://orcid.org/0000-0002-1825-0097"),
        (links.scholar, "qc6CJjYAAAAJ", "https://scholar.google.com/citations?user=qc6CJjYAAAAJ"),
        (
            links.scholar,
            "https://scholar.google.co.uk/citations?hl=en&user=qc6CJjYAAAAJ&view_op=x",
            "https://scholar.google.com/citations?user=qc6CJjYAAAAJ",
        ),
        (links.website, "adaokafor.example", "https://adaokafor.example"),
        (links.website, "http://lab.example.org/~ada", "http://lab.example.org/~ada"),
        (
            links.website,
            "HTTPS://Example.ORG:443/A?b=c d".replace(" ", "%20"),
            "https://example.org/A?b=c%20d",
        ),
        (links.website, "example.org:8443/x", "https://example.org:8443/x"),
        (links.website, "//example.org/x", "https://example.org/x"),
        (links.website, "müller.example/straße", "https://xn--mller-kva.example/stra%C3%9Fe"),
        (links.website, "https://video.example/@ada", "https://video.example/@ada"),
    ],
)
def test_what_people_type_becomes_an_https_address(rule: Callable[[str], str], typed: str, kept: str) -> None:
    assert rule(typed) == kept
    assert rule(kept) == kept, "what was kept can be saved again"


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "JaVaScRiPt://example.org/%0aalert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "ftp://example.org", "mailto:ada@example.org", "javascript:1",
        "https://ada:secret@example.org", "https://example.org@evil.example", "https:/\\evil.example",
        "java\nscript:alert(1)", "https://exa\x00mple.org", "https://example.org/\u202egro",
        "localhost", "http://localhost:8000", "printer.local", "http://127.0.0.1", "http://2130706433",
        "http://0x7f.1", "http://[::1]/", "http://10.0.0.1/x", "example", "https://", "https://exam ple.org",
        "https://example.org:99999", "https://-x.example", "https://a..example", 'https://example.org/"><script>',
        "https://example.org/" + "x" * 300,
    ],
)  # fmt: skip
def test_a_website_that_is_unsafe_or_unreachable_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        links.website(typed)


@pytest.mark.parametrize("rule", [links.linkedin, links.x, links.instagram, links.orcid, links.scholar])
@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "https://evil.example/in/ada", "https://linkedin.com.evil.example/in/ada",
        "https://notx.com/ada", "https://evil.example/?u=https://orcid.org/0000-0002-1825-0097",
        "a/b/c/d", "..", "ada okafor!", "\x00", "https://", "https://x.com/", "https://www.linkedin.com/",
    ],
)  # fmt: skip
def test_a_profile_elsewhere_is_refused(rule: Callable[[str], str], typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        rule(typed)


def test_a_page_of_a_company_is_no_person() -> None:
    with pytest.raises(ValueError, match="person's page"):
        links.linkedin("https://www.linkedin.com/company/netcard")


def test_a_slip_in_an_orcid_is_noticed() -> None:
    with pytest.raises(ValueError, match="wrong"):
        links.orcid("0000-0002-1825-0079")
    with pytest.raises(ValueError, match="16 digits"):
        links.orcid("0000-0002-1825-00")


def test_a_website_is_shown_by_its_host() -> None:
    assert links.shown("https://www.adaokafor.example/cv?x") == "adaokafor.example"
    assert links.shown("https://xn--mller-kva.example") == "müller.example"


def test_a_name_that_takes_more_room_as_an_address_is_refused() -> None:
    assert len(links.linkedin("é" * 40)) <= links.LONGEST
    with pytest.raises(ValueError, match="over 300"):
        links.linkedin("é" * 100)
