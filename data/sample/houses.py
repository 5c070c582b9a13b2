"""Small houses: the old quarter's rows along its lanes, and the villages' houses in their courts.

Before: `blocks`. After: `buildings`.
"""

from __future__ import annotations

import numpy as np
from shapely import Point, Polygon

from data.sample.blocks import Block, polygons
from data.sample.shapes import along_edge, edges, hall, lean_deg, winged
from data.sample.yard import Raised, Yard
from data.sample.zones import Zones

LANE_M = 3.5
LEAST_RING_M2 = 260.0
GAPS = 0.12
SHOP_SHARE = 0.16


def build_old(block: Block, rng: np.random.Generator) -> list[Raised]:
    """Fill an old block with rings of low houses, the outer one partly shops."""
    built: list[Raised] = []
    yard = Yard(block.lot.buffer(0.2), gap_m=0.0)
    rings = [block.lot]
    outer = True
    while rings:
        for ring in rings:
            built += _ring(ring, yard, rng, outer=outer)
        rings = [part for ring in rings for part in polygons(ring.buffer(-11.5 - LANE_M))]
        rings = [ring for ring in rings if ring.area > LEAST_RING_M2]
        outer = False
    return _on(block, built)


def _ring(ring: Polygon, yard: Yard, rng: np.random.Generator, *, outer: bool) -> list[Raised]:
    built: list[Raised] = []
    for a, b in edges(ring):
        for shape in along_edge(a, b, rng, width_m=(8, 15), depth_m=(7.5, 11), gap_m=2.2):
            if rng.uniform() < GAPS or not yard.take(shape):
                continue
            shop = outer and rng.uniform() < SHOP_SHARE
            use, homes = ("shop", 0) if shop else ("residential", int(rng.choice([1, 1, 2])))
            floors = int(rng.choice([1, 1, 2])) if homes else 2
            built.append(Raised(shape, use, "house", floors, homes, [shape.centroid]))
    return built


def build_village(block: Block, zones: Zones, rng: np.random.Generator) -> list[Raised]:
    """Stand village houses in rows looking south, thinner towards the village's edge."""
    village = zones.village_of(block.face)
    lean = lean_deg(block.lot, most_deg=14) + float(rng.uniform(-2, 2))
    yard = Yard(block.lot, gap_m=1.2, lean_deg=lean)
    west, south, east, north = yard.bounds
    built: list[Raised] = []
    for y in np.arange(south + 6, north - 3, rng.uniform(16.5, 18.5)):
        for x in np.arange(west + 6, east - 3, rng.uniform(12.6, 13.8)):
            spot = yard.down(Point(0, 0), x, y)
            deep = village.ground.exterior.distance(spot) if village.ground.contains(spot) else 0.0
            if rng.uniform() < 0.72 + min(0.26, deep / 100):
                built += _farm(yard, x, y, rng)
    for house in built:
        house.road = village.name
    return _on(block, built)


def _farm(yard: Yard, x: float, y: float, rng: np.random.Generator) -> list[Raised]:
    for shrink in (1.0, 0.88, 0.78):
        dx, dy, turn = rng.uniform(-1, 1), rng.uniform(-1.5, 1.5), float(rng.uniform(-3, 3))
        shape = yard.stand(_plan(rng, shrink), x + dx, y + dy, turn_deg=turn)
        if shape is not None:
            floors = int(rng.choice([1, 2, 2, 3]))
            return [Raised(shape, "residential", "farm", floors, 1, [shape.representative_point()])]
    return []


def _plan(rng: np.random.Generator, shrink: float) -> Polygon:
    width, depth = shrink * rng.uniform(9.5, 12), shrink * rng.uniform(7, 8.5)
    if rng.uniform() < 0.5:  # noqa: PLR2004 - a share
        return hall(width, depth)
    return winged(width, depth, shrink * float(rng.uniform(3.5, 5.5)), west=bool(rng.integers(2)))


def _on(block: Block, built: list[Raised]) -> list[Raised]:
    for raised in built:
        raised.block = block.index
    return built
