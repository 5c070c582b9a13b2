"""Pictures that a person approved for the public, with what was covered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_picture",
        sa.Column("photo_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_public_picture_photo_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_public_picture")),
        sa.UniqueConstraint("token", name=op.f("uq_public_picture_token")),
    )
    op.create_table(
        "picture_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("photo_id", sa.BigInteger(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("covered", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "decision IN ('approve', 'keep_back', 'withdraw')", name=op.f("ck_picture_decision_decision")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_picture_decision_photo_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_picture_decision_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_decision")),
    )
    # waiting(scope), decisions(photo)
    op.create_index("ix_picture_decision_photo_id", "picture_decision", ["photo_id"])
    op.execute("""
        CREATE TRIGGER picture_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON picture_decision
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")


def downgrade() -> None:
    op.drop_table("picture_decision")
    op.drop_table("public_picture")
