"""Pictures of numbers, as an eye meets them on the smallest phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, expect

from netcard.contacts import actions
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from tests.browser.conftest import new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database

SMALLEST = {"viewport": {"width": 320, "height": 568}}
TEXTS = """[...document.querySelectorAll('.chart text')].map(text => {
    const box = text.getBoundingClientRect(), all = text.ownerSVGElement.getBoundingClientRect();
    return [parseFloat(getComputedStyle(text).fontSize), box.right - all.right, box.bottom - all.bottom];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_event_afterwards_is_read_on_the_smallest_phone(
    browser: Browser, server: Server, app: Flask, ada: Person, scheme: str
) -> None:
    with app.app_context():
        last = now().date() - timedelta(days=8)
        days = {"starts_on": last - timedelta(days=20), "ends_on": last, "time_zone": "Europe/Vienna"}
        with writing():
            event = events.add(ada.id, {"name": "Congress of the " + "W" * 60} | days).id
            met_at = now() - timedelta(days=9)
            for number in range(12):
                met = Met(name=f"Person {number}", met_at=met_at, event_id=event, promised="the scale")
                actions.meet(ada.id, met, encounter_id=new_id(), met_line=False)
        db.session.remove()
    with new_phone(browser, server, **SMALLEST, color_scheme=scheme) as phone:
        sign_in(phone, server, ada)
        page = phone.new_page()
        for address in (f"/events/{event}", "/followups/numbers"):
            page.goto(address)
            expect(page.get_by_role("img", name="People met").first).to_be_visible()
            drawn = page.evaluate(TEXTS)
            assert min(size for size, _, _ in drawn) >= 12
            assert max(max(right, bottom) for _, right, bottom in drawn) <= 0
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            assert Axe().run(page).response["violations"] == []
