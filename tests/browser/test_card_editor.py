"""Making a card with the card in view, and handing it over, as browsers do it."""

import io

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import files
from tests.browser.conftest import eventually, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.cards.making import FULL, Kept, make_card
from tests.people import Person

pytestmark = on_one_database


@pytest.fixture
def page(phone: BrowserContext, server: Server, ada: Person) -> Page:
    """Ada's phone."""
    sign_in(phone, server, ada)
    return phone.new_page()


@pytest.fixture
def kept(app) -> Kept:  # type: ignore[no-untyped-def]
    return Kept(app)


def choose(page: Page, name: str, data: bytes, kind: str) -> None:
    page.set_input_files("#headshot", {"name": name, "mimeType": kind, "buffer": data})


def read(page: Page, selector: str) -> str:
    """What a camera reads from that part of the screen."""
    shot = Image.open(io.BytesIO(page.locator(selector).screenshot()))
    (found,) = zxingcpp.read_barcodes(shot)
    return str(found.text)


def test_the_card_follows_what_is_typed(page: Page) -> None:
    page.goto("/cards/new")
    preview = page.locator("#preview")
    page.get_by_label("Your name").fill("Ada Okafor")
    page.get_by_label("Headline").fill("Research fellow")
    page.get_by_label("E-mail", exact=False).first.fill("ada@okafor.example")
    preview.get_by_text("Research fellow").wait_for()
    assert preview.get_by_role("heading", name="Ada Okafor").is_visible()
    assert preview.get_by_text("Write to me").count() == 0
    page.get_by_label("Show my e-mail on the card").check()
    preview.get_by_text("Write to me").wait_for()
    page.get_by_role("radio", name="Oxblood").check()
    preview.locator("[data-ink=oxblood]").wait_for()
    page.locator("#bio").fill("one two three")
    assert page.locator("[data-for=bio]").inner_text().startswith("3 ")


def test_a_suggestion_under_the_cursor_gives_way_to_the_first_letter(page: Page) -> None:
    page.goto("/cards/new")
    page.get_by_label("Your name").fill("Ada Okafor")
    page.keyboard.press("Tab")
    expect(page.locator("#handle")).to_have_value("ada-okafor")
    expect(page.locator("#handle")).to_be_focused()
    page.keyboard.type("ao")
    expect(page.locator("#handle")).to_have_value("ao")


def test_an_address_is_suggested_and_its_freedom_told(page: Page, ben: Person) -> None:
    make_card(ben.client, handle="ada-okafor")
    page.goto("/cards/new")
    page.get_by_label("Your name").fill("Ada Okafor")
    page.get_by_label("Headline").focus()
    eventually(lambda: page.locator("#handle").input_value() == "ada-okafor-2")
    page.locator("#handle").press_sequentially("x", delay=20)
    page.locator("#handle-state", has_text="is free").wait_for()
    page.locator("#handle").fill("ada-okafor")
    page.locator("#handle-state", has_text="somebody else").wait_for()


def test_the_owner_drags_the_square_to_her_face(page: Page, ada: Person, kept: Kept) -> None:
    page.goto("/cards/new")
    page.get_by_label("Your name").fill("Ada Okafor")
    page.locator("#handle").fill("ada")
    choose(page, "me.jpg", files.jpeg(800, 600), "image/jpeg")
    frame = page.locator(".crop .frame")
    frame.wait_for()
    page.locator("#crop-zoom").fill("40")
    box = frame.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 600, steps=8)
    page.mouse.up()
    assert [page.locator(f"#crop_{name}").input_value() for name in ("x", "y", "size")] == [
        "0.70000", "0.60000", "0.40000",
    ]  # fmt: skip
    eventually(lambda: (page.locator("#preview .portrait").get_attribute("src") or "").startswith("blob:"))
    page.get_by_label("City").fill("Graz")
    page.locator("#preview").get_by_text("Graz").wait_for()
    assert (page.locator("#preview .portrait").get_attribute("src") or "").startswith("blob:")
    page.get_by_role("button", name="Make this card").click()
    page.wait_for_url("**/cards/0*")
    (card_id,) = kept.cards(ada)
    square = Image.open(io.BytesIO(kept.bytes(kept.card(ada, card_id).headshot_file)))
    colour = square.getpixel((20, 20))
    assert all(abs(one - other) < 30 for one, other in zip(colour, files.BOTTOM_RIGHT, strict=True))
    # and again, from the photo that was kept
    page.get_by_role("button", name="Crop again").click()
    frame.wait_for()
    assert page.locator("#crop_x").input_value() == "0.70000"
    page.locator(".crop").focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. Your card shows it now.").wait_for()
    square = Image.open(io.BytesIO(kept.bytes(kept.card(ada, card_id).headshot_file)))
    colour = square.getpixel((20, 20))
    assert all(abs(one - other) < 30 for one, other in zip(colour, files.BOTTOM_LEFT, strict=True))


