"""Photos in: whatever a phone or camera makes. Photos out: small, upright, sRGB and without a past.

Pure: bytes in, bytes out. What comes out was decoded and pasted into a new picture, so neither
place nor camera nor a comment can survive (a plain re-save kept a JPEG comment). Everything wrong
with a file raises UnreadableFile with a sentence for its owner.
"""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageCms

from netcard.errors import Invalid, UnreadableFile

MAX_BYTES = 20_000_000
MAX_PIXELS = 60_000_000  # phones make 48 and 50 megapixels; 60 take about 180 MB while decoding
SOURCE_SIDE = 2048  # what an owner crops from, again and again
WEB_SIDE = 512
VCARD_SIDE = 256
VCARD_BYTES = 20_000  # a bigger photo in a contact file has blocked whole syncs
ENCOUNTER_SIDE = 1600
CONTACT_SIDE = 192  # shown at 84 CSS pixels, and screens have two for each
CONTACT_PIXELS = 24_000_000  # a card is 1 MB at most; what claims more in it is a bomb, and a list shows many
SMALLEST_HEADSHOT = 128

_ENOUGH_SIDE = 1600  # a JPEG decoded at half size is three times quicker and still sharp enough
_PROFILE_BYTES = 4_000_000
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# How EXIF's orientation (tag 0x0112) is undone.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


@dataclass(frozen=True)
class Crop:
    """A square the owner chose on the upright photo.

    `x` and `y` are its left and upper edge as fractions of the photo's width and height, `size` its
    side as a fraction of the photo's *shorter* side; each from 0 to 1. A square that sticks out is
    moved inside. Raises Invalid (fields `crop_x`, `crop_y`, `crop_size`) for anything else.
    """

    x: float
    y: float
    size: float

    def __post_init__(self) -> None:
        fields = {"crop_x": self.x, "crop_y": self.y, "crop_size": self.size}
        wrong = {name: "Use a number from 0 to 1." for name, value in fields.items() if not 0 <= value <= 1}
        if wrong:
            raise Invalid(wrong)


@dataclass(frozen=True)
class Photo:
    """An upright sRGB picture of at most 2048 pixels, and how many pixels it was made from."""

    image: Image.Image
    original_size: tuple[int, int]


@dataclass(frozen=True)
class Headshot:
    """One portrait in every form it is needed; `size` is the side of `webp` in pixels."""

    webp: bytes
    jpeg: bytes
    source: bytes
    size: int
    original_size: tuple[int, int]


def headshot(data: bytes, crop: Crop | None = None) -> Headshot:
    """A square portrait for the page (WebP, 512 px) and the contact file (JPEG, under 20 KB).

    Without `crop`: as wide as the photo allows, centred, in portrait format near the top, where
    faces are. `source` is the whole upright photo, to crop from again: `headshot(source, crop)`.
    """
    photo = read_photo(data)
    if min(photo.image.size) < SMALLEST_HEADSHOT:
        width, height = photo.original_size
        raise UnreadableFile(
            f"This photo is {width} by {height} pixels. A headshot needs {SMALLEST_HEADSHOT} each way."
        )
    square = photo.image.crop(_square(photo.image.size, crop))
    web = _at_most(square, WEB_SIDE)
    return Headshot(
        webp=_saved(web, "WEBP", quality=80, method=4),
        jpeg=_jpeg_within(square, VCARD_BYTES),
        source=_saved(photo.image, "JPEG", quality=88, optimize=True),
        size=web.width,
        original_size=photo.original_size,
    )


def encounter_photo(data: bytes) -> bytes:
    """A photo taken at a poster: the whole of it as JPEG, at most 1600 pixels on its longer side."""
    image = _at_most(read_photo(data).image, ENCOUNTER_SIDE)
    return _saved(image, "JPEG", quality=82, optimize=True, progressive=True)


def contact_photo(data: bytes) -> bytes:
    """The photo inside a contact's card as a small square, WebP, the part a portrait is cropped to."""
    image = read_photo(data, CONTACT_PIXELS).image
    square = image.crop(_square(image.size, None))
    return _saved(_at_most(square, CONTACT_SIDE), "WEBP", quality=80, method=4)


