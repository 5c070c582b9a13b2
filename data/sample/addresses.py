"""Who has which number on which street: odd on one side, even on the other, rising west to east, north to south.

Before: `buildings`, `roads`. After: `frames`. A compound or an institution has one number for all its houses;
a village counts its own houses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, STRtree

from data.sample.blocks import Block
from data.sample.compounds import Compound
from data.sample.streets import Street
from data.sample.yard import Raised
from data.sample.zones import Zones

SKIP_SHARE = 0.07


@dataclass(frozen=True)
class Front:
    """Something that needs a number: where its door is, and what to do with the number."""

    at: Point
    give: Callable[[str, str], None]


def give_addresses(
    blocks: list[Block], compounds: list[Compound], built: list[Raised], streets: list[Street], seed: int
) -> None:
    """Write road and house number into every building, and the address into every compound."""
    _villages(built)
    fronts = [Front(c.gate, _for_compound(c, n, built)) for n, c in enumerate(compounds)]
    fronts += [Front(b.lot.centroid, _for_block(b, built)) for b in blocks if b.name or b.use == "works"]
    alone = {b.index for b in blocks if not b.name and b.use != "works"}
    fronts += [
        Front(raised.doors[0], _for_building(raised))
        for raised in built
        if raised.compound < 0 and raised.block in alone and not raised.road
    ]
    _number(fronts, streets, np.random.default_rng([seed, 7]))


def _villages(built: list[Raised]) -> None:
    counts: dict[str, int] = defaultdict(int)
    for raised in built:
        if raised.kind == "farm":
            counts[raised.road] += 1
            raised.number = f"{counts[raised.road]}号"


def _for_compound(compound: Compound, number: int, built: list[Raised]) -> Callable[[str, str], None]:
    def give(road: str, house: str) -> None:
        compound.address = road + house
        for raised in built:
            if raised.compound == number:
                raised.road, raised.number = road, house

    return give


def _for_block(block: Block, built: list[Raised]) -> Callable[[str, str], None]:
    def give(road: str, house: str) -> None:
        for raised in built:
            if raised.block == block.index:
                raised.road, raised.number = road, house

    return give


def _for_building(raised: Raised) -> Callable[[str, str], None]:
    def give(road: str, house: str) -> None:
        raised.road, raised.number = road, house

    return give


def _number(fronts: list[Front], streets: list[Street], rng: np.random.Generator) -> None:
    named = [street for street in streets if street.name and street.highway != "track"]
    nearest = STRtree([street.line for street in named]).nearest(np.array([front.at for front in fronts]))
    sides: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)
    for index, which in enumerate(nearest):
        street = named[int(which)]
        place, left = _beside(street.line, fronts[index].at)
        sides[street.name, left].append((place, index))
    for (road, left), row in sorted(sides.items()):
        house = 2 if left else 1
        for _, index in sorted(row):
            house += 2 * int(rng.uniform() < SKIP_SHARE)
            fronts[index].give(road, f"{house}号")
            house += 2


def _beside(line: LineString, at: Point) -> tuple[float, bool]:
    """Say how far along (west to east or north to south) and on which side of a street a point lies."""
    here = line.project(at)
    a, b = line.interpolate(max(0.0, here - 5)), line.interpolate(here + 5)
    way = np.array([b.x - a.x, b.y - a.y])
    across = abs(way[0]) >= abs(way[1])
    if (way[0] < 0) if across else (way[1] > 0):
        way = -way
    spot = shapely.get_coordinates(line.interpolate(here))[0]
    aside = np.array([at.x, at.y]) - spot
    left = bool(way[0] * aside[1] - way[1] * aside[0] > 0)
    return round(float(at.x if across else -at.y), 3), left


def village_names(zones: Zones) -> list[str]:
    """Give the villages' names."""
    return [village.name for village in zones.villages]
