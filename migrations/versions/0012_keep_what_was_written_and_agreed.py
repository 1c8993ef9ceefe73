"""Keep what was written and agreed."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_exchange_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_exchange_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_exchange")),
    )
    op.create_index(op.f("ix_exchange_owner_id_at"), "exchange", ["owner_id", "at"], unique=False)
    op.create_index(
        op.f("ix_exchange_owner_id_contact_id"), "exchange", ["owner_id", "contact_id"], unique=False
    )

    op.create_table(
        "appointment",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_appointment_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "encounter_id"],
            ["encounter.owner_id", "encounter.id"],
            name=op.f("fk_appointment_owner_id_encounter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_appointment_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_appointment")),
    )
    op.create_index(
        op.f("ix_appointment_owner_id_contact_id"), "appointment", ["owner_id", "contact_id"], unique=False
    )
    op.create_index(
        op.f("ix_appointment_owner_id_encounter_id"),
        "appointment",
        ["owner_id", "encounter_id"],
        unique=False,
    )

    with op.batch_alter_table("encounter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("opens_follow_up", sa.Boolean(), server_default=sa.true(), nullable=False)
        )

    _reword(lambda moved: {"encounter.contact_id": moved} if moved else {})


def downgrade() -> None:
    _reword(lambda moved: moved.get("encounter.contact_id", []))
    with op.batch_alter_table("encounter", schema=None) as batch_op:
        batch_op.drop_column("opens_follow_up")
        batch_op.drop_column("offered")

    op.drop_index(op.f("ix_appointment_owner_id_encounter_id"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_owner_id_contact_id"), table_name="appointment")

    op.drop_table("appointment")
    op.drop_index(op.f("ix_exchange_owner_id_contact_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_owner_id_at"), table_name="exchange")

    op.drop_table("exchange")


def _reword(how: Callable[[Any], Any]) -> None:
    """A merge moves rows of many tables now: what it moved is kept by table and column."""
    merge = sa.table("merge", sa.column("owner_id"), sa.column("id"), sa.column("moved", sa.JSON))
    connection = op.get_bind()
    for owner_id, merge_id, moved in connection.execute(sa.select(merge)).all():
        here = (merge.c.owner_id == owner_id, merge.c.id == merge_id)
        connection.execute(sa.update(merge).where(*here).values(moved=how(moved)))
