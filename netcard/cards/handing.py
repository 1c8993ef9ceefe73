"""A card as it is handed over: by its handle, and as the contact file that others keep."""

from dataclasses import dataclass
from uuid import UUID

from netcard.cards import contact, queries, rules
from netcard.cards.face import Face, face_of
from netcard.cards.models import Card
from netcard.config import settings
from netcard.database import db
from netcard.errors import NotHere
from netcard.media import media_store


@dataclass(frozen=True, slots=True)
class Handed:
    """A card that stands at a handle, whose it is, and what of it is public."""

    owner_id: UUID
    card: Card
    face: Face


def handed(handle: str) -> Handed:
    """The card at a handle in small letters, by way of a given-up one too; raises NotHere."""
    standing = queries.standing_at(handle)
    if standing.given_up_at:
        handle = queries.current_handle(standing.owner_id, standing.card_id)
    card = db.session.get(Card, (standing.owner_id, standing.card_id))
    if card is None:
        raise NotHere("There is no card at this address.")
    return Handed(standing.owner_id, card, face_of(card, handle))


def file_of(card: Card, face: Face, *, with_photo: bool = True) -> bytes:
    """The contact file of a card: nothing is in it that `face` does not show.

    Raises NotHere where the photo's bytes are gone.
    """
    photo = media_store().get(card.headshot_jpeg) if with_photo and card.headshot_jpeg else None
    return contact.contact_file(face, rules.address(settings().url, face.handle), card.changed_at, photo)
