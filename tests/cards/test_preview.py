"""The link preview: one picture that is right for every name."""

import io

import pytest
from PIL import Image

from netcard.cards import preview
from netcard.cards.preview import INKS, oklch, preview_png
from netcard.media import images
from tests import files

ADA = {
    "name": "Ada Okafor",
    "credentials": "MD, MPH",
    "headline": "Research fellow in cleft and craniofacial surgery",
    "institution": "Harrow Lake University Hospital",
    "ink": "theatre",
    "headshot": None,
    "address": "netcard.example/c/ada-okafor",
}


def opened(**changes) -> Image.Image:
    png = preview_png(**(ADA | changes))
    assert png.startswith(b"\x89PNG")
    assert len(png) < 80_000
    image = Image.open(io.BytesIO(png))
    assert (image.size, image.mode, image.info.get("exif")) == ((1200, 630), "P", None)
    return image.convert("RGB")


def ink_in(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """How many pixels of the box are darker than the card's stock."""
    return sum(image.crop(box).convert("L").histogram()[:200])


NAME, IMPRINT = (100, 270, 1100, 390), (200, 566, 1000, 592)


@pytest.mark.parametrize(
    ("ink", "colour"),
    [
        ("theatre", (19, 87, 66)),
        ("oxblood", (127, 39, 49)),
        ("prussian", (27, 77, 120)),
        ("aubergine", (101, 53, 104)),
        ("sepia", (100, 65, 36)),
        ("graphite", (66, 75, 85)),
    ],
)
def test_six_inks_are_the_colours_of_the_page(ink, colour):
    """The values Chromium computes for the page's own tokens."""
    assert oklch(0.41, *INKS[ink]) == colour


def test_the_ink_shows_and_an_unknown_one_is_the_first():
    assert opened(ink="oxblood").tobytes() != opened(ink="theatre").tobytes() == opened(ink="puce").tobytes()


def test_a_card_has_name_and_address():
    image = opened()
    assert ink_in(image, NAME) > 3000
    assert ink_in(image, IMPRINT) > 500


def test_the_photo_stands_in_its_oval():
    photo = images.headshot(files.jpeg(600, 600)).webp
    image = opened(headshot=photo)
    middle = 600, 170
    for (left, down), wanted in {
        (-30, -30): files.TOP_LEFT,
        (30, -30): files.TOP_RIGHT,
        (30, 30): files.BOTTOM_RIGHT,
    }.items():
        seen = image.getpixel((middle[0] + left, middle[1] + down))
        assert all(abs(one - other) < 30 for one, other in zip(seen, wanted, strict=True))
    assert image.getpixel((600 - 85, 170)) == preview.CARD


@pytest.mark.parametrize("broken", [b"", b"nothing", files.webp()[:60]])
def test_a_broken_photo_gives_way_to_initials(broken):
    assert opened(headshot=broken).tobytes() == opened(headshot=None).tobytes()


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Okafor", "AO"),
        ("Ada Grace Okafor", "AO"),
        ("Bo", "B"),
        ("أدا أوكافور", "أ"),
        ("dr. élan", "DÉ"),
        ("(x) Y", "Y"),
        ("42", ""),
    ],
)
def test_initials(name, initials):
    assert preview._initials(name) == initials


LONG = {
    "name": "Prof. Dr. Maria-Magdalena Wiśniewska-Hohenzollern von und zu Brandenburg",
    "credentials": "MD, PhD, MPH, FACS, FRCS (Plast), MBA",
    "headline": "Chair of Reconstructive Surgery, Director of the Residency and of the Burn Centre " * 2,
    "institution": "Universitätsklinikum Hamburg-Eppendorf, Klinik für Mund-, Kiefer- und Gesichtschirurgie "
    * 2,
    "address": "cards.society-of-plastic-surgery.example.org/c/maria-wisniewska-hohenzollern-brandenburg",
}


@pytest.mark.parametrize(
    "changes", [LONG, {"name": "W" * 300}, {"credentials": "FRCS, " * 60}, {"address": "x" * 300}]
)
def test_nothing_however_long_touches_the_plate_mark(changes):
    image, empty = opened(**changes), preview._blank()
    for box in ((54, 60, 130, 560), (1070, 60, 1146, 560), (60, 56, 1140, 76), (60, 530, 1140, 560)):
        assert ink_in(image, box) == ink_in(empty, box)


def test_a_long_name_is_shown_whole():
    blocks = preview._set(LONG["name"], "", "", "", "")
    assert " ".join(line.text for line in blocks[1].lines) == LONG["name"]


def test_a_name_in_a_script_we_cannot_write_leaves_its_place_to_the_address():
    image = opened(
        name="陈美玲", credentials="医学博士", headline="整形外科", institution="Peking Union Medical College"
    )
    assert (
        image.tobytes()
        == opened(
            name="美", credentials="", headline="", institution="Peking Union Medical College"
        ).tobytes()
    )
    assert ink_in(image, (100, 330, 1100, 470)) > 3000
    assert ink_in(image, IMPRINT) < 2 * 800  # the plate mark alone, whole


@pytest.mark.parametrize("name", ["أدا أوكافور", "שרה כהן", "Nguyễn Thị Đức", "Щербакова", "Ada 🏥"])
def test_names_of_many_scripts_are_drawn(name):
    assert ink_in(opened(name=name), NAME) > 1000


def test_an_empty_card_is_still_a_picture():
    opened(name="", credentials="", headline="", institution="", address="")


def test_the_same_card_is_the_same_bytes():
    """There is no date in the file, so a hash of it can be its ETag."""
    assert preview_png(**ADA) == preview_png(**ADA)


def test_a_name_of_pictures_alone_leaves_its_place_to_the_address_too():
    assert opened(name="🏥🩺").tobytes() == opened(name="陈美玲").tobytes()
