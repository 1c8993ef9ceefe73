"""Keep the signs of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_sign",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "contact_id"],
            ["contact.owner_id", "contact.id"],
            name=op.f("fk_contact_sign_owner_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "kind", "value", "contact_id", name=op.f("pk_contact_sign")),
    )
    op.create_index(
        op.f("ix_contact_sign_owner_id_contact_id_kind_value"),
        "contact_sign",
        ["owner_id", "contact_id", "kind", "value"],
        unique=False,
    )
    # the first of each; the others of a card come in when it changes next
    for column, kind in (("email", "email"), ("phone_key", "phone"), ("folded_name", "name")):
        op.execute(
            "INSERT INTO contact_sign (owner_id, kind, value, contact_id) "
            f"SELECT owner_id, '{kind}', {column}, id FROM contact "
            f"WHERE deleted_at IS NULL AND {column} <> ''"
        )
    for column in ("email", "folded_name", "phone_key"):
        op.drop_index(op.f(f"ix_contact_owner_id_{column}"), table_name="contact")
    # before the card's text, which stays the row's last: behind it, every list would walk through the photos
    with op.batch_alter_table("contact", partial_reordering=[("id", "has_photo", "vcard")]) as contact:
        contact.drop_column("folded_name")
        contact.drop_column("phone_key")
        # no card written before this carries a photo; the phones that will are not connected yet
        contact.add_column(sa.Column("has_photo", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("contact", "has_photo")
    op.add_column("contact", sa.Column("phone_key", sa.String(length=16), nullable=False, server_default=""))
    op.add_column(
        "contact", sa.Column("folded_name", sa.String(length=300), nullable=False, server_default="")
    )
    for column, kind in (("phone_key", "phone"), ("folded_name", "name")):
        op.execute(
            f"UPDATE contact SET {column} = COALESCE((SELECT max(value) FROM contact_sign AS sign "
            "WHERE sign.owner_id = contact.owner_id AND sign.contact_id = contact.id "
            f"AND sign.kind = '{kind}'), '')"
        )
    for column in ("email", "folded_name", "phone_key"):
        op.create_index(op.f(f"ix_contact_owner_id_{column}"), "contact", ["owner_id", column])
    op.drop_index(op.f("ix_contact_sign_owner_id_contact_id_kind_value"), table_name="contact_sign")

    op.drop_table("contact_sign")
