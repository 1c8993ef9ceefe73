"""A letter on its way out, as a hand on a phone does it."""

from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from netcard.contacts.models import Exchange
from netcard.database import db
from tests.browser.conftest import eventually, on_one_database, sign_in
from tests.browser.server import Server
from tests.followups.drafting.test_letters import due_id
from tests.followups.test_ground import capture
from tests.people import Person

pytestmark = on_one_database


def exchanges(app: Flask) -> list[Exchange]:
    with app.app_context():
        return db.session.query(Exchange).all()


def test_a_gap_is_filled_the_letter_goes_to_the_mail_and_is_noted(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    margit = capture(ada, "Prof. Margit Solheim", 4, email="m.solheim@fjordside.example")
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto(f"/followups/{due_id(app, margit)}")
    page.get_by_label("What did you talk about?").fill("Home recordings")
    page.get_by_label("What did you talk about?").press("Enter")
    assert Axe().run(page).response["violations"] == []
    words, mail = page.locator("textarea"), page.get_by_role("link", name="Open in mail")
    eventually(lambda: "What stayed with me: Home recordings." in words.input_value())

    words.fill("Dear Margit,\n\nHome recordings & more?")
    link = urlsplit(mail.get_attribute("href") or "")
    assert (link.scheme, link.path) == ("mailto", "m.solheim@fjordside.example")
    assert parse_qs(link.query)["body"] == ["Dear Margit,\r\n\r\nHome recordings & more?"]

    with page.expect_navigation():
        page.get_by_label("Subject").press("Enter")  # keeps the words; it does not say that they went out
    assert exchanges(app) == []
    expect(words).to_have_value("Dear Margit,\n\nHome recordings & more?")

    # a stand-in for the mail program: the page must not go anywhere
    page.evaluate(
        "document.addEventListener('click', (e) => e.target.closest('[data-way]') && e.preventDefault())"
    )
    expect(page.get_by_text("Did it go out?")).to_be_hidden()
    mail.click()
    expect(page.get_by_text("In your words")).to_be_visible()
    page.reload()  # the phone let go of the page meanwhile: it asks again, and the words are there
    expect(page.get_by_text("Did it go out?")).to_be_visible()
    expect(words).to_have_value("Dear Margit,\n\nHome recordings & more?")
    page.get_by_role("button", name="Yes, it went out").click()
    page.wait_for_url("**/followups")
    (sent,) = exchanges(app)
    assert (sent.text, sent.how) == ("Dear Margit,\n\nHome recordings & more?", "mail")
    page.get_by_role("button", name="Undo").click()
    expect(words).to_have_value("Dear Margit,\n\nHome recordings & more?")
    expect(page.get_by_text("Did it go out?")).to_be_hidden()


def test_words_are_kept_when_the_page_is_left_in_the_midst_of_a_line(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    margit = capture(ada, "Prof. Margit Solheim", 4, email="m.solheim@fjordside.example")
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto("/followups")
    page.goto(f"/followups/{due_id(app, margit)}")
    with page.expect_response("**/draft"):  # a pause in writing is enough
        page.locator("textarea").fill("Dear Margit, the half of a line")
    page.go_back()

    def kept() -> bool:
        page.goto(f"/followups/{due_id(app, margit)}")
        return page.locator("textarea").input_value() == "Dear Margit, the half of a line"

    eventually(kept)
