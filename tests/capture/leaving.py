"""Leaving one's details as a visitor does it, and looking at what was kept."""

from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from netcard.capture.models import Hello
from netcard.contacts.models import Contact, Encounter
from netcard.database import db
from tests.people import Person

MARGIT = {
    "name": "Margit Solheim",
    "institution": "Fjordside University Hospital",
    "email": "margit@fjordside.example",
    "phone": "+47 22 12 34 56",
    "message": "Could I have the speech scale?",
}


def leave(client: FlaskClient, handle: str = "ada-okafor", **fields: Any) -> TestResponse:
    """The form sent by a visitor, as Margit's unless `fields` say otherwise; None leaves a field out."""
    given = {name: value for name, value in {**MARGIT, **fields}.items() if value is not None}
    return client.post(f"/c/{handle}/hello", data=given)


def left(app: Flask, owner: Person) -> list[Hello]:
    """All that is kept of what visitors left with an owner, the first one first."""
    return rows(app, owner, Hello)


def only(app: Flask, owner: Person) -> UUID:
    """The id of the only one."""
    [hello] = left(app, owner)
    return hello.id


def people(app: Flask, owner: Person) -> list[Contact]:
    """The owner's people, without the removed ones."""
    return [contact for contact in rows(app, owner, Contact) if not contact.deleted_at]


def meetings(app: Flask, owner: Person) -> list[Encounter]:
    """The owner's meetings, without the removed ones."""
    return [met for met in rows(app, owner, Encounter) if not met.deleted_at]


def rows(app: Flask, owner: Person, model: Any) -> list[Any]:
    with app.app_context():
        found = list(db.session.scalars(select(model).where(model.owner_id == owner.id).order_by(model.id)))
        for row in found:
            if model is Contact:
                _ = row.vcard
            db.session.expunge(row)
        return found
