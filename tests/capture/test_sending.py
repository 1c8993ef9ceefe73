"""A capture comes in by JSON or by form, once however often it is sent."""

import io
import json
import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard.capture.models import Receipt
from netcard.contacts.models import Contact, Encounter
from netcard.database import db, writing
from netcard.events.models import Event
from netcard.media import media_store
from tests.files import SECRETS, jpeg_12_megapixels_with_gps_and_rotation
from tests.people import Person

INES = {
    "name": "Inés Marchetti",
    "institution": "Ospedale Maggiore",
    "role": "Attending",
    "poster": "P-121",
    "discussed": "Records speech at home.\nParents hold the phone.",
    "promised": "to send our speech scale",
    "promised_by": "2026-11-25",
    "email": "ines@example.it",
    "phone": "+39 02 5503 1",
    "tags": "cleft, speech",
    "met_at": "2026-11-22T11:20:00+01:00",
}
JSON = {"Accept": "application/json"}


def capture(**more: object) -> dict[str, object]:
    return {"id": str(uuid.uuid4()), **INES, **more}


def people(app: Flask, person: Person) -> list[Contact]:
    with app.app_context():
        return list(
            db.session.scalars(
                select(Contact).where(Contact.owner_id == person.id, Contact.deleted_at.is_(None))
            )
        )


def the_encounter(app: Flask, person: Person) -> Encounter:
    with app.app_context():
        return db.session.scalars(select(Encounter).where(Encounter.owner_id == person.id)).one()


def event_of(app: Flask, person: Person) -> uuid.UUID:
    with app.app_context(), writing():
        event = Event(
            owner_id=person.id,
            name="Northern Cleft Congress",
            starts_on=date(2026, 11, 20),
            ends_on=date(2026, 11, 24),
        )
        db.session.add(event)
        db.session.flush()
        return event.id


def test_a_capture_makes_one_contact_and_says_so(app: Flask, ada: Person) -> None:
    sent = capture()
    answer = ada.client.post("/capture", json=sent)
    assert answer.status_code == 201
    [contact] = people(app, ada)
    assert answer.json == {"id": sent["id"], "contact": str(contact.id), "status": "created"}
    assert (contact.name, contact.institution, contact.role) == (
        "Inés Marchetti",
        "Ospedale Maggiore",
        "Attending",
    )
    met = the_encounter(app, ada)
    assert met.met_at == datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
    assert met.met_offset == 60
    assert met.promised_by == date(2026, 11, 25)
    assert met.poster == "P-121"


def test_the_same_capture_again_counts_once(app: Flask, ada: Person) -> None:
    sent = capture()
    first = ada.client.post("/capture", json=sent)
    again = ada.client.post("/capture", json=sent)
    assert again.status_code == 200
    assert again.json == {**first.json, "status": "already"}
    assert len(people(app, ada)) == 1


def test_the_same_words_by_form_and_by_json_are_the_same_capture(app: Flask, ada: Person) -> None:
    sent = capture()
    ada.client.post("/capture", json=sent)
    by_form = {**sent, "discussed": str(sent["discussed"]).replace("\n", "\r\n")}
    answer = ada.client.post("/capture", data=by_form, headers=JSON)
    assert (answer.status_code, answer.json["status"]) == (200, "already")
    assert len(people(app, ada)) == 1


@pytest.mark.parametrize("change", [{"name": "Inés Marchetti-Rossi"}, {"poster": ""}, {"tags": "cleft"}])
def test_other_content_under_the_same_id_changes_nothing(
    app: Flask, ada: Person, change: dict[str, str]
) -> None:
    sent = capture()
    ada.client.post("/capture", json=sent)
    answer = ada.client.post("/capture", json={**sent, **change})
    assert answer.status_code == 409
    assert "error" in answer.json
    assert [contact.name for contact in people(app, ada)] == ["Inés Marchetti"]


