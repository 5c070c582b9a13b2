"""How long the way between two points takes: one function, so that a better network has one place to come in.

Before: `geometry`. After: `rounds`. The way is taken as the straight line times a detour factor.
"""

from __future__ import annotations

import math

DETOUR = 1.3
"""Ways through a town against the straight line; measured means lie between 1.2 and 1.4."""
SPEED_KMH = {"foot": 4.5, "bike": 10.0, "ebike": 15.0}
LOOKING_KMH = {"foot": 4.0, "bike": 8.0, "ebike": 8.0}
"""Slower where the way itself is to be looked at."""
METRES_A_DEGREE = 111_195.0
"""On the sphere of 6,371 km: within 0.6 % of the ellipsoid, far below what the detour factor leaves open."""

Point = tuple[float, float]


def straight_m(one: Point, other: Point) -> float:
    """Give the metres between two points in degrees, for distances within a town."""
    lat = math.radians((one[1] + other[1]) / 2)
    return METRES_A_DEGREE * math.hypot((one[0] - other[0]) * math.cos(lat), one[1] - other[1])


def walking_minutes(one: Point, other: Point, means: str = "foot") -> float:
    """Give the minutes from one point to another by a means (`foot`, `bike`, `ebike`)."""
    return straight_m(one, other) * DETOUR / 1000 / SPEED_KMH[means] * 60


def walking_seconds(one: Point, other: Point, means: str) -> float:
    """Give the same in seconds, as `pack` asks it."""
    return 60 * walking_minutes(one, other, means)


def looking_s(length_m: float, means: str) -> int:
    """Give the seconds it takes to go along a section and look."""
    return round(length_m / 1000 / LOOKING_KMH[means] * 3600)
