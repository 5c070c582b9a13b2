"""Rounds and visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patrol",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "route",
            Geometry(
                geometry_type="LINESTRING",
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("stops", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.CheckConstraint("state IN ('planned', 'running', 'done')", name=op.f("ck_patrol_state")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_patrol_grid_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_patrol_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol")),
        sa.UniqueConstraint("code", name=op.f("uq_patrol_code")),
    )
    op.create_index("ix_patrol_starts_at", "patrol", ["starts_at"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_visit_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_visit_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "household_id", "member_id", "at", name=op.f("uq_visit_household_id_member_id_at")
        ),
    )
    op.create_index("ix_visit_household_id_at", "visit", ["household_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_visit_household_id_at", table_name="visit")
    op.drop_table("visit")
    op.drop_index("ix_patrol_starts_at", table_name="patrol")
    op.drop_table("patrol")
