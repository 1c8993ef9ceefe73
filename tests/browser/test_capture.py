"""A person is written down on the phone and comes up once, whatever the network and the server do."""

import os
import signal
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Playwright, Route, expect
from sqlalchemy import update

from netcard.accounts.models import SignIn
from netcard.database import db, now, writing
from tests.browser.capturing import comes_up, names, on_phone, open_form, save_and_next, says, wake, write
from tests.browser.conftest import PHONE, eventually, on_one_database, sign_in, watched
from tests.browser.server import Server
from tests.people import Person
from tools.chromium import ARGUMENTS, executable

ANOTHER = "01890000-0000-7000-8000-000000000000"
PORTAL = "<!doctype html><title>Hall Wi-Fi</title><p>Accept our terms"


def test_with_no_signal_it_waits_and_then_comes_up_once(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    write(page, "Inés Marchetti", discussed="Speech at home")
    save_and_next(page)
    says(page, "1 waiting")
    expect(page.locator("#kept-here")).to_have_text("1 on this phone")
    write(page, "Amrit Lall")
    save_and_next(page)
    says(page, "2 waiting")
    assert names(app, ada) == []
    phone.set_offline(False)
    comes_up(page, app, ada, ["Amrit Lall", "Inés Marchetti"])
    eventually(lambda: on_phone(page) == [])
    expect(page.locator("#kept-here")).to_have_text("Sent")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_server_that_dies_around_its_commit_ends_with_one(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, moment: str
) -> None:
    page = open_form(phone, server, ada)
    server.die_at(moment)
    write(page, "Inés Marchetti")
    save_and_next(page)
    server.wait_until_dead()
    says(page, "1 waiting")
    assert names(app, ada) == (["Inés Marchetti"] if moment == "after" else [])
    server.restart()
    wake(page)
    eventually(lambda: on_phone(page) == [])
    assert names(app, ada) == ["Inés Marchetti"]


def test_four_tabs_send_each_capture_once(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    people = [f"Person {number}" for number in range(6)]
    for name in people:
        write(page, name)
        save_and_next(page)
    posts: list[str] = []
    phone.on("request", lambda request: request.method == "POST" and posts.append(request.post_data or ""))
    tabs = [page]
    for _ in range(3):
        tabs.append(phone.new_page())
    phone.set_offline(False)
    for tab in tabs[1:]:
        tab.goto("/capture", wait_until="commit")
    for tab in tabs:
        wake(tab)
    eventually(lambda: on_phone(page) == [])
    assert names(app, ada) == people
    assert len(posts) == len(set(posts)) == len(people)


@on_one_database
def test_a_killed_browser_sends_when_it_is_opened_again(
    app: Flask, playwright: Playwright, server: Server, ada: Person, tmp_path: Path
) -> None:
    def start() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            str(tmp_path), executable_path=executable(), args=ARGUMENTS, base_url=server.url, **PHONE
        )

    context = start()
    sign_in(context, server, ada)
    context.close()  # a cookie reaches the disk within half a minute, or now
    context = start()
    page = open_form(context, server, ada)
    context.set_offline(True)
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    kill_browser_of(tmp_path)
    context = start()
    with watched(context):
        page = context.new_page()
        page.goto("/contacts")
        comes_up(page, app, ada, ["Inés Marchetti"])
        eventually(lambda: on_phone(page) == [])
    context.close()


@on_one_database
def test_an_ended_session_keeps_everything_and_asks_to_sign_in(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    with app.app_context(), writing():
        db.session.execute(update(SignIn).values(ended_at=now()))
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    expect(page.locator("#sync").get_by_role("link", name="Sign in to send")).to_be_visible()
    assert names(app, ada) == []
    with app.app_context(), writing():
        db.session.execute(update(SignIn).values(ended_at=None))
    wake(page)
    comes_up(page, app, ada, ["Inés Marchetti"])


@on_one_database
def test_another_persons_sign_in_never_sends_it(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, ben: Person
) -> None:
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    sign_in(phone, server, ben)
    phone.set_offline(False)
    page.goto("/capture")
    says(page, "1 kept here by someone else")
    expect(page.get_by_text("Inés Marchetti")).to_have_count(0)
    write(page, "Amrit Lall")
    save_and_next(page)
    comes_up(page, app, ben, ["Amrit Lall"])
    assert names(app, ada) == []
    assert len(on_phone(page)) == 1
    sign_in(phone, server, ada)
    page.reload()
    comes_up(page, app, ada, ["Inés Marchetti"])
    assert names(app, ben) == ["Amrit Lall"]


@on_one_database
def test_a_cookie_that_changes_hands_on_the_way_sends_nothing(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, ben: Person
) -> None:
    page = open_form(phone, server, ada)

    def change_hands(route: Route) -> None:
        if route.request.method == "POST":  # asked who is signed in, and on its way
            sign_in(phone, server, ben)
        route.continue_()

    page.route("**/capture", change_hands)
    write(page, "Inés Marchetti")
    with page.expect_request(lambda request: request.method == "POST"):
        save_and_next(page)
    says(page, "1 waiting")
    assert names(app, ben) == []
    assert len(on_phone(page)) == 1


@on_one_database
@pytest.mark.parametrize("portal", ["page", "redirect", "json"])
def test_a_captive_portals_welcome_is_no_receipt(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, portal: str
) -> None:
    page = open_form(phone, server, ada)

    def welcome(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
        elif portal == "page":
            route.fulfill(status=200, content_type="text/html", body=PORTAL)
        elif portal == "json":
            route.fulfill(
                status=200, json={"id": "01890000-0000-7000-8000-000000000000", "status": "created"}
            )
        else:
            route.fulfill(status=302, headers={"Location": "/livez"})

    page.route("**/capture", welcome)
    write(page, "Inés Marchetti")
    with page.expect_request(lambda request: request.method == "POST"):
        save_and_next(page)
    says(page, "1 waiting")
    assert len(on_phone(page)) == 1
    page.unroute("**/capture")
    wake(page)
    comes_up(page, app, ada, ["Inés Marchetti"])


@on_one_database
def test_a_portal_in_place_of_the_session_sends_nothing(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    posts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    page.route(
        "**/capture/session", lambda route: route.fulfill(status=200, content_type="text/html", body=PORTAL)
    )
    write(page, "Inés Marchetti")
    with page.expect_response("**/capture/session"):
        save_and_next(page)
    says(page, "1 waiting")
    assert posts == []


@on_one_database
@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_a_busy_server_is_asked_again(
    app: Flask, phone: BrowserContext, server: Server, ada: Person, status: int
) -> None:
    page = open_form(phone, server, ada)
    page.route("**/capture", lambda route: route.fulfill(status=status, json={"error": "Busy."}), times=1)
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    assert on_phone(page)[0]["state"] == "waiting"
    wake(page)
    comes_up(page, app, ada, ["Inés Marchetti"])


@on_one_database
def test_it_tries_again_by_itself(app: Flask, phone: BrowserContext, server: Server, ada: Person) -> None:
    page = open_form(phone, server, ada)
    page.route("**/capture", lambda route: route.abort(), times=1)
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    comes_up(page, app, ada, ["Inés Marchetti"])


def test_what_the_server_refuses_is_put_aside_and_mended(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    page.locator("#capture > .fold > summary").click()
    write(page, "Inés Marchetti", tags="x" * 50)
    save_and_next(page)
    write(page, "Amrit Lall")
    save_and_next(page)
    phone.set_offline(False)
    comes_up(page, app, ada, ["Amrit Lall"])
    says(page, "1 needs a look")
    page.locator("#waiting").get_by_role("button", name="Open: Inés").click()
    expect(page.locator("#tags-error")).to_contain_text("at most 40")
    expect(page.get_by_label("Who did you meet?")).to_have_value("Inés Marchetti")
    page.locator("#tags").fill("cleft")
    page.get_by_role("button", name="Save").click()
    comes_up(page, app, ada, ["Amrit Lall", "Inés Marchetti"])


@on_one_database
def test_other_content_under_a_sent_id_is_asked_about(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    server.die_at("after")
    write(page, "Inés Marchetti")
    save_and_next(page)
    server.wait_until_dead()
    page.locator("#waiting summary").click()
    page.locator("#waiting").get_by_role("button", name="Open: Inés").click()
    expect(page.get_by_label("Who did you meet?")).to_have_value("Inés Marchetti")
    page.get_by_label("Who did you meet?").fill("Inés Marchetti-Rossi")
    server.restart()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/contacts")
    says(page, "1 needs a look")
    page.goto("/capture")
    again = page.locator("#waiting").get_by_role("button", name="Send as a new one")
    again.click()
    comes_up(page, app, ada, ["Inés Marchetti", "Inés Marchetti-Rossi"])


@on_one_database
def test_a_capture_can_be_discarded_and_taken_back(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    phone.set_offline(True)
    write(page, "Inés Marchetti")
    save_and_next(page)
    page.locator("#waiting summary").click()
    page.locator("#waiting").get_by_role("button", name="Discard").click()
    eventually(lambda: on_phone(page) == [])
    page.get_by_role("button", name="Undo").click()
    eventually(lambda: len(on_phone(page)) == 1)
    phone.set_offline(False)
    comes_up(page, app, ada, ["Inés Marchetti"])


@on_one_database
def test_a_newer_worker_leaves_what_waits(
    app: Flask, phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = open_form(phone, server, ada)
    eventually(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"))
    page.route("**/capture/session", lambda route: route.abort())
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    before = page.evaluate("caches.keys()")
    server.renew_worker()
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => 0)")
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()
    eventually(lambda: len(after := page.evaluate("caches.keys()")) == 1 and after != before)
    says(page, "1 waiting")
    assert names(app, ada) == []
    page.unroute("**/capture/session")
    wake(page)
    comes_up(page, app, ada, ["Inés Marchetti"])


def kill_browser_of(profile: Path) -> None:
    """SIGKILL to the browser that has this profile open."""
    pids = [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and str(profile) in _command(process) and "--type=" not in _command(process)
    ]
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@on_one_database
def test_a_server_that_is_down_is_asked_now_and_then_and_not_all_the_time(
    playwright: Playwright, server: Server, ada: Person, tmp_path: Path
) -> None:
    # a profile on disk: a private window has no background sync, which once woke the page after each failure
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path), executable_path=executable(), args=ARGUMENTS, base_url=server.url, **PHONE
    )
    page = open_form(context, server, ada)
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.set_offline(True)
    write(page, "Inés Marchetti")
    save_and_next(page)
    says(page, "1 waiting")
    server.kill()
    context.set_offline(False)
    page.wait_for_timeout(2500)
    assert len([url for url in asked if url.endswith("/capture/session")]) <= 3
    context.close()
