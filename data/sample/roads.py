"""Roads as they are stored: streets named, inner roads joined, cut at every junction and at the bridges' ends.

Before: `streets`, `compounds`. After: `addresses`, `rounds`, `frames`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import LineString, STRtree
from shapely.geometry.base import BaseGeometry

from data.sample.compounds import Compound
from data.sample.names import LANES, ROADS, numeral
from data.sample.streets import Street, overshot
from data.sample.terrain import GRAIN_M, Array, Terrain
from data.sample.zones import Zones

ON_M = 0.06
SAME_END_M = 0.5
STRAIGHT = 0.82
LEAST_M = 0.2
MOSTLY = 0.6


@dataclass(frozen=True)
class Road:
    """A stretch of road between two junctions, in metres."""

    line: LineString
    name: str
    highway: str
    oneway: bool
    bridge: bool


def name_streets(streets: list[Street], zones: Zones) -> list[Street]:
    """Give every street but the tracks a name; streets that go straight on share one."""
    group = _groups(streets)
    members: dict[int, list[Street]] = {}
    for first, street in zip(group, streets, strict=True):
        members.setdefault(first, []).append(street)
    roads, lanes, counts = _endless(ROADS, "路"), _endless(LANES, "巷"), dict[str, int]()
    names = {first: _name(same, zones, roads, lanes, counts) for first, same in members.items()}
    return [replace(street, name=names[first]) for first, street in zip(group, streets, strict=True)]


def _name(
    same: list[Street], zones: Zones, roads: Iterator[str], lanes: Iterator[str], counts: dict[str, int]
) -> str:
    first = same[0]
    if first.name or first.highway == "track":
        return first.name
    village = _village(shapely.union_all([street.line for street in same]), zones)
    if village:
        counts[village] = counts.get(village, 0) + 1
        return f"{village}{numeral(counts[village])}巷"
    return next(lanes if first.highway == "living_street" else roads)


def _endless(names: list[str], ending: str) -> Iterator[str]:
    """Give the names, and numbered ones after the last."""
    yield from names
    yield from (f"纬{numeral(number)}{ending}" for number in range(1, 100))


def _village(line: BaseGeometry, zones: Zones) -> str:
    """Name the village in which most of a street lies, or nothing."""
    inside = (v.name for v in zones.villages if v.ground.intersection(line).length > MOSTLY * line.length)
    return next(inside, "")


def _groups(streets: list[Street]) -> list[int]:
    """Give streets that meet end to end in one direction the same number."""
    group = list(range(len(streets)))
    ends = [_ends(street.line) for street in streets]
    for i, one in enumerate(streets):
        for j in range(i):
            if group[i] == i and not streets[j].name and not one.name and _goes_on(ends[i], ends[j]):
                group[i] = group[j]
    return group


def _goes_on(one: list[tuple[Array, Array]], other: list[tuple[Array, Array]]) -> bool:
    return any(
        abs(end[0] - there[0]) < SAME_END_M
        and abs(end[1] - there[1]) < SAME_END_M
        and -float(way @ to) > STRAIGHT
        for end, way in one
        for there, to in other
    )


def _ends(line: LineString) -> list[tuple[Array, Array]]:
    points = np.asarray(line.coords)
    ways = points[0] - points[1], points[-1] - points[-2]
    return [(points[0], ways[0] / np.hypot(*ways[0])), (points[-1], ways[1] / np.hypot(*ways[1]))]


def make_roads(terrain: Terrain, streets: list[Street], compounds: list[Compound]) -> list[Road]:
    """Cut all streets and inner roads at junctions and bridge ends."""
    inner = [Street(compound.inner, "service", "") for compound in compounds]
    known = [*streets, *inner]
    net = shapely.union_all(
        [*(overshot(street.line) for street in known), terrain.water.exterior], grid_size=GRAIN_M
    )
    parts = [part for part in shapely.get_parts(shapely.line_merge(net)) if part.length > LEAST_M]
    tree = STRtree([street.line for street in known])
    roads = [road for part in _noded(parts) if (road := _road(part, tree, known, terrain)) is not None]
    return sorted(roads, key=lambda road: (-round(road.line.centroid.y, 1), round(road.line.centroid.x, 1)))


def _noded(parts: list[LineString]) -> list[LineString]:
    """Order stretches the same way whatever the overlay's order was."""
    return sorted(
        parts, key=lambda line: tuple(np.round(line.interpolate(0.5, normalized=True).coords[0], 2))
    )


def _road(part: LineString, tree: STRtree, known: list[Street], terrain: Terrain) -> Road | None:
    middle = part.interpolate(0.5, normalized=True)
    nearest = int(tree.nearest(middle))
    street = known[nearest]
    if street.line.distance(middle) > ON_M:
        return None
    bridge = bool(terrain.water.contains(middle))
    oneway = street.highway == "living_street" and nearest % 5 == 0 and not street.name.endswith("村")
    return Road(part, street.name, street.highway, oneway, bridge)
