"""Moves of the board that can be taken back within a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # just_given(account): what somebody has given out within the last minute
    op.create_index(
        "ix_case_log_given_out",
        "case_log",
        ["account_id", "at"],
        postgresql_where=sa.text("move = 'reassign'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_case_log_given_out", table_name="case_log", postgresql_where=sa.text("move = 'reassign'")
    )
