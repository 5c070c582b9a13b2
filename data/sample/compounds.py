"""Residential compounds: shops along the street, a gate, an inner road, and homes behind it.

Before: `blocks`, `homes`. After: `buildings` gathers and numbers; `addresses` gives each compound its street number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import nearest_points

from data.sample.blocks import Block
from data.sample.homes import build_homes
from data.sample.shapes import along_edge, edges, lean_deg
from data.sample.streets import Street
from data.sample.terrain import Array
from data.sample.yard import Raised, Yard

MAJOR = ("primary", "secondary", "tertiary")
GATE_M = 7.0
FACING_M = 30.0
LEAST_FRONT_M = 26.0
WALL_M = 3.0


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
    homes = build_homes(
        compound.style, behind.difference(compound.inner.buffer(4.5)), lean_deg(block.lot), rng
    )
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
