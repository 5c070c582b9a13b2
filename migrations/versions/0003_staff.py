"""Who does the work: organisations, members, postings, shifts, accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('committee', 'general_branch', 'branch', 'group', 'household_point')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_organisation_area_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index("ix_organisation_area_id", "organisation", ["area_id"], unique=False)
    op.create_index("ix_organisation_parent_id", "organisation", ["parent_id"], unique=False)
    op.create_table(
        "grid_branch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="), (sa.column("valid"), "&&"), using="gist", name="ex_grid_branch_valid"
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_grid_branch_grid_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_grid_branch_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_branch")),
    )
    op.create_index("ix_grid_branch_organisation_id", "grid_branch", ["organisation_id"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("means", sa.Text(), server_default="foot", nullable=False),
        sa.Column("left_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_member_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("code", name=op.f("uq_member_code")),
    )
    op.create_index("ix_member_organisation_id", "member", ["organisation_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("agency", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="zh", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("failed_sign_ins", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("locked_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "role IN ('grid_member', 'branch', 'commander', 'planner', 'agency', 'administrator')",
            name=op.f("ck_account_role"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_account_area_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("member_id"), "="),
            (sa.column("grid_id"), "="),
            (sa.column("role"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_posting_valid",
        ),
        sa.CheckConstraint(
            "role IN ('grid_leader', 'grid_member', 'volunteer')", name=op.f("ck_posting_role")
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_posting_grid_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_posting_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_grid_id", "posting", ["grid_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("member_id"), "="),
            (sa.column("kind"), "="),
            (sa.column("during"), "&&"),
            using="gist",
            name="ex_shift_during",
        ),
        sa.CheckConstraint("kind IN ('duty', 'leave')", name=op.f("ck_shift_kind")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_shift_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )


def downgrade() -> None:
    op.drop_table("shift")
    op.drop_index("ix_posting_grid_id", table_name="posting")
    op.drop_table("posting")
    op.drop_table("account")
    op.drop_index("ix_member_organisation_id", table_name="member")
    op.drop_table("member")
    op.drop_index("ix_grid_branch_organisation_id", table_name="grid_branch")
    op.drop_table("grid_branch")
    op.drop_index("ix_organisation_parent_id", table_name="organisation")
    op.drop_index("ix_organisation_area_id", table_name="organisation")
    op.drop_table("organisation")
