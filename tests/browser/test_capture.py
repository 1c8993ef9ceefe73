"""A person is written down on the phone, and comes up once, whatever the network does."""

from playwright.sync_api import BrowserContext, Page, expect

from flask import Flask
from sqlalchemy import select

from netcard.contacts.models import Contact
from netcard.database import db
from tests.browser.conftest import eventually, sign_in
from tests.browser.server import Server
from tests.people import Person


def names(app: Flask, person: Person) -> list[str]:
    """Who stands in the person's list, by the database."""
    with app.app_context():
        db.session.rollback()
        mine = select(Contact.name).where(Contact.owner_id == person.id, Contact.deleted_at.is_(None))
        return sorted(db.session.scalars(mine))


def open_form(phone: BrowserContext, server: Server, person: Person) -> Page:
    sign_in(phone, server, person)
    page = phone.new_page()
    page.goto("/capture")
    return page


def write(page: Page, name: str, **more: str) -> None:
    page.get_by_label("Who did you meet?").fill(name)
    for label, text in more.items():
        page.locator(f"#{label}").fill(text)


def save_and_next(page: Page) -> None:
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_label("Who did you meet?")).to_have_value("")


def test_aeroplane(app: Flask, phone: BrowserContext, server: Server, ada: Person) -> None:
    page = open_form(phone, server, ada)
    eventually(lambda: page.evaluate("import('/static/' + document.querySelector('script[type=module]').src.split('/')[4] + '/js/store.js').then((s) => s.kept('session')).then(Boolean)"))
    phone.set_offline(True)
    write(page, "Inés Marchetti", discussed="Speech at home")
    save_and_next(page)
    expect(page.locator("#sync")).to_contain_text("1 waiting")
    assert names(app, ada) == []
    phone.set_offline(False)
    eventually(lambda: names(app, ada) == ["Inés Marchetti"])
    page.screenshot(path="/tmp/cap.png")
    expect(page.locator("#sync")).to_contain_text("Sent")
