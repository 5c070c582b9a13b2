"""Tracks of running rounds, kept 90 days, and what was seen of the streets, without a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patrol_track",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("patrol_id", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("forget_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("fixes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "forget_at <= received_at + interval '90 days'", name=op.f("ck_patrol_track_kept_90_days")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_track_patrol_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_track")),
        sa.UniqueConstraint("patrol_id", "request", name=op.f("uq_patrol_track_patrol_id_request")),
    )
    op.create_index("ix_patrol_track_forget_at", "patrol_track", ["forget_at"])
    op.create_table(
        "section_seen",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("road_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("from_m", sa.Float(), nullable=False),
        sa.Column("to_m", sa.Float(), nullable=False),
        sa.CheckConstraint("from_m >= 0 AND to_m > from_m", name=op.f("ck_section_seen_stretch")),
        sa.ForeignKeyConstraint(
            ["road_id"], ["road.id"], name=op.f("fk_section_seen_road_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_seen")),
    )
    op.create_index("ix_section_seen_road_id_seen_at", "section_seen", ["road_id", "seen_at"])


def downgrade() -> None:
    op.drop_table("section_seen")
    op.drop_table("patrol_track")
