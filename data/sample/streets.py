"""The town's streets: arterials first, then blocks cut in two until they are small enough.

Before: `terrain`, `zones`. After: `roads` nodes and names them, `blocks` takes the faces between them.
A cut runs across the longer side of its block, a little bent, and joins a street that already ends
there, so that streets go on across each other but never make a checkerboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from data.sample.terrain import GRAIN_M, RIVER_HALF_M, Array, Terrain, curve, longest
from data.sample.zones import HECTARE_M2, TARGET_HA, Zones

BANK_M = RIVER_HALF_M + 38.0
JOIN_M = 42.0
CORNER_M = 38.0
SHARP_DEG = 35.0
ON_LINE_M = 0.002
LEAST_CUT_M = 25.0
STRIP_M = 60.0
WIDE_HA, MIDDLE_HA = 13.0, 6.0


@dataclass(frozen=True)
class Street:
    """One street as first drawn: its middle line, its class and, for the arterials, its name."""

    line: LineString
    highway: str
    name: str = ""


ARTERIALS: list[tuple[str, str, list[tuple[float, float]]]] = [
    ("人民路", "primary", [(-300, 1830), (500, 1760), (1100, 1640), (1700, 1665), (2400, 1760), (3500, 1700)]),
    ("建设路", "primary", [(-300, 780), (600, 745), (1250, 640), (1900, 600), (2500, 640), (3500, 420)]),
    ("中山路", "primary", [(1440, -300), (1500, 400), (1470, 900), (1555, 1500), (1520, 2000), (1600, 2700)]),
    ("文化路", "secondary", [(640, -300), (610, 420), (680, 1000), (700, 1500), (610, 2000), (660, 2700)]),
    ("解放路", "secondary", [(2290, -300), (2210, 500), (2270, 1000), (2190, 1500), (2330, 2100), (2290, 2700)]),
    ("东环路", "secondary", [(2760, -300), (2700, 500), (2740, 1200), (2640, 1800), (2720, 2700)]),
    ("北环路", "secondary", [(-300, 2220), (700, 2120), (1500, 2070), (2300, 2010), (3500, 2120)]),
]  # fmt: skip


def draw_streets(terrain: Terrain, zones: Zones, seed: int) -> list[Street]:
    """Draw all streets that bound blocks, in metres, ends lying on other streets or on the outline."""
    rng = np.random.default_rng([seed, 3])
    streets = list(_arterials(terrain, rng))
    ends = np.empty((0, 2))
    todo = [face for face in faces(terrain, streets) if not is_bank(face, terrain)]
    while todo:
        block = todo.pop(0)
        zone = zones.at(block)
        if block.area <= TARGET_HA[zone] * HECTARE_M2 * rng.uniform(0.8, 1.3):
            continue
        line = _cut(block, ends, rng)
        if line is not None:
            streets.append(Street(line, _highway(zone, block.area / HECTARE_M2)))
            ends = np.vstack([ends, line.coords[0], line.coords[-1]])
            todo += _halves(block, line)
    return streets


def faces(terrain: Terrain, streets: list[Street]) -> list[Polygon]:
    """Give the blocks between streets, river middle and outline, north-west first; they tile the outline."""
    lines = [terrain.outline.exterior, terrain.river.intersection(terrain.outline)]
    net = shapely.union_all([*lines, *(overshot(street.line) for street in streets)], grid_size=GRAIN_M)
    found = shapely.get_parts(shapely.polygonize([net]))
    return sorted(found, key=lambda face: (-round(face.centroid.y, 2), round(face.centroid.x, 2)))


def is_bank(face: Polygon, terrain: Terrain) -> bool:
    """Tell whether a block is the strip between a riverside road and the river's middle."""
    return bool(face.exterior.intersection(terrain.river.buffer(0.1)).length > STRIP_M)


def _arterials(terrain: Terrain, rng: np.random.Generator) -> Iterator[Street]:
    for name, highway, points in ARTERIALS:
        line = curve(np.array(points) + rng.uniform(-18, 18, (len(points), 2)), step_m=45)
        yield Street(_within(line, terrain), highway, name)
    for name, side in (("滨河北路", 1), ("滨河南路", -1)):
        bank = shapely.offset_curve(terrain.river.simplify(1.0), side * BANK_M, quad_segs=3).simplify(1.5)
        yield Street(_within(bank, terrain), "tertiary", name)


def _within(line: BaseGeometry, terrain: Terrain) -> LineString:
    return longest(line.intersection(terrain.outline))


