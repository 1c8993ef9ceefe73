"""`netcard remind` as cron runs it: real processes, two at once, on both databases."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from netcard.config import Settings
from netcard.database import db, writing
from netcard.followups.models import Reminding
from netcard.followups.reminding.deliver import HANDFUL
from tests.followups.reminding.conftest import MailServer, subscribe, wants_mail
from tests.followups.test_ground import capture
from tests.people import Person, make_person
from tests.push import PushService

NETCARD = Path(sys.executable).with_name("netcard")


@pytest.fixture(autouse=True)
def new_year() -> None:
    """A process of its own has the real time."""


@pytest.fixture
def here_and_now() -> str:
    """A zone in which it is late enough for any hour asked for here."""
    for name in ("Etc/UTC", "Pacific/Auckland", "Pacific/Honolulu"):
        if datetime.now(UTC).astimezone(ZoneInfo(name)).hour >= 2:
            return name
    raise AssertionError("it is night everywhere")


def environ(app: Flask, reached: Settings, database_url: str | None) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "NETCARD_DATA": str(app.extensions["netcard-data"]),
        "NETCARD_URL": "http://localhost",
        "NETCARD_DATABASE_URL": database_url or "",
        "NETCARD_SECRET_KEY": reached.secret_key,
        "NETCARD_SMTP_URL": reached.smtp_url or "",
        "NETCARD_PUSH_SERVICES": ",".join(reached.push_services),
        "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"],
    }


@pytest.fixture
def process(app: Flask, reached: Settings, database_url: str | None):
    """Starts `netcard remind` against the tests' own database."""
    data = Path(db_folder(app)) if database_url is None else reached.data
    app.extensions["netcard-data"] = data

    def start() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [NETCARD, "remind"], env=environ(app, reached, database_url), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return start


def db_folder(app: Flask) -> str:
    with app.app_context():
        return str(Path(db.engine.url.database or "").parent)


def test_from_subscription_to_the_phone(
    app: Flask, ada: Person, process, service: PushService, post_office: MailServer, here_and_now: str
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada, 1, here_and_now)
    with app.app_context(), writing():
        row = db.session.get(Reminding, (ada.id, ada.id))
        assert row
        row.push_hour = 1
    phone = subscribe(ada, f"{service.origin}/wpush/1")
    running = process()
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "digest: 1 sent, 0 failed\npush: 1 sent, 0 failed, 0 gone\n"), err
    ((_headers, body),) = service.at("/wpush/1")
    assert phone.open(body)["title"] == "1 person to write to today"
    assert len(post_office.mails) == 1


def test_two_at_once_send_each_reminder_once(
    app: Flask, ada: Person, process, service: PushService, post_office: MailServer, here_and_now: str
) -> None:
    people = [ada, *(make_person(app, f"p{number}@example.org") for number in range(11))]
    for person in people:
        capture(person, "Margit", 4)
        wants_mail(app, person, 1, here_and_now)
        subscribe(person, f"{service.origin}/{person.id}")
    with app.app_context(), writing():
        db.session.query(Reminding).update({"push_hour": 1})
    running = [process() for _ in range(3)]
    for each in running:
        _out, err = each.communicate(timeout=120)
        assert each.returncode == 0, err
    assert sorted(reader for reader, _ in post_office.mails) == sorted(person.email for person in people)
    assert sorted(path for path, _, _ in service.received) == sorted(f"/{person.id}" for person in people)


def test_what_was_under_way_when_a_machine_died_is_not_sent_again(
    app: Flask, ada: Person, process, service: PushService, here_and_now: str
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada, None, here_and_now)
    with app.app_context(), writing():
        db.session.query(Reminding).update({"push_hour": 1})
    subscribe(ada, f"{service.origin}/1")
    service.go_on.clear()
    dying = process()
    while not service.received:
        assert dying.poll() is None
        time.sleep(0.02)
    dying.kill()
    dying.communicate()
    service.go_on.set()
    out, err = process().communicate(timeout=60)
    assert out == "digest: 0 sent, 0 failed\npush: 0 sent, 0 failed, 0 gone\n", err
    assert len(service.received) == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_is_under_way_and_leaves_the_rest_to_the_next_run(
    app: Flask, ada: Person, process, service: PushService, here_and_now: str, sign: signal.Signals
) -> None:
    people = [ada, *(make_person(app, f"p{number}@example.org") for number in range(HANDFUL + 3))]
    for person in people:
        capture(person, "Margit", 4)
        wants_mail(app, person, None, here_and_now)
        subscribe(person, f"{service.origin}/{person.id}")
    with app.app_context(), writing():
        db.session.query(Reminding).update({"push_hour": 1})
    service.go_on.clear()
    stopping = process()
    while not service.received:
        assert stopping.poll() is None
        time.sleep(0.02)
    stopping.send_signal(sign)
    time.sleep(0.2)
    service.go_on.set()
    out, err = stopping.communicate(timeout=60)
    assert (stopping.returncode, out.splitlines()[1]) == (0, f"push: {HANDFUL} sent, 0 failed, 0 gone"), err
    out, err = process().communicate(timeout=60)
    assert out.splitlines()[1] == "push: 4 sent, 0 failed, 0 gone", err
    assert sorted(path for path, _, _ in service.received) == sorted(f"/{person.id}" for person in people)


def test_a_failure_is_told_by_the_exit_status_and_mended_by_the_next_run(
    app: Flask, ada: Person, process, post_office: MailServer, here_and_now: str
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada, 1, here_and_now)
    post_office.answer = "451 Not now"
    running = process()
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out.splitlines()[0]) == (1, "digest: 0 sent, 1 failed")
    assert "Traceback" not in err
    post_office.answer = "250 OK"
    assert process().wait(60) == 0
    assert len(post_office.mails) == 1


def test_on_a_database_of_another_version_nothing_is_sent(tmp_path: Path) -> None:
    done = subprocess.run(
        [NETCARD, "remind"], env={"PATH": os.environ["PATH"], "NETCARD_DATA": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "netcard serve" in done.stderr
    assert "Traceback" not in done.stderr
