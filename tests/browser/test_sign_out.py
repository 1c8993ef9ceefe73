"""After signing out nothing private of the account is left on the phone for the next person."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import eventually, on_one_database, sign_in
from tests.browser.server import Server
from tests.browser.used_phone import ada_lived_in, cached, keys, no_network, visited  # noqa: F401
from tests.people import Person

pytestmark = on_one_database

PRIVATE = ("Solheim", "Okafor", "Fjordside", "fistulas", "Jonas", "nasality", "ada@example.org")


@pytest.fixture
def page(phone: BrowserContext, server: Server, lived_in: Person) -> Page:
    """Ada's phone after a day of use: everything opened once."""
    sign_in(phone, server, lived_in)
    page = visited(phone)
    for path in ("/", "/cards", "/qr", "/contacts", "/capture", "/settings/account"):
        page.goto(path)
    return page


def stored(page: Page) -> str:
    """All that this origin keeps in the browser, as one text."""
    return page.evaluate(
        """async () => {
          const open = (name) => new Promise((done) => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => done(asked.result);
          });
          const all = (db, store) => new Promise((done) => {
            const asked = db.transaction(store).objectStore(store).getAll();
            asked.onsuccess = () => done(asked.result);
          });
          const found = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
          for (const { name } of await indexedDB.databases()) {
            const db = await open(name);
            for (const store of db.objectStoreNames) found.push(JSON.stringify(await all(db, store)));
            db.close();
          }
          return found.join("\\n");
        }"""
    )


def capture(page: Page, name: str, said: str = "") -> None:
    page.goto("/capture")
    page.locator("#name").fill(name)
    page.locator("#discussed").fill(said)
    page.locator("#save").click()
    page.wait_for_url("**/contacts")


