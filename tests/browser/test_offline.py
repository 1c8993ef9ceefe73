"""With no network card, capture and people still open, and no cache holds anything private."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from netcard import vcard
from netcard.accounts.models import SignIn
from netcard.contacts.models import Appointment, Contact
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.followups import wording
from netcard.followups.models import FollowUp, PlanItem, Rhythm
from netcard.followups.queue import queue_of
from tests.browser.conftest import eventually, new_phone, on_one_database, sign_in
from tests.browser.server import Server
from tests.browser.used_phone import PEOPLE, ada_lived_in, cached, keys, no_network, used_page, visited  # noqa: F401
from tests.people import Person

pytestmark = on_one_database


# --- what opens ---------------------------------------------------------------


def test_the_qr_code_opens_with_no_network_and_scans(
    page: Page, phone: BrowserContext, server: Server, tmp_path
) -> None:
    with no_network(phone, server):
        page.goto("/qr")
        code = page.locator("svg.qr").first
        expect(code).to_be_visible()
        assert code.bounding_box()["width"] >= 288
        page.screenshot(path=tmp_path / "qr.png")
        (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
        assert read.text.lower() == f"{server.url}/c/ada-okafor"
        page.get_by_role("button", name="Dr Ada Okafor").click()
        page.screenshot(path=tmp_path / "other.png")
        (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "other.png"))
        assert read.text.lower() == f"{server.url}/c/okafor-lab"


def test_two_phones_without_a_network_still_pass_a_contact_on(
    page: Page, phone: BrowserContext, server: Server, tmp_path
) -> None:
    with no_network(phone, server):
        page.goto("/qr")
        page.get_by_text("No internet on their phone?").click()
        page.locator("details .qr").screenshot(path=tmp_path / "contact.png")
        (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "contact.png"))
        assert vcard.project(vcard.parse(read.text.encode())).full_name == "Ada Okafor"


def test_today_opens_with_no_network(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/")
        expect(page.get_by_text("No signal.", exact=True)).to_be_visible()
        expect(page.get_by_text("Northern Cleft Congress")).to_be_visible()
        expect(page.locator("svg.qr").first).to_be_visible()
        expect(page.get_by_role("link", name="Capture someone")).to_be_visible()
        expect(page.get_by_role("link", name="3 people on this phone")).to_be_visible()


def test_the_list_opens_and_is_searched_with_no_network(
    page: Page, phone: BrowserContext, server: Server
) -> None:
    with no_network(phone, server):
        page.goto("/contacts")
        expect(page.locator(".person b")).to_have_text([name for name, *_ in PEOPLE])
        for typed, found in (
            ("solh fjord", [0]),
            ("duc", [1]),
            ("strasse", [1]),
            ("lodz", [1]),
            ("النطق", [2]),
            ("MENTOR", [2]),
        ):
            page.get_by_role("searchbox").fill(typed)
            expect(page.locator(".person b")).to_have_text([PEOPLE[at][0] for at in found])
        page.get_by_role("searchbox").fill("nobody at all")
        expect(page.get_by_text("Nobody by that name")).to_be_visible()
        expect(page.locator(".person")).to_have_count(0)


def test_a_person_opens_with_no_network(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/contacts")
        page.get_by_text("Prof. Margit Solheim").click()
        page.wait_for_url("**/contacts/*-*")
        expect(page.locator("#one p.name")).to_have_text("Prof. Margit Solheim")
        expect(page.get_by_text("Stopped packing; fewer fistulas.")).to_be_visible()
        expect(page.locator("#one .tag")).to_have_text("cleft")
        expect(page.get_by_text("Promised")).to_be_hidden()
        page.goto(f"/contacts/{new_id()}")
        expect(page.get_by_text("Not on this phone")).to_be_visible()


def test_what_is_due_opens_with_no_network_and_goes_by_the_phones_date(
    page: Page, phone: BrowserContext, server: Server
) -> None:
    margit, duc, amina = [name for name, *_ in PEOPLE]  # met today, a day and two days ago
    opened_on = datetime.now(UTC)
    with no_network(phone, server):
        page.goto("/followups")
        expect(page.locator("#coming .person b")).to_have_text([amina, duc, margit])
        expect(page.locator("#coming .state").first).to_have_text("Tomorrow")
        expect(page.locator("#today")).to_contain_text("Nothing new today.")

        page.clock.set_fixed_time(opened_on + timedelta(days=2))
        page.goto("/followups")
        expect(page.locator("#today .person")).to_have_count(2)
        expect(page.locator("#today .state")).to_have_text(["Day 4", "Day 3"])
        expect(page.locator("#coming .person b")).to_have_text([margit])

        page.clock.set_fixed_time(opened_on + timedelta(days=7))
        page.goto("/followups")
        expect(page.locator("#overdue .state")).to_have_text(["2 days late", "1 day late"])
        expect(page.locator("#today .state")).to_have_text(["Day 7"])
        page.goto("/")
        expect(page.locator("#due h2")).to_have_text("Write to these three")
        expect(page.locator("#due .person b")).to_have_text([amina, duc, margit])
        page.locator("#due .person").first.click()
        page.wait_for_url("**/followups/*-*")
        expect(page.locator("#one p.name")).to_have_text(amina)
        expect(page.locator("#one")).to_contain_text("come with the signal")
        page.locator("#person-page").click()
        page.wait_for_url("**/contacts/*-*")
        expect(page.locator("#one p.name")).to_have_text(amina)
        page.goto(f"/followups/{new_id()}")
        expect(page.get_by_text("Not on this phone")).to_be_visible()


def test_the_phone_says_of_each_what_the_server_would_say_on_that_day(
    app: Flask, page: Page, lived_in: Person
) -> None:
    vienna, today = ZoneInfo("Europe/Vienna"), now().date()
    with app.app_context(), writing():
        (contact, *_) = db.session.scalars(select(Contact.id).where(Contact.owner_id == lived_in.id))
        days = {"starts_on": today + timedelta(days=30), "ends_on": today + timedelta(days=31)}
        event = events.add(lived_in.id, {"name": "Cleft Days", "time_zone": "Europe/Vienna", **days})
        theirs = {"owner_id": lived_in.id, "contact_id": contact}
        plan = {"owner_id": lived_in.id, "event_id": event.id}
        call = now() + timedelta(days=6)
        for row in (
            Appointment(**theirs, id=new_id(), what="Call", starts_at=call),
            FollowUp(
                **theirs, id=new_id(), kind="promise", about="The scale", due_on=today + timedelta(days=9)
            ),
            PlanItem(**plan, id=new_id(), kind="todo", title="Visa", day=today + timedelta(days=12)),
            PlanItem(**plan, id=new_id(), kind="person", title="", contact_id=contact),
            Rhythm(**theirs, id=new_id(), months=1),
        ):
            db.session.add(row)
    with app.app_context():
        queue = queue_of(lived_in.id, vienna, now())
        dues = [*queue.waiting, *queue.coming]
        asked = [today + timedelta(days=ahead) for ahead in range(60)]
        ours = {
            str(due.id): [wording.state_word(due, day, vienna) for day in asked if day >= queue.today]
            for due in dues
        }
        db.session.remove()
    assert len(ours) == 8
    page.goto("/settings")
    asked_for = [str(day) for day in asked if day >= queue.today]
    eventually(lambda: len(said(page, asked_for)) == 8)
    assert said(page, asked_for) == ours


def said(page: Page, days: list[str]) -> dict[str, list[str]]:
    """The state of each thing that is kept, on each of the days."""
    return page.evaluate(
        """async (days) => {
          const { src } = document.querySelector("script[src*=sync-line]");
          const { kept } = await import(src.replace("sync-line", "store"));
          const { stateOf } = await import(src.replace("sync-line", "offline-due"));
          const { value } = await kept("due");
          return Object.fromEntries(value.map((due) => [due.id, days.map((day) => stateOf(due, day).words)]));
        }""",
        days,
    )


def test_the_app_sign_counts_what_waits_and_is_cleared_at_sign_out(
    browser: Browser, server: Server, lived_in: Person
) -> None:
    """Headless Chromium has no sign to count on: a stand-in takes the number instead."""
    with new_phone(browser, server) as phone:
        shown: list[int] = []
        phone.expose_function("show", lambda number: shown.append(int(number)))
        phone.add_init_script(
            """for (const name of ["setAppBadge", "clearAppBadge"]) {
              Object.defineProperty(navigator, name, { value: async (count = 0) => window.show(count) });
            }"""
        )
        sign_in(phone, server, lived_in)
        page = visited(phone)
        expect(page).to_have_title("Cards – netcard")
        eventually(lambda: page.evaluate("1") and shown)
        assert set(shown) == {0}
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=2))
        page.goto("/settings")
        eventually(lambda: page.evaluate("1") and shown[-1] == 2)
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(lambda url: "/settings" not in url)
        eventually(lambda: page.evaluate("1") and shown[-1] == 0)


def test_a_capture_made_with_no_network_stands_in_the_list(
    page: Page, phone: BrowserContext, server: Server
) -> None:
    with no_network(phone, server):
        page.goto("/capture")
        page.locator("#name").fill("Jonas Brandt")
        page.locator("#discussed").fill("Nasality recordings")
        page.locator("#save").click()
        page.wait_for_url("**/contacts")
        first = page.locator(".person").first
        expect(first).to_contain_text("Jonas Brandt")
        expect(first).to_contain_text("To send")
        page.get_by_role("searchbox").fill("nasality")
        expect(page.locator(".person b")).to_have_text(["Jonas Brandt"])


def test_a_page_that_needs_the_network_says_so(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/settings/account")
        expect(page.get_by_text("This page needs a signal")).to_be_visible()


def test_the_phone_says_when_the_signal_is_back(page: Page, phone: BrowserContext, server: Server) -> None:
    with no_network(phone, server):
        page.goto("/contacts")
        expect(page.get_by_text("No signal.", exact=True)).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("The signal is back.")).to_be_visible()
    expect(page.locator(".person")).to_have_count(3)


# --- what is kept, and what is not --------------------------------------------


def test_no_private_answer_is_ever_in_a_cache(page: Page, lived_in: Person) -> None:
    for path in (
        "/",
        "/cards",
        "/contacts",
        "/capture",
        "/qr",
        "/settings/account",
        "/events",
        "/offline/kept",
    ):
        page.goto(path)
    text = cached(page)
    assert any(url.endswith("/offline/contacts") for url in text)
    for private in ("Solheim", "Okafor", lived_in.email, str(lived_in.id)):
        assert [url for url, body in text.items() if private in body] == []


def test_the_worker_leaves_posts_and_public_cards_alone(page: Page, phone: BrowserContext) -> None:
    answered = {}
    page.on("response", lambda response: answered.update({response.url: response.from_service_worker}))
    page.goto("/c/ada-okafor")
    page.goto("/cards")
    page.evaluate("fetch('/capture', { method: 'POST', body: new FormData() })")
    page.evaluate("fetch('/c/ada-okafor/contact.vcf')")
    eventually(lambda: any("contact.vcf" in url for url in answered))
    through = {url.split("/", 3)[3] for url, worker in answered.items() if worker}
    assert "cards" in through
    assert not through & {"c/ada-okafor", "capture", "c/ada-okafor/contact.vcf"}


def test_an_ended_sign_in_takes_the_list_from_the_phone(app: Flask, page: Page, lived_in: Person) -> None:
    with app.app_context(), writing():
        db.session.execute(update(SignIn).where(SignIn.account_id == lived_in.id).values(ended_at=now()))
    page.goto("/offline/contacts")
    eventually(lambda: "contacts" not in keys(page, "kept"))
    assert "cards" in keys(page, "kept")


def test_an_expired_sign_in_takes_nothing_from_the_phone(page: Page, phone: BrowserContext) -> None:
    phone.clear_cookies()
    with page.expect_response("**/offline/kept") as asked:
        page.goto("/offline/contacts")
    assert asked.value.status == 401
    expect(page.locator(".person")).to_have_count(3)
    page.goto("/offline/qr")
    expect(page.locator("svg.qr").first).to_be_visible()


# --- how it looks -------------------------------------------------------------

DUE = """() => new Promise((done) => {
  const asked = indexedDB.open("netcard");
  asked.onsuccess = () => {
    const got = asked.result.transaction("kept").objectStore("kept").get("due");
    got.onsuccess = () => { asked.result.close(); done(`/followups/${got.result.value[0].id}`); };
  };
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_offline_page_shuts_anybody_out(
    browser: Browser, server: Server, lived_in: Person, scheme: str
) -> None:
    with new_phone(browser, server, color_scheme=scheme) as phone:
        sign_in(phone, server, lived_in)
        page = visited(phone)
        phone.set_offline(True)
        page.goto("/contacts")
        person = page.locator("a.person").first.get_attribute("href")
        due = page.evaluate(DUE)
        for path in ("/", "/qr", "/capture", "/contacts", str(person), "/followups", due, "/settings"):
            page.goto(path)
            page.wait_for_timeout(150)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
