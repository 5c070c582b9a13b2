"""The ground of rounds: where a walk begins that is told no place, and the ways between the places of one.

Before: `network.stored`, `rounds.walkways`. After: `rounds.planning`, `rounds.again`, `weeks.plans`,
`outreach.windows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.patrols.network.stored import network_of
from gis.patrols.pack.problem import Point
from gis.patrols.rounds.walkways import Straight, Walkways, walkways

# index: ex_grid_version_valid
_MIDDLE = text("""
    SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM grid_version
    WHERE grid_id = ANY(:grids) AND valid @> CAST(:now AS timestamptz) ORDER BY grid_id LIMIT 1) middle
""")


def middle_of(session: Session, grid_ids: Sequence[int], now: datetime) -> Point:
    """Give a point in the first of some grids, where a walk begins that is told no other place.

    Raises
    ------
    NotFoundError
    """
    row = session.execute(_MIDDLE, {"grids": list(grid_ids), "now": now}).one_or_none()
    if row is None:
        raise NotFoundError("这个网格今天没有界线。 This grid has no boundary today.")
    return row[0], row[1]


def ways_between(
    session: Session, grid_ids: Sequence[int], now: datetime, places: Sequence[Point], means: str
) -> Walkways | Straight:
    """Find the ways between some places along the streets of some grids; straight lines where none are loaded."""
    try:
        network = network_of(session, grid_ids, now)
    except NotFoundError:
        network = None
    return walkways(network, places, means)
