"""`netcard remind`: to whom it is due, once, whatever happens in between."""

import base64
import json
import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from py_vapid import Vapid02
from sqlalchemy import select, update

from netcard.accounts.models import Account, SignIn
from netcard.database import db, new_id, now, writing
from netcard.followups.models import Notice, PushSubscription, Reminding
from netcard.followups.reminding import deliver
from netcard.followups.reminding.deliver import report, went_well
from netcard.mail import Letter, Postman
from netcard.mail import deliver as deliver_mail
from tests.accounts.conftest import free_port
from tests.followups.reminding.conftest import MailServer, subscribe, wants_mail
from tests.followups.test_ground import capture
from tests.people import Person, make_person
from tests.push import PushService

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # 09:30 in Vienna
NIGHT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # 05:30 in Vienna


def remind(app: Flask, moment: datetime | None = None) -> list[str]:
    with app.app_context():
        tally = deliver.remind(moment)
        db.session.remove()
    return report(tally)


def notices(app: Flask) -> list[Notice]:
    with app.app_context():
        return list(db.session.scalars(select(Notice)))


# --- the mail -----------------------------------------------------------------


@time_machine.travel(MORNING, tick=False)
def test_the_digest_says_whom_and_where_and_nothing_private(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    capture(ada, "Prof. Margit Solheim", 4, discussed="fewer fistulas")
    capture(ada, "Đức Nguyễn", 9, promised="the speech scale")
    capture(ada, "Not Yet", 1)
    wants_mail(app, ada)
    assert remind(app) == ["digest: 1 sent, 0 failed", "push: 0 sent, 0 failed, 0 gone"]
    ((reader, mail),) = post_office.mails
    message = message_from_bytes(mail, policy=policy.default)
    text = message.get_content().replace("\r\n", "\n")
    assert reader == "ada@example.org"
    assert message["Subject"] == "2 people to write to today"
    assert message["Auto-Submitted"] == "auto-generated"
    assert text.index("Overdue") < text.index("Write to Đức Nguyễn") < text.index("Today\n")
    assert text.index("Today\n") < text.index("Write to Prof. Margit Solheim")
    assert len(re.findall(r"http://localhost/followups/[0-9a-f-]{36}", text)) == 2
    assert "http://localhost/settings/reminders" in text
    for private in ("fistulas", "scale", "Not Yet"):
        assert private not in text


@time_machine.travel(MORNING, tick=False)
def test_however_often_it_runs_one_mail_goes_out_on_a_day(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada)
    for _ in range(3):
        remind(app)
    assert len(post_office.mails) == 1
    remind(app, MORNING + timedelta(hours=14))
    assert len(post_office.mails) == 1
    remind(app, MORNING + timedelta(days=1))
    assert len(post_office.mails) == 2


def test_before_the_hour_nothing_goes_out(app: Flask, ada: Person, reached, post_office: MailServer) -> None:
    with time_machine.travel(NIGHT, tick=False):
        capture(ada, "Margit", 4)
        wants_mail(app, ada)
        remind(app)
        assert post_office.mails == []
        remind(app, NIGHT + timedelta(hours=2))
        assert len(post_office.mails) == 1


@time_machine.travel(MORNING, tick=False)
def test_no_mail_without_a_wish_a_proved_address_or_anything_due(
    app: Flask, ada: Person, ben: Person, reached, post_office: MailServer, service: PushService
) -> None:
    capture(ben, "Margit", 4)  # wishes for nothing
    wants_mail(app, ada)  # has nothing due
    capture(ada, "Coming", 1)
    assert remind(app)[0] == "digest: 0 sent, 0 failed"
    wants_mail(app, ben)
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.id == ben.id).values(email_verified_at=None))
    assert remind(app)[0] == "digest: 0 sent, 0 failed"
    subscribe(ben, f"{service.origin}/ben")
    assert remind(app) == ["digest: 0 sent, 0 failed", "push: 1 sent, 0 failed, 0 gone"]
    assert post_office.mails == []
    assert [notice.channel for notice in notices(app)] == ["push"]


