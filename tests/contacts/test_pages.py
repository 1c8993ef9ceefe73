"""Pages of the people met: what they show, what they take, and whose they are."""

import io
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from netcard import vcard
from netcard.contacts import actions, book
from netcard.contacts.models import Contact, Encounter
from netcard.database import db, new_id, now, writing
from netcard.errors import NotHere
from netcard.events import actions as events
from netcard.media import media_store
from tests.contacts.test_book import contact_of, meet, seq_of
from tests.files import jpeg
from tests.people import Person


def met(app: Flask, owner: Person, name: str = "Margit Solheim", **more) -> UUID:
    with app.app_context():
        contact_id = meet(owner, name, **more)
        db.session.remove()
    return contact_id


def held(app: Flask, owner: Person, name: str = "Northern Cleft Congress") -> UUID:
    today = now().date()
    with app.app_context():
        with writing():
            fields = {"name": name, "starts_on": today, "ends_on": today, "time_zone": "Europe/Vienna"}
            event_id = events.add(owner.id, fields).id
        db.session.remove()
    return event_id


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def card_of(app: Flask, owner: Person, contact_id: UUID) -> vcard.Projection:
    with app.app_context():
        return vcard.project(vcard.parse(contact_of(owner, contact_id).vcard))


def names_in(html: str) -> list[str]:
    return [name.strip() for name in re.findall(r'<b dir="auto">([^<]*)', html)]


PAGES = (
    "/contacts/{id}",
    "/contacts/{id}/edit",
    "/contacts/{id}/met",
    "/contacts/{id}/contact.vcf",
    "/contacts/{id}/encounters/{met}",
    "/contacts/{id}/encounters/{met}/photo",
)
DEEDS = (
    "/contacts/{id}/edit",
    "/contacts/{id}/met",
    "/contacts/{id}/star",
    "/contacts/{id}/unstar",
    "/contacts/{id}/tags",
    "/contacts/{id}/untag",
    "/contacts/{id}/remove",
    "/contacts/{id}/restore",
    "/contacts/{id}/encounters/{met}",
    "/contacts/{id}/encounters/{met}/remove",
    "/contacts/{id}/encounters/{met}/restore",
)


