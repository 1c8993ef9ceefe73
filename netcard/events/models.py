"""Conferences, rotations, interview days: where people are met."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import Base, Owned, Utc, now


class Event(Owned, Base):
    """Days at a place. The dates are the place's own, in `time_zone`."""

    __tablename__ = "event"

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16), default="conference", server_default="conference")
    place: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    link: Mapped[str] = mapped_column(String(500), default="")
    chosen_at: Mapped[datetime | None] = mapped_column(Utc)  # "here now" by choice, the latest wins
    left_at: Mapped[datetime | None] = mapped_column(Utc)  # "not here" by choice, on days that say otherwise
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back

    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)
