"""Clocks: one a case, stage, level and round; pauses, moves of deadlines, the city's limits, known calendar years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
RUNNING = sa.text("stopped_at IS NULL")
UNITS = "limit_unit IN ('UH', 'WH', 'WD', 'ND')"
LEVEL = "level IN ('grid', 'community', 'subdistrict', 'district')"
VERSIONED = {"clock_limit": "clock_limits", "calendar_year": "calendar"}
ONLY_ADDED = ("clock_change", "calendar_change")
LIMITS = (
    ("dispatch", "community", 2, "WH"),
    ("dispatch", "subdistrict", 2, "WH"),
    ("dispatch", "district", 4, "WH"),
    ("pre_check", "grid", 2, "WH"),
    ("accept", "grid", 4, "WH"),
    ("accept", "community", 4, "WH"),
    ("accept", "subdistrict", 1, "WD"),
    ("handle", "community", 1, "WD"),
    ("handle", "subdistrict", 1, "WD"),
    ("handle", "district", 2, "WD"),
    ("check", "community", 1, "WD"),
    ("check", "subdistrict", 1, "WD"),
    ("callback", "community", 3, "WD"),
)


def upgrade() -> None:
    _clocks()
    _rows_of_clocks()
    _reference()
    _guards()
    _fill()


def _clocks() -> None:
    op.create_table(
        "case_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("limit_value", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("original_due_at", AT, nullable=False),
        sa.Column("provisional", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("arithmetic", JSON, server_default="{}", nullable=False),
        sa.Column("extensions", JSON, server_default="[]", nullable=False),
        sa.Column("calendar_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stopped_at", AT, nullable=True),
        sa.Column("next_at", AT, nullable=True),
        sa.Column("reminded_at", AT, nullable=True),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("excused_at", AT, nullable=True),
        sa.Column("excused_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(UNITS, name=op.f("ck_case_clock_limit_unit")),
        sa.CheckConstraint(LEVEL, name=op.f("ck_case_clock_level")),
        sa.CheckConstraint(
            "round > 0 AND due_at >= started_at AND stopped_at >= started_at",
            name=op.f("ck_case_clock_order"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_clock_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_case_clock_organisation_id")
        ),
        sa.ForeignKeyConstraint(["excused_by"], ["account.id"], name=op.f("fk_case_clock_excused_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
        sa.UniqueConstraint(
            "case_id", "stage", "level", "round", name=op.f("uq_case_clock_case_id_stage_level_round")
        ),
    )
    op.create_index(
        "uq_case_clock_running",
        "case_clock",
        ["case_id", "stage", "level"],
        unique=True,
        postgresql_where=RUNNING,
    )
    op.create_index(
        "ix_case_clock_stage_next_at",
        "case_clock",
        ["stage", "next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_case_clock_calendar_version", "case_clock", ["calendar_version"], postgresql_where=RUNNING
    )


def _rows_of_clocks() -> None:
    op.create_table(
        "clock_pause",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("clock_id"), "="),
            (sa.text("tstzrange(from_at, coalesce(ended_at, until_at))"), "&&"),
            using="gist",
            name="ex_clock_pause_span",
        ),
        sa.CheckConstraint(
            "until_at > from_at AND ended_at BETWEEN from_at AND until_at", name=op.f("ck_clock_pause_order")
        ),
        sa.ForeignKeyConstraint(["clock_id"], ["case_clock.id"], name=op.f("fk_clock_pause_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
        sa.UniqueConstraint("clock_id", "from_at", name=op.f("uq_clock_pause_clock_id_from_at")),
    )
    op.create_table(
        "clock_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("due_before", AT, nullable=False),
        sa.Column("due_after", AT, nullable=False),
        sa.Column("detail", JSON, server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["case_clock.id"], name=op.f("fk_clock_change_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_change")),
    )
    op.create_index("ix_clock_change_clock_id", "clock_change", ["clock_id"])


def _reference() -> None:
    limits = op.create_table(
        "clock_limit",
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("limit_value", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('dispatch', 'pre_check', 'accept', 'handle', 'check', 'callback')",
            name=op.f("ck_clock_limit_stage"),
        ),
        sa.CheckConstraint(LEVEL, name=op.f("ck_clock_limit_level")),
        sa.CheckConstraint(UNITS, name=op.f("ck_clock_limit_limit_unit")),
        sa.CheckConstraint("limit_value > 0", name=op.f("ck_clock_limit_limit_value")),
        sa.PrimaryKeyConstraint("stage", "level", name=op.f("pk_clock_limit")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", JSON, server_default="{}", nullable=False),
        sa.Column("deadlines", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_change_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    for table, layer in VERSIONED.items():
        op.execute(f"""
            CREATE TRIGGER {table}_layer_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION raise_layer_version('{layer}')""")
    names = ("stage", "level", "limit_value", "limit_unit")
    op.bulk_insert(limits, [dict(zip(names, row, strict=True)) for row in LIMITS])


def _guards() -> None:
    """What a clock began with is never changed, and no clock is ever taken away."""
    op.execute("""
        CREATE FUNCTION refuse_reset() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.case_id, NEW.stage, NEW.level, NEW.round, NEW.started_at, NEW.limit_value, NEW.limit_unit,
                NEW.original_due_at)
               IS DISTINCT FROM
               (OLD.case_id, OLD.stage, OLD.level, OLD.round, OLD.started_at, OLD.limit_value, OLD.limit_unit,
                OLD.original_due_at)
            THEN
                RAISE EXCEPTION 'a clock is never reset' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$""")
    op.execute("""
        CREATE TRIGGER case_clock_no_reset BEFORE UPDATE ON case_clock
        FOR EACH ROW EXECUTE FUNCTION refuse_reset()""")
    for table in ("case_clock", "clock_pause"):
        op.execute(f"""
            CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")
    for table in ONLY_ADDED:
        op.execute(f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")


def _fill() -> None:
    """Give the cases of before the handling clock they had, and the calendar the years it speaks for."""
    op.execute("""
        INSERT INTO calendar_year (year, source, settled_at)
        SELECT DISTINCT extract(year FROM day)::integer, '', now() FROM calendar_day""")
    op.execute("""
        INSERT INTO case_clock (case_id, stage, level, round, started_at, limit_value, limit_unit, due_at,
                                original_due_at, provisional, arithmetic, stopped_at, next_at)
        SELECT c.id, 'handle', t.authority, 1, least(given.at, c.due_at), t.limit_value, t.limit_unit,
               c.due_at, c.due_at,
               coalesce((c.deadline->>'provisional')::boolean, false),
               jsonb_build_object('words', coalesce(c.deadline->'arithmetic', '[]')),
               ended.at, CASE WHEN ended.at IS NULL THEN c.due_at END
        FROM "case" c JOIN case_type t ON t.id = c.case_type_id
        CROSS JOIN LATERAL (SELECT coalesce((c.deadline->>'from')::timestamptz, c.reported_at) AS at) given
        CROSS JOIN LATERAL (
            SELECT CASE WHEN c.state IN ('acted', 'closed', 'void') THEN greatest(given.at, coalesce(
                (SELECT max(l.at) FROM case_log l WHERE l.case_id = c.id AND l.move = 'act'),
                c.closed_at, c.moved_at)) END AS at
        ) ended
        WHERE c.due_at IS NOT NULL""")


def downgrade() -> None:
    for table in (
        "calendar_change",
        "calendar_year",
        "clock_limit",
        "clock_change",
        "clock_pause",
        "case_clock",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_reset()")
