"""The database: one engine set-up for both dialects, one key for private rows, one door for writing."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import uuid_utils.compat
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    TypeDecorator,
    event,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from netcard.config import Settings
from netcard.errors import Misconfigured

OLDEST_SQLITE = (3, 51, 3)
"""Older libraries can corrupt a WAL database when it resets (https://www.sqlite.org/wal.html)."""

THREADS = 32
"""Requests one worker serves at once, and so the connections it may hold."""

BUSY_SECONDS = 15


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

SHARED_TABLES = frozenset(
    {"account", "sign_in", "mail_token", "app_password", "phone_ticket", "handle", "attempt"},
)
"""Tables whose rows are unique for everyone and so cannot be keyed by their owner.

Every other table is private: its primary key begins with `owner_id`, and its unique
constraints and foreign keys contain it.
"""


def new_id() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7): neighbours in time are neighbours in the index."""
    return uuid_utils.compat.uuid7()


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite would drop the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Owned:
    """A private row: the key begins with its owner, so nobody else's can be named."""

    @declared_attr
    @classmethod
    def owner_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)

    @declared_attr
    @classmethod
    def id(cls) -> Mapped[UUID]:
        return mapped_column(primary_key=True, default=new_id)


def child_of(parent: str, column: str) -> ForeignKeyConstraint:
    """A required parent in `parent`: its rows go when it goes."""
    return ForeignKeyConstraint(
        ["owner_id", column], [f"{parent}.owner_id", f"{parent}.id"], ondelete="CASCADE"
    )


def refers_to(target: str, column: str) -> ForeignKeyConstraint:
    """An optional reference; `detach` empties it before the target is deleted."""
    return ForeignKeyConstraint(["owner_id", column], [f"{target}.owner_id", f"{target}.id"])


def detach(row: Any) -> None:
    """Empty every optional reference to `row`, so that it can be deleted.

    A database rule cannot do this: ON DELETE SET NULL would empty the owner too. Walking the
    metadata lets a lower room delete its rows without naming the higher rooms that point at them.
    """
    target = row.__table__
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table is not target or constraint.ondelete:
                continue
            column = table.c[next(name for name in constraint.column_keys if name != "owner_id")]
            db.session.execute(
                update(table)
                .where(table.c.owner_id == row.owner_id, column == row.id)
                .values({column.name: None})
            )
    db.session.expire_all()


GOES_ALONG = {"goes_along": True}
"""`info` of a column that names a row of another table and follows it when that row becomes another's."""

Handed = dict[str, list[str]]
"""What changed hands: ids of rows, by `table.column`."""


AT_ONCE = 1000
"""Rows that one statement names; SQLite takes 32,766 values."""


def hand_over(row: Any, to: Any) -> Handed:
    """Let whatever goes along with `row` belong to `to`, a row of the same table; gives what did.

    Walks the metadata as `detach` does, so that a lower room can join two of its rows without naming
    the higher rooms whose rows hang on them. Removed rows go too, for they can come back. Inside `writing()`.
    """
    handed: Handed = {}
    for name, column in _going_along(row.__table__):
        key = column.table.c
        there = (key.owner_id == row.owner_id, column == row.id)
        ids = db.session.scalars(select(key.id).where(*there).order_by(key.id)).all()
        if ids:
            db.session.execute(update(column.table).where(*there).values({column.name: to.id}))
            handed[name] = [str(each) for each in ids]
    db.session.expire_all()
    return handed


def hand_back(handed: Handed, row: Any, to: Any) -> None:
    """Take `hand_over(to, row)` back: what it handed goes from `row` to `to` again, what came since stays,
    but for what came under the id of something handed: it tells of that.

    What was given to a third one since stays there, for it is not `row`'s any more. Inside `writing()`.
    """
    ids = [UUID(each) for some in handed.values() for each in some]
    for _, column in _going_along(row.__table__):
        key = column.table.c
        for some in (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)):
            here = (key.owner_id == row.owner_id, key.id.in_(some), column == row.id)
            db.session.execute(update(column.table).where(*here).values({column.name: to.id}))
    db.session.expire_all()


def _going_along(target: Any) -> Iterator[tuple[str, Any]]:
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            for name in constraint.column_keys:
                if constraint.referred_table is target and table.c[name].info.get("goes_along"):
                    yield f"{table.name}.{name}", table.c[name]


# --- writing ------------------------------------------------------------------


@contextmanager
def writing() -> Iterator[None]:
    """The one door to change anything: commits on leaving, rolls back on any error.

    Entered by views and commands once everything is parsed, for a slow upload must not hold the
    lock. It ends the read that looked up the signed-in person and begins a transaction that may
    write; outside it the database itself refuses. Raises RuntimeError when entered twice.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("already writing: only views and commands open the door")
    # rollback, not close: after close the options of the next connection would be ignored
    session.rollback()
    with _turn(db.engine):
        session.info["writing"] = True
        try:
            session.connection(execution_options={"writes": True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read all that is read inside as it was at one moment, whoever writes meanwhile.

    SQLite's reads are like that by themselves, PostgreSQL's when asked. It ends the read that looked up
    the signed-in person. Raises RuntimeError inside `writing()`.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("what is being written cannot be looked at from outside")
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


_threads_turn = threading.Lock()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait in line for SQLite's single writer: its own waiting is unfair (p99 1.9 s against 0.33 s)."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    with _threads_turn, open(f"{engine.url.database}.lock", "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- engine -------------------------------------------------------------------


def init_database(app: Flask, settings: Settings) -> None:
    """Point `db` at the settings' database and set every connection up.

    Raises `Misconfigured` when the SQLite library is too old to be trusted.
    """
    # hidden from errors, and so from the log: a row's values are somebody's names, addresses and notes
    options: dict[str, Any] = {"pool_size": THREADS, "max_overflow": 0, "hide_parameters": True}
    if settings.database_url:
        app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
        options["pool_pre_ping"] = True
    else:
        app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{sqlite_path(settings)}"
        options["module"] = sqlite_module()
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def sqlite_path(settings: Settings) -> Path:
    """Where the embedded database is."""
    return settings.data / "netcard.sqlite"


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: the bundled one where it has a wheel, else Python's own."""
    try:
        import pysqlite3.dbapi2 as module
    except ImportError:  # no wheel for Linux on aarch64 nor for Intel macOS
        import sqlite3 as module
    if module.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise Misconfigured(
            f"SQLite {module.sqlite_version} can corrupt its write-ahead log; {oldest} or newer is needed. "
            "Install pysqlite3, or set NETCARD_DATABASE_URL to a PostgreSQL."
        )
    return module


def prepare(engine: Engine) -> None:
    """Hang netcard's rules of connecting and beginning on an engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get("writes"))
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    # a read transaction that wants to become a writing one fails at once, whatever the timeout
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # psycopg sends this along with its BEGIN: no round trip of its own
    raw: Any = connection.connection.dbapi_connection
    raw.read_only = not connection.get_execution_options().get("writes")


def ping() -> None:
    """Ask the database something; raises what the driver raises when it does not answer."""
    db.session.execute(select(1))
