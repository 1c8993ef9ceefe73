"""An account in a real browser: the zone comes from it, a new password keeps it, erasing empties it."""

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from netcard.accounts.models import Account
from netcard.database import db
from tests.browser.capturing import known_owner, on_phone
from tests.browser.conftest import eventually, on_one_database, sign_up
from tests.browser.server import Server
from tests.browser.test_sign_out import stored
from tests.people import PASSWORD

pytestmark = on_one_database


@pytest.fixture
def page(phone: BrowserContext, server: Server) -> Page:
    """A phone in Vienna, just signed up, with one capture that the server does not take."""
    phone.route(
        "**/capture",
        lambda route: route.fulfill(status=503) if route.request.method == "POST" else route.continue_(),
    )
    page = phone.new_page()
    sign_up(page)
    return page


def capture(page: Page) -> None:
    page.goto("/capture")
    eventually(lambda: known_owner(page))
    page.get_by_label("Who did you meet?").fill("Margit Solheim")
    page.locator("#save").click()
    page.wait_for_url("**/contacts")  # before going on: two navigations would cross
    eventually(lambda: len(on_phone(page)) == 1)


def test_the_time_zone_is_the_browsers(app: Flask, page: Page) -> None:
    with app.app_context():
        assert db.session.scalars(select(Account.time_zone)).all() == ["Europe/Vienna"]


def test_regions_change_in_place(page: Page) -> None:
    page.goto("/settings/account")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_label("Password now").fill("not the one at all")
    page.get_by_label("New password").fill("another walk to the poster hall")
    page.get_by_role("button", name="Change the password").click()
    expect(page.locator("#current-error")).to_contain_text("not your password")
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_label("New password").fill("another walk to the poster hall")
    page.get_by_role("button", name="Change the password").click()
    expect(page.locator(".toast").last).to_contain_text("New password saved.")
    page.goto("/settings/sessions")
    expect(page).to_have_url(re.compile("/settings/sessions$"))  # still signed in, under the new cookie


def test_erasing_leaves_nothing_on_the_phone(page: Page) -> None:
    capture(page)
    page.goto("/settings/erase")
    page.get_by_label("Password").fill("not the one at all")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.locator("#password-error")).to_be_visible()
    assert len(on_phone(page)) == 1
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url("**/erased")
    eventually(lambda: "Solheim" not in stored(page))
    assert "ada@example.org" not in stored(page)


def test_a_link_to_the_last_page_empties_nothing(page: Page) -> None:
    capture(page)
    page.goto("/erased")
    page.wait_for_load_state("networkidle")
    assert "Solheim" in stored(page)
