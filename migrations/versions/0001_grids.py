"""How the ground is divided: areas and grids with dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for extension in ("postgis", "btree_gist", "pg_trgm"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level IN ('city', 'district', 'subdistrict', 'community')", name=op.f("ck_area_level")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_table(
        "grid",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid")),
        sa.UniqueConstraint("code", name=op.f("uq_grid_code")),
    )
    op.create_table(
        "area_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                spatial_index=False,
            ),
            nullable=True,
        ),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("area_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_area_version_valid",
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_version_area_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_version_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_version")),
    )
    op.create_index(
        "ix_area_version_geom_valid", "area_version", ["geom", "valid"], unique=False, postgresql_using="gist"
    )
    op.create_index("ix_area_version_parent_id", "area_version", ["parent_id"], unique=False)
    op.create_table(
        "grid_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_grid_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="comprehensive", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_grid_version_valid",
        ),
        sa.CheckConstraint(
            "kind IN ('comprehensive', 'exclusive', 'micro')", name=op.f("ck_grid_version_kind")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["area.id"], name=op.f("fk_grid_version_community_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_grid_version_grid_id")),
        sa.ForeignKeyConstraint(["parent_grid_id"], ["grid.id"], name=op.f("fk_grid_version_parent_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_version")),
    )
    op.create_index("ix_grid_version_community_id", "grid_version", ["community_id"], unique=False)
    op.create_index(
        "ix_grid_version_geom_valid",
        "grid_version",
        ["geom", "valid"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("kind <> 'micro'"),
    )
    op.create_index(
        "ix_grid_version_micro_geom_valid",
        "grid_version",
        ["geom", "valid"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("kind = 'micro'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_grid_version_micro_geom_valid",
        table_name="grid_version",
        postgresql_using="gist",
        postgresql_where=sa.text("kind = 'micro'"),
    )
    op.drop_index(
        "ix_grid_version_geom_valid",
        table_name="grid_version",
        postgresql_using="gist",
        postgresql_where=sa.text("kind <> 'micro'"),
    )
    op.drop_index("ix_grid_version_community_id", table_name="grid_version")
    op.drop_table("grid_version")
    op.drop_index("ix_area_version_parent_id", table_name="area_version")
    op.drop_index("ix_area_version_geom_valid", table_name="area_version", postgresql_using="gist")
    op.drop_table("area_version")
    op.drop_table("grid")
    op.drop_table("area")
