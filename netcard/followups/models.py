"""What the owner decided about what is due. Most of what is due has no row: it follows from meetings,
agreed meetings, rhythms and plans; see `queue`."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from netcard.database import GOES_ALONG, Base, Owned, Utc, child_of, now, refers_to


class FollowUp(Owned, Base):
    """What the owner did about one thing that is or was due.

    Its id is that of the thing itself: a meeting, a rhythm, an agreed meeting, somebody planned. A promise
    by itself (`kind` "promise") is nothing but this row, with its own `about` and `due_on`. Of a meeting
    `due_on` is the day of the promise that was settled with it.
    """

    __tablename__ = "follow_up"

    contact_id: Mapped[UUID | None] = mapped_column(info=GOES_ALONG)
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    snoozed_until: Mapped[date | None]
    template: Mapped[str] = mapped_column(String(40), default="")  # a template's key or id
    draft_subject: Mapped[str | None] = mapped_column(String(300))  # as edited; None: as the template has it
    draft_text: Mapped[str | None] = mapped_column(Text)
    draft_dropped_at: Mapped[datetime | None] = mapped_column(Utc)  # "start over"; kept, to be taken back
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
    outcome: Mapped[str] = mapped_column(String(16), default="")  # "sent", "answered", "done", "let go"
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back

    __table_args__ = (
        child_of("contact", "contact_id"),
        Index(None, "owner_id", "contact_id"),
        Index(None, "owner_id", "closed_at"),
    )

    def settles(self, promised_by: date | None) -> bool:
        """Whether a meeting is over with this; not where a promise for a later day was put to it since."""
        added = promised_by is not None and (self.due_on is None or promised_by > self.due_on)
        return self.closed_at is not None and not added


class Rhythm(Owned, Base):
    """Keep in touch with somebody every so many months, counted from the last word or meeting."""

    __tablename__ = "rhythm"

    contact_id: Mapped[UUID] = mapped_column(info=GOES_ALONG)
    months: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Utc, default=now)
    skipped_at: Mapped[datetime | None] = mapped_column(Utc)  # "let go" once: counts as a word
    ended_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (child_of("contact", "contact_id"), Index(None, "owner_id", "contact_id"))


class Template(Owned, Base):
    """A message as the owner worded it. `key` names the one that comes with netcard which it replaces;
    empty for one of the owner's own."""

    __tablename__ = "template"

    key: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    changed_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back


class PlanItem(Owned, Base):
    """One line of an event's plan: something to do, somebody to reach, a session or a poster to see.

    Days and hours are the event's own, in its time zone.
    """

    __tablename__ = "plan_item"

    event_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))  # "todo", "person", "session", "poster"
    title: Mapped[str] = mapped_column(String(200))  # of a person the name
    why: Mapped[str] = mapped_column(Text, default="")
    day: Mapped[date | None]  # to do by; or when it is
    clock: Mapped[time | None]
    place: Mapped[str] = mapped_column(String(200), default="")  # hall, or number of the poster
    contact_id: Mapped[UUID | None] = mapped_column(info=GOES_ALONG)
    encounter_id: Mapped[UUID | None]  # the meeting that ticked it off
    made_id: Mapped[UUID | None]  # the contact that was made with it; only compared, so no foreign key
    done_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back

    __table_args__ = (
        child_of("event", "event_id"),
        refers_to("contact", "contact_id"),
        refers_to("encounter", "encounter_id"),
        Index(None, "owner_id", "event_id"),
        Index(None, "owner_id", "contact_id"),
        Index(None, "owner_id", "encounter_id"),
    )


class Reminding(Owned, Base):
    """How an owner wants to be reminded; its id is the owner's. No row: as the defaults say."""

    __tablename__ = "reminding"

    opens_after: Mapped[int] = mapped_column(default=3)  # days after a meeting
    late_after: Mapped[int] = mapped_column(default=7)
    digest_hour: Mapped[int | None]  # of the owner's morning; None: no mail
    push_hour: Mapped[int | None] = mapped_column(default=8)
    feed_salt: Mapped[bytes] = mapped_column(LargeBinary(16), default=b"")  # another one, another address
    feed_off_at: Mapped[datetime | None] = mapped_column(Utc)
    changed_at: Mapped[datetime] = mapped_column(Utc, default=now)


class PushSubscription(Owned, Base):
    """Where a browser takes push messages (RFC 8030), and the keys to seal them for it (RFC 8291)."""

    __tablename__ = "push_subscription"

    sign_in_id: Mapped[UUID]  # a signed-out phone gets nothing; shared table, so no foreign key
    endpoint: Mapped[str] = mapped_column(String(1000))
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    failed_at: Mapped[datetime | None] = mapped_column(Utc)  # since when it has not worked

    __table_args__ = (UniqueConstraint("owner_id", "endpoint"),)


class Notice(Owned, Base):
    """A reminder claimed by one machine before it was sent, so that no other sends it again."""

    __tablename__ = "notice"

    channel: Mapped[str] = mapped_column(String(16))  # "digest" or "push"
    target: Mapped[str] = mapped_column(String(40), default="")  # id of the push subscription
    day: Mapped[date]  # of the owner's calendar
    claimed_at: Mapped[datetime] = mapped_column(Utc, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        UniqueConstraint("owner_id", "channel", "target", "day"),
        Index(None, "day"),  # old ones are swept by it
    )
