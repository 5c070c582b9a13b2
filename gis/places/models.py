"""What stands on the ground: compounds, buildings, households, roads, ground cover, and their names.

Before: `grids.models`. After: `places.queries`, the importers, the geocoder. `grid_id` on buildings and
households is today's answer, kept for speed by `places.queries.rehome`; any other date is answered from the
lines themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from gis.database import Base, Id, shape


class Compound(Base):
    """A residential compound (小区) or village, under its name and the names people use."""

    __tablename__ = "compound"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(server_default="{}")
    address: Mapped[str] = mapped_column(server_default="")
    geom: Mapped[Any | None] = mapped_column(shape("MULTIPOLYGON"))
    source: Mapped[str] = mapped_column(server_default="")


class Building(Base):
    """A building (楼栋): its footprint, its number in the compound and on the road."""

    __tablename__ = "building"
    __table_args__ = (
        UniqueConstraint("code"),
        # tiles: buildings of a map window
        Index("ix_building_geom", "geom", postgresql_using="gist"),
        # buildings_of(grid): the member's list, the figures
        Index("ix_building_grid_id", "grid_id"),
        # buildings_of(compound): "几号楼?"
        Index("ix_building_compound_id", "compound_id"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compound.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    road: Mapped[str] = mapped_column(server_default="")
    house_number: Mapped[str] = mapped_column(server_default="")
    floors: Mapped[int | None]
    use: Mapped[str] = mapped_column(server_default="")
    geom: Mapped[Any] = mapped_column(shape("MULTIPOLYGON"))
    source: Mapped[str] = mapped_column(server_default="")


class Entrance(Base):
    """A door of a building (单元)."""

    __tablename__ = "entrance"
    __table_args__ = (UniqueConstraint("building_id", "name"),)

    id: Mapped[Id]
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    name: Mapped[str]
    point: Mapped[Any] = mapped_column(shape("POINT"))


class Household(Base):
    """A household's door: where it is, not who lives there."""

    __tablename__ = "household"
    __table_args__ = (
        UniqueConstraint("code"),
        # households_of(grid): counts on the map, the member's scope
        Index("ix_household_grid_id", "grid_id"),
        # households_of(building), and matching a load's rows again
        Index("ix_household_building_id", "building_id"),
        # rehome(area): households under a changed line
        Index("ix_household_point", "point", postgresql_using="gist"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrance.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    floor: Mapped[str] = mapped_column(server_default="")
    room: Mapped[str] = mapped_column(server_default="")
    point: Mapped[Any] = mapped_column(shape("POINT"))
    source: Mapped[str] = mapped_column(server_default="")


class Road(Base):
    """A stretch of road, path or bridge between two junctions."""

    __tablename__ = "road"
    __table_args__ = (
        UniqueConstraint("code"),
        # tiles: roads of a map window
        Index("ix_road_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    highway: Mapped[str] = mapped_column(server_default="")
    oneway: Mapped[bool] = mapped_column(server_default="false")
    bridge: Mapped[bool] = mapped_column(server_default="false")
    geom: Mapped[Any] = mapped_column(shape("LINESTRING"))
    source: Mapped[str] = mapped_column(server_default="")


class Ground(Base):
    """Ground cover for the base map: water, green, field, square, rail."""

    __tablename__ = "ground"
    __table_args__ = (
        UniqueConstraint("code"),
        # tiles: ground of a map window
        Index("ix_ground_geom", "geom", postgresql_using="gist"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    geom: Mapped[Any] = mapped_column(shape("GEOMETRY"))
    source: Mapped[str] = mapped_column(server_default="")


class Place(Base):
    """A name that words can mean: the gazetteer's row, made from the tables above or taught by a member."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "kind IN ('compound', 'building', 'address', 'road', 'crossing', 'community', 'poi', 'nickname')",
            name="kind",
        ),
        # gazetteer refresh after a load: the rows of one source
        Index("ix_place_kind_source", "kind", "source"),
        # known(): the nicknames of a row
        Index("ix_place_named_id", "named_id", postgresql_where=text("named_id IS NOT NULL")),
    )

    id: Mapped[Id]
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    aliases: Mapped[list[str]] = mapped_column(server_default="{}")
    point: Mapped[Any] = mapped_column(shape("POINT"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("compound.id"))
    # the row of which this one is a nickname
    named_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    source: Mapped[str] = mapped_column(server_default="")
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class HouseholdAccess(Base):
    """民情足迹: who read or changed a household's record, when, for which purpose; only ever added."""

    __tablename__ = "household_access"
    __table_args__ = (
        # footprint(household): what the resident is shown
        Index("ix_household_access_household_id_at", "household_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    at: Mapped[datetime]
    account: Mapped[str]
    role: Mapped[str]
    purpose: Mapped[str]
    act: Mapped[str]
