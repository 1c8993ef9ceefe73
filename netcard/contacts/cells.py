"""Cells of a table that a spreadsheet will read: what it could take for a formula is made plain text.

A cell that begins with one of = + - @ is worked out, not shown; it can send the whole sheet away or
start a program (OWASP, CSV Injection). An apostrophe before it stops that. `unguarded` takes exactly
these apostrophes off again, so a number like +49 30 1234 comes back as it went.

The same sign counts after a semicolon, a tab and a line's end inside a cell: where a spreadsheet
expects another separator than the file's comma (Excel in most of Europe), a new cell begins there.
"""

import re
from collections.abc import Iterable

# = + - @ as they are, full-width and small, and the minus sign; some input methods write them for one another
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
# what a spreadsheet may drop before it looks for a sign: white space, quotes, controls, signs of no width;
# not what may begin a cell, so that each is read once
_LEAD = (
    r"""(?:[^\S\t\r\n]|['"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad"""
    r"""\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff])*+"""
)
# at a cell's own beginning a tab or a line's end is enough, for the next program may trim it
_FIRST = rf"(?:'*[\t\r\n]|{_LEAD}[{_SIGNS}])"
_LATER = rf"{_LEAD}[{_SIGNS}]"
_OPEN = re.compile(rf"\A(?={_FIRST})|(?<=[;\t\r\n])(?={_LATER})")
_GUARD = re.compile(rf"\A'(?={_FIRST})|(?<=[;\t\r\n])'(?={_LATER})")
_BETWEEN = re.compile(r",\s|;|:::|[\r\n]")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet works out; most texts are the same."""
    return _OPEN.sub("'", text)


def unguarded(text: str) -> str:
    """What `guarded` was given: `unguarded(guarded(text)) == text` for every text."""
    return _GUARD.sub("", text)


def joined(values: Iterable[str]) -> str:
    """Several values (e-mails, phones, tags) in one cell, one after the other; not yet guarded."""
    return ", ".join(values)


def parted(text: str) -> list[str]:
    """The values of a cell, unguarded before: those `joined`, or parted as Google and Outlook do.

    A comma parts only before a space: in a phone number it is a pause.
    """
    return [value for value in (part.strip() for part in _BETWEEN.split(text)) if value]
