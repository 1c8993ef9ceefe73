"""Bytes in, bytes out, and nobody else's."""

import os
import stat
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from netcard.errors import NotHere
from netcard.media import store
from netcard.media.store import FolderStore

ADA = UUID(int=1)
BEN = UUID(int=2)


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    kept = FolderStore(tmp_path / "var" / "media")
    kept.put(BEN, b"ben's", ".webp")
    return kept


def test_what_is_put_comes_back_under_its_key(folder):
    key = folder.put(ADA, b"portrait", ".webp")
    owner, _, name = key.partition("/")
    assert owner == ADA.hex
    assert (len(name), name[-5:], UUID(name[:-5]).version) == (37, ".webp", 7)
    assert folder.get(key) == b"portrait" == folder.path(key).read_bytes()


def test_the_same_bytes_twice_are_two_keys_in_order(folder):
    keys = [folder.put(ADA, b"same", ".jpg") for _ in range(5)]
    assert folder.keys(ADA) == sorted(set(keys)) == keys


def test_only_this_user_can_read_the_files(folder):
    before = os.umask(0)
    try:
        path = folder.path(folder.put(ADA, b"cv", ".pdf"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_deleting_is_once_and_for_one_key(folder):
    gone, kept = folder.put(ADA, b"a", ".jpg"), folder.put(ADA, b"b", ".jpg")
    folder.delete(gone)
    folder.delete(gone)
    with pytest.raises(NotHere):
        folder.get(gone)
    assert folder.keys(ADA) == [kept]


def test_erasing_an_owner_leaves_the_others(folder):
    folder.put(ADA, b"a", ".jpg")
    folder.delete_owner(ADA)
    folder.delete_owner(ADA)
    assert folder.keys(ADA) == []
    assert [folder.get(key) for key in folder.keys(BEN)] == [b"ben's"]


@pytest.mark.parametrize(
    "key",
    [
        "", "..", "../secret-key", "/etc/passwd", f"{ADA.hex}/../{BEN.hex}/x.jpg", f"{ADA.hex}/..",
        f"{ADA.hex}/.hidden", f"{ADA.hex}/{ADA.hex}", f"{ADA.hex}/{ADA.hex}.jpg\n", "\0",
        f"{ADA.hex}A/{ADA.hex}.jpg", f"{ADA.hex}/{ADA.hex}.j/g", f"{ADA.hex}\\{ADA.hex}.jpg",
        f"x/{ADA.hex}/{ADA.hex}.jpg",
    ],
)  # fmt: skip
def test_a_key_cannot_leave_the_folder(folder, key):
    for use in (folder.path, folder.get, folder.delete):
        with pytest.raises(NotHere):
            use(key)


@pytest.mark.parametrize("suffix", ["", "webp", "./x", ".WEBP", ".toolongsuffix", "/../x", ".a.b"])
def test_an_odd_suffix_is_refused(folder, suffix):
    with pytest.raises(ValueError, match="suffix"):
        folder.put(ADA, b"a", suffix)


def test_a_write_that_fails_leaves_nothing_behind(folder, monkeypatch):
    def full_disk(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full_disk)
    owner = uuid4()
    with pytest.raises(OSError, match="No space"):
        folder.put(owner, b"a", ".jpg")
    monkeypatch.undo()
    folder.put(owner, b"a", ".jpg")
    monkeypatch.setattr(store.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        folder.put(owner, b"b", ".jpg")
    assert len(list((folder.root / owner.hex).iterdir())) == 1


def test_bytes_and_name_are_synced_before_the_key_is_told(folder, monkeypatch):
    """A file first, its folder after the rename."""
    synced: list[bool] = []
    real = os.fsync

    def watching(handle: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        real(handle)

    folder.put(ADA, b"first", ".jpg")
    monkeypatch.setattr(store.os, "fsync", watching)
    folder.put(ADA, b"a", ".jpg")
    assert synced == [False, True]
