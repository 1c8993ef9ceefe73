"""What a reminder says in one line."""

from datetime import UTC, date, datetime

import pytest

from netcard.contacts.models import Appointment, Contact
from netcard.database import new_id
from netcard.followups.queue import Due
from netcard.followups.reminding.words import headline, line_of
from netcard.followups.rules import Kind, Window

MARGIT, AMRIT = (Contact(id=new_id(), name=name) for name in ("Margit", "Amrit"))


def due(kind: Kind, contact: Contact | None = MARGIT, who: str = "Margit", what: str = "") -> Due:
    agreed = Appointment(what=what, starts_at=datetime(2026, 11, 23, 9, 5, tzinfo=UTC))
    return Due(
        id=new_id(), kind=kind, who=who, own=Window(date(2026, 11, 23), date(2026, 11, 23)), contact=contact,
        appointment=agreed if kind == "appointment" else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        ([due("meeting")], "1 person to write to today"),
        ([due("meeting"), due("rhythm")], "1 person to write to today"),
        ([due("meeting"), due("plan", AMRIT)], "2 people to write to today"),
        ([due("promise"), due("promise")], "2 promises to keep today"),
        ([due("todo", None)], "1 thing to do today"),
        ([due("appointment"), due("todo", None)], "1 agreed meeting and 1 thing to do today"),
        (
            [due("meeting"), due("promise"), due("todo", None), due("todo", None)],
            "1 person to write to, 1 promise to keep and 2 things to do today",
        ),
    ],
)
def test_the_headline_counts_people_once_and_names_nobody(waiting: list[Due], said: str) -> None:
    assert headline(waiting) == said


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (due("meeting"), "Write to Margit"),
        (due("rhythm"), "Write to Margit"),
        (due("plan"), "Write to Margit"),
        (due("promise"), "A promise to Margit"),
        (due("appointment", what="Call"), "Call with Margit, 09:05"),
        (due("appointment"), "Meeting with Margit, 09:05"),
        (due("todo", None, "Travel grant"), "Travel grant"),
        (due("meeting", who="Margit\r\nBcc: evil\x85x"), "Write to Margit Bcc: evil x"),
    ],
)
def test_a_line_says_whom_and_stays_one_line(one: Due, said: str) -> None:
    assert line_of(one, UTC) == said
