"""Residential compounds: shops along the street, a gate, an inner road, and rows of slabs or towers.

Before: `blocks`. After: `buildings` gathers and numbers; `addresses` gives each compound its street number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from data.sample.blocks import Block
from data.sample.shapes import UNIT_M, along_edge, edges, hall, lean_deg, set_down, slab, slab_doors, tower
from data.sample.streets import Street
from data.sample.terrain import Array
from data.sample.yard import Raised, Yard

MAJOR = ("primary", "secondary", "tertiary")
GATE_M = 7.0
FACING_M = 30.0
LEAST_FRONT_M = 26.0
WALL_M = 3.0
TOWER_STEP_M = 52.0


@dataclass
class Compound:
    """A walled compound: its block, ground, inner road, gate and way of building."""

    block: int
    ground: Polygon
    style: str
    gate: Point
    inner: LineString
    code: str = ""
    name: str = ""
    aliases: str = ""
    address: str = ""


def build_compound(
    block: Block, number: int, streets: list[Street], rng: np.random.Generator
) -> tuple[Compound, list[Raised]]:
    """Build one compound on a block's lot: shops first, then homes behind them."""
    compound = _lay_out(block, streets, rng)
    yard = Yard(block.lot.difference(compound.inner.buffer(4.0)), gap_m=0.0)
    shops = _shops(block, yard, streets, rng)
    behind = block.lot.buffer(-WALL_M).difference(
        shapely.union_all([shop.shape.buffer(6.0) for shop in shops])
    )
    homes = _homes(compound, behind.difference(compound.inner.buffer(4.5)), rng)
    for home in homes:
        home.compound = number
    for raised in [*shops, *homes]:
        raised.block = block.index
    return compound, shops + homes


def _lay_out(block: Block, streets: list[Street], rng: np.random.Generator) -> Compound:
    """Choose style and gate, and draw the inner road from the street to the far side."""
    start, stop = _drive(block, streets)
    inner = LineString([start, stop])
    gate = inner.intersection(block.lot.exterior)
    style = str(rng.choice(*STYLES.get(block.zone, STYLES["urban"])))
    return Compound(
        block.index, block.lot, style, gate.representative_point() if not gate.is_empty else start, inner
    )


def _drive(block: Block, streets: list[Street]) -> tuple[Point, Point]:
    """Find the gate's place on the quietest long side and how far the inner road goes in."""
    near = [street for street in streets if street.line.distance(block.lot) < FACING_M]
    lines = shapely.union_all([s.line for s in near if s.highway not in MAJOR] or [s.line for s in near])
    sides = [
        (a, b) for a, b in edges(block.lot, tolerance_m=6.0) if lines.distance(Point((a + b) / 2)) < FACING_M
    ]
    a, b = max(sides or edges(block.lot), key=lambda side: float(np.hypot(*(side[1] - side[0]))))
    middle = Point((a + b) / 2)
    start = nearest_points(lines, middle)[0]
    inward = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a))
    far = LineString([middle, Point((a + b) / 2 + 400 * inward)]).intersection(block.lot)
    deep = max(12.0, 0.62 * far.length)
    return start, Point((a + b) / 2 + deep * inward)


STYLES: dict[str, tuple[list[str], int | None, bool, list[float]]] = {
    "urban": (["slab", "high", "ring"], None, True, [0.68, 0.16, 0.16]),
    "core": (["ring", "slab", "tower"], None, True, [0.55, 0.3, 0.15]),
    "new": (["tower", "high", "slab"], None, True, [0.5, 0.35, 0.15]),
    "works": (["slab"], None, True, [1.0]),
}


def _shops(block: Block, yard: Yard, streets: list[Street], rng: np.random.Generator) -> list[Raised]:
    """Line the edges along larger streets with shops, some with flats above."""
    major = shapely.union_all(
        [s.line for s in streets if s.highway in MAJOR and s.line.distance(block.lot) < FACING_M]
    )
    shops: list[Raised] = []
    for a, b in edges(block.lot):
        middle = Point((a + b) / 2)
        if np.hypot(*(b - a)) < LEAST_FRONT_M or major.is_empty or major.distance(middle) > FACING_M:
            continue
        if rng.uniform() < (0.9 if block.zone == "core" else 0.62):
            shops += _front(a, b, yard, rng)
    return shops


def _front(a: Array, b: Array, yard: Yard, rng: np.random.Generator) -> list[Raised]:
    inset = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a)) * 0.6
    depth = float(rng.uniform(9, 13))
    rows = along_edge(a + inset, b + inset, rng, width_m=(9, 24), depth_m=(depth, depth + 1.5), gap_m=2.5)
    return [_shop(shape, rng) for shape in rows if yard.take(shape)]


def _shop(shape: Polygon, rng: np.random.Generator) -> Raised:
    floors = int(rng.choice([1, 2, 2, 3, 4]))
    flats = int(rng.integers(1, 3)) if floors > 2 else 0  # noqa: PLR2004 - flats from the third floor up
    return Raised(shape, "shop", "row", floors, flats, [shape.centroid])