def encounter_id(app: Flask, contact_id: UUID) -> UUID:
    with app.app_context():
        return db.session.scalars(select(Encounter.id).where(Encounter.contact_id == contact_id)).one()


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_somebody_elses_people(app: Flask, ada: Person, ben: Person, page: str) -> None:
    contact_id = met(app, ada)
    address = page.format(id=contact_id, met=encounter_id(app, contact_id))
    assert ben.client.get(address).status_code == 404
    assert ada.client.get(address).status_code == (404 if address.endswith("photo") else 200)
    visitor = app.test_client()
    assert visitor.get(address).status_code == 303


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_changes_somebody_elses_people(app: Flask, ada: Person, ben: Person, deed: str) -> None:
    contact_id = met(app, ada)
    address = deed.format(id=contact_id, met=encounter_id(app, contact_id))
    assert ben.client.post(address, data={"name": "Stolen", "tag": "x"}).status_code == 404
    assert ada.client.post(address, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    with app.app_context():
        contact = contact_of(ada, contact_id)
        assert (contact.name, contact.deleted_at, seq_of(ada)) == ("Margit Solheim", None, 1)


@pytest.mark.parametrize("address", ["/contacts/not-a-uuid", f"/contacts/{UUID(int=0)}", "/contacts/%00"])
def test_an_address_of_nobody_is_not_found(ada: Person, address: str) -> None:
    assert ada.client.get(address).status_code == 404


def test_the_list_groups_by_day_and_event(app: Flask, ada: Person, ben: Person) -> None:
    congress = held(app, ada)
    moment = now()
    met(app, ben, "Not Ada's")
    met(app, ada, "Today There", met_at=moment, event_id=congress, discussed="Stopped packing.")
    met(app, ada, "Today Elsewhere", met_at=moment)
    met(app, ada, "Yesterday", met_at=moment - timedelta(days=1))
    met(app, ada, "Long Ago", met_at=datetime(2019, 11, 13, 12, tzinfo=UTC))
    page = text_of(ada.client.get("/contacts"))
    assert "Stopped packing." in page
    assert "Not Ada" not in page
    headings = re.findall(r'<h2 dir="auto">([^<]*)</h2>(?:<span class="meta">([^<]*))?', page)
    assert ("Northern Cleft Congress", "Today") in headings
    assert [first for first, _ in headings if first != "Northern Cleft Congress"] == [
        "Today",
        "Yesterday",
        "13 November 2019",
    ]


def test_whoever_came_without_a_meeting_is_not_said_to_be_met(app: Flask, ada: Person) -> None:
    """Not under the heading of today's meetings, and not to be met "again"."""
    met(app, ada, "Met Today", met_at=now())
    with app.app_context(), writing():
        added = book.add(ada.id, vcard.compose(uid="one", full_name="From A File")).id
        connected = datetime(2019, 11, 13, 12, tzinfo=UTC)
        book.add(ada.id, vcard.compose(uid="two", full_name="From A Network"), met_at=connected)
    page = text_of(ada.client.get("/contacts"))
    assert re.findall(r'<h2 dir="auto">([^<]*)</h2>', page) == ["Added today", "Today", "13 November 2019"]
    person = text_of(ada.client.get(f"/contacts/{added}"))
    assert "We met" in person
    assert "Met again" not in person


def test_todays_page_shows_whom_one_met_and_not_what_a_file_brought(app: Flask, ada: Person) -> None:
    met(app, ada, "Met Long Ago", met_at=datetime(2019, 11, 13, 12, tzinfo=UTC))
    with app.app_context(), writing():
        book.add(ada.id, vcard.compose(uid="one", full_name="From A File"))
    assert names_in(text_of(ada.client.get("/"))) == ["Met Long Ago"]


def test_headings_are_in_the_owners_time_zone(app: Flask, ada: Person) -> None:
    """Half past eleven in the evening in London is tomorrow in Vienna."""
    met(app, ada, met_at=datetime(2019, 1, 31, 23, 30, tzinfo=UTC))
    assert "1 February 2019" in text_of(ada.client.get("/contacts"))


def test_pages_go_on_where_the_last_one_ended_and_miss_nobody(app: Flask, ada: Person) -> None:
    same = datetime(2024, 5, 5, 12, tzinfo=UTC)
    with app.app_context():
        for number in range(120):
            meet(ada, f"Person {number:03}", met_at=same + timedelta(hours=number // 40))
    seen: list[str] = []
    address = "/contacts"
    headings = []
    while address:
        page = text_of(ada.client.get(address, headers={"HX-Request": "true"}))
        assert "<html" not in page
        seen += names_in(page)
        headings += re.findall(r"<h2[^>]*>([^<]*)", page)
        more = re.search(r'hx-get="([^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert sorted(seen) == [f"Person {number:03}" for number in range(120)]
    assert headings == ["5 May 2024"]


@pytest.mark.parametrize(
    "after", ["", "x", "1.2", "99999999999999999999.0", "-1.%00", "1." + "f" * 32, "é." + "0" * 32]
)
@pytest.mark.parametrize("q", ["", "a"])
def test_a_broken_place_in_the_list_is_no_fault(app: Flask, ada: Person, after: str, q: str) -> None:
    met(app, ada)
    assert ada.client.get("/contacts", query_string={"after": after, "q": q}).status_code == 200


@pytest.mark.parametrize("q", ["\0", "\ud83d", "%", "_", "'", "a" * 5000, "((", "🙂", "a%b_c", "\u202e"])
def test_any_search_is_answered(app: Flask, ada: Person, q: str) -> None:
    met(app, ada)
    assert (
        ada.client.get(
            "/contacts", query_string={"q": q.encode("utf-8", "surrogatepass"), "tag": "\0x"}
        ).status_code
        == 200
    )
    assert ada.client.get("/contacts", query_string={"event": "nonsense"}).status_code == 404
    assert ada.client.get("/contacts", query_string={"event": str(new_id())}).status_code == 404


def test_filters_leave_those_they_name(app: Flask, ada: Person) -> None:
    congress = held(app, ada)
    one = met(app, ada, "One", event_id=congress, tags=("Cleft",))
    met(app, ada, "Two", tags=("cleft", "speech"))
    met(app, ada, "Three")
    ada.client.post(f"/contacts/{one}/star")

    def names(query: str) -> list[str]:
        return sorted(names_in(text_of(ada.client.get(f"/contacts?{query}", headers={"HX-Request": "1"}))))

    assert names(f"event={congress}") == ["One"]
    assert names("tag=CLEFT") == ["One", "Two"]
    assert names("starred=1") == ["One"]
    assert names("tag=speech&q=two") == ["Two"]
    assert names("tag=speech&q=one") == []
    page = text_of(ada.client.get("/contacts"))
    assert re.search(r"Everyone</bdi> <small>3", page)
    assert re.search(r"(?i)#cleft</bdi> <small>2", page)


def test_an_empty_list_says_how_it_begins_and_an_empty_search_how_to_go_on(app: Flask, ada: Person) -> None:
    assert "Nobody here yet" in text_of(ada.client.get("/contacts"))
    met(app, ada)
    page = text_of(ada.client.get("/contacts?q=nobodysname"))
    assert "Nobody by that word" in page
    assert 'value="nobodysname"' in page
    assert "Show everyone" in page


def test_a_search_answers_the_list_alone_and_its_address(app: Flask, ada: Person) -> None:
    met(app, ada)
    answer = ada.client.get("/contacts?q=marg", headers={"HX-Request": "true", "HX-Trigger": "search"})
    assert names_in(text_of(answer)) == ["Margit Solheim"]
    assert "<html" not in text_of(answer)
    assert answer.headers["HX-Replace-Url"] == "/contacts?q=marg"
    assert "HX-Request" in answer.headers["Vary"]


def test_an_edit_changes_lines_and_keeps_the_others(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, phone="+43 1 234", tags=("cleft",))
    with app.app_context(), writing():
        contact = contact_of(ada, contact_id)
        odd = b"item1.X-ABLabel:_$!<HomePage>!$_\r\nX-SKYPE:margit\r\nEND:VCARD"
        contact.vcard = contact.vcard.replace(b"END:VCARD", odd)
    form = {
        "name": "Margit Berg",
        "title": "Head, cleft; surgery",
        "tags": "cleft, Speech, #cleft",
        "note": "a\r\nb",
        "role": "Chair",
    }
    assert ada.client.post(f"/contacts/{contact_id}/edit", data=form).status_code == 303
    card = card_of(app, ada, contact_id)
    assert (card.full_name, card.title, card.tags, card.note) == (
        "Margit Berg",
        "Head, cleft; surgery",
        ("cleft", "Speech"),
        "a\nb",
    )
    assert card.phones == ()
    with app.app_context():
        contact = contact_of(ada, contact_id)
        assert b"X-SKYPE:margit\r\n" in contact.vcard
        assert b"Chair" not in contact.vcard
        assert (contact.role, contact.seq) == ("Chair", 2)


def test_an_edit_takes_nothing_back_that_a_phone_wrote_meanwhile(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    page = text_of(ada.client.get(f"/contacts/{contact_id}/edit"))
    etag = re.search(r'name="etag"[^>]*value="([^"]*)"', page)[1].replace("&#34;", '"')
    with app.app_context(), writing():
        phone = vcard.Edit(phone="+47 55 00", title="Professor")
        book.change(contact_of(ada, contact_id), lambda card: vcard.edit(card, phone), "carddav")
    form = {"name": "Margit Solheim", "institution": "Fjordside", "title": "", "phone": "", "etag": etag}
    note = card_of(app, ada, contact_id).note
    assert ada.client.post(f"/contacts/{contact_id}/edit", data=form | {"note": note}).status_code == 303
    card = card_of(app, ada, contact_id)
    assert (card.phones, card.title, card.institution) == (("+47 55 00",), "Professor", "Fjordside")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "needs a name"),
        ("name", "  ", "needs a name"),
        ("name", "n" * 201, "over 200 characters"),
        ("name", "a\0b", "cannot be kept"),
        ("title", "t" * 161, "over 160"),
        ("email", "margit@fjord", "unfinished"),
        ("email", "margit", "has an @"),
        ("tags", ",".join(f"tag{number}" for number in range(21)), "more than 20"),
        ("tags", "t" * 41, "at most 40"),
        ("note", "n" * 8001, "over 8000"),
        ("phone", "1\n2", "one line"),
    ],
)
def test_a_refused_edit_keeps_what_was_typed_and_says_why(
    app: Flask, ada: Person, field: str, value: str, sentence: str
) -> None:
    contact_id = met(app, ada)
    form = {"name": "Margit Typed", "institution": "Typed place", field: value}
    answer = ada.client.post(f"/contacts/{contact_id}/edit", data=form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Typed place" in text_of(answer)
    with app.app_context():
        assert seq_of(ada) == 1


def test_a_phones_strange_address_does_not_block_an_edit(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, email="margit at fjord")
    form = {"name": "Margit Berg", "email": "margit at fjord"}
    assert ada.client.post(f"/contacts/{contact_id}/edit", data=form).status_code == 303


def test_removing_can_be_taken_back_from_the_toast_and_from_the_removed(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    page = text_of(ada.client.post(f"/contacts/{contact_id}/remove", follow_redirects=True))
    assert "Removed Margit Solheim." in page
    undo = f"/contacts/{contact_id}/restore"
    assert f'action="{undo}"' in page
    assert ada.client.get(f"/contacts/{contact_id}").status_code == 404
    assert ada.client.get(f"/contacts/{contact_id}/contact.vcf").status_code == 404
    assert ada.client.post(f"/contacts/{contact_id}/edit", data={"name": "x"}).status_code == 404
    assert "Nobody here yet" in text_of(ada.client.get("/contacts"))
    assert "Nobody by that word" in text_of(ada.client.get("/contacts?q=margit"))
    removed = text_of(ada.client.get("/contacts?deleted=1"))
    assert "Margit Solheim" in removed
    assert f'action="{undo}"' in removed
    assert ada.client.post(undo).status_code == 303
    assert ada.client.post(undo).status_code == 303  # a second tap
    assert names_in(text_of(ada.client.get("/contacts?q=margit"))) == ["Margit Solheim"]
    with app.app_context():
        assert seq_of(ada) == 3


def test_a_star_and_a_tag_come_and_go_without_script_and_with_it(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, tags=("cleft",))
    page = f"/contacts/{contact_id}"
    assert ada.client.post(f"{page}/star").headers["Location"] == page
    assert 'aria-pressed="true"' in text_of(ada.client.get(page, headers={"HX-Request": "true"}))
    ada.client.post(f"{page}/unstar")
    assert 'aria-pressed="false"' in text_of(ada.client.get(page))
    ada.client.post(f"{page}/tags", data={"tag": "#Speech, CLEFT"})
    assert card_of(app, ada, contact_id).tags == ("cleft", "Speech")
    ada.client.post(f"{page}/untag", data={"tag": "Cleft"})
    assert card_of(app, ada, contact_id).tags == ("Speech",)
    many = ",".join(f"t{number}" for number in range(20))
    refused = ada.client.post(f"{page}/tags", data={"tag": many})
    assert refused.status_code == 422
    assert card_of(app, ada, contact_id).tags == ("Speech",)
    assert ada.client.post(f"{page}/tags", data={"tag": "t" * 41}).status_code == 422
    assert ada.client.post(f"{page}/tags").status_code == 303


def test_meeting_again_moves_a_person_up_and_leaves_the_card(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, met_at=datetime(2019, 11, 13, 12, tzinfo=UTC))
    congress = held(app, ada)
    form = {
        "met_at": "2024-03-12T11:20",
        "event": str(congress),
        "poster": "P-9",
        "discussed": "Speech clinic",
        "promised": "the scale",
        "promised_by": "2024-03-20",
        "offered": "a month",
    }
    answer = ada.client.post(
        f"/contacts/{contact_id}/met", data={**form, "photo": (io.BytesIO(jpeg(orientation=6)), "IMG_1.jpg")}
    )
    assert answer.status_code == 303
    page = text_of(ada.client.get(f"/contacts/{contact_id}"))
    shown = ("Met again at Northern Cleft Congress", "Poster P-9", "Speech clinic", "the scale", "a month")
    for said in (*shown, "12 Mar 2024"):
        assert said in page
    photo = ada.client.get(re.search(r'img src="([^"]*/photo)"', page)[1])
    assert photo.mimetype == "image/jpeg"
    assert photo.headers["Cache-Control"] == "no-store"
    for word in ("clinic", "month"):
        assert names_in(text_of(ada.client.get(f"/contacts?q={word}"))) == ["Margit Solheim"]
    with app.app_context():
        contact = contact_of(ada, contact_id)
        assert contact.met_at == datetime(2024, 3, 12, 10, 20, tzinfo=UTC)  # Vienna in winter
        assert contact.encounters[0].met_offset == 60
        assert seq_of(ada) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("met_at", "", "Say when you met"),
        ("met_at", "yesterday", "Write the day and the time like"),
        ("met_at", "2024-03-31T02:30", "from 02:00 to 03:00"),
        ("offered", "o" * 1001, "over 1000"),
        ("met_at", "9999-12-31T23:59", "Look at the year"),
        ("met_at", "0001-01-01T00:00", "Look at the year"),
        ("promised_by", "9999-12-31", "too far away"),
        ("promised_by", "soon", "year-month-day"),
        ("event", "nonsense", "not one of your events"),
        ("discussed", "d" * 4001, "over 4000"),
        ("poster", "p\0", "cannot be kept"),
        ("photo", "", "not a photo netcard can read"),
    ],
)
def test_a_refused_meeting_keeps_what_was_typed(
    app: Flask, ada: Person, field: str, value: str, sentence: str
) -> None:
    contact_id = met(app, ada)
    form: dict = {"met_at": "2024-03-12T11:20", "promised": "Typed promise", field: value}
    if field == "photo":
        form["photo"] = (io.BytesIO(b"<svg>"), "a.jpg")
    answer = ada.client.post(f"/contacts/{contact_id}/met", data=form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Typed promise" in text_of(answer)


@pytest.mark.parametrize("field", ["met_at", "event", "promised_by", "discussed", "drop_photo"])
def test_a_file_where_words_are_expected_is_not_there(app: Flask, ada: Person, field: str) -> None:
    contact_id = met(app, ada)
    form = {"met_at": "2024-03-12T11:20", field: (io.BytesIO(b"x"), "a.jpg")}
    answer = ada.client.post(f"/contacts/{contact_id}/met", data=form)
    assert answer.status_code == (422 if field == "met_at" else 303)


def test_a_meeting_that_was_not_kept_leaves_no_photo(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_id = met(app, ada)

    def refuse(*_args: object, **_more: object) -> None:
        raise NotHere("This person was removed a moment ago.")

    monkeypatch.setattr(actions, "meet_again", refuse)
    form = {"met_at": "2024-03-12T11:20", "photo": (io.BytesIO(jpeg()), "IMG_1.jpg")}
    assert ada.client.post(f"/contacts/{contact_id}/met", data=form).status_code == 404
    with app.app_context():
        assert media_store().keys(ada.id) == []


def test_the_future_is_not_a_meeting(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada)
    later = (now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    assert ada.client.post(f"/contacts/{contact_id}/met", data={"met_at": later}).status_code == 422


def test_somebody_elses_event_is_not_one_of_mine(app: Flask, ada: Person, ben: Person) -> None:
    contact_id, bens = met(app, ada), held(app, ben)
    form = {"met_at": "2024-03-12T11:20", "event": str(bens)}
    assert ada.client.post(f"/contacts/{contact_id}/met", data=form).status_code == 422


def test_an_edited_meeting_corrects_the_cards_line_about_it(app: Flask, ada: Person) -> None:
    contact_id = met(
        app, ada, met_at=datetime(2024, 3, 12, 10, 20, 30, tzinfo=UTC), met_offset=-300, poster="P-1"
    )
    address = f"/contacts/{contact_id}/encounters/{encounter_id(app, contact_id)}"
    assert 'value="2024-03-12T11:20"' in text_of(ada.client.get(address))
    ada.client.post(address, data={"met_at": "2024-03-12T11:20", "poster": "P-2"})
    assert card_of(app, ada, contact_id).note == "Met 12 Mar 2024, poster P-2"
    with app.app_context():
        encounter = contact_of(ada, contact_id).encounters[0]
        assert (encounter.met_at.second, encounter.met_offset) == (30, -300)
        assert seq_of(ada) == 2
    ada.client.post(address, data={"met_at": "2024-03-13T11:20", "poster": "P-2"})
    assert card_of(app, ada, contact_id).note == "Met 13 Mar 2024, poster P-2"


def test_a_removed_meeting_can_be_taken_back(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, discussed="Unforgettable")
    address = f"/contacts/{contact_id}/encounters/{encounter_id(app, contact_id)}"
    page = text_of(ada.client.post(f"{address}/remove", follow_redirects=True))
    assert "Removed this meeting." in page
    assert "Unforgettable" not in page
    assert ada.client.get(address).status_code == 404
    assert not names_in(text_of(ada.client.get("/contacts?q=unforgettable")))
    assert "Unforgettable" in text_of(ada.client.post(f"{address}/restore", follow_redirects=True))
    assert names_in(text_of(ada.client.get("/contacts?q=unforgettable"))) == ["Margit Solheim"]


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ({"email": "M@fjord.example"}, {"name": "Somebody", "email": "m@FJORD.example"}, True),
        ({"phone": "+44 20 7946 0958"}, {"name": "Somebody", "phone": "(020) 7946-0958"}, True),
        ({"phone": "123"}, {"name": "Somebody", "phone": "123"}, False),
        ({}, {"name": "Dr MARGIT SÓLHEIM"}, True),
        ({"institution": "Fjordside"}, {"name": "Margit Solheim"}, True),
        ({"institution": "Fjordside"}, {"name": "Margit Solheim", "institution": "FJORDSIDE"}, True),
        ({"institution": "Fjordside"}, {"name": "Margit Solheim", "institution": "Wexcombe"}, False),
        ({}, {"name": "Margit Solberg"}, False),
    ],
)
def test_who_looks_like_somebody_already_there_is_pointed_out_and_stays_apart(
    app: Flask, ada: Person, ben: Person, one: dict, other: dict, like: bool
) -> None:
    met(app, ben, **one)
    first, second = met(app, ada, **one), met(app, ada, **other)
    for here, there in ((first, second), (second, first)):
        page = text_of(ada.client.get(f"/contacts/{here}"))
        assert ("Looks like somebody" in page) is like
        assert (f'href="/contacts/{there}"' in page) is like
    listed = text_of(ada.client.get("/contacts"))
    assert listed.count("Compare</span>") == (2 if like else 0)
    with app.app_context():
        assert len(db.session.scalars(select(Contact).where(Contact.owner_id == ada.id)).all()) == 2


def test_the_contact_file_is_the_kept_card_with_a_name_any_phone_reads(app: Flask, ada: Person) -> None:
    contact_id = met(app, ada, 'Łukasz "Ø" \u202eŽ\r\nX: y')
    answer = ada.client.get(f"/contacts/{contact_id}/contact.vcf")
    with app.app_context():
        assert answer.data == contact_of(ada, contact_id).vcard
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="lukasz-o-z-x-y.vcf"')


def test_what_a_stranger_wrote_is_shown_as_text(app: Flask, ada: Person) -> None:
    evil = '<script>alert("1")</script>'
    contact_id = met(app, ada, evil, institution=evil, discussed=evil, tags=(evil,), poster=evil, role="<b>")
    with app.app_context(), writing():
        contact = contact_of(ada, contact_id)
        contact.vcard = contact.vcard.replace(b"END:VCARD", b"URL:javascript:alert(1)\r\nEND:VCARD")
    for address in (
        "/contacts",
        f"/contacts/{contact_id}",
        f"/contacts/{contact_id}/edit",
        f"/contacts?person={contact_id}",
    ):
        page = text_of(ada.client.get(address))
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


def test_the_second_pane_shows_the_person_the_address_names(app: Flask, ada: Person, ben: Person) -> None:
    contact_id, bens = met(app, ada), met(app, ben, "Ben's friend")
    assert f'data-id="{contact_id}"' in text_of(ada.client.get(f"/contacts?person={contact_id}"))
    assert "Nobody chosen" in text_of(ada.client.get(f"/contacts?person={bens}"))
    assert "Nobody chosen" in text_of(ada.client.get("/contacts?person=%00"))


def test_new_people_are_captured(ada: Person) -> None:
    assert ada.client.get("/contacts/new").headers["Location"] == "/capture"
