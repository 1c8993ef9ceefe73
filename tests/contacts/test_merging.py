"""Two people become one as the owner chooses, and two again; nothing is lost on the way."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard import vcard
from netcard.accounts.models import Account
from netcard.capture.models import Hello
from netcard.contacts import actions as contacts
from netcard.contacts import book, duplicates, likeness
from netcard.contacts.merging import actions
from netcard.contacts.merging.actions import Agreed
from netcard.contacts.merging.fields import mark
from netcard.contacts.merging.queries import kept_first
from netcard.contacts.models import (
    Appointment,
    Contact,
    Encounter,
    Exchange,
    Merge,
    NotSame,
    Revision,
)
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.errors import Conflict
from netcard.events.models import Event
from netcard.followups.models import FollowUp, PlanItem, Rhythm
from netcard.media import media_store
from tests.contacts.merging import filled
from tests.contacts.test_book import contact_of, meet, seq_of
from tests.files import jpeg
from tests.people import Person, signed_in

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


@pytest.fixture
def two(app: Flask, ada: Person, ben: Person) -> Two:
    with app.app_context():
        meet(ada, "Noise", email="noise@x.example", discussed="nothing")
        meet(ben, "Margit Solheim", email="m@fjord.example")
    return Two(app, ada)


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


# --- two again ----------------------------------------------------------------


def test_undone_at_once_both_are_byte_for_byte_what_they_were(two: Two) -> None:
    before = two.data("kept"), two.data("gone")
    two.merge(name="gone", institution="gone", role="gone", note="gone", tag=[], email=[])
    toast = two.owner.client.get(f"/contacts/{two.kept}").text
    undo = toast.partition('<form method="post" action="/contacts/merges/')[2].partition('"')[0]
    answer = two.owner.client.post(f"/contacts/merges/{undo}")
    assert (answer.status_code, answer.location) == (303, f"/contacts/{two.kept}")
    assert (two.data("kept"), two.data("gone")) == before
    assert two.meetings("kept") == ["packing"]
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]
    with two.app.app_context():
        kept, gone = two.contact("kept"), two.contact("gone")
        assert (kept.role, kept.starred_at, kept.met_at) == ("Attending", None, NOON)
        assert (gone.role, bool(gone.starred_at), gone.deleted_at) == ("Researcher", True, None)
        assert gone.met_at == NOON - timedelta(days=9)
        assert " fistulas" not in kept.folded
        assert " fistulas" in gone.folded
    assert "Merged from" not in two.owner.client.get(f"/contacts/{two.kept}").text


def test_what_was_changed_since_outlasts_the_undoing(two: Two) -> None:
    two.merge(name="gone")
    two.change("kept", vcard.Edit(title="Professor", phone="+47 11 11 11 11"))
    with two.app.app_context(), writing():
        met = Met(name="", met_at=NOON + timedelta(days=1), discussed="since")
        contacts.meet_again(two.contact("kept"), met, encounter_id=new_id())
    joined = two.data("kept")
    two.undo()
    shown = two.shown()
    assert (shown.full_name, shown.title) == ("Margit Solheim", "Professor")
    assert shown.emails == ("m@fjord.example",)
    assert "+47 11 11 11 11" in shown.phones
    assert two.data("gone") == ODD
    assert two.meetings("kept") == ["since", "packing"]
    with two.app.app_context():
        kept = db.session.scalars(select(Revision.vcard).where(Revision.contact_id == two.kept)).all()
        assert joined in kept


def test_a_role_and_a_star_given_since_stay(two: Two) -> None:
    two.merge(role="gone")
    with two.app.app_context(), writing():
        kept = two.contact("kept")
        kept.role = "Peer"
        contacts.unstar(kept)
        contacts.star(kept)
    two.undo()
    with two.app.app_context():
        assert two.contact("kept").role == "Peer"
        assert two.contact("kept").starred_at


def test_undoing_twice_is_refused_and_changes_nothing(two: Two) -> None:
    two.merge()
    two.undo()
    before = two.data("kept"), two.data("gone")
    assert two.undo().status_code == 409
    assert (two.data("kept"), two.data("gone")) == before


def test_a_merge_into_somebody_removed_since_waits_for_their_return(two: Two) -> None:
    two.merge()
    client = two.owner.client
    client.post(f"/contacts/{two.kept}/remove")
    answer = two.undo()
    assert answer.status_code == 409
    assert "Take that back first" in answer.text
    client.post(f"/contacts/{two.kept}/restore")
    assert two.undo().status_code == 303
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]


def test_taking_back_the_removal_of_somebody_merged_undoes_the_merge(two: Two) -> None:
    two.merge()
    two.owner.client.post(f"/contacts/{two.gone}/restore")
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]
    assert two.meetings("kept") == ["packing"]


def test_of_two_merges_into_one_the_first_can_be_undone_alone(two: Two) -> None:
    two.merge()
    with two.app.app_context():
        first = db.session.scalars(select(Merge.id)).one()
        third = meet(two.owner, "Margit S.", email="third@x.example", discussed="third")
    client = two.owner.client
    form = filled(client.get(f"/contacts/{two.kept}/merge?with={third}").text)
    client.post(two.address, data=form)
    client.post(f"/contacts/merges/{first}/undo")
    assert two.data("gone") == ODD
    assert two.shown().emails == ("m@fjord.example", "third@x.example")
    assert set(two.meetings("kept")) == {"packing", "third"}


def test_a_phone_that_brought_the_card_back_keeps_it_when_the_merge_is_undone(two: Two) -> None:
    two.merge()
    with two.app.app_context(), writing():
        book.put(two.owner.id, "phone-1.vcf", vcard.parse(ODD + b""), lambda etag: None, "carddav")
    assert two.owner.client.get(f"/contacts/{two.gone}").status_code == 200
    assert two.undo().status_code == 303
    assert two.data("gone") == ODD
    assert two.meetings("gone") == ["fistulas 0", "fistulas 1"]


# --- apart --------------------------------------------------------------------


def test_who_is_not_the_one_that_went_is_not_the_one_it_went_into(two: Two) -> None:
    with two.app.app_context():
        other = meet(two.owner, "Margit Solheim", institution="Fjordside", email="margit@home.example")
        with writing():
            actions.tell_apart(two.contact("gone"), contact_of(two.owner, other))
        assert [contact.id for contact in likeness.alike(two.contact("kept"))] == [other]
    two.merge()
    with two.app.app_context():
        assert likeness.alike(two.contact("kept")) == []
        assert duplicates.likely(two.owner.id).pairs == []
    two.undo()
    with two.app.app_context():
        assert [contact.id for contact in likeness.alike(two.contact("kept"))] == [other]
        assert likeness.alike(two.contact("gone")) == []
        assert db.session.scalar(select(func.count()).select_from(NotSame)) == 1


def test_two_told_apart_can_still_be_merged_and_are_apart_again_after_undoing(two: Two) -> None:
    with two.app.app_context(), writing():
        actions.tell_apart(two.contact("kept"), two.contact("gone"))
    assert "You said these are two people." in two.page()
    two.merge()
    two.undo()
    with two.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(NotSame)) == 1


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


def test_encounters_removed_before_a_merge_come_back_where_they_are_then(two: Two) -> None:
    with two.app.app_context():
        met = two.contact("gone").encounters[0].id
    two.owner.client.post(f"/contacts/{two.gone}/encounters/{met}/remove")
    two.merge()
    two.owner.client.post(f"/contacts/{two.kept}/encounters/{met}/restore")
    assert two.meetings("kept") == ["packing", "fistulas 0", "fistulas 1"]
    two.undo()
    with two.app.app_context():
        owners = select(Encounter.contact_id).where(Encounter.id == met)
        assert db.session.scalar(owners) == two.gone


# --- what hangs on them -------------------------------------------------------


def hang_all(two: Two, which: str) -> None:
    """A message, an agreed meeting, a promise, a rhythm, a place in a plan and a greeting of one of them."""
    owner, key = two.owner.id, {"owner_id": two.owner.id, "contact_id": getattr(two, which)}
    with two.app.app_context():
        with writing():
            today = now().date()
            event = Event(owner_id=owner, name="Congress", starts_on=today, ends_on=today)
            db.session.add(event)
            db.session.flush()
            db.session.add_all(
                [
                    Exchange(**key, kind="wrote", text=which),
                    Appointment(**key, what=which, starts_at=now()),
                    FollowUp(**key, kind="promise", about=which, due_on=today),
                    Rhythm(**key, months=3),
                    PlanItem(**key, event_id=event.id, kind="person", title=which),
                    Hello(**key, name=which),
                ]
            )
        db.session.remove()


HANGING = (Exchange, Appointment, FollowUp, Rhythm, PlanItem, Hello)


def hanging(two: Two, contact_id: UUID) -> list[str]:
    with two.app.app_context():
        counts = [
            (model.__name__, db.session.scalar(select(func.count()).where(model.contact_id == contact_id)))
            for model in HANGING
        ]
    return [name for name, count in counts for _ in range(count)]


ALL = [model.__name__ for model in HANGING]


def test_all_that_hangs_on_somebody_goes_along_and_comes_back(two: Two) -> None:
    hang_all(two, "gone")
    assert "The 2 meetings and the message of the other go with it." in two.page()
    two.merge()
    assert (hanging(two, two.kept), hanging(two, two.gone)) == (ALL, [])
    page = two.owner.client.get(f"/contacts/{two.kept}").text
    assert ">You wrote" in page
    assert f'href="/contacts/{two.kept}/agreed/' in page
    two.undo()
    assert (hanging(two, two.kept), hanging(two, two.gone)) == ([], ALL)


def test_what_hung_on_the_kept_one_and_what_came_since_stays_with_it(two: Two) -> None:
    hang_all(two, "gone")
    two.merge()
    hang_all(two, "kept")
    with two.app.app_context(), writing():
        for message in db.session.scalars(select(Exchange)):
            message.deleted_at = now()
    two.undo()
    assert (hanging(two, two.kept), hanging(two, two.gone)) == (ALL, ALL)
    with two.app.app_context():
        assert all(db.session.scalars(select(Exchange.deleted_at)))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_into_one_are_taken_back_in_any_order(two: Two, order: tuple[int, int]) -> None:
    with two.app.app_context():
        third = meet(two.owner, "Margit S.", email="third@x.example", discussed="third")
    hang_all(two, "gone")
    two.merge()
    form = filled(two.owner.client.get(f"/contacts/{two.kept}/merge?with={third}").text)
    hung = two.gone
    two.gone = third
    hang_all(two, "gone")
    two.owner.client.post(two.address, data=form)
    assert sorted(hanging(two, two.kept)) == sorted([*ALL, *ALL])
    with two.app.app_context():
        merges = list(db.session.scalars(select(Merge.id).order_by(Merge.merged_at)))
    for at in order:
        assert two.owner.client.post(f"/contacts/merges/{merges[at]}/undo").status_code == 303
    assert (hanging(two, two.kept), hanging(two, hung), hanging(two, third)) == ([], ALL, ALL)
    assert two.meetings("kept") == ["packing"]
    assert two.meetings("gone") == ["third"]


def test_what_went_on_through_a_second_merge_waits_for_that_one(two: Two) -> None:
    hang_all(two, "gone")
    two.merge()
    with two.app.app_context():
        last = meet(two.owner, "Margit Last", email="last@x.example")
        first = db.session.scalars(select(Merge.id)).one()
    form = filled(two.owner.client.get(f"/contacts/{last}/merge?with={two.kept}").text)
    assert two.owner.client.post(f"/contacts/{last}/merge", data=form).status_code == 303
    assert hanging(two, last) == ALL
    assert two.owner.client.post(f"/contacts/merges/{first}/undo").status_code == 409
    assert hanging(two, last) == ALL
    two.undo()
    assert two.owner.client.post(f"/contacts/merges/{first}/undo").status_code == 303
    assert (hanging(two, last), hanging(two, two.kept), hanging(two, two.gone)) == ([], [], ALL)


def test_an_agreed_meeting_held_while_they_were_one_goes_back_with_its_end(two: Two) -> None:
    hang_all(two, "gone")
    two.merge()
    with two.app.app_context():
        agreed = db.session.scalars(select(Appointment.id)).one()
    form = {"met_at": "2024-03-12T11:25", "discussed": "held"}
    two.owner.client.post(f"/contacts/{two.kept}/agreed/{agreed}/held", data=form)
    assert "held" in two.meetings("kept")
    two.undo()
    assert "held" in two.meetings("gone")
    assert two.meetings("kept") == ["packing"]
    assert "held" in two.owner.client.get(f"/contacts/{two.gone}/agreed/{agreed}").text


def test_a_message_that_went_with_a_merge_is_not_to_be_had_by_the_old_address(two: Two) -> None:
    hang_all(two, "gone")
    with two.app.app_context():
        message, agreed = (db.session.scalars(select(model.id)).one() for model in (Exchange, Appointment))
    two.merge()
    for path in (f"exchanges/{message}", f"agreed/{agreed}"):
        assert two.owner.client.get(f"/contacts/{two.gone}/{path}").status_code == 404
        assert two.owner.client.post(f"/contacts/{two.gone}/{path}/remove").status_code == 404
        assert two.owner.client.get(f"/contacts/{two.kept}/{path}").status_code == 200
