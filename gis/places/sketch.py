"""What a small printed map shows: water and green, buildings, roads with their names, compounds, grids' lines.

Before: `places.models`. After: `webmap.public.sketch` draws it. Shapes come clipped to the window, EPSG:4490 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 3000
WINDOW = "ST_MakeEnvelope(:west, :south, :east, :north, 4490)"

# indexes: ix_ground_geom, ix_building_geom, ix_road_geom, ix_grid_version_geom_valid; compounds are few
_SHAPES = text(f"""
    SELECT 'ground' AS layer, kind AS kind, '' AS name, ST_AsBinary(ST_Intersection(geom, {WINDOW})) AS shape
    FROM ground WHERE geom && {WINDOW} AND kind IN ('water', 'green')
    UNION ALL
    (SELECT 'building', '', '', ST_AsBinary(geom) FROM building WHERE geom && {WINDOW} LIMIT :most)
    UNION ALL
    SELECT 'road', highway, name, ST_AsBinary(ST_LineMerge(ST_Collect(ST_Intersection(geom, {WINDOW}))))
    FROM road WHERE geom && {WINDOW} AND highway <> 'steps' GROUP BY highway, name
    UNION ALL
    SELECT 'compound', '', name, ST_AsBinary(ST_PointOnSurface(ST_Intersection(geom, {WINDOW})))
    FROM compound WHERE geom && {WINDOW} AND name <> ''
    UNION ALL
    SELECT 'grid', '', v.name, ST_AsBinary(ST_Intersection(ST_Boundary(v.geom), {WINDOW}))
    FROM grid_version v WHERE v.geom && {WINDOW} AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
""")


@dataclass(frozen=True)
class Part:
    """One thing of the map: `layer` is ground, building, road, compound (a point) or grid (its line)."""

    layer: str
    kind: str
    name: str
    shape: Any


def parts_in(session: Session, sides: tuple[float, float, float, float], at: datetime) -> list[Part]:
    """Give what lies in a window (west, south, east, north), with the grids' lines of an instant."""
    west, south, east, north = sides
    given = {"west": west, "south": south, "east": east, "north": north, "at": at, "most": MOST}
    rows = session.execute(_SHAPES, given)
    parts = [
        Part(row.layer, row.kind, row.name, shapely.from_wkb(bytes(row.shape))) for row in rows if row.shape
    ]
    return [one for one in parts if not one.shape.is_empty]
