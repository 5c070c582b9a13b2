"""Which grid every building and household lies in today, kept on the rows for speed.

Before: loads and redraws. After: lists, figures and tiles, which read `grid_id`. Any other day is answered from
the lines themselves. On the line: the smaller code, as everywhere.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

# index: ix_grid_version_geom_valid
_REHOME = """
    WITH home AS MATERIALIZED (
        SELECT h.id, (
            SELECT v.grid_id FROM grid_version v JOIN grid g ON g.id = v.grid_id
            WHERE ST_Covers(v.geom, {point}) AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
            ORDER BY g.code LIMIT 1) AS grid_id
        FROM {table} h)
    UPDATE {table} t SET grid_id = home.grid_id FROM home
    WHERE home.id = t.id AND t.grid_id IS DISTINCT FROM home.grid_id"""
_BUILDINGS = text(_REHOME.format(table="building", point="ST_PointOnSurface(h.geom)"))
_HOUSEHOLDS = text(_REHOME.format(table="household", point="h.point"))


def rehome(session: Session, at: datetime) -> int:
    """Set the grid of every building (by a point inside it) and household from the lines at an instant.

    Parameters
    ----------
    session : Session
        In the caller's transaction.
    at : datetime
        Today, aware.

    Returns
    -------
    int
        How many buildings and households changed their grid.
    """
    moved = 0
    for statement in (_BUILDINGS, _HOUSEHOLDS):
        moved += session.connection().execute(statement, {"at": at}).rowcount
    return moved
