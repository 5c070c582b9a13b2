"""Factories and public institutions: schools, clinics, markets, offices, the station.

Before: `blocks`. After: `buildings`; `ground` adds playing fields, lakes and squares.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from shapely import Point, Polygon
from shapely.affinity import rotate

from data.sample.blocks import Block
from data.sample.shapes import hall, lean_deg, school
from data.sample.yard import Raised, Yard

Plan = list[tuple[Polygon, int, str, float, float]]  # footprint, floors, name, dx and dy in shares of the lot

PLANS: dict[str, Plan] = {
 "school": [
        (school(52, 30), 4, "教学楼", 0.0, 0.27), (hall(30, 13), 2, "食堂", -0.36, 0.27),
        (hall(32, 13), 5, "实验楼", 0.36, 0.27), (hall(7, 5), 1, "门卫室", 0.38, -0.44),
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
FRONT_M = 13.0
REACHES_M = (0, 8, 14, 20, 30, 40)
USE = {"park": "office", "square": "office"}


def build_institution(block: Block, rng: np.random.Generator) -> list[Raised]:
    """Build a school, clinic, office, market, station, park or square by its plan."""
    yard = Yard(block.lot.buffer(-2), gap_m=4.0, lean_deg=lean_deg(block.lot))
    west, south, east, north = yard.bounds
    middle = rotate(block.lot, -yard.lean_deg, origin=(0, 0)).centroid
    built = []
    for plan, floors, name, dx, dy in PLANS[block.use]:
        at = Point(middle.x + dx * (east - west), middle.y + dy * (north - south))
        shape = _nearby(yard, at, plan, rng)
        if shape is not None:
            use = USE.get(block.use, block.use)
            doors = [shape.representative_point()]
            built.append(
                Raised(shape, use, "hall", floors, 0, doors, block.index, name=f"{block.name}{name}")
            )
    return built


def _nearby(yard: Yard, at: Point, plan: Polygon, rng: np.random.Generator) -> Polygon | None:
    """Set a building down at its spot or, where that is taken, close by."""
    for reach in REACHES_M:
        x, y = at.x + rng.uniform(-reach, reach), at.y + rng.uniform(-reach, reach)
        if (shape := yard.stand(plan, x, y)) is not None:
            return shape
    return None


def build_works(block: Block, rng: np.random.Generator, *, store: bool = False) -> list[Raised]:
    """Fill a works lot with halls in rows; unless it is a store, the front row has offices above."""
    yard = Yard(block.lot.buffer(-4), gap_m=7.0, lean_deg=lean_deg(block.lot, most_deg=40))
    _, south, _, north = yard.bounds
    built: list[Raised] = []
    y = south + 12.0
    while y < north - 8:
        front = not built and not store
        depth = FRONT_M if front else float(rng.uniform(18, 30))
        for shape in _halls(yard, y, depth, rng):
            floors = int(rng.integers(2, 5)) if front else 1
            built.append(Raised(shape, "factory", "hall", floors, 0, [shape.centroid], block.index))
        y += depth + rng.uniform(13, 18)
    return built


def _halls(yard: Yard, y: float, depth: float, rng: np.random.Generator) -> Iterator[Polygon]:
    west, _, east, _ = yard.bounds
    x = west + 6
    while x < east:
        step = 6.0
        for width in (float(rng.uniform(38, 72)), 34.0, 20.0):
            if (shape := yard.stand(hall(width, depth), x + width / 2, y + depth / 2 - 8)) is not None:
                yield shape
                step = width + float(rng.uniform(9, 14))
                break
        x += step
