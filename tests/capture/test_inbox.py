"""What visitors left: kept once, put to somebody known, discarded, and each of these taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from netcard import vcard
from netcard.capture import queries
from netcard.capture.models import Hello
from netcard.cards import rules as cards
from netcard.contacts.models import Contact
from netcard.database import db, new_id, now, writing
from tests.capture.leaving import MARGIT, leave, left, meetings, only, people, rows
from tests.cards.making import make_card, send
from tests.people import Person, signed_in

PARTIAL = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def card(ada: Person) -> str:
    return str(make_card(ada.client, hello_open="1"))


def act(owner: Person, what: str, hello_id: UUID, **fields: object) -> TestResponse:
    return owner.client.post(f"/inbox/{hello_id}/{what}", data=fields)


def capture(owner: Person, **fields: str) -> UUID:
    """Somebody in the list already."""
    answer = owner.client.post("/capture", json={"id": str(new_id()), **fields})
    assert answer.status_code == 201, answer.text
    return UUID(answer.get_json()["contact"])


def shown(contact: Contact) -> vcard.Projection:
    return vcard.project(vcard.parse(contact.vcard))


# --- keeping ------------------------------------------------------------------


def test_kept_they_are_a_contact_with_the_meeting(app: Flask, client: FlaskClient, ada: Person) -> None:
    day = now().date() - timedelta(1)
    event = {"name": "Northern Cleft Congress", "starts_on": str(day), "ends_on": str(day + timedelta(3))}
    ada.client.post("/events", data={**event, "time_zone": "Europe/Vienna"})
    leave(client)
    hello_id = only(app, ada)
    waiting = ada.client.get("/inbox").text
    for text in (*MARGIT.values(), "Northern Cleft Congress", "ada-okafor"):
        assert text in waiting, text
    answer = act(ada, "accept", hello_id)
    assert (answer.status_code, answer.location) == (303, "/inbox")
    [contact] = people(app, ada)
    card = shown(contact)
    assert (card.full_name, card.institution) == (MARGIT["name"], MARGIT["institution"])
    assert (card.emails, card.phones) == ((MARGIT["email"],), (MARGIT["phone"],))
    assert card.note.startswith("Met "), "the line about the meeting"
    assert card.note.endswith("Northern Cleft Congress")
    [met] = meetings(app, ada)
    [hello] = left(app, ada)
    assert (met.id, met.contact_id, met.met_at) == (hello_id, contact.id, hello.left_at)
    assert met.discussed == "They wrote: “Could I have the speech scale?”"
    assert met.event_id
    assert met.opens_follow_up
    page = ada.client.get("/inbox").text
    assert "Kept: Margit Solheim." in page
    assert "Nothing waits here" in page
    assert f'href="/contacts/{contact.id}"' in page


def test_who_is_kept_is_found_and_counts_in_the_book(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    act(ada, "accept", only(app, ada))
    assert "Margit Solheim" in ada.client.get("/contacts?q=speech+scale").text
    assert "Margit Solheim" in ada.client.get("/followups").text


def test_kept_twice_they_are_one(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    hello_id = only(app, ada)
    assert [act(ada, "accept", hello_id).status_code for _ in range(3)] == [303] * 3
    other = capture(ada, name="Somebody Else")
    assert act(ada, "merge", hello_id, contact=other).status_code == 303
    assert len(people(app, ada)) == 2
    assert [met.id for met in meetings(app, ada)].count(hello_id) == 1


def test_kept_in_two_tabs_at_once_they_are_one(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    hello_id, other = only(app, ada), capture(ada, name="Somebody Else")
    ways = [("accept", {}), ("merge", {"contact": str(other)})] * 3

    def tap(way: tuple[str, dict[str, str]]) -> int:
        browser = signed_in(app, ada.token)
        return browser.post(f"/inbox/{hello_id}/{way[0]}", data=way[1]).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(tap, ways)) == [303] * 6
    assert [met.id for met in meetings(app, ada)].count(hello_id) == 1
    assert len(rows(app, ada, Contact)) == 2, "nobody was made twice"


def test_a_late_replay_brings_nobody_back(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    hello_id = only(app, ada)
    act(ada, "accept", hello_id)
    ada.client.post(f"/contacts/{people(app, ada)[0].id}/remove")
    act(ada, "accept", hello_id)
    assert people(app, ada) == []
    assert "Removed from your people since" in ada.client.get("/inbox").text


def test_keeping_taken_back_they_wait_again_and_are_nobody(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    leave(client)
    hello_id = only(app, ada)
    act(ada, "accept", hello_id)
    [first] = people(app, ada)
    assert act(ada, "restore", hello_id).status_code == 303
    assert people(app, ada) == []
    assert "Margit Solheim waits here again." in ada.client.get("/inbox").text
    with app.app_context():
        assert queries.waiting(ada.id) == 1
    act(ada, "accept", hello_id)
    [again] = people(app, ada)
    assert again.id == first.id, "the same card, for a phone may know it"
    assert [met.id for met in meetings(app, ada)] == [hello_id]


def test_what_grew_since_is_not_taken_away(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    hello_id = only(app, ada)
    act(ada, "accept", hello_id)
    [contact] = people(app, ada)
    again = {"met_at": f"{now():%Y-%m-%dT%H:%M}", "discussed": "More"}
    ada.client.post(f"/contacts/{contact.id}/met", data=again)
    assert len(meetings(app, ada)) == 2
    refused = act(ada, "restore", hello_id)
    assert refused.status_code == 409
    assert "More has come of Margit Solheim" in refused.text
    assert len(people(app, ada)) == 1


# --- somebody known -----------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"name": "M. S.", "email": "MARGIT@fjordside.example"}, "The same e-mail."),
        ({"name": "Another Solheim", "phone": "+47 22 12 34 57"}, ""),
        ({"name": "Solheim", "phone": "0047 22 12 34 56"}, "The same phone."),
        ({"name": "Prof. Margit Solheim"}, "The same name."),
        ({"name": "Margit Solheim", "institution": "Elsewhere"}, "The same name"),
    ],
)
def test_who_looks_like_somebody_known_is_pointed_out(
    client: FlaskClient, ada: Person, ben: Person, known: dict[str, str], why: str
) -> None:
    capture(ada, **known)
    capture(ada, name="Noise", email="noise@example.org", phone="+43 1 555 0199")
    capture(ben, name="Margit Solheim", email=MARGIT["email"])
    leave(client)
    page = ada.client.get("/inbox").text
    assert page.count("Looks like") == bool(why)
    assert why in page
    assert ("Keep as somebody new" in page) == bool(why)


def test_put_to_somebody_known_their_card_gets_what_it_lacks(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    known = capture(
        ada, name="Prof. M. Solheim", institution="Old Place", email="ms@home.example", discussed="Fistulas"
    )
    leave(client)
    hello_id = only(app, ada)
    answer = act(ada, "merge", hello_id, contact=known)
    assert (answer.status_code, answer.location) == (303, "/inbox")
    [contact] = people(app, ada)
    card = shown(contact)
    assert contact.id == known
    assert (card.full_name, card.institution) == ("Prof. M. Solheim", "Old Place"), "nothing overwritten"
    assert card.emails == ("ms@home.example", MARGIT["email"])
    assert card.phones == (MARGIT["phone"],)
    assert {met.id: met.contact_id for met in meetings(app, ada)}[hello_id] == known
    assert len(meetings(app, ada)) == 2
    page = ada.client.get("/inbox").text
    assert "Added to Prof. M. Solheim." in page
    assert "left as <bdi>Margit Solheim</bdi>" in page


def test_putting_to_somebody_taken_back_leaves_them_as_they_were(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    known = capture(ada, name="Margit Solheim")
    before = shown(people(app, ada)[0])
    leave(client)
    hello_id = only(app, ada)
    act(ada, "merge", hello_id, contact=known)
    assert act(ada, "restore", hello_id).status_code == 303
    [contact] = people(app, ada)
    after = shown(contact)
    assert (contact.id, after.emails, after.phones, after.institution, after.note) == (
        known, before.emails, before.phones, before.institution, before.note
    )  # fmt: skip
    assert [met.contact_id for met in meetings(app, ada) if met.id != hello_id] == [known]
    assert "Looks like" in ada.client.get("/inbox").text
    act(ada, "merge", hello_id, contact=known)
    assert shown(people(app, ada)[0]).emails == (MARGIT["email"],)
    act(ada, "restore", hello_id)
    act(ada, "accept", hello_id)
    assert len(people(app, ada)) == 2, "somebody new after all"


def test_a_namesake_who_was_removed_is_not_pointed_out(app: Flask, client: FlaskClient, ada: Person) -> None:
    gone = capture(ada, name="Margit Solheim", email=MARGIT["email"])
    ada.client.post(f"/contacts/{gone}/remove")
    leave(client)
    assert "Looks like" not in ada.client.get("/inbox").text
    assert act(ada, "merge", only(app, ada), contact=gone).status_code == 404
    act(ada, "accept", only(app, ada))
    assert [contact.id == gone for contact in people(app, ada)] == [False]


def test_of_two_merged_the_one_that_stays_is_pointed_out(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    kept, gone = capture(ada, name="Margit Solheim"), capture(ada, name="M. S.", email=MARGIT["email"])
    etags = {contact.id: contact.etag for contact in people(app, ada)}
    merged = ada.client.post(
        f"/contacts/{kept}/merge", data={"with": gone, "etag": etags[kept], "with_etag": etags[gone]}
    )
    assert merged.status_code == 303
    leave(client)
    page = ada.client.get("/inbox").text
    assert page.count("Looks like") == 1
    assert f'value="{kept}"' in page


def test_who_went_into_another_since_is_led_to(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    act(ada, "accept", only(app, ada))
    [gone] = people(app, ada)
    kept = capture(ada, name="Prof. Solheim")
    etags = {contact.id: contact.etag for contact in people(app, ada)}
    ada.client.post(
        f"/contacts/{kept}/merge", data={"with": gone.id, "etag": etags[kept], "with_etag": etags[gone.id]}
    )
    assert f'href="/contacts/{kept}"' in ada.client.get("/inbox").text


def test_a_switchboards_number_points_at_nobody(client: FlaskClient, ada: Person) -> None:
    for number in range(6):
        capture(ada, name=f"Colleague {number}", phone=MARGIT["phone"])
    leave(client)
    assert "Looks like" not in ada.client.get("/inbox").text


# --- discarding ---------------------------------------------------------------


def test_discarded_it_can_be_put_back_for_a_month_and_is_then_erased(
    app: Flask, client: FlaskClient, ada: Person, ben: Person
) -> None:
    make_card(ben.client, handle="ben-ito", name="Ben Ito", hello_open="1")
    leave(client, "ben-ito")
    leave(client)
    hello_id = only(app, ada)
    act(ada, "discard", hello_id)
    act(ben, "discard", only(app, ben))
    page = ada.client.get("/inbox").text
    assert "Discarded what Margit Solheim left." in page
    assert "Put back" in page
    act(ada, "restore", hello_id)
    assert "Put back" not in ada.client.get("/inbox").text
    act(ada, "discard", hello_id)
    for days, still in ((29, 1), (31, 0)):
        with time_machine.travel(now() + timedelta(days), tick=False):
            ada.client.get("/inbox")
            assert len(left(app, ada)) == still
    assert len(left(app, ben)) == 1, "each inbox by itself"


def test_what_was_kept_is_forgotten_after_a_month_and_the_person_stays(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    leave(client)
    leave(client, name="Still Waiting")
    act(ada, "accept", left(app, ada)[0].id)
    with time_machine.travel(now() + timedelta(31), tick=False):
        leave(client, name="Newcomer")  # whose arrival is an occasion to forget
        assert [hello.name for hello in left(app, ada)] == ["Still Waiting", "Newcomer"]
    assert [contact.name for contact in people(app, ada)] == ["Margit Solheim"]


def test_what_was_kept_is_not_discarded_from_another_tab(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    leave(client)
    act(ada, "accept", only(app, ada))
    assert act(ada, "discard", only(app, ada)).status_code == 409
    assert len(people(app, ada)) == 1
    leave(client, name="Another")
    another = left(app, ada)[1].id
    act(ada, "discard", another)
    act(ada, "accept", another)
    assert len(people(app, ada)) == 2, "and who was discarded can still be kept"


# --- the page -----------------------------------------------------------------


def test_nobody_else_sees_or_touches_it(app: Flask, client: FlaskClient, ada: Person, ben: Person) -> None:
    theirs = capture(ben, name="Margit Solheim")
    leave(client)
    hello_id = only(app, ada)
    assert "Margit" not in ben.client.get("/inbox").text
    for what in ("accept", "merge", "discard", "restore"):
        assert act(ben, what, hello_id, contact=theirs).status_code == 404, what
        assert client.post(f"/inbox/{hello_id}/{what}").location.startswith("/login")
        assert ada.client.get(f"/inbox/{hello_id}/{what}").status_code == 405
        assert act(ada, what, uuid4(), contact=theirs).status_code == 404
    assert act(ada, "merge", hello_id, contact=theirs).status_code == 404, "nor into Ben's people"
    assert act(ada, "merge", hello_id, contact="x").status_code == 404
    assert client.get("/inbox").location.startswith("/login")
    [hello] = left(app, ada)
    assert (hello.accepted_at, hello.discarded_at) == (None, None)


def test_an_empty_inbox_says_how_to_fill_it(ada: Person, ben: Person, card: str) -> None:
    page = ada.client.get("/inbox").text
    assert "/c/ada-okafor/hello" in page
    send(ada.client, f"/cards/{card}")
    page = ada.client.get("/inbox").text
    assert f'href="/cards/{card}#hello_open"' in page
    assert "Switch it on" in page
    assert 'href="/cards/new"' in ben.client.get("/inbox").text
    assert 'href="/inbox"' in ada.client.get("/settings").text


def test_the_newest_come_first_and_very_many_by_and_by(
    app: Flask, client: FlaskClient, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    for name in ("First", "Second", "Third"):
        leave(client, name=name)
    page = ada.client.get("/inbox").text
    assert page.index("Third") < page.index("Second")
    assert "First" not in page
    assert "1 more come" in page


def test_without_script_the_whole_page_and_with_it_the_list(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    leave(client)
    partial = ada.client.get("/inbox", headers=PARTIAL)
    assert partial.text.lstrip().startswith('<div id="inbox">')
    whole = ada.client.get("/inbox").text
    assert f'method="post" action="/inbox/{only(app, ada)}/accept"' in whole
    act(ada, "discard", only(app, ada))
    assert 'hx-swap-oob="beforeend"' in ada.client.get("/inbox", headers=PARTIAL).text


def test_what_was_left_on_a_removed_card_stays(
    app: Flask, client: FlaskClient, ada: Person, card: str
) -> None:
    leave(client)
    ada.client.post(f"/cards/{card}/removal")
    page = ada.client.get("/inbox").text
    assert "on a card you removed" in page
    with time_machine.travel(now() + cards.KEPT_AFTER_REMOVAL + timedelta(1), tick=False):
        make_card(ada.client, handle="ada-new", hello_open="1")  # erases the removed one for good
        assert "on a card you removed" in ada.client.get("/inbox").text
        assert left(app, ada)[0].card_id is None
        act(ada, "accept", only(app, ada))
    assert len(people(app, ada)) == 1


def test_at_no_event_the_meeting_has_none(app: Flask, client: FlaskClient, ada: Person) -> None:
    ada.client.post(
        "/events",
        data={"name": "Long ago", "starts_on": "2020-01-01", "ends_on": "2020-01-03", "time_zone": "UTC"},
    )
    leave(client, message=None, institution=None, phone=None)
    act(ada, "accept", only(app, ada))
    [met] = meetings(app, ada)
    assert (met.event_id, met.discussed) == (None, "")


def test_what_waited_long_opens_no_follow_up(app: Flask, client: FlaskClient, ada: Person) -> None:
    leave(client)
    with app.app_context():
        with writing():
            db.session.query(Hello).one().left_at = now() - timedelta(60)
        db.session.remove()
    act(ada, "accept", only(app, ada))
    [met] = meetings(app, ada)
    assert not met.opens_follow_up
