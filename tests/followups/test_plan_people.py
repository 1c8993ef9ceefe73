"""The people of a plan: from planned to met in one tap, by a capture, by name; written to, merged, gone."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from netcard.accounts.models import Account
from netcard.contacts import book, exchanges
from netcard.contacts.models import Contact, Encounter
from netcard.database import db, new_id, writing
from netcard.events.models import Event
from netcard.followups.models import PlanItem
from netcard.followups.planning.queries import people_of, still_to_meet
from tests.contacts.merging import filled
from tests.followups.test_plan import BEFORE, DURING, HTMX, at_once, held, items, page, put
from tests.people import Person


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Everybody signs in on 2 November; the congress is from the 19th to the 22nd."""
    with time_machine.travel(BEFORE, tick=True) as clock:
        yield clock


@pytest.fixture
def congress(app: Flask, ada: Person) -> UUID:
    return held(app, ada)


def capture(owner: Person, name: str, event: UUID | None = None, **more: str) -> UUID:
    sent = {"id": str(new_id()), "name": name, **({"event": str(event)} if event else {}), **more}
    answer = owner.client.post("/capture", json=sent)
    assert answer.status_code == 201, answer.text
    return UUID(answer.get_json()["contact"])


def tap(owner: Person, event: UUID, item: UUID, deed: str = "met") -> str:
    answer = owner.client.post(f"/events/{event}/plan/{item}/{deed}", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def to_meet(app: Flask, owner: Person, event: UUID) -> list[str]:
    with app.app_context():
        found = [line.name for line in still_to_meet(owner.id, db.session.get_one(Event, (owner.id, event)))]
        db.session.remove()
    return found


def meetings(app: Flask, owner: Person) -> list[Encounter]:
    with app.app_context():
        found = db.session.scalars(
            select(Encounter)
            .where(Encounter.owner_id == owner.id, Encounter.deleted_at.is_(None))
            .order_by(Encounter.met_at, Encounter.id)
        ).all()
        db.session.remove()
    return list(found)


def people(app: Flask, owner: Person) -> list[str]:
    with app.app_context():
        return list(
            db.session.scalars(
                select(Contact.name)
                .where(Contact.owner_id == owner.id, Contact.deleted_at.is_(None))
                .order_by(Contact.name)
            )
        )


def test_a_known_person_is_met_again_in_one_tap_at_the_poster_and_undo_takes_it_back(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    lall = capture(ada, "Dr Amrit Lall", institution="Leeds")
    item = put(ada, congress, "person", "", contact=str(lall), place="Poster P-114", why="Registries")
    assert f"{item}/met" not in page_of(ada, congress)  # nobody meets there before it has begun
    clock.move_to(DURING)
    assert f"{item}/met" in page_of(ada, congress)
    assert to_meet(app, ada, congress) == ["Dr Amrit Lall"]
    shown = tap(ada, congress, item)
    assert "Met Dr Amrit Lall, poster P-114, Fri 20 Nov." in shown
    [_, met] = meetings(app, ada)
    assert (met.contact_id, met.event_id, met.poster, met.met_offset) == (lall, congress, "P-114", 60)
    assert people(app, ada) == ["Dr Amrit Lall"]
    assert to_meet(app, ada, congress) == []
    assert f'href="/contacts/{lall}"' in page_of(ada, congress)
    undo = re.search(r'action="([^"]+/unmet)"', shown)[1]
    assert ada.client.post(undo).status_code == 303
    assert len(meetings(app, ada)) == 1
    assert to_meet(app, ada, congress) == ["Dr Amrit Lall"]
    tap(ada, congress, item)
    assert len(meetings(app, ada)) == 2


def page_of(owner: Person, event: UUID) -> str:
    return owner.client.get(f"/events/{event}/plan").text


@pytest.mark.parametrize("met_line", [True, False])
def test_a_bare_name_becomes_a_contact_as_a_capture_makes_it(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller, met_line: bool
) -> None:
    if not met_line:
        with app.app_context(), writing():
            db.session.get_one(Account, ada.id).met_line = False
    item = put(ada, congress, "person", "Dr Margit Solheim", place="Hall B")
    clock.move_to(DURING)
    tap(ada, congress, item)
    with app.app_context():
        contact = db.session.scalars(select(Contact)).one()
        assert ("Met 20 Nov 2026\\, Northern Cleft Congress" in contact.vcard.decode()) is met_line
        assert contact.encounters[0].poster == ""  # a hall is no poster
        contact_id = contact.id
        db.session.remove()
    tap(ada, congress, item, "unmet")
    assert people(app, ada) == []
    assert ada.client.get(f"/contacts/{contact_id}").status_code == 404
    assert to_meet(app, ada, congress) == ["Dr Margit Solheim"]


def test_a_double_tap_at_once_notes_one_meeting(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    lall = capture(ada, "Dr Amrit Lall")
    known = put(ada, congress, "person", "", contact=str(lall))
    bare = put(ada, congress, "person", "Margit Solheim")
    clock.move_to(DURING)
    for item in (known, bare):
        assert at_once(app, ada, f"/events/{congress}/plan/{item}/met") == [303] * 3
    assert len(meetings(app, ada)) == 3
    assert people(app, ada) == ["Dr Amrit Lall", "Margit Solheim"]


def test_undo_keeps_a_contact_who_was_met_elsewhere_since(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    item = put(ada, congress, "person", "Margit Solheim")
    clock.move_to(DURING)
    tap(ada, congress, item)
    [met] = meetings(app, ada)
    ada.client.post(f"/contacts/{met.contact_id}/met", data={"met_at": "2026-11-20T12:00", "event": ""})
    assert len(meetings(app, ada)) == 2
    tap(ada, congress, item, "unmet")
    assert people(app, ada) == ["Margit Solheim"]
    assert [each.event_id for each in meetings(app, ada)] == [None]


def test_a_capture_of_that_name_at_the_event_ticks_the_plan_when_it_comes(
    app: Flask, ada: Person, ben: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    for name in ("Prof. Márgit Solheim", "Yetunde Okonjo-Hale", "Sofia Lind"):
        put(ada, congress, "person", name)
    other = held(app, ada, name="Another")
    clock.move_to(DURING)
    capture(ada, "Margit Solheim", congress, poster="P-114", met_at="2026-11-19T10:00:00+01:00")
    capture(ada, "Sofia Lind", other)  # elsewhere
    capture(ada, "Sofia Lind")  # nowhere
    capture(ben, "Yetunde Okonjo-Hale", congress)  # Ben's phone cannot name Ada's event
    assert to_meet(app, ada, congress) == ["Yetunde Okonjo-Hale", "Sofia Lind"]
    shown = page(ada, congress)
    assert "Met, poster P-114, Thu 19 Nov" in shown
    assert "1 of 3 met" in shown
    with app.app_context():
        assert people_of(ben.id, db.session.get_one(Event, (ada.id, congress))) == []


def test_a_meeting_taken_away_is_to_meet_again(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    put(ada, congress, "person", "Margit Solheim")
    clock.move_to(DURING)
    contact = capture(ada, "Margit Solheim", congress)
    assert to_meet(app, ada, congress) == []
    ada.client.post(f"/contacts/{contact}/remove")
    assert to_meet(app, ada, congress) == ["Margit Solheim"]


def test_a_person_met_by_the_tap_stays_met_under_another_name(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    item = put(ada, congress, "person", "Resident at P-098")
    clock.move_to(DURING)
    tap(ada, congress, item)
    [met] = meetings(app, ada)
    ada.client.post(f"/contacts/{met.contact_id}/edit", data={"name": "Sofia Lind"})
    assert to_meet(app, ada, congress) == []
    assert "Sofia Lind" in page(ada, congress)


def test_a_bare_name_that_fits_somebody_known_is_linked_when_asked(
    app: Flask, ada: Person, ben: Person, congress: UUID
) -> None:
    lall = capture(ada, "Dr Amrit Lall", institution="Leeds")
    capture(ada, "Paul Lallement")
    capture(ada, "Lall Institute visitor", institution="Lall")
    bens = capture(ben, "Amrit Lall")
    item = put(ada, congress, "person", "Prof Amrit Lall")
    shown = page(ada, congress)
    assert "Is this Dr Amrit Lall of Leeds ?" in shown
    assert "Lallement" not in shown
    address = f"/events/{congress}/plan/{item}/link"
    for wrong in (str(bens), "nonsense", str(new_id())):
        assert ada.client.post(address, data={"contact": wrong}).status_code == 404
    assert ada.client.post(address, data={"contact": str(lall)}).status_code == 303
    assert items(app, ada)[0].contact_id == lall
    assert "Is this" not in page(ada, congress)


def test_somebody_elses_contact_cannot_be_planned(
    app: Flask, ada: Person, ben: Person, congress: UUID
) -> None:
    bens = capture(ben, "Amrit Lall")
    answer = ada.client.post(f"/events/{congress}/plan/person", data={"title": "A", "contact": str(bens)})
    assert answer.status_code == 422
    assert "not in your list" in answer.text
    assert items(app, ada) == []


def test_the_list_is_searched_by_name_while_one_types(ada: Person, ben: Person, congress: UUID) -> None:
    capture(ada, "Dr Amrit Lall", institution="Leeds")
    capture(ada, "Somebody", discussed="about Lall")
    capture(ben, "Lalla Rook")

    def found(typed: str) -> str:
        return ada.client.get(f"/events/{congress}/plan/people?title={typed}", headers=HTMX).text

    assert "Dr Amrit Lall" in found("lal")
    assert "Leeds" in found("amr")
    assert "Somebody" not in found("lal")
    assert "Lalla" not in found("lal")
    assert "radio" not in found("")


def test_a_contact_is_planned_once(ada: Person, congress: UUID) -> None:
    lall = str(capture(ada, "Amrit Lall"))
    put(ada, congress, "person", "", contact=lall)
    answer = ada.client.post(f"/events/{congress}/plan/person", data={"contact": lall, "why": "Typed why"})
    assert answer.status_code == 422
    assert "already" in answer.text
    assert "Typed why" in answer.text


def test_before_the_event_one_asks_and_the_plan_says_when_it_was_written(
    app: Flask, ada: Person, congress: UUID
) -> None:
    lall = capture(ada, "Amrit Lall")
    with app.app_context(), writing():  # long before they were planned
        contact = db.session.get_one(Contact, (ada.id, lall))
        exchanges.note(contact, "wrote", at=datetime(2026, 9, 1, tzinfo=UTC))
    put(ada, congress, "person", "", contact=str(lall))
    shown = page_of(ada, congress)
    assert f'href="/followups/write/{lall}?template=before&amp;event={congress}"' in shown
    assert "Written" not in shown
    with app.app_context(), writing():
        exchanges.note(db.session.get_one(Contact, (ada.id, lall)), "answered")
        exchanges.note(db.session.get_one(Contact, (ada.id, lall)), "wrote")
    assert "Written Mon 2 Nov" in page(ada, congress)


def test_a_contact_that_goes_leaves_the_name_and_a_merge_takes_the_plan_along(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    kept, gone = capture(ada, "Amrit Lall"), capture(ada, "A. Lall", institution="Leeds")
    put(ada, congress, "person", "", contact=str(gone))
    form = filled(ada.client.get(f"/contacts/{kept}/merge?with={gone}").text)
    assert ada.client.post(f"/contacts/{kept}/merge", data=form).status_code == 303
    assert items(app, ada)[0].contact_id == kept
    assert "Amrit Lall" in page(ada, congress)
    with app.app_context():
        with writing():
            book.remove(db.session.get_one(Contact, (ada.id, kept)))
        db.session.remove()
    shown = page(ada, congress)
    assert "A. Lall" in shown
    address = f"/events/{congress}/plan/{items(app, ada)[0].id}"
    assert str(kept) not in ada.client.get(address).text
    assert ada.client.post(address, data={"title": "A. Lall", "contact": str(kept)}).status_code == 422
    clock.move_to(DURING)
    tap(ada, congress, items(app, ada)[0].id)
    assert people(app, ada) == ["A. Lall"]


def test_a_namesake_captured_on_a_second_card_is_asked_about_not_ticked(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    lall = capture(ada, "Dr Amrit Lall", institution="Leeds")
    put(ada, congress, "person", "", contact=str(lall))
    clock.move_to(DURING)
    second = capture(ada, "Amrit Lall", congress)
    assert to_meet(app, ada, congress) == ["Dr Amrit Lall"]
    assert f"/contacts/{lall}/merge?with={second}" in page_of(ada, congress)


def test_met_said_afterwards_is_on_the_last_day(
    app: Flask, ada: Person, congress: UUID, clock: time_machine.Traveller
) -> None:
    item = put(ada, congress, "person", "Margit Solheim")
    clock.move_to(datetime(2026, 11, 25, 9, tzinfo=UTC))
    tap(ada, congress, item)
    [met] = meetings(app, ada)
    assert met.met_at == datetime(2026, 11, 22, 11, tzinfo=UTC)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PlanItem)) == 1
    assert date(2026, 11, 22) == met.met_at.date()
