"""What a tablet sent and what the server said to it; pictures on their way up, piece by piece."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _requests()
    _uploads()


def downgrade() -> None:
    op.drop_table("upload")
    op.drop_table("device_request")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _requests() -> None:
    op.create_table(
        "device_request",
        _id(),
        _big("account_id"),
        _text("device"),
        _big("seq"),
        _text("request"),
        _text("kind"),
        _big("case_id", nullable=True),
        _time("done_at"),
        _time("received_at"),
        _text("outcome"),
        sa.Column("told", postgresql.JSONB(), server_default="{}", nullable=False),
        _time("seen_at", nullable=True),
        sa.CheckConstraint(
            "outcome IN ('done', 'handed', 'kept', 'refused')", name=op.f("ck_device_request_outcome")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_request_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_device_request_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_request")),
        sa.UniqueConstraint("account_id", "request", name=op.f("uq_device_request_account_id_request")),
    )
    # cards(account): what came of it otherwise than meant, until it was read
    op.create_index(
        "ix_device_request_unseen", "device_request", ["account_id"],
        postgresql_where=sa.text("seen_at IS NULL AND outcome <> 'done'"),
    )  # fmt: skip
    # forget(now)
    op.create_index(
        "ix_device_request_received_at", "device_request", ["received_at"], postgresql_using="brin"
    )


def _uploads() -> None:
    op.create_table(
        "upload",
        _id(),
        _big("account_id"),
        _text("request"),
        _big("size_bytes"),
        _text("sha256"),
        _big("received_bytes"),
        _time("moved_at"),
        sa.CheckConstraint("received_bytes BETWEEN 0 AND size_bytes", name=op.f("ck_upload_received_bytes")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_upload_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("account_id", "request", name=op.f("uq_upload_account_id_request")),
    )
    # sweep(now): pieces that nobody asked for any more
    op.create_index("ix_upload_moved_at", "upload", ["moved_at"])
