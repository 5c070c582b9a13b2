"""Two drafts side by side, and the lines of two dates: which ground is in whose hands on one and not on the other.

Before: `layout`, stored versions. After: the planner's comparison, the map's slider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.layout import Layout, Terrain
from gis.boundaries.switch import Standing, lines_at
from gis.errors import InputError
from gis.geometry.measure import area_m2

LEAST_M2 = 1.0

# index: ix_household_point
_HOUSEHOLDS = text("""
    SELECT count(*) FROM household h, (SELECT ST_GeomFromWKB(:shape, 4490) AS shape) s
    WHERE h.point && s.shape AND ST_Covers(s.shape, h.point)
""")


@dataclass(frozen=True)
class Differing:
    """Ground that two plans give to different grids."""

    one: str
    other: str
    units: tuple[int, ...]
    households: int


@dataclass(frozen=True)
class Passed:
    """Ground that was in one grid on a date and is in another on a later one; "" where no grid was or is."""

    from_code: str
    to_code: str
    area_m2: float
    households: int
    shape: Any


def compare(terrain: Terrain, one: Layout, other: Layout) -> list[Differing]:
    """Say in which units two drafts over the same ground differ.

    Parts are told apart by what they are: today's grids by their code, new ones by their name.

    Raises
    ------
    InputError
        The drafts are not over the same units.
    """
    if len(one.part) != len(other.part) or len(one.part) != terrain.size:
        raise InputError("两份方案的基本单元不同，不能比较。 The plans are over different units.")
    names = [np.array([part.code or part.name for part in layout.parts]) for layout in (one, other)]
    first, second = names[0][one.part], names[1][other.part]
    apart = np.flatnonzero(first != second)
    found = []
    for pair in sorted(set(zip(first[apart].tolist(), second[apart].tolist(), strict=True))):
        units = apart[(first[apart] == pair[0]) & (second[apart] == pair[1])]
        households = int(terrain.units.counts["households"][units].sum())
        found.append(Differing(*pair, tuple(units.tolist()), households))
    return found


def between(session: Session, area_ids: Sequence[int], first: datetime, last: datetime) -> list[Passed]:
    """Say which ground of some communities changed its grid between two instants.

    Returns
    -------
    list of Passed
        By codes; ground in the same grid on both is not in it. Pieces under a square metre are left out.
    """
    old, new = (lines_at(session, area_ids, at) for at in (first, last))
    unchanged = {(one.grid_id, one.shape.wkb) for one in old} & {(one.grid_id, one.shape.wkb) for one in new}
    old, new = (
        [one for one in lines if (one.grid_id, one.shape.wkb) not in unchanged] for lines in (old, new)
    )
    found = [
        _passed(session, a.code, b.code, shapely.intersection(a.shape, b.shape)) for a, b in _pairs(old, new)
    ]
    found += [_passed(session, a.code, "", shapely.difference(a.shape, _all(new))) for a in old]
    found += [_passed(session, "", b.code, shapely.difference(b.shape, _all(old))) for b in new]
    told = [one for one in found if one.area_m2 > LEAST_M2]
    return sorted(told, key=lambda one: (one.from_code, one.to_code))


def _pairs(old: Sequence[Standing], new: Sequence[Standing]) -> list[tuple[Standing, Standing]]:
    if not old or not new:
        return []
    tree = shapely.STRtree([one.shape for one in new])
    rows = tree.query([one.shape for one in old], predicate="intersects").T.tolist()
    return [(old[a], new[b]) for a, b in rows if old[a].grid_id != new[b].grid_id]


def _all(lines: Sequence[Standing]) -> Any:
    return shapely.union_all([one.shape for one in lines]) if lines else shapely.Polygon()


def _passed(session: Session, from_code: str, to_code: str, shape: Any) -> Passed:
    parts = shapely.get_parts(shape)
    areal = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - areas
    size = float(area_m2(areal)) if not areal.is_empty else 0.0
    many = 0
    if size > LEAST_M2:
        many = session.execute(_HOUSEHOLDS, {"shape": areal.wkb}).scalar_one()
    return Passed(from_code, to_code, size, many, areal)
