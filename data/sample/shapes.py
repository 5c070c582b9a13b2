"""Footprints: slab block, point tower, hall, house with a wing; and rows of units along an edge.

Before: nothing. After: `compounds`, `houses`, `works` place them in a `yard`. All in metres; a footprint
stands around (0, 0) with its front to the south until `set_down` turns and moves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from data.sample.terrain import Array

UNIT_M = 14.5
SLAB_DEPTH_M = 11.5
STAIR_M = 1.4
LEAST_EDGE_M = 6.0

Shape = TypeVar("Shape", Polygon, Point, LineString)


def slab(units: int, *, unit_m: float = UNIT_M, depth_m: float = SLAB_DEPTH_M) -> Polygon:
    """Draw a slab block of some units, each with its stair standing out to the north."""
    half, north = units * unit_m / 2, depth_m / 2
    ring = [(-half, -north), (half, -north), (half, north)]
    for unit in reversed(range(units)):
        middle = -half + (unit + 0.5) * unit_m
        ring += [(middle + 1.5, north), (middle + 1.5, north + STAIR_M), (middle - 1.5, north + STAIR_M)]
        ring.append((middle - 1.5, north))
    return Polygon([*ring, (-half, north)])


def slab_doors(units: int, *, unit_m: float = UNIT_M, depth_m: float = SLAB_DEPTH_M) -> list[Point]:
    """Give the doors of a slab, west to east, just inside its stairs."""
    half = units * unit_m / 2
    return [Point(-half + (unit + 0.5) * unit_m, depth_m / 2 + STAIR_M - 0.4) for unit in range(units)]


def tower(width_m: float = 27.0, depth_m: float = 21.0) -> Polygon:
    """Draw a point tower: a block with notches for light on all four sides."""
    w, d, a = width_m / 2, depth_m / 2, 3.2
    quarter = [(2.2, -d + a), (2.2, -d), (w - a, -d), (w - a, -d + 2), (w, -d + 2), (w, -1.8), (w - a, -1.8)]
    right = quarter + [(x, -y) for x, y in reversed(quarter)]
    return Polygon(right + [(-x, y) for x, y in reversed(right)])


def hall(width_m: float, depth_m: float) -> Polygon:
    """Draw a plain rectangle."""
    return box(-width_m / 2, -depth_m / 2, width_m / 2, depth_m / 2)


def winged(width_m: float, depth_m: float, wing_m: float, *, west: bool) -> Polygon:
    """Draw a house with a side wing to the south, as around a small court."""
    w, d, side = width_m / 2, depth_m / 2, 3.6
    ring = [(-w, d), (-w, -d - wing_m), (-w + side, -d - wing_m), (-w + side, -d), (w, -d), (w, d)]
    return orient(Polygon(ring if west else [(-x, y) for x, y in ring]))


def school(width_m: float, depth_m: float) -> Polygon:
    """Draw a U open to the south."""
    w, d, arm = width_m / 2, depth_m / 2, 11.0
    ring = [
        (-w, d),
        (-w, -d),
        (-w + arm, -d),
        (-w + arm, d - arm),
        (w - arm, d - arm),
        (w - arm, -d),
        (w, -d),
        (w, d),
    ]
    return orient(Polygon(ring))


def set_down(shape: Shape, x: float, y: float, angle_deg: float) -> Shape:
    """Turn a footprint about (0, 0) and move it to its place."""
    return translate(rotate(shape, angle_deg, origin=(0, 0)), x, y)


def lean_deg(lot: BaseGeometry, *, most_deg: float = 22.0) -> float:
    """Give the turn of rows that follow a lot's sides yet still look south, in degrees."""
    ring = shapely.get_coordinates(lot.minimum_rotated_rectangle)
    along = ring[1] - ring[0]
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    return float(np.clip((angle + 45) % 90 - 45, -most_deg, most_deg))


def along_edge(
    a: Array, b: Array, rng: np.random.Generator, *, width_m: tuple[float, float], depth_m: tuple[float, float],
    gap_m: float,
) -> Iterator[Polygon]:  # fmt: skip
    """Draw rectangles side by side along an edge, inside being on the left of a → b."""
    length = float(np.hypot(*(b - a)))
    along = (b - a) / max(length, 1e-9)
    inward = np.array([-along[1], along[0]])
    at = float(rng.uniform(0, gap_m + 0.1))
    while at + width_m[0] <= length and length >= LEAST_EDGE_M:
        width = min(float(rng.uniform(*width_m)), length - at)
        deep = float(rng.uniform(*depth_m)) * inward
        yield Polygon(
            [a + at * along, a + (at + width) * along, a + (at + width) * along + deep, a + at * along + deep]
        )
        at += width + float(rng.uniform(0, gap_m))


def edges(lot: Polygon, *, tolerance_m: float = 1.5) -> list[tuple[Array, Array]]:
    """Give a lot's edges counter-clockwise, so that inside is on the left."""
    ring = shapely.get_coordinates(shapely.orient_polygons(lot.simplify(tolerance_m)))
    return [(ring[i], ring[i + 1]) for i in range(len(ring) - 1)]
