"""Somebody's card comes into the owner's list: from its public face, once, never at the person's cost."""

import re
import uuid
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.test import TestResponse

from netcard import vcard
from netcard.capture.rules import handle_in
from netcard.contacts import book
from netcard.contacts.models import Contact
from netcard.contacts.rules import NO_DAY
from netcard.database import db, new_id, writing
from netcard.events import actions as events
from tests import files
from tests.capture.test_sending import JSON, event_of, people, the_encounter
from tests.cards.making import FULL, make_card, send
from tests.people import Person

SCRIPT = '"><script>alert(1)</script>'
CLEO = {"email": "cleo@example.org", "password": "walking to the poster hall"}
PRIVATE = ("ada@okafor.example", "617-555", "6175550142")


def adas_card(ada: Person, **more: object) -> uuid.UUID:
    """Ada's card with a photo; e-mail and phone are on it and shown only if `more` says so."""
    return make_card(ada.client, **{**FULL, "headshot": files.jpeg(), **more})


def asked(person: Person, typed: str) -> TestResponse:
    """The form for what was typed."""
    return person.client.get("/capture", query_string={"card": typed})


def told(person: Person, typed: str) -> TestResponse:
    """The same for a script."""
    return person.client.get("/capture", query_string={"card": typed}, headers=JSON)


def field(html: str, name: str) -> str:
    """What a field of the form holds."""
    found = re.search(rf'<input[^>]* name="{name}"[^>]*? value="([^"]*)"', html)
    assert found, name
    return found[1]


def sent(person: Person, **words: str) -> TestResponse:
    """A capture as the outbox sends it."""
    return person.client.post("/capture", json={"id": str(uuid.uuid4()), "card": "ada-okafor", **words})


def card_of(contact: Contact) -> vcard.Card:
    return vcard.parse(contact.vcard)


def people_with_cards(app: Flask, person: Person) -> list[Contact]:
    """Who stands in the person's list, their cards read."""
    mine = select(Contact).where(Contact.owner_id == person.id, Contact.deleted_at.is_(None))
    with app.app_context():
        return list(db.session.scalars(mine.options(undefer(Contact.vcard)).order_by(Contact.id)))


# --- the form -----------------------------------------------------------------


def test_the_form_is_filled_from_what_the_card_shows(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada, show_email="1", show_phone="1")
    page = asked(ben, "ada-okafor")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert field(page.text, "name") == "Ada Okafor"
    assert field(page.text, "institution") == "Harrow Lake University Hospital"
    assert field(page.text, "email") == "ada@okafor.example"
    assert field(page.text, "phone") == "+1 617-555-0142"
    assert field(page.text, "card") == "ada-okafor"
    assert re.search(r'<img id="portrait"[^>]* src="/c/ada-okafor/headshot\?v=\w+"', page.text)
    assert "Leave the photo out" in page.text