def test_a_replay_is_known_after_the_contact_is_gone(app: Flask, ada: Person) -> None:
    sent = capture()
    first = ada.client.post("/capture", json=sent).json
    with app.app_context(), writing():
        contact = db.session.get(Contact, (ada.id, uuid.UUID(first["contact"])))
        db.session.delete(contact)
    again = ada.client.post("/capture", json=sent)
    assert again.json == {**first, "status": "already"}
    assert people(app, ada) == []


def test_a_replay_is_known_when_its_moment_has_become_too_old_to_take(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = capture()
    ada.client.post("/capture", json=sent)
    monkeypatch.setattr("netcard.capture.forms.now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert ada.client.post("/capture", json=capture()).status_code == 422
    assert ada.client.post("/capture", json=sent).json["status"] == "already"


def test_two_at_once_make_one(app: Flask, ada: Person) -> None:
    for _ in range(5):
        sent, answers = capture(), []
        ready = threading.Barrier(4)

        def send(sent: dict[str, object], answers: list[tuple[int, str]], ready: threading.Barrier) -> None:
            client = app.test_client()
            client.set_cookie("netcard", ada.client.get_cookie("netcard").value)
            ready.wait()
            answer = client.post("/capture", json=sent)
            answers.append((answer.status_code, answer.json.get("status")))

        threads = [threading.Thread(target=send, args=(sent, answers, ready)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [(200, "already")] * 3 + [(201, "created")]
    assert len(people(app, ada)) == 5


def test_the_same_id_of_two_owners_is_two_captures(app: Flask, ada: Person, ben: Person) -> None:
    sent = capture()
    assert ada.client.post("/capture", json=sent).status_code == 201
    assert ben.client.post("/capture", json={**sent, "name": "Somebody else"}).status_code == 201
    assert [contact.name for contact in people(app, ada)] == ["Inés Marchetti"]


def test_nobody_signed_in_is_asked_to(app: Flask, client, ada: Person) -> None:
    answer = client.post("/capture", json=capture())
    assert answer.status_code == 401
    assert "error" in answer.json
    assert client.get("/capture/session").status_code == 401
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Receipt)) == 0


def test_the_session_says_who_is_signed_in(ada: Person, ben: Person) -> None:
    assert ada.client.get("/capture/session").json == {"user": str(ada.id)}
    assert ben.client.get("/capture/session").json == {"user": str(ben.id)}


def test_a_capture_meant_for_somebody_else_is_not_taken(app: Flask, ada: Person, ben: Person) -> None:
    answer = ben.client.post("/capture", json=capture(), headers={"Netcard-Owner": str(ada.id)})
    assert answer.status_code == 401
    assert people(app, ben) == []
    answer = ada.client.post("/capture", json=capture(), headers={"Netcard-Owner": str(ada.id)})
    assert answer.status_code == 201


def test_another_site_cannot_send_one(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/capture", json=capture(), headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert people(app, ada) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "not-a-uuid"), ("id", ""), ("id", "0" * 32),
        ("name", ""), ("name", "  "), ("name", "x" * 201), ("name", "a\0b"),
        ("name", "\ud800"), ("name", "a\nb"),
        ("institution", "x" * 161), ("role", "x" * 41), ("poster", "x" * 201),
        ("discussed", "x" * 4001), ("promised", "x" * 1001),
        ("promised_by", "soon"), ("promised_by", "2026-02-30"), ("promised_by", "0001-01-01"),
        ("email", "ines"), ("email", "ines@example"), ("email", "a b@example.org"),
        ("email", "x" * 250 + "@example.org"),
        ("phone", "1" * 41), ("tags", ",".join(f"t{n}" for n in range(21))), ("tags", "x" * 41),
        ("event", "5"), ("event", "' or 1=1"),
        ("met_at", "yesterday"), ("met_at", "2026-11-22T11:20:00"), ("met_at", "0001-01-01T00:00:00+14:00"),
        ("met_at", "9999-12-31T23:59:59-14:00"), ("met_at", "2999-01-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_by_its_field(app: Flask, ada: Person, field: str, value: str) -> None:
    answer = ada.client.post("/capture", json=capture(**{field: value}))
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert people(app, ada) == []


@pytest.mark.parametrize("value", [5, True, ["cleft"], {"a": "b"}, 1e400])
@pytest.mark.parametrize("field", ["id", "name", "tags", "met_at"])
def test_a_wrong_type_is_refused(app: Flask, ada: Person, field: str, value: object) -> None:
    answer = ada.client.post("/capture", json=capture(**{field: value}))
    assert answer.status_code in (400, 422)
    assert people(app, ada) == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"[" * 100_000, b"1" * 10_000]
)
def test_a_body_that_is_no_object_is_refused(app: Flask, ada: Person, body: bytes) -> None:
    answer = ada.client.post("/capture", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert people(app, ada) == []


def test_null_and_unknown_fields_are_nothing(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/capture", json=capture(email=None, favourite="blue", photo=None))
    assert answer.status_code == 201


def test_an_event_that_is_gone_or_anothers_does_not_hold_a_person_up(
    app: Flask, ada: Person, ben: Person
) -> None:
    bens = event_of(app, ben)
    for event in (bens, uuid.uuid4()):
        assert ada.client.post("/capture", json=capture(event=str(event))).status_code == 201
    with app.app_context():
        assert db.session.scalars(select(Encounter.event_id)).all() == [None, None]


def test_ones_own_event_is_where_it_was(app: Flask, ada: Person) -> None:
    event = event_of(app, ada)
    assert ada.client.post("/capture", json=capture(event=str(event))).status_code == 201
    assert the_encounter(app, ada).event_id == event


def test_without_a_moment_it_is_now_on_the_owners_clock(app: Flask, ada: Person) -> None:
    ada.client.post("/capture", json=capture(met_at=""))
    met = the_encounter(app, ada)
    assert abs(met.met_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert met.met_offset in (60, 120)  # Ada lives in Vienna


def test_a_photo_is_kept_small_and_without_its_past(app: Flask, ada: Person) -> None:
    photo = jpeg_12_megapixels_with_gps_and_rotation()
    sent = capture()
    for status in (201, 200):
        data = {**sent, "photo": (io.BytesIO(photo), "IMG_1.jpg")}
        answer = ada.client.post("/capture", data=data, headers=JSON, content_type="multipart/form-data")
        assert answer.status_code == status
    without = ada.client.post("/capture", json=sent)
    assert without.status_code == 409
    with app.app_context():
        store = media_store()
        [key] = store.keys(ada.id)
        kept = store.get(key)
        assert the_encounter(app, ada).photo_file == key
    assert len(kept) < 500_000
    assert not any(secret in kept for secret in SECRETS)


@pytest.mark.parametrize("photo", [b"no photo", b"\xff\xd8\xff broken", b"<svg/>"])
def test_a_broken_photo_is_said_beside_it(app: Flask, ada: Person, photo: bytes) -> None:
    data = {**capture(), "photo": (io.BytesIO(photo), "x.jpg")}
    answer = ada.client.post("/capture", data=data, headers=JSON, content_type="multipart/form-data")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["photo"])
    assert people(app, ada) == []
    with app.app_context():
        assert media_store().keys(ada.id) == []


def test_a_large_body_is_a_plain_no(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/capture", json=capture(discussed="x" * 34_000_000))
    assert answer.status_code == 413
    assert "error" in answer.json


def test_any_id_of_a_phone_is_taken(app: Flask, ada: Person) -> None:
    for made in (uuid.uuid1(), uuid.uuid4(), uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)):
        sent = capture(id=str(made).upper())
        answer = ada.client.post("/capture", data=json.dumps(sent), content_type="application/json")
        assert (answer.status_code, answer.json["id"]) == (201, str(made))


def test_who_is_not_signed_in_learns_that_first(client) -> None:
    for body in ({"id": 1}, ["nothing of the kind"]):
        assert client.post("/capture", json=body).status_code == 401
