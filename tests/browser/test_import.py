"""Bringing people in from a file, as a hand and an eye meet it."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from netcard.contacts.models import Contact
from netcard.database import db
from tests.browser.conftest import both_screens, eventually, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database

LONG = "Univ.-Prof. Dr. med. habil. Maximiliane-Theodora von Hohenlohe-Waldenburg-Schillingsfürst"
PEOPLE = f"""Name,E-mail,Institution,Where we met
Margit Solheim,margit@fjord.example,Fjordside,Poster P-121
{LONG},{"x" * 60}@{"y" * 60}.example,{"z" * 160},
M. Solheim,margit@fjord.example,,
,,,nobody
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def look_at(page: Page, file: Path) -> None:
    page.goto("/contacts/import")
    page.get_by_label("vCard or CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()


def people(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Contact.deleted_at.is_(None))) or 0


def test_from_the_list_to_the_list_and_back(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, file: Path
) -> None:
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto("/contacts")
    page.get_by_label("More with your people").first.click()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu nav")).to_be_hidden()
    page.get_by_label("More with your people").first.click()
    page.locator("details.menu").get_by_text("Import").click()
    look_at(page, file)
    expect(page.get_by_label("Where we met")).to_have_value("met_event")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("the same e-mail as Margit Solheim in line 2")).to_be_visible()
    expect(page.get_by_text("There is no name, e-mail or phone in this line.")).to_be_visible()
    assert people(app) == 0
    page.get_by_role("button", name="Add people").click()
    expect(page.get_by_text("2 people added")).to_be_visible()
    assert people(app) == 2
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Removed 2 people.")).to_be_visible()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 people added")).to_be_visible()
    assert people(app) == 2


def test_progress_is_shown_and_the_work_goes_on_without_the_page(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, tmp_path: Path
) -> None:
    file = tmp_path / "many.csv"
    notes = " ".join(f"word{number}" for number in range(20))
    rows = "".join(f"Person {number},p{number}@x.example,{notes}\n" for number in range(4000))
    file.write_text(f"First Name,E-mail,Notes\n{rows}")
    sign_in(phone, server, ada)
    page = phone.new_page()
    look_at(page, file)
    page.get_by_role("button", name="Go on").click()
    address = page.url.removesuffix("/columns")
    page.get_by_role("button", name="Add 4,000 people").click()
    expect(page.get_by_role("progressbar", name="Adding people")).to_be_visible()
    page.goto("/contacts")  # as whoever has waited long enough
    eventually(lambda: people(app) == 4000)
    page.goto(address)
    expect(page.get_by_text("4,000 people added")).to_be_visible()


def test_it_works_without_script(
    app: Flask, browser: Browser, server: Server, ada: Person, file: Path
) -> None:
    with new_phone(browser, server, java_script_enabled=False) as phone:
        sign_in(phone, server, ada)
        page = phone.new_page()
        look_at(page, file)
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Add as separate people").check()
        page.get_by_role("button", name="Add people").click()
        expect(page.get_by_text("3 people added")).to_be_visible()
        assert people(app) == 3


@both_screens
def test_every_page_is_accessible_and_as_wide_as_the_screen(
    browser: Browser, server: Server, ada: Person, file: Path, scheme: str, size: dict
) -> None:
    with new_phone(browser, server, color_scheme=scheme, **size) as context:
        sign_in(context, server, ada)
        page = context.new_page()

        def check(name: str) -> None:
            page.wait_for_load_state("networkidle")
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= screen, name
            found = Axe().run(page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"

        page.goto("/contacts")
        page.get_by_label("More with your people").first.click()
        check("menu")
        page.goto("/contacts/import")
        check("start")
        look_at(page, file)
        check("columns")
        page.get_by_role("button", name="Go on").click()
        check("preview")
        for part in ("new", "there", "broken"):
            page.goto(page.url.partition("?")[0] + f"?part={part}")
            check(part)
        page.goto(page.url.partition("?")[0])
        page.get_by_role("button", name="Add people").click()
        expect(page.get_by_text("2 people added")).to_be_visible()
        check("done")
        page.get_by_role("button", name="Undo this import").click()
        expect(page.get_by_role("button", name="Put them back")).to_be_visible()
        check("undone")
