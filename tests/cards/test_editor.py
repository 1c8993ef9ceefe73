"""Making and changing cards: what is kept, what is refused, and what nobody else may touch."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from netcard.cards import actions
from netcard.cards.models import Card, Handle
from netcard.database import db, writing
from tests import files
from tests.cards.making import FULL, Kept, make_card, problem, send
from tests.people import Person, make_person

PARTIAL = {"HX-Request": "true"}


def test_an_empty_list_leads_to_the_first_card(ada: Person) -> None:
    page = ada.client.get("/cards")
    assert "No card yet" in page.text
    assert 'href="/cards/new"' in page.text


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient, ada: Person) -> None:
    card_id = make_card(ada.client)
    for path in (
        "/cards",
        "/cards/new",
        f"/cards/{card_id}",
        f"/cards/{card_id}/signature",
        "/qr",
        "/cards/handle",
    ):
        assert client.get(path).status_code == 303, path
    assert send(client, handle="mine").location.startswith("/login")


def test_a_name_and_a_handle_are_enough(ada: Person, kept: Kept) -> None:
    card = kept.card(ada, make_card(ada.client))
    assert (card.name, card.accent, card.version) == ("Ada Okafor", "theatre", 1)
    assert not card.show_email
    assert not card.search_engines
    assert kept.cards(ada) == [card.id]
    assert kept.handles(ada) == {card.id: "ada-okafor"}


def test_without_a_name_or_a_handle_there_is_no_card(ada: Person, kept: Kept) -> None:
    assert problem(send(ada.client, name=" "), "name").startswith("A card needs a name")
    assert problem(send(ada.client, handle=""), "handle").startswith("Choose the end")
    assert kept.cards(ada) == []


def test_every_field_is_kept(ada: Person, kept: Kept) -> None:
    card = kept.card(ada, make_card(ada.client, **FULL, show_email="yes", show_phone="0", accent="sepia"))
    for name, value in FULL.items():
        if name not in {"handle", "phone", "website", "linkedin", "orcid"}:
            assert getattr(card, name) == value, name
    assert card.phone == "+1 617-555-0142"
    assert card.website == "https://adaokafor.example"
    assert card.linkedin == "https://www.linkedin.com/in/ada-okafor"
    assert card.show_email
    assert card.show_phone, "any value that is not empty is yes"
    assert card.accent == "sepia"


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("name", 100), ("credentials", 60), ("pronouns", 40), ("headline", 160), ("institution", 160),
        ("department", 160), ("city", 100), ("specialty", 100), ("interests", 300), ("bio", 2000),
        ("pitch", 400),
    ],
)  # fmt: skip
def test_every_text_has_a_limit(ada: Person, field: str, most: int, kept: Kept) -> None:
    refused = send(ada.client, **{"handle": "long", field: "ä" * (most + 1)})
    assert f"over {most} characters" in problem(refused, field)
    assert "ä" * (most + 1) in refused.text, "what was typed is kept"
    card = kept.card(ada, make_card(ada.client, **{"handle": "long", field: "ä" * most}))
    assert getattr(card, field) == "ä" * most


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "ada@okafor"), ("email", "ada"), ("email", "a b@example.org"), ("email", "x" * 255),
        ("phone", "ring me"), ("phone", "1" * 41), ("website", "javascript:alert(1)"),
        ("cv_url", "data:text/html,x"),
        ("linkedin", "https://evil.example/in/a"), ("x", "too-long-a-name-for-x"), ("instagram", "a..b"),
        ("orcid", "0000-0002-1825-0096"), ("scholar", "short"), ("accent", "pink"), ("name", "a\x00b"),
        ("bio", "a\x00b"), ("handle", "a\x00b"), ("headline", "two\nlines"), ("name", "a\x07b"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_beside_the_field(
    ada: Person, field: str, typed: str, kept: Kept
) -> None:
    refused = send(ada.client, **{field: typed, "city": "Boston"})
    assert problem(refused, field).endswith(".")
    assert 'value="Boston"' in refused.text
    assert kept.cards(ada) == []


def test_a_number_without_a_country_stays_as_typed(ada: Person, kept: Kept) -> None:
    assert kept.card(ada, make_card(ada.client, phone="0617 555 01 42 x3")).phone == "0617 555 01 42 x3"


def test_fields_that_a_program_leaves_out_stay(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, **FULL)
    assert send(ada.client, f"/cards/{card_id}", name="Ada O. Okafor").status_code == 303
    card = kept.card(ada, card_id)
    assert (card.name, card.city, card.linkedin) == (
        "Ada O. Okafor",
        "Boston",
        "https://www.linkedin.com/in/ada-okafor",
    )
    assert send(ada.client, f"/cards/{card_id}", city="", linkedin="").status_code == 303
    card = kept.card(ada, card_id)
    assert (card.city, card.linkedin) == ("", "")


def test_every_change_raises_the_version(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client)
    send(ada.client, f"/cards/{card_id}", city="Graz")
    assert kept.card(ada, card_id).version == 2
    ada.client.post(f"/cards/{card_id}/removal")
    ada.client.post(f"/cards/{card_id}/removal/undo")
    assert kept.card(ada, card_id).version == 4


# --- handles ------------------------------------------------------------------


def test_a_handle_is_kept_in_small_letters(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, handle="ADA-Okafor")
    assert kept.handles(ada) == {card_id: "ada-okafor"}


@pytest.mark.parametrize("handle", ["admin", "support", "a", "-ada", "ada_o", "a--b", "x" * 31, "ädä"])
def test_a_bad_or_reserved_handle_is_refused(ada: Person, handle: str) -> None:
    assert problem(send(ada.client, handle=handle), "handle")


def test_a_taken_handle_is_refused(ada: Person, ben: Person, kept: Kept) -> None:
    make_card(ada.client)
    assert "somebody else" in problem(send(ben.client), "handle")
    assert "Another card of yours" in problem(send(ada.client), "handle")
    assert kept.cards(ben) == []


def test_a_given_up_handle_is_never_given_to_another(ada: Person, ben: Person) -> None:
    card_id = make_card(ada.client, handle="first")
    send(ada.client, f"/cards/{card_id}", handle="second")
    assert "somebody else" in problem(send(ben.client, handle="first"), "handle")
    assert "first" in ada.client.get(f"/cards/{card_id}").text, "the editor names the old address"


def test_a_given_up_handle_may_be_taken_back(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, handle="first")
    send(ada.client, f"/cards/{card_id}", handle="second")
    send(ada.client, f"/cards/{card_id}", handle="first")
    assert kept.handles(ada) == {card_id: "first"}
    other = make_card(ada.client, handle="second")
    assert kept.handles(ada) == {card_id: "first", other: "second"}


def test_the_handle_of_an_erased_owner_stays_taken(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        db.session.add(Handle(handle="gone", owner_id=None, card_id=uuid4()))
    assert "somebody else" in problem(send(ada.client, handle="gone"), "handle")


def test_whether_a_handle_is_free_is_said_while_it_is_typed(ada: Person, ben: Person) -> None:
    card_id = make_card(ada.client)

    def said(person: Person, query: str) -> str:
        return person.client.get(f"/cards/handle?{query}", headers=PARTIAL).text

    assert "is free" in said(ben, "handle=Ben")
    assert "somebody else" in said(ben, "handle=ADA-OKAFOR")
    assert "Another card" in said(ada, "handle=ada-okafor")
    assert "is free" in said(ada, f"handle=ada-okafor&card={card_id}")
    assert "netcard itself" in said(ben, "handle=admin")
    assert "free" not in said(ben, "handle=&card=nonsense")
    assert ben.client.get("/cards/handle?handle=ben").status_code == 303


def test_an_old_address_is_neither_suggested_nor_called_free_for_another_card(ada: Person) -> None:
    card_id = make_card(ada.client)
    send(ada.client, f"/cards/{card_id}", handle="ada")
    suggestion = ada.client.get("/cards/handle/suggestion?name=Ada+Okafor", headers=PARTIAL).text
    assert 'value="ada-okafor-2"' in suggestion
    other = ada.client.get("/cards/handle?handle=ada-okafor", headers=PARTIAL).text
    assert "leads to another card of yours" in other
    assert "free" not in other
    own = ada.client.get(f"/cards/handle?handle=ada-okafor&card={card_id}", headers=PARTIAL).text
    assert "is free" in own


def test_a_free_handle_is_suggested_from_the_name(ada: Person, ben: Person) -> None:
    make_card(ada.client)

    def suggested(query: str) -> str:
        return ben.client.get(f"/cards/handle/suggestion?{query}", headers=PARTIAL).text

    assert 'value="ada-okafor-2"' in suggested("name=Ada+Okafor")
    assert suggested("name=Ada+Okafor&handle=typed") == "", "what was typed stays"
    assert 'value="ben-adler"' in suggested("name=Ben+Adler&handle=ben&suggested=ben")
    assert suggested("name=%E6%9D%8E") == ""
    assert suggested("name=Ada%00&handle=%00") == ""


# --- files --------------------------------------------------------------------


def test_a_headshot_is_kept_square_and_without_its_past(ada: Person, kept: Kept) -> None:
    photo = files.jpeg_12_megapixels_with_gps_and_rotation()
    card = kept.card(ada, make_card(ada.client, headshot=photo))
    for key in (card.headshot_file, card.headshot_small, card.headshot_jpeg, card.headshot_source):
        assert key
        data = kept.bytes(key)
        assert not any(secret in data for secret in files.SECRETS)
    assert len(kept.bytes(card.headshot_small)) < 9_000


@pytest.mark.parametrize("photo", [files.heic(), files.png(), files.webp(), files.png(transparent=True)])
def test_a_headshot_may_be_of_any_usual_kind(ada: Person, photo: bytes, kept: Kept) -> None:
    assert kept.card(ada, make_card(ada.client, headshot=photo)).headshot_file


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("headshot", b"not a photo"), ("headshot", files.png_bomb()), ("headshot", files.pdf()),
        ("headshot", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("headshot", files.jpeg(60, 60)),
        ("headshot", files.jpeg()[:900]), ("headshot", b"\x00" * 20_000_001),
        ("cv", b"not a pdf"), ("cv", files.jpeg()), ("cv", files.pdf_with_javascript()),
        ("cv", files.pdf_with_attachment()), ("cv", files.pdf_locked()), ("cv", b"%PDF-" + b"0" * 10_000_001),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused_beside_its_field(
    ada: Person, field: str, data: bytes, kept: Kept
) -> None:
    refused = send(ada.client, **{field: data, "city": "Boston"})
    assert problem(refused, field).endswith(".")
    assert "Choose your files again" in refused.text
    assert 'value="Boston"' in refused.text
    assert kept.keys(ada) == []
    assert kept.cards(ada) == []


def test_one_bad_file_keeps_nothing_of_the_other(ada: Person, kept: Kept) -> None:
    assert problem(send(ada.client, headshot=files.jpeg(), cv=b"no"), "cv")
    assert kept.keys(ada) == []


def test_a_body_too_large_is_refused_plainly(ada: Person) -> None:
    assert send(ada.client, headshot=b"\x00" * (33 * 1024 * 1024)).status_code == 413


def test_text_where_a_file_belongs_and_a_file_where_text_belongs(ada: Person) -> None:
    assert problem(send(ada.client, headshot="text"), "headshot") == "This must be a file."
    assert problem(send(ada.client, name=b"a file"), "name")
    assert send(ada.client, crop_x=b"file").status_code == 303


def test_the_owner_chooses_the_square(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, headshot=files.jpeg(800, 600), crop_x="0", crop_y="0", crop_size="0.4")
    card = kept.card(ada, card_id)
    assert (card.crop_x, card.crop_y, card.crop_size) == (0, 0, 0.4)
    first, source = kept.bytes(card.headshot_file), card.headshot_source
    # the upper left quarter is all of one colour; another square later, from the same photo
    answer = send(ada.client, f"/cards/{card_id}", crop_x="0.6", crop_y="0.5", crop_size="0.4")
    assert answer.status_code == 303
    card = kept.card(ada, card_id)
    assert kept.bytes(card.headshot_file) != first
    assert card.headshot_source == source
    assert len(kept.keys(ada)) == 4, "what nothing names is deleted"


@pytest.mark.parametrize(
    "crop", [("x", "0", "1"), ("nan", "0", "1"), ("-1", "0", "1"), ("0", "0", "2"), ("0", "", "")]
)
def test_a_square_that_is_none_is_refused(ada: Person, crop: tuple[str, str, str]) -> None:
    x, y, size = crop
    assert problem(send(ada.client, headshot=files.jpeg(), crop_x=x, crop_y=y, crop_size=size), "headshot")


def test_without_a_square_the_old_one_is_not_put_on_a_new_photo(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, headshot=files.jpeg(800, 600), crop_x="0", crop_y="0", crop_size="0.4")
    send(ada.client, f"/cards/{card_id}", headshot=files.png())
    assert kept.card(ada, card_id).crop_size is None


def test_photo_and_cv_are_removed_with_their_files(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, headshot=files.jpeg(), cv=files.pdf(2))
    assert kept.card(ada, card_id).cv_pages == 2
    send(ada.client, f"/cards/{card_id}", remove_headshot="1", remove_cv="1")
    card = kept.card(ada, card_id)
    assert (card.headshot_file, card.headshot_source, card.cv_file, card.cv_pages) == (None,) * 4
    assert kept.keys(ada) == []


def test_the_whole_photo_is_for_its_owner_alone(ada: Person, ben: Person, client: FlaskClient) -> None:
    path = f"/cards/{make_card(ada.client, headshot=files.jpeg())}/headshot-source"
    mine = ada.client.get(path)
    assert mine.mimetype == "image/jpeg"
    assert mine.headers["Cache-Control"] == "no-store"
    assert ben.client.get(path).status_code == 404
    assert client.get(path).status_code == 303


# --- preview, removal, other owners ---------------------------------------------


def test_the_preview_shows_what_is_typed_and_saves_nothing(ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, **FULL)
    shown = ada.client.post(
        f"/cards/{card_id}/preview",
        data={"name": "Ada <b>", "linkedin": "javascript:1", "email": "new@x.example", "show_email": "1"},
        headers=PARTIAL,
    ).text
    assert "Ada &lt;b&gt;" in shown
    assert "javascript" not in shown
    assert "LinkedIn" not in shown
    assert "Write to me" in shown
    assert "<html" not in shown
    assert kept.card(ada, card_id).name == "Ada Okafor"
    page = ada.client.post("/cards/new/preview", data={}).text
    assert "<html" in page
    assert "Your name" in page


def test_the_preview_hides_what_is_not_shown(ada: Person) -> None:
    data = {"name": "Ada", "email": "ada@okafor.example", "phone": "+16175550142"}
    shown = ada.client.post("/cards/new/preview", data=data, headers=PARTIAL).text
    assert "Write to me" not in shown
    assert "617" not in shown


def test_a_removed_card_can_be_put_back(ada: Person, client: FlaskClient) -> None:
    card_id = make_card(ada.client, headshot=files.jpeg())
    assert ada.client.post(f"/cards/{card_id}/removal").status_code == 303
    assert client.get("/c/ada-okafor").status_code == 404
    assert ada.client.get(f"/cards/{card_id}").status_code == 404
    listed = ada.client.get("/cards").text
    assert f'action="/cards/{card_id}/removal/undo"' in listed
    assert ada.client.post(f"/cards/{card_id}/removal/undo").status_code == 303
    assert client.get("/c/ada-okafor").status_code == 200
    assert client.get("/c/ada-okafor/headshot").status_code == 200


def test_a_card_whose_handle_was_taken_meanwhile_comes_back_at_another(
    ada: Person, client: FlaskClient, kept: Kept
) -> None:
    card_id = make_card(ada.client)
    ada.client.post(f"/cards/{card_id}/removal")
    other = make_card(ada.client)
    ada.client.post(f"/cards/{card_id}/removal/undo")
    assert kept.handles(ada) == {card_id: "ada-okafor-2", other: "ada-okafor"}


def test_a_card_removed_long_ago_goes_with_its_files(app: Flask, ada: Person, kept: Kept) -> None:
    card_id = make_card(ada.client, headshot=files.jpeg())
    ada.client.post(f"/cards/{card_id}/removal")
    with app.app_context(), writing():
        card = db.session.get(Card, (ada.id, card_id))
        assert card
        assert card.deleted_at
        card.deleted_at -= timedelta(days=31)
    make_card(ada.client, handle="other")
    assert kept.gone(ada, card_id)
    assert kept.keys(ada) == []


def test_nobody_else_reaches_a_card(ada: Person, ben: Person, kept: Kept) -> None:
    card_id = make_card(ada.client)
    for path in ("", "/signature", "/signature.html", "/headshot-source"):
        assert ben.client.get(f"/cards/{card_id}{path}").status_code == 404, path
    for path in ("", "/preview", "/removal", "/removal/undo"):
        assert send(ben.client, f"/cards/{card_id}{path}", handle="ben").status_code == 404, path
    assert ben.client.get(f"/qr?card={card_id}").status_code == 404
    assert kept.card(ada, card_id).version == 1


@pytest.mark.parametrize(
    "path",
    [
        "/cards/nonsense",
        "/cards/123",
        "/cards/01999999-9999-7999-8999-999999999999",
        "/cards/%00",
        "/cards/new/x",
    ],
)
def test_an_address_that_is_none_is_not_found(ada: Person, path: str) -> None:
    assert ada.client.get(path).status_code == 404


def test_a_form_from_another_site_changes_nothing(ada: Person, kept: Kept) -> None:
    refused = ada.client.post(
        "/cards/new", data={"handle": "x1", "name": "X"}, headers={"Origin": "https://evil.example"}
    )
    assert refused.status_code == 403
    assert kept.cards(ada) == []


# --- at once ------------------------------------------------------------------


def test_of_many_who_want_a_handle_at_once_one_gets_it(app: Flask, ada: Person, kept: Kept) -> None:
    people = [ada, *(make_person(app, f"p{at}@example.org") for at in range(5))]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda person: send(person.client, headshot=files.png()), people))
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 5
    for person, answer in zip(people, answers, strict=True):
        won = answer.status_code == 303
        assert len(kept.cards(person)) == won
        assert len(kept.keys(person)) == (4 if won else 0), "bytes that no card names are gone"
        if not won:
            assert "somebody else" in problem(answer, "handle")


def test_there_is_an_end_to_cards_and_to_addresses(monkeypatch: pytest.MonkeyPatch, ada: Person) -> None:
    monkeypatch.setattr(actions, "MOST_HANDLES", 2)
    card_id = make_card(ada.client, handle="first")
    assert send(ada.client, f"/cards/{card_id}", handle="second").status_code == 303
    assert "very many" in problem(send(ada.client, f"/cards/{card_id}", handle="third"), "handle")
    assert send(ada.client, f"/cards/{card_id}", handle="first").status_code == 303
    monkeypatch.setattr(actions, "MOST_CARDS", 1)
    assert send(ada.client, handle="other").status_code == 409
