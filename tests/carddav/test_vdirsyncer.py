"""The real vdirsyncer, a folder of cards on one side and a running netcard on the other."""

import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from netcard.contacts.models import Contact
from netcard.database import db
from tests.carddav.live import book_of, on_one_database, secret_for, stored
from tests.carddav.samples import DAVX5, IOS, PHOTO, THUNDERBIRD
from tests.carddav.wire import Device
from tests.people import Person
from tests.server import Server

PROGRAM = Path(sys.executable).with_name("vdirsyncer")

MARGIT, SOREN, INES = (
    card.split(b"\r\nUID:")[1].split(b"\r\n")[0].decode() for card in (IOS, DAVX5, THUNDERBIRD)
)


class Folder:
    """A person's cards as files, kept in step by vdirsyncer under settings of their own."""

    def __init__(self, app: Flask, person: Person, address: str, place: Path, *, wins: str = "") -> None:
        self.app = app
        self.person = person
        self.place = place
        self.found = ""
        self.cards = place / "cards" / "contacts"
        self.cards.mkdir(parents=True)
        self.settings = place / "config"
        conflict = f'conflict_resolution = "{wins} wins"' if wins else ""
        self.settings.write_text(
            f"""
[general]
status_path = "{place / "status"}"

[pair contacts]
a = "folder"
b = "netcard"
collections = ["from b"]
{conflict}

[storage folder]
type = "filesystem"
path = "{place / "cards"}"
fileext = ".vcf"

[storage netcard]
type = "carddav"
url = "{address}"
username = "{person.email}"
password = "{secret_for(app, person)}"
"""
        )

    def run(self, *command: str) -> str:
        """What vdirsyncer says when it ends well."""
        done = self.run_unchecked(*command)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def run_unchecked(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, "-c", self.settings, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=60,
            check=False,
        )

    def sync(self) -> None:
        """Both sides, and nothing to complain about."""
        said = self.run("sync")
        assert "error" not in said.lower(), said

    @property
    def files(self) -> dict[str, str]:
        """The cards here by UID."""
        texts = [path.read_bytes().decode() for path in self.cards.glob("*.vcf")]
        found = {text.replace("\r\n", "\n").split("\nUID:")[1].split("\n")[0]: text for text in texts}
        assert len(found) == len(texts), "one person twice"
        return found

    @property
    def netcards(self) -> dict[str, bytes]:
        """The cards there by UID."""
        texts = stored(self.app, self.person).values()
        found = {text.split(b"\r\nUID:")[1].split(b"\r\n")[0].decode(): text for text in texts}
        assert len(found) == len(texts), "one person twice"
        return found

    def write(self, uid: str, card: bytes) -> None:
        """As a program on this side saves a card: in place, if it is there."""
        before = [path for path in self.cards.glob("*.vcf") if uid.encode() in path.read_bytes()]
        (before[0] if before else self.cards / f"{uid}.vcf").write_bytes(card)

    def remove(self, uid: str) -> None:
        (path,) = (path for path in self.cards.glob("*.vcf") if uid.encode() in path.read_bytes())
        path.unlink()


FolderOf = Callable[..., Folder]


@pytest.fixture
def folder_of(app: Flask, dav_server: Server, tmp_path: Path) -> FolderOf:
    """Makes a person's folder, with its book already found: `folder_of(person, "/dav/", wins="a")`."""

    def make(person: Person, path: str = "/dav/", *, wins: str = "") -> Folder:
        folder = Folder(
            app, person, dav_server.url + path, tmp_path / str(len(list(tmp_path.iterdir()))), wins=wins
        )
        folder.found = folder.run("discover")
        return folder

    return make


def lines(text: str | bytes) -> list[str]:
    """A card's lines, for XML turns every line end into a plain one (section 2.11 there)."""
    return (text.decode() if isinstance(text, bytes) else text).splitlines()


def page_of(app: Flask, person: Person, uid: str) -> str:
    with app.app_context():
        contact = db.session.query(Contact).filter_by(owner_id=person.id, uid=uid).one()
        page = f"/contacts/{contact.id}"
        db.session.remove()
    return page


