"""Keep plans of events."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_item",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("clock", sa.Time(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("encounter_id", sa.Uuid(), nullable=True),
        sa.Column("made_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_plan_item_owner_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "encounter_id"],
            ["encounter.owner_id", "encounter.id"],
            name=op.f("fk_plan_item_owner_id_encounter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "event_id"],
            ["event.owner_id", "event.id"],
            name=op.f("fk_plan_item_owner_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_plan_item_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_plan_item")),
    )
    op.create_index(
        op.f("ix_plan_item_owner_id_contact_id"), "plan_item", ["owner_id", "contact_id"], unique=False
    )
    op.create_index(
        op.f("ix_plan_item_owner_id_encounter_id"), "plan_item", ["owner_id", "encounter_id"], unique=False
    )
    op.create_index(
        op.f("ix_plan_item_owner_id_event_id"), "plan_item", ["owner_id", "event_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_plan_item_owner_id_event_id"), table_name="plan_item")
    op.drop_index(op.f("ix_plan_item_owner_id_encounter_id"), table_name="plan_item")
    op.drop_index(op.f("ix_plan_item_owner_id_contact_id"), table_name="plan_item")

    op.drop_table("plan_item")
