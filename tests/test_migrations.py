"""Migrations: every one runs both ways on both databases, and they draw what the models say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from netcard import create_app
from netcard.database import Utc, db
from tests.conftest import settings_for


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
