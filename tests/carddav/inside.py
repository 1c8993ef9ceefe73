"""A device that speaks to the application in this process: quick, and errors show their trace."""

import base64
from collections.abc import Callable
from email.message import Message

import pytest
from flask import Flask

from tests.carddav.live import secret_for
from tests.carddav.wire import Answer, Row, multiget, propfind, sync_collection
from tests.people import Person

DAVX5 = "DAVx5/4.4.5-ose (2024/11/30; dav4jvm; okhttp/4.12.0) Android/14"


class Inside:
    """Ada's device, with short words for what the tests ask again and again."""

    def __init__(self, app: Flask, person: Person, agent: str = DAVX5) -> None:
        self.client = app.test_client()
        self.person = person
        self.agent = agent
        self.secret = secret_for(app, person)
        self.home = f"/dav/books/{person.id}/"
        self.book = f"{self.home}contacts/"
        self.principal = f"/dav/principals/{person.id}/"

    def ask(
        self,
        method: str,
        target: str,
        body: str | bytes | None = None,
        /,
        *,
        known: bool = True,
        **headers: str,
    ) -> Answer:
        """One request, with the app password unless the device is not to be `known`."""
        named = {"User-Agent": self.agent}
        if known:
            pair = f"{self.person.email}:{self.secret}".encode()
            named["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        if body is not None:
            named["Content-Type"] = "application/xml; charset=utf-8"
        named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        heard = self.client.open(target, method=method, headers=named, data=data)
        message = Message()
        for name, value in heard.headers:
            message[name] = value
        answer = Answer(heard.status_code, message, heard.data)
        heard.close()
        assert answer.status < 500, (method, target, answer.status)
        return answer

    def propfind(self, target: str, *names: str, depth: str = "0", **headers: str) -> Answer:
        return self.ask("PROPFIND", target, propfind(*names), depth=depth, **headers)

    def put(self, name: str, card: str | bytes, **headers: str) -> Answer:
        return self.ask("PUT", self.book + name, card, **{"content_type": "text/vcard", **headers})

    def get(self, name: str, **headers: str) -> Answer:
        return self.ask("GET", self.book + name, **headers)

    def delete(self, name: str, **headers: str) -> Answer:
        return self.ask("DELETE", self.book + name, **headers)

    def report(self, body: str, **headers: str) -> Answer:
        return self.ask("REPORT", self.book, body, **{"depth": "1", **headers})

    def multiget(self, *names: str, data: str = "", **headers: str) -> Answer:
        return self.report(multiget((self.book + name for name in names), data=data), **headers)

    def sync(self, token: str = "", *names: str, limit: int | None = None, **headers: str) -> Answer:
        """The changes since a token, each with its ETag unless other properties are named."""
        return self.report(
            sync_collection(token, *(names or ("getetag",)), limit=limit), depth="0", **headers
        )

    def token(self) -> str:
        """Where the book stands."""
        return self.propfind(self.book, "sync-token").row.text("{DAV:}sync-token")

    def names(self, rows: list[Row]) -> dict[str, int]:
        """The cards among rows, by their own names, with what is said of each: 200, or that it is gone."""
        return {row.href.removeprefix(self.book): row.status or 200 for row in rows}


DeviceFrom = Callable[..., Inside]


@pytest.fixture
def dav(app: Flask, ada: Person) -> Inside:
    """Ada's phone."""
    return Inside(app, ada)


@pytest.fixture
def dav_as(app: Flask) -> DeviceFrom:
    """Another device: `dav_as(person, agent)`."""
    return lambda person, agent=DAVX5: Inside(app, person, agent)


def card(name: str = "Zoë Ampère", uid: str = "", version: str = "3.0", *lines: str) -> bytes:
    """A small card as a phone sends one."""
    given, _, family = name.partition(" ")
    every = (
        "BEGIN:VCARD", f"VERSION:{version}", f"UID:{uid or name.replace(' ', '-')}", f"FN:{name}",
        f"N:{family};{given};;;", *lines, "END:VCARD", "",
    )  # fmt: skip
    return "\r\n".join(every).encode()
