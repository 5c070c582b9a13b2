"""How the ground is divided, with dates: areas (city to community) and grids, each with its versions.

Before: `database`. After: `grids.queries`, and every room that says where something is. A thing keeps its row
and its code for ever; what changes - name, parent, line - is a version with `[valid_from, valid_to)`, and the
database itself refuses two versions of one thing at one time.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id, shape


class AreaLevel(StrEnum):
    """The levels of place above the grid (市, 区县, 街道/镇, 社区/村)."""

    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"


class GridKind(StrEnum):
    """What a grid is for: 综合网格, 专属网格, 微网格."""

    COMPREHENSIVE = "comprehensive"
    EXCLUSIVE = "exclusive"
    MICRO = "micro"


class Area(Base):
    """A city, district, subdistrict or community, whatever its name and line are on a given day."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("level IN ('city', 'district', 'subdistrict', 'community')", name="level"),
    )

    id: Mapped[Id]
    level: Mapped[str]
    code: Mapped[str]


class AreaVersion(Base):
    """One area's name, parent and line from one instant to another."""

    __tablename__ = "area_version"
    __table_args__ = (
        ExcludeConstraint(("area_id", "="), ("valid", "&&"), using="gist", name="ex_area_version_valid"),
        # area_at(point, at): which community is this?
        Index("ix_area_version_geom_valid", "geom", "valid", postgresql_using="gist"),
        # areas_below(parent): the roll-up along the tree
        Index("ix_area_version_parent_id", "parent_id"),
    )

    id: Mapped[Id]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str]
    geom: Mapped[Any | None] = mapped_column(shape("MULTIPOLYGON"))
    valid: Mapped[Range[datetime]]
    source: Mapped[str] = mapped_column(server_default="")


class Grid(Base):
    """A grid; its code is never used again, not even after the grid has ended."""

    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]


class GridVersion(Base):
    """One grid's name, community and line from one instant to another."""

    __tablename__ = "grid_version"
    __table_args__ = (
        ExcludeConstraint(("grid_id", "="), ("valid", "&&"), using="gist", name="ex_grid_version_valid"),
        CheckConstraint("kind IN ('comprehensive', 'exclusive', 'micro')", name="kind"),
        # grid_at(point, at): the hot question of every report
        Index(
            "ix_grid_version_geom_valid",
            "geom",
            "valid",
            postgresql_using="gist",
            postgresql_where=text("kind <> 'micro'"),
        ),
        # micro_grid_at(point, at)
        Index(
            "ix_grid_version_micro_geom_valid",
            "geom",
            "valid",
            postgresql_using="gist",
            postgresql_where=text("kind = 'micro'"),
        ),
        # grids_of(community): the tree, the commander's scope
        Index("ix_grid_version_community_id", "community_id"),
    )

    id: Mapped[Id]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    parent_grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    kind: Mapped[str] = mapped_column(server_default=GridKind.COMPREHENSIVE)
    name: Mapped[str]
    geom: Mapped[Any] = mapped_column(shape("MULTIPOLYGON"))
    valid: Mapped[Range[datetime]]
    source: Mapped[str] = mapped_column(server_default="")


class LayerVersion(Base):
    """The version of one layer of the map: raised by the database itself with every change of the layer's table.

    Tiles are cached by it, so that a loader cannot forget to say that the map has changed. A version is the
    microsecond of the change: no two databases behind one cache have the same by chance.
    """

    __tablename__ = "layer_version"

    layer: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
