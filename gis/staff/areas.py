"""The villages and communities that a person's grids lie in.

Before: `staff.scope`. After: pages where something is kept by village.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.staff.scope import Scope

# indexes: ex_grid_version_valid, ex_area_version_valid
_VILLAGES = text("""
    SELECT DISTINCT a.id, a.code, v.name FROM grid_version g
    JOIN area a ON a.id = g.community_id JOIN area_version v ON v.area_id = a.id AND v.valid @> CAST(:at AS timestamptz)
    WHERE g.grid_id = ANY(:grids) AND g.valid @> CAST(:at AS timestamptz) ORDER BY a.code
""")
# index: ix_grid_version_community_id
_GRIDS = text("""
    SELECT grid_id FROM grid_version
    WHERE community_id = :area AND grid_id = ANY(:grids) AND valid @> CAST(:at AS timestamptz)
""")


def villages_of(session: Session, scope: Scope, at: datetime) -> dict[int, str]:
    """Give the names of the communities of some grids by their ids, in the order of their codes."""
    rows = session.execute(_VILLAGES, {"grids": sorted(scope.grid_ids), "at": at})
    return {row.id: row.name for row in rows}


def grids_of_village(session: Session, scope: Scope, area_id: int, at: datetime) -> frozenset[int]:
    """Give the person's grids that lie in a community."""
    given = {"grids": sorted(scope.grid_ids), "area": area_id, "at": at}
    return frozenset(session.scalars(_GRIDS, given))
