"""Where the map opens: the ground that some grids, or all of them, or all communities, cover together.

Before: `grids.models`. After: `webmap.layers.compose`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4490)."""

_SIDES = "ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)"

# indexes: ex_grid_version_valid for some grids, a walk over the present versions for all
_GRIDS = text(f"""
    SELECT {_SIDES} FROM (
        SELECT ST_Extent(geom) AS box FROM grid_version
        WHERE valid @> CAST(:at AS timestamptz)
          AND (:every OR grid_id IN (SELECT unnest(CAST(:grid_ids AS bigint[]))))
    ) s WHERE box IS NOT NULL
""")
_AREAS = text(f"""
    SELECT {_SIDES} FROM (
        SELECT ST_Extent(v.geom) AS box FROM area_version v JOIN area a ON a.id = v.area_id
        WHERE v.valid @> CAST(:at AS timestamptz) AND a.level = 'community'
    ) s WHERE box IS NOT NULL
""")


def extent(session: Session, grid_ids: Collection[int] | None, at: datetime) -> Bounds | None:
    """Give the bounds of some grids at an instant.

    Parameters
    ----------
    session : Session
    grid_ids : collection of int or None
        None, or none at all, means every grid; without grids, every community.
    at : datetime
        Aware.

    Returns
    -------
    tuple or None
        None for an empty map.
    """
    chosen = sorted(grid_ids or ())
    row = session.execute(_GRIDS, {"at": at, "every": not chosen, "grid_ids": chosen}).first()
    row = row or session.execute(_AREAS, {"at": at}).first()
    return (row[0], row[1], row[2], row[3]) if row else None