def _homes(compound: Compound, ground: BaseGeometry, rng: np.random.Generator) -> list[Raised]:
    lean = lean_deg(compound.ground)
    yard = Yard(ground, gap_m=7.0)
    homes: list[Raised] = []
    if compound.style == "ring":
        homes += _ring(ground, yard, rng)
    if compound.style == "tower":
        homes += _towers(ground, yard, lean, rng)
    if compound.style in {"slab", "ring", "high"}:
        homes += _rows(ground, yard, lean, compound.style, rng)
    return sorted(homes, key=lambda home: _reading_order(home.shape, lean))


def _reading_order(shape: Polygon, lean: float) -> tuple[int, float]:
    """Number from the front row to the back one, west to east."""
    middle = rotate(shape.centroid, -lean, origin=(0, 0))
    return int(middle.y // 24), round(middle.x, 2)


def _ring(ground: BaseGeometry, yard: Yard, rng: np.random.Generator) -> list[Raised]:
    """Put slabs along the edges, as in a perimeter block."""
    homes: list[Raised] = []
    for part in getattr(ground, "geoms", [ground]):
        for a, b in edges(part, tolerance_m=4.0):
            along = b - a
            length = float(np.hypot(*along))
            units = min(4, int((length - 14) // UNIT_M))
            if units > 1:
                inward = np.array([-along[1], along[0]]) / length
                x, y = (a + b) / 2 + 8.5 * inward
                homes += _slab(yard, x, y, float(np.degrees(np.arctan2(along[1], along[0]))), units, 6, rng)
    return homes


def _rows(
    ground: BaseGeometry, yard: Yard, lean: float, style: str, rng: np.random.Generator
) -> list[Raised]:
    """Fill the ground with rows looking south, as far apart as the sun asks."""
    floors = int(rng.choice([11, 11, 9])) if style == "high" else int(rng.choice([5, 6, 6, 6]))
    flat = rotate(ground, -lean, origin=(0, 0))
    west, south, east, north = flat.bounds
    step = 13 + 1.15 * 2.9 * floors if style != "high" else 46.0
    homes: list[Raised] = []
    for y in np.arange(south + 9, north - 6, step):
        homes += _row(yard, west, east, float(y), lean, floors, rng)
    return homes


def _row(
    yard: Yard, west: float, east: float, y: float, lean: float, floors: int, rng: np.random.Generator
) -> list[Raised]:
    homes: list[Raised] = []
    x = west + 2.0
    while x < east:
        sizes = [3, 4, 2] if rng.uniform() < 0.5 else [4, 3, 2]  # noqa: PLR2004 - a share
        made: list[Raised] = []
        for units in sizes:
            middle = rotate(Point(x + units * UNIT_M / 2, y), lean, origin=(0, 0))
            made = _slab(yard, middle.x, middle.y, lean, units, floors, rng)
            if made:
                break
        homes += made
        x += len(made[0].doors) * UNIT_M + 8.0 if made else 4.0
    return homes


def _slab(
    yard: Yard, x: float, y: float, angle: float, units: int, floors: int, rng: np.random.Generator
) -> list[Raised]:
    shape = set_down(slab(units), x, y, angle)
    if not yard.take(shape):
        return []
    doors = [set_down(door, x, y, angle) for door in slab_doors(units)]
    storeys = max(3, floors - int(rng.uniform() < 0.15))  # noqa: PLR2004 - a share
    return [Raised(shape, "residential", "slab", storeys, 2, doors)]


def _towers(ground: BaseGeometry, yard: Yard, lean: float, rng: np.random.Generator) -> list[Raised]:
    """Stand point towers in a staggered pattern, with a low pavilion in the middle of the green."""
    flat = rotate(ground, -lean, origin=(0, 0))
    west, south, east, north = flat.bounds
    floors = int(rng.choice([16, 18, 18, 24]))
    homes: list[Raised] = []
    for row, y in enumerate(np.arange(south + 15, north - 10, TOWER_STEP_M)):
        for x in np.arange(west + 16 + (row % 2) * TOWER_STEP_M / 2, east, TOWER_STEP_M):
            homes += _tower(yard, rotate(Point(x, y), lean, origin=(0, 0)), lean, floors, rng)
    middle = ground.representative_point()
    pavilion = set_down(hall(16, 10), middle.x, middle.y, lean)
    if homes and yard.take(pavilion):
        homes.append(Raised(pavilion, "office", "hall", 1, 0, [pavilion.centroid], name="物业服务中心"))
    return homes


def _tower(yard: Yard, at: Point, lean: float, floors: int, rng: np.random.Generator) -> list[Raised]:
    for dx, dy in ((0, 0), (0, 9), (8, 0), (0, -9), (-8, 0), (14, 6)):
        shape = set_down(tower(), at.x + dx, at.y + dy, lean)
        if yard.take(shape):
            door = set_down(Point(0, -7.0), at.x + dx, at.y + dy, lean)
            return [Raised(shape, "residential", "tower", floors + int(rng.integers(-1, 2)), 4, [door])]
    return []
