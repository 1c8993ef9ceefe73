"""Somebody's card is opened on the phone and she stands in one's own list, whatever the network does."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from netcard import vcard
from netcard.contacts.models import Contact
from netcard.database import db
from tests import files
from tests.browser.capturing import (
    comes_up,
    known_owner,
    names,
    on_phone,
    open_form,
    save_and_next,
    says,
    wake,
    write,
)
from tests.browser.conftest import eventually, on_one_database, sign_in
from tests.browser.server import Server
from tests.cards.making import FULL, make_card
from tests.people import PASSWORD, Person

NAME = "Who did you meet?"


@pytest.fixture
def card(ada: Person) -> str:
    """The address of Ada's card, with a photo and an e-mail on it."""
    make_card(ada.client, **FULL, headshot=files.jpeg(), show_email="1")
    return "/c/ada-okafor"


def the_card(app: Flask) -> vcard.Projection:
    """The only card in anybody's list."""
    with app.app_context():
        db.session.rollback()
        found = db.session.scalars(select(Contact.vcard)).one()
        db.session.remove()
    return vcard.project(vcard.parse(found))


def open_card(phone: BrowserContext, server: Server, person: Person, card: str) -> Page:
    """The form, by way of the card, on a phone that is signed in."""
    sign_in(phone, server, person)
    page = phone.new_page()
    page.goto(card)
    page.get_by_role("link", name="Add to my netcard").click()
    expect(page.get_by_label(NAME)).to_have_value("Ada Okafor")
    eventually(lambda: known_owner(page) == str(person.id))
    return page


def test_a_card_that_was_opened_is_a_person_with_a_face(
    app: Flask, phone: BrowserContext, server: Server, ben: Person, card: str
) -> None:
    page = open_card(phone, server, ben, card)
    expect(page.locator("#portrait")).to_be_visible()
    expect(page.locator("#email")).to_have_value("ada@okafor.example")
    write(page, "Ada Okafor", discussed="Speech at home")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/contacts")
    comes_up(page, app, ben, ["Ada Okafor"])
    kept = the_card(app)
    assert kept.has_photo
    assert kept.title == "Research fellow in cleft surgery"
    page.goto("/capture?card=ada-okafor")
    page.get_by_role("link", name="Met again").click()
    page.wait_for_url("**/contacts/*/met")


@on_one_database
def test_signed_out_one_comes_back_to_the_same_form(
    app: Flask, phone: BrowserContext, server: Server, card: str
) -> None:
    page = phone.new_page()
    page.goto(card)
    page.get_by_role("link", name="Add to my netcard").click()
    page.get_by_role("link", name="Sign up").click()
    expect(page.get_by_role("heading", name="Sign up")).to_be_visible()
    page.get_by_label("E-mail").fill("cleo@example.org")
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("form[method=post] button").first.click()
    page.wait_for_url("**/capture?card=ada-okafor")
    expect(page.get_by_label(NAME)).to_have_value("Ada Okafor")
    eventually(lambda: known_owner(page))
    save_and_next(page)
    expect(page.locator("#kept-here")).to_have_text("Sent")
    assert the_card(app).has_photo


@pytest.mark.parametrize("meanwhile", ["nothing", "removed"])
def test_the_network_goes_after_the_form_was_filled(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, ben: Person, card: str, meanwhile: str
) -> None:
    page = open_card(phone, server, ben, card)
    phone.set_offline(True)
    page.locator("#email").fill("")
    save_and_next(page)
    says(page, "1 waiting")
    [waiting] = on_phone(page)
    assert (waiting["fields"]["card"], waiting["fields"]["email"]) == ("ada-okafor", "")
    expect(page.locator("#from-card")).to_be_hidden()
    assert page.url.endswith("/capture"), "the next person is not from this card"
    if meanwhile == "removed":
        [card_id] = [row["id"] for row in ada.client.get("/offline/kept").json["cards"]]
        ada.client.post(f"/cards/{card_id}/removal")
    phone.set_offline(False)
    comes_up(page, app, ben, ["Ada Okafor"])
    kept = the_card(app)
    assert kept.has_photo == (meanwhile == "nothing")
    assert kept.emails == ()


