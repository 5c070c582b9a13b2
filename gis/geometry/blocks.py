"""Cutting ground along roads and rivers into blocks that tile it exactly.

Before: an area and lines in degrees, as they come from a map: not noded, with dead ends and double roads.
After: `wangge blocks` codes them as grids; the planner's first units. No database.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.geometry.adjacency import borders
from gis.geometry.measure import area_m2

SNAP_DEG = 1e-8
"""All corners lie on this lattice (about a millimetre), so that lines meet in points that both sides have."""


def cut(area: Any, lines: NDArray[Any], *, min_area_m2: float = 5000.0) -> NDArray[Any]:
    """Cut an area along lines.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        Degrees.
    lines : ndarray of LineString or MultiLineString
        Degrees; need not be noded, may reach beyond the area, may end within it (such ends cut nothing).
    min_area_m2 : float
        A smaller piece joins the neighbour with which it shares the longest line; one without a neighbour stays.

    Returns
    -------
    ndarray of Polygon or MultiPolygon
        A valid coverage whose union is the area, its corners moved by at most 1e-8 degrees.

    Raises
    ------
    InputError
        The area is empty or not valid.
    """
    if area.is_empty or not area.is_valid:
        raise InputError("The area to be cut is empty or crosses itself.")
    snapped = shapely.set_precision(area, SNAP_DEG)
    faces = _faces(snapped, lines)
    groups = _joined(faces, min_area_m2)
    return np.array([shapely.coverage_union_all(faces[group]) for group in groups], dtype=object)


def _faces(area: Any, lines: NDArray[Any]) -> NDArray[Any]:
    """Node all lines with the area's own line and take the faces inside."""
    shapely.prepare(area)
    near = lines[shapely.intersects(area, lines)]
    noded = shapely.union_all([*near, area.boundary], grid_size=SNAP_DEG)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    return np.asarray(faces[shapely.contains(area, shapely.point_on_surface(faces))], dtype=object)


def _shared(faces: NDArray[Any]) -> dict[int, dict[int, float]]:
    """Give the length in metres that each face shares with each neighbour."""
    shared: dict[int, dict[int, float]] = defaultdict(dict)
    for border in borders(faces, [str(face) for face in range(len(faces))]):
        one, two = (int(code) for code in border.codes)
        shared[one][two] = shared[two][one] = border.length_m
    return shared


def _joined(faces: NDArray[Any], min_area_m2: float) -> list[list[int]]:
    """Let the smallest piece join its nearest neighbour until all are large enough."""
    sizes = area_m2(faces).tolist()
    shared = _shared(faces)
    members = {face: [face] for face in range(len(faces))}
    small = [(size, face) for face, size in enumerate(sizes) if size < min_area_m2]
    heapq.heapify(small)
    while small:
        size, face = heapq.heappop(small)
        if face not in members or size != sizes[face] or not shared[face]:
            continue
        into = max(shared[face], key=lambda other: (shared[face][other], -other))
        _merge(face, into, shared)
        members[into] += members.pop(face)
        sizes[into] += size
        if sizes[into] < min_area_m2:
            heapq.heappush(small, (sizes[into], into))
    return list(members.values())


def _merge(face: int, into: int, shared: dict[int, dict[int, float]]) -> None:
    """Give one face's neighbours to another."""
    for other, length in shared.pop(face).items():
        del shared[other][face]
        if other != into:
            shared[into][other] = shared[other][into] = shared[into].get(other, 0.0) + length


def in_reading_order(blocks: NDArray[Any]) -> NDArray[np.intp]:
    """Order blocks as grids are numbered: row by row from the north, each row from west to east.

    Parameters
    ----------
    blocks : ndarray of Polygon or MultiPolygon
        Degrees. A row is as high as a block of middling size.
    """
    middles = shapely.centroid(blocks)
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    height = float(np.sqrt(np.median(shapely.area(blocks)))) or 1.0
    row = np.floor((y.max() - y) / height + 0.5)
    return np.lexsort((-y, x, row))
