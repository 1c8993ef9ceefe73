"""A newer netcard waits to be asked, comes whole or not at all, and loses no capture."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from netcard.config import CHECKOUT
from tests.browser.conftest import eventually, on_one_database
from tests.browser.server import Server
from tests.browser.used_phone import ada_lived_in, keys, no_network, used_page  # noqa: F401

pytestmark = on_one_database


@pytest.fixture
def release(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Put a newer netcard in the place of this one: the same code with another style sheet."""

    def put() -> None:
        newer = tmp_path / "newer"
        for part in ("netcard", "templates", "static", "migrations", "tests"):
            shutil.copytree(CHECKOUT / part, newer / part, ignore=shutil.ignore_patterns("__pycache__"))
        with open(newer / "static/css/app.css", "a") as sheet:
            sheet.write("/* newer */")
        monkeypatch.setattr("tests.server.CHECKOUT", newer)
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
        expect(page.locator("svg.qr").first).to_be_visible()


def test_a_new_version_can_wait_until_later(
    page: Page, phone: BrowserContext, server: Server, release: Callable[[], None]
) -> None:
    release()
    page.goto("/contacts")
    page.evaluate(UPDATE)
    expect(page.locator("#new-version")).to_be_visible()
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#new-version")).to_have_count(0)
    page.goto("/cards")
    eventually(lambda: page.evaluate(WAITING) == "installed")
    page.wait_for_timeout(300)
    expect(page.locator("#new-version")).to_have_count(0)
