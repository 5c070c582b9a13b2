"""Cutting lines where ways meet: at shared corners, and at crossings on one level.

Before: lines in metres with their levels. After: `build` numbers the junctions. A crossing without a common corner is
a junction only where both ways run on one level: else one goes over the other.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAME_PLACE_M = 0.05
"""Points nearer than this are one: maps are drawn to decimetres, and crossings are computed."""


def without_own_crossings(lines: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Cut lines where they meet themselves.

    Returns
    -------
    ndarray of LineString, ndarray of int
        The pieces, none of no length, and the line each comes from.
    """
    whole = shapely.is_simple(lines)
    parts: list[Any] = []
    owner: list[int] = []
    for at, line in enumerate(lines):
        pieces = [line] if whole[at] else shapely.get_parts(shapely.node(line)).tolist()
        pieces = [piece for piece in pieces if piece.length > SAME_PLACE_M]
        parts += pieces
        owner += [at] * len(pieces)
    made = np.empty(len(parts), object)
    made[:] = parts
    return made, np.array(owner, np.int64)


def meetings(lines: NDArray[Any], level: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Find where lines meet others.

    Parameters
    ----------
    lines : ndarray of LineString
        Metres.
    level : ndarray of int
        Of each line.

    Returns
    -------
    ndarray of int, ndarray of shape (k, 2)
        A line and a point at which it is to be cut, row by row; ends of lines are among them.
    """
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common, pair = shapely.get_parts(shapely.intersection(lines[one], lines[other]), return_index=True)
    # where lines run together, only the ends of that stretch cut
    runs = shapely.get_dimensions(common) == 1
    common[runs] = shapely.boundary(common[runs])
    points, spot = shapely.get_coordinates(common, return_index=True)
    pair = pair[spot]
    apart = level[one[pair]] != level[other[pair]]
    keep = ~apart
    if apart.any():
        spots = shapely.points(points[apart])
        keep[apart] = _has_corner(lines[one[pair[apart]]], spots) & _has_corner(
            lines[other[pair[apart]]], spots
        )
    pair, points = pair[keep], points[keep]
    return np.concatenate([one[pair], other[pair]]), np.concatenate([points, points])


def _has_corner(lines: NDArray[Any], spots: NDArray[Any]) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = shapely.distance(shapely.extract_unique_points(lines), spots) <= SAME_PLACE_M
    return near


def cut_at(
    lines: NDArray[Any], where: NDArray[np.int64], points: Floats
) -> tuple[list[Floats], NDArray[np.int64]]:
    """Cut lines at points on them.

    Returns
    -------
    list of ndarray of shape (k, 2), ndarray of int
        The corners of the pieces in the order of the lines, and the line each comes from.
    """
    along: dict[int, list[float]] = defaultdict(list)
    spots: Any = shapely.line_locate_point(lines[where], shapely.points(points)) if len(where) else []
    for line, distance in zip(where.tolist(), np.asarray(spots).tolist(), strict=True):
        along[line].append(distance)
    pieces: list[Floats] = []
    owner: list[int] = []
    for at, line in enumerate(lines):
        found = cut_line(shapely.get_coordinates(line), along[at]) if at in along else [line]
        found = [shapely.get_coordinates(piece) if piece is line else piece for piece in found]
        pieces += found
        owner += [at] * len(found)
    return pieces, np.array(owner, np.int64)


def cut_line(corners: Floats, at_m: list[float]) -> list[Floats]:
    """Cut one line at distances along it; distances that nearly agree, or lie at an end, cut once or not at all."""
    steps = np.hypot(*np.diff(corners, axis=0).T)
    reach = np.concatenate([[0.0], np.cumsum(steps)])
    cuts: list[float] = []
    for distance in sorted(at_m):
        if SAME_PLACE_M < distance < reach[-1] - SAME_PLACE_M and (
            not cuts or distance - cuts[-1] > SAME_PLACE_M
        ):
            cuts.append(distance)
    bounds = [0.0, *cuts, float(reach[-1])]
    return [stretch(corners, reach, start, end) for start, end in itertools.pairwise(bounds)]


def stretch(corners: Floats, reach: Floats, start_m: float, end_m: float) -> Floats:
    """Give the part of a line between two distances along it; `reach` is the distance of each corner."""
    ends = [
        [np.interp(distance, reach, corners[:, 0]), np.interp(distance, reach, corners[:, 1])]
        for distance in (start_m, end_m)
    ]
    inside = corners[(reach > start_m + 1e-9) & (reach < end_m - 1e-9)]
    return np.vstack([ends[:1], inside, ends[1:]])
