"""A captive portal, a broken gate, a network that hangs: the shells open, and nothing false is kept."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.browser.used_phone import ada_lived_in, cached, keys, used_page, visited  # noqa: F401
from tests.people import Person

pytestmark = on_one_database


@contextmanager
def in_its_place(
    server: Server, status: int, headers: dict[str, str], body: bytes = b""
) -> Iterator[list[str]]:
    """Somebody else answers at netcard's address, as a captive portal or a broken gate does."""
    asked: list[str] = []

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_HEAD = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Silence."""

    server.stop()
    portal = ThreadingHTTPServer(("127.0.0.1", server.port), Portal)
    Thread(target=portal.serve_forever, daemon=True).start()
    try:
        yield asked
    finally:
        portal.shutdown()
        portal.server_close()
        server.restart()


WELCOME = b"<!doctype html><title>Hall Wi-Fi</title><p>Welcome to the Hall. Accept the terms."
LIES = pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"Content-Type": "text/html"}),
        (302, {"Location": "/portal", "Content-Type": "text/html"}),
        (302, {"Location": "http://127.0.0.1:9/portal", "Content-Type": "text/html"}),
        (502, {"Content-Type": "text/html"}),
        (503, {"Content-Type": "text/html", "Netcard-Build": "x"}),
    ],
    ids=["portal", "redirect here", "redirect elsewhere", "bad gateway", "busy"],
)


@LIES
def test_a_portal_or_a_broken_gate_gives_way_to_the_shell(
    page: Page, server: Server, status: int, headers: dict[str, str]
) -> None:
    with in_its_place(server, status, headers, WELCOME):
        for path, shown in (("/qr", "svg.qr"), ("/", "#card"), ("/contacts", ".person")):
            page.goto(path)
            expect(page.locator(shown).first).to_be_visible()


@LIES
def test_a_portal_cannot_poison_what_is_kept(
    phone: BrowserContext, server: Server, lived_in: Person, status: int, headers: dict[str, str]
) -> None:
    sign_in(phone, server, lived_in)
    page = visited(phone)
    version = page.evaluate("caches.keys()")
    with in_its_place(server, status, headers, WELCOME):
        page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.update().catch(() => {}))")
        page.goto("/contacts")
        expect(page.locator(".person")).to_have_count(3)
    assert page.evaluate("caches.keys()") == version
    assert not any("Hall Wi-Fi" in text for text in cached(page).values())
    assert len(keys(page, "kept")) == 6


def test_a_worker_whose_files_are_not_as_promised_never_starts(
    browser: Browser, server: Server, lived_in: Person
) -> None:
    with new_phone(browser, server) as phone:
        phone.route("**/offline/home", lambda route: route.fulfill(body=WELCOME, content_type="text/html"))
        sign_in(phone, server, lived_in)
        page = phone.new_page()
        page.goto("/cards")
        page.wait_for_timeout(1500)
        assert (
            page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it?.active?.state ?? null)")
            is None
        )
        assert not any("Hall Wi-Fi" in text for text in cached(page).values())


def test_a_network_that_only_hangs_is_not_waited_for(page: Page, server: Server) -> None:
    server.stop()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deaf.bind(("127.0.0.1", server.port))
        deaf.listen(64)
        page.goto("/qr")
        expect(page.locator("svg.qr").first).to_be_visible()
    server.restart()
