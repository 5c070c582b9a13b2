"""Factories and public institutions: schools, clinics, markets, offices, the station.

Before: `blocks`. After: `buildings`; `ground` adds playing fields, lakes and squares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from shapely import Point, Polygon
from shapely.affinity import rotate

from data.sample.blocks import Block
from data.sample.shapes import hall, lean_deg, school, set_down
from data.sample.yard import Raised, Yard

Plan = list[tuple[Polygon, int, str, float, float]]  # footprint, floors, name, dx and dy in shares of the lot

PLANS: dict[str, Plan] = {
    "school": [
        (school(56, 34), 4, "教学楼", 0.0, 0.18), (hall(34, 16), 2, "食堂", -0.28, -0.3),
        (hall(40, 14), 5, "实验楼", 0.3, -0.3), (hall(7, 5), 1, "门卫室", 0.0, -0.44),
    ],
    "clinic": [(hall(48, 18), 5, "门诊楼", 0.0, 0.0), (hall(36, 14), 3, "住院楼", 0.0, 0.3)],
    "office": [(hall(54, 16), 6, "办公楼", 0.0, 0.15), (hall(30, 14), 3, "便民服务中心", -0.25, -0.25)],
    "market": [
        (hall(52, 26), 1, "蔬菜大厅", 0.0, 0.05), (hall(40, 14), 1, "水产大厅", 0.0, -0.3),
        (hall(40, 12), 2, "干货楼", 0.0, 0.36),
    ],
    "station": [(hall(70, 20), 2, "候车楼", 0.0, -0.1), (hall(26, 12), 2, "行包房", -0.3, -0.1)],
    "park": [(hall(9, 7), 1, "公园管理处", -0.32, -0.34), (hall(8, 6), 1, "公共厕所", 0.34, -0.3)],
    "square": [(hall(7, 5), 1, "公共厕所", 0.36, 0.36)],
}  # fmt: skip
USE = {"park": "office", "square": "office"}


def build_institution(block: Block, rng: np.random.Generator) -> list[Raised]:
    """Build a school, clinic, office, market, station, park or square by its plan."""
    lean = lean_deg(block.lot)
    yard = Yard(block.lot.buffer(-2), gap_m=4.0)
    flat = rotate(block.lot, -lean, origin=(0, 0))
    middle, (west, south, east, north) = flat.centroid, flat.bounds
    built = []
    for plan, floors, name, dx, dy in PLANS[block.use]:
        at = Point(middle.x + dx * (east - west), middle.y + dy * (north - south))
        use = USE.get(block.use, block.use)
        built += _nearby(
            yard, rotate(at, lean, origin=(0, 0)), plan, lean, rng, (use, floors, f"{block.name}{name}")
        )
    for raised in built:
        raised.block = block.index
    return built


def _nearby(
    yard: Yard, at: Point, plan: Polygon, lean: float, rng: np.random.Generator, kind: tuple[str, int, str]
) -> list[Raised]:
    """Set a building down at its spot or, where that is taken, close by."""
    for reach in (0, 8, 14, 20, 30, 40):
        x, y = at.x + rng.uniform(-reach, reach), at.y + rng.uniform(-reach, reach)
        shape = set_down(plan, x, y, lean)
        if yard.take(shape):
            return [Raised(shape, kind[0], "hall", kind[1], 0, [shape.representative_point()], name=kind[2])]
    return []


def build_works(block: Block, rng: np.random.Generator, *, store: bool = False) -> list[Raised]:
    """Fill a works lot with halls in rows, an office in front and a gatehouse."""
    lean = lean_deg(block.lot, most_deg=40)
    yard = Yard(block.lot.buffer(-4), gap_m=7.0)
    west, south, east, north = rotate(block.lot, -lean, origin=(0, 0)).bounds
    built: list[Raised] = []
    y = south + 14.0
    first = True
    while y < north - 8:
        depth = 13.0 if first else float(rng.uniform(18, 30))
        built += _halls(yard, west, east, y, depth, lean, rng, _storeys(rng, first=first, store=store))
        y += depth + rng.uniform(13, 18)
        first = False
    for raised in built:
        raised.block = block.index
    return built


def _storeys(rng: np.random.Generator, *, first: bool, store: bool) -> Callable[[], int]:
    return (lambda: int(rng.integers(2, 5))) if first and not store else (lambda: 1)


def _halls(
    yard: Yard, west: float, east: float, y: float, depth: float, lean: float, rng: np.random.Generator,
    floors: Callable[[], int],
) -> list[Raised]:  # fmt: skip
    built: list[Raised] = []
    x = west + 6
    while x < east:
        for width in (float(rng.uniform(38, 72)), 34.0, 20.0):
            at = rotate(Point(x + width / 2, y + depth / 2 - 8), lean, origin=(0, 0))
            shape = set_down(hall(width, depth), at.x, at.y, lean)
            if yard.take(shape):
                built.append(Raised(shape, "factory", "hall", floors(), 0, [shape.centroid]))
                x += width + rng.uniform(9, 14)
                break
        else:
            x += 6
    return built
