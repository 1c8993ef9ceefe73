"""What nobody means well with, over a real socket: the server goes on, and the book stays as it was."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from netcard import vcard
from tests.carddav.live import DeviceFor, book_of, counted, on_one_database, stored
from tests.carddav.samples import IOS
from tests.carddav.wire import DAV, NAMESPACES, PATIENCE, Device, propfind, sync_collection
from tests.people import Person

LEVELS = 149_000
"""As deep as a megabyte goes with elements that are closed again."""


@pytest.fixture
def device(device_for: DeviceFor, app: Flask, ada: Person) -> Iterator[Device]:
    """Ada's phone and one card; at the end the server answers and the card is as it was."""
    device = device_for(ada)
    assert device.ask("PUT", f"{book_of(ada)}margit.vcf", IOS).status == 201
    before = counted(app, ada), stored(app, ada)
    yield device
    assert device_for(ada).propfind(book_of(ada), "displayname").row.text(f"{DAV}displayname")
    assert (counted(app, ada), stored(app, ada)) == before


BODIES = {
    "PROPFIND": f"<propfind {NAMESPACES}><prop>%s</prop></propfind>",
    "PROPPATCH": f"<propertyupdate {NAMESPACES}><set><prop>%s</prop></set></propertyupdate>",
    "REPORT": f"<card:addressbook-query {NAMESPACES}><prop><getetag/></prop><card:filter>%s</card:filter>"
    "</card:addressbook-query>",
}


@on_one_database
@pytest.mark.parametrize("method", BODIES)
def test_xml_of_a_hundred_thousand_levels_breaks_nothing(device: Device, ada: Person, method: str) -> None:
    """Whatever walks a tree by recursion would fall over, or take the whole process with it."""
    deep = "<a>" * LEVELS + "</a>" * LEVELS
    for body in (BODIES[method] % deep, BODIES[method] % ("<a>" * 340_000), BODIES[method] % (deep * 2)):
        answer = device.ask(method, book_of(ada), body)
        assert answer.status in (207, 400, 403, 413, 422)


@on_one_database
@pytest.mark.parametrize("method", BODIES)
def test_xml_of_a_hundred_thousand_attributes_or_names_breaks_nothing(
    device: Device, ada: Person, method: str
) -> None:
    for inner in (
        "<a " + " ".join(f'a{n}=""' for n in range(60_000)) + "/>",
        "".join(f"<a{n}/>" for n in range(60_000)),
        f"<{'a' * 900_000}/>",
        f'<a xmlns="{"x" * 900_000}"/>',
        "".join(f'<a xmlns="n{n}"/>' for n in range(40_000)),
    ):
        assert device.ask(method, book_of(ada), BODIES[method] % inner).status in (
            207,
            400,
            403,
            413,
            422,
            507,
        )


def test_a_body_of_no_said_length_is_stopped_at_the_same_size(device: Device, ada: Person) -> None:
    def endless(total: int) -> Iterator[bytes]:
        for _ in range(total // 65_536):
            yield b"x" * 65_536

    answer = device.ask(
        "PUT", f"{book_of(ada)}new.vcf", endless(vcard.MAX_CARD * 3), content_type="text/vcard"
    )
    assert answer.status in (409, 413)
    assert device.ask("PROPFIND", book_of(ada), endless(3_000_000)).status == 413


@pytest.mark.parametrize("said", [len(IOS) + 500, 10**9])
def test_a_card_that_breaks_off_is_not_stored(device: Device, app: Flask, ada: Person, said: int) -> None:
    """A phone that loses its network half-way; what arrived may even read as a card."""
    head = request(
        "PUT", f"{book_of(ada)}new.vcf", device, f"Content-Length: {said}", "Content-Type: text/vcard"
    )
    speak(device, head + IOS.replace(b"-0001-", b"-0002-"), wait=False)
    time.sleep(0.2)
    assert "new.vcf" not in stored(app, ada)


@pytest.mark.parametrize("said", [1, 2])
def test_a_chunked_card_that_breaks_off_is_not_stored(
    device: Device, app: Flask, ada: Person, said: int
) -> None:
    """Between two pieces or within one: the server hears the same end then as of a whole body."""
    head = request(
        "PUT", f"{book_of(ada)}new.vcf", device, "Transfer-Encoding: chunked", "Content-Type: text/vcard"
    )
    half = IOS.replace(b"-0001-", b"-0002-")[: len(IOS) // 2]
    speak(device, head + b"%x\r\n%s\r\n" % (len(half) * said, half), wait=False)
    time.sleep(0.2)
    assert "new.vcf" not in stored(app, ada)


TWICE = {
    "Depth": ("Depth: 1", "Depth: 0"),
    "Content-Type": ("Content-Type: text/xml", "Content-Type: application/json"),
    "Authorization": ("Authorization: Basic YTpi",),
    "Prefer": ("Prefer: return=minimal", "Prefer: return=representation", "Prefer: ,,;=", "Brief: x"),
    "Host": ("Host: elsewhere.example",),
    "If-Match": ('If-Match: "a"', 'If-Match: "b"'),
    "If-None-Match": ("If-None-Match: *", "If-None-Match: *"),
    "Forwarded": (
        "X-Forwarded-For: \xff",
        "X-Forwarded-Prefix: /x",
        "X-Original-URL: /",
        "X-HTTP-Method-Override: PUT",
    ),
    "Range": ("Range: bytes=0-1,5-3", "Range: x"),
    "Expect": ("Expect: something",),
}


@on_one_database
@pytest.mark.parametrize("twice", TWICE)
def test_a_header_that_comes_twice_or_twisted_is_no_fault(device: Device, ada: Person, twice: str) -> None:
    for method, address, body in (
        ("PROPFIND", book_of(ada), propfind("displayname")),
        ("REPORT", book_of(ada), sync_collection("", "getetag")),
        ("GET", f"{book_of(ada)}margit.vcf", ""),
        ("DELETE", f"{book_of(ada)}none.vcf", ""),
    ):
        head = request(method, address, device, f"Content-Length: {len(body)}", *TWICE[twice])
        heard = speak(device, head + body.encode())
        assert heard.startswith(b"HTTP/1.1 ")
        assert int(heard.split(b" ")[1]) < 500


def request(method: str, path: str, device: Device, *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"Authorization: Basic {device.credentials}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def speak(device: Device, said: bytes, *, wait: bool = True) -> bytes:
    """What comes back on a connection of its own; nothing, if the line is cut at once."""
    where = (device.connection.host, device.connection.port)
    with socket.create_connection(where, timeout=PATIENCE) as line:
        line.sendall(said)
        heard = b""
        with contextlib.suppress(ConnectionError):
            while wait and (piece := line.recv(65_536)):
                heard += piece
    return heard
