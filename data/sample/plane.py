"""From the town's own plane of metres to longitude and latitude.

Before: everything drawn in metres. After: `frames`. The plane touches the ellipsoid at the town's middle;
over three kilometres its error is a few centimetres, and straight lines stay straight, so that shapes that
share a line in metres share it in degrees, vertex by vertex.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.sample.terrain import HEIGHT_M, WIDTH_M, Array

MIDDLE_LON, MIDDLE_LAT = 114.30, 33.60
SEMI_MAJOR_M, FLATTENING = 6378137.0, 1 / 298.257222101
DECIMALS = 9
_E2 = FLATTENING * (2 - FLATTENING)
_SIN = np.sin(np.radians(MIDDLE_LAT))
_W = np.sqrt(1 - _E2 * _SIN**2)
LON_M = float(np.radians(1) * SEMI_MAJOR_M / _W * np.cos(np.radians(MIDDLE_LAT)))
LAT_M = float(np.radians(1) * SEMI_MAJOR_M * (1 - _E2) / _W**3)


def degrees(points_m: Array) -> Array:
    """Turn metres of the town's plane into degrees.

    Parameters
    ----------
    points_m : array of shape (n, 2)
        x east and y north, metres.

    Returns
    -------
    array of shape (n, 2)
        Longitude and latitude (EPSG:4490), rounded to 9 decimals (0.1 mm).
    """
    middle = np.array([WIDTH_M / 2, HEIGHT_M / 2])
    lonlat = np.array([MIDDLE_LON, MIDDLE_LAT]) + (points_m - middle) / np.array([LON_M, LAT_M])
    return np.asarray(np.round(lonlat, DECIMALS), dtype=np.float64)


def shapes_in_degrees(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Turn shapes in metres into shapes in degrees, vertex by vertex."""
    return list(shapely.transform(np.array(shapes, dtype=object), degrees))
