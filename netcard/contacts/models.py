"""People met: a counted book of vCards, and what netcard knows beyond them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Index, Integer, LargeBinary, String, Text, UniqueConstraint, and_, text, true
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from netcard.database import GOES_ALONG, Base, Owned, Utc, child_of, new_id, now, refers_to
from netcard.events.models import Event

BytewiseToken = String(40).with_variant(String(40, collation="C"), "postgresql")
"""Ordered by code point on both engines, so that a prefix is a range of the index."""


def _few(column: str) -> Index:
    """An index of the few rows that have a moment there; a whole one would draw SQLite's planner
    away from better ones (35 times slower with 100,000 contacts)."""
    there = text(f"{column} IS NOT NULL")
    return Index(None, "owner_id", column, sqlite_where=there, postgresql_where=there)


class Book(Owned, Base):
    """An owner's address book, made by the first writer with the owner's own id.

    Every change of it locks this row and adds one to `seq`.

    `epoch` and `seq` make the sync token (RFC 6578); a new epoch begins only after a restore.
    """

    __tablename__ = "book"

    epoch: Mapped[UUID] = mapped_column(default=new_id)
    seq: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)


class Contact(Owned, Base):
    """A person: the vCard is the truth, the columns below it are projected for lists and search.

    A removed contact stays as a tombstone with the `seq` of its removal, so that devices learn of
    it and the owner can take it back.
    """

    __tablename__ = "contact"

    book_id: Mapped[UUID]
    resource: Mapped[str] = mapped_column(String(255))  # the last segment of its CardDAV address
    uid: Mapped[str] = mapped_column(String(255))
    # the row's last: SQLite walks through all of a photo to reach a column behind it
    vcard: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, sort_order=1)
    etag: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]  # the book's counter when this card last changed
    size: Mapped[int]

    name: Mapped[str] = mapped_column(String(300))
    institution: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")  # in small letters
    phone: Mapped[str] = mapped_column(String(60), default="")
    folded: Mapped[str] = mapped_column(Text, default="")  # all that search looks through
    has_photo: Mapped[bool] = mapped_column(default=False)  # lists never read a card's text

    role: Mapped[str] = mapped_column(String(40), default="")  # netcard's own, never in the vCard
    met_at: Mapped[datetime] = mapped_column(Utc, default=now)  # the latest encounter, or `book.restamp`
    starred_at: Mapped[datetime | None] = mapped_column(Utc)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    changed_at: Mapped[datetime] = mapped_column(Utc, default=now)

    encounters: Mapped[list["Encounter"]] = relationship(
        primaryjoin=lambda: and_(
            Contact.id == foreign(Encounter.contact_id),
            Contact.owner_id == foreign(Encounter.owner_id),
            Encounter.deleted_at.is_(None),
        ),
        order_by="Encounter.met_at.desc(), Encounter.id.desc()",
        viewonly=True,
    )

    __table_args__ = (
        child_of("book", "book_id"),
        UniqueConstraint("owner_id", "book_id", "resource"),
        Index(None, "owner_id", "book_id", "seq"),
        Index(None, "owner_id", "book_id", "uid"),
        Index(None, "owner_id", "met_at", "id"),
        _few("starred_at"),
        _few("deleted_at"),
    )


class BookProperty(Owned, Base):
    """What a device set on the book itself and wants back unread (RFC 4918, section 4.2: dead properties)."""

    __tablename__ = "book_property"

    book_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))  # {namespace}local
    value: Mapped[str] = mapped_column(Text)  # the element as XML

    __table_args__ = (child_of("book", "book_id"), UniqueConstraint("owner_id", "book_id", "name"))


class Merge(Owned, Base):
    """Two cards that became one: what undoing it needs. The one that went is a tombstone meanwhile."""

    __tablename__ = "merge"

    kept_id: Mapped[UUID]
    gone_id: Mapped[UUID]
    kept_vcard: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # the kept card as it was before
    merged_vcard: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # and as the merge left it
    kept_role: Mapped[str] = mapped_column(String(40), default="")
    merged_role: Mapped[str] = mapped_column(String(40), default="")
    starred: Mapped[bool] = mapped_column(default=False)  # whether the merge brought the star
    moved: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)  # what `hand_over` handed
    apart: Mapped[list[str]] = mapped_column(JSON, default=list)  # ids of whom the kept one is apart since
    merged_at: Mapped[datetime] = mapped_column(Utc, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        child_of("contact", "kept_id"),
        child_of("contact", "gone_id"),
        Index(None, "owner_id", "kept_id"),
        Index(None, "owner_id", "gone_id"),
    )


class NotSame(Base):
    """Two people the owner told apart, for good; `one_id` is the smaller id."""

    __tablename__ = "not_same"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    one_id: Mapped[UUID] = mapped_column(primary_key=True)
    other_id: Mapped[UUID] = mapped_column(primary_key=True)
    said_at: Mapped[datetime] = mapped_column(Utc, default=now)

    __table_args__ = (
        child_of("contact", "one_id"),
        child_of("contact", "other_id"),
        Index(None, "owner_id", "other_id"),
    )


class ImportRun(Owned, Base):
    """A file of contacts on its way in: uploaded, looked at, then added in one transaction.

    Who works on it is named by `started_at`: only the one who wrote it may finish. Where
    `beat_at` grows old, its process died, nothing was added, and it can be started again.
    """

    __tablename__ = "import_run"

    file: Mapped[str | None] = mapped_column(String(100))  # a media key; gone once it is over
    file_name: Mapped[str] = mapped_column(String(200), default="")
    format: Mapped[str] = mapped_column(String(20))  # "vcard", "google", "outlook", "linkedin", "csv"
    reading: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # encoding, delimiter, heading
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # column of the file -> field
    mapped_at: Mapped[datetime | None] = mapped_column(Utc)  # the owner, or a known format, said what is what
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)  # cards worked out so far, for the progress shown
    added: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)  # they were there already
    broken: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    started_at: Mapped[datetime | None] = mapped_column(Utc)
    beat_at: Mapped[datetime | None] = mapped_column(Utc)
    finished_at: Mapped[datetime | None] = mapped_column(Utc)
    undone_at: Mapped[datetime | None] = mapped_column(Utc)
    problem: Mapped[str] = mapped_column(Text, default="")  # why it came to nothing


class Imported(Base):
    """Whom a run added, so that it can be undone as one."""

    __tablename__ = "imported"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (
        child_of("import_run", "run_id"),
        child_of("contact", "contact_id"),
        Index(None, "owner_id", "contact_id"),
    )


class Revision(Owned, Base):
    """A card as it was before something overwrote it."""

    __tablename__ = "revision"

    contact_id: Mapped[UUID]
    vcard: Mapped[bytes] = mapped_column(LargeBinary)
    replaced_at: Mapped[datetime] = mapped_column(Utc, default=now)
    replaced_by: Mapped[str] = mapped_column(String(40))  # "web", "capture", "carddav", …

    __table_args__ = (child_of("contact", "contact_id"), Index(None, "owner_id", "contact_id"))


class Encounter(Owned, Base):
    """One meeting with a contact. Private to netcard: it never leaves by CardDAV."""

    __tablename__ = "encounter"

    contact_id: Mapped[UUID] = mapped_column(info=GOES_ALONG)
    event_id: Mapped[UUID | None]
    met_at: Mapped[datetime] = mapped_column(Utc)
    met_offset: Mapped[int] = mapped_column(default=0)  # minutes east of UTC where it happened
    poster: Mapped[str] = mapped_column(String(200), default="")
    discussed: Mapped[str] = mapped_column(Text, default="")
    promised: Mapped[str] = mapped_column(Text, default="")
    promised_by: Mapped[date | None]
    offered: Mapped[str] = mapped_column(Text, default="", server_default="")  # by them
    opens_follow_up: Mapped[bool] = mapped_column(default=True, server_default=true())
    photo_file: Mapped[str | None] = mapped_column(String(100))  # a media key
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back

    contact: Mapped[Contact] = relationship()
    # foreign() on the id alone: a plain relationship would write owner_id too, and so move the row
    event: Mapped[Event | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Encounter.event_id) == Event.id,
            Encounter.owner_id == Event.owner_id,
            Event.deleted_at.is_(None),
        )
    )

    __table_args__ = (
        child_of("contact", "contact_id"),
        refers_to("event", "event_id"),
        Index(None, "owner_id", "contact_id"),
        Index(None, "owner_id", "event_id"),
    )


class Exchange(Owned, Base):
    """One message that went to a contact or came from them, as the owner told it. Private as a meeting is."""

    __tablename__ = "exchange"

    contact_id: Mapped[UUID] = mapped_column(info=GOES_ALONG)
    kind: Mapped[str] = mapped_column(String(16))  # "wrote" or "answered"
    at: Mapped[datetime] = mapped_column(Utc, default=now)
    subject: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")  # what was sent, or a word on what they said
    how: Mapped[str] = mapped_column(String(16), default="")  # "mail", "copied", "shared"; empty where untold
    follow_up_id: Mapped[UUID | None]  # what it was written for; ids of several tables, so no foreign key
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back

    __table_args__ = (
        child_of("contact", "contact_id"),
        Index(None, "owner_id", "contact_id"),
        Index(None, "owner_id", "at"),
    )


class Appointment(Owned, Base):
    """A meeting agreed on: fifteen minutes, a call, an interview social. Held, it becomes an encounter."""

    __tablename__ = "appointment"

    contact_id: Mapped[UUID] = mapped_column(info=GOES_ALONG)
    what: Mapped[str] = mapped_column(String(100))
    starts_at: Mapped[datetime] = mapped_column(Utc)
    place: Mapped[str] = mapped_column(String(300), default="")  # a room, a street, a link to a call
    questions: Mapped[str] = mapped_column(Text, default="")  # to ask, one a line
    encounter_id: Mapped[UUID | None]  # how it went
    called_off_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)  # kept, so that it can be taken back

    __table_args__ = (
        child_of("contact", "contact_id"),
        refers_to("encounter", "encounter_id"),
        Index(None, "owner_id", "contact_id"),
        Index(None, "owner_id", "encounter_id"),
    )


class ContactTag(Base):
    """A tag as the vCard's CATEGORIES say it, for filtering."""

    __tablename__ = "contact_tag"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(String(60), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(60))

    __table_args__ = (child_of("contact", "contact_id"), Index(None, "owner_id", "contact_id"))


class ContactSign(Base):
    """What tells that two cards may be one person's: an e-mail, a phone's digits, a folded name."""

    __tablename__ = "contact_sign"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(300), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (
        child_of("contact", "contact_id"),
        # all its columns: else SQLite walks the whole book by the primary key, which has them all
        Index(None, "owner_id", "contact_id", "kind", "value"),
    )


class ContactToken(Base):
    """A folded word of a contact; search reads the range of one prefix and checks the rest by LIKE.

    On 100,000 contacts this costs 1.3 ms (SQLite) and 3.7 ms (PostgreSQL), the same SQL on both.
    """

    __tablename__ = "contact_token"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(BytewiseToken, primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)

    __table_args__ = (child_of("contact", "contact_id"), Index(None, "owner_id", "contact_id", "token"))
