"""Whatever hangs on somebody goes along with a merge, and comes back."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from netcard.capture.models import Hello
from netcard.contacts.models import (
    Appointment,
    Exchange,
    Merge,
)
from netcard.database import db, now, writing
from netcard.events.models import Event
from netcard.followups.models import FollowUp, PlanItem, Rhythm
from tests.contacts.merging import filled
from tests.contacts.test_book import meet
from tests.contacts.two import Two


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
