"""The four sides of a polygon (四至): what lies along its line to the east, south, west and north.

Before: a shape and named shapes around it. After: the grid card says its line in the names of roads and water.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geometry.metres import to_metres

SIDES = ("east", "south", "west", "north")
STEP_M = 8.0
"""So far apart stand the points at which the line is looked at."""
LEAST_SHARE = 0.15
"""What lies along less of a side than this does not name it."""
MOST_NAMES = 2
SLANT = float(np.cos(np.radians(45.0)))
"""A road that leaves the line at more than this angle crosses it and does not run along it."""

Names = dict[str, tuple[str, ...]]


def along(shape: Any, names: Sequence[str], shapes: Sequence[Any], near_m: float) -> Names:
    """Say which named shapes lie along each side of a polygon.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        EPSG:4490, degrees.
    names : sequence of str
        The same name may stand several times: a road has many stretches.
    shapes : sequence of geometries
        Degrees, one a name. Inside a polygon the distance is nothing.
    near_m : float
        Further than this from the line, nothing lies along it; exactly so far still does.

    Returns
    -------
    dict
        By `SIDES`: at most two names, the longer one first; none where nothing lies along the side.
    """
    given = np.array([shape, *shapes], dtype=object)
    metres = to_metres(given).shapes
    points, side, way = _looked_at(metres[0])
    nearest = _nearest(points, metres[1:], near_m)
    nearest[_crossing(points, way, nearest, metres[1:])] = -1
    return {name: _named(nearest[side == number], names) for number, name in enumerate(SIDES)}


def _looked_at(shape: Any) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.float64]]:
    """Give points along the outlines, the side that each looks to (that of its outward normal), and its direction."""
    points: list[Any] = []
    sides: list[NDArray[np.intp]] = []
    ways: list[NDArray[np.float64]] = []
    for part in shapely.get_parts(shape):
        ring = shapely.get_exterior_ring(shapely.orient_polygons(part))  # against the clock: outward is right
        corners = shapely.get_coordinates(ring)
        for (x, y), (u, v) in pairwise(corners):
            length = float(np.hypot(u - x, v - y))
            many = max(1, round(length / STEP_M))
            share = (np.arange(many) + 0.5) / many
            points.extend(shapely.points(x + share * (u - x), y + share * (v - y)))
            sides.append(np.full(many, _side(v - y, x - u), np.intp))
            ways.append(np.full((many, 2), [(u - x) / length, (v - y) / length]))
    return np.array(points, dtype=object), np.concatenate(sides), np.concatenate(ways)


def _side(east: float, north: float) -> int:
    """Name the side a direction looks to; on a diagonal, east and west before north and south."""
    if abs(east) >= abs(north):
        return SIDES.index("east") if east > 0 else SIDES.index("west")
    return SIDES.index("north") if north > 0 else SIDES.index("south")


def _nearest(points: NDArray[Any], shapes: NDArray[Any], near_m: float) -> NDArray[np.intp]:
    """Give the row of the nearest shape of each point, -1 where none is near."""
    found = np.full(len(points), -1, np.intp)
    if len(shapes):
        rows, nearest = shapely.STRtree(shapes).query_nearest(points, max_distance=near_m, all_matches=False)
        found[rows] = nearest
    return found


def _crossing(
    points: NDArray[Any], way: NDArray[np.float64], nearest: NDArray[np.intp], shapes: NDArray[Any]
) -> NDArray[np.intp]:
    """Give the rows of points whose nearest shape is a line that does not run their way."""
    rows = np.flatnonzero(nearest >= 0)
    lines = shapes[nearest[rows]] if len(rows) else np.empty(0, dtype=object)
    lineal = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    rows, lines = rows[lineal], lines[lineal]
    at = shapely.line_locate_point(lines, points[rows])
    back, on = (shapely.line_interpolate_point(lines, np.maximum(at + step, 0)) for step in (-STEP_M, STEP_M))
    run = np.column_stack([shapely.get_x(on) - shapely.get_x(back), shapely.get_y(on) - shapely.get_y(back)])
    length = np.hypot(*run.T)
    along_it = np.abs((run * way[rows]).sum(axis=1)) >= SLANT * length
    crossing: NDArray[np.intp] = rows[~along_it]
    return crossing


def _named(nearest: NDArray[np.intp], names: Sequence[str]) -> tuple[str, ...]:
    told: dict[str, int] = {}
    for row in nearest[nearest >= 0].tolist():
        told[names[row]] = told.get(names[row], 0) + 1
    long = [(-many, name) for name, many in told.items() if many >= LEAST_SHARE * len(nearest)]
    return tuple(name for _, name in sorted(long)[:MOST_NAMES])
