"""Where the bytes of photos and documents live.

A key is `<owner>/<uuid7><suffix>`; it is made here, names no person and is never reused, so what it
names never changes and may be cached for ever.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

import uuid_utils

from netcard.errors import NotHere

_KEY = re.compile(r"([0-9a-f]{32})/([0-9a-f]{32}\.[a-z0-9]{1,8})", re.ASCII)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}", re.ASCII)


class MediaStore(Protocol):
    """What any place for bytes does. A key that is malformed or names nothing raises NotHere."""

    def put(self, owner_id: UUID, data: bytes, suffix: str) -> str:
        """Keep `data` durably and return its key; `suffix` is like ".webp"."""

    def get(self, key: str) -> bytes:
        """The bytes kept under `key`."""

    def delete(self, key: str) -> None:
        """Forget `key`; nothing happens when it is gone already."""

    def delete_owner(self, owner_id: UUID) -> None:
        """Forget all that belongs to one owner."""

    def keys(self, owner_id: UUID) -> list[str]:
        """Every key of one owner, oldest first."""


class FolderStore:
    """Files below `root`, one folder per owner, readable by this user alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, owner_id: UUID, data: bytes, suffix: str) -> str:
        """Written aside, synced, then renamed: after a power cut a key names all of its bytes or nothing."""
        if not _SUFFIX.fullmatch(suffix):
            raise ValueError(f"Not a suffix: {suffix!r}")
        folder = self._folder(owner_id)
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(folder.parent)
        name = uuid_utils.uuid7().hex + suffix
        with _written_aside(folder, data) as aside:
            os.rename(aside, folder / name)
        _sync_folder(folder)
        return f"{owner_id.hex}/{name}"

    def get(self, key: str) -> bytes:
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            raise NotHere("This file is gone.") from None

    def path(self, key: str) -> Path:
        """Where the file of `key` lies, for sending it; it may be gone."""
        match = _KEY.fullmatch(key)
        if not match:
            raise NotHere("There is no such file.")
        return self.root / match[1] / match[2]

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def delete_owner(self, owner_id: UUID) -> None:
        try:
            shutil.rmtree(self._folder(owner_id))
        except FileNotFoundError:
            return
        _sync_folder(self.root)

    def keys(self, owner_id: UUID) -> list[str]:
        try:
            names = sorted(each.name for each in self._folder(owner_id).iterdir())
        except FileNotFoundError:
            return []
        return [key for key in (f"{owner_id.hex}/{name}" for name in names) if _KEY.fullmatch(key)]

    def _folder(self, owner_id: UUID) -> Path:
        return self.root / owner_id.hex


@contextmanager
def _written_aside(folder: Path, data: bytes) -> Iterator[Path]:
    """A temporary file in the same folder (a rename is atomic only there), mode 0600, gone on failure."""
    handle, name = tempfile.mkstemp(prefix=".", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make the name as durable as the bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
