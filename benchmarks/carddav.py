"""What an address book costs over CardDAV here, against Radicale on the same machine.

`python -m benchmarks.carddav [rounds] [size ...]`
Both serve the same cards from their own process, one worker each, over loopback: netcard with an app
password on embedded SQLite, Radicale without authentication on its own file storage, its caches warm.
The two take turns, so that a busy machine slows both; a line is the median over the rounds. The promise:
the initial sync and the sync after one change of 10,000 cards at least 5 times faster.
"""

import base64
import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from flask_migrate import upgrade

from netcard import create_app, vcard
from netcard.accounts import app_passwords
from netcard.contacts import book
from netcard.database import db, writing
from tests.conftest import settings_for
from tests.people import make_person

PROMISED = 5
PER_MULTIGET = 100
PHOTO_IN = 10
"""Every so many cards carries a photo of some kilobytes, as a phone's do."""

DAV = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:s="http://calendarserver.org/ns/"'
SYLLABLES = "an ben cor da el fi gun ha jo ka lo mar nor ro sol tu vi wen xa yun zo".split()  # noqa: SIM905


def make_card(at: int, dice: random.Random) -> bytes:
    """A card such as a phone keeps."""
    first, last = ("".join(dice.choices(SYLLABLES, k=2)).title() for _ in range(2))
    return vcard.compose(
        uid=f"urn:uuid:00000000-0000-4000-8000-{at:012d}",
        full_name=f"{first} {last}",
        institution=dice.choice(["Fjordside University Hospital", "Wexcombe General, Leeds", "Harrow Lake"]),
        title="Consultant",
        emails=[f"{first}.{last}{at}@hospital.example".lower()],
        phones=[f"+44 7700 9{at:05d}"],
        note="Met 19 Nov 2026, Northern Cleft Congress, poster P-114",
        photo=dice.randbytes(6000) if at % PHOTO_IN == 0 else None,
    )


# --- the two servers ----------------------------------------------------------


