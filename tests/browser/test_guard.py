"""The gentle guard in a real browser: the same rule as the server's, said beneath the field."""

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from netcard.contacts.guard import look
from tests.browser.capturing import comes_up, open_form, write
from tests.browser.conftest import on_one_database
from tests.browser.server import Server
from tests.contacts.signs import HARMLESS, POINTING
from tests.people import Person

pytestmark = on_one_database

TELLING = "A 7-year-old from Bergen, room 12, with a fistula."


def looked_at(page: Page, notes: tuple[str, ...]) -> list[dict[str, str] | None]:
    return page.evaluate(
        """(notes) => import(document.querySelector("script[src*='/guard.js']").src)
          .then(({ look }) => Promise.all(notes.map(look)))""",
        list(notes),
    )


def test_the_browser_finds_what_the_server_finds(phone: BrowserContext, server: Server, ada: Person) -> None:
    page = open_form(phone, server, ada)
    notes = POINTING + HARMLESS
    ours = [
        {"words": found.words, "advice": found.advice} if (found := look(note)) else None for note in notes
    ]
    assert dict(zip(notes, looked_at(page, notes), strict=True)) == dict(zip(notes, ours, strict=True))


def test_a_telling_note_is_named_with_no_network_and_saved_all_the_same(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    hint = page.locator("#discussed-guard")
    phone.set_offline(True)
    write(page, "Margit Solheim", discussed=TELLING)
    expect(hint).to_contain_text("This could point to a patient. Leave out age, place and room.")
    expect(hint).to_contain_text("7-year-old from Bergen, room 12")
    expect(hint).to_have_attribute("role", "status")
    assert "discussed-guard" in str(page.locator("#discussed").get_attribute("aria-describedby"))
    page.locator("#discussed").fill("A fistula after the second operation.")
    expect(hint).to_be_hidden()
    page.locator("#discussed").fill(TELLING)
    expect(hint).to_be_visible()
    phone.set_offline(False)
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_label("Who did you meet?")).to_have_value("")
    expect(hint).to_be_hidden()
    comes_up(page, app, ada, ["Margit Solheim"])
