"""Units and their neighbourhood as the search wants it: who touches whom, how long, how heavy.

Before: polygons that tile. After: `search`. Two units are neighbours when they share more than a metre of line;
a corner is not enough (R10, rook).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.geometry.adjacency import borders
from gis.geometry.measure import length_m
from gis.geometry.metres import project

LEAST_SHARED_M = 1.0
# Lines drawn twice by hand or turned between systems part by less than this and are still one line.
SAME_LINE_M = 0.05


@dataclass(frozen=True)
class Graph:
    """Units and their neighbours.

    Attributes
    ----------
    pairs : ndarray of int, shape (edges, 2)
        Neighbours, the smaller row first, in order.
    shared_m : ndarray of float, shape (edges,)
        How much line they share, metres; 0 for a link over water or a gap.
    weight : ndarray of float, shape (units,)
        What is to be shared evenly: households, people, minutes; at least 0.
    """

    pairs: NDArray[np.intp]
    shared_m: NDArray[np.float64]
    weight: NDArray[np.float64]

    def only(self, pairs: NDArray[np.bool_]) -> Graph:
        """Give the graph with some of its pairs."""
        return Graph(self.pairs[pairs], self.shared_m[pairs], self.weight)

    @property
    def size(self) -> int:
        """How many units there are."""
        return len(self.weight)


def neighbours(shapes: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Find who touches whom.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Degrees.

    Returns
    -------
    pairs : ndarray of int, shape (edges, 2)
        Rows of neighbours, the smaller first, sorted.
    shared_m : ndarray of float
        Metres of line that each pair shares. Lines within 5 cm of each other count as one.
    """
    width = len(str(len(shapes)))
    found = {
        (int(border.codes[0]), int(border.codes[1])): border.length_m
        for border in borders(shapes, [f"{row:0{width}d}" for row in range(len(shapes))])
    }
    found.update(_nearly(shapes, found))
    pairs = sorted(pair for pair, metres in found.items() if metres > LEAST_SHARED_M)
    return np.array(pairs, np.intp).reshape(-1, 2), np.array([found[pair] for pair in pairs])


def _nearly(shapes: NDArray[Any], exact: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Measure pairs whose lines lie beside, not on each other."""
    flat = shapely.boundary(project(shapes, 4490, plane_of(shapes)))
    one, other = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=SAME_LINE_M)
    close = [
        (int(a), int(b))
        for a, b in zip(one, other, strict=True)
        if a < b and exact.get((int(a), int(b)), 0.0) <= LEAST_SHARED_M
    ]
    if not close:
        return {}
    first, second = np.array(close).T
    beside = shapely.intersection(flat[first], shapely.buffer(flat[second], SAME_LINE_M, quad_segs=2))
    # what two lines that only meet or cross have within reach of each other is no shared line
    metres = shapely.length(beside) - 4.0 * SAME_LINE_M
    return {
        pair: float(length) for pair, length in zip(close, metres, strict=True) if length > LEAST_SHARED_M
    }


def plane_of(shapes: NDArray[Any]) -> str:
    """Name a plane in metres around the middle of the shapes, anywhere on earth."""
    west, south, east, north = shapely.total_bounds(shapes)
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    return f"+proj=laea +lat_0={lat:.4f} +lon_0={lon:.4f} +ellps=GRS80 +units=m +no_defs"


def graph_of(shapes: NDArray[Any], weight: NDArray[np.float64]) -> Graph:
    """Make the graph of units.

    Raises
    ------
    InputError
        There are no units, a weight is missing or below zero, or all together weigh nothing.
    """
    if not len(shapes):
        raise InputError("There are no units to share out.")
    bad = np.flatnonzero(~np.isfinite(weight) | (weight < 0))
    if len(bad):
        raise InputError(
            f"Unit {int(bad[0]) + 1} has no usable weight; each needs a number that is not below zero."
        )
    if not weight.sum() > 0:
        raise InputError("All units together weigh nothing; choose a field whose sum is above zero.")
    pairs, shared_m = neighbours(shapes)
    return Graph(pairs, shared_m, np.asarray(weight, np.float64))


def components(size: int, pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each connected piece of a neighbourhood a number; one a unit, from 0."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(pairs))
    matrix = coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    return np.asarray(connected_components(matrix, directed=False)[1], np.intp)


def pieces_of(part: NDArray[np.intp], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each connected piece of all parts a number; a part that is whole has one."""
    inside = pairs[part[pairs[:, 0]] == part[pairs[:, 1]]]
    return components(len(part), inside)


def nearest_link(
    shapes: NDArray[Any], here: NDArray[np.intp], there: NDArray[np.intp]
) -> tuple[int, int, float]:
    """Find the two units, one here and one there, with the least way between them, and that way in metres."""
    near, metres_deg = shapely.STRtree(shapes[there]).query_nearest(
        shapes[here], return_distance=True, all_matches=False
    )
    best = int(np.argmin(metres_deg))
    one, other = int(here[near[0][best]]), int(there[near[1][best]])
    way = float(length_m(shapely.shortest_line(shapes[one], shapes[other])))
    return min(one, other), max(one, other), way
