"""Merging as a hand and an eye meet it: on a phone and at a desk, by day and by night, without script too."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect

from netcard import vcard
from netcard.contacts import book
from netcard.database import db, writing
from tests.browser.conftest import both_screens, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.browser.test_people import LONG
from tests.files import jpeg
from tests.people import Person

pytestmark = on_one_database


@pytest.fixture
def twice(app: Flask, ada: Person) -> Person:
    """Ada and a person with much on two cards, and two namesakes."""
    addresses = [f"{'maximiliane.' * 4}{number}@hohenlohe-waldenburg.example" for number in range(3)]
    cards = [
        {
            "full_name": LONG,
            "institution": "Klinik für Plastische und Ästhetische Chirurgie, " * 2,
            "department": "Handchirurgie",
            "title": "Oberärztin",
            "emails": addresses[:2],
            "phones": ["+49 7941 600000"],
            "note": "Stopped packing.\n" * 3 + "Met 20 Nov 2026, Northern Cleft Congress",
            "categories": ["cleft", "x" * 40],
            "photo": jpeg(320, 320),
            "links": [("Blog", "https://example.org/" + "path/" * 20)],
        },
        {
            "full_name": "Maxi Hohenlohe",
            "institution": "Uniklinikum",
            "department": "Plastik",
            "title": "Professorin",
            "emails": addresses[1:],
            "phones": ["07941 600000", "+49 160 1234567"],
            "note": "Likes fistulas.",
            "categories": ["cleft", "german"],
            "photo": jpeg(200, 300),
            "city": "Öhringen",
            "pronouns": "she/her",
        },
        {"full_name": "د. ليلى الخطيب", "institution": "مستشفى الملك فيصل"},
        {"full_name": "ليلى الخطيب", "institution": "مستشفى الملك فيصل"},
    ]
    with app.app_context():
        with writing():
            for card in cards:
                book.add(ada.id, vcard.compose(uid="", **card))
        db.session.remove()
    return ada


def test_two_cards_become_one_and_two_again(phone: BrowserContext, server: Server, twice: Person) -> None:
    sign_in(phone, server, twice)
    page = phone.new_page()
    page.goto("/contacts/duplicates")
    page.get_by_role("link", name="Compare and merge").first.click()
    page.get_by_label("Maxi Hohenlohe").check()
    page.get_by_label("german").uncheck()
    page.get_by_role("button", name="Merge into one").click()
    expect(page).to_have_title("Maxi Hohenlohe – netcard")
    expect(page.locator("#person")).not_to_contain_text("german")
    expect(page.locator("#person")).to_contain_text("+49 160 1234567")
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page).to_have_title(f"{LONG} – netcard")


def test_it_works_without_script(browser: Browser, server: Server, twice: Person) -> None:
    with new_phone(browser, server, java_script_enabled=False) as phone:
        sign_in(phone, server, twice)
        page = phone.new_page()
        page.goto("/contacts/duplicates")
        page.get_by_role("button", name="Not the same person").last.click()
        expect(page.get_by_role("link", name="Compare and merge")).to_have_count(1)
        page.get_by_role("link", name="Compare and merge").click()
        page.get_by_role("button", name="Merge into one").click()
        expect(page).to_have_title(f"{LONG} – netcard")


@both_screens
def test_every_page_is_accessible_and_as_wide_as_the_screen(
    browser: Browser, server: Server, twice: Person, scheme: str, size: dict
) -> None:
    with new_phone(browser, server, color_scheme=scheme, **size) as context:
        sign_in(context, server, twice)
        page = context.new_page()
        page.goto("/contacts/duplicates")
        merge = page.get_by_role("link", name="Compare and merge").first.get_attribute("href")
        assert merge
        for address in (
            "/contacts/duplicates",
            merge,
            merge.partition("?")[0],
            "/contacts/duplicates?after=x",
        ):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= screen, address
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_whom_to_merge_with_is_found_while_it_is_typed(
    app: Flask, phone: BrowserContext, server: Server, twice: Person
) -> None:
    sign_in(phone, server, twice)
    page = phone.new_page()
    page.goto("/contacts?q=likes+fistulas")
    page.locator("a.person", has_text="Maxi Hohenlohe").click()
    page.get_by_role("link", name="Merge with another card").click()
    page.get_by_label("Search people").press_sequentially("stopped pack")
    found = page.locator("#found a.person")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(LONG)
    assert page.get_by_label("Search people").input_value() == "stopped pack"
