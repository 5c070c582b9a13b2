"""The ground before the town: outline, river, railway, in metres from the south-west corner.

Before: nothing but a seed. After: `streets` draws the town's streets between these lines. The plane is a
local one (x east, y north, metres); `plane` turns it into degrees at the very end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

WIDTH_M = 3200.0
HEIGHT_M = 2400.0
GRAIN_M = 0.01
RIVER_HALF_M = 27.0

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Terrain:
    """The lines that were there first.

    Attributes
    ----------
    outline : Polygon
        The subdistrict.
    river : LineString
        Middle of the river, reaching past the outline at both ends.
    water : Polygon
        The river's surface inside the outline.
    rail : LineString
        The railway, reaching past the outline.
    """

    outline: Polygon
    river: LineString
    water: Polygon
    rail: LineString


def curve(points: Array, *, step_m: float = 25.0) -> LineString:
    """Draw a smooth line (Catmull-Rom) through control points, one vertex about every `step_m` metres."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    parts = [_span(ends[i : i + 4], step_m) for i in range(len(points) - 1)]
    return LineString(np.vstack([*parts, points[-1:]]))


def _span(four: Array, step_m: float) -> Array:
    length = float(np.hypot(*(four[2] - four[1])))
    t = np.linspace(0, 1, max(2, int(length / step_m)), endpoint=False)[:, None]
    a, b, c, d = four
    bend = (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    return np.asarray(0.5 * (2 * b + (c - a) * t + bend), dtype=np.float64)


def longest(shape: BaseGeometry) -> LineString:
    """Give the longest line of a cut line (a line may leave the town and come back)."""
    lines = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, LineString)]
    return max(lines, key=lambda line: line.length)


def make_terrain(seed: int) -> Terrain:
    """Draw outline, river and railway of the sample town, in metres."""
    rng = np.random.default_rng([seed, 1])
    outline = _outline(rng)
    river = curve(_around(rng, RIVER, 35.0))
    water = Polygon(shapely.get_exterior_ring(river.buffer(RIVER_HALF_M, quad_segs=4).intersection(outline)))
    return Terrain(outline, river, water, curve(_around(rng, RAIL, 15.0)))


RIVER = np.array(
    [
        [-300, 1560], [120, 1500], [560, 1390], [960, 1130], [1400, 1010],
        [1850, 1130], [2250, 1310], [2650, 1270], [2980, 1060], [3500, 900],
    ],
    dtype=np.float64,
)  # fmt: skip
RAIL = np.array(
    [[-300, 330], [500, 265], [1300, 235], [2100, 215], [2800, 330], [3500, 560]], dtype=np.float64
)


def _around(rng: np.random.Generator, points: Array, spread_m: float) -> Array:
    return points + rng.uniform(-spread_m, spread_m, points.shape)


def _outline(rng: np.random.Generator) -> Polygon:
    across = np.linspace(0, WIDTH_M, 17)[:-1]
    up = np.linspace(0, HEIGHT_M, 13)[:-1]
    sides = [
        np.column_stack([across, np.zeros_like(across)]),
        np.column_stack([np.full_like(up, WIDTH_M), up]),
        np.column_stack([WIDTH_M - across, np.full_like(across, HEIGHT_M)]),
        np.column_stack([np.zeros_like(up), HEIGHT_M - up]),
    ]
    ring = np.vstack(sides)
    ring = ring + rng.uniform(-45, 45, ring.shape)
    smooth = (ring + 0.5 * np.roll(ring, 1, 0) + 0.5 * np.roll(ring, -1, 0)) / 2
    shape = Polygon(smooth)
    return Polygon(np.round(np.asarray(shape.exterior.coords), 2))
