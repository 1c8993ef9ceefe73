"""The picture that mail programs and messengers show beside a link to a card (Open Graph).

Pure: fields in, PNG out. It is the card itself by day: stock, plate mark, one ink; centred, for
messengers cut a square out of its middle.
"""

import io
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from netcard.cards.lettering import SANS, SERIF, Colour, Line, Voice, fit, fits, writable

SIZE = 1200, 630  # what the Open Graph consumers ask for, 1.91:1
INKS = {
    "theatre": (0.075, 168),
    "oxblood": (0.12, 18),
    "prussian": (0.09, 248),
    "aubergine": (0.1, 325),
    "sepia": (0.065, 60),
    "graphite": (0.02, 250),
}
"""Chroma and hue; lightness belongs to the theme (see static/css)."""

Box = tuple[float, float, float, float]

_EDGE = 34  # page around the card
_PLATE = 18  # card around the plate mark
_COLUMN = 900  # widest line of text
_ROOM = 446  # height left for what stands on the card
_OVAL = 45 / 58


def oklch(lightness: float, chroma: float, hue: float) -> Colour:
    """CSS `oklch()` in sRGB, clipped to its gamut (CSS Color 4, 10.6)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (_encoded(min(1.0, max(0.0, light))) for light in linear)
    return red, green, blue


def _encoded(light: float) -> int:
    curved = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(255 * curved)


PAGE, CARD = oklch(0.925, 0.01, 92), oklch(0.988, 0.005, 95)
INK, SOFT, HAIR = oklch(0.24, 0.028, 250), oklch(0.44, 0.022, 250), oklch(0.845, 0.012, 92)


def preview_png(
    name: str,
    credentials: str,
    headline: str,
    institution: str,
    ink: str,
    headshot: bytes | None,
    address: str,
) -> bytes:
    """1200 by 630 pixels of the card, as a PNG of 256 colours.

    `ink` is one of INKS (anything else counts as the first); `headshot` a square photo. A line in a
    script that our typefaces lack (Chinese, Thai…) is left out; a name in one gives its place to
    `address`, which is always readable and is where the name can be read.
    """
    accent = oklch(0.41, *INKS.get(ink, INKS["theatre"]))
    image = _stock()
    portrait = _opened(headshot)
    shown = writable(name) or None
    initials = _initials(shown) if shown else ""
    blocks = _set(shown, credentials, headline, institution, address)
    top = (SIZE[1] - sum(block.height for block in blocks)) / 2 - (9 if shown else 0)
    for block in blocks:
        if block.lines:
            block.draw(ImageDraw.Draw(image), top)
        else:
            _draw_oval(image, top, block.size, accent, portrait, initials)
        top += block.height
    if shown:
        _draw_imprint(image, address, accent)
    return _saved(image)


@dataclass(frozen=True)
class _Block:
    """Some lines of one size, or (without lines) the oval; `above` is the space before it."""

    size: int
    above: float
    lines: tuple[Line, ...] = ()
    leading: float = 1.25
    colour: Colour = INK

    @property
    def height(self) -> float:
        return self.above + (len(self.lines) * self.size * self.leading if self.lines else self.size)

    def draw(self, pen: ImageDraw.ImageDraw, top: float) -> None:
        baseline = top + self.above + self.size * (self.leading / 2 + 0.32)
        for line in self.lines:
            line.draw(pen, (SIZE[0] - line.width + line.tracking * line.size) / 2, baseline, self.colour)
            baseline += self.size * self.leading


def _set(name: str | None, credentials: str, headline: str, institution: str, address: str) -> list[_Block]:
    """Everything in full size, or as much smaller as it takes for all of it to stand on the card."""
    for scale in (1.0, 0.92, 0.84, 0.76, 0.7):
        blocks = [_Block(round(178 * scale), 0)]
        if name is None:
            blocks += _block(address, SERIF, 64 * scale, 34 * scale, leading=1.2)
        else:
            blocks += _block(name, SERIF, 92 * scale, 22 * scale, leading=1.06)
            blocks += _credentials(credentials, round(25 * scale), 8 * scale)
        blocks += _block(headline, SERIF, 38 * scale, 16 * scale, leading=1.24)
        blocks += _block(institution, SANS, 27 * scale, 6 * scale, leading=1.35, colour=SOFT)
        if sum(block.height for block in blocks) <= _ROOM:
            break
    return blocks


def _block(
    text: str, voice: Voice, size: float, above: float, *, leading: float, colour: Colour = INK
) -> list[_Block]:
    """Two lines at the largest size that holds the text, or three small ones; a longer one is cut."""
    shown = writable(text, voice)
    if not shown:
        return []
    tries = [(round(size * share), 2) for share in (1, 0.9, 0.8, 0.72, 0.64)]
    tries.append((tries[-1][0], 3))
    points, lines = next((each for each in tries if fits(shown, voice, each[0], _COLUMN, each[1])), tries[-1])
    return [_Block(points, above, tuple(fit(shown, voice, points, _COLUMN, lines)), leading, colour)]


def _credentials(credentials: str, size: int, above: float) -> list[_Block]:
    """ "MD, MPH" spaced out and parted by dots, as on the card."""
    shown = writable(" · ".join(part.strip() for part in credentials.split(",") if part.strip()), SANS)
    if not shown:
        return []
    spaced = Line(shown, SANS, size, tracking=0.16)
    line = spaced if spaced.width <= _COLUMN else fit(shown, SANS, size, _COLUMN, 1)[0]
    return [_Block(size, above, (line,), 1.3, SOFT)]


@lru_cache(maxsize=1)
def _blank() -> Image.Image:
    """The sheet, the card's stock upon it and the mark of the plate."""
    image = Image.new("RGB", SIZE, PAGE)
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    card = _EDGE, _EDGE, width - _EDGE, height - _EDGE
    for spread in range(6):  # a soft edge below, six steps so that the palette stays small
        shade = tuple(round(tone - (6 - spread)) for tone in PAGE)
        pen.rectangle(
            (card[0] + 8 - spread, card[3], card[2] - 8 + spread, card[3] + 3 + 2 * (6 - spread)), fill=shade
        )
    pen.rectangle(card, fill=CARD, outline=HAIR, width=2)
    plate = tuple(edge + (_PLATE if index < 2 else -_PLATE) for index, edge in enumerate(card))
    pen.rectangle(plate, outline=HAIR, width=2)
    return image


