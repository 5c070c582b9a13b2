"""Whether two numbers can be a point on the earth.

Before: nothing. After: everything that takes a point from outside.
"""

from __future__ import annotations

FURTHEST_LON = 180.0
FURTHEST_LAT = 90.0


def on_earth(lon: float, lat: float) -> bool:
    """Say whether two numbers are a longitude and a latitude in degrees; NaN and infinities are not."""
    return abs(lon) <= FURTHEST_LON and abs(lat) <= FURTHEST_LAT
