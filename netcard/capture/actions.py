"""Taking a capture, once. Called inside `writing()`."""

from uuid import UUID

from netcard.capture.models import Receipt
from netcard.contacts import actions as contacts
from netcard.contacts.rules import Met
from netcard.database import db, new_id


def take(owner_id: UUID, capture_id: UUID, digest: bytes, met: Met, *, met_line: bool) -> UUID:
    """Write the receipt and the person it stands for; gives the contact's id.

    The receipt's key decides between two of the same that come at once: the later one gets
    IntegrityError, before or at the commit, and finds the receipt of the first.
    """
    receipt = Receipt(owner_id=owner_id, id=capture_id, digest=digest, contact_id=new_id())
    db.session.add(receipt)
    db.session.flush()
    contact = contacts.meet(owner_id, met, encounter_id=capture_id, met_line=met_line)
    receipt.contact_id = contact.id
    return contact.id