@time_machine.travel(MORNING, tick=False)
def test_what_comes_due_later_in_the_day_is_still_told(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    wants_mail(app, ada)
    remind(app)
    capture(ada, "Margit", 4)
    remind(app)
    assert len(post_office.mails) == 1


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize("said", ["451 Try later", "550 No"])
def test_a_refused_mail_is_tried_again_by_the_next_run(
    app: Flask, ada: Person, reached, post_office: MailServer, said: str
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada)
    post_office.answer = said
    with app.app_context():
        tally = deliver.remind()
    assert report(tally)[0] == "digest: 0 sent, 1 failed"
    assert not went_well(tally)
    assert notices(app) == []
    post_office.answer = "250 OK"
    assert remind(app)[0] == "digest: 1 sent, 0 failed"
    assert len(post_office.mails) == 1


@time_machine.travel(MORNING, tick=False)
def test_a_mail_server_that_does_not_answer_is_left_alone_until_the_next_run(
    app: Flask, ada: Person, ben: Person, reached, service: PushService, post_office: MailServer, monkeypatch
) -> None:
    """Else thousands would each wait for it, and the runs of the next hours behind them."""
    people = [ada, ben, *(make_person(app, f"p{number}@example.org") for number in range(3))]
    for person in people:
        capture(person, "Margit", 4)
        wants_mail(app, person)
        subscribe(person, f"{service.origin}/{person.id}")
    tried: list[str] = []

    class Far(Postman):
        def send(self, letter: Letter) -> None:
            tried.append(letter.to)
            deliver_mail(EmailMessage(), f"smtp://127.0.0.1:{free_port()}")

    near = app.extensions["postman"]
    monkeypatch.setattr(deliver, "HANDFUL", 2)
    monkeypatch.setitem(app.extensions, "postman", Far(app))
    assert remind(app) == ["digest: 0 sent, 5 failed", "push: 5 sent, 0 failed, 0 gone"]
    assert len(tried) == 1  # of each handful one is a mail, the other for the phone
    monkeypatch.setitem(app.extensions, "postman", near)
    assert remind(app)[0] == "digest: 5 sent, 0 failed"


@time_machine.travel(MORNING, tick=False)
def test_a_server_that_falls_silent_with_the_mail_in_hand_is_not_handed_it_again(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada)
    post_office.vanishes = True
    assert remind(app)[0] == "digest: 0 sent, 1 failed"
    post_office.vanishes = False
    assert remind(app)[0] == "digest: 0 sent, 0 failed"
    assert len(post_office.mails) == 1


@time_machine.travel(MORNING, tick=False)
def test_what_was_claimed_when_a_machine_died_is_not_sent_twice(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    capture(ada, "Margit", 4)
    wants_mail(app, ada)
    with app.app_context(), writing():
        db.session.add(Notice(owner_id=ada.id, channel="digest", target="", day=date(2026, 11, 23)))
    assert remind(app)[0] == "digest: 0 sent, 0 failed"
    assert post_office.mails == []


# --- hours, days, zones -------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "hour", "before", "after"),
    [
        # 02:00 to 03:00 is left out on that day
        ("Europe/Vienna", 2, "2026-03-29T00:59", "2026-03-29T01:00"),
        # midnight is left out on that day
        ("Africa/Cairo", 0, "2026-04-23T21:59", "2026-04-23T22:00"),
        ("Pacific/Kiritimati", 7, "2026-11-22T16:59", "2026-11-22T17:00"),
        ("Pacific/Pago_Pago", 7, "2026-11-23T17:59", "2026-11-23T18:00"),
        ("Asia/Kathmandu", 7, "2026-11-23T01:14", "2026-11-23T01:15"),
    ],
)
def test_the_hour_comes_by_the_owners_own_clock(
    app: Flask, ada: Person, reached, post_office: MailServer, zone: str, hour: int, before: str, after: str
) -> None:
    early, late = (datetime.fromisoformat(f"{each}+00:00") for each in (before, after))
    with time_machine.travel(early, tick=False):
        capture(ada, "Margit", 5)
        wants_mail(app, ada, hour, zone)
        # the day before is over in this place, as far as a reminder goes
        with app.app_context(), writing():
            yesterday = late.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
            db.session.add(Notice(owner_id=ada.id, channel="digest", target="", day=yesterday))
        remind(app, early)
        assert post_office.mails == []
        remind(app, late)
        assert len(post_office.mails) == 1


def test_an_hour_that_comes_twice_brings_one_mail(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, summer time
    with time_machine.travel(first, tick=False):
        capture(ada, "Margit", 5)
        wants_mail(app, ada, 2)
        remind(app, first)
        remind(app, first + timedelta(hours=1))  # 02:30 again, winter time
        assert len(post_office.mails) == 1


def test_an_owner_who_flies_across_the_date_line_has_one_mail_on_a_day(
    app: Flask, ada: Person, reached, post_office: MailServer
) -> None:
    start = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # Monday 08:00 in Auckland
    with time_machine.travel(start, tick=False):
        capture(ada, "Margit", 5)
        wants_mail(app, ada, 7, "Pacific/Auckland")
        remind(app, start)
        wants_mail(app, ada, 7, "Pacific/Honolulu")  # there it is Sunday 09:00
        remind(app, start)
        assert [str(notice.day) for notice in notices(app)] == ["2026-11-23", "2026-11-22"]
        for hours in range(1, 37):  # all of Sunday and Monday
            remind(app, start + timedelta(hours=hours))
        assert len(post_office.mails) == 2
        remind(app, start + timedelta(hours=47))
        assert len(post_office.mails) == 3


# --- push ---------------------------------------------------------------------


@time_machine.travel(MORNING, tick=False)
def test_a_push_message_is_sealed_for_the_phone_and_vouched_for(
    app: Flask, ada: Person, reached, service: PushService
) -> None:
    capture(ada, "Prof. Margit Solheim", 4, discussed="fewer fistulas")
    capture(ada, "Late", 9)
    phone = subscribe(ada, f"{service.origin}/wpush/1?x=2")
    assert remind(app)[1] == "push: 1 sent, 0 failed, 0 gone"
    assert remind(app)[1] == "push: 0 sent, 0 failed, 0 gone"
    ((headers, body),) = service.at("/wpush/1?x=2")
    assert phone.open(body) == {
        "title": "2 people to write to today",
        "count": 2,
        "day": "2026-11-23",
        "url": "/followups",
    }
    assert b"Margit" not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert 0 < int(headers["TTL"]) <= 86400
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers["Topic"])
    assert Vapid02.verify(headers["Authorization"])
    token, key = re.fullmatch(r"vapid t=([^,]+),k=(.+)", headers["Authorization"]).groups()  # type: ignore[union-attr]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == service.origin
    assert 0 < claims["exp"] - MORNING.timestamp() <= 86400
    assert claims["sub"].startswith(("mailto:", "https:"))
    assert f'data-key="{key}"' in ada.client.get("/settings/reminders").text


@time_machine.travel(MORNING, tick=False)
def test_each_phone_has_one_and_a_signed_out_one_has_none(
    app: Flask, ada: Person, ben: Person, reached, service: PushService
) -> None:
    capture(ada, "Margit", 4)
    for number in (1, 2):
        subscribe(ada, f"{service.origin}/ada/{number}")
    subscribe(ben, f"{service.origin}/ben")
    with app.app_context(), writing():
        other = SignIn(id=new_id(), account_id=ada.id, token_hash=b"x" * 32, ended_at=now())
        db.session.add(other)
        db.session.execute(
            update(PushSubscription)
            .where(PushSubscription.endpoint.endswith("/ada/2"))
            .values(sign_in_id=other.id)
        )
    remind(app)
    assert [path for path, _, _ in service.received] == ["/ada/1"]
    assert ada.client.post("/logout").status_code == 303
    remind(app, MORNING + timedelta(days=1))
    assert len(service.received) == 1


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_dropped(
    app: Flask, ada: Person, reached, service: PushService, status: int
) -> None:
    capture(ada, "Margit", 4)
    subscribe(ada, f"{service.origin}/gone")
    service.answers["/gone"] = status
    assert remind(app)[1] == "push: 0 sent, 0 failed, 1 gone"
    with app.app_context():
        assert db.session.query(PushSubscription).count() == 0


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize("status", [429, 500, 503, 0])
def test_what_a_service_could_not_take_is_tried_again(
    app: Flask, ada: Person, reached, service: PushService, status: int
) -> None:
    capture(ada, "Margit", 4)
    subscribe(ada, f"{service.origin}/busy")
    service.answers["/busy"] = status
    assert remind(app)[1] == "push: 0 sent, 1 failed, 0 gone"
    with app.app_context():
        assert db.session.query(PushSubscription).one().failed_at == MORNING
        db.session.remove()
    assert "Not reached since today" in ada.client.get("/settings/reminders").text
    del service.answers["/busy"]
    assert remind(app)[1] == "push: 1 sent, 0 failed, 0 gone"
    with app.app_context():
        assert db.session.query(PushSubscription).one().failed_at is None


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize("status", [302, 400, 403, 413])
def test_what_a_service_refuses_is_not_tried_again_that_day(
    app: Flask, ada: Person, reached, service: PushService, status: int
) -> None:
    capture(ada, "Margit", 4)
    subscribe(ada, f"{service.origin}/no")
    service.answers["/no"] = status
    assert remind(app)[1] == "push: 0 sent, 1 failed, 0 gone"
    assert remind(app)[1] == "push: 0 sent, 0 failed, 0 gone"
    assert [path for path, _, _ in service.received] == ["/no"]


def test_a_device_that_refuses_everything_is_dropped_after_thirty_days(
    app: Flask, ada: Person, reached, service: PushService
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        capture(ada, "Margit", 4)
        subscribe(ada, f"{service.origin}/no")
        service.answers["/no"] = 403
        for day, left in ((0, 1), (15, 1), (30, 1), (31, 0)):
            clock.move_to(MORNING + timedelta(days=day))
            assert remind(app)[1] == "push: 0 sent, 1 failed, 0 gone"
            with app.app_context():
                assert db.session.query(PushSubscription).count() == left


@time_machine.travel(MORNING, tick=False)
def test_push_keeps_its_own_hour(app: Flask, ada: Person, reached, service: PushService) -> None:
    capture(ada, "Margit", 4)
    subscribe(ada, f"{service.origin}/1")
    with app.app_context(), writing():
        db.session.add(Reminding(owner_id=ada.id, id=ada.id, push_hour=20))
    remind(app)
    assert service.received == []
    remind(app, MORNING.replace(hour=19))
    assert len(service.received) == 1


# --- many owners, long times --------------------------------------------------


@time_machine.travel(MORNING, tick=False)
def test_every_owner_is_reached_whatever_the_size_of_a_batch(
    app: Flask, ada: Person, ben: Person, reached, post_office: MailServer, monkeypatch
) -> None:
    from netcard.followups.reminding import listeners
    from tests.people import make_person

    monkeypatch.setattr(listeners, "BATCH", 2)
    monkeypatch.setattr(deliver, "HANDFUL", 2)
    people = [ada, ben, *(make_person(app, f"p{n}@example.org") for n in range(3))]
    for person in people:
        capture(person, "Margit", 4)
        wants_mail(app, person)
    assert remind(app)[0] == "digest: 5 sent, 0 failed"
    assert sorted(reader for reader, _ in post_office.mails) == sorted(each.email for each in people)


@time_machine.travel(MORNING, tick=False)
def test_old_notices_are_swept_after_ninety_days(app: Flask, ada: Person, reached) -> None:
    with app.app_context(), writing():
        for days in (1, 89, 92, 400):
            day = MORNING.date() - timedelta(days=days)
            db.session.add(Notice(owner_id=ada.id, channel="digest", target="", day=day))
    remind(app)
    assert sorted((MORNING.date() - notice.day).days for notice in notices(app)) == [1, 89]
