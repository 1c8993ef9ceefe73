"""The ground's rules, on SQLite and on PostgreSQL."""

import threading
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from netcard.accounts.actions import erase
from netcard.accounts.models import Account
from netcard.contacts.models import Book, Contact, Encounter, Exchange
from netcard.database import (
    SHARED_TABLES,
    Base,
    Utc,
    db,
    detach,
    hand_back,
    hand_over,
    new_id,
    now,
    snapshot,
    writing,
)
from netcard.events.models import Event
from tests.people import Person


def private_tables() -> list:
    return [table for table in Base.metadata.sorted_tables if table.name not in SHARED_TABLES]


@pytest.mark.parametrize("table", private_tables(), ids=lambda table: table.name)
def test_every_private_key_holds_the_owner(table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint):
            assert "owner_id" in constraint.columns, constraint.name


def test_reading_cannot_write(app: Flask, ada: Person) -> None:
    with app.app_context(), pytest.raises(DBAPIError):
        db.session.execute(update(Account).values(time_zone="Asia/Tokyo"))


def test_writing_commits_on_leaving(app: Flask, ada: Person) -> None:
    with app.app_context():
        with writing():
            db.session.execute(update(Account).values(time_zone="Asia/Tokyo"))
        assert db.session.scalar(select(Account.time_zone)) == "Asia/Tokyo"


def test_an_error_inside_writing_changes_nothing(app: Flask, ada: Person) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), writing():
            db.session.execute(update(Account).values(time_zone="Asia/Tokyo"))
            raise ZeroDivisionError
        assert db.session.scalar(select(Account.time_zone)) == "Europe/Vienna"


def test_writing_cannot_be_nested(app: Flask, ada: Person) -> None:
    with app.app_context(), writing(), pytest.raises(RuntimeError), writing():
        pass


