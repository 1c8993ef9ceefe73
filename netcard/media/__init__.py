"""Photos and documents: made safe on the way in, kept as files beside the database."""

from flask import Flask, current_app

from netcard.media.store import FolderStore, MediaStore


def init_media(app: Flask) -> None:
    """Give the application the place where its files live."""
    app.extensions["media"] = FolderStore(app.extensions["netcard"].media)


def media() -> MediaStore:
    """The running application's files."""
    found: MediaStore = current_app.extensions["media"]
    return found
