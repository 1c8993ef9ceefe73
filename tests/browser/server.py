"""A real server of the tests: its own process, its own port, and a plug to pull."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from netcard.config import CHECKOUT

SLOWEST_START = 30.0


class Server:
    """netcard under granian on `url`, over the data folder and database of the test.

    It serves `tests.browser.faulty`, which is netcard's own callable and dies where `fault` says.
    """

    def __init__(self, data: Path, database_url: str | None) -> None:
        self.data = data
        self.database_url = database_url
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._fault = data / "fault"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Listen, and come back when it answers."""
        arguments = (
            "--interface wsgi --http 1 --no-ws --workers 1 --blocking-threads 16 --runtime-mode st "
            f"--log-level error --host 127.0.0.1 --port {self.port} tests.browser.faulty:app"
        )
        environ = {
            "PATH": os.environ["PATH"],
            "NETCARD_DATA": str(self.data),
            "NETCARD_URL": self.url,
            "NETCARD_DATABASE_URL": self.database_url or "",
            "NETCARD_TEST_FAULT": str(self._fault),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "granian", *arguments.split()],
            cwd=CHECKOUT,
            env=environ,
            start_new_session=True,  # so that the whole of it can be killed at once
            stdin=subprocess.DEVNULL,
        )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """As an operator does: SIGTERM, and wait."""
        if self._process:
            self._process.terminate()
            self._process.wait(15)
            self._process = None

    def kill(self) -> None:
        """Pull the plug: SIGKILL to every process of it."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(15)
            self._process = None

    def restart(self) -> None:
        """Start again on the same port and data, whatever has become of it."""
        self.kill()
        self.start()

    def die_at(self, moment: str) -> None:
        """Kill itself in the next capture, "before" or "after" its commit; "" for never."""
        self._fault.write_text(moment)

    def renew_worker(self) -> None:
        """Serve another service worker, as after an update, until the next start of a test."""
        self.die_at("newer worker")

    def wait_until_dead(self) -> None:
        """Until the fault has struck."""
        assert self._process
        self._process.wait(15)
        self._fault.unlink(missing_ok=True)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + SLOWEST_START
        while time.monotonic() < deadline:
            assert self.running, "the server ended while starting"
            try:
                urllib.request.urlopen(f"{self.url}/livez", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return  # any answer is an answer
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(f"the server did not answer at {self.url}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
