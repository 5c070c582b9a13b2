"""Places on the road as people say them: crossings, their corners, bridges; and what a spot is.

Before: `roads`. After: `spots`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from data.sample.roads import Road

CORNERS = {"东北角": (1, 1), "西北角": (-1, 1), "东南角": (1, -1), "西南角": (-1, -1)}
CORNER_M = 24.0
UNSAID = {"track", "service"}


@dataclass(frozen=True)
class Spot:
    """A place in metres, its kind, the code it truly is, and the words for it, the plainest first."""

    kind: str
    x: float
    y: float
    ref: str
    words: tuple[str, ...]


def road_spots(roads: list[tuple[str, Road]]) -> Iterator[Spot]:
    """Give each junction of two named roads, as a whole and by its four corners, and each bridge."""
    for (x, y), names in sorted(_junctions(roads).items()):
        if len(names) == 2:  # noqa: PLR2004 - a crossing of two roads
            (a, code), (b, _) = names.items()
            whole = f"{a}和{b}交叉口", f"{a}与{b}路口", f"{a}{b}交叉口", f"{b}和{a}交口", f"{a}、{b}十字路口"
            yield Spot("crossing", x, y, code, whole)
            for corner, (east, north) in CORNERS.items():
                words = f"{a}和{b}交叉口{corner}", f"{a}与{b}路口{corner}"
                yield Spot("crossing", x + east * CORNER_M, y + north * CORNER_M, code, words)
    yield from (_bridge(code, road) for code, road in roads if road.bridge and road.name)


def _junctions(roads: list[tuple[str, Road]]) -> dict[tuple[float, float], dict[str, str]]:
    """Give, for each node, the roads that meet there: name and code."""
    at: dict[tuple[float, float], dict[str, str]] = defaultdict(dict)
    for code, road in roads:
        for x, y in (road.line.coords[0], road.line.coords[-1]):
            if road.name and road.highway not in UNSAID:
                at[round(x, 2), round(y, 2)].setdefault(road.name, code)
    return at


def _bridge(code: str, road: Road) -> Spot:
    at = road.line.interpolate(0.5, normalized=True)
    words = f"{road.name}跨河桥", f"样例河{road.name}桥", f"{road.name}桥上", f"样例河上的{road.name}桥"
    return Spot("bridge", at.x, at.y, code, words)
