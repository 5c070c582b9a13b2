"""The straight pieces of polygon boundaries, and which points lie almost on one.

Before: polygons in degrees. After: `raster` (where lines run) and `locate` (the note of a point on a line).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geometry.raster import Floats


class Segments:
    """All segments of some polygons' boundaries, each shared one only once.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon
        Degrees.
    near_deg : float
        How near a line counts as almost on it.

    Attributes
    ----------
    starts, ends : ndarray of shape (n, 2)
        Longitude and latitude of the segments' ends.
    """

    def __init__(self, polygons: NDArray[Any], near_deg: float) -> None:
        self.near_deg = near_deg
        # By ring, not by polygon: the last vertex of a ring and the first of the next are no segment.
        rings = shapely.get_rings(shapely.get_parts(polygons))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        joined = ring[1:] == ring[:-1]
        self.starts, self.ends = _each_once(points[:-1][joined], points[1:][joined])

    def near(self, points: Any, lon: Floats, lat: Floats) -> NDArray[np.intp]:
        """Give the rows of the points that lie within `near_deg` of a segment, in order.

        Parameters
        ----------
        points : ndarray of Point, shape (n,)
            Degrees.
        lon, lat : ndarray of float64, shape (n,)
            The same as numbers.
        """
        row, segment = self._tree.query(points)
        place = np.column_stack([lon[row], lat[row]])
        distance = _distances(place, self.starts[segment], self.ends[segment])
        return np.unique(row[distance <= self.near_deg])

    @cached_property
    def _tree(self) -> shapely.STRtree:
        # A tree looks at extents only: the widened diagonal stands for the segment.
        low = np.minimum(self.starts, self.ends) - self.near_deg
        high = np.maximum(self.starts, self.ends) + self.near_deg
        diagonals: Any = shapely.linestrings(np.stack([low, high], axis=1))
        return shapely.STRtree(diagonals)


def _each_once(starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Drop segments that come again, in either direction: neighbours share most of theirs."""
    # A sum does not depend on the direction, so equal segments lie side by side once sorted by it.
    order = np.lexsort((starts + ends).T)
    starts, ends = starts[order], ends[order]
    again = _same(starts, ends, starts, ends) | _same(starts, ends, ends, starts)
    keep = np.concatenate([np.ones(min(len(starts), 1), bool), ~again])
    return starts[keep], ends[keep]


def _same(starts: Floats, ends: Floats, other_starts: Floats, other_ends: Floats) -> NDArray[np.bool_]:
    """Compare each segment with the one before it."""
    same: NDArray[np.bool_] = (
        (starts[1:] == other_starts[:-1]).all(axis=1) & (ends[1:] == other_ends[:-1]).all(axis=1)
    )  # fmt: skip
    return same


def _distances(point: Floats, start: Floats, end: Floats) -> Floats:
    """Measure from points to segments, row by row, in degrees of the plane."""
    along, to_point = end - start, point - start
    length = (along * along).sum(axis=1)
    share = np.divide((along * to_point).sum(axis=1), length, out=np.zeros_like(length), where=length > 0)
    distance: Floats = np.hypot(*(to_point - along * np.clip(share, 0, 1)[:, None]).T)
    return distance
