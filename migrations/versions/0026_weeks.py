"""The week of rounds and the calendar of service windows: seasons, rhythms, plans; codes for what is loaded again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patrol", sa.Column("receipt", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("errand", sa.Column("code", sa.Text(), nullable=True))
    op.create_unique_constraint("uq_errand_code", "errand", ["code"])
    op.alter_column("outreach_count", "account_id", existing_type=sa.BigInteger(), nullable=True)
    _seasons()
    _rhythms()
    _weeks()


def downgrade() -> None:
    for name in ("week_plan", "rhythm", "season"):
        op.drop_table(name)
    op.execute("DELETE FROM outreach_count WHERE account_id IS NULL")
    op.alter_column("outreach_count", "account_id", existing_type=sa.BigInteger(), nullable=False)
    op.drop_constraint("uq_errand_code", "errand", type_="unique")
    op.drop_column("errand", "code")
    op.drop_column("patrol", "receipt")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _seasons() -> None:
    op.create_table(
        "season",
        _id(),
        _text("code"),
        _text("first_day"),
        _text("last_day"),
        _text("name"),
        _text("name_en"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("code", name=op.f("uq_season_code")),
    )


def _rhythms() -> None:
    op.create_table(
        "rhythm",
        _id(),
        _text("code"),
        _text("what"),
        sa.Column("match", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("days", sa.Float(), nullable=False),
        _text("season", ""),
        _text("name"),
        _text("name_en"),
        sa.CheckConstraint("what IN ('section', 'household', 'checkpoint')", name=op.f("ck_rhythm_what")),
        sa.CheckConstraint("days > 0", name=op.f("ck_rhythm_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rhythm")),
        sa.UniqueConstraint("code", name=op.f("uq_rhythm_code")),
    )


def _weeks() -> None:
    op.create_table(
        "week_plan",
        _id(),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("days", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("left_out", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("receipt", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint("extract(isodow FROM monday) = 1", name=op.f("ck_week_plan_monday")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_week_plan_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_week_plan")),
        sa.UniqueConstraint("member_id", "monday", name=op.f("uq_week_plan_member_id_monday")),
    )
