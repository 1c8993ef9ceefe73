"""A conference, lived: planned, met with no signal, followed up within the week, answered; the calendar
reads of it, the phone is told of it. The clocks of the server and of the phone say what the test says."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.capturing import comes_up, on_phone, save_and_next, write
from tests.browser.conftest import new_phone, on_one_database, sign_up
from tests.browser.server import Server
from tests.browser.test_main_job import account
from tests.push import Phone, PushService, service

VIENNA = ZoneInfo("Europe/Vienna")
__all__ = ["service"]

PEOPLE = {
    "Margit Solheim": {
        "poster": "P-114",
        "discussed": "Her fistula rate fell when she stopped packing.",
        "email": "m.solheim@fjordside.example",
    },
    "Inés Marchetti": {"discussed": "Records speech at home, not in clinic."},
    "Amrit Lall": {"discussed": "Would compare registries over a call.", "email": "a.lall@wexcombe.example"},
    "Jonas Brandt": {"promised": "Send him the recordings", "email": "brandt@donau.example"},
    "Yetunde Okonjo": {"discussed": ""},
}


def march(day: int, hour: int = 10) -> datetime:
    """A moment of the month; in the night to the 27th, the third day after they met, clocks go forward."""
    return datetime(2033, 3, day, hour, tzinfo=VIENNA)


@dataclass
class MailApp:
    """The owner's own mail: it opens what a mailto: address says (RFC 6068), and nothing else of netcard."""

    outbox: list[EmailMessage]

    def open(self, address: str) -> None:
        parts = urlsplit(address)
        assert parts.scheme == "mailto"
        said = dict(parse_qsl(parts.query, strict_parsing=True, keep_blank_values=True))
        mail = EmailMessage(policy=policy.SMTP)
        mail["To"], mail["Subject"] = unquote(parts.path), said["subject"]
        mail.set_content(said["body"])
        sent = message_from_bytes(mail.as_bytes(), policy=policy.default)
        assert isinstance(sent, EmailMessage)
        self.outbox.append(sent)


