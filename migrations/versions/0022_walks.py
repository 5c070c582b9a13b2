"""The round: what happened on it, whom households let in when, rhythms, errands, tours of service windows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("outreach_count", "outreach", "errand", "household_rhythm", "household_wish", "patrol_event")


def upgrade() -> None:
    _rounds()
    _events()
    _wishes()
    _rhythms()
    _errands()
    _outreach()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    op.drop_index("ix_patrol_member_id_starts_at", table_name="patrol")
    op.drop_column("patrol", "left_out")
    op.drop_index("ix_visit_member_id_at", table_name="visit")
    op.drop_column("visit", "template")
    op.drop_column("visit", "note")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable)


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _to(
    table: str, other: str, *, nullable: bool = False, name: str = ""
) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column = name or f"{other}_id"
    return (
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")),
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _point() -> sa.Column[object]:
    return sa.Column(
        "point", Geometry("POINT", srid=4490, spatial_index=False, nullable=False), nullable=False
    )


def _rounds() -> None:
    op.add_column("patrol", sa.Column("left_out", postgresql.JSONB(), server_default="[]", nullable=False))
    op.create_index("ix_patrol_member_id_starts_at", "patrol", ["member_id", "starts_at"])
    op.add_column("visit", _text("template", ""))
    # visits_of_day(member)
    op.create_index("ix_visit_member_id_at", "visit", ["member_id", "at"])
    op.add_column("visit", sa.Column("note", postgresql.JSONB(), server_default="{}", nullable=False))


def _events() -> None:
    op.create_table(
        "patrol_event",
        _id(),
        *_to("patrol_event", "patrol"),
        _text("request"),
        _text("kind"),
        _text("stop_key", ""),
        _text("how", "hand"),
        _time("at"),
        _time("received_at"),
        _time("until", nullable=True),
        sa.Column("note", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "kind IN ('start', 'pause', 'done', 'skip', 'postpone', 'reorder', 'replan', 'finish')",
            name=op.f("ck_patrol_event_kind"),
        ),
        sa.CheckConstraint("how IN ('hand', 'near')", name=op.f("ck_patrol_event_how")),
        _key("patrol_event"),
        sa.UniqueConstraint("request", name=op.f("uq_patrol_event_request")),
    )
    op.create_index("ix_patrol_event_patrol_id", "patrol_event", ["patrol_id"])
    op.create_index(
        "ix_patrol_event_stop_key", "patrol_event", ["stop_key", "at"],
        postgresql_where=sa.text("kind IN ('done', 'postpone')"),
    )  # fmt: skip


def _wishes() -> None:
    op.create_table(
        "household_wish",
        _id(),
        *_to("household_wish", "household"),
        sa.Column("no_visits", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("hours", postgresql.JSONB(), server_default="[]", nullable=False),
        _text("purpose"),
        *_to("household_wish", "account"),
        _time("at"),
        _time("forget_at"),
        sa.CheckConstraint("forget_at > at", name=op.f("ck_household_wish_forget_at")),
        sa.CheckConstraint("btrim(purpose) <> ''", name=op.f("ck_household_wish_purpose")),
        _key("household_wish"),
    )
    op.create_index("ix_household_wish_household_id_at", "household_wish", ["household_id", "at"])


def _rhythms() -> None:
    op.create_table(
        "household_rhythm",
        _id(),
        *_to("household_rhythm", "household"),
        _text("duty"),
        _text("rhythm"),
        _text("purpose"),
        _time("at"),
        _time("ends_at"),
        sa.CheckConstraint("ends_at > at", name=op.f("ck_household_rhythm_ends_at")),
        _key("household_rhythm"),
        sa.UniqueConstraint("household_id", "duty", name=op.f("uq_household_rhythm_household_id_duty")),
    )


def _errands() -> None:
    op.create_table(
        "errand",
        _id(),
        *_to("errand", "grid"),
        *_to("errand", "household", nullable=True),
        _text("kind"),
        _text("label"),
        _point(),
        sa.Column("minutes", sa.Integer(), server_default="5", nullable=False),
        _text("rhythm", ""),
        _time("due_at", nullable=True),
        _time("done_at", nullable=True),
        sa.CheckConstraint("kind IN ('paper', 'checkpoint')", name=op.f("ck_errand_kind")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_errand_minutes")),
        _key("errand"),
    )
    op.create_index(
        "ix_errand_open_grid_id", "errand", ["grid_id"], postgresql_where=sa.text("done_at IS NULL")
    )


def _outreach() -> None:
    op.create_table(
        "outreach",
        _id(),
        _text("code"),
        _text("name"),
        *_to("outreach", "area"),
        _text("place"),
        sa.Column("point", Geometry("POINT", srid=4490, spatial_index=False), nullable=True),
        _text("days"),
        _text("opens", "09:00"),
        _text("closes", "12:00"),
        sa.Column("services", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        _time("starts_at"),
        _time("ended_at", nullable=True),
        _key("outreach"),
        sa.UniqueConstraint("code", name=op.f("uq_outreach_code")),
    )
    op.create_index("ix_outreach_area_id", "outreach", ["area_id"])
    op.create_table(
        "outreach_count",
        _id(),
        *_to("outreach_count", "outreach"),
        sa.Column("day", sa.Date(), nullable=False),
        _text("what"),
        _text("unit"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at_least", sa.Boolean(), server_default="false", nullable=False),
        *_to("outreach_count", "account"),
        _time("at"),
        sa.CheckConstraint('"count" >= 0', name=op.f("ck_outreach_count_count")),
        _key("outreach_count"),
        sa.UniqueConstraint(
            "outreach_id", "day", "what", name=op.f("uq_outreach_count_outreach_id_day_what")
        ),
    )
