"""Two people become one as the owner chooses; what was not seen is not merged."""

import threading
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard import vcard
from netcard.accounts.models import Account
from netcard.contacts import actions as contacts
from netcard.contacts import book
from netcard.contacts.merging import actions
from netcard.contacts.merging.actions import Agreed
from netcard.contacts.merging.fields import mark
from netcard.contacts.merging.queries import kept_first
from netcard.contacts.models import (
    Contact,
    Merge,
    Revision,
)
from netcard.contacts.rules import Met
from netcard.database import db, new_id, writing
from netcard.errors import Conflict
from netcard.media import media_store
from tests.contacts.merging import filled
from tests.contacts.test_book import contact_of, meet, seq_of
from tests.contacts.two import NOON, ODD, Two
from tests.files import jpeg
from tests.people import Person, signed_in

# --- one ----------------------------------------------------------------------


def test_by_default_all_of_both_stays_and_the_kept_cards_word_counts(two: Two) -> None:
    before = two.data("kept")
    answer = two.merge()
    assert (answer.status_code, answer.location) == (303, f"/contacts/{two.kept}")
    shown = two.shown()
    assert (shown.full_name, shown.institution, shown.title) == ("Margit Solheim", "Fjordside", "Consultant")
    assert shown.emails == ("m@fjord.example", "margit@home.example")
    assert shown.phones == ("+47 90 00 00 00",)
    assert shown.tags == ("cleft", "oslo")
    assert shown.note.splitlines() == ["Met 22 Nov 2026, poster P-1", "From the phone."]
    after = two.data("kept")
    for line in (b"IMPP;X-SERVICE-TYPE=Signal:signal:margit", b'X-ODD;P="a,b":c', b"BDAY:1970-05-17"):
        assert line + b"\r\n" in after
    for line in before.splitlines():
        assert line in after.splitlines() or line.startswith((b"REV", b"NOTE", b"CATEGORIES"))
    assert two.meetings("kept") == ["packing", "fistulas 0", "fistulas 1"]
    with two.app.app_context():
        kept, gone = two.contact("kept"), two.contact("gone")
        assert (kept.role, bool(kept.starred_at), kept.met_at) == ("Attending", True, NOON)
        assert gone.deleted_at
        assert bytes(gone.vcard) == ODD
        assert " fistulas" in kept.folded
        revision = db.session.scalars(select(Revision).where(Revision.contact_id == two.kept)).one()
        assert (revision.vcard, revision.replaced_by) == (before, "merge")


def test_each_field_is_as_the_owner_chooses(two: Two) -> None:
    two.merge(
        name="gone",
        institution="gone",
        role="gone",
        note="kept",
        tag=mark("oslo"),
        email=mark("m@fjord.example"),
    )
    shown = two.shown()
    assert (shown.full_name, shown.prefix, shown.institution) == (
        "Dr Margit Solheim",
        "Dr",
        "Oslo University Hospital",
    )
    assert shown.emails == ("m@fjord.example",)
    assert shown.tags == ("oslo",)
    assert shown.note == "Met 22 Nov 2026, poster P-1"
    with two.app.app_context():
        assert two.contact("kept").role == "Researcher"


def test_the_line_of_where_they_met_stays_with_the_other_cards_note(two: Two) -> None:
    two.merge(note="gone")
    assert two.shown().note.splitlines() == ["From the phone.", "Met 22 Nov 2026, poster P-1"]


def test_an_owner_who_wants_no_such_line_gets_none(two: Two) -> None:
    with two.app.app_context(), writing():
        db.session.get_one(Account, two.owner.id).met_line = False
    two.merge(note="gone")
    assert two.shown().note == "From the phone."


def test_the_phone_sees_one_card_change_and_one_go(two: Two) -> None:
    token, _ = changes_since(two)
    two.merge()
    token, moved = changes_since(two, token)
    assert moved == {(two.kept, True), (two.gone, False)}
    two.undo()
    _, moved = changes_since(two, token)
    assert moved == {(two.kept, True), (two.gone, True)}