class Fields(HTMLParser):
    """What a form of a page would send if it were sent untouched."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.inside = False
        self.found = MultiDict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.inside = (said.get("action") or "").startswith(self.action)
        of_choice = said.get("type") in ("checkbox", "radio")
        if self.inside and tag == "input" and said.get("name") and ("checked" in said or not of_choice):
            self.found.add(said["name"] or "", said.get("value") or "")


def as_it_stands(html: str, action: str) -> MultiDict[str, str]:
    fields = Fields(action)
    fields.feed(html)
    assert fields.found
    return fields.found


@on_one_database
@pytest.mark.parametrize("path", ["/", "/dav/"])
def test_vdirsyncer_finds_the_one_book_from_the_bare_address_and_from_dav(
    folder_of: FolderOf, app: Flask, ada: Person, ben: Person, path: str
) -> None:
    folder = folder_of(ada, path)
    assert '"contacts"' in folder.found
    folder.write(MARGIT, IOS)
    folder.sync()
    assert stored(app, ada)
    assert not stored(app, ben)


def test_vdirsyncer_carries_what_is_made_changed_and_removed_on_each_side_to_the_other(
    folder_of: FolderOf, phone: Device, ada: Person
) -> None:
    folder = folder_of(ada)
    folder.write(MARGIT, IOS)
    phone.ask("PUT", f"{book_of(ada)}{INES}.vcf", THUNDERBIRD)
    folder.sync()
    assert folder.files.keys() == folder.netcards.keys() == {MARGIT, INES}

    folder.write(MARGIT, IOS.replace(b"Bergen", b"Oslo"))
    phone.ask("PUT", f"{book_of(ada)}{INES}.vcf", THUNDERBIRD.replace(b"lisboa", b"porto"))
    folder.sync()
    assert b"Oslo" in folder.netcards[MARGIT]
    assert "porto" in folder.files[INES]

    folder.write(SOREN, DAVX5)
    folder.remove(MARGIT)
    phone.ask("DELETE", f"{book_of(ada)}{INES}.vcf")
    folder.sync()
    assert folder.files.keys() == folder.netcards.keys() == {SOREN}


@on_one_database
def test_vdirsyncer_gets_photo_labels_and_unknown_lines_back_as_they_were(
    folder_of: FolderOf, app: Flask, ada: Person, tmp_path: Path
) -> None:
    folder = folder_of(ada)
    folder.write(MARGIT, IOS)
    folder.sync()
    (kept,) = stored(app, ada).values()
    assert kept == IOS
    other = folder_of(ada)
    other.sync()
    assert lines(other.files[MARGIT]) == lines(IOS)
    assert PHOTO in other.files[MARGIT].replace("\r\n", "\n").replace("\n ", "")


def test_vdirsyncer_sees_what_netcards_pages_do(folder_of: FolderOf, app: Flask, ada: Person) -> None:
    """Written down at a poster, edited on the page, removed on the page: one card, the same, none."""
    folder = folder_of(ada)
    folder.write(MARGIT, IOS)
    ada.client.post("/capture", data={"name": "Kari Østby", "institution": "Fjordside"})
    folder.sync()
    (kari,) = folder.files.keys() - {MARGIT}
    assert "FN:Kari Østby" in folder.files[kari]
    answer = ada.client.post(
        page_of(app, ada, MARGIT) + "/edit",
        data={
            "name": "Margit Solheim-Berg",
            "institution": "Fjordside University Hospital",
            "email": "margit@fjordside.example",
        },
    )
    assert answer.status_code == 303
    ada.client.post(page_of(app, ada, kari) + "/remove")
    folder.sync()
    assert folder.files.keys() == {MARGIT}
    text = folder.files[MARGIT]
    assert "FN:Margit Solheim-Berg" in text
    assert [line for line in lines(IOS) if "X-AB" in line or "PHOTO" in line] == [
        line for line in lines(text) if "X-AB" in line or "PHOTO" in line
    ]


def test_two_cards_merged_in_netcard_end_as_one_in_the_folder(
    folder_of: FolderOf, app: Flask, ada: Person
) -> None:
    folder = folder_of(ada)
    folder.write(MARGIT, IOS)
    ada.client.post("/capture", data={"name": "Margit Solheim", "email": "margit@fjordside.example"})
    folder.sync()
    assert len(folder.files) == 2
    (other,) = folder.files.keys() - {MARGIT}
    kept, gone = page_of(app, ada, MARGIT), page_of(app, ada, other)
    merge = f"{kept}/merge?with={gone.rsplit('/', 1)[1]}"
    filled = as_it_stands(ada.client.get(merge).get_data(as_text=True), f"{kept}/merge")
    assert ada.client.post(f"{kept}/merge", data=filled).status_code == 303
    folder.sync()
    assert len(folder.files) == 1
    folder.sync()
    assert len(folder.files) == len(folder.netcards) == 1


@pytest.mark.parametrize(("wins", "town"), [("a", "Oslo"), ("b", "Tromso")])
def test_vdirsyncer_settles_a_conflict_as_it_is_told_and_both_sides_end_alike(
    folder_of: FolderOf, phone: Device, ada: Person, wins: str, town: str
) -> None:
    folder = folder_of(ada, wins=wins)
    folder.write(MARGIT, IOS)
    folder.sync()
    folder.write(MARGIT, IOS.replace(b"Bergen", b"Oslo"))
    (resource,) = stored(folder.app, ada)
    phone.ask("PUT", book_of(ada) + resource, IOS.replace(b"Bergen", b"Tromso"))
    folder.sync()
    assert town in folder.files[MARGIT]
    assert town.encode() in folder.netcards[MARGIT]


@on_one_database
def test_vdirsyncer_told_nothing_about_conflicts_leaves_both_sides_as_they_are(
    folder_of: FolderOf, phone: Device, ada: Person
) -> None:
    folder = folder_of(ada)
    folder.write(MARGIT, IOS)
    folder.sync()
    folder.write(MARGIT, IOS.replace(b"Bergen", b"Oslo"))
    (resource,) = stored(folder.app, ada)
    phone.ask("PUT", book_of(ada) + resource, IOS.replace(b"Bergen", b"Tromso"))
    assert folder.run_unchecked("sync").returncode != 0
    assert "Oslo" in folder.files[MARGIT]
    assert b"Tromso" in folder.netcards[MARGIT]
