"""Photos and CVs on their way in: read and re-encoded before anything is written, kept before the rows."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from PIL import Image
from werkzeug.datastructures import FileStorage

from netcard.cards.forms import CROP, CardForm
from netcard.cards.models import Card
from netcard.database import now
from netcard.errors import Invalid, UnreadableFile
from netcard.media import documents, dropped_on_failure, images, media_store
from netcard.media.images import Crop, Headshot

SMALL_SIDE = 260  # 130 CSS pixels high on the page, for screens of two dots each
SMALL_BYTES = 9_000  # with the page's own bytes a first view stays under 14 KB

_ENDINGS = {
    "headshot_file": ".webp",
    "headshot_small": ".webp",
    "headshot_jpeg": ".jpg",
    "headshot_source": ".jpg",
    "cv_file": ".pdf",
}


@dataclass
class Upload:
    """What a form's files come to: columns to set, and bytes to keep under some of them."""

    columns: dict[str, object] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)


def read(form: CardForm, card: Card | None) -> Upload | None:
    """Read the files of a form whose words are right. None, with the form's problems noted, if one is not."""
    upload = Upload()
    for name, take in (("headshot", _take_headshot), ("cv", _take_cv)):
        try:
            take(form, card, upload)
        except UnreadableFile as wrong:
            form.refuse(name, f"{wrong}")
        except Invalid as wrong:
            form.refuse(name, next(iter(wrong.errors.values())))
    return None if form.problems else upload


@contextmanager
def kept(owner_id: UUID, upload: Upload) -> Iterator[dict[str, object]]:
    """The columns to write, with the bytes already in the store; they go again if the block fails."""
    store = media_store()
    columns = dict(upload.columns)
    keys: list[str] = []
    with dropped_on_failure(keys):
        for column, data in upload.data.items():
            key = store.put(owner_id, data, _ENDINGS[column])
            keys.append(key)
            columns[column] = key
        yield columns


def forget(keys: list[str]) -> None:
    """Delete bytes that no row names. After the commit, never before."""
    for key in keys:
        media_store().delete(key)


def for_page(webp: bytes) -> bytes:
    """A portrait as small as the page shows it: a WebP that fits into the first bytes of a slow network."""
    with Image.open(io.BytesIO(webp), formats=["WEBP"]) as stored:
        picture = stored.convert("RGB")
    if picture.width > SMALL_SIDE:
        picture = picture.resize((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    for quality in (78, 68, 58, 46, 34):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= SMALL_BYTES:
            break
    return out.getvalue()


def _take_headshot(form: CardForm, card: Card | None, upload: Upload) -> None:
    crop = form.crop()
    if file := form.chosen_file("headshot"):
        _set_headshot(upload, images.headshot(_bytes(file, images.MAX_BYTES), crop), crop)
        return
    if form.remove_headshot.data:
        columns = ("headshot_file", "headshot_small", "headshot_jpeg", "headshot_source", *CROP)
        upload.columns.update(dict.fromkeys(columns))
    elif card and card.headshot_source and crop and crop != _crop_of(card):
        source = media_store().get(card.headshot_source)
        _set_headshot(upload, images.headshot(source, crop), crop)
        upload.data.pop("headshot_source")  # the same photo: cropping it again loses nothing


def _set_headshot(upload: Upload, made: Headshot, crop: Crop | None) -> None:
    upload.data.update(
        headshot_file=made.webp,
        headshot_small=for_page(made.webp),
        headshot_jpeg=made.jpeg,
        headshot_source=made.source,
    )
    chosen = (crop.x, crop.y, crop.size) if crop else (None, None, None)
    upload.columns.update(zip(CROP, chosen, strict=True))


def _crop_of(card: Card) -> Crop | None:
    if card.crop_x is None or card.crop_y is None or card.crop_size is None:
        return None
    return Crop(card.crop_x, card.crop_y, card.crop_size)


def _take_cv(form: CardForm, card: Card | None, upload: Upload) -> None:
    if file := form.chosen_file("cv"):
        data = _bytes(file, documents.MAX_BYTES)
        found = documents.read_cv(data)
        upload.data["cv_file"] = data
        upload.columns.update(cv_pages=found.pages, cv_at=now())
    elif form.remove_cv.data:
        upload.columns.update(dict.fromkeys(("cv_file", "cv_pages", "cv_at")))


def _bytes(file: FileStorage, most: int) -> bytes:
    """One byte more than may be, so that the reader itself says that it is too large."""
    return file.stream.read(most + 1)
