"""Argon2id, as OWASP's Password Storage Cheat Sheet sets it: 19 MiB, two passes, one lane; 22 ms here.

Slow on purpose: call it before entering `writing()`, never inside.
"""

import threading
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

AT_ONCE = 4
"""Each takes 19 MiB: 32 threads at once would take 600."""

_room = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """The hash to keep. NFKC first, so that two keyboards that write é differently agree."""
    with _room:
        return hasher.hash(normalize("NFKC", password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one behind `kept`; takes as long when there is no account at all."""
    with _room:
        try:
            return hasher.verify(kept or NOBODY, normalize("NFKC", password)) and kept is not None
        except (Argon2Error, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether a hash was made with other settings than today's."""
    return hasher.check_needs_rehash(kept)


NOBODY = hash_password("nobody signs in with this")
