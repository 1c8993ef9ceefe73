"""Ada's phone after a day of use, and ways to look into it or to take its network away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from netcard.cards.models import Card, Handle
from netcard.contacts import actions
from netcard.contacts.rules import Met
from netcard.database import db, new_id, writing
from netcard.events.models import Event
from tests.browser.conftest import eventually, sign_in
from tests.browser.server import Server
from tests.people import Person

PEOPLE = [
    ("Prof. Margit Solheim", "Fjordside University Hospital", "Stopped packing; fewer fistulas.", ("cleft",)),
    ("Đức Nguyễn Văn", "Straße der Kliniken 4", "Łódź next spring.", ()),
    ("أمينة الخطيب", "", "وعدتها بإرسال مقياس النطق", ("mentor",)),
]


@pytest.fixture(name="lived_in")
def ada_lived_in(app: Flask, ada: Person) -> Person:
    """Ada, with two cards, an event that is on, and three people."""
    today = datetime.now(UTC).date()
    with app.app_context(), writing():
        event = Event(
            owner_id=ada.id,
            id=new_id(),
            name="Northern Cleft Congress",
            place="Vienna",
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=1),
        )
        db.session.add(event)
        for name, handle, ink in (
            ("Ada Okafor", "ada-okafor", "oxblood"),
            ("Dr Ada Okafor", "okafor-lab", "sepia"),
        ):
            card = Card(owner_id=ada.id, id=new_id(), name=name, headline="Cleft surgery", accent=ink)
            db.session.add(card)
            db.session.flush()
            db.session.add(Handle(handle=handle, owner_id=ada.id, card_id=card.id))
        for back, (name, institution, said, tags) in enumerate(PEOPLE):
            met = Met(
                name=name,
                institution=institution,
                discussed=said,
                tags=tags,
                event_id=event.id if back == 0 else None,
                met_at=datetime.now(UTC) - timedelta(days=back),
            )
            actions.meet(ada.id, met, encounter_id=new_id(), met_line=True)
    return ada


@pytest.fixture(name="page")
def used_page(phone: BrowserContext, server: Server, lived_in: Person) -> Page:
    """Ada's phone after one visit with a signal."""
    sign_in(phone, server, lived_in)
    return visited(phone)


def visited(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto("/cards")
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller?.state") == "activated")
    eventually(lambda: "contacts" in keys(page, "kept"))
    return page


def keys(page: Page, store: str) -> list[str]:
    return page.evaluate(
        """(name) => new Promise((done) => {
          const asked = indexedDB.open("netcard");
          asked.onsuccess = () => {
            const db = asked.result;
            const all = db.transaction(name).objectStore(name).getAllKeys();
            all.onsuccess = () => { db.close(); done(all.result); };
          };
        })""",
        store,
    )


@contextmanager
def no_network(phone: BrowserContext, server: Server) -> Iterator[None]:
    """Aeroplane mode, and for what slips past it nobody listens either."""
    server.stop()
    phone.set_offline(True)
    try:
        yield
    finally:
        phone.set_offline(False)
        server.restart()


def cached(page: Page) -> dict[str, str]:
    return page.evaluate(
        """async () => {
          const all = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              const answer = await cache.match(request, { ignoreVary: true });
              all[request.url] = await answer.text();
            }
          }
          return all;
        }"""
    )
