"""The whole job once, on files such as people have: a card in the hand, a person in the list."""

from io import BytesIO

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from netcard import vcard
from tests import files
from tests.browser.capturing import comes_up, on_phone, save_and_next, says, write
from tests.browser.conftest import new_phone, on_one_database, sign_up
from tests.browser.server import Server
from tests.people import Person

EMAIL = "ada@example.org"


@pytest.mark.parametrize(
    ("photo", "mime"),
    [
        (files.jpeg_12_megapixels_with_gps_and_rotation, "image/jpeg"),
        pytest.param(files.heic, "image/heic", marks=on_one_database),
    ],
    ids=["camera", "iphone"],
)
def test_a_card_in_the_hand_and_a_person_in_the_list(  # type: ignore[no-untyped-def]
    app: Flask, browser: Browser, server: Server, phone: BrowserContext, photo, mime: str
) -> None:
    page = phone.new_page()
    sign_up(page, EMAIL)
    make_card(page, photo(), mime)
    address = scanned(page)
    a_stranger_saves_the_contact(browser, server, address)
    page.goto("/capture")
    expect(page.get_by_label("Who did you meet?")).to_be_visible()
    page.wait_for_timeout(300)  # the worker takes the page over
    people_are_met_with_the_network_gone(app, phone, page)


def make_card(page: Page, photo: bytes, mime: str) -> None:
    page.locator("[name=name]").fill("Ada Okafor")
    page.locator("[name=handle]").fill("ada-okafor")
    page.locator("[name=headline]").fill("Research fellow in cleft surgery")
    page.locator("[name=email]").fill(EMAIL)
    page.locator("[name=show_email]").check()
    page.locator("[name=headshot]").set_input_files(
        {"name": "IMG_0042.jpg", "mimeType": mime, "buffer": photo}
    )
    page.locator("[name=cv]").set_input_files(
        {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": files.pdf(4)}
    )
    page.get_by_role("button", name="Make this card").click()
    page.wait_for_url(lambda url: not url.endswith("/cards/new"))


def scanned(page: Page) -> str:
    """What another phone's camera reads from this one's screen."""
    page.goto("/qr")
    screen = Image.open(BytesIO(page.screenshot()))
    [found] = zxingcpp.read_barcodes(screen)
    return found.text


def a_stranger_saves_the_contact(browser: Browser, server: Server, address: str) -> None:
    assert address == f"{server.url}/c/ada-okafor".upper()
    with new_phone(browser, server, java_script_enabled=False) as stranger:
        page = stranger.new_page()
        # a QR reader lower-cases scheme and host, the path stays in capitals
        page.goto(server.url + address[len(server.url) :])
        expect(page.get_by_role("heading", name="Ada Okafor")).to_be_visible()
        assert stranger.cookies() == []
        saved = stranger.request.get(page.get_by_role("link", name="Save contact").get_attribute("href"))
        assert saved.headers["content-type"] == "text/vcard; charset=utf-8"
        card = vcard.parse(saved.body())
        assert card.version == "3.0"
        assert vcard.project(card).full_name == "Ada Okafor"
        assert vcard.project(card).emails == (EMAIL,)
        kind, picture = vcard.photo(card) or ("", b"")
        assert kind == "image/jpeg"
        assert not any(secret in picture for secret in files.SECRETS)
        square = Image.open(BytesIO(picture))
        assert square.width == square.height
        cv = stranger.request.get("/c/ada-okafor/cv")
        assert cv.body().startswith(b"%PDF")
        assert "attachment" in cv.headers["content-disposition"]
        expect(page.get_by_text("4 pages")).to_be_visible()


def people_are_met_with_the_network_gone(app: Flask, phone: BrowserContext, page: Page) -> None:
    phone.set_offline(True)
    for name in ("Margit Solheim", "Inés Marchetti", "Amrit Lall"):
        write(page, name, discussed=f"{name} packs less and sleeps better")
        save_and_next(page)
    says(page, "3")
    assert len(on_phone(page)) == 3
    page.goto("/contacts")
    expect(page.locator("b", has_text="Inés Marchetti")).to_be_visible()
    phone.set_offline(False)
    comes_up(page, app, account(app), ["Amrit Lall", "Inés Marchetti", "Margit Solheim"])
    page.goto("/contacts?q=ines")
    expect(page.locator("#main b", has_text="Inés Marchetti")).to_have_count(1)


def account(app: Flask) -> Person:
    """Who signed up on the phone."""
    from sqlalchemy import select

    from netcard.accounts.models import Account
    from netcard.database import db

    with app.app_context():
        found = db.session.scalars(select(Account).where(Account.email == EMAIL)).one().id
        db.session.remove()
    return Person(found, EMAIL, app.test_client(), "")
