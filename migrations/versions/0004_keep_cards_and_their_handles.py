"""Keep cards and their handles."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("credentials", sa.String(length=60), nullable=False),
        sa.Column("pronouns", sa.String(length=40), nullable=False),
        sa.Column("headline", sa.String(length=160), nullable=False),
        sa.Column("institution", sa.String(length=160), nullable=False),
        sa.Column("department", sa.String(length=160), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("specialty", sa.String(length=100), nullable=False),
        sa.Column("interests", sa.String(length=300), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("pitch", sa.String(length=400), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("show_email", sa.Boolean(), nullable=False),
        sa.Column("show_phone", sa.Boolean(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("linkedin", sa.String(length=300), nullable=False),
        sa.Column("x", sa.String(length=300), nullable=False),
        sa.Column("instagram", sa.String(length=300), nullable=False),
        sa.Column("orcid", sa.String(length=300), nullable=False),
        sa.Column("scholar", sa.String(length=300), nullable=False),
        sa.Column("accent", sa.String(length=16), nullable=False),
        sa.Column("search_engines", sa.Boolean(), nullable=False),
        sa.Column("cv_url", sa.String(length=300), nullable=False),
        sa.Column("cv_file", sa.String(length=100), nullable=True),
        sa.Column("cv_pages", sa.Integer(), nullable=True),
        sa.Column("cv_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("headshot_file", sa.String(length=100), nullable=True),
        sa.Column("headshot_small", sa.String(length=100), nullable=True),
        sa.Column("headshot_jpeg", sa.String(length=100), nullable=True),
        sa.Column("headshot_source", sa.String(length=100), nullable=True),
        sa.Column("crop_x", sa.Double(), nullable=True),
        sa.Column("crop_y", sa.Double(), nullable=True),
        sa.Column("crop_size", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_card_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_card")),
    )
    op.create_table(
        "handle",
        sa.Column("handle", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_handle_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_handle")),
    )
    with op.batch_alter_table("handle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handle_owner_id_card_id"), ["owner_id", "card_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("handle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handle_owner_id_card_id"))

    op.drop_table("handle")
    op.drop_table("card")
