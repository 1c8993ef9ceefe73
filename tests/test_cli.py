"""The `netcard` command, as an operator types it."""

import contextlib
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

NETCARD = Path(sys.executable).with_name("netcard")


def environ(folder: Path, database_url: str | None, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "NETCARD_DATA": str(folder),
        "NETCARD_DATABASE_URL": database_url or "",
        **more,
    }


@pytest.fixture
def own_database(database: str, request: pytest.FixtureRequest) -> str | None:
    """An empty database of this test alone."""
    return request.getfixturevalue("cluster").new_database() if database == "postgresql" else None


def run(folder: Path, url: str | None, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NETCARD, *arguments], env=environ(folder, url, **more), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


class Serving:
    def __init__(self, folder: Path, database_url: str | None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.log = folder.with_suffix(".log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [NETCARD, "serve", "--port", str(self.port)],
                env=environ(folder, database_url), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait()

    def wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, self.log.read_text()
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                assert time.monotonic() < until, "netcard serve did not answer"
                time.sleep(0.05)


@pytest.fixture
def serving(tmp_path: Path, own_database: str | None) -> Iterator[Serving]:
    server = Serving(tmp_path / "data", own_database)
    yield server
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.process.pid, signal.SIGKILL)  # the workers too
    server.process.wait(10)


def test_serve_makes_all_it_needs_in_an_empty_folder(serving: Serving, tmp_path: Path, database: str) -> None:
    page = urllib.request.urlopen(f"{serving.url}/signup").read().decode()
    assert "password" in page
    for path in (tmp_path / "data").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert (tmp_path / "data" / "netcard.sqlite").exists() is (database == "sqlite")


def test_a_request_under_way_is_answered_before_the_server_stops(serving: Serving) -> None:
    with socket.create_connection(("127.0.0.1", serving.port)) as slow:
        body = b"email=a%40example.org&password=a+long+walk+home"
        head = (
            f"POST /login HTTP/1.1\r\nHost: localhost:{serving.port}\r\nOrigin: {serving.url}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        slow.sendall(head.encode() + body[:10])
        time.sleep(0.3)
        serving.process.send_signal(signal.SIGTERM)
        threading.Timer(0.3, slow.sendall, [body[10:]]).start()
        slow.settimeout(10)
        answer = b""
        while chunk := slow.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 422")
    assert serving.process.wait(10) is not None


def test_check_finds_everything_in_order_and_says_what_is_not(
    tmp_path: Path, own_database: str | None
) -> None:
    before = run(tmp_path, own_database, "check")
    assert before.returncode == 1
    assert re.search(r"^migrations: .*netcard serve", before.stdout, re.MULTILINE)
    assert run(tmp_path, own_database, "user", "add", "ada@example.org").returncode == 0
    after = run(tmp_path, own_database, "check")
    assert after.returncode == 0, after.stdout
    for part in ("configuration", "database", "migrations", "clock", "disk"):
        assert re.search(rf"^{part}: ok", after.stdout, re.MULTILINE), after.stdout


def test_check_names_a_wrong_setting_without_a_trace(tmp_path: Path) -> None:
    done = run(tmp_path, None, "check", NETCARD_SIGNUP="perhaps")
    assert done.returncode == 1
    assert "NETCARD_SIGNUP" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_serve_names_a_wrong_setting_without_a_trace(tmp_path: Path) -> None:
    done = run(tmp_path, None, "serve", NETCARD_URL="cards.example.org")
    assert done.returncode == 1
    assert "NETCARD_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_added_user_gets_a_password_that_works_once_made_up(
    tmp_path: Path, own_database: str | None
) -> None:
    done = run(tmp_path, own_database, "user", "add", "Ada@Example.org", NETCARD_SIGNUP="closed")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^e-mail: ada@example\.org$", done.stdout, re.MULTILINE)
    assert re.search(r"^password: \S{16,}$", done.stdout, re.MULTILINE)


def test_a_user_is_not_added_twice_nor_with_a_common_password(
    tmp_path: Path, own_database: str | None
) -> None:
    assert run(tmp_path, own_database, "user", "add", "ada@example.org").returncode == 0
    again = run(tmp_path, own_database, "user", "add", "ada@example.org")
    assert again.returncode == 1
    assert "email:" in again.stderr
    common = run(tmp_path, own_database, "user", "add", "ben@example.org", "--password", "password123")
    assert common.returncode == 1
    assert "password:" in common.stderr


def test_the_demo_signs_in_and_is_lived_in(tmp_path: Path, own_database: str | None) -> None:
    done = run(tmp_path / "data", own_database, "demo")
    assert done.returncode == 0, done.stderr
    found = dict(re.findall(r"^([\w-]+): (.+)$", done.stdout, re.MULTILINE))
    assert set(found) == {"e-mail", "password"}
    again = run(tmp_path / "data", own_database, "demo")
    renewed = dict(re.findall(r"^([\w-]+): (.+)$", again.stdout, re.MULTILINE))
    assert renewed["e-mail"] == found["e-mail"]

    from netcard import create_app
    from netcard.database import db
    from tests.conftest import settings_for

    app = create_app(settings_for(tmp_path / "data", own_database))
    client = app.test_client()
    origin = {"Origin": "http://localhost"}
    form = {"email": renewed["e-mail"], "password": found["password"]}
    assert client.post("/login", data=form, headers=origin).status_code == 422
    form["password"] = renewed["password"]
    assert client.post("/login", data=form, headers=origin).status_code == 303
    assert "Margit Solheim" in client.get("/contacts").text
    assert client.get("/c/ada-okafor").status_code == 200
    with app.app_context():
        db.engine.dispose()
