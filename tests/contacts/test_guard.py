"""The gentle guard: it warns of what may point to a patient, seldom of anything else, and refuses nothing."""

import re
import unicodedata
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from netcard.contacts.guard import _SIGNS, look, nhs_number
from netcard.database import new_id
from tests.contacts.signs import HARMLESS, POINTING
from tests.contacts.test_pages import met, text_of
from tests.people import Person

WARNING = "This could point to a patient: look once more."
TELLING = "A 7-year-old from Bergen, room 12, with a fistula."


@pytest.mark.parametrize("note", POINTING)
def test_what_may_point_to_a_patient_is_found(note: str) -> None:
    found = look(note)
    assert found
    assert found.words in unicodedata.normalize("NFKC", note)
    assert found.advice.startswith("Leave out")


@pytest.mark.parametrize("note", HARMLESS)
def test_what_people_write_of_each_other_is_left_alone(note: str) -> None:
    assert look(note) is None


def test_the_words_and_what_to_leave_out_are_named() -> None:
    found = look(TELLING)
    assert found
    assert (found.words, found.advice) == (
        "7-year-old from Bergen, room 12",
        "Leave out age, place and room.",
    )


def test_an_nhs_number_is_told_by_its_last_digit() -> None:
    assert [digit for digit in range(10) if nhs_number(f"943476591{digit}")] == [9]
    assert not nhs_number("1000000010")  # a rest of one: no such number is given out


@given(st.text(alphabet=st.sampled_from("patien 7-yrold 0123456789.,MRN*()AaÉ:\n"), max_size=4000))
def test_no_note_is_too_odd_to_look_at(note: str) -> None:
    look(note)


# --- without script: after saving, never instead of it -------------------------


def test_no_sign_looks_ahead_to_the_end_of_a_note() -> None:
    """From each of many beginnings it would read all the rest: "MRN=" pasted over and over stops a phone."""
    endless = re.compile(r"\(\?[=!](?:\.|\[\^[^]]*\])[*+]")
    assert [sign.pattern.pattern for sign in _SIGNS if endless.search(sign.pattern.pattern)] == []


def test_a_capture_that_may_point_to_a_patient_is_saved_and_said(ada: Person) -> None:
    form = {"id": str(new_id()), "name": "Margit Solheim", "discussed": TELLING}
    answer = ada.client.post("/capture", data=form)
    assert answer.status_code == 303
    page = text_of(ada.client.get("/contacts"))
    assert "Saved: Margit Solheim. " + WARNING in page
    assert 'href="/contacts/' in page.partition('id="toasts"')[2]


def test_a_harmless_capture_is_saved_with_no_word_of_patients(ada: Person) -> None:
    ada.client.post("/capture", data={"id": str(new_id()), "name": "Margit", "discussed": "412 children"})
    page = text_of(ada.client.get("/contacts"))
    assert "Saved: Margit." in page
    assert "patient" not in page


def test_whoever_was_warned_while_writing_is_not_told_again(ada: Person) -> None:
    form = {"id": str(new_id()), "name": "Margit", "discussed": TELLING, "guard_seen": "1"}
    ada.client.post("/capture", data=form)
    page = text_of(ada.client.get("/contacts"))
    assert "Saved: Margit." in page
    assert WARNING not in page


def test_a_meeting_and_a_note_on_the_card_are_saved_and_said(app: Flask, ada: Person, ben: Person) -> None:
    person = met(app, ada)
    moment = "2026-11-20T10:00"
    again = ada.client.post(f"/contacts/{person}/met", data={"met_at": moment, "promised": "MRN 4471022"})
    assert again.status_code == 303, text_of(again)
    page = text_of(ada.client.get(f"/contacts/{person}"))
    assert WARNING in page
    meeting = page.partition('id="toasts"')[2].partition('href="')[2].partition('"')[0]
    assert "MRN 4471022" in text_of(ada.client.get(meeting))
    assert ben.client.get(meeting).status_code == 404

    ada.client.post(meeting, data={"met_at": moment, "discussed": "The flap."})
    assert WARNING not in text_of(ada.client.get(f"/contacts/{person}"))

    edit_note(ada, person, "Presented patient A.K. twice")
    assert WARNING in text_of(ada.client.get(f"/contacts/{person}"))
    edit_note(ada, person, "Presented twice")
    assert WARNING not in text_of(ada.client.get(f"/contacts/{person}"))


def edit_note(owner: Person, person: UUID, note: str) -> None:
    form = text_of(owner.client.get(f"/contacts/{person}/edit"))
    etag = form.partition('name="etag"')[2].partition('value="')[2].partition('"')[0]
    answer = owner.client.post(
        f"/contacts/{person}/edit", data={"name": "Margit Solheim", "note": note, "etag": etag}
    )
    assert answer.status_code == 303, text_of(answer)


@pytest.mark.parametrize("path", ["/capture", "/contacts/{}/met", "/contacts/{}/edit"])
def test_every_field_for_what_was_said_is_guarded(app: Flask, ada: Person, path: str) -> None:
    page = text_of(ada.client.get(path.format(met(app, ada))))
    assert page.count("<textarea") == page.count("data-guard")
    assert "data-guard" in page
