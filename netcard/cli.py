"""The `netcard` command."""

import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from netcard import create_app
from netcard.config import CHECKOUT, Settings
from netcard.database import THREADS, db, sqlite_module, writing
from netcard.errors import Invalid, NetcardError

STOP_SECONDS = 8
"""After SIGTERM a request may take this long to finish; the process is gone within ten."""

DISK_FLOOR = 200 * 1024 * 1024


@click.group()
def cli() -> None:
    """A networking card to hand over, and a list of the people met."""
    os.umask(0o077)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes that answer.")
def serve(host: str, port: int, workers: int) -> None:
    """Make the data folder, the secret and the tables where they lack, then answer requests."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, RuntimeModes
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    os.environ["PORT"] = str(port)
    app = create_app()
    _migrate(app)
    _let_go(app)
    click.echo(f"netcard is at {app.extensions['netcard'].url} (stop with Ctrl-C)")
    Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        runtime_mode=RuntimeModes.st,
        backpressure=256,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=5000, max_buffer_size=16384),
        log_level=LogLevels.error,  # its advice on threads is not for operators
        working_dir=CHECKOUT,
    ).serve()


@cli.command()
def demo() -> None:
    """Fill a lived-in account to try things with, and print how to sign in."""
    from netcard.demo import furnish

    app = create_app()
    _migrate(app)
    email, password = furnish(app)
    click.echo(f"e-mail: {email}")
    click.echo(f"password: {password}")


@cli.command()
def remind() -> None:
    """Send the reminders that are due, each once; for cron, every quarter of an hour. Exit status 1 when one
    could not be sent."""
    from netcard.followups.reminding import deliver

    stopped = Event()  # what is under way is finished and written down first
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    app = create_app()
    with app.app_context():
        _check_migrations(app)
        db.session.rollback()
        tally = deliver.remind(enough=stopped.is_set)
    click.echo("\n".join(deliver.report(tally)))
    sys.exit(0 if deliver.went_well(tally) else 1)


@cli.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--password", help="Instead of being asked; '-' reads one line of standard input.")
def add_user(email: str, password: str | None) -> None:
    """Make an account for EMAIL. Without a terminal to ask on, a password is made up and printed."""
    from netcard.accounts.actions import add_account

    made_up = None
    if password == "-":  # noqa: S105
        password = sys.stdin.readline().rstrip("\n")
    elif password is None and sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    elif password is None:
        password = made_up = secrets.token_urlsafe(15)
    app = create_app()
    _migrate(app)
    with app.app_context():
        with writing():
            account = add_account(email, password or "")
        click.echo(f"e-mail: {account.email}")
    if made_up:
        click.echo(f"password: {made_up}")


@cli.command()
def check() -> None:
    """Say for each part whether it is in order; exit status 1 when one is not."""
    checks: list[tuple[str, Callable[[Flask], str]]] = [
        ("database", _check_database),
        ("migrations", _check_migrations),
        ("clock", _check_clock),
        ("disk", _check_disk),
    ]
    try:
        app = create_app()
    except NetcardError as error:
        click.echo(f"configuration: {error}")
        sys.exit(1)
    settings: Settings = app.extensions["netcard"]
    mail = "by SMTP" if settings.smtp_url else "to the log"
    click.echo(f"configuration: ok ({settings.url}, sign-up {settings.signup}, mail {mail})")
    failed = False
    with app.app_context():
        for name, ask in checks:
            try:
                click.echo(f"{name}: ok ({ask(app)})")
            except Exception as error:  # whatever a part answers is the finding
                failed = True
                click.echo(f"{name}: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
    sys.exit(1 if failed else 0)


def main() -> None:
    """Run the command; what the operator can mend is one line on standard error."""
    try:
        cli()
    except Invalid as error:
        click.echo("\n".join(f"{field}: {message}" for field, message in error.errors.items()), err=True)
        sys.exit(1)
    except NetcardError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _migrate(app: Flask) -> None:
    with app.app_context():
        upgrade()


def _let_go(app: Flask) -> None:
    """Close what this process opened: the workers open their own."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _check_database(app: Flask) -> str:
    if db.engine.dialect.name == "sqlite":
        found = db.session.scalar(text("PRAGMA quick_check"))
        if found != "ok":
            raise RuntimeError(str(found))
        return f"SQLite {sqlite_module().sqlite_version} at {db.engine.url.database}"
    return str(db.session.scalar(text("SHOW server_version"))) + " PostgreSQL"


def _check_migrations(app: Flask) -> str:
    wanted = ScriptDirectory(str(CHECKOUT / "migrations")).get_current_head()
    found = MigrationContext.configure(db.session.connection()).get_current_revision()
    if found != wanted:
        raise NetcardError(f"the database is at {found}, not {wanted}: start `netcard serve` once")
    return str(found)


def _check_clock(app: Flask) -> str:
    here = datetime.now(UTC)
    newest = max(path.stat().st_mtime for path in (CHECKOUT / "netcard").rglob("*.py"))
    if here.timestamp() < newest - 86_400:
        raise RuntimeError(f"this machine says {here:%Y-%m-%d %H:%M} UTC, before its own files were written")
    if db.engine.dialect.name == "postgresql":
        apart = abs((db.session.scalar(text("SELECT clock_timestamp()")) - here).total_seconds())
        if apart > 60:
            raise RuntimeError(f"this machine and the database are {apart:.0f} s apart")
    return f"{here:%Y-%m-%d %H:%M} UTC"


def _check_disk(app: Flask) -> str:
    folder: Path = app.extensions["netcard"].data
    free = shutil.disk_usage(folder).free
    if free < DISK_FLOOR:
        raise RuntimeError(f"only {free // 1024**2} MiB are free in {folder}")
    probe = folder / f".probe-{os.getpid()}"
    probe.write_bytes(b"netcard")
    probe.unlink()
    return f"{free // 1024**2} MiB free in {folder}"


if __name__ == "__main__":
    main()
