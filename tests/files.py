"""Photos and documents such as people have, made here so that the tests run on any machine."""

import io
import struct
import zlib
from functools import lru_cache

import pikepdf
import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRETS = (b"Exif", b"Canon", b"GPS-", b"a comment", b"xmp", b"ICC_PROFILE", b"acsp", b"51.5")
"""Bytes that stand in the photos made here and must not come out again."""

# The quarters of every photo, as seen when it is held the right way up.
TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT = (200, 40, 40), (40, 160, 60), (40, 70, 200), (230, 200, 40)


def quarters(width: int, height: int) -> Image.Image:
    """Four plain colours, so that turning and mirroring show."""
    image = Image.new("RGB", (width, height), TOP_LEFT)
    pen = ImageDraw.Draw(image)
    pen.rectangle((width // 2, 0, width, height // 2), fill=TOP_RIGHT)
    pen.rectangle((0, height // 2, width // 2, height), fill=BOTTOM_LEFT)
    pen.rectangle((width // 2, height // 2, width, height), fill=BOTTOM_RIGHT)
    return image


_UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip


def exif(orientation: int = 1) -> Image.Exif:
    """A camera, a place and a way up."""
    tags = Image.Exif()
    tags[0x0110] = "Canon EOS"
    tags[0x0112] = orientation
    place = tags.get_ifd(0x8825)
    place.update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0), 27: b"GPS-51.5"})
    return tags


@lru_cache
def jpeg(width: int = 800, height: int = 600, orientation: int = 1, *, profile: bool = True) -> bytes:
    """A camera's JPEG: GPS, comment, XMP and a colour profile. `width` and `height` as seen upright."""
    upright = quarters(width, height)
    held = upright.transpose(_UNDO[orientation]) if orientation in _UNDO else upright
    out = io.BytesIO()
    held.save(
        out, "JPEG", quality=90, exif=exif(orientation), comment=b"a comment of mine",
        icc_profile=srgb_profile() if profile else None,
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>xmp 51.5</x:xmpmeta>",
    )  # fmt: skip
    return out.getvalue()


@lru_cache
def jpeg_12_megapixels_with_gps_and_rotation() -> bytes:
    """A phone held upright: 4032 by 3024 stored, to be shown 3024 by 4032."""
    return jpeg(3024, 4032, orientation=6)


@lru_cache
def heic(width: int = 1200, height: int = 900) -> bytes:
    """An iPhone's photo."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    quarters(width, height).save(out, "HEIF", quality=80, exif=exif().tobytes(), icc_profile=srgb_profile())
    return out.getvalue()


@lru_cache
def png(width: int = 640, height: int = 640, *, transparent: bool = False) -> bytes:
    """A screenshot-like PNG with text and EXIF chunks; `transparent` makes its upper half see-through."""
    image = quarters(width, height)
    if transparent:
        mask = Image.new("L", image.size, 255)
        mask.paste(0, (0, 0, width, height // 2))
        image.putalpha(mask)
    info = PngInfo()
    info.add_text("Comment", "a comment of mine")
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, exif=exif())
    return out.getvalue()


@lru_cache
def webp(width: int = 640, height: int = 640) -> bytes:
    """A photo saved from the web."""
    out = io.BytesIO()
    quarters(width, height).save(out, "WEBP", quality=90, exif=exif(), icc_profile=srgb_profile())
    return out.getvalue()


@lru_cache
def animated_webp() -> bytes:
    """Two frames: the quarters, then black."""
    out = io.BytesIO()
    first = quarters(400, 400)
    first.save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (400, 400))], duration=100)
    return out.getvalue()


@lru_cache
def png_bomb(width: int = 100_000, height: int = 100_000) -> bytes:
    """A few bytes that claim ten thousand megapixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@lru_cache
def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@lru_cache
def pdf(pages: int = 3, *, title: str = "Curriculum vitae of Ada Okafor") -> bytes:
    """A CV as word processors write it: compressed objects, a title, a date, a link, a starting view."""
    document = _document(pages)
    document.docinfo["/Title"] = title
    document.docinfo["/CreationDate"] = "D:20260301093000+01'00'"
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 20],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://adaokafor.example/JavaScript")),
    )  # fmt: skip
    if pages:
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(link)])
        document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    return _written(document)


@lru_cache
def pdf_with_javascript() -> bytes:
    """The script stands in a compressed object stream: no byte of it shows in the file."""
    document = _document(1)
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(
            Names=pikepdf.Array([pikepdf.String("a"), document.make_indirect(script)])
        )
    )
    written = _written(document)
    assert b"JavaScript" not in written
    return written


@lru_cache
def pdf_with_action(kind: str, trigger: str = "/OpenAction") -> bytes:
    """A PDF that does `kind` (such as "/Launch" or "/URI") when `trigger` fires."""
    document = _document(1)
    action = document.make_indirect(
        pikepdf.Dictionary(
            S=pikepdf.Name(kind), F=pikepdf.String("calc.exe"), URI=pikepdf.String("https://x.example")
        )
    )
    if trigger == "/AA":
        document.pages[0].obj["/AA"] = pikepdf.Dictionary(O=action)
    else:
        document.Root[trigger] = action
    return _written(document)


@lru_cache
def pdf_with_attachment() -> bytes:
    document = _document(1)
    document.attachments["macro.docm"] = b"PK harmful"
    return _written(document)


@lru_cache
def pdf_locked(user: str = "secret", aes: bool = True) -> bytes:
    """Asks for a password; with `user=""` it is only locked against changes."""
    strength = 6 if aes else 3
    out = io.BytesIO()
    _document(2).save(
        out, encryption=pikepdf.Encryption(owner="owner", user=user, R=strength, aes=aes, metadata=aes)
    )
    return out.getvalue()


def _document(pages: int) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    return document


def _written(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of hand-written objects, numbered from 1, with a correct table; the first is its catalogue."""
    body, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, each in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    count = len(objects) + 1
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n" % count + table + end
