"""One application per database, emptied after each test; the whole suite runs on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import delete

from netcard import create_app
from netcard.config import Settings
from netcard.database import SHARED_TABLES, db, writing
from tests.people import Person, make_person
from tests.postgresql import Cluster

ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A throw-away PostgreSQL of this test process."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test uses."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_url(database: str, request: pytest.FixtureRequest) -> str | None:
    """A migrated PostgreSQL database's address, or None for the embedded default."""
    return request.getfixturevalue("cluster").new_database() if database == "postgresql" else None


def settings_for(folder: Path, database_url: str | None = None, **more: str) -> Settings:
    """Settings as an operator would have them, in a folder of the test's own."""
    environ = {"NETCARD_DATA": str(folder), "NETCARD_URL": "http://localhost", **more}
    if database_url:
        environ["NETCARD_DATABASE_URL"] = database_url
    return Settings.from_environment(environ)


@pytest.fixture(scope="session")
def migrated_app(database_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated database, shared by all tests on it."""
    app = create_app(settings_for(tmp_path_factory.mktemp("data"), database_url))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application with nobody in it."""
    yield migrated_app
    with migrated_app.app_context():
        with writing():
            for table in reversed(db.metadata.sorted_tables):
                if table.name in SHARED_TABLES:
                    db.session.execute(delete(table))
        db.session.remove()
    shutil.rmtree(migrated_app.extensions["netcard"].media, ignore_errors=True)


class Client(FlaskClient):
    """A browser on netcard's own pages: it says where a form comes from."""

    def open(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        headers = kwargs.pop("headers", None) or {}
        kwargs["headers"] = {**ORIGIN, **dict(headers)}
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor: signed in as nobody."""
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def ada(app: Flask) -> Person:
    """Ada owns the things of the tests; `ada.client` is her signed-in phone."""
    app.test_client_class = Client
    return make_person(app, "ada@example.org")


@pytest.fixture
def ben(app: Flask, ada: Person) -> Person:
    """Ben has an account too and must never see or touch what is Ada's."""
    app.test_client_class = Client
    return make_person(app, "ben@example.org")
