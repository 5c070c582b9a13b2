"""Neighbouring units that nobody gets between: a river, a railway or an expressway without a bridge or crossing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit_neighbour", sa.Column("closed", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("unit_neighbour", "closed")
