"""Reading receipts."""

from uuid import UUID

from netcard.capture.models import Receipt
from netcard.database import db


def receipt_of(owner_id: UUID, capture_id: UUID) -> Receipt | None:
    """What was answered to this capture before, if it was."""
    return db.session.get(Receipt, (owner_id, capture_id))
