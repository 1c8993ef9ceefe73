"""What a visitor gets: only what was chosen, the same for everyone, with nothing to run and nobody told."""

import base64
import hashlib
import io
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from netcard import vcard
from tests import files
from tests.cards.making import FULL, make_card, send
from tests.people import Person

PARTS = ("", "/contact.vcf", "/qr.svg", "/qr.png", "/cv", "/headshot", "/preview.png")


def everything(ada: Person, **more: object) -> UUID:
    """A card with all that there is, but only shown what `more` says; its id."""
    own = {"hello_open": "1", "headshot": files.jpeg(), "cv": files.pdf(2)}
    return make_card(ada.client, **{**FULL, **own, **more})


def test_a_card_is_the_same_bytes_in_any_letter_case_and_for_everyone(
    ada: Person, client: FlaskClient
) -> None:
    everything(ada)
    for part in PARTS:
        small = client.get(f"/c/ada-okafor{part}")
        assert small.status_code == 200, part
        for other in (
            client.get(f"/C/ADA-OKAFOR{part}"),
            client.get(f"/c/Ada-Okafor{part}"),
            ada.client.get(f"/c/ada-okafor{part}"),
        ):
            assert other.data == small.data, part
            assert other.headers["ETag"] == small.headers["ETag"]


def test_a_public_answer_touches_no_session(ada: Person) -> None:
    everything(ada)
    ada.client.get("/cards")  # takes the toast, and with it the cookie's change
    for part in PARTS:
        answer = ada.client.get(f"/c/ada-okafor{part}")
        assert "Set-Cookie" not in answer.headers, part
        assert "Cookie" not in answer.headers["Vary"].replace("Accept-Encoding", ""), part
        assert answer.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_did_not_change_is_not_sent_again(ada: Person, client: FlaskClient, encoding: str) -> None:
    card_id = everything(ada)

    def get(part: str, etag: str = "") -> TestResponse:
        headers = {"Accept-Encoding": encoding, **({"If-None-Match": etag} if etag else {})}
        return client.get(f"/c/ada-okafor{part}", headers=headers)

    etags = {part: get(part).headers["ETag"] for part in PARTS}
    for part, etag in etags.items():
        assert etag.startswith('"'), "a strong one"
        assert (get(part, etag).status_code, get(part, etag).data) == (304, b""), part
    send(ada.client, f"/cards/{card_id}", city="Graz")
    for part in ("", "/contact.vcf"):
        assert get(part, etags[part]).status_code == 200, part
    assert "Graz" in client.get("/c/ada-okafor").text
    assert get("/qr.png", etags["/qr.png"]).status_code == 304, "its address is the same"


def test_head_works_everywhere(ada: Person, client: FlaskClient) -> None:
    everything(ada)
    for part in PARTS:
        answer = client.head(f"/c/ada-okafor{part}")
        assert (answer.status_code, answer.data) == (200, b""), part
        assert int(answer.headers["Content-Length"]) > 100


