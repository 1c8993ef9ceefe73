"""The form itself: a draft that stays, a photo that fits, messages beside the fields, no script needed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from netcard.contacts.models import Encounter
from netcard.database import db, new_id, writing
from netcard.events.models import Event
from netcard.media import media_store
from tests.browser.capturing import comes_up, names, on_phone, open_form, save_and_next, says, write
from tests.browser.conftest import eventually, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.files import SECRETS, jpeg_12_megapixels_with_gps_and_rotation
from tests.people import Person

pytestmark = on_one_database


@pytest.fixture
def congress(app: Flask, ada: Person) -> str:
    """An event of Ada's that is on today, beside one that is over."""
    today = datetime.now(UTC).date()
    with app.app_context(), writing():
        for name, back in (("Northern Cleft Congress", 0), ("Last Year's Meeting", 365)):
            day = today - timedelta(days=back)
            db.session.add(
                Event(owner_id=ada.id, id=new_id(), name=name, place="Vienna", starts_on=day, ends_on=day)
            )
    return "Northern Cleft Congress"


def the_encounter(app: Flask) -> Encounter:
    with app.app_context():
        return db.session.scalars(select(Encounter)).one()


def test_a_name_is_enough(app: Flask, phone: BrowserContext, server: Server, ada: Person) -> None:
    page = open_form(phone, server, ada)
    page.get_by_label("Who did you meet?").fill("Inés")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/contacts")
    comes_up(page, app, ada, ["Inés"])


def test_everything_that_was_written_comes_up(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, congress: str
) -> None:
    page = open_form(phone, server, ada)
    expect(page.locator("#where")).to_have_text(congress)
    page.get_by_role("radio", name="Resident").check()
    page.get_by_role("radio", name="Day 7").check()
    page.locator("#capture > .fold > summary").click()
    write(page, "Inés", poster="P-121", discussed="Speech\nat home", promised="a scale", tags="cleft, speech")
    write(page, "Inés", institution="Ospedale", email="ines@example.it", phone="+39 02 55")
    save_and_next(page)
    comes_up(page, app, ada, ["Inés"])
    met = the_encounter(app)
    in_a_week = page.evaluate("new Date(Date.now() + 7 * 864e5).toLocaleDateString('sv')")
    assert (met.poster, met.discussed, met.promised) == ("P-121", "Speech\nat home", "a scale")
    assert met.promised_by.isoformat() == in_a_week
    assert met.event_id is not None
    assert met.met_offset == -page.evaluate("new Date().getTimezoneOffset()")
    expect(page.locator("#where")).to_have_text(congress)
    expect(page.get_by_role("button", name="Still at P-121")).to_be_visible()


def test_a_wrong_word_is_said_beside_its_field(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    page.locator("#capture > .fold > summary").click()
    write(page, "", email="ines@example")
    page.get_by_role("button", name="Save and next").click()
    expect(page.locator("#name-error")).to_contain_text("A first name is enough")
    expect(page.locator("#email-error")).to_contain_text("unfinished")
    expect(page.get_by_label("Who did you meet?")).to_be_focused()
    assert on_phone(page) == []
    assert Axe().run(page).violations_count == 0
    write(page, "Inés", email="ines@example.it")
    save_and_next(page)
    expect(page.locator(".hint.late")).to_have_count(0)
    comes_up(page, app, ada, ["Inés"])


@pytest.mark.parametrize("way", ["close", "reload", "leave"])
def test_a_draft_survives_an_accident(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, way: str
) -> None:
    page = open_form(phone, server, ada)
    write(page, "Inés", discussed="Speech at home")
    page.get_by_role("radio", name="Fellow").check()
    if way == "close":
        eventually(lambda: [each["fields"].get("role") for each in on_phone(page, "draft")] == ["Fellow"])
        page.close()
        page = phone.new_page()
        page.goto("/capture")
    elif way == "reload":
        page.reload()  # at once: what the pause had not written yet is written on the way out
    else:
        page.get_by_role("link", name="Close, keep as draft").click()
        page.wait_for_url("**/")
        page.goto("/capture")
    expect(page.get_by_label("Who did you meet?")).to_have_value("Inés")
    expect(page.locator("#discussed")).to_have_value("Speech at home")
    expect(page.get_by_role("radio", name="Fellow")).to_be_checked()
    save_and_next(page)
    comes_up(page, app, ada, ["Inés"])
    assert on_phone(page, "draft") == []


def test_a_draft_can_be_discarded_and_taken_back(phone: BrowserContext, server: Server, ada: Person) -> None:
    page = open_form(phone, server, ada)
    write(page, "Inés", discussed="Speech at home")
    page.reload()
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Who did you meet?")).to_have_value("")
    eventually(lambda: on_phone(page, "draft") == [])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#discussed")).to_have_value("Speech at home")
    eventually(lambda: len(on_phone(page, "draft")) == 1)


def test_a_draft_is_its_owners(phone: BrowserContext, server: Server, ada: Person, ben: Person) -> None:
    page = open_form(phone, server, ada)
    write(page, "Inés")
    eventually(lambda: len(on_phone(page, "draft")) == 1)
    sign_in(phone, server, ben)
    page = phone.new_page()
    page.goto("/capture")
    eventually(lambda: page.evaluate("document.getElementById('when-field').hidden === false"))
    expect(page.get_by_label("Who did you meet?")).to_have_value("")


def test_a_photo_is_made_small_on_the_phone(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, tmp_path: Path
) -> None:
    photo = jpeg_12_megapixels_with_gps_and_rotation()
    (tmp_path / "IMG_1.jpg").write_bytes(photo)
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    page.locator("#capture > .fold > summary").click()
    page.locator("#photo").set_input_files(tmp_path / "IMG_1.jpg")
    expect(page.get_by_role("img", name="The photo that goes with it")).to_be_visible()
    write(page, "Inés")
    save_and_next(page)
    says(page, "1 waiting")
    [waiting] = on_phone(page)
    assert 0 < waiting["photo"] < len(photo)
    phone.set_offline(False)
    comes_up(page, app, ada, ["Inés"])
    with app.app_context():
        kept = media_store().get(the_encounter(app).photo_file or "")
    assert not any(secret in kept for secret in SECRETS)


NO_ROOM_FOR_PHOTOS = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...more) {
  if (value.photo?.byteLength > 100_000) throw new DOMException("No room.", "QuotaExceededError");
  return put.call(this, value, ...more);
};
"""
"""Chromium's own quota is no measure here: now and then it counts a photo it has refused for good."""


