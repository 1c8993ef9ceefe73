"""What came in from the phones: a receipt for each capture, so that the same one counts once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import Base, Owned, Utc, now


class Receipt(Owned, Base):
    """Its id is the capture's, made by the phone.

    `digest` is the SHA-256 of what was sent, fields and photo, before any default; a replay is known
    by it even after the contact was edited, merged or removed, so there is no foreign key.
    """

    __tablename__ = "receipt"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    contact_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(Utc, default=now)
