"""Cards as the tests need them, made through the pages that owners use."""

import io
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from netcard.cards import queries
from netcard.cards.models import Card
from netcard.database import db
from netcard.media import media_store
from tests.people import Person

FULL = {
    "handle": "ada-okafor",
    "name": "Ada Okafor",
    "credentials": "MD, MPH",
    "pronouns": "she/her",
    "headline": "Research fellow in cleft surgery",
    "institution": "Harrow Lake University Hospital",
    "department": "Plastic Surgery",
    "city": "Boston",
    "specialty": "Plastic surgery",
    "interests": "Speech outcomes",
    "bio": "I trained in Enugu.\n\nI am applying this cycle.",
    "pitch": "I study why some repaired palates need a second operation.",
    "email": "ada@okafor.example",
    "phone": "+16175550142",
    "website": "adaokafor.example",
    "linkedin": "ada-okafor",
    "orcid": "0000-0002-1825-0097",
}


def send(client: FlaskClient, path: str = "/cards/new", **fields: Any) -> TestResponse:
    """Post a card's form; bytes are sent as a file of that field."""
    given = {"handle": "ada-okafor", "name": "Ada Okafor", **fields}
    data = {
        name: (io.BytesIO(value), f"{name}.bin") if isinstance(value, bytes) else value
        for name, value in given.items()
        if value is not None
    }
    return client.post(path, data=data, content_type="multipart/form-data")


def make_card(client: FlaskClient, **fields: Any) -> UUID:
    """A saved card; its id."""
    answer = send(client, **fields)
    assert answer.status_code == 303, answer.text
    return UUID(answer.location.rpartition("/")[2])


def problem(answer: TestResponse, field: str) -> str:
    """The sentence beside a field of a form that was refused, or ""."""
    assert answer.status_code == 422, answer.status
    _, found, rest = answer.text.partition(f'id="{field}-error">')
    return rest.partition("<span>")[2].partition("</span>")[0] if found else ""


class Kept:
    """What is in the database and the store, read anew each time and outside any request."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def card(self, owner: Person, card_id: UUID) -> Card:
        with self.app.app_context():
            card = db.session.get(Card, (owner.id, card_id))
            assert card
            db.session.expunge(card)
            return card

    def gone(self, owner: Person, card_id: UUID) -> bool:
        with self.app.app_context():
            return db.session.get(Card, (owner.id, card_id)) is None

    def cards(self, owner: Person) -> list[UUID]:
        with self.app.app_context():
            return [card.id for card in queries.cards_of(owner.id)]

    def handles(self, owner: Person) -> dict[UUID, str]:
        with self.app.app_context():
            return queries.handles_of(owner.id)

    def bytes(self, key: str | None) -> bytes:
        with self.app.app_context():
            return media_store().get(key or "")

    def keys(self, owner: Person) -> list[str]:
        with self.app.app_context():
            return media_store().keys(owner.id)
