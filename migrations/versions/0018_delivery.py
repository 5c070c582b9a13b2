"""How notices travel, what could not be delivered, what fails again and again, and files of reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("notice", sa.Column("body_en", sa.Text(), server_default="", nullable=False))
    op.add_column("notice", sa.Column("to_reporters", sa.Boolean(), server_default="false", nullable=False))
    _channels()
    _deliveries()
    _poison()
    _files()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _key(table: str, column: str, other: str, *, gone: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=gone
    )


def _channels() -> None:
    op.create_table(
        "account_channel",
        _id(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_account_channel_channel")),
        _key("account_channel", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_channel")),
        sa.UniqueConstraint("account_id", "channel", name=op.f("uq_account_channel_account_id_channel")),
    )
    op.create_table(
        "group_robot",
        _id(),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("url_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.CheckConstraint("channel IN ('wecom', 'dingtalk')", name=op.f("ck_group_robot_channel")),
        _key("group_robot", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_robot")),
        sa.UniqueConstraint(
            "organisation_id", "channel", name=op.f("uq_group_robot_organisation_id_channel")
        ),
    )


def _deliveries() -> None:
    op.create_table(
        "notice_delivery",
        _id(),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("group_robot_id", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(account_channel_id, group_robot_id, report_id) = 1",
            name=op.f("ck_notice_delivery_one_address"),
        ),
        _key("notice_delivery", "notice_id", "notice"),
        _key("notice_delivery", "account_channel_id", "account_channel", gone="CASCADE"),
        _key("notice_delivery", "group_robot_id", "group_robot", gone="CASCADE"),
        _key("notice_delivery", "report_id", "report"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_delivery_key")),
    )
    waiting = sa.text("delivered_at IS NULL AND failed_at IS NULL")
    op.create_index(
        "ix_notice_delivery_waiting", "notice_delivery", ["channel", "next_at"], postgresql_where=waiting
    )
    op.create_index(
        "ix_notice_delivery_undelivered",
        "notice_delivery",
        ["created_at"],
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    for column in ("notice_id", "account_channel_id", "group_robot_id"):
        op.create_index(f"ix_notice_delivery_{column}", "notice_delivery", [column])


def _poison() -> None:
    op.create_table(
        "poison",
        _id(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poison")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_poison_kind_subject")),
    )


def _files() -> None:
    op.create_table(
        "report_file",
        _id(),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _key("report_file", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
        sa.UniqueConstraint("digest", name=op.f("uq_report_file_digest")),
    )
    op.create_index("ix_report_file_account_id", "report_file", ["account_id"])
    op.create_table(
        "report_row",
        _id(),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("client_request_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        _key("report_row", "file_id", "report_file"),
        _key("report_row", "case_id", "case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_row")),
        sa.UniqueConstraint("file_id", "row", name=op.f("uq_report_row_file_id_row")),
    )
    op.create_index(
        "ix_report_row_waiting", "report_row", ["id"], postgresql_where=sa.text("done_at IS NULL")
    )


def downgrade() -> None:
    for table in (
        "report_row",
        "report_file",
        "poison",
        "notice_delivery",
        "group_robot",
        "account_channel",
    ):
        op.drop_table(table)
    op.drop_column("notice", "to_reporters")
    op.drop_column("notice", "body_en")