def test_a_photo_the_browser_cannot_show_is_taken_all_the_same(page: Page, ada: Person, kept: Kept) -> None:
    page.goto("/cards/new")
    page.get_by_label("Your name").fill("Ada Okafor")
    page.locator("#handle").fill("ada")
    choose(page, "me.heic", files.heic(), "image/heic")
    page.get_by_text("This browser cannot show this kind of photo").wait_for()
    page.get_by_role("button", name="Make this card").click()
    page.wait_for_url("**/cards/0*")
    page.get_by_role("button", name="Crop again").click()
    page.locator(".crop .frame").wait_for()


def test_a_refused_form_keeps_every_word(page: Page) -> None:
    page.goto("/cards/new")
    page.get_by_label("Your name").fill("Ada Okafor")
    page.locator("#handle").fill("admin")
    page.locator("#bio").fill("I trained in Enugu.")
    choose(page, "me.jpg", files.jpeg(), "image/jpeg")
    page.get_by_role("button", name="Make this card").click()
    page.get_by_text("Choose your files again").wait_for()
    assert page.locator("#bio").input_value() == "I trained in Enugu."
    assert page.locator("#handle").input_value() == "admin"
    assert page.locator("#handle-error").is_visible()


def test_a_stranger_sees_the_card_without_script_and_from_one_place(
    browser: Browser, server: Server, ada: Person
) -> None:
    make_card(ada.client, **FULL, headshot=files.jpeg(), cv=files.pdf(2), show_email="1")
    with new_phone(browser, server, java_script_enabled=False) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/C/ADA-OKAFOR")
        assert page.get_by_role("heading", name="Ada Okafor").is_visible()
        assert page.get_by_role("link", name="Save contact").is_visible()
        assert page.get_by_role("button").count() == 0, "no button that needs a script"
        assert len([address for address in asked if not address.startswith("data:")]) <= 2
        assert all(address.startswith((server.url, "data:")) for address in asked)
        assert context.cookies() == []


def test_the_link_is_copied(browser: Browser, server: Server, ada: Person) -> None:
    card_id = make_card(ada.client, **FULL, show_email="1")
    with new_phone(browser, server, permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto("/c/ada-okafor")
        page.get_by_role("button", name="Copy link").click()
        page.get_by_text("Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}/c/ada-okafor"
        sign_in(context, server, ada)
        page.goto(f"/cards/{card_id}/signature")
        page.get_by_role("button", name="Copy the signature").click()
        page.get_by_text("Copied").wait_for()
        kinds = page.evaluate("navigator.clipboard.read().then(([item]) => item.types)")
        assert {"text/html", "text/plain"} <= set(kinds)
        assert "-- " in page.evaluate("navigator.clipboard.readText()")
        assert "ada@okafor.example" in page.frame_locator("iframe").locator("body").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_code_on_the_screen_scans_in_every_theme(
    browser: Browser, server: Server, ada: Person, theme: str
) -> None:
    make_card(ada.client, **FULL, show_email="1")
    with new_phone(browser, server, color_scheme=theme) as context:
        sign_in(context, server, ada)
        page = context.new_page()
        page.goto("/qr")
        box = page.locator(".show > .qr svg").bounding_box()
        assert box
        assert box["width"] >= 288
        assert read(page, ".show > .qr").lower() == f"{server.url}/c/ada-okafor"
        page.get_by_text("No internet on their phone?").click()
        assert not page.locator(".show > .qr").is_visible(), "one code at a time"
        contact = read(page, "details .qr")
        assert "N:Okafor;Ada" in contact
        assert "ada@okafor.example" in contact


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_every_page_of_a_card_can_be_used_by_everyone(
    browser: Browser, server: Server, ada: Person, theme: str, width: int
) -> None:
    card_id = make_card(
        ada.client, **FULL, headshot=files.jpeg(), cv=files.pdf(2), show_email="1", show_phone="1"
    )
    make_card(
        ada.client,
        handle="long",
        name="Prof. Maximiliane von Hohenstein-Wittgensteinburg",
        pitch="أدرس لماذا.",
    )
    with new_phone(browser, server, color_scheme=theme, viewport={"width": width, "height": 800}) as context:
        sign_in(context, server, ada)
        page = context.new_page()
        wrong = []
        for path in (
            "/cards", "/cards/new", f"/cards/{card_id}", f"/cards/{card_id}/signature", "/qr",
            "/c/ada-okafor", "/c/long",
        ):  # fmt: skip
            page.goto(path)
            for found in Axe().run(page).response["violations"]:
                wrong.append((path, found["id"], found["nodes"][0]["html"][:120]))
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if wide > 0:
                wrong.append((path, "too wide", wide))
        assert wrong == []
