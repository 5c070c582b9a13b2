"""Rounds along the roads of a grid, past a handful of stops; and the calls at households.

Before: `roads`, `members`, `grids`. After: `frames`.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from shapely import LineString

from data.sample.members import at
from data.sample.roads import Road
from data.sample.terrain import Array

Node = tuple[float, float]
PLANNED_DAYS = (0, 1, 2)
DONE_DAYS = (-6, -4, -2, -1)
LEAST_STOPS = 3
HOURS = (8.5, 9.0, 14.5, 15.0, 18.5)
PACE_M_MIN = 60.0


class Ways:
    """The road network as nodes and stretches, for shortest ways on foot."""

    def __init__(self, roads: list[Road]) -> None:
        self.next: dict[Node, list[tuple[float, Node, Array]]] = defaultdict(list)
        for road in roads:
            points = np.asarray(road.line.coords)
            a, b = _node(points[0]), _node(points[-1])
            self.next[a].append((road.line.length, b, points))
            self.next[b].append((road.line.length, a, points[::-1]))
        self.nodes = self._joined()
        self._places = np.array(self.nodes)

    def _joined(self) -> list[Node]:
        """Give the nodes of the largest part of the network, in order."""
        left = dict.fromkeys(sorted(self.next))
        largest: list[Node] = []
        while left:
            part = [next(iter(left))]
            del left[part[0]]
            for here in part:
                near = [there for _, there, _ in self.next[here] if there in left]
                part += dict.fromkeys(near)
                for there in near:
                    left.pop(there, None)
            largest = part if len(part) > len(largest) else largest
        return sorted(largest)

    def nearest(self, x: float, y: float) -> Node:
        """Give the joined node nearest to a place."""
        return self.nodes[int(np.argmin(np.hypot(*(self._places - (x, y)).T)))]

    def way(self, start: Node, stop: Node) -> list[Array]:
        """Give the stretches of the shortest way; none when the nodes are one or not joined."""
        done: dict[Node, tuple[Node, Array] | None] = {}
        queue: list[tuple[float, Node, tuple[Node, Array] | None]] = [(0.0, start, None)]
        seen: dict[Node, float] = {start: 0.0}
        while queue:
            far, here, came = heapq.heappop(queue)
            if here in done:
                continue
            done[here] = came
            if here == stop:
                break
            for length, there, points in self.next[here]:
                if far + length < seen.get(there, np.inf):
                    seen[there] = far + length
                    heapq.heappush(queue, (far + length, there, (here, points)))
        return _back(done, stop)


def _back(done: dict[Node, tuple[Node, Array] | None], stop: Node) -> list[Array]:
    parts: list[Array] = []
    step = done.get(stop)
    while step is not None:
        parts.append(step[1])
        step = done[step[0]]
    return parts[::-1]


def _node(point: Array) -> Node:
    return round(float(point[0]), 2), round(float(point[1]), 2)


@dataclass(frozen=True)
class Stop:
    """Something to see on a round: its place in metres and its label."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Round:
    """A member's round: when, along which line, past which stops."""

    member: str
    grid: str
    starts_at: datetime
    ends_at: datetime
    state: str
    line: LineString
    stops: list[Stop]


def make_rounds(
    ways: Ways, stops_of: dict[str, list[Stop]], of_grid: dict[str, list[str]], today: date, seed: int
) -> list[Round]:
    """Give the rounds of the last week (done) and of the next days (planned)."""
    rng = np.random.default_rng([seed, 11])
    rounds: list[Round] = []
    for grid, members in of_grid.items():
        stops = stops_of.get(grid, [])
        for member in members[1:] if len(stops) >= LEAST_STOPS else []:
            days = {int(rng.choice(DONE_DAYS)), int(rng.choice(DONE_DAYS[2:])), int(rng.choice(PLANNED_DAYS))}
            for ahead in sorted(days):
                line, picked = _walk(ways, stops, rng)
                start = at(today + timedelta(ahead), float(rng.choice(HOURS)))
                minutes = max(25, int(line.length / PACE_M_MIN + 4 * len(picked)))
                state = "done" if ahead < 0 else "planned"
                end = start + timedelta(minutes=minutes)
                rounds.append(Round(member, grid, start, end, state, line, picked))
    return rounds


def _walk(ways: Ways, stops: list[Stop], rng: np.random.Generator) -> tuple[LineString, list[Stop]]:
    """Choose some stops and walk round them; a grid with one junction is walked to the next one and back."""
    count = min(len(stops), int(rng.integers(4, 8)))
    picked = _in_turn([stops[index] for index in rng.choice(len(stops), size=count, replace=False).tolist()])
    nodes = [ways.nearest(stop.x, stop.y) for stop in picked]
    legs = [leg for a, b in zip(nodes, [*nodes[1:], nodes[0]], strict=True) for leg in ways.way(a, b)]
    if not legs:
        there = ways.next[nodes[0]][0][2]
        legs = [there, there[::-1]]
    return LineString(np.vstack(legs)), picked


def _in_turn(stops: list[Stop]) -> list[Stop]:
    """Order stops around their middle, so that the round is a loop."""
    x, y = np.mean([stop.x for stop in stops]), np.mean([stop.y for stop in stops])
    return sorted(stops, key=lambda stop: round(float(np.arctan2(stop.y - y, stop.x - x)), 6))


def make_visits(
    household_grids: list[str], of_grid: dict[str, list[str]], today: date, seed: int
) -> list[tuple[int, str, datetime]]:
    """Give calls as (household index, member, instant); how long ago differs from grid to grid."""
    rng = np.random.default_rng([seed, 12])
    usual = {grid: float(rng.uniform(9, 95)) for grid in of_grid}
    visits = []
    for index, grid in enumerate(household_grids):
        members = of_grid.get(grid) or []
        ago = float(rng.exponential(usual.get(grid, 60.0))) + 1
        for _ in range(int(rng.choice([0, 1, 1, 2]))):
            if members and ago < 200:  # noqa: PLR2004 - days of memory
                hour = (
                    float(rng.choice([9, 10, 11, 12.5, 15, 16, 17, 19, 19.5])) + int(rng.integers(0, 30)) / 60
                )
                member = members[int(rng.integers(len(members)))]
                visits.append((index, member, at(today - timedelta(int(ago)), hour)))
            ago += float(rng.uniform(30, 90))
    return visits
