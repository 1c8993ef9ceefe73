"""What came in: a receipt for each capture, so that the same one counts once; and what visitors left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import GOES_ALONG, Base, Owned, Utc, now, refers_to


class Receipt(Owned, Base):
    """Its id is the capture's, made by the phone.

    `digest` is the SHA-256 of what was sent, fields and photo, before any default; a replay is known
    by it even after the contact was edited, merged or removed, so there is no foreign key.
    """

    __tablename__ = "receipt"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    contact_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(Utc, default=now)


class Hello(Owned, Base):
    """Details that a visitor left on a card. They wait here until the owner takes or discards them.

    Taken, its id is the meeting's as well, so that it can be taken only once.
    """

    __tablename__ = "hello"

    card_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(200))
    institution: Mapped[str] = mapped_column(String(160), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    left_at: Mapped[datetime] = mapped_column(Utc, default=now)
    accepted_at: Mapped[datetime | None] = mapped_column(Utc)
    discarded_at: Mapped[datetime | None] = mapped_column(Utc)
    contact_id: Mapped[UUID | None] = mapped_column(info=GOES_ALONG)  # who they are now, through merges too
    made_id: Mapped[UUID | None]  # the contact that was made of it, for good; no foreign key, as of a receipt

    __table_args__ = (
        refers_to("card", "card_id"),
        refers_to("contact", "contact_id"),
        Index(None, "owner_id", "left_at"),
        Index(None, "owner_id", "card_id"),
        Index(None, "owner_id", "contact_id"),
    )
