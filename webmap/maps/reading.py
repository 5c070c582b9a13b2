"""What a map in one file shows, read out of the database once: lines, ground, cases by square, rounds, gaps.

Before: `grids.outlines`, `places.outlines`, `cases.themes`, `patrols.rounds.queries`. After: `webmap.maps.sheet`. No
words of residents, no numbers of cases, no doors, no names of members leave the database here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import shapely
from sqlalchemy.orm import Session

from gis.cases.map_queries import WORST_FIRST
from gis.cases.themes import Cell, OpenSquare, open_now, open_squares
from gis.geometry.coverage import Kind, Parents, faults
from gis.grids.extent import Bounds, extent
from gis.grids.outlines import Outline, areas_above, grid_outlines
from gis.grids.shown import every_grid
from gis.patrols.rounds.queries import Round, rounds_between
from gis.places.outlines import ground_outlines, road_outlines
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from webmap.maps.heat import cell_of

STEPS_ACROSS = 4000
"""The picture is thinned to this share of its width: about a pixel of a large screen."""
SQUARE_M = 100.0
MOST_SQUARES = 500
"""More squares than this are joined four by four, until they are few enough to be read."""


@dataclass(frozen=True)
class Town:
    """What the file shows; geometries are in EPSG:4490 degrees, `square_m` the side of the squares of cases."""

    at: datetime
    sides: Bounds | None
    grids: list[Outline]
    areas: dict[str, list[Outline]]
    ground: list[tuple[str, int, Any]]
    roads: list[tuple[str, Any]]
    gaps: list[tuple[float, float]]
    cell: Cell
    squares: list[OpenSquare]
    square_m: float
    open: dict[int, tuple[int, int]]
    rounds: list[Round]

    @property
    def grid_ids(self) -> frozenset[int]:
        """The grids shown."""
        return frozenset(grid.key for grid in self.grids)


def read_town(session: Session, now: datetime) -> Town:
    """Read the whole town as it is now (aware, in the town's time zone)."""
    keys = every_grid(session, now)
    sides = extent(session, keys, now)
    reach = sides or (0.0, 0.0, 0.0, 0.0)
    tolerance = (reach[2] - reach[0]) / STEPS_ACROSS
    cell = cell_of(reach, SQUARE_M)
    first = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = open_squares(session, keys, cell, now)
    joined, cell, side_m = few_enough(found, cell, SQUARE_M)
    return Town(
        at=now,
        sides=sides,
        grids=grid_outlines(session, keys, now, tolerance),
        areas=areas_above(session, keys, now, tolerance),
        ground=ground_outlines(session, reach, tolerance),
        roads=road_outlines(session, reach, tolerance),
        gaps=_gaps(session, keys, now),
        cell=cell,
        squares=joined,
        square_m=side_m,
        open=open_now(session, keys, now),
        rounds=rounds_between(session, Scope(Reach.ALL, grid_ids=keys), first, first + timedelta(days=1)),
    )


def few_enough(
    squares: list[OpenSquare], cell: Cell, side_m: float, most: int = MOST_SQUARES
) -> tuple[list[OpenSquare], Cell, float]:
    """Join squares four by four until there are few enough; a joined square has their worst state."""
    while len(squares) > most:
        groups: dict[tuple[int, int], list[OpenSquare]] = defaultdict(list)
        for one in squares:
            groups[one.column // 2, one.row // 2].append(one)
        squares = [_joined(*place, group) for place, group in sorted(groups.items())]
        cell, side_m = Cell(cell.across_deg * 2, cell.down_deg * 2), side_m * 2
    return squares, cell, side_m


def _joined(column: int, row: int, group: list[OpenSquare]) -> OpenSquare:
    return OpenSquare(
        column,
        row,
        sum(one.count for one in group),
        min((one.state for one in group), key=WORST_FIRST.index),
        sum(one.late for one in group),
        sum(one.soon for one in group),
    )


def _gaps(session: Session, keys: frozenset[int], now: datetime) -> list[tuple[float, float]]:
    """Give a place on each piece of a community that lies in no grid; on the lines as they are, not as drawn."""
    grids = grid_outlines(session, keys, now, 0.0)
    parents = {str(one.key): one.shape for one in areas_above(session, keys, now, 0.0).get("community", [])}
    inside = [one for one in grids if str(one.above_key) in parents]
    if not inside:
        return []
    above = Parents(list(parents.values()), list(parents), [str(one.above_key) for one in inside])
    wrong = faults([one.shape for one in inside], [one.code for one in inside], parents=above)
    return [(round(one.lon, 5), round(one.lat, 5)) for one in wrong if one.kind is Kind.GAP]


def geojson(shape: Any) -> Any:
    """Give a shape as GeoJSON, five decimals."""
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda xy: xy.round(5))))
