"""Keep app passwords and their tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_password",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_app_password_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_password")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_app_password_secret_hash")),
    )
    op.create_index(op.f("ix_app_password_account_id"), "app_password", ["account_id"], unique=False)

    op.create_table(
        "phone_ticket",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("app_password_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_password_id"],
            ["app_password.id"],
            name=op.f("fk_phone_ticket_app_password_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_phone_ticket")),
    )
    op.create_index(
        op.f("ix_phone_ticket_app_password_id"), "phone_ticket", ["app_password_id"], unique=False
    )
    op.create_index(op.f("ix_phone_ticket_expires_at"), "phone_ticket", ["expires_at"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_phone_ticket_expires_at"), table_name="phone_ticket")
    op.drop_index(op.f("ix_phone_ticket_app_password_id"), table_name="phone_ticket")

    op.drop_table("phone_ticket")
    op.drop_index(op.f("ix_app_password_account_id"), table_name="app_password")

    op.drop_table("app_password")
