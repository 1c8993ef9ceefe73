"""With no network, or one that lies: card, capture and people still open, and nothing false is kept."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update

from netcard.accounts.models import SignIn
from netcard.cards.models import Card, Handle
from netcard.config import CHECKOUT
from netcard.contacts import actions
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.events.models import Event
from tests.browser.conftest import eventually, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database

PEOPLE = [
    ("Prof. Margit Solheim", "Fjordside University Hospital", "Stopped packing; fewer fistulas.", ("cleft",)),
    ("Đức Nguyễn Văn", "Straße der Kliniken 4", "Łódź next spring.", ()),
    ("أمينة الخطيب", "", "وعدتها بإرسال مقياس النطق", ("mentor",)),
]


@pytest.fixture
def lived_in(app: Flask, ada: Person) -> Person:
    """Ada, with two cards, an event that is on, and three people."""
    today = datetime.now(UTC).date()
    with app.app_context(), writing():
        event = Event(
            owner_id=ada.id,
            id=new_id(),
            name="Northern Cleft Congress",
            place="Vienna",
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=1),
        )
        db.session.add(event)
        for name, handle, ink in (
            ("Ada Okafor", "ada-okafor", "oxblood"),
            ("Dr Ada Okafor", "okafor-lab", "sepia"),
        ):
            card = Card(owner_id=ada.id, id=new_id(), name=name, headline="Cleft surgery", accent=ink)
            db.session.add(card)
            db.session.flush()
            db.session.add(Handle(handle=handle, owner_id=ada.id, card_id=card.id))
        for back, (name, institution, said, tags) in enumerate(PEOPLE):
            met = Met(
                name=name,
                institution=institution,
                discussed=said,
                tags=tags,
                event_id=event.id if back == 0 else None,
                met_at=datetime.now(UTC) - timedelta(days=back),
            )
            actions.meet(ada.id, met, encounter_id=new_id(), met_line=True)
    return ada


@pytest.fixture
def page(phone: BrowserContext, server: Server, lived_in: Person) -> Page:
    """Ada's phone after one visit with a signal."""
    sign_in(phone, server, lived_in)
    return visited(phone)


