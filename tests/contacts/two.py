"""Two cards of one person, to be merged."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from netcard import vcard
from netcard.contacts import actions as contacts
from netcard.contacts import book
from netcard.contacts.models import (
    Contact,
    Merge,
)
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from tests.contacts.merging import filled
from tests.contacts.test_book import contact_of, meet
from tests.people import Person

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

ODD = b"\n".join(
    [
        b"BEGIN:VCARD",
        b"VERSION:3.0",
        b"UID:phone-1",
        b"FN:Dr Margit Solheim",
        b"N:Solheim;Margit;;Dr;",
        b"ORG:Oslo University Hospital;Surgery",
        b"TITLE:Consultant",
        b"EMAIL;type=HOME:margit@home.example",
        b"item1.TEL:+47 90 00 00 00",
        b"item1.X-ABLabel:Secretary",
        b"BDAY:1970-05-17",
        b"IMPP;X-SERVICE-TYPE=Signal:signal:margit",
        b'X-ODD;P="a,b":c',
        b"CATEGORIES:oslo",
        b"NOTE:From the phone.",
        b"REV:2020-01-01T00:00:00Z",
        b"END:VCARD",
        b"",
    ]
)


class Two:
    """Margit twice: met at a congress, and come from a phone with an address of its own."""

    def __init__(self, app: Flask, owner: Person) -> None:
        self.app, self.owner = app, owner
        with app.app_context():
            self.kept = meet(
                owner,
                "Margit Solheim",
                institution="Fjordside",
                email="m@fjord.example",
                tags=("cleft",),
                role="Attending",
                poster="P-1",
                discussed="packing",
            )
            with writing():
                gone = book.add(owner.id, ODD, resource="phone-1.vcf")
                self.gone = gone.id
                gone.role = "Researcher"
                gone.starred_at = now()
                for number in range(2):
                    met = Met(
                        name="", met_at=NOON - timedelta(days=9 + number), discussed=f"fistulas {number}"
                    )
                    contacts.meet_again(gone, met, encounter_id=new_id())
            db.session.remove()

    @property
    def address(self) -> str:
        return f"/contacts/{self.kept}/merge"

    def page(self) -> str:
        answer = self.owner.client.get(f"{self.address}?with={self.gone}")
        assert answer.status_code == 200
        return answer.text

    def merge(self, **changes: object):
        form = filled(self.page())
        for name, value in changes.items():
            form.setlist(name, value if isinstance(value, list) else [value])
        return self.owner.client.post(self.address, data=form)

    def undo(self):
        with self.app.app_context():
            merge_id = db.session.scalars(select(Merge.id).order_by(Merge.merged_at.desc())).first()
        return self.owner.client.post(f"/contacts/merges/{merge_id}/undo")

    def contact(self, which: str) -> Contact:
        return contact_of(self.owner, getattr(self, which))

    def data(self, which: str) -> bytes:
        with self.app.app_context():
            return bytes(self.contact(which).vcard)

    def shown(self) -> vcard.Projection:
        return vcard.project(vcard.parse(self.data("kept")))

    def meetings(self, which: str) -> list[str]:
        with self.app.app_context():
            return [met.discussed for met in self.contact(which).encounters]

    def change(self, which: str, edit: vcard.Edit) -> None:
        with self.app.app_context(), writing():
            book.change(self.contact(which), lambda card: vcard.edit(card, edit), "carddav")