@on_one_database
def test_a_cards_address_fills_what_is_still_empty(
    app: Flask, phone: BrowserContext, server: Server, ben: Person, card: str
) -> None:
    page = open_form(phone, server, ben)
    write(page, "Ada from Boston", discussed="Speech")
    page.get_by_text("From a card's address").click()
    page.locator("#address").fill("https://other.example/c/ada-okafor")
    page.get_by_role("button", name="Fill").click()
    expect(page.locator("#card-error")).to_contain_text("not on this netcard")
    page.locator("#address").fill(f"{server.url}{card}".upper())
    page.locator("#address").press("Enter")
    expect(page.locator("#portrait")).to_be_visible()
    expect(page.locator("#institution")).to_have_value(FULL["institution"])
    expect(page.get_by_label(NAME)).to_have_value("Ada from Boston")
    expect(page.locator("#discussed")).to_have_value("Speech")
    page.reload()
    expect(page.get_by_label(NAME)).to_have_value("Ada from Boston")
    expect(page.locator("#portrait")).to_be_visible()
    page.get_by_label("Leave the photo out").check()
    save_and_next(page)
    comes_up(page, app, ben, ["Ada from Boston"])
    assert not the_card(app).has_photo
    assert the_card(app).title


@on_one_database
def test_the_card_can_be_let_go(
    app: Flask, phone: BrowserContext, server: Server, ben: Person, card: str
) -> None:
    page = open_card(phone, server, ben, card)
    page.get_by_role("link", name="Remove the card").click()
    expect(page.locator("#from-card")).to_be_hidden()
    save_and_next(page)
    comes_up(page, app, ben, ["Ada Okafor"])
    assert not the_card(app).has_photo
    assert the_card(app).title == ""


@on_one_database
def test_who_was_half_written_waits_while_a_card_is_added(
    app: Flask, phone: BrowserContext, server: Server, ben: Person, card: str
) -> None:
    page = open_form(phone, server, ben)
    write(page, "Inés Marchetti")
    eventually(lambda: on_phone(page, "draft"))
    page.goto(card)
    page.get_by_role("link", name="Add to my netcard").click()
    expect(page.get_by_label(NAME)).to_have_value("Ada Okafor")
    expect(page.locator("#kept-here")).to_have_text("1 to look at")
    save_and_next(page)
    comes_up(page, app, ben, ["Ada Okafor"])
    page.locator("#waiting").get_by_role("button", name="Open: Inés").click()
    expect(page.get_by_label(NAME)).to_have_value("Inés Marchetti")
    page.get_by_role("button", name="Save").click()
    comes_up(page, app, ben, ["Ada Okafor", "Inés Marchetti"])


@on_one_database
def test_with_no_signal_a_card_is_named_now_and_read_later(
    app: Flask, phone: BrowserContext, server: Server, ben: Person, card: str
) -> None:
    page = open_form(phone, server, ben)
    eventually(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"))
    phone.set_offline(True)
    page.goto("/capture?card=ada-okafor")
    expect(page.get_by_text("No signal to open this card.")).to_be_visible()
    write(page, "Ada")
    save_and_next(page)
    says(page, "1 waiting")
    assert names(app, ben) == []
    phone.set_offline(False)
    wake(page)
    comes_up(page, app, ben, ["Ada"])
    kept = the_card(app)
    assert kept.has_photo
    assert kept.emails == ("ada@okafor.example",)


@on_one_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_filled_form_is_readable_by_everyone(
    phone: BrowserContext, server: Server, ben: Person, card: str, scheme: str
) -> None:
    page = open_card(phone, server, ben, card)
    page.emulate_media(color_scheme=scheme)
    page.get_by_text("From a card's address").click()
    expect(page.locator("#portrait")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@on_one_database
def test_a_card_with_the_link_is_readable_by_everyone(
    phone: BrowserContext, server: Server, card: str
) -> None:
    page = phone.new_page()
    page.goto(card)
    link = page.get_by_role("link", name="Add to my netcard").bounding_box()
    assert link
    assert link["height"] >= 44
    assert Axe().run(page).response["violations"] == []
