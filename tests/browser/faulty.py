"""netcard's WSGI callable on a machine that loses power on request. Served by the browser tests only.

The file named by NETCARD_TEST_FAULT holds the moment: "before" or "after" the commit of a capture. With
"newer worker" in it, the service worker is another one, as after an update.

The file named by NETCARD_TEST_CLOCK holds what time it is here, as ISO 8601; the clock goes on from there.
"""

import os
import signal
from datetime import datetime
from pathlib import Path

import time_machine
from flask import Response, request
from sqlalchemy import event

from netcard import create_app
from netcard.database import db

app = create_app()


def _lose_power_at(moment: str) -> None:
    capture = request and request.method == "POST" and request.path == "/capture"
    if capture and _fault() == moment:
        os.killpg(os.getpgid(0), signal.SIGKILL)


def _fault() -> str:
    try:
        return Path(os.environ["NETCARD_TEST_FAULT"]).read_text()
    except FileNotFoundError:
        return ""


class _Clock:
    """This process's clock, put wherever the file says."""

    def __init__(self) -> None:
        self._said = ""
        self._travel: time_machine.travel | None = None

    def read(self) -> None:
        file = Path(os.environ["NETCARD_TEST_CLOCK"])
        said = file.read_text() if file.exists() else ""
        if said == self._said:
            return
        self._said = said
        if self._travel:
            self._travel.stop()
        self._travel = time_machine.travel(datetime.fromisoformat(said), tick=True) if said else None
        if self._travel:
            self._travel.start()


_clock = _Clock()


@app.before_request
def _look_at_the_clock() -> None:
    _clock.read()


@app.before_request
def _send_the_worker_whole() -> None:
    if _worker_is_newer():
        request.environ.pop("HTTP_IF_NONE_MATCH", None)


@app.after_request
def _renew(response: Response) -> Response:
    if _worker_is_newer():
        response.set_data(response.get_data().replace(b'"netcard-', b'"netcard-newer-', 1))
        del response.headers["ETag"]
    return response


def _worker_is_newer() -> bool:
    return request.path == "/service-worker.js" and _fault() == "newer worker"


@event.listens_for(db.session, "before_commit")
def _before(session: object) -> None:
    _lose_power_at("before")


@event.listens_for(db.session, "after_commit")
def _after(session: object) -> None:
    _lose_power_at("after")
