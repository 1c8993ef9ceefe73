"""A letter for what is due, and to somebody at any time, on both databases."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from netcard.cards.models import Card
from netcard.contacts.models import Appointment, Contact, Encounter, Exchange
from netcard.database import db, new_id, now, writing
from netcard.events import actions as events
from netcard.followups.models import FollowUp, PlanItem, Rhythm
from tests.followups.test_ground import capture
from tests.people import Person

SAID = "Records speech at home, not in clinic"
MARK = "[what did you talk about?]"


@pytest.fixture
def margit(ada: Person) -> str:
    """Ada met the professor four days ago; she noted what they spoke of and no promise."""
    return capture(
        ada, "Prof. Margit Solheim", 4, discussed=SAID, email="m.solheim@fjordside.example", poster="P-114"
    )


@pytest.fixture
def amrit(ada: Person) -> str:
    """And somebody of whom she noted nothing but the name."""
    return capture(ada, "Dr Amrit Lall", 5)


def due_id(app: Flask, contact: str) -> str:
    with app.app_context():
        return str(
            db.session.query(Encounter.id).filter(Encounter.contact_id == contact_uuid(contact)).scalar()
        )


def contact_uuid(contact: str):  # type: ignore[no-untyped-def]
    from uuid import UUID

    return UUID(contact)


def text_of(html: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert found
    return unescape(found[1]).strip()


def subject_of(html: str) -> str:
    found = re.search(r'<input[^>]*name="subject"[^>]*value="([^"]*)"', html)
    assert found
    return unescape(found[1])


def mail_of(html: str) -> str:
    found = re.search(r'href="(mailto:[^"]*)" data-way="mail"', html)
    assert found
    return unescape(found[1])


def rows(app: Flask, model):  # type: ignore[no-untyped-def]
    with app.app_context():
        return db.session.query(model).all()


# --- for what is due ------------------------------------------------------------


def test_a_letter_is_written_from_the_meeting_the_contact_and_the_card(
    app: Flask, ada: Person, margit: str
) -> None:
    with app.app_context(), writing():
        db.session.add(
            Card(owner_id=ada.id, name="Ada Okafor", credentials="MD, MPH", headline="Research fellow")
        )
    page = ada.client.get(f"/followups/{due_id(app, margit)}").text
    text = text_of(page)
    assert text.startswith("Dear Professor Solheim,")
    assert f"What stayed with me: {SAID}." in text
    assert "at poster P-114" in text
    assert "Ada Okafor, MD, MPH\nResearch fellow" in text
    assert "[" not in text
    assert "{" not in text
    mail = urlsplit(mail_of(page))
    assert mail.path == "m.solheim@fjordside.example"
    assert parse_qs(mail.query)["body"] == [text.replace("\n", "\r\n")]
    assert "netcard never sends" in page


def test_what_was_not_noted_is_asked_for_and_not_papered_over(app: Flask, ada: Person, amrit: str) -> None:
    page = ada.client.get(f"/followups/{due_id(app, amrit)}").text
    assert MARK in text_of(page)
    assert 'name="said-discussed"' in page
    assert 'class="btn quiet grow" href="mailto:' in page  # possible, but quiet


def test_the_answer_to_a_gap_is_noted_at_the_meeting_and_stands_in_the_letter(
    app: Flask, ada: Person, amrit: str
) -> None:
    due = due_id(app, amrit)
    page = ada.client.get(f"/followups/{due}").text
    sent = {"subject": subject_of(page), "text": text_of(page).replace("\n", "\r\n")}
    answer = ada.client.post(f"/followups/{due}/fill", data={**sent, "said-discussed": "Home recordings"})
    assert answer.status_code == 303
    page = ada.client.get(answer.location).text
    assert "What stayed with me: Home recordings." in text_of(page)
    assert "said-discussed" not in page
    (met,) = rows(app, Encounter)
    assert met.discussed == "Home recordings"
    assert all(row.draft_text is None for row in rows(app, FollowUp))  # the template goes on filling itself


def test_the_answer_to_a_gap_keeps_words_changed_meanwhile(app: Flask, ada: Person, amrit: str) -> None:
    due = due_id(app, amrit)
    data = {"subject": "Hello", "text": f"My own words, then {MARK}. And more.", "said-discussed": "rivers."}
    ada.client.post(f"/followups/{due}/fill", data=data)
    page = ada.client.get(f"/followups/{due}").text
    assert text_of(page) == "My own words, then rivers. And more."
    assert subject_of(page) == "Hello"


@pytest.mark.parametrize("said", ["x" * 1001, "a\x00b"])
def test_an_answer_that_cannot_be_kept_is_refused_with_what_was_typed(
    app: Flask, ada: Person, amrit: str, said: str
) -> None:
    data = {"subject": "S", "text": "Mine", "said-discussed": said}
    answer = ada.client.post(f"/followups/{due_id(app, amrit)}/fill", data=data)
    assert answer.status_code == 422
    assert text_of(answer.text) == "Mine"
    assert rows(app, Encounter)[0].discussed == ""


def test_a_gap_is_not_filled_with_nothing_but_words_beside_it_are_kept(
    app: Flask, ada: Person, amrit: str
) -> None:
    due = due_id(app, amrit)
    page = ada.client.get(f"/followups/{due}").text
    sent = {"subject": subject_of(page), "text": text_of(page), "said-discussed": "  "}
    answer = ada.client.post(f"/followups/{due}/fill", data=sent)
    assert answer.status_code == 422
    assert "Write a word or two" in answer.text
    assert ada.client.post(f"/followups/{due}/fill", data={**sent, "text": "Mine"}).status_code == 303
    assert text_of(ada.client.get(f"/followups/{due}").text) == "Mine"


def test_words_are_kept_and_no_template_takes_their_place(app: Flask, ada: Person, margit: str) -> None:
    due = due_id(app, margit)
    answer = ada.client.post(
        f"/followups/{due}/draft", data={"subject": "Mine", "text": "Dear Margit,\r\nhello"}
    )
    assert answer.status_code == 303
    page = ada.client.get(f"/followups/{due}").text
    assert (subject_of(page), text_of(page)) == ("Mine", "Dear Margit,\nhello")
    other = ada.client.get(f"/followups/{due}?template=ask").text
    assert "Fifteen minutes" in subject_of(other)
    assert "Your own words are kept" in other
    assert text_of(ada.client.get(f"/followups/{due}?template=thanks").text) == "Dear Margit,\nhello"


def test_starting_over_takes_the_template_and_can_be_taken_back(app: Flask, ada: Person, margit: str) -> None:
    due = due_id(app, margit)
    ada.client.post(f"/followups/{due}/draft", data={"subject": "Mine", "text": "My words"})
    ada.client.post(f"/followups/{due}/start-over")
    page = ada.client.get(f"/followups/{due}").text
    assert text_of(page).startswith("Dear Professor Solheim,")
    assert f'action="/followups/{due}/words-back"' in page
    ada.client.post(f"/followups/{due}/words-back")
    assert text_of(ada.client.get(f"/followups/{due}").text) == "My words"


def test_htmx_keeps_words_with_a_word(app: Flask, ada: Person, margit: str) -> None:
    due, htmx = due_id(app, margit), {"HX-Request": "true"}
    data = {"subject": "Mine", "text": "My words"}
    answer = ada.client.post(f"/followups/{due}/draft", data=data, headers=htmx)
    assert answer.status_code == 200
    assert "Kept" in answer.text
    assert "<html" not in answer.text
    answer = ada.client.post(f"/followups/{due}/draft", data={"text": "x" * 20_001}, headers=htmx)
    assert answer.status_code == 422
    assert "over 20000" in answer.text


def test_what_went_out_is_noted_with_its_words_and_can_be_taken_back(
    app: Flask, ada: Person, margit: str
) -> None:
    due = due_id(app, margit)
    data = {"subject": "Thank you", "text": "As I said.", "how": "mail"}
    assert ada.client.post(f"/followups/{due}/sent", data=data).status_code == 303
    (sent,) = rows(app, Exchange)
    assert (sent.kind, sent.subject, sent.text, sent.how) == ("wrote", "Thank you", "As I said.", "mail")
    page = ada.client.get(f"/followups/{due}").text
    assert "As I said." in page
    assert ", by mail" in page
    assert "<textarea" not in page
    assert f'action="/followups/{due}/reopen"' in page
    ada.client.post(f"/followups/{due}/sent", data=data)  # a second tap
    assert len(rows(app, Exchange)) == 1
    ada.client.post(f"/followups/{due}/reopen")
    assert text_of(ada.client.get(f"/followups/{due}").text) == "As I said."


@pytest.mark.parametrize("data", [{"how": "pigeon"}, {"subject": "a\nb"}, {"text": "x" * 20_001}])
def test_what_cannot_have_gone_out_is_refused(
    app: Flask, ada: Person, margit: str, data: dict[str, str]
) -> None:
    answer = ada.client.post(f"/followups/{due_id(app, margit)}/sent", data={"text": "Mine", **data})
    assert answer.status_code == 422
    assert rows(app, Exchange) == []


def test_a_tap_in_the_list_needs_no_words(app: Flask, ada: Person, margit: str) -> None:
    assert ada.client.post(f"/followups/{due_id(app, margit)}/sent").status_code == 303
    (sent,) = rows(app, Exchange)
    assert (sent.subject, sent.text) == ("", "")


# --- the kinds of what is due -----------------------------------------------------


def test_a_promise_a_rhythm_and_a_plan_begin_with_letters_of_their_own(
    app: Flask, ada: Person, margit: str
) -> None:
    today, contact = now().date(), contact_uuid(margit)
    with app.app_context():
        with writing():
            days = {"starts_on": today + timedelta(days=9), "ends_on": today + timedelta(days=11)}
            event = events.add(ada.id, {"name": "Phonetics Day", "time_zone": "UTC", **days}).id
            kept = FollowUp(
                owner_id=ada.id, contact_id=contact, kind="promise", about="the scale", due_on=today
            )
            rhythm = Rhythm(owner_id=ada.id, contact_id=contact, months=3)
            person = PlanItem(
                owner_id=ada.id,
                event_id=event,
                kind="person",
                title="Margit",
                why="her registry",
                contact_id=contact,
            )
            todo = PlanItem(owner_id=ada.id, event_id=event, kind="todo", title="Register", day=today)
            db.session.add_all([kept, rhythm, person, todo])
            db.session.flush()
            ids = [kept.id, rhythm.id, person.id, todo.id]
        event_id = event
    promise, update, before = (ada.client.get(f"/followups/{one}").text for one in ids[:3])
    assert "As I promised when we met" not in text_of(promise)  # no event is noted
    assert "As I promised: the scale." in text_of(promise)
    assert "[what is new?]" in text_of(update)
    assert "I will be at Phonetics Day" in text_of(before)
    assert "What brings me to you: her registry." in text_of(before)
    plan = ada.client.get(f"/followups/{ids[3]}")
    assert (plan.status_code, plan.location) == (303, f"/events/{event_id}/plan")


def test_an_answer_to_why_is_noted_in_the_plan(app: Flask, ada: Person, margit: str) -> None:
    today = now().date()
    with app.app_context(), writing():
        days = {"starts_on": today + timedelta(days=9), "ends_on": today + timedelta(days=11)}
        event = events.add(ada.id, {"name": "Phonetics Day", "time_zone": "UTC", **days}).id
        db.session.add(
            PlanItem(
                owner_id=ada.id, event_id=event, kind="person", title="M", contact_id=contact_uuid(margit)
            )
        )
    address = f"/followups/write/{margit}?template=before&event={event}"
    page = ada.client.get(address).text
    assert "[why them?]" in text_of(page)
    data = {"template": "before", "event": str(event), "subject": subject_of(page), "text": text_of(page)}
    answer = ada.client.post(f"/followups/write/{margit}/fill", data={**data, "said-why": "her registry"})
    assert "What brings me to you: her registry." in text_of(ada.client.get(answer.location).text)
    assert rows(app, PlanItem)[0].why == "her registry"


def test_an_agreed_meeting_shows_its_day_its_questions_and_the_way_to_it(
    app: Flask, ada: Person, margit: str
) -> None:
    with app.app_context(), writing():
        agreed = Appointment(
            owner_id=ada.id,
            id=new_id(),
            contact_id=contact_uuid(margit),
            what="Fifteen minutes",
            starts_at=now() + timedelta(days=2),
            questions="Which scale?\nWho else?",
        )
        db.session.add(agreed)
        agreed_id = agreed.id
    page = ada.client.get(f"/followups/{agreed_id}").text
    assert "Fifteen minutes" in page
    assert "Which scale?" in page
    assert f'href="/contacts/{margit}/agreed/{agreed_id}"' in page


# --- to somebody at any time --------------------------------------------------------


def test_a_letter_at_any_time_is_noted_and_settles_what_was_not_promised(
    app: Flask, ada: Person, margit: str
) -> None:
    page = ada.client.get(f"/followups/write/{margit}").text
    assert "is settled too" in page
    data = {"subject": "Hello", "text": "A word.", "how": "copied"}
    answer = ada.client.post(f"/followups/write/{margit}", data=data)
    assert (answer.status_code, answer.location) == (303, f"/contacts/{margit}")
    ada.client.post(f"/followups/write/{margit}", data=data)  # a second tap
    (sent,) = rows(app, Exchange)
    assert (sent.text, sent.how) == ("A word.", "copied")
    assert "is settled too" not in ada.client.get(f"/followups/write/{margit}").text
    assert "Nothing is due" in ada.client.get(f"/followups/{due_id(app, margit)}").text
    assert ada.client.post(f"/followups/write/{margit}/{sent.id}/take-back").status_code == 303
    page = ada.client.get(f"/followups/write/{margit}").text
    assert "is settled too" in page
    assert text_of(page) == "A word."


@pytest.mark.parametrize("promise", [{"promised": "to send the scale"}, {"promised_by": "2026-01-09"}])
def test_a_letter_at_any_time_leaves_a_promise_open(app: Flask, ada: Person, promise: dict[str, str]) -> None:
    jonas = capture(ada, "Jonas Brandt", 4, **promise)
    assert "is settled too" not in ada.client.get(f"/followups/write/{jonas}").text
    ada.client.post(f"/followups/write/{jonas}", data={"text": "A word."})
    assert "Jonas Brandt" in ada.client.get("/followups").text


def test_words_to_somebody_are_kept_and_only_for_what_they_are_about(
    app: Flask, ada: Person, margit: str
) -> None:
    today = now().date()
    with app.app_context(), writing():
        event = events.add(
            ada.id, {"name": "Day", "time_zone": "UTC", "starts_on": today, "ends_on": today}
        ).id
    ada.client.post(f"/followups/write/{margit}/draft", data={"template": "ask", "text": "Mine"})
    assert text_of(ada.client.get(f"/followups/write/{margit}").text) == "Mine"
    assert text_of(ada.client.get(f"/followups/write/{margit}?template=ask&event={event}").text) != "Mine"


def test_an_answer_with_no_meeting_to_go_to_stands_in_the_letter(
    app: Flask, ada: Person, margit: str
) -> None:
    address = f"/followups/write/{margit}"
    page = ada.client.get(f"{address}?template=update").text
    data = {
        "template": "update",
        "subject": subject_of(page),
        "text": text_of(page),
        "said-news": "A ninth centre!",
    }
    answer = ada.client.post(f"{address}/fill", data=data)
    assert "What is new: A ninth centre!\n" in text_of(ada.client.get(answer.location).text)


def test_nobody_without_an_address_is_left_without_a_letter(app: Flask, ada: Person, amrit: str) -> None:
    page = ada.client.get(f"/followups/write/{amrit}").text
    assert "No e-mail is noted." in page
    assert f'href="/contacts/{amrit}/edit"' in page
    assert mail_of(page).startswith("mailto:?subject=")


def test_a_long_letter_does_not_travel_in_the_link(app: Flask, ada: Person, margit: str) -> None:
    ada.client.post(f"/followups/write/{margit}/draft", data={"subject": "S", "text": "ä" * 1000})
    page = ada.client.get(f"/followups/write/{margit}").text
    assert mail_of(page) == "mailto:m.solheim@fjordside.example?subject=S"
    assert '<div class="note gap" id="long" role' in page
    assert text_of(page) == "ä" * 1000


def test_what_others_wrote_stays_text(app: Flask, ada: Person) -> None:
    evil = "<script>alert(1)</script></textarea>{signature}[x]"
    contact = capture(ada, evil, 4, discussed=evil, email="o'hara+x&body=y?z%41@evil.example")
    for address in (
        f"/followups/{due_id(app, contact)}",
        f"/followups/write/{contact}",
        "/followups/templates/thanks",
    ):
        page = ada.client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert page.text.count("</textarea>") == 1
    assert evil in text_of(ada.client.get(f"/followups/{due_id(app, contact)}").text)


# --- who may not ----------------------------------------------------------------------


def test_ben_cannot_read_or_write_what_is_adas(app: Flask, ada: Person, ben: Person, margit: str) -> None:
    due = due_id(app, margit)
    assert ben.client.get(f"/followups/{due}").status_code == 404
    assert ben.client.get(f"/followups/write/{margit}").status_code == 404
    for what in ("draft", "sent", "fill", "start-over", "words-back"):
        data = {"text": "Ben's", "said-discussed": "Ben's"}
        assert ben.client.post(f"/followups/{due}/{what}", data=data).status_code == 404
    for what in ("", "/draft", "/fill", "/start-over", "/words-back", f"/{new_id()}/take-back"):
        data = {"text": "Ben's", "said-discussed": "Ben's"}
        assert ben.client.post(f"/followups/write/{margit}{what}", data=data).status_code == 404
    assert rows(app, Exchange) == []
    assert rows(app, FollowUp) == []


def test_a_removed_person_is_written_to_no_more(app: Flask, ada: Person, margit: str) -> None:
    due = due_id(app, margit)
    ada.client.post(f"/contacts/{margit}/remove")
    assert ada.client.get(f"/followups/{due}").status_code == 404
    assert ada.client.get(f"/followups/write/{margit}").status_code == 404
    assert ada.client.post(f"/followups/{due}/sent", data={"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    "asked", ["template=nothing", "event=nothing", "event=01940000-0000-7000-8000-000000000000"]
)
def test_what_is_not_there_cannot_be_asked_for(ada: Person, margit: str, asked: str) -> None:
    assert ada.client.get(f"/followups/write/{margit}?{asked}").status_code == 404


def test_only_the_signed_in_see_a_letter_and_only_by_their_methods(
    app: Flask,
    client,
    ada: Person,
    margit: str,  # type: ignore[no-untyped-def]
) -> None:
    due = due_id(app, margit)
    assert client.get(f"/followups/{due}").status_code in (302, 303, 401)
    assert ada.client.get(f"/followups/{due}/draft").status_code == 405
    assert ada.client.get(f"/followups/{due}/sent").status_code == 405
    assert ada.client.delete(f"/followups/{due}").status_code == 405
    answer = ada.client.post(f"/followups/{due}/sent", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert rows(app, Contact)


def test_a_second_meeting_without_words_speaks_of_the_first(app: Flask, ada: Person, margit: str) -> None:
    shown = (now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    ada.client.post(f"/contacts/{margit}/met", data={"met_at": shown})
    with app.app_context():
        second = db.session.query(Encounter).filter(Encounter.discussed == "").one().id
    text = text_of(ada.client.get(f"/followups/{second}").text)
    assert SAID in text
    assert MARK not in text


def test_a_meeting_of_last_year_is_not_spoken_of_as_if_it_were_this_one(app: Flask, ada: Person) -> None:
    contact = capture(ada, "Dr Hana Watabe", 200, discussed=SAID)
    shown = (now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    ada.client.post(f"/contacts/{contact}/met", data={"met_at": shown})
    with app.app_context():
        second = db.session.query(Encounter).filter(Encounter.discussed == "").one().id
    assert MARK in text_of(ada.client.get(f"/followups/{second}").text)


def test_an_address_that_nobody_else_can_open_is_pointed_out(app: Flask, ada: Person, margit: str) -> None:
    page = f"/followups/{due_id(app, margit)}"
    assert "names this computer only" not in ada.client.get(page).text
    ada.client.post("/cards/new", data={"handle": "ada-okafor", "name": "Ada Okafor"})
    assert "names this computer only" in ada.client.get(page).text
