"""What the doors of the house must remember: attempts, so that limits hold across workers and restarts."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import Base, Utc


class Attempt(Base):
    """How often something was tried in one window of time. The key is hashed: it may hold an address."""

    __tablename__ = "attempt"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(Utc, primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (Index(None, "ends_at"),)
