"""Keep what devices set on a book."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_property",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "book_id"],
            ["book.owner_id", "book.id"],
            name=op.f("fk_book_property_owner_id_book_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_book_property_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_book_property")),
        sa.UniqueConstraint(
            "owner_id", "book_id", "name", name=op.f("uq_book_property_owner_id_book_id_name")
        ),
    )


def downgrade() -> None:
    op.drop_table("book_property")
