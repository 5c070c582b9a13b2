"""What a piece of ground is for: old quarter, core, new towers, works, village, fields.

Before: `terrain`. After: `streets` asks how finely to cut a block, `lots` what to build on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely import Point, Polygon
from shapely.affinity import scale

HECTARE_M2 = 10_000.0
# how large a block is allowed to stay, hectares
TARGET_HA = {
    "old": 1.3, "core": 2.2, "works": 5.5, "new": 3.6, "urban": 3.0, "village": 1.15, "edge": 3.6, "rural": 15.0,
}  # fmt: skip
MOSTLY = 0.5
PARTLY_HA = 1.6


@dataclass(frozen=True)
class Village:
    """A village at the town's edge: its name and its rough ground."""

    name: str
    ground: Polygon


@dataclass(frozen=True)
class Zones:
    """The town's parts as rough shapes, in metres; the first that fits counts."""

    parts: tuple[tuple[str, Polygon], ...]
    villages: tuple[Village, ...]

    def at(self, block: Polygon) -> str:
        """Name the zone of a block: by its share of village ground first, then by its middle."""
        return self._village(block) or self._part(block.centroid)

    def _village(self, block: Polygon) -> str:
        shared = max(block.intersection(village.ground).area for village in self.villages)
        if shared > MOSTLY * block.area:
            return "village"
        return "edge" if shared > PARTLY_HA * HECTARE_M2 else ""

    def _part(self, middle: Point) -> str:
        return next((name for name, ground in self.parts if ground.intersects(middle)), "rural")

    def village_of(self, block: Polygon) -> Village:
        """Give the village whose ground a block shares most."""
        return max(self.villages, key=lambda village: block.intersection(village.ground).area)


def make_zones(seed: int) -> Zones:
    """Lay out the town's parts and its villages."""
    rng = np.random.default_rng([seed, 2])
    parts = (
        ("old", _blob(rng, 1500, 1300, 330, 215)),
        ("works", _blob(rng, 760, 530, 400, 260)),
        ("core", _blob(rng, 1530, 1640, 480, 260)),
        ("new", _blob(rng, 2330, 850, 430, 360)),
        ("new", _blob(rng, 760, 1780, 330, 220)),
        ("urban", _blob(rng, 1560, 1180, 1230, 870)),
    )
    spots = [
        ("柳林村", 300, 2080), ("杨湾村", 230, 1010), ("前营村", 2010, 2200),
        ("后营村", 2880, 1900), ("渡口村", 2900, 700), ("石桥村", 250, 560),
    ]  # fmt: skip
    villages = [Village(name, _blob(rng, x, y, 232, 184)) for name, x, y in spots]
    return Zones(parts, tuple(villages))


def _blob(rng: np.random.Generator, x: float, y: float, across_m: float, up_m: float) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    wave = 1 + 0.08 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.06 * np.sin(3 * angle + rng.uniform(0, 6))
    ring = Polygon(np.column_stack([wave * np.cos(angle), wave * np.sin(angle)]))
    sized = scale(ring, across_m, up_m, origin=(0, 0))
    shift = np.array([x, y]) + rng.uniform(-25, 25, 2)
    return Polygon(np.asarray(sized.exterior.coords) + shift)