@dataclass
class World:
    """Everything the test looks at, and its one clock."""

    app: Flask
    server: Server
    phone: BrowserContext
    page: Page

    def it_is(self, moment: datetime) -> None:
        self.moment = moment
        self.server.set_clock(moment)
        self.phone.clock.set_fixed_time(moment)

    def remind(self) -> str:
        """`netcard remind`, as cron runs it, at the moment that it is."""
        code = (
            "import sys, datetime, time_machine; from netcard.cli import main;"
            "time_machine.travel(datetime.datetime.fromisoformat(sys.argv.pop())).start(); main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "remind", self.moment.isoformat()],
            env=self.server.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture
def world(app: Flask, browser: Browser, service: PushService, database_url: str | None) -> Iterator[World]:
    """A server that knows the push service, on this test's data, and a phone that nobody has used."""
    data: Path = app.extensions["netcard"].data
    server = Server(
        data,
        database_url,
        NETCARD_PUSH_SERVICES=service.origin,
        SSL_CERT_FILE=str(service.certificate),
    )
    server.start()
    with new_phone(browser, server) as phone:
        yield World(app, server, phone, phone.new_page())
    server.set_clock(None)
    server.kill()


@on_one_database
def test_a_conference_is_lived_from_its_plan_to_the_last_answer(world: World, service: PushService) -> None:
    page, mail = world.page, MailApp([])
    world.it_is(march(1))
    sign_up(page)
    make_card(page)
    plan_the_congress(page)
    endpoint = let_the_phone_be_told(world, service)

    world.it_is(march(24))
    meet_five_with_no_signal(world)
    the_plan_knows_whom_was_met(page)

    world.it_is(march(26, 23))
    page.goto("/followups")
    expect(heading(page, "Today")).to_contain_text("0")

    world.it_is(march(27, 9))  # day 3
    page.goto("/followups")
    assert under(page, "Today") == ["Amrit Lall", "Inés Marchetti", "Margit Solheim", "Yetunde Okonjo"]
    assert under(page, "Coming") == ["Jonas Brandt"]
    thank(page, mail, "Margit Solheim")
    put_off(page, "Amrit Lall", "2033-04-04")
    assert under(page, "Coming") == ["Amrit Lall", "Jonas Brandt"]
    the_calendar_says_whom_and_nothing_private(world)
    assert "1" in world.remind()
    told = [endpoint.open(body) for _, body in service.at("/adas-phone")]
    assert len(told) == 1
    world.remind()
    assert len(service.at("/adas-phone")) == 1

    world.it_is(datetime(2033, 4, 1, 9, tzinfo=VIENNA))  # day 8
    page.goto("/followups")
    assert under(page, "Overdue") == ["Inés Marchetti", "Jonas Brandt", "Yetunde Okonjo"]
    say_what_was_talked_about(page, mail, "Yetunde Okonjo", "the abstract she cut by a third")
    they_answered(page, "Margit Solheim")
    page.goto("/followups")
    assert under(page, "Overdue") == ["Inés Marchetti", "Jonas Brandt"]
    the_story_tells_it_all(page)
    assert [sent["To"] for sent in mail.outbox] == ["m.solheim@fjordside.example", ""]
    look_back_on_it(page)


# --- before -------------------------------------------------------------------


def make_card(page: Page) -> None:
    page.locator("#name").fill("Ada Okafor")
    page.locator("#handle").fill("ada-okafor")
    page.locator("#headline").fill("Research fellow in cleft surgery")
    page.get_by_role("button", name="Make this card").click()
    page.wait_for_url(lambda url: not url.endswith("/cards/new"))


def plan_the_congress(page: Page) -> None:
    page.goto("/events")
    page.get_by_label("Name").fill("Northern Cleft Congress")
    page.get_by_label("First day").fill("2033-03-24")
    page.get_by_label("Last day").fill("2033-03-27")
    page.get_by_label("Time zone").select_option("Europe/Vienna")
    page.get_by_role("button", name="Keep this event").click()
    page.wait_for_url("**/events/*-*")
    page.goto(f"{page.url}/plan")
    put_into_the_plan(page, "person", title="Margit Solheim", why="Her fistula rates", place="P-114")
    put_into_the_plan(page, "todo", title="Register early", day="2033-03-10")
    page.get_by_role("button", name="Done: Register early").click()
    expect(page.get_by_role("button", name="Done: Register early")).to_have_attribute("aria-pressed", "true")


def put_into_the_plan(page: Page, part: str, **fields: str) -> None:
    fold = page.locator(f"#add-{part}")
    fold.locator("summary").first.click()
    for field, text in fields.items():
        fold.locator(f"#{part}-{field}").fill(text)
    fold.get_by_role("button", name="Put into the plan").click()
    expect(page.locator("#main .rows").get_by_text(fields["title"])).to_be_visible()


def let_the_phone_be_told(world: World, service: PushService) -> Phone:
    """As js/push.js does once the browser has subscribed; headless Chromium has no push service to ask."""
    endpoint = Phone()
    answer = world.page.evaluate(
        """(subscription) => fetch("/settings/reminders/push", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(subscription),
        }).then((answer) => answer.status)""",
        endpoint.subscription(f"{service.origin}/adas-phone"),
    )
    assert answer in (200, 201)
    return endpoint


# --- there --------------------------------------------------------------------


def meet_five_with_no_signal(world: World) -> None:
    page = world.page
    page.goto("/capture")
    expect(page.locator("#where")).to_have_text("Northern Cleft Congress")
    page.wait_for_timeout(300)  # the worker takes the page over
    world.phone.set_offline(True)
    for name, said in PEOPLE.items():
        if "email" in said:
            page.locator("form#capture details.fold > summary", has_text="Institution").click()
        write(page, name, **said)
        if "promised" in said:
            page.locator("#capture label.chip", has_text="Day 7").click()
        save_and_next(page)
    assert len(on_phone(page)) == 5
    world.phone.set_offline(False)
    comes_up(page, world.app, account(world.app), sorted(PEOPLE))


def the_plan_knows_whom_was_met(page: Page) -> None:
    page.goto("/events")
    page.get_by_role("link", name="Northern Cleft Congress").click()
    expect(page.locator("#main")).to_contain_text("Met, ")


# --- after --------------------------------------------------------------------


def heading(page: Page, word: str):  # type: ignore[no-untyped-def]
    return page.locator("#queue .rule", has=page.get_by_role("heading", name=word, exact=True))


def under(page: Page, word: str) -> list[str]:
    """Who stands under a heading, by name."""
    expect(heading(page, word)).to_be_visible()
    rows = heading(page, word).locator("xpath=following-sibling::*[1]")
    return sorted(name.strip() for name in rows.locator("a.person b").all_inner_texts())


def open_draft(page: Page, name: str) -> None:
    page.goto("/followups")
    page.locator("#queue a.person", has_text=name).click()
    page.wait_for_url("**/followups/*-*")


def send(page: Page, mail: MailApp) -> None:
    """Open in mail, come back, and say that it went out."""
    link = page.get_by_role("link", name="Open in mail")
    mail.open(link.get_attribute("href") or "")
    link.evaluate("(link) => link.addEventListener('click', (tap) => tap.preventDefault())")
    link.click()
    page.get_by_role("button", name="Yes, it went out").click()
    page.wait_for_url("**/followups")


def thank(page: Page, mail: MailApp, name: str) -> None:
    open_draft(page, name)
    send(page, mail)
    sent = mail.outbox[-1]
    text = sent.get_content()
    assert sent["To"] == PEOPLE[name]["email"]
    assert "stopped packing" in text
    assert "P-114" in text
    assert "Ada Okafor" in text
    assert name not in under(page, "Today")


def put_off(page: Page, name: str, day: str) -> None:
    row = page.locator("#queue li.due", has_text=name)
    row.locator("summary", has_text="Later").click()
    row.locator("summary", has_text="Pick a day").click()
    row.locator("input[type=date]").fill(day)
    row.get_by_role("button", name="Put off").click()
    expect(page.locator("#toasts")).to_contain_text(name)


def say_what_was_talked_about(page: Page, mail: MailApp, name: str, said: str) -> None:
    """A draft with nothing of one's own in it asks for it before it goes out."""
    open_draft(page, name)
    gaps = page.locator("[data-gaps]")
    expect(gaps).to_contain_text("What did you talk about?")
    gaps.locator("input").first.fill(said)
    gaps.get_by_role("button", name="Put it in").click()
    expect(page.locator("[data-gaps]")).to_have_count(0)
    send(page, mail)
    assert said in mail.outbox[-1].get_content()


def they_answered(page: Page, name: str) -> None:
    page.goto("/followups")
    page.locator("#silent > summary").click()
    page.locator("#silent li", has_text=name).get_by_role("button").click()
    expect(page.locator("#silent li", has_text=name)).to_have_count(0)


def the_calendar_says_whom_and_nothing_private(world: World) -> None:
    world.page.goto("/followups")
    address = world.page.locator("#feed code").inner_text()
    answer = world.phone.request.get(address)
    calendar = icalendar.Calendar.from_ical(answer.body())
    days = {str(event["SUMMARY"]): event["DTSTART"].dt for event in calendar.events}
    assert all(isinstance(day, datetime) is False for day in days.values())
    told = " ".join(days)
    for name in ("Inés Marchetti", "Amrit Lall", "Jonas Brandt", "Yetunde Okonjo"):
        assert name in told
    assert "Margit Solheim" not in told
    for said in PEOPLE.values():
        for private in (said.get("discussed"), said.get("promised")):
            assert not private or private not in answer.text()


def the_story_tells_it_all(page: Page) -> None:
    page.goto("/contacts?q=solheim")
    page.locator("#main a.person", has_text="Margit Solheim").click()
    story = page.locator(".story > li > h3, .story > li h3").all_inner_texts()
    assert [line.split()[0] for line in story] == ["They", "You", "Met"]


def look_back_on_it(page: Page) -> None:
    page.goto("/events")
    page.get_by_role("link", name="Northern Cleft Congress").click()
    page.wait_for_url("**/events/*-*")
    page.goto(f"{page.url}/after")
    table = page.locator("#main").inner_text()
    assert "Send him the recordings" in table
    page.goto("/followups/numbers")
    expect(page.locator("#main")).to_contain_text("Northern Cleft Congress")
