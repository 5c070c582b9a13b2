"""Units of ground written to the database, with their neighbourhood: who meets whom, along what, and who gets across.

Before: `boundaries.ground` cuts. After: `boundaries.counting` counts what lies in them,
`queries.terrain_of` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.counting import count
from gis.boundaries.models import StoredUnits
from gis.boundaries.propose.barriers import joined
from gis.boundaries.propose.graph import LEAST_SHARED_M, neighbours
from gis.files.columns import GEOMETRY
from gis.geometry.measure import area_m2, length_m
from gis.loading.stage import stage

ALONG_M = 15.0
"""A line between units runs along a barrier when its middle is no further from it."""


@dataclass(frozen=True)
class Cut:
    """Units of some ground, each with its grid (-1 for none) and its community, in one coverage."""

    shapes: NDArray[Any]
    grid: NDArray[np.int64]
    community: NDArray[np.int64]


def store_ground(
    session: Session,
    cut: Cut,
    area_ids: Sequence[int],
    at: datetime,
    now: datetime,
    *,
    barriers: NDArray[Any] | None = None,
    crossings: NDArray[Any] | None = None,
    source: str = "",
) -> StoredUnits:
    """Store units with their neighbourhood, and count what lies in them.

    Parameters
    ----------
    barriers : ndarray of lines, optional
        Rivers, railways, expressways: a line between units that runs along one is marked.
    crossings : ndarray of lines, optional
        Bridges, underpasses, level crossings: without one nobody gets across a barrier.
    """
    row = StoredUnits(made_at=now, base_at=at, counted_at=now, area_ids=sorted(area_ids), source=source)
    session.add(row)
    session.flush()
    _write_units(session, row.id, cut)
    _write_neighbours(session, row.id, cut.shapes, barriers, crossings)
    count(session, row, now)
    return row


def _write_units(session: Session, set_id: int, cut: Cut) -> None:
    shapes = [
        shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape]) for shape in cut.shapes
    ]
    frame = pd.DataFrame(
        {
            "number": np.arange(len(shapes)),
            "community_id": cut.community,
            "grid_id": [int(one) if one >= 0 else None for one in cut.grid],
            "area_m2": area_m2(cut.shapes),
            "outline_m": length_m(cut.shapes),
            GEOMETRY: pd.Series(shapes, dtype=object),
        }
    ).astype({"grid_id": object})
    types = {
        "number": "integer", "community_id": "bigint", "grid_id": "bigint", "area_m2": "double precision",
        "outline_m": "double precision", GEOMETRY: "geometry",
    }  # fmt: skip
    staged = stage(session, frame, types)
    session.execute(
        text(f"""INSERT INTO planning_unit (unit_set_id, number, community_id, grid_id, geom, area_m2, outline_m)
                 SELECT :id, number, community_id, grid_id, geometry, area_m2, outline_m FROM {staged}"""),
        {"id": set_id},
    )


def _write_neighbours(
    session: Session, set_id: int, shapes: NDArray[Any], barriers: Any, crossings: Any
) -> None:
    pairs, shared_m = neighbours(shapes)
    pairs, shared_m = pairs[shared_m > LEAST_SHARED_M], shared_m[shared_m > LEAST_SHARED_M]
    none = np.array([], dtype=object)
    walls, ways = (none if one is None else one for one in (barriers, crossings))
    rows = {
        "one": pairs[:, 0],
        "other": pairs[:, 1],
        "shared": shared_m,
        "barrier": _along(shapes, pairs, walls),
        "closed": ~joined(shapes, pairs, walls, ways),
    }
    if len(pairs):
        session.execute(
            text("""INSERT INTO unit_neighbour (unit_set_id, one, other, shared_m, barrier, closed)
                    SELECT :set_id, r.one, r.other, r.shared, r.barrier, r.closed
                    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                         AS r (one integer, other integer, shared double precision, barrier boolean,
                               closed boolean)"""),
            {"set_id": set_id, "rows": pd.DataFrame(rows).to_json(orient="records")},
        )


def _along(shapes: NDArray[Any], pairs: NDArray[np.intp], barriers: Any) -> NDArray[np.bool_]:
    """Tell which shared lines have their middle on a barrier."""
    if not len(barriers) or not len(pairs):
        return np.zeros(len(pairs), bool)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    middle = shapely.point_on_surface(shared)
    reach_deg = ALONG_M / 111_000.0
    near = shapely.STRtree(barriers).query(middle, predicate="dwithin", distance=reach_deg)[0]
    found = np.zeros(len(pairs), bool)
    found[near] = True
    return found
