"""Keep merges and who is not the same."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("kept_vcard", sa.LargeBinary(), nullable=False),
        sa.Column("merged_vcard", sa.LargeBinary(), nullable=False),
        sa.Column("kept_role", sa.String(length=40), nullable=False),
        sa.Column("merged_role", sa.String(length=40), nullable=False),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("apart", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "gone_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_merge_owner_id_gone_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "kept_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_merge_owner_id_kept_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_merge_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_owner_id_gone_id"), "merge", ["owner_id", "gone_id"], unique=False)
    op.create_index(op.f("ix_merge_owner_id_kept_id"), "merge", ["owner_id", "kept_id"], unique=False)

    op.create_table(
        "not_same",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "one_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_not_same_owner_id_one_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "other_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_not_same_owner_id_other_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "one_id", "other_id", name=op.f("pk_not_same")),
    )
    op.create_index(op.f("ix_not_same_owner_id_other_id"), "not_same", ["owner_id", "other_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_not_same_owner_id_other_id"), table_name="not_same")

    op.drop_table("not_same")
    op.drop_index(op.f("ix_merge_owner_id_kept_id"), table_name="merge")
    op.drop_index(op.f("ix_merge_owner_id_gone_id"), table_name="merge")

    op.drop_table("merge")
