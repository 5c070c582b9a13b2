"""What takes long at the planner's table: cutting ground into units, and searching for proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "plan_job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("wanted", JSONB, server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("claim", sa.Text(), server_default="", nullable=False),
        sa.Column("heard_at", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("share", sa.Float(), server_default="0", nullable=False),
        sa.Column("answer", JSONB, server_default="{}", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.CheckConstraint("kind IN ('ground', 'propose')", name=op.f("ck_plan_job_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_plan_job_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_plan_job_account_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["boundary_plan.id"], name=op.f("fk_plan_job_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_job")),
    )
    op.create_index("ix_plan_job_account_id", "plan_job", ["account_id"])
    op.create_index("ix_plan_job_plan_id", "plan_job", ["plan_id"])
    op.create_index(
        "ix_plan_job_open", "plan_job", ["id"], postgresql_where=sa.text("state IN ('waiting', 'running')")
    )


def downgrade() -> None:
    op.drop_table("plan_job")
