"""A case and all that is written about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("case_number")))
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "case_type",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("limit_value", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), server_default="", nullable=False),
        sa.Column("agency", sa.Text(), server_default="", nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="), (sa.column("valid"), "&&"), using="gist", name="ex_case_type_valid"
        ),
        sa.CheckConstraint(
            "authority IN ('grid', 'community', 'subdistrict', 'district')",
            name=op.f("ck_case_type_authority"),
        ),
        sa.CheckConstraint("kind IN ('component', 'event', 'livelihood')", name=op.f("ck_case_type_kind")),
        sa.CheckConstraint("limit_unit IN ('UH', 'WH', 'WD', 'ND')", name=op.f("ck_case_type_limit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_type")),
    )
    op.create_table(
        "case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("case_type_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reported_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("moved_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("deadline", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                spatial_index=False,
            ),
            nullable=True,
        ),
        sa.Column("radius_m", sa.Float(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("place_label", sa.Text(), server_default="", nullable=False),
        sa.Column("location", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("agency", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_case_area_id")),
        sa.ForeignKeyConstraint(["case_type_id"], ["case_type.id"], name=op.f("fk_case_case_type_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_case_grid_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_case_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_case_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_case_place_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_index(
        "ix_case_open_grid_id",
        "case",
        ["grid_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_open_member_id",
        "case",
        ["member_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_open_moved_at",
        "case",
        ["moved_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_open_point",
        "case",
        ["point"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_open_state_due_at",
        "case",
        ["state", "due_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("receipt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_assignment_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_assignment_case_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_assignment_grid_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_assignment_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assignment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_case_id", "assignment", ["case_id"], unique=False)
    op.create_table(
        "case_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_log_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_log_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_log")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_case_log_case_id_seq")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_photo_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_photo_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("case_id", "sha256", name=op.f("uq_photo_case_id_sha256")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("client_request_id", sa.Text(), nullable=False),
        sa.Column("tracking_token", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pin", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), server_default="zh", nullable=False),
        sa.Column("reported_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("forget_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_report_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("client_request_id", name=op.f("uq_report_client_request_id")),
        sa.UniqueConstraint("tracking_token", name=op.f("uq_report_tracking_token")),
    )
    op.create_index("ix_report_case_id", "report", ["case_id"], unique=False)
    op.create_index(
        "ix_report_forget_at",
        "report",
        ["forget_at"],
        unique=False,
        postgresql_where=sa.text("contact_sealed IS NOT NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), server_default="app", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("send_after", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("failed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_organisation_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_notice_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_member_id", "notice", ["member_id", "created_at"], unique=False)
    op.create_index(
        "ix_notice_unsent",
        "notice",
        ["send_after"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_notice_unsent",
        table_name="notice",
        postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
    )
    op.drop_index("ix_notice_member_id", table_name="notice")
    op.drop_table("notice")
    op.drop_index(
        "ix_report_forget_at", table_name="report", postgresql_where=sa.text("contact_sealed IS NOT NULL")
    )
    op.drop_index("ix_report_case_id", table_name="report")
    op.drop_table("report")
    op.drop_table("photo")
    op.drop_table("case_log")
    op.drop_index("ix_assignment_case_id", table_name="assignment")
    op.drop_table("assignment")
    op.drop_index(
        "ix_case_open_state_due_at", table_name="case", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index(
        "ix_case_open_point",
        table_name="case",
        postgresql_using="gist",
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_case_open_moved_at", table_name="case", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index("ix_case_open_member_id", table_name="case", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index("ix_case_open_grid_id", table_name="case", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_table("case")
    op.drop_table("case_type")
    op.drop_table("calendar_day")
    op.execute(sa.schema.DropSequence(sa.Sequence("case_number")))
