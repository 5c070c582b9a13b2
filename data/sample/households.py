"""Doors and households: which flats there are, and which of them somebody lives in.

Before: `buildings`. After: `grids` weighs blocks by them, `frames` writes them. A household is a door, never a
person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.sample.yard import Raised

HOUSEHOLDS = 20_000
FLATS_FROM = 3
TO_DOOR = 0.72


@dataclass(frozen=True)
class Flat:
    """A flat: the index of its building and unit, its floor and room, and its point in metres."""

    building: int
    unit: int
    floor: int
    room: str
    x: float
    y: float


def entrance_name(raised: Raised, unit: int) -> str:
    """Name a door: 1单元 in blocks of flats, 正门 elsewhere."""
    return f"{unit + 1}单元" if raised.kind in {"slab", "tower"} else "正门"


def settle(built: list[Raised], seed: int, *, wanted: int = HOUSEHOLDS) -> list[Flat]:
    """Give the flats that are lived in: `wanted` of them, or all when there are fewer; the rest stand empty."""
    rng = np.random.default_rng([seed, 9])
    flats = [flat for index, raised in enumerate(built) for flat in _flats(index, raised, rng)]
    lived_in = rng.choice(len(flats), size=min(wanted, len(flats)), replace=False)
    return [flats[index] for index in sorted(lived_in.tolist())]


def _flats(index: int, raised: Raised, rng: np.random.Generator) -> Iterator[Flat]:
    if raised.per_floor == 0:
        return
    middle = raised.shape.representative_point()
    for unit, door in enumerate(raised.doors):
        for floor in _floors(raised):
            for flat in range(raised.per_floor):
                shift = (
                    rng.uniform(0.4, TO_DOOR)
                    if raised.kind in {"tower", "row", "house"}
                    else 0.02 + 0.01 * flat
                )
                x, y = (1 - shift) * door.x + shift * middle.x, (1 - shift) * door.y + shift * middle.y
                yield Flat(index, unit, floor, _room(raised, floor, flat), x, y)


def _floors(raised: Raised) -> range:
    if raised.kind == "row":
        return range(FLATS_FROM, raised.floors + 1)
    return range(1, 2) if raised.kind in {"house", "farm"} else range(1, raised.floors + 1)


def _room(raised: Raised, floor: int, flat: int) -> str:
    if raised.kind in {"house", "farm"}:
        return f"{flat + 1}户" if raised.per_floor > 1 else ""
    return f"{floor}{flat + 1:02d}"
