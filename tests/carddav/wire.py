"""What a device says and hears: requests over a real socket, answers taken apart."""

import base64
import gzip
import http.client
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

DAV = "{DAV:}"
CARD = "{urn:ietf:params:xml:ns:carddav}"
CS = "{http://calendarserver.org/ns/}"

NAMESPACES = (
    'xmlns="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:cs="http://calendarserver.org/ns/" '
    'xmlns:me="http://me.com/_namespace/"'
)

PATIENCE = 60.0
"""Seconds for one answer: long, for a machine may be busy, and none of it is a measurement."""


@dataclass(frozen=True)
class Row:
    """One `response` of a multistatus: its own status, or the properties found and those that are not."""

    href: str
    status: int | None
    found: dict[str, Element]
    absent: dict[str, int]

    def text(self, name: str) -> str:
        """The text of a property that must be there."""
        return self.found[name].text or ""

    def href_in(self, name: str) -> str:
        """The address a property holds."""
        return self.found[name].findtext(f"{DAV}href") or ""

    def names_in(self, name: str, depth: str = "*") -> set[str]:
        """The elements a property holds, at a path below it."""
        return {child.tag for child in self.found[name].findall(depth)}

    @property
    def is_book(self) -> bool:
        return f"{DAV}resourcetype" in self.found and f"{CARD}addressbook" in self.names_in(
            f"{DAV}resourcetype"
        )


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Message
    body: bytes

    @property
    def etag(self) -> str:
        return self.headers["ETag"] or ""

    @property
    def xml(self) -> Element:
        return ElementTree.fromstring(self.body)

    @property
    def rows(self) -> list[Row]:
        """The rows of a multistatus, each address once."""
        assert self.status == 207, (self.status, self.body)
        root = self.xml
        assert root.tag == f"{DAV}multistatus"
        rows = [_row(response) for response in root.findall(f"{DAV}response")]
        assert len({row.href for row in rows}) == len(rows), "an address came twice"
        return rows

    @property
    def row(self) -> Row:
        """The only row."""
        (row,) = self.rows
        return row

    @property
    def token(self) -> str:
        """The sync token that ends a sync-collection."""
        return self.xml.findtext(f"{DAV}sync-token") or ""

    @property
    def conditions(self) -> set[str]:
        """What a DAV error names as the rule that was broken (RFC 4918, section 16)."""
        root = self.xml
        assert root.tag == f"{DAV}error"
        return {child.tag for child in root} - {f"{DAV}responsedescription"}


def _row(response: Element) -> Row:
    (href,) = (element.text or "" for element in response.findall(f"{DAV}href"))
    found: dict[str, Element] = {}
    absent: dict[str, int] = {}
    for propstat in response.findall(f"{DAV}propstat"):
        status = _status(propstat.findtext(f"{DAV}status"))
        for name in propstat.findall(f"{DAV}prop/*"):
            assert name.tag not in found, "a property came twice"
            assert name.tag not in absent, "a property came twice"
            if status == 200:
                found[name.tag] = name
            else:
                absent[name.tag] = status
    own = response.findtext(f"{DAV}status")
    assert (own is None) != (response.find(f"{DAV}propstat") is None), "either a status or properties"
    return Row(href, _status(own) if own else None, found, absent)


def _status(line: str | None) -> int:
    protocol, code, *_ = (line or "").split(" ", 2)
    assert protocol == "HTTP/1.1"
    return int(code)


class Device:
    """A client with an app password, which calls itself `agent` and keeps its connection."""

    def __init__(self, url: str, email: str, secret: str, agent: str, **always: str) -> None:
        self.url = url
        self.always = {"User-Agent": agent, **_headers(always)}
        self.credentials = base64.b64encode(f"{email}:{secret}".encode()).decode()
        parts = urlsplit(url)
        assert parts.hostname
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)

    def ask(
        self,
        method: str,
        target: str,
        body: str | bytes | Iterable[bytes] | None = None,
        /,
        *,
        known: bool = True,
        **headers: str,
    ) -> Answer:
        """One request; `known` with the app password. A body in pieces goes out chunked, as Apple's do."""
        named = {**self.always, **_headers(headers)}
        if known:
            named["Authorization"] = f"Basic {self.credentials}"
        if isinstance(body, str):
            body = body.encode()
        if body is not None and "Content-Type" not in named:
            named["Content-Type"] = "text/vcard" if method == "PUT" else "text/xml; charset=utf-8"
        self.connection.request(
            method, target, body, named, encode_chunked=not isinstance(body, bytes | None)
        )
        heard = self.connection.getresponse()
        body_heard = heard.read()
        if heard.headers["Content-Encoding"] == "gzip":
            body_heard = gzip.decompress(body_heard)
        answer = Answer(heard.status, heard.headers, body_heard)
        assert answer.status < 500, (method, target, answer.status, answer.body)
        return answer

    def follow(
        self, method: str, target: str, body: str | None = None, /, **headers: str
    ) -> tuple[str, Answer]:
        """Ask, and go where a 301 points with the same method and body, as every client does."""
        for _ in range(5):
            answer = self.ask(method, target, body, **headers)
            if answer.status not in (301, 302, 307, 308):
                return target, answer
            there = urlsplit(urljoin(self.url + target, answer.headers["Location"]))
            assert there.netloc == urlsplit(self.url).netloc
            target = there.path
        raise AssertionError("sent in circles")

    def propfind(self, target: str, *names: str, depth: str = "0", **headers: str) -> Answer:
        """PROPFIND for `names`, written as `displayname`, `card:max-resource-size`, `cs:getctag`."""
        return self.ask("PROPFIND", target, propfind(*names), depth=depth, **headers)

    def close(self) -> None:
        self.connection.close()


def propfind(*names: str) -> str:
    return f"<propfind {NAMESPACES}><prop>{_elements(names)}</prop></propfind>"


def sync_collection(token: str, *names: str, limit: int | None = None) -> str:
    most = f"<limit><nresults>{limit}</nresults></limit>" if limit else ""
    return (
        f"<sync-collection {NAMESPACES}><sync-token>{token}</sync-token><sync-level>1</sync-level>{most}"
        f"<prop>{_elements(names)}</prop></sync-collection>"
    )


def multiget(hrefs: Iterable[str], *, data: str = "") -> str:
    """`data` are attributes of `address-data`, such as a version."""
    wanted = "".join(f"<href>{href}</href>" for href in hrefs)
    return (
        f"<card:addressbook-multiget {NAMESPACES}><prop><getetag/><card:address-data {data}/></prop>"
        f"{wanted}</card:addressbook-multiget>"
    )


def _elements(names: Iterable[str]) -> str:
    return "".join(f"<{name}/>" for name in names)


def _headers(named: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in named.items()}
