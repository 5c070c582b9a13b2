"""Duplicates, hot spots and what was learned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "likeness_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("applies_to", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=False),
        sa.Column("window_h", sa.Integer(), nullable=False),
        sa.Column("least_words", sa.Float(), nullable=False),
        sa.CheckConstraint("distance_m BETWEEN 1 AND 2000", name=op.f("ck_likeness_rule_distance_m")),
        sa.CheckConstraint("window_h BETWEEN 1 AND 8760", name=op.f("ck_likeness_rule_window_h")),
        sa.CheckConstraint("least_words BETWEEN 0 AND 1", name=op.f("ck_likeness_rule_least_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness_rule")),
        sa.UniqueConstraint("applies_to", name=op.f("uq_likeness_rule_applies_to")),
    )
    op.create_table(
        "category_model",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("accuracy", sa.Float(), nullable=False),
        sa.Column("macro_f1", sa.Float(), nullable=False),
        sa.Column("judged", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_model")),
    )
    # the reports of the last days, for hot spots: rows come in the order of time, so that a BRIN is enough and costs
    # a new report next to nothing
    op.create_index(
        "ix_report_reported_at",
        "report",
        ["reported_at"],
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 16},
    )


def downgrade() -> None:
    op.drop_index("ix_report_reported_at", table_name="report")
    op.drop_table("category_model")
    op.drop_table("likeness_rule")
