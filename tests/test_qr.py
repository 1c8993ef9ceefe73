"""Every code is read back by a real decoder (zxing), from the picture a phone would see."""

import io
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from netcard import qr

CAPITALS = "HTTPS://NETCARD.EXAMPLE.ORG/C/ADA-OKAFOR"


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def read(image: Image.Image) -> str | None:
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None


def drawn(svg: str, scale: int = 8) -> Image.Image:
    """Paint the SVG as a browser would, from its rectangle and its path alone."""
    root = ET.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side * scale, side * scale), 120)
    pen = ImageDraw.Draw(image)
    rect, path = list(root)
    assert rect.attrib["fill"] == "#fff"
    pen.rectangle((0, 0, int(rect.attrib["width"]) * scale, int(rect.attrib["height"]) * scale), fill=255)
    for run in path.attrib["d"].split("M")[1:]:
        start, _, length = run.partition("h")
        x, y = map(int, start.split())
        pen.rectangle(
            (x * scale, y * scale, (x + int(length.split("v")[0])) * scale - 1, (y + 1) * scale - 1), fill=0
        )
    return image


@pytest.mark.parametrize(
    ("base_url", "text"),
    [
        ("https://netcard.example.org", "HTTPS://NETCARD.EXAMPLE.ORG/C/ADA-OKAFOR"),
        ("https://netcard.example.org/", "HTTPS://NETCARD.EXAMPLE.ORG/C/ADA-OKAFOR"),
        ("http://localhost:8000", "HTTP://LOCALHOST:8000/C/ADA-OKAFOR"),
    ],
)
def test_a_card_is_addressed_in_capitals(base_url, text):
    assert qr.card_text(base_url, "ada-okafor") == text


def test_a_base_with_a_path_keeps_its_case():
    assert qr.card_text("https://surgery.example/Net/", "ada") == "https://surgery.example/Net/c/ada"


@pytest.mark.parametrize(
    ("length", "fit"),
    [
        (29, (2, "Q")), (30, (2, "M")), (38, (2, "M")), (39, (2, "L")), (40, (2, "L")), (47, (2, "L")),
        (48, (3, "M")), (61, (3, "M")), (62, (3, "L")), (77, (3, "L")), (78, (4, "M")),
    ],
)  # fmt: skip
def test_the_smallest_version_comes_before_the_strongest_level(length, fit):
    assert qr.version_and_level("A" * length) == fit


@pytest.mark.parametrize(
    ("length", "fit"), [(32, (2, "L")), (33, (3, "M")), (40, (3, "M")), (43, (3, "L")), (53, (3, "L"))]
)
def test_lower_case_costs_a_version(length, fit):
    assert qr.version_and_level("a" * length) == fit


@pytest.mark.parametrize(
    "text", [CAPITALS, "HTTP://LOCALHOST:8000/C/BO", "https://a.example/Net/c/ada", "A" * 77, "a" * 120]
)
def test_what_is_drawn_is_what_is_read(text):
    image = opened(qr.png(text))
    assert image.mode == "1"
    assert min(image.size) >= 1024
    assert read(image) == text
    assert read(drawn(qr.svg(text))) == text


@pytest.mark.parametrize("page", [0, 24])
def test_a_code_on_a_dark_page_is_read(page):
    code = opened(qr.png(CAPITALS, 330)).convert("L")
    sheet = Image.new("L", (1000, 1000), page)
    sheet.paste(code, (300, 250))
    assert read(sheet) == CAPITALS


def test_a_blurred_code_is_read():
    """288 CSS pixels seen by a shaking hand: a blur of two fifths of a module."""
    code = opened(qr.png(CAPITALS, 288)).convert("L")
    module = code.width / (25 + 2 * qr.QUIET_ZONE)
    assert read(code.filter(ImageFilter.GaussianBlur(module * 0.4))) == CAPITALS
    assert read(code.resize((110, 110), Image.Resampling.BILINEAR)) == CAPITALS


