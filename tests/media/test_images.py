"""What comes out of a photo: the right way up, the right colours, and nothing else."""

import contextlib
import io
import random
import warnings
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from netcard.errors import Invalid, UnreadableFile
from netcard.media import images
from netcard.media.images import Crop
from tests import files

UPRIGHT = (files.TOP_LEFT, files.TOP_RIGHT, files.BOTTOM_LEFT, files.BOTTOM_RIGHT)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def close(pixel: tuple[int, ...], wanted: tuple[int, ...], by: int = 14) -> bool:
    return all(abs(one - other) <= by for one, other in zip(pixel, wanted, strict=True))


def assert_upright(data: bytes, wanted: tuple[tuple[int, int, int], ...] = UPRIGHT) -> None:
    image = opened(data).convert("RGB")
    width, height = image.size
    seen = [image.getpixel((width * x // 4, height * y // 4)) for y in (1, 3) for x in (1, 3)]
    assert all(close(one, other) for one, other in zip(seen, wanted, strict=True)), seen


def assert_without_past(data: bytes) -> None:
    for secret in files.SECRETS:
        assert secret.lower() not in data.lower()
    image = opened(data)
    assert not image.getexif()
    assert not set(image.info) & {"exif", "comment", "xmp", "icc_profile", "photoshop"}


PHOTOS = {
    "jpeg": files.jpeg,
    "jpeg without profile": partial(files.jpeg, profile=False),
    "phone": files.jpeg_12_megapixels_with_gps_and_rotation,
    "heic": files.heic,
    "png": files.png,
    "webp": files.webp,
}


@pytest.mark.parametrize("make", PHOTOS.values(), ids=PHOTOS)
def test_every_kind_of_photo_becomes_a_headshot_without_a_past(make):
    given = make()
    assert any(secret.lower() in given.lower() for secret in files.SECRETS)
    made = images.headshot(given)
    for data in (made.webp, made.jpeg, made.source, images.encounter_photo(given)):
        assert_without_past(data)
    assert (opened(made.webp).format, opened(made.webp).size) == ("WEBP", (made.size, made.size))
    assert made.size == 512
    assert opened(made.jpeg).format == opened(made.source).format == "JPEG"
    assert opened(made.jpeg).size == (256, 256)
    assert_upright(made.source)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_the_right_way_up(orientation):
    made = images.headshot(files.jpeg(480, 360, orientation))
    assert made.original_size == (480, 360)
    assert opened(made.source).size == (480, 360)
    assert_upright(made.source)
    assert_upright(images.encounter_photo(files.jpeg(480, 360, orientation)))


def test_twelve_megapixels_shrink():
    made = images.headshot(files.jpeg_12_megapixels_with_gps_and_rotation())
    assert made.original_size == (3024, 4032)
    assert max(opened(made.source).size) <= 2048
    assert max(opened(images.encounter_photo(files.jpeg_12_megapixels_with_gps_and_rotation())).size) == 1600
    assert len(made.webp) < 60_000
    assert len(made.source) < 900_000


def test_the_photo_in_the_contact_file_stays_under_twenty_kilobytes():
    noise = Image.frombytes("RGB", (600, 600), random.Random(7).randbytes(600 * 600 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG")
    made = images.headshot(out.getvalue())
    assert len(made.jpeg) < 20_000
    assert opened(made.jpeg).width >= 96


def test_a_portrait_is_cut_near_its_top_and_a_landscape_in_its_middle():
    tall = Image.new("RGB", (400, 800), "black")
    tall.paste("white", (0, 80, 400, 480))
    assert min(_grey(images.headshot(_png(tall)).webp).getextrema()) > 240
    wide = Image.new("RGB", (800, 400), "black")
    wide.paste("white", (200, 0, 600, 400))
    assert min(_grey(images.headshot(_png(wide)).webp).getextrema()) > 240


@pytest.mark.parametrize(
    ("crop", "colour"),
    [
        (Crop(0, 0, 0.5), files.TOP_LEFT),
        (Crop(0.625, 0, 0.5), files.TOP_RIGHT),
        (Crop(0.625, 0.5, 0.5), files.BOTTOM_RIGHT),
        (Crop(1, 1, 0.25), files.BOTTOM_RIGHT),
        (Crop(0, 1, 0), files.BOTTOM_LEFT),
    ],
)
@pytest.mark.parametrize("orientation", [1, 6])
def test_the_owners_crop_is_taken_from_the_upright_photo(crop, colour, orientation):
    made = images.headshot(files.jpeg(800, 600, orientation), crop)
    low, high = zip(*opened(made.webp).convert("RGB").getextrema(), strict=True)
    assert close(low, colour, 25)
    assert close(high, colour, 25)
    assert opened(made.webp).width == opened(made.webp).height == made.size


def test_the_source_can_be_cropped_again():
    first = images.headshot(files.jpeg(800, 600, 6), Crop(0, 0, 0.5))
    again = images.headshot(first.source, Crop(0.625, 0.5, 0.5))
    assert close(opened(again.webp).convert("RGB").getpixel((50, 50)), files.BOTTOM_RIGHT)


@pytest.mark.parametrize(
    ("x", "y", "size", "field"),
    [(-0.1, 0, 1, "crop_x"), (0, 1.5, 1, "crop_y"), (0, 0, float("nan"), "crop_size")],
)
def test_a_crop_outside_the_photo_is_refused(x, y, size, field):
    with pytest.raises(Invalid) as refused:
        Crop(x, y, size)
    assert list(refused.value.errors) == [field]


def test_what_is_transparent_becomes_white():
    made = images.headshot(files.png(transparent=True))
    white = (255, 255, 255)
    assert_upright(made.source, (white, white, files.BOTTOM_LEFT, files.BOTTOM_RIGHT))


def test_of_an_animation_the_first_frame_is_taken():
    assert_upright(images.headshot(files.animated_webp()).webp)


def test_colours_follow_the_photos_own_profile():
    """A profile in which red and green have changed places: red numbers must come out green."""
    profile = bytearray(files.srgb_profile())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (255, 0, 0)).save(out, "PNG", icc_profile=bytes(profile))
    shown = opened(images.headshot(out.getvalue()).webp).convert("RGB").getpixel((99, 99))
    assert close(shown, (0, 255, 0), 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA", "CMYK"])
def test_unusual_kinds_of_pixels_are_read(mode):
    grey = Image.linear_gradient("L").resize((300, 300))
    image = (
        grey.convert("I").point(lambda value: value * 257).convert("I;16")
        if mode == "I;16"
        else grey.convert(mode)
    )
    out = io.BytesIO()
    image.save(out, "JPEG" if mode == "CMYK" else "PNG")
    shown = opened(images.headshot(out.getvalue()).source).convert("L")
    assert shown.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) == pytest.approx(127, abs=12)
    assert shown.getpixel((150, 290)) > 200
    assert shown.getpixel((150, 3)) < 40


def test_a_broken_colour_profile_is_ignored():
    out = io.BytesIO()
    files.quarters(300, 300).save(out, "JPEG", icc_profile=b"nonsense" * 40)
    assert_upright(images.headshot(out.getvalue()).source)


def refused(data: bytes, read=images.headshot) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read(data)
    return str(refusal.value)


@pytest.mark.parametrize("make", PHOTOS.values(), ids=PHOTOS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_photo_cut_short_is_refused(make, share):
    whole = make()
    assert "damaged" in refused(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(100),
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"II*\0" + bytes(100),
        b"BM" + bytes(99),
    ],
)
def test_other_kinds_of_files_are_refused_whatever_their_name(data):
    assert refused(data) == "This is not a photo netcard can read. JPEG, PNG, WebP and HEIC work."


def test_an_empty_file_is_refused():
    assert refused(b"") == "This file is empty."


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert "megapixels; 60 is the most" in refused(files.png_bomb())
    assert refused(files.png_bomb(8000, 8750)) == "This photo is 70 megapixels; 60 is the most."


def test_a_bomb_is_refused_where_warnings_are_not_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert refused(files.png_bomb(10_000, 12_000)) == "This photo is 120 megapixels; 60 is the most."


def test_too_many_bytes_are_refused():
    assert refused(files.jpeg() + bytes(20_500_000)) == "This photo is 21 MB; 20 MB is the most."


def test_one_pixel_is_no_headshot_but_may_be_a_photo():
    dot = _png(Image.new("RGB", (1, 1), "red"))
    assert refused(dot) == "This photo is 1 by 1 pixels. A headshot needs 128 each way."
    assert opened(images.encounter_photo(dot)).size == (1, 1)


def test_a_long_thin_photo_is_read():
    assert opened(images.encounter_photo(_png(Image.new("RGB", (8000, 3), "red")))).size == (1600, 1)


@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"PK\x05\x06" + bytes(18), b"%PDF-1.7\n%%EOF"]
)
def test_what_hides_behind_a_photo_does_not_come_out(tail):
    made = images.headshot(files.jpeg() + tail)
    assert tail not in made.webp + made.jpeg + made.source


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic"]),
)
def test_random_bytes_are_refused(noise, start):
    refused(start + noise)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(PHOTOS)), st.data())
def test_flipped_bytes_give_a_photo_or_a_refusal(name, data):
    small = {"jpeg": files.jpeg(200, 160), "phone": files.jpeg(160, 200, 6), "heic": files.heic(256, 192)}
    photo = bytearray(small.get(name) or PHOTOS[name](200, 200))
    for _ in range(data.draw(st.integers(1, 5))):
        photo[data.draw(st.integers(0, min(len(photo), 1500) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableFile):
        assert_without_past(images.headshot(bytes(photo)).webp)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _grey(data: bytes) -> Image.Image:
    return opened(data).convert("L")
