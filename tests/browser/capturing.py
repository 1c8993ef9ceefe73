"""What the capture tests do over and over, on a phone that is signed in."""

import time

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from netcard.contacts.models import Contact
from netcard.database import db
from tests.browser.conftest import PATIENCE, eventually, sign_in
from tests.browser.server import Server
from tests.people import Person

STORE = "import(document.querySelector('script[src*=sync-line]').src.replace('sync-line', 'store'))"


def names(app: Flask, person: Person) -> list[str]:
    """Who stands in the person's list, by the database."""
    with app.app_context():
        db.session.rollback()
        mine = select(Contact.name).where(Contact.owner_id == person.id, Contact.deleted_at.is_(None))
        found = sorted(db.session.scalars(mine))
        db.session.remove()
        return found


def comes_up(page: Page, app: Flask, person: Person, people: list[str]) -> None:
    """Until exactly these stand in the list.

    It waits through the page: while a test sleeps, nobody answers the requests it has routed.
    """
    deadline = time.monotonic() + PATIENCE
    while (found := names(app, person)) != people:
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(30)


def open_form(phone: BrowserContext, server: Server, person: Person) -> Page:
    """The form, on a phone that has learnt whose it is."""
    sign_in(phone, server, person)
    page = phone.new_page()
    page.goto("/capture")
    eventually(lambda: known_owner(page) == str(person.id))
    return page


def known_owner(page: Page) -> str | None:
    return page.evaluate(
        f"{STORE}.then((store) => store.kept('session')).then((kept) => kept?.owner ?? null)"
    )


def on_phone(page: Page, store: str = "outbox") -> list[dict]:
    """The records of a store of the phone; of a photo its length."""
    return page.evaluate(
        f"{STORE}.then(({{ store }}) => store()).then((db) => db.getAll({store!r}))"
        ".then((all) => all.map((each) => ({ ...each, photo: each.photo?.byteLength ?? null })))"
    )


def write(page: Page, name: str, **more: str) -> None:
    """Fill the form, by label for the name and by id for the rest."""
    page.get_by_label("Who did you meet?").fill(name)
    for field, text in more.items():
        page.locator(f"#{field}").fill(text)


def save_and_next(page: Page) -> None:
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_label("Who did you meet?")).to_have_value("")


def says(page: Page, words: str) -> None:
    """The line at the head of the page says this."""
    expect(page.locator("#sync")).to_contain_text(words)


def wake(page: Page) -> None:
    """What a phone does when it is looked at again."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")
