"""Who read a reporter's telephone, and why; the inbox of an organisation; since when sign-ins fail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_access",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_contact_access_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_access"),
    )
    op.create_index("ix_contact_access_report_id", "contact_access", ["report_id"])
    op.execute("""
        CREATE TRIGGER contact_access_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_access
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")
    op.create_index("ix_notice_organisation_id", "notice", ["organisation_id", "created_at"])
    op.add_column("account", sa.Column("failing_since", sa.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "failing_since")
    op.drop_index("ix_notice_organisation_id", "notice")
    op.drop_table("contact_access")