def test_modules_are_whole_pixels_with_four_clear_ones_around():
    image = opened(qr.png(CAPITALS, 500)).convert("L")
    side = 25 + 2 * 4
    assert image.width % side == 0
    assert image.width - 500 < side
    module = image.width // side
    ink = image.point(lambda grey: 255 - grey).getbbox()
    assert ink == (4 * module, 4 * module, image.width - 4 * module, image.width - 4 * module)
    assert (
        image.resize((side, side), Image.Resampling.NEAREST)
        .resize(image.size, Image.Resampling.NEAREST)
        .tobytes()
        == image.tobytes()
    )


def test_the_svg_is_small_one_path_and_named_for_screen_readers():
    svg = qr.svg(CAPITALS, label='QR code of "Ada" & co')
    root = ET.fromstring(svg)
    assert svg.startswith("<svg ")
    assert len(svg) < 4000
    assert root.attrib["viewBox"] == "0 0 33 33"
    assert root.attrib["shape-rendering"] == "crispEdges"
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", 'QR code of "Ada" & co')
    assert [child.tag.rpartition("}")[2] for child in root] == ["rect", "path"]
    assert "style" not in svg


def test_text_beyond_any_code_is_refused():
    with pytest.raises(ValueError, match="No QR code"):
        qr.svg("x" * 3000)


def test_a_contact_without_network_holds_what_fits():
    text = qr.vcard_text(
        "Ada Okafor", "ada@harrow.example", "+1 (617) 555-0100", "https://netcard.example/c/ada"
    )
    assert text == (
        "BEGIN:VCARD\nVERSION:3.0\nN:Okafor;Ada\nEMAIL:ada@harrow.example\nTEL:+16175550100\nEND:VCARD"
    )
    short = qr.vcard_text("Ada Okafor", "ada@harrow.example", "", "https://netcard.example/c/ada")
    assert "URL:https://netcard.example/c/ada\n" in short


def test_a_field_that_does_not_fit_is_left_out_whole_and_the_next_still_tried():
    text = qr.vcard_text("Ada Okafor", "a" * 64 + "@very-long-hospital-name.example", "+16175550100", "")
    assert "EMAIL" not in text
    assert "TEL:+16175550100\n" in text


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Nguyễn Thị Đức", "N:Duc;Nguyen Thi"),
        ("Søren Łódź-Æble", "N:Lodz-Aeble;Soren"),
        ("Ada", "N:Ada"),
        ("Okafor, Ada; MD", "N:MD;Okafor\\, Ada\\;"),
        ("Ada\nTEL:666", "N:TEL:666;Ada"),
        ("أدا أوكافور", "N:Okafor;Ada"),
        ("陈 美玲", "N:Okafor;Ada"),
    ],
)
def test_names_are_written_in_ascii(name, line):
    text = qr.vcard_text(name, url="https://n.example/c/ada-okafor")
    assert text.split("\n")[2] == line


def test_a_name_in_another_script_can_come_from_the_mail_address():
    assert "N:Okafor;Ada\n" in qr.vcard_text("أدا أوكافور", email="ada.okafor7@h.example")


@settings(max_examples=150, deadline=None)
@given(
    name=st.text(max_size=150),
    email=st.text(max_size=80),
    phone=st.text(max_size=30),
    url=st.text(max_size=80),
)
def test_the_contact_is_never_more_than_120_ascii_bytes(name, email, phone, url):
    text = qr.vcard_text(name, email, phone, url)
    assert text.isascii()
    assert len(text) <= 120
    assert qr.version_and_level(text)[0] <= 6
    assert text.startswith("BEGIN:VCARD\nVERSION:3.0\nN:")
    assert text.endswith("\nEND:VCARD")


def test_the_fullest_contact_is_read_even_blurred():
    text = qr.vcard_text("Ada Okafor", "ada.okafor@harrowlake.example", "", "https://netcard.example/c/ada")
    assert len(text) > 100
    code = opened(qr.png(text, 360)).convert("L")
    module = code.width / (17 + 4 * qr.version_and_level(text)[0] + 8)
    assert read(code.filter(ImageFilter.GaussianBlur(module * 0.35))) == text
