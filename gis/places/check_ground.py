"""A check that buildings and doors share: whether they lie in a community that is loaded.

Before: shapes that are right by themselves. After: each loader of `places`. Only a warning: a place may be
loaded before its lines, or lie just beyond.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.columns import GEOMETRY
from gis.files.faults import Faults
from gis.loading.kind import Context

# index: ix_area_version_geom_valid
_COMMUNITIES = text("""
    SELECT ST_AsBinary(v.geom) FROM area_version v JOIN area a ON a.id = v.area_id
    WHERE a.level = 'community' AND v.geom IS NOT NULL AND v.valid @> CAST(:at AS timestamptz)
      AND v.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
""")


def outside_communities(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Warn of shapes whose inner point lies in no community; on the line is inside."""
    faults = Faults()
    shapes = np.asarray(frame[GEOMETRY], dtype=object)
    bounds = shapely.total_bounds(shapes)
    if np.isnan(bounds).any() or session.scalar(text("SELECT NOT EXISTS (SELECT FROM area_version)")):
        return faults
    extent = dict(zip(("west", "south", "east", "north"), map(float, bounds), strict=True))
    found = session.execute(_COMMUNITIES, {"at": context.valid_from, **extent})
    communities = shapely.from_wkb([bytes(wkb) for (wkb,) in found])
    points = shapely.point_on_surface(shapes)
    tree = shapely.STRtree(communities)
    inside = np.unique(tree.query(points, predicate="intersects")[0])
    lost = np.setdiff1d(np.flatnonzero(~shapely.is_missing(shapes)), inside)
    for position in map(int, lost):
        place = f"{points[position].x:.6f}, {points[position].y:.6f}"
        faults.add(
            int(frame.index[position]), GEOMETRY, place,
            "不在任何已加载的社区内", "it lies in no community that is loaded",
            warning=True,
        )  # fmt: skip
    return faults
