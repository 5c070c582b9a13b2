"""The homes of a compound: slabs around its edge, rows looking south, or point towers in the green.

Before: `shapes`, `yard`. After: `compounds`.
"""

from __future__ import annotations

import numpy as np
from shapely import Point
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from data.sample.shapes import UNIT_M, edges, hall, slab, slab_doors, tower
from data.sample.terrain import Array
from data.sample.yard import Raised, Yard

STOREY_M = 2.9
SUN = 1.15
HIGH_STEP_M = 46.0
TOWER_STEP_M = 9.0
TOWER_GAP_M = (19.0, 27.0)
RING_FLOORS, RING_UNITS = 6, 4
LOWER_SHARE = 0.15
MOST_FLATS = 620


def build_homes(style: str, ground: BaseGeometry, lean_deg: float, rng: np.random.Generator) -> list[Raised]:
    """Fill the ground of a compound.

    Parameters
    ----------
    style : str
        slab, high (slabs of nine or eleven floors), ring or tower.
    ground : BaseGeometry
        Where homes may stand, metres.
    lean_deg : float
        How far rows are turned from east-west.

    Returns
    -------
    list of Raised
        From the front row to the back one, west to east.
    """
    if style == "tower":
        homes = _towers(ground, lean_deg, rng)
    else:
        around = _ring(ground, rng) if style == "ring" else []
        yard = Yard(ground, gap_m=7.0, lean_deg=lean_deg)
        yard.taken += [home.shape for home in around]
        homes = around + _rows(yard, style, rng)
    _keep_low(homes)
    return sorted(homes, key=lambda home: _reading_order(home, lean_deg))


def _keep_low(homes: list[Raised]) -> None:
    """Take floors off where one compound would be too much for one grid."""
    flats = sum(home.floors * home.per_floor * len(home.doors) for home in homes)
    share = min(1.0, MOST_FLATS / max(flats, 1))
    for home in homes:
        home.floors = max(1, int(home.floors * share))


def _reading_order(home: Raised, lean_deg: float) -> tuple[int, float]:
    middle = rotate(home.shape.centroid, -lean_deg, origin=(0, 0))
    return int(middle.y // 24), round(middle.x, 2)


def _ring(ground: BaseGeometry, rng: np.random.Generator) -> list[Raised]:
    """Put a slab in the middle of every long edge, as in a perimeter block."""
    homes: list[Raised] = []
    taken: list[BaseGeometry] = []
    for part in getattr(ground, "geoms", [ground]):
        for a, b in edges(part, tolerance_m=4.0):
            yard, middle, units = _beside(ground, a, b)
            yard.taken = taken
            homes += _slab(yard, middle, min(RING_UNITS, units), RING_FLOORS, rng) if units > 1 else []
    return homes


def _beside(ground: BaseGeometry, a: Array, b: Array) -> tuple[Yard, Array, int]:
    """Give a yard turned along an edge, the place inside its middle, and how many units fit."""
    along = b - a
    length = float(np.hypot(*along))
    yard = Yard(ground, gap_m=7.0, lean_deg=float(np.degrees(np.arctan2(along[1], along[0]))))
    inward = np.array([-along[1], along[0]]) / max(length, 1.0)
    at = Point((a + b) / 2 + 8.5 * inward)
    flat = rotate(at, -yard.lean_deg, origin=(0, 0))
    return yard, np.array([flat.x, flat.y]), int((length - 14) // UNIT_M)


def _rows(yard: Yard, style: str, rng: np.random.Generator) -> list[Raised]:
    """Fill the ground with rows looking south, as far apart as the sun asks."""
    floors = int(rng.choice([11, 11, 9])) if style == "high" else int(rng.choice([5, 6, 6, 6]))
    _, south, _, north = yard.bounds
    step = HIGH_STEP_M if style == "high" else 13 + SUN * STOREY_M * floors
    return [home for y in np.arange(south + 9, north - 6, step) for home in _row(yard, float(y), floors, rng)]


def _row(yard: Yard, y: float, floors: int, rng: np.random.Generator) -> list[Raised]:
    homes: list[Raised] = []
    west, _, east, _ = yard.bounds
    x = west + 2.0
    while x < east:
        made: list[Raised] = []
        for units in (3, 4, 2) if rng.integers(2) else (4, 3, 2):
            made = made or _slab(yard, np.array([x + units * UNIT_M / 2, y]), units, floors, rng)
        homes += made
        x += len(made[0].doors) * UNIT_M + 8.0 if made else 4.0
    return homes


def _slab(yard: Yard, at: Array, units: int, floors: int, rng: np.random.Generator) -> list[Raised]:
    x, y = float(at[0]), float(at[1])
    shape = yard.stand(slab(units), x, y)
    if shape is None:
        return []
    doors = [yard.down(door, x, y) for door in slab_doors(units)]
    return [Raised(shape, "residential", "slab", floors - int(rng.uniform() < LOWER_SHARE), 2, doors)]


def _towers(ground: BaseGeometry, lean_deg: float, rng: np.random.Generator) -> list[Raised]:
    """Stand point towers as close as the sun allows, and a low pavilion in the middle of the green."""
    yard = Yard(ground, gap_m=float(rng.uniform(*TOWER_GAP_M)), lean_deg=lean_deg)
    floors = int(rng.choice([16, 18, 18, 24]))
    west, south, east, north = yard.bounds
    homes: list[Raised] = []
    for y in np.arange(south + 13, north - 8, TOWER_STEP_M):
        for x in np.arange(west + 15, east, TOWER_STEP_M):
            if (shape := yard.stand(tower(), x, y)) is not None:
                storeys = floors + int(rng.integers(-1, 2))
                homes.append(
                    Raised(shape, "residential", "tower", storeys, 4, [yard.down(Point(0, -7), x, y)])
                )
    return homes + (_pavilion(yard) if homes else [])


def _pavilion(yard: Yard) -> list[Raised]:
    yard.gap_m = 7.0
    middle = rotate(yard.ground.representative_point(), -yard.lean_deg, origin=(0, 0))
    shape = yard.stand(hall(16, 10), middle.x, middle.y)
    return (
        []
        if shape is None
        else [Raised(shape, "office", "hall", 1, 0, [shape.centroid], name="物业服务中心")]
    )
