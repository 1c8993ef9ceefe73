"""A lived-in account to try things with, furnished through the same doors that a browser uses."""

import secrets
import tomllib
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from netcard.accounts import actions, passwords
from netcard.accounts.models import Account
from netcard.database import db, new_id, now, writing
from netcard.errors import NetcardError
from netcard.events.models import Event

HERE = Path(__file__).parent
EMAIL = "ada@demo.example"
ZONE = "Europe/Oslo"


def furnish(app: Flask) -> tuple[str, str]:
    """Make the demo account, or give the one there is a new password: (e-mail, password).

    Raises NetcardError where a page refuses what the demo brings, which would be a defect of the demo.
    """
    password = secrets.token_urlsafe(12)
    if _exists(app, password):
        return EMAIL, password
    season = tomllib.loads((HERE / "season.toml").read_text())
    owner = _Owner(app, password)
    owner.make_cards(season["card"], season["second_card"])
    owner.make_events(season["events"])
    for person in reversed(season["people"]):
        owner.meet(person)
    for line in season["plan"]:
        owner.plan(line)
    for message in season["messages"]:
        owner.note(message)
    for agreed in season["agreed"]:
        owner.agree(agreed)
    for promise in season["promises"]:
        owner.promise(promise)
    for rhythm in season["rhythms"]:
        owner.keep_in_touch(rhythm)
    for hello in season["hellos"]:
        owner.be_left(season["card"]["handle"], hello)
    return EMAIL, password


def _exists(app: Flask, password: str) -> bool:
    with app.app_context():
        account_id = db.session.scalar(select(Account.id).where(Account.email == EMAIL))
        hashed = passwords.hash_password(password)
        with writing():
            if account_id:
                actions.change_password(account_id, hashed)
            else:
                actions.sign_up(EMAIL, hashed, ZONE)
        return account_id is not None


class _Owner:
    """The demo's owner at a browser."""

    def __init__(self, app: Flask, password: str) -> None:
        self._app = app
        self._url: str = app.extensions["netcard"].url
        self._browser: FlaskClient = app.test_client()
        self._today = datetime.now(ZoneInfo(ZONE)).date()
        self._events: dict[str, Event] = {}
        self._people: dict[str, str] = {}  # contact ids by name
        self._send("/login", {"email": EMAIL, "password": password})

    def make_cards(self, first: dict[str, str], second: dict[str, str]) -> None:
        files = {
            "headshot": (BytesIO((HERE / "portrait.jpg").read_bytes()), "portrait.jpg"),
            "cv": (BytesIO((HERE / "cv.pdf").read_bytes()), "cv.pdf"),
        }
        self._send("/cards/new", {**first, **files})
        self._send("/cards/new", second)

    def make_events(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            self._send(
                "/events",
                {
                    "name": event["name"],
                    "kind": event.get("kind", "conference"),
                    "place": event["place"],
                    "starts_on": str(self._day(event["from"])),
                    "ends_on": str(self._day(event["to"])),
                    "time_zone": event["time_zone"],
                    "link": event.get("link", ""),
                },
            )
        with self._app.app_context():
            mine = select(Event).join(Account, Account.id == Event.owner_id).where(Account.email == EMAIL)
            named = {event.name: event for event in db.session.scalars(mine)}
            self._events = {event["key"]: named[event["name"]] for event in events}

    def meet(self, person: dict[str, Any]) -> None:
        event = self._events[person["event"]]
        contact_id = self._send(
            "/capture",
            json={
                "id": str(new_id()),
                "name": person["name"],
                "institution": person.get("institution", ""),
                "role": person.get("role", ""),
                "event": str(event.id),
                "poster": person.get("poster", ""),
                "discussed": person.get("discussed", ""),
                "promised": person.get("promised", ""),
                "promised_by": str(self._day(-person["by"])) if "by" in person else "",
                "email": person.get("email", ""),
                "phone": person.get("phone", ""),
                "tags": ", ".join(person.get("tags", [])),
                "met_at": self._moment(person, event).isoformat(timespec="seconds"),
            },
        ).get_json()["contact"]
        self._people[person["name"]] = contact_id
        if person.get("star"):
            self._send(f"/contacts/{contact_id}/star")

    def plan(self, line: dict[str, Any]) -> None:
        event_id = self._events[line["event"]].id
        day = self._day(line["by"]) if "by" in line else self._day(line["on"]) if "on" in line else ""
        line_id = new_id()
        self._send(
            f"/events/{event_id}/plan/{line['part']}",
            {
                "id": str(line_id),
                "title": line.get("title", ""),
                "contact": self._people[line["who"]] if "who" in line else "",
                "why": line.get("why", ""),
                "day": str(day),
                "clock": line.get("clock", ""),
                "place": line.get("place", ""),
            },
        )
        if line.get("done"):
            self._send(f"/events/{event_id}/plan/{line_id}/done")

    def note(self, message: dict[str, Any]) -> None:
        self._send(
            f"/contacts/{self._people[message['who']]}/exchanges/new",
            {
                "kind": message["kind"],
                "at": f"{self._day(message['days'])}T08:15",
                "subject": message.get("subject", ""),
                "text": message["text"],
            },
        )

    def agree(self, agreed: dict[str, Any]) -> None:
        self._send(
            f"/contacts/{self._people[agreed['who']]}/agree",
            {
                "what": agreed["what"],
                "starts_at": f"{self._day(agreed['days'])}T{agreed['clock']}",
                "place": agreed["place"],
                "questions": agreed["questions"],
            },
        )

    def promise(self, promise: dict[str, Any]) -> None:
        self._send(
            f"/followups/with/{self._people[promise['who']]}/promise",
            {"about": promise["about"], "due_on": str(self._day(promise["by"]))},
        )

    def keep_in_touch(self, rhythm: dict[str, Any]) -> None:
        self._send(f"/followups/with/{self._people[rhythm['who']]}/rhythm", {"months": str(rhythm["months"])})

    def be_left(self, handle: str, hello: dict[str, str]) -> None:
        """A visitor's details, come by the card's page."""
        self._send(f"/c/{handle}/hello", hello)

    def _moment(self, person: dict[str, Any], event: Event) -> datetime:
        """Each at another minute of that day, and never in the future."""
        minute = sum(map(ord, person["name"])) % 400
        zone = ZoneInfo(event.time_zone)
        day = datetime.combine(self._day(person["days"]), time(9), zone) + timedelta(minutes=minute)
        return min(day, now().astimezone(zone) - timedelta(minutes=minute % 50))

    def _day(self, days_ago: int) -> date:
        return self._today - timedelta(days=days_ago)

    def _send(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        answer = self._browser.post(
            path, data=form, base_url=self._url, headers={"Sec-Fetch-Site": "same-origin"}, **more
        )
        if answer.status_code not in {201, 303}:
            raise NetcardError(f"The demo could not fill {path}: {answer.status_code} {answer.text[:2000]}")
        return answer
