"""Keep what visitors leave."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hello",
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("institution", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("made_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "card_id"], ["card.owner_id", "card.id"], name=op.f("fk_hello_owner_id_card_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_hello_owner_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_hello_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_hello")),
    )
    op.create_index(op.f("ix_hello_owner_id_card_id"), "hello", ["owner_id", "card_id"], unique=False)
    op.create_index(op.f("ix_hello_owner_id_contact_id"), "hello", ["owner_id", "contact_id"], unique=False)
    op.create_index(op.f("ix_hello_owner_id_left_at"), "hello", ["owner_id", "left_at"], unique=False)

    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hello_open", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_column("hello_open")

    op.drop_index(op.f("ix_hello_owner_id_left_at"), table_name="hello")
    op.drop_index(op.f("ix_hello_owner_id_contact_id"), table_name="hello")
    op.drop_index(op.f("ix_hello_owner_id_card_id"), table_name="hello")

    op.drop_table("hello")