def test_many_writers_all_count(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        db.session.add(Book(owner_id=ada.id, id=ada.id))

    def add_one() -> None:
        with app.app_context():
            for _ in range(10):
                db.session.scalar(select(Account.email))  # a read began already, as in every request
                with writing():
                    db.session.execute(update(Book).values(seq=Book.seq + 1))

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(select(Book.seq)) == 80


def make_contact(owner: Person, **more) -> Contact:
    contact = Contact(
        **{
            "owner_id": owner.id,
            "id": new_id(),
            "book_id": owner.id,
            "resource": f"{new_id()}.vcf",
            "uid": str(new_id()),
            "vcard": b"",
            "etag": "x",
            "seq": 1,
            "size": 0,
            "name": "Margit",
        }
        | more
    )
    db.session.add(contact)
    db.session.flush()
    return contact


def make_event(owner: Person) -> Event:
    event = Event(
        owner_id=owner.id, name="Congress", starts_on=date(2026, 11, 19), ends_on=date(2026, 11, 22)
    )
    db.session.add(event)
    db.session.flush()
    return event


def test_the_database_refuses_a_link_across_owners(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context(), pytest.raises(IntegrityError), writing():
        db.session.add_all([Book(owner_id=ada.id, id=ada.id), Book(owner_id=ben.id, id=ben.id)])
        db.session.flush()
        contact, event = make_contact(ada), make_event(ben)
        db.session.add(Encounter(owner_id=ada.id, contact_id=contact.id, event_id=event.id, met_at=now()))


def test_assigning_somebody_elses_event_does_not_move_the_row(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context(), pytest.raises(IntegrityError), writing():
        db.session.add(Book(owner_id=ada.id, id=ada.id))
        db.session.flush()
        encounter = Encounter(owner_id=ada.id, contact_id=make_contact(ada).id, met_at=now())
        encounter.event = make_event(ben)
        db.session.add(encounter)
        db.session.flush()


def test_detaching_empties_optional_references_only(app: Flask, ada: Person) -> None:
    with app.app_context():
        with writing():
            db.session.add(Book(owner_id=ada.id, id=ada.id))
            db.session.flush()
            contact, event = make_contact(ada), make_event(ada)
            db.session.add(Encounter(owner_id=ada.id, contact_id=contact.id, event_id=event.id, met_at=now()))
        with writing():
            event = db.session.scalars(select(Event)).one()
            detach(event)
            db.session.delete(event)
        encounter = db.session.scalars(select(Encounter)).one()
        assert encounter.event_id is None
        assert encounter.contact.name == "Margit"


def test_deleting_an_account_erases_everything_private(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        with writing():
            db.session.add_all([Book(owner_id=ada.id, id=ada.id), Book(owner_id=ben.id, id=ben.id)])
            db.session.flush()
            make_contact(ada), make_contact(ben)
        with writing():
            db.session.delete(db.session.get(Account, ada.id))
        assert [contact.owner_id for contact in db.session.scalars(select(Contact))] == [ben.id]


def fill_every_table(owner: Person) -> None:
    """A row in each private table, every reference of it used, so that each hangs on the others."""
    made: dict[str, dict[str, Any]] = {}
    for table in private_tables():
        row = {column.name: plain_value(column) for column in table.columns} | {"owner_id": owner.id}
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name in made:
                of = made[constraint.referred_table.name]
                row |= {one.parent.name: of[one.column.name] for one in constraint.elements}
        if table.name == "book":
            row["id"] = owner.id
        db.session.execute(insert(table).values(row))
        made[table.name] = row


def plain_value(column: Column[Any]) -> Any:
    if isinstance(column.type, Utc):
        return now()
    kind = dict if isinstance(column.type, JSON) else column.type.python_type
    if kind is date:
        return now().date()
    if kind is UUID:
        return new_id()
    return {str: "x", bytes: b"x"}.get(kind) or kind()


def test_erasing_leaves_no_row_anywhere_and_takes_none_of_anybody_else(
    app: Flask, ada: Person, ben: Person
) -> None:
    with app.app_context():
        with writing():
            fill_every_table(ada), fill_every_table(ben)
        with writing():
            erase(ada.id)
        for table in private_tables():
            assert set(db.session.scalars(select(table.c.owner_id))) == {ben.id}, table.name


# --- what goes along ----------------------------------------------------------


def going_along() -> list[Column[Any]]:
    columns = [column for table in private_tables() for column in table.columns]
    return [column for column in columns if column.info.get("goes_along")]


def test_what_hangs_on_a_person_goes_along_with_them() -> None:
    assert {str(column) for column in going_along()} == {
        "encounter.contact_id",
        "exchange.contact_id",
        "appointment.contact_id",
        "follow_up.contact_id",
        "rhythm.contact_id",
        "plan_item.contact_id",
        "hello.contact_id",
    }


def test_nothing_that_goes_along_can_be_in_the_way_of_another() -> None:
    """Where such a column were part of a key, two rows could become the same one."""
    for column in going_along():
        for constraint in column.table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
                assert column.name not in constraint.columns, column


def two_contacts(owner: Person) -> tuple[Contact, Contact]:
    db.session.add(Book(owner_id=owner.id, id=owner.id))
    db.session.flush()
    return make_contact(owner, name="Kept"), make_contact(owner, name="Gone")


def hang(contact: Contact, word: str) -> Exchange:
    exchange = Exchange(owner_id=contact.owner_id, contact_id=contact.id, kind="wrote", text=word)
    db.session.add(exchange)
    db.session.flush()
    return exchange


def hanging(contact_id: UUID) -> set[str]:
    return set(db.session.scalars(select(Exchange.text).where(Exchange.contact_id == contact_id)))


def test_every_table_s_rows_go_along_and_come_back(app: Flask, ada: Person, ben: Person) -> None:
    def places(contact_id: UUID) -> set[str]:
        found = set()
        for column in going_along():
            there = select(func.count()).select_from(column.table).where(column == contact_id)
            found |= {str(column)} if db.session.scalar(there) else set()
        return found

    everywhere = {str(column) for column in going_along()}
    with app.app_context(), writing():
        fill_every_table(ada), fill_every_table(ben)
        gone = db.session.scalars(select(Contact).where(Contact.owner_id == ada.id)).one()
        kept = make_contact(ada, name="Kept")
        bens = db.session.scalars(select(Contact.id).where(Contact.owner_id == ben.id)).one()
        handed = hand_over(gone, kept)
        assert (places(kept.id), places(gone.id), places(bens)) == (everywhere, set(), everywhere)
        assert set(handed) == everywhere
        hand_back(handed, kept, gone)
        assert (places(kept.id), places(gone.id), places(bens)) == (set(), everywhere, everywhere)


def test_what_was_added_since_stays_and_what_was_removed_or_given_away_is_let_be(
    app: Flask, ada: Person
) -> None:
    with app.app_context(), writing():
        kept, gone = two_contacts(ada)
        third = make_contact(ada, name="Third")
        hang(kept, "before")
        removed, erased, given, _ = (hang(gone, word) for word in ("removed", "erased", "given", "theirs"))
        handed = hand_over(gone, kept)
        removed.deleted_at = now()
        given.contact_id = third.id
        db.session.delete(erased)
        hang(kept, "since")
        hand_back(handed, kept, gone)
        assert hanging(kept.id) == {"before", "since"}
        assert hanging(gone.id) == {"removed", "theirs"}
        assert hanging(third.id) == {"given"}
        assert removed.deleted_at


@pytest.mark.parametrize("first", [0, 1])
def test_two_handed_to_one_are_handed_back_in_any_order(app: Flask, ada: Person, first: int) -> None:
    with app.app_context(), writing():
        kept, gone = two_contacts(ada)
        others = gone, make_contact(ada, name="Third")
        hang(kept, "kept")
        for other in others:
            hang(other, other.name)
        handed = [hand_over(other, kept) for other in others]
        assert hanging(kept.id) == {"kept", "Gone", "Third"}
        for at in (first, 1 - first):
            hand_back(handed[at], kept, others[at])
        assert [hanging(one.id) for one in (kept, *others)] == [{"kept"}, {"Gone"}, {"Third"}]


def test_what_is_not_written_yet_outlasts_handing_over(app: Flask, ada: Person) -> None:
    with app.app_context():
        with writing():
            kept, gone = two_contacts(ada)
            hang(gone, "theirs")
            kept.role = "Fellow"
            handed = hand_over(gone, kept)
            gone.role = "Chair"
            hand_back(handed, kept, gone)
        roles = dict(db.session.execute(select(Contact.name, Contact.role)).tuples().all())
        assert roles == {"Kept": "Fellow", "Gone": "Chair"}


def test_thousands_of_rows_are_handed_with_few_statements(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        kept, gone = two_contacts(ada)
        hang(kept, "kept")
        values = {
            "owner_id": ada.id,
            "contact_id": gone.id,
            "kind": "wrote",
            "at": now(),
            "created_at": now(),
        }
        rows = [values | {"id": new_id(), "subject": "", "text": f"{n}", "how": ""} for n in range(2500)]
        db.session.execute(insert(Exchange), rows)
        handed = hand_over(gone, kept)
        hand_back(handed, kept, gone)
        assert (len(hanging(gone.id)), hanging(kept.id)) == (2500, {"kept"})


def test_moments_keep_their_zone() -> None:
    kind, moment = Utc(), datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert kind.process_result_value(moment.replace(tzinfo=None), None) == moment
    with pytest.raises(ValueError, match="zone"):
        kind.process_bind_param(datetime(2026, 11, 22), None)


def test_one_moment_is_not_looked_at_from_inside_a_change(app: Flask) -> None:
    with app.app_context(), writing(), pytest.raises(RuntimeError), snapshot():
        pass