def _highway(zone: str, area_ha: float) -> str:
    if zone == "rural":
        return "unclassified" if area_ha > 2 * WIDE_HA else "track"
    if zone in {"village", "edge"}:
        return "residential" if area_ha > MIDDLE_HA else "living_street"
    if zone == "old":
        return "residential" if area_ha > MIDDLE_HA else "living_street"
    return "tertiary" if area_ha > WIDE_HA else "residential"


def _halves(block: Polygon, line: LineString) -> list[Polygon]:
    return [part for part in split(block, _reach(line, 0.5)).geoms if isinstance(part, Polygon)]


def overshot(line: LineString) -> LineString:
    """Let a line pass its ends by a hair, so that noding finds the crossing; the stub is dropped later."""
    return _reach(line, 3 * GRAIN_M)


def _reach(line: LineString, by_m: float) -> LineString:
    """Lengthen a line at both ends."""
    points = np.asarray(line.coords)
    first, last = points[0] - points[1], points[-1] - points[-2]
    points[0] += first / np.hypot(*first) * by_m
    points[-1] += last / np.hypot(*last) * by_m
    return LineString(points)


def _cut(block: Polygon, ends: Array, rng: np.random.Generator) -> LineString | None:
    """Choose the best of some bent cuts across the longer side of a block; None when none is possible."""
    corners = _corners(block)
    tries = [_try(block, share, ends, rng) for share in rng.permutation(np.linspace(0.34, 0.66, 9))]
    lines = [line for line in tries if line is not None]
    return min(lines, key=lambda line: _badness(block, line, corners), default=None)


def _try(block: Polygon, share: float, ends: Array, rng: np.random.Generator) -> LineString | None:
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(block))
    a, b, c, d = box[:4] if np.hypot(*(box[1] - box[0])) >= np.hypot(*(box[2] - box[1])) else box[1:5]
    middle = a + share * (b - a), d + share * (c - d)
    slant = rng.uniform(-0.05, 0.05) * (b - a)
    across = LineString(
        [1.3 * middle[0] - 0.3 * middle[1] - slant, 1.3 * middle[1] - 0.3 * middle[0] + slant]
    )
    inside = across.intersection(block)
    if inside.is_empty or inside.length < LEAST_CUT_M:
        return None
    start, stop = (_join(np.array(end), block, ends) for end in longest(inside).coords)
    return _bent(start, stop, block, rng)


def _join(end: Array, block: Polygon, ends: Array) -> Array:
    """Move an end to a street end close by on the same block edge."""
    gaps = np.hypot(*(ends - end).T)
    for index in np.flatnonzero(gaps < JOIN_M)[np.argsort(gaps[gaps < JOIN_M], kind="stable")]:
        if block.exterior.distance(Point(ends[index])) < ON_LINE_M:
            return np.asarray(ends[index], dtype=np.float64)
    return end


def _bent(start: Array, stop: Array, block: Polygon, rng: np.random.Generator) -> LineString | None:
    along = stop - start
    length = float(np.hypot(*along))
    if length < LEAST_CUT_M:
        return None
    aside = np.array([-along[1], along[0]]) / length
    bow = rng.uniform(-0.035, 0.035) * length
    bowed = LineString(
        [start, start + 0.35 * along + bow * aside, start + 0.7 * along + 0.8 * bow * aside, stop]
    )
    for line in (bowed, LineString([start, stop])):
        if (
            block.buffer(0.05).contains(line)
            and line.intersection(block.exterior.buffer(1)).length < LEAST_CUT_M
        ):
            return line
    return None


def _corners(block: Polygon) -> Array:
    """Give the vertices where a block's edge turns sharply."""
    ring = np.asarray(block.exterior.simplify(2.0).coords)[:-1]
    before, after = ring - np.roll(ring, 1, 0), np.roll(ring, -1, 0) - ring
    turn = np.arctan2(after[:, 1], after[:, 0]) - np.arctan2(before[:, 1], before[:, 0])
    turn = np.abs((np.degrees(turn) + 180) % 360 - 180)
    return np.asarray(ring[turn > SHARP_DEG], dtype=np.float64)


def _badness(block: Polygon, line: LineString, corners: Array) -> float:
    """Weigh a cut: uneven halves, thin halves and ends close to a corner are bad."""
    halves = _halves(block, line)
    if len(halves) != 2:  # noqa: PLR2004 - a cut makes two
        return 1e6
    uneven = abs(halves[0].area - halves[1].area) / block.area
    thin = sum(half.exterior.length**2 / half.area / 16 - 1 for half in halves)
    ends = np.array([line.coords[0], line.coords[-1]])
    gap = np.hypot(*(corners[:, None] - ends[None]).transpose(2, 0, 1)).min() if len(corners) else CORNER_M
    return float(uneven + thin + 3 * max(0.0, 1 - gap / CORNER_M))
