"""Which grid a point in degrees lies in, by the final lines.

Before: `frames.boundary_frame`. After: `cases`, which write down the true grid.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry


class GridAt:
    """Answers which grid a point in degrees lies in; on a line, the smaller code."""

    def __init__(self, codes: list[str], shapes: list[BaseGeometry]) -> None:
        self.codes = codes
        self.tree = shapely.STRtree(shapes)

    def __call__(self, lon: float, lat: float) -> str:
        """Give the grid's code, or an empty text outside."""
        found = self.tree.query(Point(lon, lat), predicate="intersects")
        return min((self.codes[int(index)] for index in np.atleast_1d(found)), default="")
