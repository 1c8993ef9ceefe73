"""Photographs netcard with the demo's data into docs/screenshots: `make screenshots`."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tools.chromium import chromium
from tools.server import Demo, demo

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}

SHOTS = [
    # name, path (and what to tap there), viewport, colour scheme
    ("card", "/c/ada-okafor", PHONE, "light"),
    ("card-dark", "/c/ada-okafor", PHONE, "dark"),
    ("today", "/", PHONE, "light"),
    ("qr", "/qr", PHONE, "light"),
    ("capture", "/capture", PHONE, "light"),
    ("people", "/contacts", PHONE, "light"),
    ("followups", "/followups", PHONE, "light"),
    ("draft", "/followups > #queue a.person:has-text('Solheim')", PHONE, "light"),
    ("plan", "/events > main .rows a[href^='/events/']", PHONE, "light"),
    ("numbers", "/followups/numbers", PHONE, "light"),
    ("people-dark", "/contacts", PHONE, "dark"),
    ("people-desk", "/contacts", DESK, "light"),
    ("cards-desk", "/cards", DESK, "light"),
]


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with demo() as running, chromium() as browser:
        for name, where, viewport, scheme in SHOTS:
            context = signed_in(browser, running, viewport, scheme)
            page = context.new_page()
            path, _, tapped = where.partition(" > ")
            page.goto(running.url + path, wait_until="networkidle")
            if tapped:
                page.locator(tapped).first.click()
                page.wait_for_load_state("networkidle")
            page.screenshot(path=OUT / f"{name}.png")
            context.close()


def signed_in(browser: Browser, running: Demo, viewport: ViewportSize, scheme: str) -> BrowserContext:
    """A browser context signed in as the demo's owner."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{running.url}/login")
    page.fill("[name=email]", running.email)
    page.fill("[name=password]", running.password)
    with page.expect_navigation():
        page.click("main button:not([type=button])")
    page.close()
    return context


if __name__ == "__main__":
    main()
