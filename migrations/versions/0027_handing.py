"""What hand-over and grid cards need: the office's telephone and hours, and which cards are to be put up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    for column in ("office_phone", "office_hours"):
        op.add_column("organisation", sa.Column(column, sa.Text(), server_default="", nullable=False))
    op.create_table(
        "card_due",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("put_up_by", sa.BigInteger(), nullable=True),
        sa.Column("put_up_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "grid_id", name=op.f("pk_card_due")),
        sa.ForeignKeyConstraint(["plan_id"], ["boundary_plan.id"], name=op.f("fk_card_due_plan_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_card_due_grid_id")),
        sa.ForeignKeyConstraint(["put_up_by"], ["account.id"], name=op.f("fk_card_due_put_up_by")),
    )
    op.create_index("ix_card_due_grid_id", "card_due", ["grid_id"])


def downgrade() -> None:
    op.drop_table("card_due")
    for column in ("office_hours", "office_phone"):
        op.drop_column("organisation", column)
