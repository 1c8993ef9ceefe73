"""A netcard of its own for a tool: a folder that goes away, a free port, the demo inside."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


@dataclass(frozen=True)
class Demo:
    """A running netcard and the demo's way in."""

    url: str
    email: str
    password: str


@contextmanager
def demo() -> Iterator[Demo]:
    """`netcard demo`, then `netcard serve`, until the block ends."""
    netcard = Path(sys.executable).with_name("netcard")
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environ = {**os.environ, "NETCARD_DATA": folder, "PORT": str(port)}
        environ.pop("NETCARD_URL", None)
        printed = subprocess.run(
            [netcard, "demo"], env=environ, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        found = dict(re.findall(r"^([\w-]+): (.+)$", printed, re.MULTILINE))
        server = subprocess.Popen([netcard, "serve", "--port", str(port)], env=environ)
        try:
            url = f"http://localhost:{port}"
            _wait_for(url)
            yield Demo(url, found["e-mail"], found["password"])
        finally:
            server.terminate()
            server.wait(15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
