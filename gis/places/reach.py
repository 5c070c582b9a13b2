"""Which grids a compound reaches into: when words name a compound and no building, the matter may lie in any of them.

Before: `places.models`, `grids.models`. After: `cases.grid`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.grids.queries import GridHere

SLIVER = 0.01
"""A grid that holds less than this share of a compound only touches it: lines are never drawn twice alike."""

# indexes: pk_place, pk_compound, ix_grid_version_geom_valid
_REACHED = text("""
    SELECT v.grid_id, g.code, v.name, v.community_id
    FROM place p JOIN compound c ON c.id = p.compound_id
    JOIN grid_version v ON v.geom && c.geom AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
    JOIN grid g ON g.id = v.grid_id
    WHERE p.id = :place AND p.kind = 'compound' AND c.geom IS NOT NULL
      AND ST_Area(ST_Intersection(v.geom, c.geom)) > :sliver * ST_Area(c.geom)
    ORDER BY g.code""")


def grids_reached(session: Session, place_id: int, at: datetime) -> list[GridHere]:
    """Give the grids that hold parts of a compound's ground at an instant, by code.

    Parameters
    ----------
    place_id : int
        The compound's row in the gazetteer.
    at : datetime
        Aware.

    Returns
    -------
    list of GridHere
        Empty for what is no compound, or one whose ground is not drawn: then only its point is known. A grid that
        the compound merely touches is not among them.
    """
    given = {"place": place_id, "at": at, "sliver": SLIVER}
    return [GridHere(*row) for row in session.execute(_REACHED, given)]
