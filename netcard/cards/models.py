"""The card an owner hands over, and the addresses it answers to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import Base, Owned, Utc, now


class Card(Owned, Base):
    """What a visitor sees. `version` counts its changes, for ETags and cached bytes."""

    __tablename__ = "card"

    name: Mapped[str] = mapped_column(String(100))
    credentials: Mapped[str] = mapped_column(String(60), default="")
    pronouns: Mapped[str] = mapped_column(String(40), default="")
    headline: Mapped[str] = mapped_column(String(160), default="")
    institution: Mapped[str] = mapped_column(String(160), default="")
    department: Mapped[str] = mapped_column(String(160), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    specialty: Mapped[str] = mapped_column(String(100), default="")
    interests: Mapped[str] = mapped_column(String(300), default="")
    bio: Mapped[str] = mapped_column(Text, default="")
    pitch: Mapped[str] = mapped_column(String(400), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    show_email: Mapped[bool] = mapped_column(default=False)
    show_phone: Mapped[bool] = mapped_column(default=False)
    website: Mapped[str] = mapped_column(String(300), default="")
    linkedin: Mapped[str] = mapped_column(String(300), default="")
    x: Mapped[str] = mapped_column(String(300), default="")
    instagram: Mapped[str] = mapped_column(String(300), default="")
    orcid: Mapped[str] = mapped_column(String(300), default="")
    scholar: Mapped[str] = mapped_column(String(300), default="")
    accent: Mapped[str] = mapped_column(String(16), default="theatre")
    search_engines: Mapped[bool] = mapped_column(default=False)
    hello_open: Mapped[bool] = mapped_column(default=False, server_default=false())  # "leave your details"

    cv_url: Mapped[str] = mapped_column(String(300), default="")
    cv_file: Mapped[str | None] = mapped_column(String(100))  # a media key
    cv_pages: Mapped[int | None]
    cv_at: Mapped[datetime | None] = mapped_column(Utc)

    headshot_file: Mapped[str | None] = mapped_column(String(100))  # WebP, square
    headshot_small: Mapped[str | None] = mapped_column(String(100))  # WebP at twice its size on the page
    headshot_jpeg: Mapped[str | None] = mapped_column(String(100))  # small, for the vCard
    headshot_source: Mapped[str | None] = mapped_column(String(100))  # uncropped, to crop again
    crop_x: Mapped[float | None]  # the square chosen on the source, as `media.images.Crop` says it
    crop_y: Mapped[float | None]
    crop_size: Mapped[float | None]

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    changed_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept a while, so that removing can be undone


class Handle(Base):
    """An address under /c/. Shared: unique for everyone and for good.

    Once given to a card it is never given to another owner, so an old QR code cannot come to show a
    stranger: a given-up handle redirects to the card's current one, an erased owner's stays taken.
    """

    __tablename__ = "handle"

    handle: Mapped[str] = mapped_column(String(60), primary_key=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    card_id: Mapped[UUID | None]  # no foreign key: the handle outlives its card
    given_up_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)

    __table_args__ = (Index(None, "owner_id", "card_id"),)