def changes_since(two: Two, token: int = 0) -> tuple[int, set[tuple[UUID, bool]]]:
    """The book's counter, and who moved it since: (id, whether they are still there)."""
    with two.app.app_context():
        rows = db.session.execute(
            select(Contact.id, Contact.deleted_at).where(
                Contact.owner_id == two.owner.id, Contact.seq > token
            )
        )
        return seq_of(two.owner), {(row.id, row.deleted_at is None) for row in rows}


def test_whoever_went_is_found_where_they_went_and_not_among_the_removed(two: Two) -> None:
    two.merge()
    client = two.owner.client
    answer = client.get(f"/contacts/{two.gone}")
    assert (answer.status_code, answer.location) == (303, f"/contacts/{two.kept}")
    page = client.get(f"/contacts/{two.kept}").text
    assert "Margit" not in client.get("/contacts?deleted=1").text
    assert "Merged from" in page
    assert "Dr Margit Solheim" in page
    assert client.get("/contacts/duplicates").text.count("Compare and merge") == 0
    assert client.get("/contacts?q=margit").text.count('<b dir="auto">') == 1


def test_through_two_merges_a_link_still_arrives(two: Two) -> None:
    two.merge()
    with two.app.app_context():
        third = meet(two.owner, "Margit S.")
    client = two.owner.client
    form = filled(client.get(f"/contacts/{third}/merge?with={two.kept}").text)
    client.post(f"/contacts/{third}/merge", data=form)
    assert client.get(f"/contacts/{two.gone}").location == f"/contacts/{third}"
    assert client.get(f"/contacts/{two.kept}").location == f"/contacts/{third}"
    with two.app.app_context():
        assert len(contact_of(two.owner, third).encounters) == 4


def test_a_capture_sent_again_after_a_merge_is_already_there(app: Flask, ada: Person) -> None:
    sent = {"id": str(uuid4()), "name": "Margit Solheim", "met_at": "2026-11-22T12:00:00+01:00"}
    made = ada.client.post("/capture", json=sent).json
    with app.app_context():
        kept = meet(ada, "Margit Solheim", email="m@fjord.example")
    form = filled(ada.client.get(f"/contacts/{kept}/merge?with={made['contact']}").text)
    assert ada.client.post(f"/contacts/{kept}/merge", data=form).status_code == 303
    again = ada.client.post("/capture", json=sent)
    assert (again.status_code, again.json["status"], again.json["contact"]) == (
        200,
        "already",
        made["contact"],
    )
    assert ada.client.get(f"/contacts/{made['contact']}").location == f"/contacts/{kept}"
    with app.app_context():
        assert len(contact_of(ada, kept).encounters) == 2


def test_photos_of_meetings_go_with_them(two: Two) -> None:
    with two.app.app_context():
        key = media_store().put(two.owner.id, jpeg(8, 8), ".jpg")
        with writing():
            met = Met(name="", met_at=NOON, photo_file=key)
            met_id = contacts.meet_again(two.contact("gone"), met, encounter_id=new_id()).id
    two.merge()
    photo = f"/contacts/{{}}/encounters/{met_id}/photo"
    assert two.owner.client.get(photo.format(two.kept)).status_code == 200
    two.undo()
    assert two.owner.client.get(photo.format(two.gone)).status_code == 200


def test_while_they_are_one_both_histories_can_be_read(two: Two, ben: Person) -> None:
    two.change("gone", vcard.Edit(title="Professor"))
    two.merge()
    page = two.owner.client.get(f"/contacts/{two.kept}").text
    address = "/contacts/merges/" + page.partition('<a href="/contacts/merges/')[2].partition('"')[0]
    told = two.owner.client.get(address).text
    for words in (
        "Fjordside",
        "Oslo University Hospital",
        "Professor",
        "From the phone.",
        "before <bdi>Consultant",
    ):
        assert words in told
    assert ben.client.get(address).status_code == 404
    two.undo()
    assert "Taken back since" in two.owner.client.get(address).text
    assert "Professor" in two.owner.client.get(f"/contacts/{two.gone}/versions").text


# --- refusals -----------------------------------------------------------------


