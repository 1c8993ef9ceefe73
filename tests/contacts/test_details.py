"""What a phone put on a card is seen here too, and the photo in it is shown without trusting it."""

import base64
import io
import re

import pytest
from flask import Flask
from PIL import Image

from netcard import vcard
from netcard.contacts.details import Detail, details_of
from netcard.database import db
from tests.contacts.test_book import contact_of
from tests.contacts.test_exporting import card, kept
from tests.contacts.test_versions import overwrite
from tests.files import BOTTOM_RIGHT, SECRETS, TOP_LEFT, heic, jpeg
from tests.people import Person


def of(*lines: str) -> list[Detail]:
    return details_of(vcard.parse(card("Margit Solheim", *lines)))


@pytest.mark.parametrize(
    ("lines", "details"),
    [
        (["EMAIL;TYPE=HOME:m@x.example"], [Detail("E-mail", "m@x.example", "home", "mailto:m@x.example")]),
        (["TEL;TYPE=CELL,VOICE:+47 1"], [Detail("Phone", "+47 1", "mobile", "tel:%2B47%201")]),
        (["TEL;TYPE=WORK;TYPE=FAX:2"], [Detail("Phone", "2", "work, fax", "tel:2")]),
        (["item1.TEL:3", "item1.X-ABLabel:Clinic"], [Detail("Phone", "3", "Clinic", "tel:3")]),
        (["item1.URL:http://a.example", "item1.X-ABLabel:_$!<HomePage>!$_"],
         [Detail("Web", "http://a.example", "home page", "http://a.example")]),
        (["URL:javascript:alert(1)"], [Detail("Web", "javascript:alert(1)")]),
        (["X-SOCIALPROFILE;TYPE=linkedin:https://l.example/m"],
         [Detail("Profile", "https://l.example/m", "linkedin", "https://l.example/m")]),
        (["ADR;TYPE=HOME:;;Kai 1\\, 2nd;Oslo;;0150;Norway"],
         [Detail("Address", "Kai 1, 2nd, Oslo, 0150, Norway", "home")]),
        (["ADR:;;;;;;"], []),
        (["BDAY:1985-04-12"], [Detail("Birthday", "12 April 1985")]),
        (["BDAY:19850412T000000Z"], [Detail("Birthday", "12 April 1985")]),
        (["BDAY:--0412"], [Detail("Birthday", "12 April")]),
        (["BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12"], [Detail("Birthday", "12 April")]),
        (["BDAY:1985-99-12"], [Detail("Birthday", "1985-99-12")]),
        (["BDAY;VALUE=text:spring"], [Detail("Birthday", "spring")]),
        (["item2.X-ABDATE:2010-06-01", "item2.X-ABLabel:_$!<Anniversary>!$_"],
         [Detail("Anniversary", "1 June 2010")]),
        (["NICKNAME:Maggie"], [Detail("Nickname", "Maggie")]),
        (["TITLE:Chair", "TITLE:Editor"], [Detail("Also", "Editor")]),
        (["ORG:Fjordside", "ORG:Journal;Board"], [Detail("Also at", "Journal, Board")]),
        (["TEL:1", "TEL:1", "URL:http://a.example", "URL:http://a.example"],
         [Detail("Phone", "1", "", "tel:1"), Detail("Web", "http://a.example", "", "http://a.example")]),
    ],
)  # fmt: skip
def test_every_line_a_person_would_read_is_told(lines: list[str], details: list[Detail]) -> None:
    assert of(*lines) == details


def test_the_page_shows_all_of_it(app: Flask, ada: Person) -> None:
    lines = (
        "EMAIL:m@x.example",
        "EMAIL:n@x.example",
        "TEL:1",
        "TEL:2",
        "URL:https://a.example",
        "URL:https://b.example",
    )
    (contact_id,) = kept(
        app, ada, card("Margit", *lines, "BDAY:1985-04-12", "ADR:;;Kai 1;Oslo;;;", "URL:javascript:x")
    )

    page = ada.client.get(f"/contacts/{contact_id}").text

    for text in ("m@x.example", "n@x.example", "tel:1", "tel:2", "12 April 1985", "Kai 1, Oslo"):
        assert text in page
    for link in ("https://a.example", "https://b.example"):
        assert f'<a href="{link}" rel="noopener noreferrer">' in page
    assert 'href="javascript' not in page


