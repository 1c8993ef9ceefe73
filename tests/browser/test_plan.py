"""An event's plan under a thumb: chosen while typing, met in one tap, nothing typed lost."""

from datetime import timedelta
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect

from netcard.contacts import actions as contacts
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.events.queries import event_of
from netcard.followups.planning import actions
from tests.browser.conftest import both_screens, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database


@pytest.fixture
def congress(app: Flask, ada: Person) -> UUID:
    """Yesterday to tomorrow, with Dr Lall in the list of people and something of each kind in the plan."""
    today = now().date()
    with app.app_context():
        with writing():
            met = Met(name="Dr Amrit Lall", institution="Leeds", met_at=now() - timedelta(days=40))
            contacts.meet(ada.id, met, encounter_id=new_id(), met_line=True)
            days = {"starts_on": today - timedelta(days=1), "ends_on": today + timedelta(days=1)}
            event = events.add(ada.id, {"name": "Burns Congress", "time_zone": "Europe/Vienna", **days})
            event_id = event.id
        with writing():
            event = event_of(ada.id, event_id)
            for part, title, day in (
                ("todo", "Hand in the slides", today - timedelta(days=3)),
                ("person", "Amrit Lall", None),
                ("person", "د. ليلى الخطيب " + "x" * 60, None),
                ("session", "Keynote", today + timedelta(days=1)),
                ("poster", "y" * 150, today + timedelta(days=1)),
            ):
                actions.add(event, part, {"title": title, "day": day}, new_id())
        db.session.remove()
    return event_id


def test_a_tap_moves_from_planned_to_met_and_leaves_an_open_form_as_it_is(
    phone: BrowserContext, server: Server, ada: Person, congress: UUID
) -> None:
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto(f"/events/{congress}")
    plan = page.locator("#plan")
    plan.get_by_text("Somebody to reach").tap()
    page.get_by_label("Who", exact=True).fill("lal")
    page.locator("label.chip", has_text="Dr Amrit Lall").tap()
    page.get_by_label("Why them").fill("Half a thought")

    plan.get_by_role("button", name="Met د").tap()
    expect(plan.locator(".rule", has_text="People to reach")).to_contain_text("1 of 2 met")
    expect(page.locator(".rule", has_text="People met here")).to_contain_text("1")
    expect(page.get_by_label("Why them")).to_have_value("Half a thought")
    expect(page.locator("label.chip", has_text="Dr Amrit Lall").locator("input")).to_be_checked()

    plan.get_by_role("button", name="Put into the plan").first.tap()
    expect(plan.locator(".rule", has_text="People to reach")).to_contain_text("1 of 3 met")
    expect(plan.locator(".planned", has_text="Half a thought")).to_contain_text("Dr Amrit Lall")
    expect(page.get_by_label("Why them")).to_be_hidden()

    page.locator(".toast", has_text="Met").get_by_role("button", name="Undo").tap()
    expect(plan.locator(".rule", has_text="People to reach")).to_contain_text("0 of 3 met")


@both_screens
def test_a_plan_fits_its_screen_and_can_be_read_by_everyone(
    browser: Browser, server: Server, ada: Person, congress: UUID, size: dict[str, object], scheme: str
) -> None:
    with new_phone(browser, server, color_scheme=scheme, **size) as context:
        sign_in(context, server, ada)
        page = context.new_page()
        for address in (f"/events/{congress}", f"/events/{congress}/plan"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.locator("#plan-rest > summary").click()
            for part in ("person", "todo", "session", "poster"):
                page.locator(f"#add-{part} > summary").click()
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= screen, address
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        page.locator(".planned .edit").first.click()
        expect(page.get_by_role("button", name="Save")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
