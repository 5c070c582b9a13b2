"""The whole life of a case: how it is answered, its parts, what waits for somebody's word, what the resident says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANTS = ("paused_until", "extension_asked_at", "appealed_at", "bad_mark_at", "called_back_at")
INDEXES = {
    "ix_case_open_organisation_id": ("organisation_id", "closed_at IS NULL"),
    "ix_case_open_agency": ("agency", "closed_at IS NULL AND agency <> ''"),
    "ix_case_parent_id": ("parent_id", "parent_id IS NOT NULL"),
    "ix_case_merged_into_id": ("merged_into_id", "merged_into_id IS NOT NULL"),
    "ix_case_paused_until": ("paused_until", "paused_until IS NOT NULL"),
    "ix_case_extension_asked_at": ("extension_asked_at", "extension_asked_at IS NOT NULL"),
    "ix_case_appealed_at": ("appealed_at", "appealed_at IS NOT NULL"),
    "ix_case_bad_mark_at": ("bad_mark_at", "bad_mark_at IS NOT NULL"),
    "ix_case_to_call_back": ("closed_at", "state = 'closed' AND called_back_at IS NULL"),
}


def upgrade() -> None:
    op.add_column("case", sa.Column("handling", sa.Text(), server_default="own", nullable=False))
    op.create_check_constraint(op.f("ck_case_handling"), "case", "handling IN ('explain', 'own', 'transfer')")
    for name, check in (("parent_id", "parent_id < id"), ("merged_into_id", "merged_into_id <> id")):
        op.add_column("case", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_case_{name}"), "case", "case", [name], ["id"])
        word = "parent_first" if name == "parent_id" else "merged_elsewhere"
        op.create_check_constraint(op.f(f"ck_case_{word}"), "case", check)
    for name in INSTANTS:
        op.add_column("case", sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("case", sa.Column("reopened", sa.Integer(), server_default="0", nullable=False))
    for index, (column, where) in INDEXES.items():
        op.create_index(index, "case", [column], postgresql_where=sa.text(where))
    op.add_column("notice", sa.Column("agency", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_notice_agency", "notice", ["agency", "created_at"], postgresql_where=sa.text("agency <> ''")
    )
    _evaluations()


def _evaluations() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("resolved", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("source IN ('link', 'call_back')", name=op.f("ck_evaluation_source")),
        sa.CheckConstraint("resolved IN ('yes', 'partly', 'no')", name=op.f("ck_evaluation_resolved")),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("ck_evaluation_satisfaction")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_evaluation_case_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_evaluation_report_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_evaluation_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("report_id", "round", name=op.f("uq_evaluation_report_id_round")),
    )
    op.create_index("ix_evaluation_case_id", "evaluation", ["case_id"])
    op.create_index("ix_evaluation_at", "evaluation", ["at"])
    op.execute("""
        CREATE TRIGGER evaluation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evaluation
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")


def downgrade() -> None:
    op.drop_table("evaluation")
    op.drop_column("notice", "agency")
    for index in INDEXES:
        op.drop_index(index, table_name="case")
    for name in ("reopened", *INSTANTS, "merged_into_id", "parent_id", "handling"):
        op.drop_column("case", name)
