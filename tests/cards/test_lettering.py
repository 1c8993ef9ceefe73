"""Letters in the right order and shape, and none that would come out as an empty box."""

import hashlib
import re

import pytest
from PIL import Image, ImageChops, ImageDraw

from netcard.cards import lettering
from netcard.cards.lettering import SANS, SERIF, Line, fit, fits, writable
from netcard.config import CHECKOUT


def drawn(text: str, voice: lettering.Voice = SERIF) -> Image.Image:
    image = Image.new("L", (900, 120), 255)
    Line(text, voice, 54).draw(ImageDraw.Draw(image), 20, 80, 0)  # type: ignore[arg-type]
    return image


@pytest.fixture
def without_fribidi(monkeypatch):
    """As on a system where libraqm finds no FriBidi."""
    monkeypatch.setattr(lettering.features, "check", lambda _name: False)
    lettering._parts.cache_clear()
    yield
    lettering._parts.cache_clear()


@pytest.mark.parametrize("face", SERIF.faces)
def test_the_typefaces_are_those_that_were_vendored(face):
    noted = (face.parent / "SOURCE").read_text()
    assert hashlib.sha256(face.read_bytes()).hexdigest() in noted
    assert "SIL Open Font License" in (face.parent / "OFL.txt").read_text()
    assert face.is_relative_to(CHECKOUT / "static" / "vendor")
    assert re.search(r"-\d+\.\d+\.\d+$", face.parent.name)


@pytest.mark.parametrize(
    "text",
    [
        "Ada Okafor",
        "Nguyễn Thị Đức",
        "Łódź",
        "Σωτηρία",
        "Щербакова",
        "أدا أوكافور",
        "שרה כהן",
        "Ä & ß: 12 % – “x”",
    ],
)
@pytest.mark.parametrize("voice", [SERIF, SANS])
def test_these_scripts_can_be_written(text, voice):
    assert writable(text, voice) == text


@pytest.mark.parametrize("text", ["陈美玲", "田中 Hana", "김민지", "ดวงใจ", "अदिति", "Ada 陈"])
def test_a_script_without_a_typeface_is_not_written_in_boxes(text):
    assert writable(text) is None


def test_decoration_is_left_out_and_the_words_stay():
    assert writable("Surgeon 🏥 in 🫀 Boston 👩🏽‍⚕️") == "Surgeon in Boston"
    assert writable(" Ada\t\n Okafor\u202e\u2069 ") == "Ada Okafor"
    assert writable("") == ""


def test_marks_typed_apart_are_joined_to_their_letters():
    assert writable("Nguye\u0302\u0303n") == "Nguyễn"


@pytest.mark.parametrize("text", ["أدا أوكافور الأولى (MD)", "شركة فاطمة بنت محمد", "د. שרה כהן (1)"])
def test_right_to_left_text_looks_the_same_with_and_without_fribidi(text, request):
    with_it = drawn(text)
    request.getfixturevalue("without_fribidi")
    without = drawn(text)
    ink = [image.point(lambda grey: 255 - grey).getbbox() for image in (with_it, without)]
    assert abs(ink[0][2] - ink[1][2]) <= 14
    cut = [
        image.crop(box).resize((120, 20), Image.Resampling.BOX)
        for image, box in zip((with_it, without), ink, strict=True)
    ]
    apart = ImageChops.difference(*cut).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    backwards = ImageChops.difference(cut[0], cut[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert apart < 30
    assert apart < backwards.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) * 0.8


def test_arabic_letters_join(without_fribidi):
    """Meem has four shapes: alone, first, between, last. Lam and alef have one between them."""
    assert [f"{ord(each):x}" for each in lettering._joined("م ممم لا")] == [
        "fee1",
        "20",
        "fee3",
        "fee4",
        "fee2",
        "20",
        "fefb",
    ]


def test_lines_are_of_even_length():
    lines = fit("Research fellow in cleft and craniofacial surgery at Harrow Lake", SERIF, 40, 900, 2)
    assert len(lines) == 2
    assert lines[1].width > 0.7 * lines[0].width
    assert max(line.width for line in lines) <= 900


def test_what_is_too_long_ends_in_an_ellipsis():
    lines = fit("Wiśniewska " * 30, SERIF, 60, 900, 2)
    assert len(lines) == 2
    assert lines[1].text.endswith("…")
    assert all(line.width <= 900 for line in lines)
    assert fits("Ada", SERIF, 60, 900, 1)
    assert not fits("x" * 300, SERIF, 60, 900, 1)


def test_tracking_widens_and_leaves_arabic_joined():
    assert Line("MD", SANS, 30, 0.2).width > Line("MD", SANS, 30).width + 6
    assert Line("دكتور", SANS, 30, 0.2).width == Line("دكتور", SANS, 30).width