def test_a_full_phone_keeps_the_words(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, tmp_path: Path
) -> None:
    Image.effect_noise((1600, 1200), 90).save(tmp_path / "poster.jpg")
    phone.add_init_script(NO_ROOM_FOR_PHOTOS)
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    page.locator("#capture > .fold > summary").click()
    page.locator("#photo").set_input_files(tmp_path / "poster.jpg")
    expect(page.get_by_role("img", name="The photo that goes with it")).to_be_visible()
    write(page, "Inés")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("the words are kept, the photo is not")).to_be_visible()
    [waiting] = on_phone(page)
    assert (waiting["fields"]["name"], waiting["photo"]) == ("Inés", None)
    phone.set_offline(False)
    comes_up(page, app, ada, ["Inés"])


def test_with_no_room_at_all_the_form_stands_and_sends_straight(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    phone.add_init_script("delete Navigator.prototype.serviceWorker")  # its cache would have no room either
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto("/livez")  # Chromium remembers how much room there was: say it before anything is kept
    limit = {"origin": server.url, "quotaSize": 1}
    phone.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", limit)
    page.goto("/capture")
    page.get_by_text("Institution, e-mail").click()
    expect(page.locator("#when")).to_be_visible()
    phone.set_offline(True)
    write(page, "Inés")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("This phone has no room left.")).to_be_visible()
    expect(page.get_by_label("Who did you meet?")).to_have_value("Inés")
    phone.set_offline(False)
    page.get_by_role("button", name="Save and next").click()
    comes_up(page, app, ada, ["Inés"])


def test_a_phone_that_knows_nobody_keeps_the_draft(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = phone.new_page()
    page.goto("/offline/capture")
    write(page, "Inés")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("does not know yet whose people these are")).to_be_visible()
    assert on_phone(page) == []
    page = open_form(phone, server, ada)
    expect(page.get_by_label("Who did you meet?")).to_have_value("Inés")
    save_and_next(page)
    comes_up(page, app, ada, ["Inés"])


def test_the_kept_shell_knows_the_event(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, congress: str
) -> None:
    page = open_form(phone, server, ada)
    eventually(lambda: any(each["name"] == "events" for each in on_phone(page, "kept")))
    eventually(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"))
    phone.set_offline(True)
    page.reload()
    expect(page.locator("#where")).to_have_text(congress)
    write(page, "Inés")
    save_and_next(page)
    phone.set_offline(False)
    comes_up(page, app, ada, ["Inés"])
    assert the_encounter(app).event_id is not None


@pytest.fixture
def plain(browser: Browser, server: Server, ada: Person) -> Page:
    """The form in a browser without script."""
    with new_phone(browser, server, java_script_enabled=False) as context:
        sign_in(context, server, ada)
        page = context.new_page()
        page.goto("/capture")
        yield page


def test_without_script_it_is_a_form(app: Flask, plain: Page, ada: Person, congress: str) -> None:
    plain.reload()
    write(plain, "Inés")
    plain.get_by_role("radio", name="Other").check()
    plain.get_by_label("What they are").fill("Speech therapist")
    plain.get_by_role("radio", name="Pick a day").check()
    plain.get_by_label("The day").fill("2026-12-24")
    plain.get_by_role("button", name="Save and next").click()
    expect(plain.get_by_text("Saved: Inés.")).to_be_visible()
    expect(plain.get_by_label("Who did you meet?")).to_have_value("")
    assert names(app, ada) == ["Inés"]
    met = the_encounter(app)
    assert met.promised_by.isoformat() == "2026-12-24"
    assert met.event_id is not None


def test_without_script_a_refused_form_keeps_what_was_typed(app: Flask, plain: Page, ada: Person) -> None:
    plain.locator("#capture > .fold > summary").click()
    write(plain, "Inés", email="ines@example", discussed="Speech at home")
    plain.get_by_role("button", name="Save and next").click()
    expect(plain.locator("#email-error")).to_contain_text("unfinished")
    expect(plain.locator("#discussed")).to_have_value("Speech at home")
    plain.locator("#email").fill("ines@example.it")
    plain.get_by_role("button", name="Save", exact=True).click()
    plain.wait_for_url("**/contacts")
    assert names(app, ada) == ["Inés"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, server: Server, ada: Person, congress: str, scheme: str) -> None:
    with new_phone(browser, server, color_scheme=scheme) as context:
        page = open_form(context, server, ada)
        for fold in page.locator("#capture > details > summary").all():
            fold.click()
        assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
        context.set_offline(True)
        write(page, "Inés")
        save_and_next(page)
        page.locator("#waiting summary").click()
        assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