# --- the photo ----------------------------------------------------------------


def with_photo(data: bytes, kind: str = "JPEG") -> bytes:
    return card("Margit Solheim", f"PHOTO;ENCODING=b;TYPE={kind}:{base64.b64encode(data).decode()}")


def shown_in(html: str) -> list[str]:
    return re.findall(r'<img src="(/contacts/[^"]*/photo[^"]*)"', html)


@pytest.mark.parametrize(
    "photo", [jpeg(640, 480, orientation=6), heic(640, 480), jpeg(40, 30)], ids=["jpeg", "heic", "tiny"]
)
def test_the_photo_in_a_card_is_shown_made_anew(app: Flask, ada: Person, photo: bytes) -> None:
    (contact_id,) = kept(app, ada, with_photo(photo))
    for page in ("/contacts", f"/contacts/{contact_id}"):
        (address,) = shown_in(ada.client.get(page).text)
        answer = ada.client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert not any(secret in answer.data for secret in SECRETS)
        with Image.open(io.BytesIO(answer.data)) as image:
            assert image.format == "WEBP"
            assert image.width == image.height <= 192
            for at, colour in ((0.1, TOP_LEFT), (0.9, BOTTOM_RIGHT)):
                near = image.convert("RGB").getpixel((int(image.width * at), int(image.height * at)))
                assert all(abs(a - b) < 40 for a, b in zip(near, colour, strict=True))


def test_only_the_address_of_the_card_as_it_stands_may_be_kept(app: Flask, ada: Person) -> None:
    (contact_id,) = kept(app, ada, with_photo(jpeg(80, 80)))
    (address,) = shown_in(ada.client.get(f"/contacts/{contact_id}").text)
    overwrite(app, ada, contact_id, with_photo(jpeg(90, 90)))

    for stale in (address, address.partition("?")[0]):
        assert ada.client.get(stale).headers["Cache-Control"] == "no-store"
    assert shown_in(ada.client.get(f"/contacts/{contact_id}").text) != [address]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["PHOTO;VALUE=uri:https://tracker.example/p.jpg"],
        ["PHOTO;ENCODING=b:bm8gcGljdHVyZSBhdCBhbGwgaGVyZQ=="],
    ],
    ids=["none", "elsewhere", "broken"],
)
def test_without_a_photo_that_can_be_read_there_are_initials(
    app: Flask, ada: Person, lines: list[str]
) -> None:
    (contact_id,) = kept(app, ada, card("Margit Solheim", *lines))

    assert ada.client.get(f"/contacts/{contact_id}/photo").status_code == 404
    page = ada.client.get(f"/contacts/{contact_id}").text
    assert re.search(r'class="mini large" aria-hidden="true">MS', page)
    assert "tracker.example" not in page


def test_a_picture_of_too_many_pixels_is_not_unpacked(app: Flask, ada: Person) -> None:
    out = io.BytesIO()
    Image.new("1", (6000, 5000)).save(out, "PNG")
    (contact_id,) = kept(app, ada, with_photo(out.getvalue(), "PNG"))

    assert ada.client.get(f"/contacts/{contact_id}/photo").status_code == 404


def test_a_photo_is_its_owners_alone(app: Flask, ada: Person, ben: Person, client) -> None:
    (contact_id,) = kept(app, ada, with_photo(jpeg(80, 80)))

    assert ben.client.get(f"/contacts/{contact_id}/photo").status_code == 404
    assert client.get(f"/contacts/{contact_id}/photo").mimetype != "image/webp"
    ada.client.post(f"/contacts/{contact_id}/remove")
    assert ada.client.get(f"/contacts/{contact_id}/photo").status_code == 404


def test_the_list_knows_of_a_photo_without_reading_the_card(app: Flask, ada: Person) -> None:
    one, _ = kept(app, ada, with_photo(jpeg(80, 80)), card("Amrit Lall"))
    assert len(shown_in(ada.client.get("/contacts").text)) == 1

    overwrite(app, ada, one, card("Margit Solheim"))
    assert shown_in(ada.client.get("/contacts").text) == []
    with app.app_context():
        assert not contact_of(ada, one).has_photo
        db.session.remove()
