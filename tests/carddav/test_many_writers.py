"""Many write at once, by the protocol and by the pages; a device that follows by token misses none of it."""

import json
import random
import threading
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from netcard.contacts.models import Book, Contact
from netcard.database import db
from tests.carddav.live import DeviceFor, book_of
from tests.carddav.samples import crlf
from tests.carddav.wire import CARD, DAV, Device, multiget, sync_collection
from tests.people import Person

DEVICES = 3
PAGES = 2
TURNS = 12


def card(uid: str, name: str) -> bytes:
    return crlf(f"BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nN:{name};;;;\nFN:{name}\nEND:VCARD")


class Mirror:
    """A device that keeps every card, and asks only for what has changed since its token."""

    def __init__(self, device: Device, book: str) -> None:
        self.device = device
        self.book = book
        self.cards: dict[str, tuple[str, str]] = {}
        self.token = ""
        self.steps = 0

    def follow(self, limit: int | None = None) -> bool:
        """One request for changes and one for the cards; False when there was nothing new."""
        answer = self.device.ask(
            "REPORT", self.book, sync_collection(self.token, "getetag", limit=limit), depth="1"
        )
        rows = answer.rows
        changed = {row.href: row.text(f"{DAV}getetag") for row in rows if row.status is None}
        for row in rows:
            if row.status == 404:
                self.cards.pop(row.href, None)
        if changed:
            for row in self.device.ask("REPORT", self.book, multiget(changed), depth="1").rows:
                if row.status is None:
                    self.cards[row.href] = (row.text(f"{DAV}getetag"), row.text(f"{CARD}address-data"))
        moved, self.token, self.steps = answer.token != self.token, answer.token, self.steps + 1
        return moved


def test_a_device_that_follows_many_writers_ends_with_the_book_exactly(
    app: Flask, ada: Person, ben: Person, device_for: DeviceFor
) -> None:
    """Devices add, overwrite and remove; pages capture, edit and remove; the reader asks in odd steps."""
    book, done = book_of(ada), threading.Event()
    shared = [f"{book}shared-{number}.vcf" for number in range(4)]
    captured: list[str] = []
    mirror = Mirror(device_for(ada, "Reader"), book)

    def device(number: int) -> Callable[[], None]:
        asks = device_for(ada, f"Writer {number}")
        chance = random.Random(number)

        def write() -> None:
            for turn in range(TURNS):
                uid = f"own-{number}-{turn}"
                own = f"{book}{uid}.vcf"
                etag = asks.ask("PUT", own, card(uid, f"New {number} {turn}"), if_none_match="*").etag
                assert etag
                which = chance.choice(shared)
                answer = asks.ask("PUT", which, card(which[-12:], f"Shared {number} {turn}"))
                assert answer.status in (201, 204)
                if turn % 3 == 1:
                    assert asks.ask("DELETE", own, if_match=etag).status == 204
                if turn % 3 == 2:
                    assert asks.ask("DELETE", which).status in (204, 404)

        return write

    def page(number: int) -> Callable[[], None]:
        send = pages_of(ada, device_for(ada, f"Browser {number}"))
        chance = random.Random(100 + number)

        def write() -> None:
            for turn in range(TURNS):
                capture = json.dumps({"id": str(uuid4()), "name": f"Met {number} {turn}"})
                status, said = send("/capture", capture, "application/json")
                assert status == 201, said
                captured.append(json.loads(said)["contact"])
                # whoever is edited or removed here, the other page may have removed before
                edited = urlencode({"name": f"Edited {number} {turn}"})
                assert send(f"/contacts/{chance.choice(captured)}/edit", edited)[0] in (303, 404)
                if turn % 4 == 3:
                    assert send(f"/contacts/{chance.choice(captured)}/remove", "")[0] in (303, 404)

        return write

    def read() -> None:
        chance = random.Random(7)
        while not done.is_set():
            mirror.follow(chance.choice([None, 1, 2, 5]))

    faults: list[BaseException] = []
    reader = started(read, faults)
    for writer in [
        started(task, faults) for task in (*map(device, range(DEVICES)), *map(page, range(PAGES)))
    ]:
        writer.join()
    done.set()
    reader.join()
    assert not faults
    while mirror.follow():
        pass

    with app.app_context():
        rows = db.session.execute(
            select(Contact.resource, Contact.etag, Contact.vcard, Contact.seq, Contact.deleted_at).where(
                Contact.owner_id == ada.id
            )
        ).all()
        seq = db.session.scalar(select(Book.seq).where(Book.owner_id == ada.id))
        db.session.remove()
    assert mirror.cards == {
        book + row.resource: (row.etag, row.vcard.decode()) for row in rows if row.deleted_at is None
    }
    assert mirror.token.endswith(f"-{seq}")
    assert len({row.seq for row in rows}) == len(rows)
    assert len([row for row in rows if "own-" in row.resource]) == DEVICES * TURNS
    assert len([row for row in rows if "own-" not in row.resource and "shared-" not in row.resource]) == (
        PAGES * TURNS
    )
    assert mirror.steps > 2


def started(task: Callable[[], None], faults: list[BaseException]) -> threading.Thread:
    def guarded() -> None:
        try:
            task()
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    return thread


def pages_of(person: Person, browser: Device) -> Callable[..., tuple[int, bytes]]:
    """Sends the forms of the pages as the person's signed-in browser does."""
    cookie = person.client.get_cookie("netcard")
    assert cookie

    def send(path: str, body: str, kind: str = "application/x-www-form-urlencoded") -> tuple[int, bytes]:
        headers = {"cookie": f"netcard={cookie.value}", "origin": browser.url, "content_type": kind}
        answer = browser.ask("POST", path, body, known=False, **headers)
        return answer.status, answer.body

    return send
