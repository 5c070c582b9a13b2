"""Plans of the redraw: units, drafts with their edits, which grid came from which, hand-over sheets."""

from __future__ import annotations

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)
APPEND_ONLY = ("plan_edit", "plan_log", "grid_lineage", "handover_line")
STATES = "'draft', 'submitted', 'reviewed', 'approved', 'adopted', 'called_off'"


def upgrade() -> None:
    _units()
    _plans()
    _handovers()
    for table in APPEND_ONLY:
        op.execute(f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")


def _key(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _to(table: str, column: str, target: str, *, null: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.BigInteger(), nullable=null),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}")),
    ]


def _units() -> None:
    op.create_table(
        "unit_set",
        *_key("unit_set"),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("base_at", TIME, nullable=False),
        sa.Column("counted_at", TIME, nullable=False),
        sa.Column("area_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
    )
    op.create_table(
        "planning_unit",
        *_to("planning_unit", "unit_set_id", "unit_set"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_to("planning_unit", "community_id", "area"),
        *_to("planning_unit", "grid_id", "grid", null=True),
        *_to("planning_unit", "compound_id", "compound", null=True),
        sa.Column(
            "geom",
            geoalchemy2.Geometry("MULTIPOLYGON", srid=4490, spatial_index=False),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.Float(), server_default="0", nullable=False)
            for name in ("area_m2", "outline_m", "walking_min")
        ),
        *(
            sa.Column(name, sa.Integer(), server_default="0", nullable=False)
            for name in ("households", "buildings", "care", "open_cases", "past_cases")
        ),
        sa.PrimaryKeyConstraint("unit_set_id", "number", name=op.f("pk_planning_unit")),
    )
    op.create_index("ix_planning_unit_geom", "planning_unit", ["geom"], postgresql_using="gist")
    op.create_table(
        "unit_neighbour",
        *_to("unit_neighbour", "unit_set_id", "unit_set"),
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("shared_m", sa.Float(), nullable=False),
        sa.Column("barrier", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("one < other", name=op.f("ck_unit_neighbour_order")),
        sa.PrimaryKeyConstraint("unit_set_id", "one", "other", name=op.f("pk_unit_neighbour")),
    )


def _plans() -> None:
    steps = ("submitted", "reviewed", "approved", "called_off")
    op.create_table(
        "boundary_plan",
        *_key("boundary_plan"),
        *_to("boundary_plan", "unit_set_id", "unit_set"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("weights", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("limits", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        *_to("boundary_plan", "made_by", "account", null=True),
        sa.Column("made_at", TIME, nullable=False),
        *(column for step in steps for column in _to("boundary_plan", f"{step}_by", "account", null=True)),
        *(sa.Column(f"{step}_at", TIME, nullable=True) for step in steps),
        sa.Column("effective_at", TIME, nullable=True),
        sa.Column("adopted_at", TIME, nullable=True),
        *_to("boundary_plan", "reverses_id", "boundary_plan", null=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_boundary_plan_state")),
        sa.CheckConstraint("approved_by <> submitted_by", name=op.f("ck_boundary_plan_two_people")),
    )
    op.create_index("ix_boundary_plan_unit_set_id", "boundary_plan", ["unit_set_id"])
    op.create_index(
        "ix_boundary_plan_due",
        "boundary_plan",
        ["effective_at"],
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_table(
        "plan_edit",
        *_key("plan_edit"),
        *_to("plan_edit", "plan_id", "boundary_plan"),
        *_to("plan_edit", "after_id", "plan_edit", null=True),
        sa.Column("at", TIME, nullable=False),
        *_to("plan_edit", "account_id", "account", null=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.create_index("ix_plan_edit_plan_id", "plan_edit", ["plan_id"])
    op.create_table(
        "plan_log",
        *_key("plan_log"),
        *_to("plan_log", "plan_id", "boundary_plan"),
        sa.Column("at", TIME, nullable=False),
        *_to("plan_log", "account_id", "account", null=True),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
    )
    op.create_index("ix_plan_log_plan_id", "plan_log", ["plan_id"])
    op.create_table(
        "grid_lineage",
        *_key("grid_lineage"),
        *_to("grid_lineage", "plan_id", "boundary_plan"),
        sa.Column("at", TIME, nullable=False),
        *_to("grid_lineage", "from_grid_id", "grid"),
        *_to("grid_lineage", "to_grid_id", "grid"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('split', 'merge', 'moved', 'restored')", name=op.f("ck_grid_lineage_kind")
        ),
    )
    op.create_index("ix_grid_lineage_from_grid_id", "grid_lineage", ["from_grid_id"])
    op.create_index("ix_grid_lineage_to_grid_id", "grid_lineage", ["to_grid_id"])


def _handovers() -> None:
    people = ("from_member", "to_member", "from_organisation", "to_organisation")
    op.create_table(
        "handover",
        *_key("handover"),
        *_to("handover", "plan_id", "boundary_plan"),
        sa.Column("at", TIME, nullable=False),
        *(column for who in people for column in _to("handover", f"{who}_id", who.split("_")[1], null=True)),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        *(
            column
            for side in ("from", "to")
            for column in _to("handover", f"signed_{side}_by", "account", null=True)
        ),
        *(sa.Column(f"signed_{side}_at", TIME, nullable=True) for side in ("from", "to")),
    )
    op.create_index("ix_handover_plan_id", "handover", ["plan_id"])
    for who in people:
        op.create_index(f"ix_handover_{who}_id", "handover", [f"{who}_id"])
    op.create_table(
        "handover_line",
        *_to("handover_line", "handover_id", "handover"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        *_to("handover_line", "from_grid_id", "grid", null=True),
        *_to("handover_line", "to_grid_id", "grid", null=True),
        sa.CheckConstraint(
            "kind IN ('household', 'building', 'case', 'patrol', 'visit')", name=op.f("ck_handover_line_kind")
        ),
        sa.PrimaryKeyConstraint("handover_id", "kind", "subject_id", name=op.f("pk_handover_line")),
    )


def downgrade() -> None:
    for table in (
        "handover_line",
        "handover",
        "grid_lineage",
        "plan_log",
        "plan_edit",
        "boundary_plan",
        "unit_neighbour",
        "planning_unit",
        "unit_set",
    ):
        op.drop_table(table)
