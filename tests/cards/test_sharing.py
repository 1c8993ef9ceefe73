"""Handing a card over: codes that scan, and a signature that mail programs take."""

import io

import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from netcard.cards import queries
from netcard.cards.face import face_of
from netcard.cards.share import contact_qr
from tests import files
from tests.cards.making import FULL, make_card
from tests.people import Person


def read(png: bytes) -> str:
    """What a camera reads."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return str(found.text)


def test_the_code_is_the_cards_own_address_in_capitals(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client)
    picture = client.get("/c/ada-okafor/qr.png", headers={"Host": "evil.example"})
    assert read(picture.data) == "HTTP://LOCALHOST/C/ADA-OKAFOR", (
        "from NETCARD_URL, never from the Host header"
    )
    assert client.get("/C/ADA-OKAFOR").status_code == 200
    svg = client.get("/c/ada-okafor/qr.svg")
    assert svg.mimetype == "image/svg+xml"
    assert 'fill="#fff"' in svg.text


def test_the_full_screen_shows_one_card_and_names_the_others(ada: Person) -> None:
    first = make_card(ada.client, **FULL)
    second = make_card(ada.client, handle="second", name="Ada at the clinic")
    page = ada.client.get("/qr").text
    assert '<p class="name" dir="auto">Ada Okafor</p>' in page
    assert f'href="/qr?card={second}"' in page
    assert "localhost/c/ada-okafor" in page
    other = ada.client.get(f"/qr?card={second}").text
    assert "Ada at the clinic" in other
    assert f'href="/qr?card={first}"' in other
    part = ada.client.get("/qr", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<svg" in part


def test_the_full_screen_without_a_card_leads_to_one(ada: Person) -> None:
    assert 'href="/cards/new"' in ada.client.get("/qr").text
    assert ada.client.get("/qr?card=nonsense").status_code == 404


def test_each_code_says_when_no_other_phone_can_open_it(ada: Person) -> None:
    card_id = make_card(ada.client)
    assert ada.client.get("/qr").text.count("No other phone can open") == 2
    for path in ("/cards", f"/cards/{card_id}"):
        assert "No other phone can open" in ada.client.get(path).text


def test_a_code_without_network_holds_only_what_is_public(app: Flask, ada: Person) -> None:
    make_card(ada.client, **FULL)
    with app.test_request_context():
        (card,) = queries.cards_of(ada.id)
        hidden = contact_qr(face_of(card, "ada-okafor"))
        card.show_email = True
        shown = contact_qr(face_of(card, "ada-okafor"))
    assert hidden != shown


def test_a_signature_is_html_for_mail_and_plain_text(ada: Person) -> None:
    card_id = make_card(ada.client, **FULL, headshot=files.jpeg(), show_email="1")
    page = ada.client.get(f"/cards/{card_id}/signature")
    assert "-- \nAda Okafor, MD, MPH (she/her)\nResearch fellow" in page.text
    assert "&lt;table" in page.text, "its HTML as code"
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'style="' not in page.text, "as code its quotes are escaped"
    alone = ada.client.get(f"/cards/{card_id}/signature.html")
    assert 'style="' in alone.text
    assert "http://localhost/c/ada-okafor" in alone.text
    assert "<img" not in alone.text, "no picture that tells when a mail is read"
    assert alone.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in alone.headers["Content-Security-Policy"]


def test_every_way_to_hand_over_stands_on_the_cards_own_page(ada: Person) -> None:
    card_id = make_card(ada.client)
    page = ada.client.get(f"/cards/{card_id}").text
    for part in (
        'data-copy="http://localhost/c/ada-okafor"',
        "data-share=",
        "/c/ada-okafor/qr.png",
        "/c/ada-okafor/qr.svg",
        "/signature",
        "/qr?card=",
    ):
        assert part in page, part
