"""The queue under a finger: a swipe does what a tap does, and is taken back by one."""

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from netcard.contacts.models import Exchange
from netcard.database import db
from tests.browser.conftest import eventually, on_one_database, sign_in
from tests.browser.server import Server
from tests.followups.test_ground import capture
from tests.people import Person

pytestmark = on_one_database


def swipe(page: Page, row: Locator, by: int) -> None:
    """A finger put down on the row's name, moved sideways and lifted."""
    box = row.locator("b").bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)
    x, y = 195.0, box["y"] + box["height"] / 2
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = {"x": x + by * step / 8, "y": y + step / 4}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_swipe_says_it_was_written_or_waits_and_a_tap_takes_it_back(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    for name, days in (("Margit Solheim", 5), ("Jonas Brandt", 4)):
        capture(ada, name, days, promised="the recordings")
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto(f"{server.url}/followups")
    margit, jonas = (page.locator("#queue .due", has_text=name) for name in ("Margit", "Jonas"))
    expect(page.get_by_text("Swipe right: you wrote.")).to_be_visible()
    violations = Axe().run(page)
    assert violations.violations_count == 0, violations.generate_report()

    swipe(page, margit, 60)  # too short to mean it, and no tap on the link either
    swipe(page, margit, 150)
    expect(page.get_by_text("Noted: you wrote to Margit Solheim.")).to_be_visible()
    expect(margit).to_have_count(0)
    expect(page).to_have_url(f"{server.url}/followups")
    expect(page.locator("#queue")).to_be_focused()
    page.get_by_role("button", name="Undo").first.click()
    expect(margit).to_be_visible()

    page.emulate_media(reduced_motion="reduce")
    swipe(page, jonas, -150)
    expect(page.get_by_text("Jonas Brandt put off to tomorrow.")).to_be_visible()
    expect(jonas).to_have_count(0)
    expect(page.locator("#queue li", has_text="Jonas").locator(".state")).to_have_text("Tomorrow")

    margit.locator("summary", has_text="Later").click()
    margit.locator("summary", has_text="Pick a day").click()
    margit.get_by_label("Put off to").fill("2020-01-01")
    margit.get_by_role("button", name="Put off").click()
    expect(page.get_by_text("That day is here or over.")).to_be_visible()
    expect(margit.get_by_label("Put off to")).to_have_value("2020-01-01")

    def one_taken_back() -> bool:
        with app.app_context():
            written = [row.deleted_at for row in db.session.query(Exchange)]
            db.session.remove()
        return len(written) == 1 and written[0] is not None

    eventually(one_taken_back)
