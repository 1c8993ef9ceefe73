"""A real server of the tests: its own processes, its own port."""

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
    """netcard under granian on `url`, over the data folder and database of the test."""

    def __init__(
        self, data: Path, database_url: str | None, *, app: str = "wsgi:app", workers: int = 1, **more: str
    ) -> None:
        """`app` is what granian serves; `more` are environment variables of the test's own."""
        self.data = data
        self.database_url = database_url
        self.app = app
        self.workers = workers
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._more = more
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Listen, and come back when it answers."""
        arguments = (
            f"--interface wsgi --http 1 --no-ws --workers {self.workers} --blocking-threads 16 "
            f"--runtime-mode st --log-level error --host 127.0.0.1 --port {self.port} {self.app}"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "granian", *arguments.split()],
            cwd=CHECKOUT,
            env=self.environ,
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

    def wait_until_dead(self) -> None:
        """Until it has ended by itself."""
        assert self._process
        self._process.wait(15)

    @property
    def environ(self) -> dict[str, str]:
        """The environment it runs in; a command in the same one works on the same data."""
        return {
            "PATH": os.environ["PATH"],
            "NETCARD_DATA": str(self.data),
            "NETCARD_URL": self.url,
            "NETCARD_DATABASE_URL": self.database_url or "",
            **self._more,
        }

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