@dataclass
class Book:
    """An address book on a running server, and one connection to it."""

    name: str
    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def hang_up(self) -> None:
        """A new connection for what comes next: a server may have closed an idle one."""
        self.connection.close()

    def ask(self, method: str, path: str, body: str | bytes = "", **headers: str) -> str:
        """One request; its answer's text. Raises RuntimeError for any refusal."""
        sent = body.encode() if isinstance(body, str) else body
        kind = "text/vcard; charset=utf-8" if method == "PUT" else "application/xml; charset=utf-8"
        self.connection.request(method, path, sent, {"Content-Type": kind, **self.headers, **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201, 204, 207):
            raise RuntimeError(f"{self.name}: {method} {path} -> {answer.status} {text[:300]!r}")
        return text.decode()


@contextmanager
def netcard(cards: list[bytes]) -> Iterator[Book]:
    """netcard with those cards in one owner's book."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.app_context():
            upgrade()
        ada = make_person(app, "ada@example.org")
        with app.app_context():
            ready = [book.prepare(card) for card in cards]
            with writing():
                book.add_all(ada.id, ready)
                _, secret = app_passwords.issue(ada.id, "benchmark")
            db.session.remove()
            db.engine.dispose()
        port = free_port()
        login = base64.b64encode(f"ada@example.org:{secret}".encode()).decode()
        command = [Path(sys.executable).with_name("netcard"), "serve", "--port", str(port), "--workers", "1"]
        environ = {**os.environ, "NETCARD_DATA": folder, "NETCARD_URL": "http://localhost"}
        with serving(command, f"http://127.0.0.1:{port}/livez", environ):
            path = f"/dav/books/{ada.id}/contacts/"
            yield Book("netcard", port, path, {"Authorization": f"Basic {login}"})


@contextmanager
def radicale(cards: list[bytes]) -> Iterator[Book]:
    """Radicale with the same cards, as it would have stored them itself."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder, "collection-root", "ada", "contacts")
        collection.mkdir(parents=True)
        (collection / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK", "D:displayname": "Contacts"}')
        for at, card in enumerate(cards):
            (collection / f"{at}.vcf").write_bytes(card)
        port = free_port()
        options = {
            "--server-hosts": f"127.0.0.1:{port}",
            "--auth-type": "none",
            "--rights-type": "authenticated",
            "--storage-filesystem-folder": folder,
            "--web-type": "none",
            "--logging-level": "error",
        }
        flat = [part for pair in options.items() for part in pair]
        command = [sys.executable, "-m", "radicale", "--config", "", *flat]
        login = base64.b64encode(b"ada:any").decode()
        with serving(command, f"http://127.0.0.1:{port}/.web", dict(os.environ)):
            yield Book("radicale", port, "/ada/contacts/", {"Authorization": f"Basic {login}"})


@contextmanager
def serving(command: list[object], address: str, environ: dict[str, str]) -> Iterator[None]:
    """The server until the block ends, from the moment it answers anything at all."""
    server = subprocess.Popen(
        list(map(str, command)), env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(address, timeout=2).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                if time.monotonic() > until or server.poll() is not None:
                    raise
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(30)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- what a device does -------------------------------------------------------


def initial_sync(device: Book, count: int) -> None:
    """Everything, as a phone does it: the list by an empty token, then the cards in portions."""
    hrefs = sync(device, "")
    got = 0
    for start in range(0, len(hrefs), PER_MULTIGET):
        got += multiget(device, hrefs[start : start + PER_MULTIGET])
    if got < count:
        raise RuntimeError(f"{device.name}: {got} cards of {count}")


def sync(device: Book, token: str) -> list[str]:
    """The hrefs that changed since the token; the book remembers the new one."""
    answer = device.ask(
        "REPORT",
        device.path,
        f"<d:sync-collection {DAV}><d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/></d:prop></d:sync-collection>",
    )
    found = re.search(r"<(?:\w+:)?sync-token[^>]*>([^<]+)<", answer)
    if found is None:
        raise RuntimeError(f"{device.name}: no token")
    device.token = found[1]
    return re.findall(r"<(?:\w+:)?href>([^<]+)</", answer)


def multiget(device: Book, hrefs: list[str]) -> int:
    """How many cards came."""
    wanted = "".join(f"<d:href>{href}</d:href>" for href in hrefs)
    answer = device.ask(
        "REPORT",
        device.path,
        f"<c:addressbook-multiget {DAV}><d:prop><d:getetag/><c:address-data/></d:prop>{wanted}"
        "</c:addressbook-multiget>",
    )
    return answer.count("BEGIN:VCARD")


def sync_after_one_change(device: Book, _count: int) -> None:
    """One card is new since the last time: its row, and its text."""
    changed = sync(device, device.token)
    if len(changed) != 1 or multiget(device, changed) != 1:
        raise RuntimeError(f"{device.name}: {changed}")


def idle_poll(device: Book, _count: int) -> None:
    """Has anything changed?"""
    device.ask(
        "PROPFIND",
        device.path,
        f"<d:propfind {DAV}><d:prop><d:sync-token/><s:getctag/></d:prop></d:propfind>",
        Depth="0",
    )


def query(device: Book, _count: int) -> None:
    """Those with a piece of text in their name, as a mail program completes an address."""
    answer = device.ask(
        "REPORT",
        device.path,
        f"<c:addressbook-query {DAV}><d:prop><d:getetag/><c:address-data/></d:prop><c:filter>"
        '<c:prop-filter name="FN"><c:text-match collation="i;unicode-casemap" match-type="contains">solxa'
        "</c:text-match></c:prop-filter></c:filter></c:addressbook-query>",
        Depth="1",
    )
    if "BEGIN:VCARD" not in answer:
        raise RuntimeError(f"{device.name}: nobody found")


_number = iter(range(1_000_000, 2_000_000))


def put(device: Book, _count: int) -> None:
    """A new card from a phone."""
    number = next(_number)
    device.ask("PUT", f"{device.path}new-{number}.vcf", make_card(number, random.Random(number)))


# --- figures ------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """Something a device does, how often a round repeats it, and what comes before the clock starts."""

    name: str
    do: Callable[[Book, int], None]
    repeats: int = 1
    before: Callable[[Book, int], None] = lambda device, count: None
    promised: bool = False


ACTS = (
    Act("initial sync", initial_sync, promised=True),
    Act("sync after one change", sync_after_one_change, repeats=3, before=put, promised=True),
    Act("idle poll", idle_poll, repeats=10),
    Act("PUT", put, repeats=5),
    Act("query", query),
)


def measure(count: int, rounds: int) -> bool:
    """Print a line for each act; whether the promises hold."""
    dice = random.Random(7)
    cards = [make_card(at, dice) for at in range(count)]
    print(f"\n{count:,} cards, {sum(map(len, cards)) / count / 1000:.1f} KB each")
    kept = True
    with netcard(cards) as ours, radicale(cards) as theirs:
        for device in (ours, theirs):
            initial_sync(device, count)
        for act in ACTS:
            took: dict[str, list[float]] = {ours.name: [], theirs.name: []}
            for _ in range(rounds):
                for device in (ours, theirs):
                    took[device.name] += [clocked(act, device, count) for _ in range(act.repeats)]
            mine, other = (statistics.median(took[device.name]) for device in (ours, theirs))
            ratio = other / mine
            print(f"{act.name:24}{mine:10.1f} ms{other:12.1f} ms{ratio:8.1f} times faster")
            kept = kept and not (act.promised and count >= 10_000 and ratio < PROMISED)
    return kept


def clocked(act: Act, device: Book, count: int) -> float:
    """Milliseconds of one act."""
    device.hang_up()
    act.before(device, count)
    device.hang_up()
    started = time.perf_counter()
    act.do(device, count)
    return (time.perf_counter() - started) * 1000


def main(rounds: int = 3, *sizes: int) -> int:
    held = [measure(count, rounds) for count in sizes or (1_000, 10_000)]
    print(
        f"\n{'the promise holds' if all(held) else 'THE PROMISE DOES NOT HOLD'}: {PROMISED} times at 10,000"
    )
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
