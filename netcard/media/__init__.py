"""Photos, documents, and where their bytes live."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from netcard.config import Settings
from netcard.media.store import FolderStore, MediaStore


def init_media(app: Flask) -> None:
    """Keep bytes in the data folder."""
    settings: Settings = app.extensions["netcard"]
    app.extensions["netcard.media"] = FolderStore(settings.media)


def media_store() -> MediaStore:
    """Where the running application keeps bytes."""
    return cast(MediaStore, current_app.extensions["netcard.media"])


@contextmanager
def dropped_on_failure(keys: Iterable[str]) -> Iterator[None]:
    """Delete bytes that were just kept, where the block that was to name them in a row fails.

    Not when the connection broke: the commit may have been done, and a file that no row names is
    better than a row without its file. `keys` is read on failure, so it may grow inside the block.
    """
    try:
        yield
    except BaseException as error:
        if not (isinstance(error, DBAPIError) and error.connection_invalidated):
            for key in keys:
                media_store().delete(key)
        raise
