"""Questions about how the ground is divided: which grid is here, which grids are near.

Before: `grids.models`. After: `staff.queries`, `cases.grid`. On the line: a point on a shared line or corner belongs
to the grid with the smaller code, and to exactly one; a point in a hole belongs to none.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class GridHere:
    """A grid as it is at an instant."""

    grid_id: int
    code: str
    name: str
    community_id: int


# index: ix_grid_version_geom_valid
_GRID_AT = text("""
    SELECT v.grid_id, g.code, v.name, v.community_id
    FROM grid_version v JOIN grid g ON g.id = v.grid_id
    WHERE ST_Covers(v.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490))
      AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
    ORDER BY g.code LIMIT 1
""")

# index: ix_grid_version_geom_valid; the square is a little larger than the circle, the geography decides
_GRIDS_NEAR = text("""
    SELECT v.grid_id, g.code, v.name, v.community_id
    FROM grid_version v JOIN grid g ON g.id = v.grid_id,
         (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4490) AS point) here
    WHERE v.geom && ST_Expand(here.point, :radius_m / (111320.0 * cos(radians(:lat))), :radius_m / 110574.0)
      AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
      AND ST_DWithin(ST_Transform(v.geom, 4326)::geography, ST_Transform(here.point, 4326)::geography, :radius_m)
    ORDER BY g.code
""")


def grid_at(session: Session, lon: float, lat: float, at: datetime) -> GridHere | None:
    """Give the grid at a point (EPSG:4490 degrees) at an instant, or None where no grid lies."""
    row = session.execute(_GRID_AT, {"lon": lon, "lat": lat, "at": at}).first()
    return GridHere(*row) if row else None


def grids_near(session: Session, lon: float, lat: float, radius_m: float, at: datetime) -> list[GridHere]:
    """Give the grids that a circle around a point touches, by code; several mean that a line is near."""
    rows = session.execute(_GRIDS_NEAR, {"lon": lon, "lat": lat, "radius_m": radius_m, "at": at})
    return [GridHere(*row) for row in rows]


@dataclass(frozen=True)
class GridShape:
    """A grid with its outline: GeoJSON, degrees, simplified to about a metre."""

    grid_id: int
    code: str
    name: str
    outline: dict[str, Any]


# index: ex_grid_version_valid
_SHAPES = text("""
    SELECT v.grid_id, g.code, v.name, ST_AsGeoJSON(ST_SimplifyPreserveTopology(v.geom, 0.00001), 6)
    FROM grid_version v JOIN grid g ON g.id = v.grid_id
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:at AS timestamptz) ORDER BY g.code
""")


def grid_shapes(session: Session, grid_ids: Collection[int], at: datetime) -> list[GridShape]:
    """Give some grids with their outlines, by code, as they are at an instant."""
    rows = session.execute(_SHAPES, {"grids": sorted(grid_ids), "at": at})
    return [GridShape(row[0], row[1], row[2], json.loads(row[3])) for row in rows]
