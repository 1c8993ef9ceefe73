"""vCards without loss: bytes in, the same bytes out, and between them lines to read and to change.

A contact is its vCard. `parse` keeps the bytes as they came; `project` reads columns from them;
`edit` changes lines and leaves every other byte alone; `compose` makes a new card.
"""

from netcard.vcard.card import Card, Line, etag
from netcard.vcard.composing import Address, Reach, compose
from netcard.vcard.converting import to_version_3, to_version_4
from netcard.vcard.editing import KEEP, Edit, add_note_line, edit, replace_note_line, with_uid
from netcard.vcard.merging import Choices, merge, unmerge
from netcard.vcard.names import Name, split_name
from netcard.vcard.projection import Projection, photo, project
from netcard.vcard.reading import MAX_CARD, Piece, parse, split

__all__ = [
    "KEEP",
    "MAX_CARD",
    "Address",
    "Card",
    "Choices",
    "Edit",
    "Line",
    "Name",
    "Piece",
    "Projection",
    "Reach",
    "add_note_line",
    "compose",
    "edit",
    "etag",
    "merge",
    "parse",
    "photo",
    "project",
    "replace_note_line",
    "split",
    "split_name",
    "to_version_3",
    "to_version_4",
    "unmerge",
    "with_uid",
]
