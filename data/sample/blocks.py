"""Blocks between streets: the face that answers for ground, the lot that can be built on, and its use.

Before: `streets`. After: `compounds`, `houses`, `works` and `ground` fill the lots; `grids` joins the faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.sample.streets import Street, faces, is_bank
from data.sample.terrain import Terrain
from data.sample.zones import HECTARE_M2, Zones

# from the middle of a street to the building line, metres
HALF_M = {
    "primary": 20.0, "secondary": 15.0, "tertiary": 11.0, "residential": 7.5, "living_street": 4.6,
    "unclassified": 6.0, "track": 3.5, "service": 3.0,
}  # fmt: skip
RAIL_HALF_M = 14.0
LEAST_LOT_M2 = 500.0
# kind, name, place (m), least and most size (ha)
WANTED: list[tuple[str, str, float, float, float, float]] = [
    ("square", "人民广场", 1440, 1590, 0.6, 2.2),
    ("office", "样例街道办事处", 1620, 1740, 0.6, 2.2),
    ("park", "人民公园", 1250, 1760, 1.5, 5.0),
    ("park", "南湖公园", 2440, 960, 1.5, 5.0),
    ("park", "城南游园", 1700, 760, 0.8, 3.0),
    ("school", "样例中学", 1900, 1830, 1.5, 5.0),
    ("school", "样例街道第一小学", 1180, 1490, 1.0, 3.5),
    ("school", "样例街道第二小学", 1420, 800, 1.0, 3.5),
    ("school", "南湖实验小学", 2150, 850, 1.0, 4.0),
    ("school", "样例街道第三小学", 800, 1130, 1.0, 4.0),
    ("market", "和平农贸市场", 1680, 1450, 0.4, 2.0),
    ("market", "城南农贸市场", 1250, 560, 0.5, 3.0),
    ("clinic", "样例街道社区卫生服务中心", 1330, 1640, 0.5, 2.5),
    ("clinic", "城南社区卫生服务站", 1900, 720, 0.5, 2.6),
    ("station", "样例火车站", 1540, 330, 0.8, 4.0),
    ("granary", "粮库旧址", 1260, 400, 0.8, 6.0),
]
USE_OF_ZONE = {"old": "old", "works": "works", "village": "village", "rural": "field", "edge": "field"}


@dataclass
class Block:
    """One block: its face (tiles the town), its lot, zone and use.

    The lot lies inside the building lines; the ground is all that is open, which a railway may cut in two.
    """

    index: int
    face: Polygon
    lot: Polygon
    ground: BaseGeometry
    zone: str
    use: str
    name: str = ""


def make_blocks(terrain: Terrain, zones: Zones, streets: list[Street], seed: int) -> list[Block]:
    """Give every block its lot and its use."""
    taken = shapely.union_all([street.line.buffer(HALF_M[street.highway], quad_segs=2) for street in streets])
    taken = taken.union(terrain.rail.buffer(RAIL_HALF_M)).union(terrain.water.buffer(4))
    blocks = []
    for index, face in enumerate(faces(terrain, streets)):
        zone = zones.at(face)
        use = "bank" if is_bank(face, terrain) else USE_OF_ZONE.get(zone, "homes")
        ground = face.buffer(-1).difference(taken)
        blocks.append(Block(index, face, largest(ground), ground, zone, use))
    _settle(blocks)
    _fallow(blocks, np.random.default_rng([seed, 4]))
    return blocks


def largest(shape: BaseGeometry) -> Polygon:
    """Give the largest polygon of a shape, empty when it has none."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area, default=Polygon())


def polygons(shape: BaseGeometry) -> list[Polygon]:
    """Give all polygons of a shape."""
    parts = shape.geoms if isinstance(shape, MultiPolygon) else getattr(shape, "geoms", [shape])
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _settle(blocks: list[Block]) -> None:
    """Give each wanted institution the nearest free lot of fitting size."""
    free = [block for block in blocks if block.use in {"homes", "old", "works"}]
    for kind, name, x, y, least_ha, most_ha in WANTED:
        fit = [b for b in free if b.use != kind and least_ha <= b.lot.area / HECTARE_M2 <= most_ha]
        chosen = min(fit, key=lambda block: round(block.lot.distance(Point(x, y)), 2))
        chosen.use, chosen.name = kind, name
        free.remove(chosen)


def _fallow(blocks: list[Block], rng: np.random.Generator) -> None:
    """Turn lots too small to build on, and a few village ones, into green."""
    for block in blocks:
        orchard = block.use == "village" and rng.uniform() < 0.06  # noqa: PLR2004 - a share
        if block.lot.area < LEAST_LOT_M2 and block.use != "bank":
            block.use = "green"
        elif orchard:
            block.use = "field"
