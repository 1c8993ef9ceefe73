"""The list of people and a person's page, as a hand and an eye meet them."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import select

from netcard.contacts import actions
from netcard.contacts.models import Contact
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.events.queries import events_of
from tests.browser.capturing import open_form, save_and_next, wake, write
from tests.browser.conftest import DESK, both_screens, eventually, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

pytestmark = on_one_database

LONG = "Univ.-Prof. Dr. med. habil. Maximiliane-Theodora von Hohenlohe-Waldenburg-Schillingsfürst"


@pytest.fixture
def people(app: Flask, ada: Person) -> Person:
    """Ada and sixty people, some with names that are hard on a page."""
    with app.app_context():
        today = now().date()
        with writing():
            congress = {"name": "Northern Cleft Congress", "starts_on": today, "ends_on": today}
            event = events.add(ada.id, congress | {"time_zone": "Europe/Vienna"}).id
        with writing():
            for number in range(57):
                met = Met(name=f"Person {number:02}", met_at=now() - timedelta(days=9, hours=number))
                actions.meet(ada.id, met, encounter_id=new_id(), met_line=True)
            for name, more in (
                (
                    "Prof. Margit Solheim",
                    {"event_id": event, "discussed": "Stopped packing.", "role": "Attending"},
                ),
                (
                    "د. ليلى الخطيب",
                    {"institution": "مستشفى الملك فيصل", "discussed": "وعدتها بإرسال مقياس النطق"},
                ),
                (LONG, {"tags": ("x" * 40,), "institution": "y" * 160, "poster": "z" * 200}),
            ):
                met = Met(name=name, met_at=now() - timedelta(hours=1), **more)
                actions.meet(ada.id, met, encounter_id=new_id(), met_line=True)
        db.session.remove()
    return ada


def names(page) -> list[str]:
    return [name.strip() for name in page.locator("#list li:visible b").all_inner_texts()]


def test_typing_finds_and_scrolling_brings_the_rest(
    phone: BrowserContext, server: Server, people: Person
) -> None:
    sign_in(phone, server, people)
    page = phone.new_page()
    page.goto("/contacts")
    assert len(names(page)) == 50
    page.locator("[hx-trigger=revealed]").scroll_into_view_if_needed()
    eventually(lambda: len(names(page)) == 60)
    page.get_by_role("searchbox").press_sequentially("MÁRGIT", delay=20)
    eventually(lambda: names(page) == ["Prof. Margit Solheim"])
    expect(page).to_have_url(f"{server.url}/contacts?q=M%C3%81RGIT")
    page.reload()
    assert names(page) == ["Prof. Margit Solheim"]
    page.get_by_text("Prof. Margit Solheim").click()
    expect(page).to_have_title("Prof. Margit Solheim – netcard")


def test_a_desk_shows_the_person_beside_the_list(browser: Browser, server: Server, people: Person) -> None:
    with new_phone(browser, server, **DESK) as desk:
        sign_in(desk, server, people)
        page = desk.new_page()
        page.goto("/contacts")
        page.get_by_text("Prof. Margit Solheim").click()
        pane = page.locator(".second")
        expect(pane.locator(".name")).to_have_text("Prof. Margit Solheim")
        expect(page.locator("a.person[aria-current]")).to_have_count(1)
        star = pane.get_by_role("button", name="Star")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        pane.get_by_placeholder("Add a tag").fill("cleft")
        pane.get_by_role("button", name="Add").click()
        expect(pane.get_by_role("button", name="Take the tag cleft away")).to_be_visible()
        page.reload()
        expect(pane.locator(".name")).to_have_text("Prof. Margit Solheim")


def test_removing_is_taken_back_by_one_tap(phone: BrowserContext, server: Server, people: Person) -> None:
    sign_in(phone, server, people)
    page = phone.new_page()
    page.goto("/contacts?q=margit")
    page.get_by_text("Prof. Margit Solheim").click()
    page.get_by_role("button", name="Remove from your people").click()
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_title("Prof. Margit Solheim – netcard")


def test_a_search_without_signal_says_so_and_keeps_the_list(
    browser: Browser, server: Server, people: Person
) -> None:
    # not `new_phone`: htmx writes the failed request into the console, which is right here
    context = browser.new_context(base_url=server.url, service_workers="block")
    sign_in(context, server, people)
    page = context.new_page()
    page.goto("/contacts")
    context.set_offline(True)
    page.get_by_role("searchbox").fill("márgit")
    expect(page.locator("#unsearched")).to_be_visible()
    assert names(page) == ["Prof. Margit Solheim"]
    page.get_by_role("searchbox").fill("")
    eventually(lambda: len(names(page)) == 50)
    context.set_offline(False)
    page.get_by_role("searchbox").fill("person 5")
    expect(page.locator("#unsearched")).to_be_hidden()
    eventually(lambda: len(names(page)) == 7)
    context.close()


def test_all_of_it_works_without_script(browser: Browser, server: Server, people: Person) -> None:
    with new_phone(browser, server, java_script_enabled=False) as phone:
        sign_in(phone, server, people)
        page = phone.new_page()
        page.goto("/contacts")
        page.get_by_text("Earlier people").click()
        page.get_by_role("searchbox").fill("margit")
        page.get_by_role("searchbox").press("Enter")
        page.get_by_text("Prof. Margit Solheim").click()
        page.get_by_role("button", name="Star").click()
        expect(page.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
        page.get_by_text("Met again").click()
        page.get_by_label("What did you talk about?").fill("The registry")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The registry")).to_be_visible()


@both_screens
def test_every_page_is_accessible_and_as_wide_as_the_screen(
    app: Flask, browser: Browser, server: Server, people: Person, scheme: str, size: dict
) -> None:
    with app.app_context():
        contact = db.session.scalars(select(Contact).where(Contact.name == LONG)).one()
        met = contact.encounters[0].id
        event = events_of(people.id)[0].id
    pages = (
        "/contacts",
        f"/contacts?person={contact.id}",
        "/contacts?q=zzz",
        "/contacts?deleted=1",
        f"/contacts/{contact.id}",
        f"/contacts/{contact.id}/edit",
        f"/contacts/{contact.id}/met",
        f"/contacts/{contact.id}/encounters/{met}",
        "/events",
        f"/events/{event}",
        f"/events/{event}/edit",
    )
    with new_phone(browser, server, color_scheme=scheme, **size) as context:
        sign_in(context, server, people)
        page = context.new_page()
        for address in pages:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= screen, address
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_whoever_was_just_sent_stands_in_the_open_page(
    phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    for name, address, region in (("Inés", "/contacts", "#list"), ("Amrit", "/", "#met")):
        phone.route("**/capture/session", lambda route: route.abort())  # so nothing goes up
        page.goto("/capture")
        write(page, name)
        save_and_next(page)
        page.goto(address)
        expect(page.locator(region)).not_to_contain_text(name)
        phone.unroute("**/capture/session")
        wake(page)
        expect(page.locator(region)).to_contain_text(name)


def test_the_first_person_brings_the_search_into_the_open_page(
    phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    phone.route("**/capture/session", lambda route: route.abort())
    write(page, "Inés Marchetti")
    save_and_next(page)
    page.goto("/contacts")
    expect(page.locator("#list")).to_contain_text("Nobody here yet")
    phone.unroute("**/capture/session")
    wake(page)
    page.get_by_label("Search people").fill("nobody at all")
    expect(page.locator("#list")).to_contain_text("Nobody by that word")
    expect(page.locator("#how-many")).to_have_text("1")
