"""What a round has on its day, so that no other round of that day is given it too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patrol_hold",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("patrol_id", sa.BigInteger, sa.ForeignKey("patrol.id", ondelete="CASCADE"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.UniqueConstraint("day", "place", name="uq_patrol_hold_day_place"),
    )
    op.create_index("ix_patrol_hold_patrol_id", "patrol_hold", ["patrol_id"])


def downgrade() -> None:
    op.drop_table("patrol_hold")