def read_photo(data: bytes, most_pixels: int = MAX_PIXELS) -> Photo:
    """Decode a JPEG, PNG, WebP or HEIC, known by its content and not by its name.

    Of an animation the first frame is taken; what is transparent becomes white.
    """
    if not data:
        raise UnreadableFile("This file is empty.")
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            f"This photo is {math.ceil(len(data) / 1e6)} MB; {MAX_BYTES // 1_000_000} MB is the most."
        )
    kind = _kind(data)
    if kind is None:
        raise UnreadableFile("This is not a photo netcard can read. JPEG, PNG, WebP and HEIC work.")
    try:
        return _decoded(data, kind, most_pixels)
    except UnreadableFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels("more than 100", most_pixels) from bomb
    except Exception as fault:
        # Decoders meet hostile bytes with OSError, SyntaxError, ValueError, EOFError, RuntimeError,
        # struct.error…, and whichever it is, the file is what is wrong.
        raise UnreadableFile("This photo is damaged or incomplete. Try another copy of it.") from fault


def _kind(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "HEIF"
    return None


def _decoded(data: bytes, kind: str, most_pixels: int) -> Photo:
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        width, height = image.size
        if width * height > most_pixels:
            raise _too_many_pixels(str(math.ceil(width * height / 1e6)), most_pixels)
        image.draft(None, _draft_size(width, height))
        image.load()
        orientation = _orientation(image)
        profile = image.info.get("icc_profile")
        picture = _flat(_smaller(image), profile)
    picture = _at_most(picture, SOURCE_SIDE)
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    return Photo(_pasted(picture), (height, width) if orientation >= 5 else (width, height))


def _draft_size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, _ENOUGH_SIDE / max(width, height))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(0x0112, 1)
    except Exception:  # broken EXIF is no reason to refuse a good picture
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _smaller(image: Image.Image) -> Image.Image:
    """Fewer pixels before the costly conversions, by whole numbers, which is quick."""
    factor = max(image.size) // SOURCE_SIDE
    return image.reduce(factor) if factor > 1 and image.mode not in ("1", "P", "PA") else image


def _flat(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in the sRGB colour space, on white."""
    if image.mode in ("I", "I;16", "I;16B", "I;16L"):  # 16-bit grey, which Pillow would clip
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = image.convert("RGB")
    elif image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    image = _in_srgb(image, profile)
    if alpha is None:
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=alpha)
    return white


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """iPhones write Display P3: taken for sRGB, faces turn pale. A profile that makes no sense is ignored."""
    if profile and len(profile) <= _PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _pasted(image: Image.Image) -> Image.Image:
    fresh = Image.new("RGB", image.size, "white")
    fresh.paste(image)
    return fresh


def _square(size: tuple[int, int], crop: Crop | None) -> tuple[int, int, int, int]:
    width, height = size
    shorter = min(size)
    if crop is None:
        side, left, top = shorter, (width - shorter) // 2, (height - shorter) // 5
    else:
        side = max(SMALLEST_HEADSHOT, round(crop.size * shorter))
        left = min(round(crop.x * width), width - side)
        top = min(round(crop.y * height), height - side)
    return left, top, left + side, top + side


def _at_most(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _jpeg_within(square: Image.Image, limit: int) -> bytes:
    for side, quality in _shrinking():
        jpeg = _saved(_at_most(square, side), "JPEG", quality=quality, optimize=True)
        if len(jpeg) < limit:
            break
    return jpeg


def _shrinking() -> Iterable[tuple[int, int]]:
    yield from ((VCARD_SIDE, quality) for quality in (85, 75, 62, 50, 38))
    yield from ((side, 50) for side in (192, 144, 96))


def _saved(image: Image.Image, kind: str, **how: int | bool) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def _too_many_pixels(megapixels: str, most: int) -> UnreadableFile:
    return UnreadableFile(f"This photo is {megapixels} megapixels; {most // 1_000_000} is the most.")
