"""When the track of a round was taken into what was seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patrol", sa.Column("track_counted_at", sa.TIMESTAMP(timezone=True)))
    op.create_index(
        "ix_patrol_uncounted",
        "patrol",
        ["ends_at"],
        postgresql_where=sa.text("state = 'done' AND track_counted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_patrol_uncounted", table_name="patrol")
    op.drop_column("patrol", "track_counted_at")
