"""A visitor's phone and the owner's: details left without a script, kept with one tap."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.cards.making import make_card
from tests.people import Person


@on_one_database
def test_what_a_visitor_leaves_without_script_is_a_person_after_one_tap(
    browser: Browser, server: Server, phone: BrowserContext, ada: Person
) -> None:
    make_card(ada.client, hello_open="1")
    with new_phone(browser, server, java_script_enabled=False) as visitor:
        page = visitor.new_page()
        page.goto("/C/ADA-OKAFOR")
        page.get_by_label("Your name").fill("Margit Solheim")
        page.get_by_role("button", name="Leave my details").click()
        expect(page.get_by_text("Put an e-mail address or a phone number.")).to_be_visible()
        expect(page.get_by_label("Your name")).to_have_value("Margit Solheim")
        expect(page.get_by_label("Leave this empty")).not_to_be_in_viewport(ratio=0.5)
        page.get_by_label("E-mail").fill("margit@fjordside.example")
        page.get_by_label("A line for Ada").fill("Could I have the speech scale?")
        page.get_by_role("button", name="Leave my details").click()
        page.wait_for_url("**/c/ada-okafor/hello/thanks")
        expect(page.get_by_role("link", name="Save Ada’s contact")).to_be_visible()
        assert visitor.cookies() == []
    sign_in(phone, server, ada)
    page = phone.new_page()
    for address in ("/c/ada-okafor/hello", "/inbox"):
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    expect(page.get_by_text("Could I have the speech scale?")).to_be_visible()
    page.get_by_role("button", name="Keep Margit Solheim").tap()
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    page.goto("/contacts")
    expect(page.get_by_role("link", name="Margit Solheim")).to_be_visible()
