"""One person of a file, before anybody decides what becomes of them."""

from dataclasses import dataclass

from netcard.contacts.earlier import Meeting
from netcard.vcard import Projection


@dataclass(frozen=True, slots=True)
class Person:
    """A card with what it shows, or the reason why there is none; `line` is where it begins in the file."""

    line: int
    data: bytes = b""
    shown: Projection | None = None
    meetings: tuple[Meeting, ...] = ()
    role: str = ""
    starred: bool = False
    problem: str = ""
    text: str = ""  # of a broken one: its first words, to know it by
