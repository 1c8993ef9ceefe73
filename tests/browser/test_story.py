"""An agreed meeting by hand: made, looked at, told, and part of the story from then on."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from netcard.contacts import actions, exchanges
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from tests.browser.conftest import both_screens, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database

LETTER = "Dear Professor Solheim,\n\nThank you for ten unhurried minutes.\n\nAda"


def looked_at(page: Page) -> None:
    """No fault that a machine can find, and nothing wider than the screen."""
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@both_screens
def test_what_was_agreed_on_becomes_part_of_the_story(
    browser: Browser, app: Flask, server: Server, ada: Person, size: dict, scheme: str
) -> None:
    with app.app_context():
        with writing():
            met = Met(name="Prof. Margit Solheim", met_at=now() - timedelta(days=9), discussed="Packing")
            contact = actions.meet(ada.id, met, encounter_id=new_id(), met_line=False)
            exchanges.note(contact, "wrote", subject="The scale", text=LETTER, how="mail")
            person = f"/contacts/{contact.id}"
        db.session.remove()
    with new_phone(browser, server, **size, color_scheme=scheme) as context:
        sign_in(context, server, ada)
        page = context.new_page()
        page.goto(person)
        expect(page.get_by_text("Thank you for ten")).to_be_hidden()
        page.get_by_text("What you wrote").click()
        expect(page.get_by_text("Thank you for ten")).to_be_visible()
        expect(page.locator("#with h2")).to_have_text("Follow-ups")
        looked_at(page)

        page.get_by_role("link", name="Agree on a meeting").click()
        own = page.get_by_label("In your own words")
        page.get_by_role("radio", name="Coffee").check()
        expect(own).to_be_hidden()
        page.get_by_role("radio", name="Something else").check()
        own.fill("A walk by the fjord")
        yesterday = (now() - timedelta(days=1)).astimezone(ZoneInfo("Europe/Vienna"))
        page.get_by_label("When").fill(yesterday.strftime("%Y-%m-%dT%H:%M"))
        page.get_by_label("What to ask").fill("Whom else should I ask?\nWhat could I bring?")
        looked_at(page)
        page.get_by_role("button", name="Save").click()

        page.get_by_role("link", name="A walk by the fjord", exact=True).click()
        page.get_by_role("checkbox", name="Whom else should I ask?").check()
        looked_at(page)
        page.get_by_role("link", name="How did it go?").click()
        page.get_by_label("What did you talk about?").fill("A month in her clinic")
        looked_at(page)
        page.get_by_role("button", name="Save").click()

        told = ["You wrote", "A walk by the fjord", "Met"]
        expect(page.locator(".story h3")).to_contain_text(told)
        expect(page.locator(".story").get_by_text("A month in her clinic")).to_be_visible()
