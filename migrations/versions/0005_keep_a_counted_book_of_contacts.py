"""Keep a counted book of contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book",
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_book_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_book")),
    )
    op.create_table(
        "contact",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.String(length=255), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("institution", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("phone_key", sa.String(length=16), nullable=False),
        sa.Column("folded_name", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vcard", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "book_id"],
            ["book.owner_id", "book.id"],
            name=op.f("fk_contact_owner_id_book_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_contact_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "owner_id", "book_id", "resource", name=op.f("uq_contact_owner_id_book_id_resource")
        ),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_book_id_seq"), ["owner_id", "book_id", "seq"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_book_id_uid"), ["owner_id", "book_id", "uid"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_starred_at"),
            ["owner_id", "starred_at"],
            unique=False,
            sqlite_where=sa.text("starred_at IS NOT NULL"),
            postgresql_where=sa.text("starred_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_deleted_at"),
            ["owner_id", "deleted_at"],
            unique=False,
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_contact_owner_id_email"), ["owner_id", "email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_folded_name"), ["owner_id", "folded_name"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_met_at_id"), ["owner_id", "met_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_owner_id_phone_key"), ["owner_id", "phone_key"], unique=False
        )

    op.create_table(
        "contact_tag",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_contact_tag_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "folded", "contact_id", name=op.f("pk_contact_tag")),
    )
    with op.batch_alter_table("contact_tag", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_tag_owner_id_contact_id"), ["owner_id", "contact_id"], unique=False
        )

    op.create_table(
        "contact_token",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "token",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_contact_token_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "token", "contact_id", name=op.f("pk_contact_token")),
    )
    with op.batch_alter_table("contact_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_token_owner_id_contact_id_token"),
            ["owner_id", "contact_id", "token"],
            unique=False,
        )

    op.create_table(
        "encounter",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_offset", sa.Integer(), nullable=False),
        sa.Column("poster", sa.String(length=200), nullable=False),
        sa.Column("discussed", sa.Text(), nullable=False),
        sa.Column("promised", sa.Text(), nullable=False),
        sa.Column("promised_by", sa.Date(), nullable=True),
        sa.Column("photo_file", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_encounter_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "event_id"],
            ["event.owner_id", "event.id"],
            name=op.f("fk_encounter_owner_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_encounter_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_encounter")),
    )
    with op.batch_alter_table("encounter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_encounter_owner_id_contact_id"), ["owner_id", "contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_encounter_owner_id_event_id"), ["owner_id", "event_id"], unique=False
        )

    op.create_table(
        "revision",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("vcard", sa.LargeBinary(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_revision_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_revision_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revision_owner_id_contact_id"), ["owner_id", "contact_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_owner_id_contact_id"))

    op.drop_table("revision")
    with op.batch_alter_table("encounter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_encounter_owner_id_event_id"))
        batch_op.drop_index(batch_op.f("ix_encounter_owner_id_contact_id"))

    op.drop_table("encounter")
    with op.batch_alter_table("contact_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_token_owner_id_contact_id_token"))

    op.drop_table("contact_token")
    with op.batch_alter_table("contact_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_tag_owner_id_contact_id"))

    op.drop_table("contact_tag")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_phone_key"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_met_at_id"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_folded_name"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_email"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_starred_at"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_book_id_uid"))
        batch_op.drop_index(batch_op.f("ix_contact_owner_id_book_id_seq"))

    op.drop_table("contact")
    op.drop_table("book")