def test_what_the_card_does_not_show_is_nowhere(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    sent(ben, name="Ada Okafor")
    [contact] = people_with_cards(app, ben)
    for place in (asked(ben, "ada-okafor").text, told(ben, "ada-okafor").text, contact.vcard.decode()):
        assert not any(secret in place for secret in PRIVATE)


def test_nothing_private_of_the_other_owner_is_reached(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    ada.client.post("/capture", json={"id": str(uuid.uuid4()), "name": "Inés Marchetti"})
    event = event_of(app, ada)
    for place in (asked(ben, "ada-okafor"), told(ben, "ada-okafor")):
        assert "Marchetti" not in place.text
        assert "Northern Cleft Congress" not in place.text
        assert str(ada.id) not in place.text
    sent(ben, name="Ada Okafor", event=str(event))
    assert the_encounter(app, ben).event_id is None


def test_the_event_is_here_now(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    today = datetime.now(UTC).date()
    days = {"name": "Congress", "starts_on": today, "ends_on": today, "time_zone": "UTC"}
    with app.app_context(), writing():
        event = events.add(ben.id, days).id
    assert f'value="{event}" selected' in asked(ben, "ada-okafor").text


def test_signed_out_it_asks_to_sign_in_and_comes_back_to_the_same_form(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    adas_card(ada)
    way = client.get("/capture?card=ADA-okafor")
    assert (way.status_code, way.location) == (303, "/login?next=/capture?card%3DADA-okafor")
    assert 'name="next" value="/capture?card=ADA-okafor"' in client.get(way.location).text
    assert told_signed_out(client).status_code == 401
    new = client.get(re.search(r'href="(/signup[^"]*)"', client.get(way.location).text)[1])
    assert 'name="next" value="/capture?card=ADA-okafor"' in new.text
    there = client.post("/signup", data={**CLEO, "next": "/capture?card=ADA-okafor"})
    assert (there.status_code, there.location) == (303, "/capture?card=ADA-okafor")
    assert field(client.get(there.location).text, "name") == "Ada Okafor"


def told_signed_out(client: FlaskClient) -> TestResponse:
    return client.get("/capture?card=ada-okafor", headers=JSON)


def test_ones_own_card_is_not_added_but_answered_kindly(app: Flask, ada: Person) -> None:
    adas_card(ada)
    page = asked(ada, "ada-okafor")
    assert page.status_code == 200
    assert "This is your own card." in page.text
    assert field(page.text, "name") == ""
    assert told(ada, "ada-okafor").status_code == 422
    sent(ada, name="Myself")
    [contact] = people_with_cards(app, ada)
    assert not vcard.project(card_of(contact)).has_photo


@pytest.mark.parametrize(
    "typed", ["nobody", "ada_okafor", "Jane Doe", "settings", "ada\0okafor", "ⓐda", "K" * 40]
)
def test_where_no_card_is_the_form_stays_usable(ada: Person, ben: Person, typed: str) -> None:
    adas_card(ada)
    page = asked(ben, typed)
    assert page.status_code == 200
    assert "No card is at this address." in page.text or "This is not a card&#39;s address." in page.text
    assert field(page.text, "card") == ""
    assert field(page.text, "name") == ""
    answer = told(ben, typed)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["card"]


def test_what_looks_like_script_is_only_text(ada: Person, ben: Person) -> None:
    adas_card(ada, name=SCRIPT, headline=SCRIPT, institution=SCRIPT)
    for typed in (SCRIPT, f"http://localhost/c/{SCRIPT}", "javascript:alert(1)", "ada-okafor"):
        assert "<script>alert" not in asked(ben, typed).text
    assert sent(ben, name=SCRIPT, card=SCRIPT).status_code == 201


@pytest.mark.parametrize(
    "typed",
    [
        "ada-okafor", "@ada-okafor", "ADA-OKAFOR", " Ada-Okafor ",
        "http://localhost/c/ada-okafor", "HTTP://LOCALHOST/C/ADA-OKAFOR", "https://localhost/c/ada-okafor/",
        "http://localhost:80/c/Ada-Okafor?utm=1#top", "localhost/c/ada-okafor", "/c/ada-okafor",
        "http://localhost/c/ada-okafor/contact.vcf", "first", "HTTP://LOCALHOST/C/FIRST",
    ],
)  # fmt: skip
def test_a_card_is_found_however_it_is_named(ada: Person, ben: Person, typed: str) -> None:
    card_id = adas_card(ada, handle="first")
    send(ada.client, f"/cards/{card_id}", **{**FULL, "handle": "ada-okafor"})
    assert told(ben, typed).json["card"] == "ada-okafor"


@pytest.mark.parametrize(
    "typed",
    [
        "https://other.example/c/ada-okafor", "http://localhost@other.example/c/ada-okafor",
        "http://localhost:8080/c/ada-okafor", "http://127.0.0.1/c/ada-okafor", "//other.example/c/ada-okafor",
        "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "ftp://localhost/c/ada-okafor",
        "https://[::1", "http://localhost:no/c/ada-okafor", "linkedin.com/in/ada-okafor",
        "javascript:alert(1)", "ada@okafor.example",
    ],
)  # fmt: skip
def test_an_address_elsewhere_is_never_fetched(
    ada: Person, ben: Person, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    adas_card(ada)

    def refused(*_: object) -> None:
        raise AssertionError("the server asked another host")

    monkeypatch.setattr("socket.getaddrinfo", refused)
    page = asked(ben, typed)
    assert page.status_code == 200
    assert "This address is not on this netcard." in page.text
    assert "save the contact there" in page.text


@pytest.mark.parametrize(
    ("typed", "url", "handle"),
    [
        ("HTTPS://CARDS.EXAMPLE/C/ADA", "https://cards.example", "ada"),
        ("https://cards.example:443/c/ada", "https://cards.example", "ada"),
        ("http://cards.example/c/ada", "https://cards.example", "ada"),
        ("https://x.example/net/c/ada", "https://x.example/net", "ada"),
        ("https://x.example/c/ada", "https://x.example/net", None),
        ("https://cards.example:8443/c/ada", "https://cards.example", None),
        ("http://localhost:8000/c/ada", "http://localhost:8000", "ada"),
        ("https://cards.example/contacts/ada", "https://cards.example", None),
        ("https://cards.example/c/", "https://cards.example", None),
        ("https://cards.example", "https://cards.example", None),
        ("x" * 5000, "https://cards.example", None),
        ("http://" + "x" * 5000, "https://cards.example", None),
    ],
)
def test_a_cards_address_is_one_below_our_own(typed: str, url: str, handle: str | None) -> None:
    if handle:
        assert handle_in(typed, url) == handle
        return
    with pytest.raises(ValueError, match="address") as wrong:
        handle_in(typed, url)
    assert len(wrong.value.args) == 2


# --- what is kept -------------------------------------------------------------


def test_the_contact_has_what_the_contact_file_has_and_a_uid_of_its_own(
    app: Flask, ada: Person, ben: Person, client: FlaskClient
) -> None:
    adas_card(ada, show_email="1")
    answer = sent(ben, name="Ada Okafor", tags="cleft", poster="P-9", discussed="Speech")
    assert answer.status_code == 201
    [contact] = people_with_cards(app, ben)
    mine = card_of(contact)
    theirs = vcard.parse(client.get("/c/ada-okafor/contact.vcf").data)
    for name in ("FN", "N", "ORG", "TITLE", "EMAIL", "ADR", "URL", "X-ABLABEL", "X-PRONOUNS", "PHOTO"):
        assert [line.source for line in mine.all(name)] == [line.source for line in theirs.all(name)], name
        assert mine.all(name), name
    shown = vcard.project(mine)
    assert shown.uid != vcard.project(theirs).uid
    assert shown.uid == contact.uid
    assert shown.note.startswith("Pronouns: she/her\nI study why")
    assert re.fullmatch(r"Met \d+ \w+ \d{4}, poster P-9", shown.note.splitlines()[-1])
    assert shown.tags == ("cleft",)
    assert contact.title == "Research fellow in cleft surgery"
    assert the_encounter(app, ben).discussed == "Speech"


def test_typed_words_win_and_an_emptied_field_stays_empty(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada, show_email="1", show_phone="1")
    sent(ben, name="Ada N. Okafor", institution="Enugu Teaching Hospital", email="", phone="+43 1 404")
    [contact] = people_with_cards(app, ben)
    assert (contact.name, contact.institution) == ("Ada N. Okafor", "Enugu Teaching Hospital")
    assert (contact.email, contact.phone) == ("", "+43 1 404")
    assert not any(secret in contact.vcard.decode() for secret in PRIVATE)
    assert vcard.project(card_of(contact)).suffix == "MD, MPH"


def test_what_was_never_filled_is_taken_from_the_card(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada, show_email="1", show_phone="1")
    sent(ben, name="Ada")
    [contact] = people_with_cards(app, ben)
    assert (contact.name, contact.email, contact.phone) == ("Ada", "ada@okafor.example", "+1 617-555-0142")


def test_the_photo_can_be_left_out(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    sent(ben, name="Ada Okafor", no_portrait="1")
    [contact] = people_with_cards(app, ben)
    assert not vcard.project(card_of(contact)).has_photo
    assert vcard.project(card_of(contact)).url == "http://localhost/c/ada-okafor"


def test_without_script_it_is_one_form_and_one_click(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    html = asked(ben, "ada-okafor").text
    names = ("id", "card", "name", "institution", "email", "phone")
    answer = ben.client.post("/capture", data={name: field(html, name) for name in names})
    assert (answer.status_code, answer.location) == (303, "/contacts")
    [contact] = people_with_cards(app, ben)
    assert vcard.project(card_of(contact)).has_photo


def test_refused_it_still_shows_whose_card_it_is(ada: Person, ben: Person) -> None:
    adas_card(ada)
    answer = ben.client.post("/capture", data={"id": str(uuid.uuid4()), "card": "ada-okafor", "name": ""})
    assert answer.status_code == 422
    assert field(answer.text, "card") == "ada-okafor"
    assert 'src="/c/ada-okafor/headshot' in answer.text


@pytest.mark.parametrize("gone", ["removed", "renamed", "erased photo", "never there"])
def test_a_person_counts_more_than_a_card_that_changed_meanwhile(
    app: Flask, ada: Person, ben: Person, gone: str
) -> None:
    card_id = adas_card(ada)
    if gone == "removed":
        ada.client.post(f"/cards/{card_id}/removal")
    elif gone == "renamed":
        send(ada.client, f"/cards/{card_id}", **{**FULL, "handle": "moved", "name": "Ada Married"})
    elif gone == "erased photo":
        for key in (app.extensions["netcard"].media).rglob("*.jpg"):
            key.unlink()
    answer = sent(ben, name="Ada Okafor", card="nobody" if gone == "never there" else "ada-okafor")
    assert answer.status_code == 201
    [contact] = people_with_cards(app, ben)
    assert contact.name == "Ada Okafor"
    assert bool(contact.title) == (gone in ("renamed", "erased photo"))


def test_the_card_is_part_of_the_capture_and_a_replay_counts_once(
    app: Flask, ada: Person, ben: Person
) -> None:
    adas_card(ada, show_email="1")
    words = {"id": str(uuid.uuid4()), "name": "Ada Okafor", "card": "ada-okafor"}
    first = ben.client.post("/capture", json=words)
    assert ben.client.post("/capture", json=words).json == {**first.json, "status": "already"}
    for other in ({"card": ""}, {"no_portrait": "1"}, {"email": ""}, {"card": "ben"}):
        assert ben.client.post("/capture", json={**words, **other}).status_code == 409, other
    assert len(people(app, ben)) == 1


def test_a_capture_of_a_client_that_knows_no_cards_has_the_same_seal(app: Flask, ben: Person) -> None:
    words = {"id": str(uuid.uuid4()), "name": "Ada Okafor"}
    assert ben.client.post("/capture", json=words).status_code == 201
    for more in ({"card": ""}, {"card": None, "email": ""}):
        assert ben.client.post("/capture", json={**words, **more}).json["status"] == "already"


# --- somebody who is there already ----------------------------------------------


def test_the_same_card_again_is_pointed_out_with_the_way_to_met_again(
    app: Flask, ada: Person, ben: Person
) -> None:
    card_id = adas_card(ada)
    assert "already" not in asked(ben, "ada-okafor").text
    sent(ben, name="The surgeon from Boston")
    [contact] = people(app, ben)
    send(ada.client, f"/cards/{card_id}", **{**FULL, "handle": "moved", "name": "Ada Married"})
    page = asked(ben, "moved").text
    assert "Ada Married is in your list already." in page
    assert f'href="/contacts/{contact.id}/met"' in page
    known = told(ben, "moved").json["known"]
    assert known["surely"] is True
    assert [person["name"] for person in known["people"]] == ["The surgeon from Boston"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"name": "A. O.", "email": "ADA@okafor.example"}, "Ada Okafor is in your list already."),
        ({"name": "A. O.", "phone": "(617) 555-0142 "}, "Ada Okafor is in your list already."),
        ({"name": "Ada OKAFOR"}, "Somebody of this name is in your list already."),
        ({"name": "Ada Okafor", "institution": "Elsewhere"}, None),
        ({"name": "Somebody else", "email": "else@okafor.example"}, None),
    ],
)
def test_who_is_in_the_list_by_other_signs_is_pointed_out_too(
    app: Flask, ada: Person, ben: Person, words: dict[str, str], says: str | None
) -> None:
    adas_card(ada, show_email="1", show_phone="1", phone="+1 0617 555-0142")
    ben.client.post("/capture", json={"id": str(uuid.uuid4()), **words})
    page = asked(ben, "ada-okafor").text
    assert (says or "already") in page or says is None
    assert ("in your list already" in page) == bool(says)


def test_hidden_signs_of_a_card_do_not_tell_who_it_is(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    sent(ben, name="A. O.", email="ada@okafor.example", card="")
    assert "already" not in asked(ben, "ada-okafor").text


def test_another_owners_people_are_not_ones_own(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada, show_email="1")
    sent(ada, name="A. O.", email="ada@okafor.example", card="")
    assert "already" not in asked(ben, "ada-okafor").text


def test_saved_from_the_card_and_imported_she_is_known_by_its_uid(
    app: Flask, ada: Person, ben: Person, client: FlaskClient
) -> None:
    adas_card(ada)
    data = client.get("/c/ada-okafor/contact.vcf").data
    renamed = vcard.edit(vcard.parse(data), vcard.Edit(full_name="Someone")).to_bytes()
    with app.app_context(), writing():
        book.add(ben.id, renamed, contact_id=new_id(), met_at=NO_DAY)
    page = asked(ben, "ada-okafor").text
    assert "Ada Okafor is in your list already." in page
    assert "We met<" in page
    (person,) = told(ben, "ada-okafor").json["known"]["people"]
    assert (person["day"], person["deed"]) == ("not met yet", "We met")


def test_added_twice_on_purpose_no_two_cards_have_one_uid(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    for _ in range(2):
        assert sent(ben, name="Ada Okafor").status_code == 201
    one, other = people_with_cards(app, ben)
    assert one.uid != other.uid
    for contact in (one, other):
        assert len(card_of(contact).all("UID")) == 1
        assert vcard.project(card_of(contact)).has_photo


def test_a_removed_one_can_come_back_beside_the_one_added_since(app: Flask, ada: Person, ben: Person) -> None:
    adas_card(ada)
    first = sent(ben, name="Ada Okafor").json["contact"]
    ben.client.post(f"/contacts/{first}/remove")
    assert "already" not in asked(ben, "ada-okafor").text
    sent(ben, name="Ada Okafor")
    ben.client.post(f"/contacts/{first}/restore")
    assert len({contact.uid for contact in people(app, ben)}) == 2


def test_no_two_owners_keep_her_under_one_uid(
    app: Flask, ada: Person, ben: Person, client: FlaskClient
) -> None:
    adas_card(ada)
    make_card(ben.client, handle="ben-adler", name="Ben Adler")
    client.post("/signup", data=CLEO)
    sent(ben, name="Ada Okafor")
    client.post("/capture", json={"id": str(uuid.uuid4()), "name": "Ada Okafor", "card": "ada-okafor"})
    with app.app_context():
        uids = list(db.session.scalars(select(Contact.uid)))
    assert len(set(uids)) == 2
