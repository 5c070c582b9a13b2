"""Ground and roads thinned out for a picture of the whole town: one shape a kind, nothing that could not be seen.

Before: `places.models`. After: `webmap.maps`. Shapes are GeoJSON geometries in EPSG:4490 degrees,
five decimals (a metre).
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.grids.extent import Bounds

ROADS = {
    "major": ("motorway", "trunk", "primary", "secondary"),
    "street": ("tertiary", "residential", "unclassified", "living_street", "road"),
}
"""Which classes of road are drawn alike; what is narrower is not drawn."""
DECIMALS = 5

# index: ix_ground_geom
_GROUND = text(f"""
    SELECT kind, ST_Dimension(part) AS dimension, ST_AsGeoJSON(ST_Collect(part), {DECIMALS}) FROM (
        SELECT kind, (ST_Dump(ST_SimplifyPreserveTopology(geom, :tolerance_deg))).geom AS part FROM ground
        WHERE geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
          AND ST_XMax(geom) - ST_XMin(geom) + ST_YMax(geom) - ST_YMin(geom) > 4 * :tolerance_deg
    ) parts WHERE ST_Dimension(part) > 0 GROUP BY 1, 2 ORDER BY 2 DESC, 1
""")

# index: ix_road_geom
_ROADS = text(f"""
    SELECT drawn, ST_AsGeoJSON(ST_Multi(ST_Simplify(ST_LineMerge(ST_Collect(geom)), :tolerance_deg)), {DECIMALS})
    FROM (SELECT CASE WHEN highway = ANY(:major) THEN 'major' ELSE 'street' END AS drawn, geom FROM road
          WHERE geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
            AND (highway = ANY(:major) OR highway = ANY(:street))) parts
    GROUP BY drawn ORDER BY drawn DESC
""")


def ground_outlines(session: Session, sides: Bounds, tolerance_deg: float) -> list[tuple[str, int, Any]]:
    """Give (kind, dimension 1 or 2, geometry) of the ground cover in a window, areas before lines."""
    rows = session.execute(_GROUND, _window(sides) | {"tolerance_deg": tolerance_deg})
    return [(kind, dimension, json.loads(shape)) for kind, dimension, shape in rows]


def road_outlines(session: Session, sides: Bounds, tolerance_deg: float) -> list[tuple[str, Any]]:
    """Give (`street` or `major`, geometry) of the roads in a window."""
    classes = {name: list(highways) for name, highways in ROADS.items()}
    rows = session.execute(_ROADS, _window(sides) | classes | {"tolerance_deg": tolerance_deg})
    return [(drawn, json.loads(shape)) for drawn, shape in rows]


def _window(sides: Bounds) -> dict[str, float]:
    return dict(zip(("west", "south", "east", "north"), sides, strict=True))
