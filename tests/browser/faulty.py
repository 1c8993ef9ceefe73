"""netcard's WSGI callable on a machine that loses power on request. Served by the browser tests only.

The file named by NETCARD_TEST_FAULT holds the moment: "before" or "after" the commit of a capture.
"""

import os
import signal
from pathlib import Path

from flask import request
from sqlalchemy import event

from netcard import create_app
from netcard.database import db

app = create_app()


def _lose_power_at(moment: str) -> None:
    fault = Path(os.environ["NETCARD_TEST_FAULT"])
    capture = request and request.method == "POST" and request.path == "/capture"
    if capture and fault.is_file() and fault.read_text() == moment:
        os.killpg(os.getpgid(0), signal.SIGKILL)


@event.listens_for(db.session, "before_commit")
def _before(session: object) -> None:
    _lose_power_at("before")


@event.listens_for(db.session, "after_commit")
def _after(session: object) -> None:
    _lose_power_at("after")
