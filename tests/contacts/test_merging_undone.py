"""One card becomes two again; nothing is lost on the way."""

from datetime import timedelta

from sqlalchemy import func, select

from netcard import vcard
from netcard.contacts import actions as contacts
from netcard.contacts import book, duplicates, likeness
from netcard.contacts.merging import actions
from netcard.contacts.models import (
    Encounter,
    Merge,
    NotSame,
    Revision,
)
from netcard.contacts.rules import Met
from netcard.database import db, new_id, writing
from tests.contacts.merging import filled
from tests.contacts.test_book import contact_of, meet
from tests.contacts.two import NOON, ODD, Two

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
