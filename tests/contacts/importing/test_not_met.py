"""Who comes with a file and was not met: there, and never in the way of those who were."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from netcard.contacts import search
from netcard.contacts.models import Contact
from netcard.database import db, now
from tests.contacts.importing.samples import CARDS, LINKEDIN
from tests.contacts.importing.test_import import brought
from tests.contacts.importing.test_meetings import encounters
from tests.contacts.test_exporting import kept, table_of
from tests.contacts.test_pages import met, names_in, text_of
from tests.people import Person

LONG_AGO = datetime(1951, 3, 1, 12, tzinfo=UTC)


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 dir="auto">([^<]*)</h2>', page)


def added(owner: Person, data: bytes | str) -> str:
    address = brought(owner, data)
    owner.client.post(address)
    return address


def id_of(app: Flask, owner: Person, name: str) -> str:
    with app.app_context():
        found = select(Contact.id).where(Contact.owner_id == owner.id, Contact.name == name)
        return str(db.session.scalars(found).one())


def noted(owner: Person, contact_id: str, moment: datetime) -> None:
    shown = moment.astimezone(ZoneInfo("Europe/Vienna"))  # as her clock has it
    when = {"met_at": shown.strftime("%Y-%m-%dT%H:%M"), "discussed": "zebra"}
    assert owner.client.post(f"/contacts/{contact_id}/met", data=when).status_code == 303


@pytest.mark.parametrize("data", [CARDS, LINKEDIN, "Name,E-mail\nJörg Groß,j@x.example\n"])
def test_who_came_with_a_file_stands_behind_all_who_were_met(
    app: Flask, ada: Person, data: bytes | str
) -> None:
    met(app, ada, "Met Long Ago", met_at=LONG_AGO)
    kept(app, ada, b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:On The Phone\r\nEND:VCARD\r\n")
    added(ada, data)
    page = text_of(ada.client.get("/contacts"))
    assert headings(page) == ["Added today", "1 March 1951", "Not met yet"]
    assert names_in(page)[:2] == ["On The Phone", "Met Long Ago"]
    assert names_in(text_of(ada.client.get("/"))) == ["Met Long Ago"]


def test_the_list_goes_on_page_by_page_into_those_not_met(app: Flask, ada: Person) -> None:
    for number in range(3):
        met(app, ada, f"Met {number}", met_at=now() - timedelta(days=number))
    many = 2 * search.PAGE + 7
    added(ada, "Name\n" + "".join(f"Person {number}\n" for number in range(many)))
    address, names, shown = "/contacts", [], []
    while address:
        page = text_of(ada.client.get(address))
        names += names_in(page)
        shown += headings(page)
        more = re.search(r'hx-get="([^"]*after=[^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert names[:3] == ["Met 0", "Met 1", "Met 2"]
    assert names[3:] == [f"Person {number}" for number in range(many)]  # as in the file
    assert shown == ["Today", "Yesterday", shown[2], "Not met yet"]


def test_who_is_met_at_last_comes_to_the_front_and_goes_back_with_the_meeting(
    app: Flask, ada: Person
) -> None:
    met(app, ada, "Met Long Ago", met_at=LONG_AGO)
    added(ada, "Name\nMargit\n")
    margit = id_of(app, ada, "Margit")
    assert "We met" in text_of(ada.client.get(f"/contacts/{margit}"))
    noted(ada, margit, now())
    assert headings(text_of(ada.client.get("/contacts"))) == ["Today", "1 March 1951"]
    (meeting,) = [one for one in encounters(app, ada) if str(one.contact_id) == margit]
    ada.client.post(f"/contacts/{margit}/encounters/{meeting.id}/remove")
    assert headings(text_of(ada.client.get("/contacts"))) == ["1 March 1951", "Not met yet"]


def test_no_page_names_a_day_for_who_was_not_met(app: Flask, ada: Person) -> None:
    address = added(ada, "Name,E-mail\nMargit Solheim,m@fjord.example\n")
    met(app, ada, "Margit Solheim", email="m@fjord.example")
    one, other = encounters(app, ada)[0].contact_id, id_of_other(app, ada)
    pages = (
        "/contacts", "/contacts?q=margit", f"/contacts/{one}", f"/contacts/{other}", f"/contacts/{other}/met",
        "/contacts/duplicates", f"/contacts/{one}/merge?with={other}", f"/contacts/{other}/merge?with={one}",
        f"/contacts/{other}/versions", "/contacts/export.csv", "/contacts/export.vcf", "/offline/kept", "/",
        "/contacts/import", address,
    )  # fmt: skip
    for page in pages:
        answer = ada.client.get(page)
        assert answer.status_code == 200, page
        assert not re.search(r"\b(1899|1900|1949|1950)\b|not known", text_of(answer)), page
    assert "not met yet" in text_of(ada.client.get(f"/contacts/{one}"))
    assert {row["Last met"] for row in table_of(ada)} == {"", "2026-11-22"}


def id_of_other(app: Flask, owner: Person) -> str:
    with app.app_context():
        here = select(Contact.id).where(Contact.owner_id == owner.id, ~Contact.encounters.any())
        return str(db.session.scalars(here).one())


def test_a_meeting_whose_day_is_not_known_says_so_and_can_stay_so(app: Flask, ada: Person) -> None:
    met(app, ada, "Met Long Ago", met_at=LONG_AGO)
    added(ada, "Name,What we talked about\nMargit,zebra\nAmrit,\n")
    listed = text_of(ada.client.get("/contacts"))
    assert headings(listed) == ["1 March 1951", "Day not known", "Not met yet"]
    margit, meeting = id_of(app, ada, "Margit"), encounters(app, ada)[-1]
    page = f"/contacts/{margit}/encounters/{meeting.id}"
    for address in (
        f"/contacts/{margit}",
        page,
        "/contacts?q=zebra",
        "/offline/kept",
        "/contacts/export.csv",
    ):
        assert not re.search(r"\b(1899|1900)\b", text_of(ada.client.get(address))), address
    assert "day not known" in text_of(ada.client.get(f"/contacts/{margit}"))
    assert ada.client.post(page, data={"met_at": "", "discussed": "lions"}).status_code == 303
    assert (encounters(app, ada)[-1].met_at, encounters(app, ada)[-1].discussed) == (meeting.met_at, "lions")
    ada.client.post(page, data={"met_at": "2025-01-02T10:00", "discussed": "lions"})
    assert "2 January 2025" in headings(text_of(ada.client.get("/contacts")))
    assert ada.client.post(page, data={"met_at": "", "discussed": "lions"}).status_code == 422


def test_what_the_phone_keeps_begins_with_whom_one_met(app: Flask, ada: Person) -> None:
    met(app, ada, "Met Long Ago", met_at=LONG_AGO)
    added(ada, "Name\nMargit\n")
    people = ada.client.get("/offline/kept").get_json()["contacts"]
    assert [(person["name"], person["met_at"][:4]) for person in people] == [
        ("Met Long Ago", "1951"),
        ("Margit", ""),
    ]