@pytest.mark.parametrize("which", ["kept", "gone"])
def test_a_card_changed_meanwhile_is_shown_again_and_nothing_is_merged(two: Two, which: str) -> None:
    form = filled(two.page())
    form["name"] = "gone"
    form.setlist("tag", [])
    two.change(which, vcard.Edit(title="Changed by the phone", email="new@x.example"))
    before = two.data("kept"), two.data("gone")
    answer = two.owner.client.post(two.address, data=form)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    again = filled(answer.text)
    assert again["name"] == "gone"
    assert again.getlist("tag") == []
    assert mark("new@x.example") in again.getlist("email")
    assert (two.data("kept"), two.data("gone")) == before
    assert two.owner.client.post(two.address, data=again).status_code == 303
    assert two.shown().full_name == "Dr Margit Solheim"


def test_a_change_between_the_look_and_the_lock_is_seen_under_the_lock(two: Two) -> None:
    with two.app.app_context():
        kept, gone = two.contact("kept"), two.contact("gone")
        card = vcard.merge(vcard.parse(kept.vcard), vcard.parse(gone.vcard), vcard.Choices())
        agreed = Agreed(kept.etag, gone.etag, card, "")
        db.session.remove()
    two.change("gone", vcard.Edit(title="Changed"))
    with two.app.app_context(), pytest.raises(Conflict), writing():
        actions.merge(two.contact("kept"), two.contact("gone"), agreed)
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]


def test_two_that_merge_at_once_merge_once(two: Two) -> None:
    form = filled(two.page())
    codes: list[int] = []

    def send() -> None:
        client = signed_in(two.app, two.owner.token)
        codes.append(client.post(two.address, data=form).status_code)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes.sort()
    assert codes[0] == 303
    assert codes[1] in (404, 409)
    with two.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Merge)) == 1
    assert len(two.meetings("kept")) == 3


def test_two_cards_larger_than_one_may_be_are_refused_with_a_sentence(two: Two) -> None:
    with two.app.app_context(), writing():
        for which, name in (("kept", b"LOGO"), ("gone", b"SOUND")):
            line = name + b";ENCODING=b:" + b"AAAA" * 150_000 + b"\r\n"

            def with_line(card: vcard.Card, line: bytes = line) -> vcard.Card:
                return vcard.parse(card.data[: card.tail] + line + card.data[card.tail :])

            book.change(two.contact(which), with_line, "carddav")
    answer = two.merge()
    assert answer.status_code == 422
    assert "larger than a phone takes" in answer.text
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]


def test_nobody_merges_somebody_elses_people_or_one_with_itself(two: Two, ben: Person) -> None:
    with two.app.app_context():
        his = db.session.scalars(select(Contact.id).where(Contact.owner_id == ben.id)).one()
    for client, one, other in (
        (ben.client, two.kept, two.gone),
        (ben.client, his, two.gone),
        (two.owner.client, two.kept, his),
        (two.owner.client, two.kept, two.kept),
        (two.owner.client, two.kept, "x"),
    ):
        assert client.get(f"/contacts/{one}/merge?with={other}").status_code == 404
        assert client.post(f"/contacts/{one}/merge", data={"with": other}).status_code == 404
    two.merge()
    with two.app.app_context():
        merge_id = db.session.scalars(select(Merge.id)).one()
    assert ben.client.post(f"/contacts/merges/{merge_id}/undo").status_code == 404
    assert two.meetings("gone") == []


def test_a_form_without_what_was_seen_merges_nothing(two: Two) -> None:
    assert two.owner.client.post(two.address, data={"with": two.gone}).status_code == 409
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]


# --- which, and whom ----------------------------------------------------------


def test_the_card_a_phone_made_stays_unless_the_owner_swaps_and_else_the_older(two: Two) -> None:
    with two.app.app_context():
        kept, gone = two.contact("kept"), two.contact("gone")
        assert kept_first(kept, gone)[0] is gone
        younger = contact_of(two.owner, meet(two.owner, "Margit S."))
        assert kept_first(younger, two.contact("kept"))[0].id == two.kept
    assert f"/contacts/{two.gone}/merge?with={two.kept}" in two.page()


def test_without_a_name_the_page_asks_whom_and_finds_others(two: Two) -> None:
    page = two.owner.client.get(f"{two.address}").text
    assert "Nobody looks alike" in page
    found = two.owner.client.get(f"{two.address}?q=margit").text
    assert f"/contacts/{two.gone}/merge?with={two.kept}" in found
    assert "Noise" not in found
