"""A real server and a real Chromium: what a phone does, done by a phone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.server import Server
from tests.people import PASSWORD, Person
from tools.chromium import ARGUMENTS, executable

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "locale": "en-GB",
    "timezone_id": "Europe/Vienna",
}

PATIENCE = 30.0
"""Seconds to wait for what must come: long, for a machine may be busy, and none of it is a measurement."""

expect.set_options(timeout=PATIENCE * 1000)

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
"""For what happens in the browser alone, so that a second database would tell nothing new."""


DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}

both_screens = pytest.mark.parametrize(
    ("size", "scheme"), [({}, "light"), (DESK, "dark")], ids=["phone-light", "desk-dark"]
)
"""Each size and each scheme once; `make lighthouse` looks at all four together."""


@pytest.fixture(scope="session")
def shared_server(migrated_app: Flask, database_url: str | None) -> Iterator[Server]:
    """One running server for each database."""
    server = Server(migrated_app.extensions["netcard"].data, database_url)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(app: Flask, shared_server: Server) -> Iterator[Server]:
    """The running server with nobody in it; started again where the last test killed it."""
    if not shared_server.running:
        shared_server.restart()
    yield shared_server
    shared_server.die_at("")
    shared_server.set_clock(None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    running = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
    yield running
    running.close()


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A phone nobody has used yet. At its end: no error in the console, no breach of the content policy."""
    with new_phone(browser, server) as context:
        yield context


@contextmanager
def new_phone(browser: Browser, server: Server, **more: object) -> Iterator[BrowserContext]:
    """Another phone, watched in the same way."""
    context = browser.new_context(base_url=server.url, **{**PHONE, **more})
    with watched(context):
        yield context
    context.close()


@contextmanager
def watched(context: BrowserContext) -> Iterator[None]:
    """Collect what goes wrong in the pages of `context` and complain of it at the end."""
    wrong: list[str] = []
    context.set_default_timeout(PATIENCE * 1000)
    context.on("console", lambda message: _note(wrong, message.type, message.text))
    context.on("weberror", lambda fault: wrong.append(str(fault.error)))
    yield
    assert wrong == []


def _note(wrong: list[str], kind: str, text: str) -> None:
    # Chromium writes a line for each request that fails or is refused, which the tests do on purpose,
    # and so does htmx, also for each that a new page cut short.
    if kind == "error" and not text.startswith(
        ("Failed to load resource", "htmx:sendAbort", "htmx:sendError", "htmx:afterRequest")
    ):
        wrong.append(text)


def sign_in(context: BrowserContext, server: Server, person: Person) -> None:
    """Give the phone the cookie of the person's sign-in: the form itself is tested elsewhere."""
    cookie = person.client.get_cookie("netcard")
    assert cookie
    until = time.time() + 86400
    context.add_cookies(
        [{"name": "netcard", "value": cookie.value, "url": server.url, "expires": until, "httpOnly": True}]
    )


def sign_up(page: Page, email: str = "ada@example.org", password: str = PASSWORD) -> None:
    """As a stranger does it, by the form."""
    page.goto("/signup")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").first.fill(password)
    page.locator("form[method=post] button.first").click()
    page.wait_for_url("**/cards/new")


def eventually(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Until `holds()` is true: the strict policy forbids Playwright's own wait_for_function."""
    deadline = time.monotonic() + seconds
    while not (last := holds()):
        assert time.monotonic() < deadline, f"did not become true: {last!r}"
        time.sleep(0.03)