def sign_out(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Sign out").click()


def refuse_captures(phone: BrowserContext) -> None:
    """The server is there, but takes nothing: the outbox cannot be emptied."""
    phone.route(
        "**/capture",
        lambda route: route.fulfill(status=503) if route.request.method == "POST" else route.continue_(),
    )


def test_nothing_private_is_left_on_the_phone(page: Page, lived_in: Person) -> None:
    page.evaluate("sessionStorage.setItem('seen', 'Solheim'); localStorage.setItem('seen', 'Solheim')")
    assert all(word in stored(page) for word in ("Solheim", "Okafor", str(lived_in.id)))
    sign_out(page)
    page.wait_for_url(lambda url: "/settings" not in url)
    left = stored(page) + "\n".join(cached(page).values())
    for word in (*PRIVATE, str(lived_in.id)):
        assert word not in left


def test_the_way_back_shows_nothing(page: Page) -> None:
    page.goto("/contacts")
    expect(page.get_by_text("Solheim").first).to_be_visible()
    sign_out(page)
    page.wait_for_url(lambda url: "/settings" not in url)
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        for word in PRIVATE:
            expect(page.get_by_text(word)).to_have_count(0)


def test_the_offline_pages_are_empty_for_the_next_person(
    page: Page,
    phone: BrowserContext,
    server: Server,
    ben: Person,
) -> None:
    sign_out(page)
    page.wait_for_url(lambda url: "/settings" not in url)
    for signed_in in (False, True):
        if signed_in:
            sign_in(phone, server, ben)
            page.goto("/cards")
            eventually(lambda: "contacts" in keys(page, "kept"))
        with no_network(phone, server):
            for path in ("/", "/qr", "/contacts", "/capture"):
                page.goto(path)
                page.wait_for_timeout(200)
                assert not any(word in page.content() for word in PRIVATE), path
                assert page.locator("svg.qr").count() == 0


def test_what_waits_is_sent_first(page: Page, phone: BrowserContext, app: Flask, lived_in: Person) -> None:
    refuse_captures(phone)
    capture(page, "Jonas Brandt", "nasality recordings")
    eventually(lambda: len(keys(page, "outbox")) == 1)
    page.goto("/settings")
    phone.unroute("**/capture")
    sign_out(page)
    page.wait_for_url(lambda url: "/settings" not in url)
    assert "Jonas" not in stored(page)
    assert _names(app, lived_in).count("Jonas Brandt") == 1


def test_what_cannot_be_sent_is_asked_about(page: Page, phone: BrowserContext, lived_in: Person) -> None:
    refuse_captures(phone)
    capture(page, "Jonas Brandt", "nasality recordings")
    eventually(lambda: len(keys(page, "outbox")) == 1)
    sign_out(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 person is on this phone only.")
    dialog.get_by_role("button", name="Stay signed in").click()
    assert page.url.endswith("/settings")
    assert "contacts" in keys(page, "kept")
    page.get_by_role("button", name="Sign out").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert len(keys(page, "outbox")) == 1


def test_what_is_discarded_is_gone(page: Page, phone: BrowserContext) -> None:
    refuse_captures(phone)
    capture(page, "Jonas Brandt", "nasality recordings")
    eventually(lambda: len(keys(page, "outbox")) == 1)
    sign_out(page)
    page.get_by_role("button", name="Discard 1 and sign out").click()
    page.wait_for_url(lambda url: "/settings" not in url)
    assert not any(word in stored(page) for word in PRIVATE)


def test_what_is_kept_back_waits_for_its_owner_unseen(
    page: Page,
    phone: BrowserContext,
    server: Server,
    app: Flask,
    lived_in: Person,
    ben: Person,
) -> None:
    refuse_captures(phone)
    capture(page, "Jonas Brandt", "nasality recordings")
    eventually(lambda: len(keys(page, "outbox")) == 1)
    sign_out(page)
    page.get_by_role("button", name="Keep them here and sign out").click()
    page.wait_for_url(lambda url: "/settings" not in url)
    phone.unroute("**/capture")

    sign_in(phone, server, ben)
    for path in ("/", "/contacts", "/capture", "/offline/home", "/offline/contacts", "/offline/capture"):
        page.goto(path)
        page.wait_for_timeout(200)
        assert "Jonas" not in page.content(), path
    assert len(keys(page, "outbox")) == 1
    assert "Jonas Brandt" not in _names(app, ben)

    page.goto("/settings")
    page.get_by_role("button", name="Sign out").click()  # Ben's own outbox is empty: nothing is asked
    page.wait_for_url(lambda url: "/settings" not in url)
    assert len(keys(page, "outbox")) == 1

    again = _signed_in_again(app, lived_in)
    sign_in(phone, server, again)
    page.goto("/contacts")
    eventually(lambda: keys(page, "outbox") == [])
    assert _names(app, lived_in).count("Jonas Brandt") == 1


def test_with_no_signal_nothing_is_forgotten_and_nobody_signed_out(
    page: Page,
    phone: BrowserContext,
    server: Server,
) -> None:
    page.goto("/settings")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()  # its region comes after the page
    with no_network(phone, server):
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("you are still signed in")).to_be_visible()
        assert "contacts" in keys(page, "kept")


def test_other_tabs_let_go_too(page: Page, phone: BrowserContext) -> None:
    other = phone.new_page()
    other.goto("/contacts")
    expect(other.get_by_text("Solheim").first).to_be_visible()
    sign_out(page)
    page.wait_for_url(lambda url: "/settings" not in url)
    other.wait_for_url("**/login")
    expect(other.get_by_text("Solheim")).to_have_count(0)
    assert keys(other, "kept") == []


def _names(app: Flask, person: Person) -> list[str]:
    from sqlalchemy import select

    from netcard.contacts.models import Contact
    from netcard.database import db

    with app.app_context():
        names = list(db.session.scalars(select(Contact.name).where(Contact.owner_id == person.id)))
        db.session.remove()
    return names


def test_a_form_half_written_is_asked_about_kept_unseen_and_found_again(
    app: Flask, phone: BrowserContext, server: Server, page: Page, lived_in: Person
) -> None:
    page.goto("/capture")
    page.locator("#name").fill("Prof. Jonas Solheim")
    sign_out(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 person is on this phone only.")
    expect(dialog).to_contain_text("opens as you left it")
    dialog.get_by_role("button", name="Keep").click()
    page.wait_for_url(lambda url: "/settings" not in url)
    sign_in(phone, server, _signed_in_again(app, lived_in))
    page.goto("/capture")
    expect(page.locator("#name")).to_have_value("Prof. Jonas Solheim")
    sign_out(page)
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    page.wait_for_url(lambda url: "/settings" not in url)
    assert "Solheim" not in stored(page)


def _signed_in_again(app: Flask, person: Person) -> Person:
    from netcard.accounts import sessions
    from netcard.database import writing
    from tests.people import signed_in

    with app.app_context(), writing():
        token = sessions.start(person.id, "the same phone")
    return Person(person.id, person.email, signed_in(app, token), token)
