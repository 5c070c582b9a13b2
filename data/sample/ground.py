"""What lies between the houses: river, lakes, ponds, parks, playing fields, farm fields, squares, the railway.

Before: `blocks` and the buildings. After: `frames`. Ground never overlaps a building's footprint except
where a building stands in a park.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.affinity import rotate, scale, translate
from shapely.geometry.base import BaseGeometry

from data.sample.blocks import RAIL_HALF_M, Block, largest, polygons
from data.sample.compounds import Compound
from data.sample.shapes import lean_deg, set_down
from data.sample.terrain import Terrain
from data.sample.yard import Raised

Patch = tuple[str, str, Polygon]
LEAST_FIELD_M2 = 900.0
LEAST_GREEN_M2 = 300.0
POND_SHARE = 0.35
GREEN_M = 9.0
TRACK_SIZES = (1.15, 0.95, 0.75, 0.55)


def make_ground(
    terrain: Terrain, blocks: list[Block], compounds: list[Compound], built: list[Raised], seed: int
) -> list[Patch]:
    """Give (kind, name, polygon) of all open ground, in metres."""
    rng = np.random.default_rng([seed, 6])
    patches: list[Patch] = [("water", "样例河", terrain.water)]
    rail = terrain.rail.buffer(RAIL_HALF_M - 4, cap_style="flat").intersection(terrain.outline)
    patches += [("rail", "样例铁路", part) for part in polygons(rail)]
    for block in blocks:
        patches += _of_block(block, [raised.shape for raised in built if raised.block == block.index], rng)
    for compound in compounds:
        patches += _garden(compound, [raised.shape for raised in built if raised.block == compound.block])
    return patches


def _of_block(block: Block, houses: list[Polygon], rng: np.random.Generator) -> Iterator[Patch]:
    if block.use == "field":
        yield from _fields(block, rng)
    elif block.use == "park":
        yield from _park(block, houses, rng)
    elif block.use == "school":
        yield from _playing_field(block, houses)
    elif block.use == "square":
        yield "square", block.name, block.lot
    elif block.use == "station":
        yield from (("square", "站前广场", part) for part in polygons(_free(block.lot, houses, 3.0)))
    elif block.use == "bank":
        yield from (("green", "滨河绿带", part) for part in polygons(block.lot))
    elif block.use == "green":
        yield from (("green", "", part) for part in polygons(block.lot))


def _free(lot: Polygon, houses: list[Polygon], gap_m: float) -> BaseGeometry:
    return lot.difference(shapely.union_all([house.buffer(gap_m) for house in houses]))


def _park(block: Block, houses: list[Polygon], rng: np.random.Generator) -> Iterator[Patch]:
    lake = _blob(block.lot.buffer(-18), rng, 0.52).difference(
        shapely.union_all([h.buffer(6) for h in houses])
    )
    for part in polygons(lake):
        yield "water", "南湖" if "南湖" in block.name else "公园湖", part
    for part in polygons(_free(block.lot, houses, 1.0).difference(lake.buffer(0.05))):
        yield "green", block.name, part


def _blob(room: Polygon, rng: np.random.Generator, share: float) -> Polygon:
    middle = room.centroid
    angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    wave = 1 + 0.16 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.1 * np.sin(3 * angle + rng.uniform(0, 6))
    ring = Polygon(np.column_stack([wave * np.cos(angle), wave * np.sin(angle)]))
    size = share * np.sqrt(room.area / np.pi)
    shape = translate(scale(ring, 1.25 * size, 0.85 * size, origin=(0, 0)), middle.x, middle.y)
    return largest(shape.intersection(room))


def _playing_field(block: Block, houses: list[Polygon]) -> Iterator[Patch]:
    """Lay a running track where it fits best."""
    lean = lean_deg(block.lot)
    middle = block.lot.centroid
    track = LineString([(-26, 0), (26, 0)]).buffer(20, quad_segs=8)
    free = _free(block.lot.buffer(-2), houses, 3.0)
    west, south, east, north = block.lot.bounds
    for size in TRACK_SIZES:
        shape = scale(track, size, size, origin=(0, 0))
        for dy in np.linspace(-0.45, 0.45, 13):
            for dx in np.linspace(-0.35, 0.35, 11):
                at = middle.x + dx * (east - west), middle.y + dy * (north - south)
                if free.contains(laid := set_down(shape, *at, lean)):
                    yield "green", f"{block.name}操场", laid
                    return


def _fields(block: Block, rng: np.random.Generator) -> Iterator[Patch]:
    """Cut a rural lot into parcels by parallel lines, with a pond here and there."""
    pond = Polygon()
    if rng.uniform() < POND_SHARE and block.lot.area > 20 * LEAST_FIELD_M2:
        spot = shapely.Point(block.lot.representative_point()).buffer(60).intersection(block.lot.buffer(-12))
        pond = _blob(spot, rng, float(rng.uniform(0.3, 0.5))) if isinstance(spot, Polygon) else Polygon()
    if not pond.is_empty:
        yield "water", "", pond
    for part in _parcels(block.ground.difference(pond.buffer(2)), rng):
        yield "field", "", part


def _parcels(lot: BaseGeometry, rng: np.random.Generator) -> Iterator[Polygon]:
    lean = lean_deg(lot.convex_hull, most_deg=44) + (90 if rng.uniform() < 0.5 else 0)  # noqa: PLR2004
    flat = rotate(lot, -lean, origin=(0, 0))
    west, south, east, north = flat.bounds
    y = south
    while y < north:
        deep = float(rng.uniform(28, 62))
        x = west
        while x < east:
            wide = float(rng.uniform(90, 230))
            cell = shapely.box(x + 1, y + 1, x + wide - 1, y + deep - 1).intersection(flat)
            yield from (rotate(p, lean, origin=(0, 0)) for p in polygons(cell) if p.area > LEAST_FIELD_M2)
            x += wide
        y += deep


def _garden(compound: Compound, houses: list[Polygon]) -> Iterator[Patch]:
    """Leave the ground between the rows green."""
    free = _free(compound.ground.buffer(-5), houses, GREEN_M / 2).difference(compound.inner.buffer(5))
    for part in polygons(free.buffer(-1.5).buffer(1.5, quad_segs=2)):
        if part.area > LEAST_GREEN_M2:
            yield "green", "", largest(part.simplify(0.5))
