"""Figures: indexes by the times a period asks for, and published figures with their parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PARTIAL = {
    "ix_case_closed_at": ("case", ["closed_at"], "closed_at IS NOT NULL"),
    "ix_case_log_sent_back": ("case_log", ["case_id"], "move IN ('return', 'refuse')"),
    "ix_case_log_rework": ("case_log", ["case_id"], "move = 'check_fail'"),
    "ix_case_clock_late_check": ("case_clock", ["case_id"], "stage = 'check' AND stopped_at > due_at"),
    "ix_case_clock_stage_due_at": ("case_clock", ["stage", "due_at"], "organisation_id IS NULL"),
    "ix_report_member": ("report", ["case_id"], "channel = 'member'"),
}


def upgrade() -> None:
    op.create_index("ix_case_reported_at", "case", ["reported_at"])
    for name, (table, columns, where) in PARTIAL.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(where))
    op.create_table(
        "stated_figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("numerator", sa.Numeric(), nullable=False),
        sa.Column("denominator", sa.Numeric(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("denominator_unit", sa.Text(), nullable=False),
        sa.Column("rest", sa.Numeric(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stated_figure_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stated_figure")),
    )


def downgrade() -> None:
    op.drop_table("stated_figure")
    for name, (table, _, _) in PARTIAL.items():
        op.drop_index(name, table_name=table)
    op.drop_index("ix_case_reported_at", table_name="case")
