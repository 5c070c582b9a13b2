"""The lines of grids and areas as they are at an instant, thinned out for a picture of the whole town.

Before: `grids.models`. After: `webmap.maps`. Neighbours are thinned together, so that no gap opens between
them; only for pictures: nothing is measured or decided on these lines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Outline:
    """A grid or an area; `shape` in EPSG:4490 degrees, `above` the name of what it is part of, perhaps empty."""

    key: int
    code: str
    name: str
    above: str
    above_key: int | None
    shape: Any


# index: ex_grid_version_valid
_GRIDS = text("""
    SELECT v.grid_id AS key, g.code, v.name, coalesce(c.name, '') AS above, v.community_id AS above_key,
           ST_AsBinary(v.geom) AS wkb
    FROM grid_version v JOIN grid g ON g.id = v.grid_id
    LEFT JOIN area_version c ON c.area_id = v.community_id AND c.valid @> CAST(:at AS timestamptz)
    WHERE v.grid_id = ANY(CAST(:keys AS bigint[])) AND v.valid @> CAST(:at AS timestamptz) ORDER BY g.code
""")

# index: ex_area_version_valid
_AREAS = text("""
    SELECT v.area_id AS key, a.code, v.name, coalesce(p.name, '') AS above, v.parent_id AS above_key,
           ST_AsBinary(v.geom) AS wkb
    FROM area_version v JOIN area a ON a.id = v.area_id
    LEFT JOIN area_version p ON p.area_id = v.parent_id AND p.valid @> CAST(:at AS timestamptz)
    WHERE v.area_id = ANY(CAST(:keys AS bigint[])) AND v.valid @> CAST(:at AS timestamptz)
      AND v.geom IS NOT NULL ORDER BY a.code
""")

# index: ex_grid_version_valid; the tree is walked by the key of areas
_ABOVE = text("""
    WITH RECURSIVE tree AS (
        SELECT DISTINCT community_id AS area_id FROM grid_version
        WHERE grid_id = ANY(CAST(:keys AS bigint[])) AND valid @> CAST(:at AS timestamptz)
        UNION SELECT v.parent_id FROM tree JOIN area_version v ON v.area_id = tree.area_id
        WHERE v.parent_id IS NOT NULL AND v.valid @> CAST(:at AS timestamptz))
    SELECT a.level, a.id FROM tree JOIN area a ON a.id = tree.area_id
""")


def grid_outlines(
    session: Session, grid_ids: Collection[int], at: datetime, tolerance_deg: float
) -> list[Outline]:
    """Give some grids by code, thinned to a tolerance (degrees)."""
    return _outlines(session, _GRIDS, grid_ids, at, tolerance_deg)


def areas_above(
    session: Session, grid_ids: Collection[int], at: datetime, tolerance_deg: float
) -> dict[str, list[Outline]]:
    """Give the communities and what stands above them of some grids, by level; areas without a line are left out."""
    found: dict[str, list[int]] = {}
    for level, key in session.execute(_ABOVE, {"keys": sorted(grid_ids), "at": at}):
        found.setdefault(level, []).append(key)
    return {level: _outlines(session, _AREAS, keys, at, tolerance_deg) for level, keys in found.items()}


def _outlines(
    session: Session, statement: TextClause, keys: Collection[int], at: datetime, tolerance_deg: float
) -> list[Outline]:
    rows = session.execute(statement, {"keys": sorted(keys), "at": at}).all()
    shapes = thinned([shapely.from_wkb(bytes(row.wkb)) for row in rows], tolerance_deg)
    return [
        Outline(row.key, row.code, row.name, row.above, row.above_key, shape)
        for row, shape in zip(rows, shapes, strict=True)
    ]


def thinned(shapes: Sequence[Any], tolerance_deg: float) -> list[Any]:
    """Thin polygons that tile to a tolerance, shared lines alike on both sides.

    Parameters
    ----------
    shapes : sequence of Polygon or MultiPolygon
        In degrees; they should not overlap. Where they do, shared pieces of line may part by up to the tolerance.
    tolerance_deg : float
        About the square root of the area a corner must have to stay, as in Visvalingam and Whyatt (1993).
    """
    if not shapes:
        return []
    return list(shapely.coverage_simplify(np.array(shapes, dtype=object), tolerance_deg))