def test_the_first_view_fits_into_fourteen_kilobytes(ada: Person, client: FlaskClient) -> None:
    everything(ada, bio="Wort für Wort " * 40, show_email="1", show_phone="1")
    page = client.get("/c/ada-okafor", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    fetched = re.findall(
        r'<(?:img|script|link rel="stylesheet")[^>]*?(?:src|href)="([^"]+)"', client.get("/c/ada-okafor").text
    )
    assert len(fetched) <= 2
    assert all(address.startswith("/") for address in fetched), "no third party"
    assert len(page.data) + sum(len(client.get(address).data) for address in fetched) <= 14 * 1024


def test_the_page_runs_nothing_inline_and_its_style_is_named_by_hash(
    ada: Person, client: FlaskClient
) -> None:
    everything(ada)
    page = client.get("/c/ada-okafor")
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert " style=" not in page.text
    assert not re.search(r"<script(?![^>]* src=)", page.text)
    assert not re.search(r" on\w+=", page.text)


def test_a_link_preview_names_the_card(ada: Person, client: FlaskClient) -> None:
    everything(ada)
    page = client.get("/c/ADA-okafor").text
    assert '<link rel="canonical" href="http://localhost/c/ada-okafor">' in page
    assert '<meta property="og:title" content="Ada Okafor, MD, MPH">' in page
    assert 'property="og:description" content="I study why' in page
    assert 'property="og:image" content="http://localhost/c/ada-okafor/preview.png?v=1"' in page
    assert '<meta property="og:image:width" content="1200">' in page
    with Image.open(io.BytesIO(client.get("/c/ada-okafor/preview.png").data)) as image:
        assert image.size == (1200, 630)


def test_whoever_has_a_netcard_adds_the_card_to_it(ada: Person, client: FlaskClient) -> None:
    card_id = everything(ada)
    link = '<a href="/capture?card=ada-okafor" rel="nofollow">Add to my netcard</a>'
    for page in (client.get("/C/ADA-OKAFOR"), ada.client.get("/c/ada-okafor")):
        assert page.text.count(link) == 1
    editor = ada.client.get(f"/cards/{card_id}").text
    assert "Add to my netcard" in editor
    assert "/capture?card=" not in editor, "a preview leads nowhere"


def test_search_engines_come_only_by_invitation(ada: Person, client: FlaskClient) -> None:
    everything(ada)
    for part in PARTS:
        assert client.get(f"/c/ada-okafor{part}").headers["X-Robots-Tag"] == "noindex", part
    assert '<meta name="robots" content="noindex">' in client.get("/c/ada-okafor").text
    make_card(
        ada.client, **{**FULL, "handle": "found"}, search_engines="1", headshot=files.jpeg(), cv=files.pdf()
    )
    for part in PARTS:
        assert "X-Robots-Tag" not in client.get(f"/c/found{part}").headers, part
    assert "noindex" not in client.get("/c/found").text


def test_email_and_phone_are_seen_only_if_chosen(ada: Person, client: FlaskClient) -> None:
    card_id = everything(ada)
    places = (
        lambda: client.get("/c/ada-okafor").text,
        lambda: client.get("/c/ada-okafor/contact.vcf").text,
        lambda: ada.client.get(f"/cards/{card_id}/signature").text,
        lambda: ada.client.get(f"/cards/{card_id}/signature.html").text,
    )
    for place in places:
        assert "ada@okafor.example" not in place()
        assert "617" not in place()
    send(ada.client, f"/cards/{card_id}", show_email="1", show_phone="1")
    for place in places:
        assert "ada@okafor.example" in place()
        assert "617" in place()


def test_an_owners_words_are_never_markup(ada: Person, client: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>'
    names = (
        "name",
        "credentials",
        "pronouns",
        "headline",
        "institution",
        "department",
        "city",
        "specialty",
        "interests",
        "bio",
        "pitch",
    )
    card_id = make_card(ada.client, **dict.fromkeys(names, evil))
    for page in (
        client.get("/c/ada-okafor"),
        ada.client.get(f"/cards/{card_id}"),
        ada.client.get(f"/cards/{card_id}/signature.html"),
    ):
        assert "<script>alert" not in page.text


def test_the_contact_file_is_a_vcard_3_that_phones_offer_to_save(ada: Person, client: FlaskClient) -> None:
    everything(ada, show_email="1")
    answer = client.get("/c/ada-okafor/contact.vcf")
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="Ada-Okafor.vcf"'
    card = vcard.parse(answer.data)
    seen = vcard.project(card)
    assert card.version == "3.0"
    assert (seen.full_name, seen.family, seen.given) == ("Ada Okafor", "Okafor", "Ada")
    assert seen.url == "http://localhost/c/ada-okafor"
    assert seen.emails == ("ada@okafor.example",)
    assert seen.phones == ()
    assert seen.note.endswith("second operation.")
    assert seen.has_photo
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75
    uid = seen.uid
    send(ada.client, f"/cards/{uid.removeprefix('urn:uuid:')}", handle="moved", name="Đức Nguyễn")
    moved = client.get("/c/moved/contact.vcf")
    assert vcard.project(vcard.parse(moved.data)).uid == uid, "saving it again updates the same contact"
    assert (
        "filename=\"Duc-Nguyen.vcf\"; filename*=UTF-8''%C4%90%E1%BB%A9c"
        in moved.headers["Content-Disposition"]
    )


def test_a_handle_given_up_leads_to_the_present_one(ada: Person, client: FlaskClient) -> None:
    card_id = make_card(ada.client, **{**FULL, "handle": "first"}, headshot=files.jpeg(), cv=files.pdf())
    send(ada.client, f"/cards/{card_id}", handle="second")
    send(ada.client, f"/cards/{card_id}", handle="third")
    for old in ("first", "second"):
        for part in PARTS:
            way = client.get(f"/C/{old.upper()}{part}")
            assert (way.status_code, way.location) == (302, f"/c/third{part}")
            assert way.headers["Cache-Control"] == "public, max-age=60", "so that it can be taken back"
    send(ada.client, f"/cards/{card_id}", handle="first")
    assert client.get("/c/first").status_code == 200
    assert client.get("/c/third").location == "/c/first"


@pytest.mark.parametrize(
    "handle", ["nobody", "a", "ada_okafor", "%00ab", "%E2%84%AA%E2%84%AA", "..%2f..", "x" * 300, "ada okafor"]
)
def test_nothing_stands_at_a_handle_nobody_has(ada: Person, client: FlaskClient, handle: str) -> None:
    make_card(ada.client)
    for part in PARTS:
        assert client.get(f"/c/{handle}{part}").status_code == 404


def test_parts_a_card_does_not_have_are_not_found(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client)
    assert client.get("/c/ada-okafor/cv").status_code == 404
    assert client.get("/c/ada-okafor/headshot").status_code == 404
    assert client.get("/c/ada-okafor/else").status_code == 404
    page = client.get("/c/ada-okafor").text
    assert "<img" not in page
    assert "/cv" not in page


def test_a_cv_is_a_download_that_can_do_nothing(ada: Person, client: FlaskClient) -> None:
    everything(ada)
    answer = client.get("/c/ada-okafor/cv")
    assert answer.data == files.pdf(2)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Ada-Okafor-CV.pdf"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "2 pages" in client.get("/c/ada-okafor").text
    assert client.get("/c/ada-okafor/cv", headers={"Range": "bytes=0-4"}).data == b"%PDF-"


def test_a_cv_elsewhere_is_led_to(ada: Person, client: FlaskClient) -> None:
    make_card(ada.client, cv_url="adaokafor.example/cv.pdf")
    answer = client.get("/c/ada-okafor/cv")
    assert (answer.status_code, answer.location) == (302, "https://adaokafor.example/cv.pdf")


def test_a_photo_named_by_its_version_is_kept_for_good(ada: Person, client: FlaskClient) -> None:
    everything(ada)
    address = re.search(r'src="(/c/ada-okafor/headshot\?v=\w+)"', client.get("/c/ada-okafor").text)
    assert address
    assert "immutable" in client.get(address[1]).headers["Cache-Control"]
    assert "immutable" not in client.get("/c/ada-okafor/headshot?v=other").headers["Cache-Control"]
    with Image.open(io.BytesIO(client.get(address[1]).data)) as image:
        assert (image.format, image.size) == ("WEBP", (260, 260))
