"""Scores netcard: Lighthouse on a public card that opted into search engines, axe on every page.

    python -m tools.score PATH/TO/lighthouse/cli/index.js

Prints one line for each and ends with status 1 where a score is under 100 or axe finds anything.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tools.chromium import ARGUMENTS, chromium, executable
from tools.screenshots import DESK, PHONE, signed_in
from tools.server import Demo, demo

RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")

PUBLIC = [
    "/",
    "/login",
    "/signup",
    "/reset",
    "/c/ada-okafor",
    "/c/ada-okafor/hello",
    "/c/ada-okafor/hello/thanks",
    "/nowhere",
    "/phone/over",
]
PRIVATE = [
    "/",
    "/qr",
    "/cards",
    "/cards/new",
    "/capture",
    "/contacts",
    "/contacts?q=nobody+at+all",
    "/contacts?deleted=1",
    "/contacts/import",
    "/contacts/duplicates",
    "/events",
    "/settings",
    "/settings/account",
    "/settings/sessions",
    "/settings/app-passwords",
    "/settings/reminders",
    "/followups",
    "/followups/numbers",
    "/followups/templates",
    "/followups/templates/thanks",
    "/followups/templates/new",
    "/inbox",
]
FOLLOWED = {
    "/contacts": "main .rows a.person",
    "/followups": "#queue a.person",
    "/cards": "a[href^='/cards/']:not([href$='/new'])",
    "/events": "main .rows a[href^='/events/']",
}
"""Where a page of its own stands behind the first link of a list."""


def main(lighthouse: str) -> int:
    with demo() as running:
        scores = {form: score(lighthouse, running, form) for form in ("mobile", "desktop")}
        with chromium() as browser:
            found = violations(browser, running)
    for form, of in scores.items():
        print(f"lighthouse {form}: " + ", ".join(f"{name} {value:.0f}" for name, value in of.items()))
    print(f"axe: {sum(found.values())} violations on {len(found)} pages (light and dark, phone and desk)")
    for where, count in found.items():
        if count:
            print(f"  {where}: {count}")
    return int(any(found.values()) or any(value < 100 for of in scores.values() for value in of.values()))


def score(lighthouse: str, running: Demo, form: str) -> dict[str, float]:
    """The median of three runs for each category, 0 to 100."""
    runs = [_run(lighthouse, f"{running.url}/c/ada-okafor", form) for _ in range(RUNS)]
    return {name: statistics.median(run[name] for run in runs) for name in CATEGORIES}


def _run(lighthouse: str, url: str, form: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = " ".join(["--headless=new", f"--user-data-dir={folder}/profile", *ARGUMENTS])
        subprocess.run(
            [
                "node", lighthouse, url, "--quiet", "--output=json", f"--output-path={report}",
                f"--chrome-flags={flags}", f"--only-categories={','.join(CATEGORIES)}",
                *(["--preset=desktop"] if form == "desktop" else []),
            ],
            env={**os.environ, "CHROME_PATH": executable()},
            check=True,
        )  # fmt: skip
        result = json.loads(report.read_text())
    for audit in result["audits"].values():
        if audit["score"] is not None and audit["score"] < 0.9 and audit["scoreDisplayMode"] == "binary":
            print(f"  {form}: {audit['id']}: {audit['title']}", file=sys.stderr)
    return {name: result["categories"][name]["score"] * 100 for name in CATEGORIES}


def violations(browser: Browser, running: Demo) -> dict[str, int]:
    """How many things axe finds on each page, by page, size and colour scheme."""
    found: dict[str, int] = {}
    axe = Axe()
    for size, viewport in (("phone", PHONE), ("desk", DESK)):
        for scheme in ("light", "dark"):
            visitor = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
            owner = signed_in(browser, running, viewport, scheme)
            for who, context, paths in (("visitor", visitor, PUBLIC), ("owner", owner, PRIVATE)):
                page = context.new_page()
                for path in paths + ([*_behind(page, running)] if who == "owner" else []):
                    page.goto(running.url + path, wait_until="networkidle")
                    result = axe.run(page)
                    found[f"{who} {path} {size} {scheme}"] = result.violations_count
                    if result.violations_count:
                        print(path, result.generate_report(), file=sys.stderr)
            visitor.close()
            owner.close()
    return found


def _behind(page: Page, running: Demo) -> list[str]:
    paths = []
    for path, link in FOLLOWED.items():
        page.goto(running.url + path, wait_until="networkidle")
        href = page.locator(link).first.get_attribute("href")
        paths.append(str(href))
        if path in {"/contacts", "/cards"}:
            paths.append(f"{href}/{'edit' if path == '/contacts' else 'signature'}")
    return paths


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