def _stock() -> Image.Image:
    return _blank().copy()


def _draw_imprint(image: Image.Image, address: str, accent: Colour) -> None:
    """The address, set into the plate mark as an engraver sets his name."""
    shown = writable(address, SANS)
    if not shown:
        return
    size = next((size for size in (26, 23, 20) if fits(shown, SANS, size, _COLUMN, 1)), 18)
    line = fit(shown, SANS, size, _COLUMN, 1)[0]
    pen = ImageDraw.Draw(image)
    middle = SIZE[1] - _EDGE - _PLATE
    half = line.width / 2 + 22
    pen.rectangle((SIZE[0] / 2 - half, middle - 6, SIZE[0] / 2 + half, middle + 6), fill=CARD)
    line.draw(pen, (SIZE[0] - line.width) / 2, middle + size * 0.3, accent)


def _draw_oval(
    image: Image.Image, top: float, height: int, accent: Colour, portrait: Image.Image | None, initials: str
) -> None:
    """The portrait in its double frame, or engraved lines and initials where there is none."""
    fine = 6  # drawn this much larger: Pillow's ellipses have jagged edges
    width = round(height * _OVAL) + 8
    canvas = Image.new("RGB", (width * fine, height * fine), CARD)
    inner = _inset((0, 0, *canvas.size), 0.045 * canvas.height)
    mask = Image.new("L", canvas.size, 0)
    ImageDraw.Draw(mask).ellipse(inner, fill=255)
    if portrait:
        side = canvas.height
        photo = portrait.resize((side, side), Image.Resampling.LANCZOS)
        filling = photo.crop(((side - canvas.width) // 2, 0, (side - canvas.width) // 2 + canvas.width, side))
    else:
        filling = _engraved(canvas.size, accent, initials)
    canvas.paste(filling, mask=mask)
    pen = ImageDraw.Draw(canvas)
    pen.ellipse(inner, outline=accent, width=10)
    pen.ellipse(_inset((0, 0, *canvas.size), 6), outline=accent, width=6)
    small = canvas.resize((width, height), Image.Resampling.LANCZOS)
    image.paste(small, ((SIZE[0] - width) // 2, round(top)))


def _engraved(size: tuple[int, int], accent: Colour, initials: str) -> Image.Image:
    """Level lines that swell towards the lower right, as a burin shades a medallion."""
    width, height = size
    image = Image.new("RGB", size, CARD)
    pen = ImageDraw.Draw(image)
    steps = 24
    for y in range(0, height, 21):
        swells = [1.1 + 5.2 * ((step / steps + y / height) / 2) ** 1.6 for step in range(steps + 1)]
        upper = [(width * step / steps, y - swell) for step, swell in enumerate(swells)]
        lower = [(width * step / steps, y + swell) for step, swell in enumerate(swells)]
        pen.polygon(upper + lower[::-1], fill=accent)
    if initials:
        line = Line(initials, SERIF, round(height * (0.44 if len(initials) == 1 else 0.36)))
        left, baseline = (width - line.width) / 2, height * 0.5 + line.size * 0.33
        line.draw(pen, left, baseline, accent, halo=(CARD, round(height * 0.028)))
    return image


def _inset(box: Box, by: float) -> Box:
    return box[0] + by, box[1] + by, box[2] - by - 1, box[3] - by - 1


def _initials(name: str) -> str:
    """First letters of the first and the last word; one alone where letters join up (Arabic)."""
    words = [word for word in name.split() if word[0].isalpha()]
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return letters[:1] if letters and unicodedata.bidirectional(letters[0]) in {"R", "AL"} else letters


def _opened(headshot: bytes | None) -> Image.Image | None:
    if not headshot:
        return None
    try:
        with Image.open(io.BytesIO(headshot), formats=("WEBP", "JPEG", "PNG")) as image:
            return image.convert("RGB")
    except (OSError, SyntaxError, ValueError):
        return None  # a card without its photo is better than a link without its card


def _saved(image: Image.Image) -> bytes:
    few = image.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()
