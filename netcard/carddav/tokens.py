"""Sync tokens (RFC 6578): `urn:netcard:sync:<epoch>-<seq>`, the book's counter as a URI.

The epoch changes only when the book was restored from a copy, whose counter may lie behind what
devices have seen.
"""

import re
from uuid import UUID

from netcard.carddav.authentication import Asker
from netcard.carddav.errors import DavError

_TOKEN = re.compile(r"urn:netcard:sync:([0-9a-f]{32}|0)-(0|[1-9][0-9]{0,17})")


def token(epoch: UUID | None, seq: int) -> str:
    """Of a book that no card was ever in, the token of nothing, whether it is made yet or not."""
    return f"urn:netcard:sync:{epoch.hex}-{seq}" if epoch and seq else "urn:netcard:sync:0-0"


def since(text: str, asker: Asker) -> int:
    """The counter a token stands for; 0 for an empty one, which asks for everything.

    A token that is not ours, of another epoch or ahead of the book raises 400, not the 403 of the
    RFC: Thunderbird starts anew only on 400 and stays stuck on 403; DAVx5 and Apple take either.
    """
    if not text:
        return 0
    found = _TOKEN.fullmatch(text)
    if found:
        epoch, seq = found[1], int(found[2])
        if seq == 0:
            return 0  # knows nothing yet, so nothing can be wrong
        if asker.epoch and epoch == asker.epoch.hex and seq <= asker.seq:
            return seq
    raise DavError(400, "<D:valid-sync-token/>", "Forget this token and sync from the start.")
