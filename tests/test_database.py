"""The ground's rules, on SQLite and on PostgreSQL."""

import threading
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from netcard.accounts.models import Account
from netcard.contacts.models import Book, Contact, Encounter
from netcard.database import SHARED_TABLES, Base, Utc, db, detach, new_id, now, snapshot, writing
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


def test_moments_keep_their_zone() -> None:
    kind, moment = Utc(), datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert kind.process_result_value(moment.replace(tzinfo=None), None) == moment
    with pytest.raises(ValueError, match="zone"):
        kind.process_bind_param(datetime(2026, 11, 22), None)


def test_one_moment_is_not_looked_at_from_inside_a_change(app: Flask) -> None:
    with app.app_context(), writing(), pytest.raises(RuntimeError), snapshot():
        pass
