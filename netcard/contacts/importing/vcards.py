"""Files of vCards: each card byte for byte, broken ones with their reason."""

from collections.abc import Iterator

from netcard import vcard
from netcard.contacts.importing.person import Person
from netcard.errors import BrokenCard


def people(data: bytes, encoding: str) -> Iterator[Person]:
    """Everyone of the file in its order."""
    return map(_person, pieces(data, encoding))


def pieces(data: bytes, encoding: str) -> Iterator[vcard.Piece]:
    """The cards, unparsed. A card's own bytes stay; only UTF-16, which no phone takes, becomes UTF-8."""
    if encoding.startswith("utf-16"):
        data = data.decode(encoding, "replace").encode()
    return vcard.split(data)


def _person(piece: vcard.Piece) -> Person:
    try:
        card = vcard.parse(piece.data, piece.line)
    except BrokenCard as broken:
        return Person(broken.line, problem=broken.reason, text=_first_words(piece.data))
    if _is_group(card):
        return Person(
            piece.line, problem="This is a group, not a person.", text=vcard.project(card).full_name
        )
    return Person(piece.line, piece.data, vcard.project(card))


def _is_group(card: vcard.Card) -> bool:
    """A list of others (RFC 6350 section 6.1.4), as Apple's Contacts exports them."""
    kinds = card.all("KIND") + card.all("X-ADDRESSBOOKSERVER-KIND")
    return any(line.shown.lower() == "group" for line in kinds)


def _first_words(data: bytes) -> str:
    """What a broken card can be known by: its FN, else its beginning."""
    lines = data[:2000].decode("utf-8", "replace").splitlines()
    named = next((line.partition(":")[2] for line in lines if line.upper().startswith("FN")), "")
    text = named or next(
        (line for line in lines if line.strip() and not line.upper().startswith("BEGIN")), ""
    )
    return "".join(char for char in text if char.isprintable())[:80].strip()
