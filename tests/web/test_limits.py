"""Limits count across workers: separate processes on one database."""

import os
import subprocess
import sys

import pytest
from flask import Flask

from netcard.web.limits import Limit, TooMany, spend

KNOCK = Limit("knock", 3, 3600)

WORKER = """
import sys
from netcard import create_app
from netcard.web.limits import Limit, TooMany, spend
app = create_app()
with app.app_context():
    passed = 0
    for _ in range(10):
        try:
            spend((Limit("door", 10, 3600), "visitor"))
            passed += 1
        except TooMany:
            pass
print(passed)
"""


def test_the_limit_is_reached_and_says_when_to_come_back(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            spend((KNOCK, "a"))
        with pytest.raises(TooMany) as refused:
            spend((KNOCK, "a"))
        assert 0 < refused.value.retry_after <= 3600


def test_another_key_is_counted_by_itself(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            spend((KNOCK, "a"))
        spend((KNOCK, "b"))


def test_the_limit_holds_across_processes(app: Flask, database_url: str | None) -> None:
    settings = app.extensions["netcard"]
    environ = {**os.environ, "NETCARD_DATA": str(settings.data), "NETCARD_URL": settings.url}
    if database_url:
        environ["NETCARD_DATABASE_URL"] = database_url
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], env=environ, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert sum(int(worker.communicate()[0]) for worker in workers) == 10


def test_what_is_kept_does_not_name_the_visitor(app: Flask) -> None:
    from sqlalchemy import select

    from netcard.database import db
    from netcard.web.models import Attempt

    with app.app_context():
        spend((KNOCK, "ada@example.org"))
        assert b"ada" not in db.session.scalars(select(Attempt.key_hash)).one()
