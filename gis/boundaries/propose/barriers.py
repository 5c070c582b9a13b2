"""Barriers end neighbourhood: a river, a railway, an expressway between two units, unless a bridge or crossing joins.

Before: `graph` has found who touches whom. After: `islands`, `search` on the neighbours that can walk to each other.
The lines that units share stay known to the figures: a plan's outline does not change because nobody gets across.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.boundaries.propose.graph import plane_of
from gis.geometry.metres import project

ALONG_M = 15.0
"""A shared line this near to a barrier runs along it: maps draw a bank, a rail and a boundary apart."""
HALF = 0.5


def joined(
    shapes: NDArray[Any], pairs: NDArray[np.intp], barriers: NDArray[Any], crossings: NDArray[Any]
) -> NDArray[np.bool_]:
    """Tell which neighbours one can walk between.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Units, degrees.
    pairs : ndarray of int, shape (edges, 2)
        Neighbours.
    barriers : ndarray of LineString or MultiLineString
        Degrees; of areas of water the banks.
    crossings : ndarray of any geometry
        Bridges, underpasses, level crossings; degrees. One counts that comes within 15 m of the shared line and
        reaches or lies beside both units.

    Returns
    -------
    ndarray of bool
        One a pair; false where more than half of the shared line runs along barriers and no crossing joins. Exactly
        half is not more than half.
    """
    free = np.ones(len(pairs), bool)
    if not len(pairs) or not len(barriers):
        return free
    plane = plane_of(shapes)
    flat = project(shapes, 4490, plane)
    walls = shapely.union_all(shapely.buffer(project(barriers, 4490, plane), ALONG_M))
    shapely.prepare(walls)
    shared = shapely.intersection(shapely.boundary(flat[pairs[:, 0]]), shapely.boundary(flat[pairs[:, 1]]))
    along = shapely.length(shapely.intersection(shared, walls))
    free = np.asarray(along <= HALF * shapely.length(shared), bool)
    if len(crossings):
        free[~free] = _crossed(flat[pairs[~free]], shared[~free], project(crossings, 4490, plane))
    return free


def _crossed(both: NDArray[Any], shared: NDArray[Any], crossings: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell for each pair of units whether some crossing near their shared line comes to both of them."""
    tree = shapely.STRtree(crossings)
    pair, crossing = tree.query(shared, predicate="dwithin", distance=ALONG_M)
    at_both = np.ones(len(pair), bool)
    for side in (0, 1):
        at_both &= shapely.dwithin(crossings[crossing], both[pair, side], ALONG_M)
    found = np.zeros(len(shared), bool)
    found[pair[at_both]] = True
    return found
