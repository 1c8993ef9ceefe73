"""Photos, documents, and where their bytes live."""

from typing import cast

from flask import Flask, current_app

from netcard.config import Settings
from netcard.media.store import FolderStore, MediaStore


def init_media(app: Flask) -> None:
    """Keep bytes in the data folder."""
    settings: Settings = app.extensions["netcard"]
    app.extensions["netcard.media"] = FolderStore(settings.media)


def media_store() -> MediaStore:
    """Where the running application keeps bytes."""
    return cast(MediaStore, current_app.extensions["netcard.media"])
