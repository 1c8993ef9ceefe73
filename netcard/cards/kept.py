"""Answers kept as bytes: a public card is the same for everyone, so it is rendered and packed once."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

import brotli


@dataclass(frozen=True)
class Kept:
    """One answer: its bytes, what they are, and its headers.

    Asked for with `?v=<mark>` it may be kept for good: other bytes would have another mark.
    """

    body: bytes
    mimetype: str
    headers: dict[str, str] = field(default_factory=dict)
    mark: str = ""

    @property
    def etag(self) -> str:
        """A strong entity tag, without its quotes."""
        return hashlib.sha256(self.body).hexdigest()[:20]


@dataclass(frozen=True)
class Packed:
    """The same answer in each encoding that a browser may ask for."""

    kept: Kept
    etag: str
    encodings: dict[str, bytes]

    @classmethod
    def of(cls, kept: Kept) -> "Packed":
        """Packed as small as it goes (Brotli 9: 11 takes ten times as long for 2 % less)."""
        encodings = {}
        if kept.mimetype.startswith("text/") or kept.mimetype.endswith("svg+xml"):
            encodings = {
                "br": brotli.compress(kept.body, mode=brotli.MODE_TEXT, quality=9),
                "gzip": gzip.compress(kept.body, 9, mtime=0),
            }
        return cls(kept, kept.etag, encodings)


class Shelf:
    """The last answers made, by key. A key holds the card's version, so nothing has to be dropped in time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._answers: OrderedDict[Hashable, Packed] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Packed:
        """The answer of that key, made now where it is not kept."""
        with self._lock:
            found = self._answers.get(key)
            if found:
                self._answers.move_to_end(key)
                return found
        packed = Packed.of(make())
        with self._lock:
            self._answers[key] = packed
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)
        return packed
