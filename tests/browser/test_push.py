"""Push messages in a real browser: the notice the worker shows, and the switch on the page of reminders."""

import json

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import eventually, on_one_database, sign_in
from tests.browser.server import Server
from tests.people import Person

# What Chromium would get from its own push service, which no test may ask: an endpoint and two keys.
STAND_IN = """
const kept = () => JSON.parse(localStorage.getItem("stand-in") ?? "null");
const made = (endpoint) => endpoint && {
  endpoint, options: {
    applicationServerKey: Uint8Array.from(atob(localStorage.getItem("key")), (c) => c.charCodeAt(0)).buffer,
  },
  toJSON: () => ({ endpoint, keys: { p256dh: "POINT", auth: "BTBZMqHH6r4Tts7J_aSIgg" } }),
  unsubscribe: async () => {
    localStorage.removeItem("stand-in");
    document.cookie = "ended=yes";
    return true;
  },
};
PushManager.prototype.getSubscription = async () => made(kept());
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  localStorage.setItem("key", btoa(String.fromCharCode(...applicationServerKey)));
  localStorage.setItem("stand-in", JSON.stringify("https://fcm.googleapis.com/wp/" + Math.random()));
  return made(kept());
};
""".replace(
    "POINT", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)


def reminders(phone: BrowserContext, server: Server, ada: Person) -> Page:
    phone.grant_permissions(["notifications"], origin=server.url)
    sign_in(phone, server, ada)
    page = phone.new_page()
    page.goto("/settings/reminders")
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller?.state") == "activated")
    return page


@on_one_database
def test_a_push_message_becomes_one_notice_a_day_without_a_name(
    phone: BrowserContext, server: Server, ada: Person
) -> None:
    page = reminders(phone, server, ada)
    browser = phone.new_cdp_session(page)
    registered: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(each["registrationId"] for each in event["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    eventually(lambda: page.title() and registered)
    shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
      .map(({ title, tag, data }) => [title, tag, data.url])"""
    for count, day in ((2, "2026-11-23"), (3, "2026-11-23"), (1, "2026-11-24")):
        word = {"title": f"{count} to write to today", "count": count, "day": day, "url": "/followups"}
        told = {"origin": server.url, "registrationId": registered[0], "data": json.dumps(word)}
        browser.send("ServiceWorker.deliverPushMessage", told)
        eventually(lambda title=word["title"]: title in [each[0] for each in page.evaluate(shown)])
    assert sorted(page.evaluate(shown)) == [
        ["1 to write to today", "due-2026-11-24", "/followups"],
        ["3 to write to today", "due-2026-11-23", "/followups"],
    ]
    for odd in ("not ours", "null"):
        browser.send("ServiceWorker.deliverPushMessage", {**told, "data": odd})
        eventually(lambda: "due-today" in [each[1] for each in page.evaluate(shown)])
        page.evaluate("""async () => (await (await navigator.serviceWorker.ready).getNotifications())
          .forEach((each) => each.close())""")

    # what a tap on it does, but for the focus, which a browser gives to a real finger alone
    def tap() -> None:
        phone.service_workers[0].evaluate("() => open('/followups').catch(() => {})")

    page.evaluate("window.halfWritten = true")
    tap()
    page.wait_for_timeout(300)
    assert page.evaluate("window.halfWritten"), "a page on which something may stand half written stays"
    page.goto("/followups")
    page.evaluate("window.seenBefore = true")
    tap()
    eventually(lambda: not page.evaluate("window.seenBefore ?? false"))


@on_one_database
def test_this_device_is_switched_on_and_off_and_signing_out_ends_it(
    phone: BrowserContext, server: Server, ada: Person
) -> None:
    phone.add_init_script(STAND_IN)
    page = reminders(phone, server, ada)
    page.get_by_role("button", name="Remind me on this device").click()
    off = page.get_by_role("button", name="Switch off here")
    expect(off).to_be_visible()
    expect(page.get_by_text("this one")).to_be_visible()
    off.click()
    expect(page.get_by_role("button", name="Remind me on this device")).to_be_visible()
    expect(page.get_by_text("this one")).to_have_count(0)
    page.get_by_role("button", name="Remind me on this device").click()
    expect(off).to_be_visible()
    phone.clear_cookies(name="ended")
    page.goto("/settings")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{server.url}/")
    assert "ended" in [cookie["name"] for cookie in phone.cookies()]
