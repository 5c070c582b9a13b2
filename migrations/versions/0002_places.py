"""What stands on the ground: compounds, buildings, households, roads, names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "compound",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4490,
                spatial_index=False,
            ),
            nullable=True,
        ),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compound")),
        sa.UniqueConstraint("code", name=op.f("uq_compound_code")),
    )
    op.create_table(
        "ground",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "geom",
            Geometry(
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground")),
        sa.UniqueConstraint("code", name=op.f("uq_ground_code")),
    )
    op.create_index("ix_ground_geom", "ground", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "road",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("highway", sa.Text(), server_default="", nullable=False),
        sa.Column("oneway", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("bridge", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="LINESTRING",
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road")),
        sa.UniqueConstraint("code", name=op.f("uq_road_code")),
    )
    op.create_index("ix_road_geom", "road", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "building",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("compound_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.Column("road", sa.Text(), server_default="", nullable=False),
        sa.Column("house_number", sa.Text(), server_default="", nullable=False),
        sa.Column("floors", sa.BigInteger(), nullable=True),
        sa.Column("use", sa.Text(), server_default="", nullable=False),
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
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_building_compound_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_building_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
        sa.UniqueConstraint("code", name=op.f("uq_building_code")),
    )
    op.create_index("ix_building_compound_id", "building", ["compound_id"], unique=False)
    op.create_index("ix_building_geom", "building", ["geom"], unique=False, postgresql_using="gist")
    op.create_index("ix_building_grid_id", "building", ["grid_id"], unique=False)
    op.create_table(
        "entrance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_entrance_building_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrance")),
        sa.UniqueConstraint("building_id", "name", name=op.f("uq_entrance_building_id_name")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.Column("compound_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "since", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('compound', 'building', 'address', 'road', 'community', 'poi', 'nickname')",
            name=op.f("ck_place_kind"),
        ),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_place_building_id")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_place_compound_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
    )
    op.create_index("ix_place_kind_source", "place", ["kind", "source"], unique=False)
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.Column("entrance_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.Column("floor", sa.Text(), server_default="", nullable=False),
        sa.Column("room", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4490,
                spatial_index=False,
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_household_building_id")),
        sa.ForeignKeyConstraint(["entrance_id"], ["entrance.id"], name=op.f("fk_household_entrance_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_household_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("code", name=op.f("uq_household_code")),
    )
    op.create_index("ix_household_building_id", "household", ["building_id"], unique=False)
    op.create_index("ix_household_grid_id", "household", ["grid_id"], unique=False)
    op.create_index("ix_household_point", "household", ["point"], unique=False, postgresql_using="gist")
    op.create_table(
        "place_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_place_key_place_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "place_id", name=op.f("pk_place_key")),
    )
    op.create_index("ix_place_key_place_id", "place_key", ["place_id"], unique=False)
    op.create_table(
        "household_access",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_access_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_access")),
    )
    op.create_index(
        "ix_household_access_household_id_at", "household_access", ["household_id", "at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_household_access_household_id_at", table_name="household_access")
    op.drop_table("household_access")
    op.drop_index("ix_place_key_place_id", table_name="place_key")
    op.drop_table("place_key")
    op.drop_index("ix_household_point", table_name="household", postgresql_using="gist")
    op.drop_index("ix_household_grid_id", table_name="household")
    op.drop_index("ix_household_building_id", table_name="household")
    op.drop_table("household")
    op.drop_index("ix_place_kind_source", table_name="place")
    op.drop_table("place")
    op.drop_table("entrance")
    op.drop_index("ix_building_grid_id", table_name="building")
    op.drop_index("ix_building_geom", table_name="building", postgresql_using="gist")
    op.drop_index("ix_building_compound_id", table_name="building")
    op.drop_table("building")
    op.drop_index("ix_road_geom", table_name="road", postgresql_using="gist")
    op.drop_table("road")
    op.drop_index("ix_ground_geom", table_name="ground", postgresql_using="gist")
    op.drop_table("ground")
    op.drop_table("compound")
