"""The walking network of some grids, from the loaded roads.

Before: `places.models` (roads), `grids`. After: rounds and tracks. A network is kept in memory until a road or a grid
changes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from threading import Lock

import numpy as np
import shapely
from cachetools import LRUCache, cached
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.grids.versions import layer_versions
from gis.patrols.network.build import build
from gis.patrols.network.network import Floats, Network
from gis.patrols.network.ways import NOT_WALKED, level_of, ways_of

AROUND_DEG = 0.002
"""Ways so near round the grids belong to the network: the shortest way may lead along them."""

KEPT = 16

# indexes: ex_grid_version_valid, ix_road_geom
_ROADS = text("""
    SELECT r.id, r.name, r.highway, r.bridge, ST_AsBinary(r.geom) AS shape
    FROM road r
    WHERE r.highway <> ALL(CAST(:not_walked AS text[])) AND EXISTS (
        SELECT FROM grid_version v
        WHERE v.grid_id = ANY(CAST(:grid_ids AS bigint[])) AND v.valid @> CAST(:at AS timestamptz)
          AND ST_DWithin(v.geom, r.geom, :around))
    ORDER BY r.id
""")


def network_of(session: Session, grid_ids: Collection[int], at: datetime) -> Network:
    """Build the walking network of some grids, or take the one that was built before.

    Parameters
    ----------
    grid_ids : collection of int
        The grids, as they are divided at the instant.
    at : datetime
        Aware.

    Returns
    -------
    Network
        `codes` are the ids of roads.

    Raises
    ------
    NotFoundError
        No road lies in the grids.
    """
    versions = layer_versions(session)
    return _built(session, tuple(sorted(grid_ids)), at, (versions.get("roads"), versions.get("grids")))


@cached(LRUCache(KEPT), key=lambda _, grid_ids, at, versions: (grid_ids, at.date(), versions), lock=Lock())
def _built(
    session: Session, grid_ids: tuple[int, ...], at: datetime, versions: tuple[int | None, int | None]
) -> Network:
    del versions  # they only say for how long it is true
    given = {"grid_ids": list(grid_ids), "at": at, "around": AROUND_DEG, "not_walked": sorted(NOT_WALKED)}
    rows = session.execute(_ROADS, given).all()
    if not rows:
        raise NotFoundError("No road is loaded for these grids; load roads first (wangge load roads).")
    return build(
        ways_of(
            [shapely.from_wkb(bytes(row.shape)) for row in rows],
            level=[level_of(bridge="yes" if row.bridge else "") for row in rows],
            names=[row.name for row in rows],
            kinds=[row.highway for row in rows],
            codes=[str(row.id) for row in rows],
        )
    )


def begins_at(network: Network) -> Floats:
    """Give for each section how far along its road it begins, metres; 0 for links.

    Sections of a road run as it does and come one after another.
    """
    reach: dict[str, float] = {}
    found = np.zeros(network.sections)
    for section, code in enumerate(network.codes):
        if code:
            found[section] = reach.get(code, 0.0)
            reach[code] = found[section] + float(network.length_m[section])
    return found