def visited(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto("/cards")
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller?.state") == "activated")
    eventually(lambda: "contacts" in keys(page, "kept"))
    return page


def keys(page: Page, store: str) -> list[str]:
    return page.evaluate(
        """(name) => new Promise((done) => {
          const asked = indexedDB.open("netcard");
          asked.onsuccess = () => {
            const db = asked.result;
            const all = db.transaction(name).objectStore(name).getAllKeys();
            all.onsuccess = () => { db.close(); done(all.result); };
          };
        })""",
        store,
    )


@contextmanager
def no_network(phone: BrowserContext, server: Server) -> Iterator[None]:
    """Aeroplane mode, and for what slips past it nobody listens either."""
    server.stop()
    phone.set_offline(True)
    try:
        yield
    finally:
        phone.set_offline(False)
        server.restart()


# --- what opens ---------------------------------------------------------------


def test_the_qr_code_opens_with_no_network_and_scans(
    page: Page, phone: BrowserContext, server: Server, tmp_path
) -> None:
    with no_network(phone, server):
        page.goto("/qr")
        code = page.locator("svg.qr")
        expect(code).to_be_visible()
        assert code.bounding_box()["width"] >= 288
        page.screenshot(path=tmp_path / "qr.png")
        (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
        assert read.text.lower() == f"{server.url}/c/ada-okafor"
        page.get_by_role("button", name="Dr Ada Okafor").click()
        page.screenshot(path=tmp_path / "other.png")
        (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "other.png"))
        assert read.text.lower() == f"{server.url}/c/okafor-lab"


def test_today_opens_with_no_network(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/")
        expect(page.get_by_text("No signal.", exact=True)).to_be_visible()
        expect(page.get_by_text("Northern Cleft Congress")).to_be_visible()
        expect(page.locator("svg.qr")).to_be_visible()
        expect(page.get_by_role("link", name="Capture someone")).to_be_visible()
        expect(page.get_by_role("link", name="3 people on this phone")).to_be_visible()


def test_the_list_opens_and_is_searched_with_no_network(
    page: Page, phone: BrowserContext, server: Server
) -> None:
    with no_network(phone, server):
        page.goto("/contacts")
        expect(page.locator(".person b")).to_have_text([name for name, *_ in PEOPLE])
        for typed, found in (
            ("solh fjord", [0]),
            ("duc", [1]),
            ("strasse", [1]),
            ("lodz", [1]),
            ("النطق", [2]),
            ("MENTOR", [2]),
        ):
            page.get_by_role("searchbox").fill(typed)
            expect(page.locator(".person b")).to_have_text([PEOPLE[at][0] for at in found])
        page.get_by_role("searchbox").fill("nobody at all")
        expect(page.get_by_text("Nobody by that name")).to_be_visible()
        expect(page.locator(".person")).to_have_count(0)


def test_a_person_opens_with_no_network(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/contacts")
        page.get_by_text("Prof. Margit Solheim").click()
        page.wait_for_url("**/contacts/*-*")
        expect(page.locator("#one p.name")).to_have_text("Prof. Margit Solheim")
        expect(page.get_by_text("Stopped packing; fewer fistulas.")).to_be_visible()
        expect(page.locator("#one .tag")).to_have_text("cleft")
        expect(page.get_by_text("Promised")).to_be_hidden()
        page.goto(f"/contacts/{new_id()}")
        expect(page.get_by_text("Not on this phone")).to_be_visible()


def test_a_capture_made_with_no_network_stands_in_the_list(
    page: Page, phone: BrowserContext, server: Server
) -> None:
    with no_network(phone, server):
        page.goto("/capture")
        page.locator("#name").fill("Jonas Brandt")
        page.locator("#discussed").fill("Nasality recordings")
        page.locator("#save").click()
        page.wait_for_url("**/contacts")
        first = page.locator(".person").first
        expect(first).to_contain_text("Jonas Brandt")
        expect(first).to_contain_text("To send")
        page.get_by_role("searchbox").fill("nasality")
        expect(page.locator(".person b")).to_have_text(["Jonas Brandt"])


def test_a_page_that_needs_the_network_says_so(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/settings/account")
        expect(page.get_by_text("This page needs a signal")).to_be_visible()


def test_the_phone_says_when_the_signal_is_back(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/contacts")
        expect(page.get_by_text("No signal.", exact=True)).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("The signal is back.")).to_be_visible()
    expect(page.locator(".person")).to_have_count(3)


# --- networks that lie --------------------------------------------------------


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
    assert not any("Hall" in text for text in cached(page).values())
    assert len(keys(page, "kept")) == 5


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
        assert not any("Hall" in text for text in cached(page).values())


def test_a_network_that_only_hangs_is_not_waited_for(page: Page, server: Server) -> None:
    server.stop()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deaf.bind(("127.0.0.1", server.port))
        deaf.listen(64)
        page.goto("/qr", timeout=6000)
        expect(page.locator("svg.qr")).to_be_visible()
    server.restart()


# --- what is kept, and what is not --------------------------------------------


def cached(page: Page) -> dict[str, str]:
    return page.evaluate(
        """async () => {
          const all = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              const answer = await cache.match(request, { ignoreVary: true });
              all[request.url] = await answer.text();
            }
          }
          return all;
        }"""
    )


def test_no_private_answer_is_ever_in_a_cache(page: Page, lived_in: Person) -> None:
    for path in (
        "/",
        "/cards",
        "/contacts",
        "/capture",
        "/qr",
        "/settings/account",
        "/events",
        "/offline/kept",
    ):
        page.goto(path)
    text = cached(page)
    assert any(url.endswith("/offline/contacts") for url in text)
    for private in ("Solheim", "Okafor", lived_in.email, str(lived_in.id)):
        assert [url for url, body in text.items() if private in body] == []


def test_the_worker_leaves_posts_and_public_cards_alone(page: Page, phone: BrowserContext) -> None:
    answered = {}
    page.on("response", lambda response: answered.update({response.url: response.from_service_worker}))
    page.goto("/c/ada-okafor")
    page.goto("/cards")
    page.evaluate("fetch('/capture', { method: 'POST', body: new FormData() })")
    page.evaluate("fetch('/c/ada-okafor/contact.vcf')")
    eventually(lambda: any("contact.vcf" in url for url in answered))
    through = {url.split("/", 3)[3] for url, worker in answered.items() if worker}
    assert "cards" in through
    assert not through & {"c/ada-okafor", "capture", "c/ada-okafor/contact.vcf"}


def test_an_ended_sign_in_takes_the_list_from_the_phone(app: Flask, page: Page, lived_in: Person) -> None:
    with app.app_context(), writing():
        db.session.execute(update(SignIn).where(SignIn.account_id == lived_in.id).values(ended_at=now()))
    page.goto("/offline/contacts")
    eventually(lambda: "contacts" not in keys(page, "kept"))
    assert "cards" in keys(page, "kept")


def test_an_expired_sign_in_takes_nothing_from_the_phone(page: Page, phone: BrowserContext) -> None:
    phone.clear_cookies()
    with page.expect_response("**/offline/kept") as asked:
        page.goto("/offline/contacts")
    assert asked.value.status == 401
    expect(page.locator(".person")).to_have_count(3)
    page.goto("/offline/qr")
    expect(page.locator("svg.qr")).to_be_visible()


# --- a new version ------------------------------------------------------------


@pytest.fixture
def release(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Put a newer netcard in the place of this one: the same code with another style sheet."""

    def put() -> None:
        newer = tmp_path / "newer"
        for part in ("netcard", "templates", "static", "migrations", "tests"):
            shutil.copytree(CHECKOUT / part, newer / part, ignore=shutil.ignore_patterns("__pycache__"))
        with open(newer / "static/css/app.css", "a") as sheet:
            sheet.write("/* newer */")
        monkeypatch.setattr("tests.browser.server.CHECKOUT", newer)
        server.restart()

    yield put
    server.kill()


WAITING = "navigator.serviceWorker.getRegistration().then((it) => it.waiting?.state)"
UPDATE = "navigator.serviceWorker.getRegistration().then((it) => it.update())"


def test_a_new_version_waits_to_be_asked_and_loses_no_capture(
    page: Page, phone: BrowserContext, server: Server, release: Callable[[], None]
) -> None:
    with no_network(phone, server):
        page.goto("/capture")
        page.locator("#name").fill("Jonas Brandt")
        page.locator("#save").click()
        page.wait_for_url("**/contacts")
        assert len(keys(page, "outbox")) == 1
    phone.route(
        "**/capture", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    (old,) = page.evaluate("caches.keys()")
    page.evaluate("caches.open('netcard-from-long-ago')")
    page.goto("/capture")
    release()
    page.locator("#name").fill("Somebody half")
    page.evaluate(UPDATE)
    eventually(lambda: page.evaluate(WAITING) == "installed")
    page.locator("#name").press_sequentially(" written")
    expect(page.locator("#new-version")).to_have_count(0)
    assert old in page.evaluate("caches.keys()")

    page.locator("#name").blur()
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()
    eventually(lambda: len(page.evaluate("caches.keys()")) == 1)
    assert page.evaluate("caches.keys()") != [old]
    expect(page.locator("#name")).to_have_value("Somebody half written")
    assert len(keys(page, "outbox")) == 1
    phone.unroute("**/capture")
    page.goto("/contacts")
    eventually(lambda: keys(page, "outbox") == [])


def test_a_new_version_is_whole_before_it_is_offered(
    page: Page, phone: BrowserContext, server: Server, release: Callable[[], None]
) -> None:
    release()
    phone.route("**/static/**/app.css", lambda route: route.abort())
    page.evaluate(f"{UPDATE}.catch(() => {{}})")
    page.wait_for_timeout(1000)
    assert page.evaluate(WAITING) is None
    with no_network(phone, server):
        page.goto("/qr")
        expect(page.locator("svg.qr")).to_be_visible()


# --- how it looks -------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_offline_page_shuts_anybody_out(
    browser: Browser, server: Server, lived_in: Person, scheme: str
) -> None:
    with new_phone(browser, server, color_scheme=scheme) as phone:
        sign_in(phone, server, lived_in)
        page = visited(phone)
        phone.set_offline(True)
        page.goto("/contacts")
        person = page.locator("a.person").first.get_attribute("href")
        for path in ("/", "/qr", "/capture", "/contacts", str(person), "/settings"):
            page.goto(path)
            page.wait_for_timeout(150)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
