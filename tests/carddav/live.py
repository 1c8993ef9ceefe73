"""A real server that devices speak to, with more than one worker as in life."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard.accounts import app_passwords
from netcard.contacts.models import Book, Contact, Revision
from netcard.database import db, writing
from tests.carddav.wire import Device
from tests.people import Person
from tests.server import Server

DeviceFor = Callable[..., Device]

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
"""For what is refused before anything is asked of a database."""


@pytest.fixture(scope="session")
def shared_dav_server(migrated_app: Flask, database_url: str | None) -> Iterator[Server]:
    """One running server of two workers for each database."""
    server = Server(migrated_app.extensions["netcard"].data, database_url, workers=2)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def dav_server(app: Flask, shared_dav_server: Server) -> Server:
    """The running server with nobody in it."""
    assert shared_dav_server.running
    return shared_dav_server


@pytest.fixture
def device_for(app: Flask, dav_server: Server) -> Iterator[DeviceFor]:
    """Makes devices with a password of their own: `device_for(person, agent, **headers always sent)`."""
    made: list[Device] = []

    def make(person: Person, agent: str = "A phone", **always: str) -> Device:
        secret = secret_for(app, person)
        made.append(Device(dav_server.url, person.email, secret, agent, **always))
        return made[-1]

    yield make
    for device in made:
        device.close()


@pytest.fixture
def phone(device_for: DeviceFor, ada: Person) -> Device:
    """Ada's other phone, of no make in particular."""
    return device_for(ada)


def secret_for(app: Flask, person: Person) -> str:
    """A new app password."""
    with app.app_context():
        with writing():
            _, secret = app_passwords.issue(person.id, "a device of the tests")
        db.session.remove()
    return secret


def home_of(person: Person) -> str:
    return f"/dav/books/{person.id}/"


def book_of(person: Person) -> str:
    return f"/dav/books/{person.id}/contacts/"


def principal_of(person: Person) -> str:
    return f"/dav/principals/{person.id}/"


def stored(app: Flask, person: Person) -> dict[str, bytes]:
    """Every card in the person's book, by the last part of its address."""
    with app.app_context():
        rows = db.session.execute(
            select(Contact.resource, Contact.vcard).where(
                Contact.owner_id == person.id, Contact.deleted_at.is_(None)
            )
        ).all()
        db.session.remove()
    return dict(rows)


def counted(app: Flask, person: Person) -> tuple[UUID | None, int, int, int]:
    """What no refused request may move: the book's epoch and counter, how many cards, how many revisions."""
    with app.app_context():
        book = db.session.execute(
            select(Book.epoch, Book.seq).where(Book.owner_id == person.id)
        ).one_or_none()
        sizes = [
            db.session.scalar(select(func.count()).select_from(table).where(table.owner_id == person.id)) or 0
            for table in (Contact, Revision)
        ]
        db.session.remove()
    epoch, seq = book or (None, 0)
    return epoch, seq, sizes[0], sizes[1]
