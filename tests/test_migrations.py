"""Migrations: every one runs both ways on both databases, and they draw what the models say."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    insert,
    inspect,
    select,
    text,
)

from netcard import create_app
from netcard.contacts.models import Contact, ContactSign, Merge
from netcard.contacts.search import Wanted, find
from netcard.database import Utc, db, new_id
from tests.conftest import settings_for

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Margit\r\nEND:VCARD\r\n"


@pytest.fixture
def fresh(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    url = request.getfixturevalue("cluster").new_database() if database == "postgresql" else None
    app = create_app(settings_for(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(fresh: Flask) -> None:
    upgrade()
    there = tables()
    assert there == set(db.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == there


def test_each_step_can_be_taken_back(fresh: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        steps = int(connection.scalar(text("SELECT version_num FROM alembic_version")))
    for _ in range(steps):
        downgrade()
        upgrade(revision="+1")
        downgrade()
    assert tables() == set()


def test_the_migrations_draw_what_the_models_say(fresh: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": lambda *args: False if isinstance(args[4], Utc) else None}
        )
        assert compare_metadata(context, db.metadata) == []


def test_a_book_from_before_the_phones_is_there_whole_and_found(fresh: Flask) -> None:
    """A table is built anew and its rows copied: none of those that hang on them may go with the old one."""
    upgrade(revision="0006")
    owner, people = new_id(), [new_id() for _ in range(3)]
    before = MetaData()
    before.reflect(db.engine)

    def put(connection: Connection, table: str, **values: object) -> None:
        fill(connection, before.tables[table], **values)

    with db.engine.connect().execution_options(writes=True) as connection:
        put(connection, "account", id=owner, email="ada@example.org", time_zone="UTC")
        put(connection, "book", owner_id=owner, id=owner, epoch=owner, seq=3)
        for at, contact_id in enumerate(people):
            named = {"name": f"Margit {at}", "folded_name": f"margit {at}", "folded": f" margit {at}"}
            reached = {"email": f"m{at}@fjord.example", "phone_key": f"55001122{at}"} if at else {}
            key = {"owner_id": owner, "id": contact_id, "book_id": owner, "resource": f"{at}.vcf"}
            gone = {"deleted_at": NOON} if at == 2 else {}
            put(connection, "contact", **key, **named, **reached, **gone, seq=at, vcard=CARD)
            beside = {"owner_id": owner, "contact_id": contact_id}
            put(connection, "contact_token", **beside, token="margit")
            put(connection, "revision", **beside, id=new_id(), vcard=CARD)
            put(connection, "encounter", **beside, id=new_id())
        connection.commit()
    upgrade()
    signs = set(db.session.execute(select(ContactSign.kind, ContactSign.value, ContactSign.contact_id)))
    assert signs == {
        ("name", "margit 0", people[0]),
        ("name", "margit 1", people[1]),
        ("email", "m1@fjord.example", people[1]),
        ("phone", "550011221", people[1]),
    }
    found = [row.contact.id for group in find(owner, Wanted(q="marg"), UTC).groups for row in group.rows]
    assert set(found) == set(people[:2])
    assert {contact.vcard for contact in db.session.scalars(select(Contact))} == {CARD}
    db.session.rollback()
    for table in ("revision", "encounter", "contact_token"):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 3
    db.session.rollback()
    downgrade(revision="0006")
    rows = db.session.execute(text("SELECT email, phone_key, folded_name FROM contact ORDER BY seq")).all()
    assert [tuple(row) for row in rows[:2]] == [
        ("", "", "margit 0"),
        ("m1@fjord.example", "550011221", "margit 1"),
    ]
    assert db.session.scalar(text("SELECT count(*) FROM encounter")) == 3


def fill(connection: Connection, table: Table, **values: object) -> None:
    """Put a row into a table as it was then; what is not said is nothing."""
    usual = {
        column.name: NOON if isinstance(column.type, DateTime) else 0 if _is_number(column) else ""
        for column in table.c
        if not column.nullable
    }
    plain = {name: value.hex if isinstance(value, UUID) else value for name, value in values.items()}
    connection.execute(insert(table).values(usual | plain))


def _is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer | Boolean)


def test_merges_of_before_can_be_undone_after_and_the_other_way_round(fresh: Flask) -> None:
    """What a merge moved was a list of meetings, and is told by table since there are more."""
    upgrade(revision="0011")
    owner, meetings = new_id(), [str(new_id()), str(new_id())]
    before = MetaData()
    before.reflect(db.engine)
    with db.engine.connect().execution_options(writes=True) as connection:
        fill(connection, before.tables["account"], id=owner, email="ada@example.org", time_zone="UTC")
        fill(connection, before.tables["book"], owner_id=owner, id=owner, epoch=owner)
        for moved in (meetings, []):
            pair = [new_id(), new_id()]
            for key in pair:
                book = {"owner_id": owner, "book_id": owner, "resource": f"{key}.vcf", "vcard": CARD}
                fill(connection, before.tables["contact"], **book, id=key)
            kept = {"owner_id": owner, "kept_id": pair[0], "gone_id": pair[1], "apart": []}
            cards = {"kept_vcard": CARD, "merged_vcard": CARD, "starred": False}
            fill(connection, before.tables["merge"], **kept, **cards, id=new_id(), moved=moved)
            fill(connection, before.tables["encounter"], owner_id=owner, id=new_id(), contact_id=pair[0])
        connection.commit()

    def moved_by_merges() -> list[object]:
        rows = db.session.execute(text("SELECT moved FROM merge ORDER BY id")).scalars().all()
        db.session.rollback()
        return [json.loads(row) if isinstance(row, str) else row for row in rows]

    upgrade(revision="0012")
    assert moved_by_merges() == [{"encounter.contact_id": meetings}, {}]
    asked = db.session.execute(text("SELECT offered, opens_follow_up FROM encounter")).all()
    assert [(offered, bool(opens)) for offered, opens in asked] == [("", True)] * 2
    db.session.rollback()
    upgrade()
    assert [merge.moved for merge in db.session.scalars(select(Merge).order_by(Merge.id))] == [
        {"encounter.contact_id": meetings},
        {},
    ]
    db.session.rollback()
    downgrade(revision="0011")
    assert moved_by_merges() == [meetings, []]
    assert db.session.scalar(text("SELECT count(*) FROM encounter")) == 2


def test_a_cards_text_is_the_last_of_its_row(fresh: Flask) -> None:
    """SQLite walks through all of a photo to reach a column behind it, and lists read every other column."""
    upgrade()
    if db.engine.dialect.name == "sqlite":
        assert inspect(db.engine).get_columns("contact")[-1]["name"] == "vcard"
