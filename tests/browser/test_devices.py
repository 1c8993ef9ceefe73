"""Connecting a phone with the eyes and the camera of two browsers."""

import io
import plistlib
import re
from pathlib import Path

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from netcard.accounts import app_passwords
from netcard.database import db, writing
from tests.browser.conftest import DESK, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database

DARK_DESK = {**DESK, "color_scheme": "dark"}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
FIRST_SYNC = re.compile(r"^Synced since \w{3} \d+ \w{3}, \d\d:\d\d$")


def connect(context: BrowserContext, server: Server, person: Person) -> Page:
    """The page that shows a new password."""
    sign_in(context, server, person)
    page = context.new_page()
    page.goto("/settings")
    page.get_by_role("link", name="Contacts on your phone").first.click()
    page.get_by_role("button", name="Connect it").click()
    expect(page.locator("#app-password")).to_be_visible()
    return page


def sync(app: Flask, person: Person, secret: str) -> None:
    """What the protocol notes when a device has had the whole book."""
    with app.app_context():
        device = app_passwords.device_of(person.email, secret)
        assert device
        with writing():
            app_passwords.note_use(device, "DAVx5/4.5.5-ose (dav4jvm; okhttp/5.1) Android/15")
            app_passwords.note_sync(device)
        db.session.remove()


def read(page: Page, selector: str) -> str:
    """What a camera reads from that part of the screen."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(selector).screenshot())))
    return str(found.text)


def test_the_first_sync_appears_on_the_page_by_itself(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = connect(phone, server, ada)
    line = page.locator("main [role=status]")
    expect(line).to_have_text("Waiting for its first sync")
    sync(app, ada, page.locator("#app-password").inner_text())
    expect(line).to_have_text(FIRST_SYNC)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(6000)
    assert [url for url in asked if url.endswith("/state")] == []
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("DAVx5, last used today")).to_be_visible()


def test_nobody_is_told_of_a_question_that_found_no_network(
    phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = connect(phone, server, ada)
    asked: list[str] = []
    page.on("requestfailed", lambda request: asked.append(request.url))
    phone.set_offline(True)
    while not any(url.endswith("/state") for url in asked):
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    expect(page.locator(".toast")).to_have_count(0)
    phone.set_offline(False)


@pytest.mark.parametrize("look", [DESK, DARK_DESK], ids=["light", "dark"])
def test_a_code_on_the_laptop_opens_on_the_phone(
    browser: Browser, server: Server, ada: Person, look: dict[str, object]
) -> None:
    with (
        new_phone(browser, server, **look) as laptop,
        new_phone(browser, server, user_agent=ANDROID) as other,
    ):
        page = connect(laptop, server, ada)
        secret = page.locator("#app-password").inner_text()
        page.get_by_text("Android phone", exact=True).click()
        expect(
            page.get_by_label("QR code for an iPhone or iPad")
        ).to_be_hidden()  # else a camera takes either
        box = page.locator(".qr:visible").bounding_box()
        assert box
        assert box["width"] >= 288
        address = read(page, ".qr:visible")
        assert address.startswith(f"{server.url}/phone/".upper())
        there = other.new_page()
        there.goto(address)
        link = there.get_by_role("link", name="Open DAVx⁵")
        port = server.url.rpartition(":")[2]
        expect(link).to_have_attribute("href", f"carddav://ada%40example.org:{secret}@localhost:{port}/dav/")
        assert Axe().run(there).violations_count == 0
        there.goto(address)
        expect(there.get_by_role("heading", name="This link is over")).to_be_visible()


def test_the_content_policy_lets_davx5_open(browser: Browser, server: Server, ada: Person) -> None:
    with new_phone(
        browser, server, user_agent=ANDROID
    ) as context:  # which complains of a breach of the policy
        page = connect(context, server, ada)
        link = page.get_by_role("link", name="Open DAVx⁵")
        gone_to: list[str] = []
        protocol = context.new_cdp_session(page)
        protocol.send("Page.enable")
        protocol.on("Page.frameStartedNavigating", lambda event: gone_to.append(event["url"]))
        link.click()
        page.wait_for_timeout(500)
        assert gone_to == [link.get_attribute("href")]  # handed to whatever app takes it; here there is none
        expect(page.locator("#app-password")).to_be_visible()


def test_an_iphone_takes_its_profile_from_the_page(
    browser: Browser, server: Server, ada: Person, tmp_path: Path
) -> None:
    with new_phone(browser, server, user_agent=IPHONE) as context:
        page = connect(context, server, ada)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Set up this iPhone").click()
        waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
        (account,) = plistlib.loads((tmp_path / "netcard.mobileconfig").read_bytes())["PayloadContent"]
        assert account["CardDAVPassword"] == page.locator("#app-password").inner_text()
        expect(page.locator("#app-password")).to_be_visible()  # the page stays, and waits


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, DESK], ids=["phone", "dark", "desk"])
def test_the_pages_hold_and_can_be_used_by_anybody(
    browser: Browser, server: Server, ada: Person, look: dict[str, object]
) -> None:
    with new_phone(browser, server, **look) as context:
        sign_in(context, server, ada)
        page = context.new_page()
        page.goto("/settings/app-passwords")
        page.get_by_label("Name of the device").fill("Maximiliane-Theodora" * 5)
        page.get_by_role("button", name="Connect it").click()
        expect(page.locator("#app-password")).to_be_visible()
        for leave in ("Done", "Disconnect", None):
            assert Axe().run(page).violations_count == 0
            width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1]
            if leave:
                with page.expect_navigation():
                    page.get_by_role("link", name=leave).click()
        page.get_by_role("button", name="Disconnect it").click()
        expect(page.locator(".toast")).to_contain_text("Disconnected Maximiliane")
        expect(page.get_by_role("heading", name="Connect a phone")).to_be_visible()
