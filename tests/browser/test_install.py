"""netcard can be put on a home screen, and offers it without getting in the way."""

import json

from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.browser.used_phone import ada_lived_in, visited  # noqa: F401
from tests.people import Person

pytestmark = on_one_database

INVITE = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = async () => { document.body.dataset.prompted = "yes"; };
  dispatchEvent(event);
  return event.defaultPrevented;
}"""


def test_chromium_finds_nothing_against_an_install(
    phone: BrowserContext,
    server: Server,
    lived_in: Person,
) -> None:
    sign_in(phone, server, lived_in)
    page = visited(phone)
    devtools = phone.new_cdp_session(page)
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # a test's context is a private window, where Chromium installs nothing
    assert [each["errorId"] for each in errors if each["errorId"] != "in-incognito"] == []
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["display"] == "standalone"


def test_the_offer_stays_away_until_the_browser_can_install(
    phone: BrowserContext,
    server: Server,
    lived_in: Person,
) -> None:
    sign_in(phone, server, lived_in)
    page = phone.new_page()
    page.goto("/settings")
    expect(page.locator("#install")).to_be_attached()
    expect(page.locator("#install")).to_be_hidden()
    assert page.evaluate(INVITE) is True
    page.get_by_role("button", name="Add netcard").click()
    expect(page.locator("body")).to_have_attribute("data-prompted", "yes")
    expect(page.locator("#install")).to_be_hidden()


def test_not_now_is_heard_at_home_and_can_be_changed_in_the_settings(
    phone: BrowserContext,
    server: Server,
    lived_in: Person,
) -> None:
    sign_in(phone, server, lived_in)
    page = phone.new_page()
    page.goto("/")
    page.evaluate(INVITE)
    page.get_by_role("button", name="Not now").click()
    page.goto("/")
    expect(page.locator("#install")).to_be_attached()
    page.evaluate(INVITE)
    expect(page.locator("#install")).to_be_hidden()
    page.goto("/settings")
    expect(page.locator("#install")).to_be_attached()
    page.evaluate(INVITE)
    expect(page.locator("#install")).to_be_visible()


def test_an_iphone_is_told_how(browser: Browser, server: Server, lived_in: Person) -> None:
    with new_phone(browser, server) as phone:
        phone.add_init_script("Object.defineProperty(navigator, 'standalone', { value: false })")
        sign_in(phone, server, lived_in)
        page = phone.new_page()
        page.goto("/settings")
        expect(page.get_by_text("Add to Home Screen")).to_be_visible()
        expect(page.get_by_role("button", name="Add netcard")).to_be_hidden()


def test_an_installed_netcard_does_not_ask(browser: Browser, server: Server, lived_in: Person) -> None:
    with new_phone(browser, server) as phone:
        phone.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")
        sign_in(phone, server, lived_in)
        page = phone.new_page()
        page.goto("/settings")
        expect(page.locator("#install")).to_be_attached()
        expect(page.locator("#install")).to_be_hidden()
