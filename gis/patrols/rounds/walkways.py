"""How long the way from place to place takes along the streets: one run over the network for all places of a round.

Before: `network` (ways, snapping), `walking` (speeds, the straight line). After: `rounds` and `weeks.plans` pack with
it and draw the way. Where no way is near, or none leads there, the straight line times a detour stands in, and
`remark` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from gis.patrols.network.network import Floats, Network, Places, path_to
from gis.patrols.network.snapping import Snapped, snap
from gis.patrols.rounds.walking import SPEED_KMH, Point, walking_seconds

REACH_M = 150.0
"""A place further from every way than this is not on the network."""
PUSHED = ("footway", "path", "pedestrian")
"""Ways on which a bicycle is pushed."""
NOT_PUSHED = ("steps",)
"""Ways on which it cannot be taken along."""


class Straight:
    """The straight line times a detour: where no road is loaded."""

    remark = "straight"

    def __call__(self, one: Point, other: Point, means: str) -> float:
        """Give the seconds from one place to another."""
        return walking_seconds(one, other, means)

    def line(self, points: Sequence[Point]) -> list[Point]:
        """Give the places themselves."""
        return list(points)


@dataclass(frozen=True)
class Graph:
    """The network as one goes by a means: seconds a section, the quickest one between neighbouring junctions."""

    network: Network
    seconds: Floats
    matrix: csr_array
    between: dict[tuple[int, int], int]

    def line(self, one: int, other: int) -> Any:
        """Give the section between two neighbouring junctions, from the one to the other."""
        section = self.between[min(one, other), max(one, other)]
        line = self.network.lines[section]
        return line if self.network.tail[section] == one else shapely.reverse(line)


def graph_of(network: Network, means: str) -> Graph:
    """Give the network by a means: footpaths at walking pace, steps only on foot; one-way binds nobody on foot."""
    seconds = _seconds(network, means)
    low, high = np.minimum(network.tail, network.head), np.maximum(network.tail, network.head)
    usable = np.flatnonzero(np.isfinite(seconds) & (low != high))
    order = usable[np.lexsort((seconds[usable], high[usable], low[usable]))]
    pairs = np.column_stack([low[order], high[order]])
    first = np.ones(len(order), bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    chosen, pairs = order[first], pairs[first]
    rows, columns = np.concatenate([pairs, pairs[:, ::-1]]).T
    size = len(network.nodes)
    matrix = csr_array((np.tile(seconds[chosen], 2), (rows, columns)), shape=(size, size))
    between = {(int(one), int(other)): int(at) for (one, other), at in zip(pairs, chosen, strict=True)}
    return Graph(network, seconds, matrix, between)


def _seconds(network: Network, means: str) -> Floats:
    kinds = np.array(network.kinds, object)
    foot = np.isin(kinds, PUSHED) | (means == "foot")
    found: Floats = np.maximum(network.length_m / np.where(foot, *_paces(means)), 1e-6)
    if means != "foot":
        found[np.isin(kinds, NOT_PUSHED)] = np.inf
    return found


def _paces(means: str) -> tuple[float, float]:
    """Give metres a second on foot and by a means."""
    return SPEED_KMH["foot"] / 3.6, SPEED_KMH[means] / 3.6


@dataclass(frozen=True)
class Walkways:
    """Seconds between some places along the streets, and the way there; for any others the straight line's."""

    means: str
    graph: Graph
    index: dict[Point, int]
    snapped: Snapped
    doors: tuple[tuple[Places, Floats], tuple[Places, Floats]]
    """For both ends of each place's section: the junction, and the seconds to it."""
    junctions: Places
    before: NDArray[np.int32]
    seconds: Floats
    by: NDArray[np.int64]
    """How the quickest way leads: 0 to 3 by which junctions, 4 along one section, -1 by none."""

    @property
    def remark(self) -> str:
        """Say how the ways were taken: `network`, `partly` where no way leads to some places, or `straight`."""
        apart = self.by[~np.eye(len(self.by), dtype=bool)] < 0
        return "network" if not apart.any() else "straight" if apart.all() else "partly"

    def __call__(self, one: Point, other: Point, means: str) -> float:
        """Give the seconds from one place to another, as `pack` asks it."""
        at, to = self.index.get(one), self.index.get(other)
        if at is None or to is None or means != self.means:
            return walking_seconds(one, other, means)
        return float(self.seconds[at, to])

    def line(self, points: Sequence[Point]) -> list[Point]:
        """Give the way through some places: themselves, and the corners of the streets between them."""
        found = list(points[:1])
        for one, other in pairwise(points):
            found += [*self._corners(one, other), other]
        return [point for at, point in enumerate(found) if at == 0 or point != found[at - 1]]

    def _corners(self, one: Point, other: Point) -> list[Point]:
        at, to = self.index.get(one), self.index.get(other)
        lines = [] if at is None or to is None or at == to else self._along(at, to)
        if not lines:
            return []
        corners = self.graph.network.in_degrees(shapely.points(shapely.get_coordinates(lines)))
        return [(float(point.x), float(point.y)) for point in corners]

    def _along(self, at: int, to: int) -> list[Any]:
        """Give the lines from place to place in metres, in order; none where no way leads."""
        way = int(self.by[at, to])
        if way < 0:
            return []
        if way == len(WAYS):
            line = self.graph.network.lines[self.snapped.section[at]]
            return [substring(line, self.snapped.at_m[at], self.snapped.at_m[to])]
        out, into = WAYS[way]
        start, end = int(self.doors[out][0][at]), int(self.doors[into][0][to])
        path = path_to(self.before[int(np.searchsorted(self.junctions, start))], start, end)
        between = [self.graph.line(one, other) for one, other in pairwise(path)]
        return [self._out(at, out), *between, shapely.reverse(self._out(to, into))]

    def _out(self, place: int, door: int) -> Any:
        line = self.graph.network.lines[self.snapped.section[place]]
        return substring(line, float(self.snapped.at_m[place]), line.length if door else 0.0)


WAYS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""By which end of its section one leaves a place, and by which one comes to the other; 0 is the tail."""


def walkways(network: Network | None, places: Iterable[Point], means: str) -> Walkways | Straight:
    """Find the seconds between all of some places in one run.

    Parameters
    ----------
    network : Network or None
        None where no road is loaded.
    places : iterable of (lon, lat)
        Degrees, EPSG:4490. A household's door, a stop, both ends of a section.
    means : str
        `foot`, `bike` or `ebike`.

    Returns
    -------
    Walkways or Straight
        From the door straight to the nearest way at walking pace, along the ways, and straight to the other door.
    """
    known = {point: at for at, point in enumerate(dict.fromkeys(places))}
    if network is None or not known:
        return Straight()
    graph = graph_of(network, means)
    lon, lat = np.array(list(known), np.float64).T
    among = network.wanted & np.isfinite(graph.seconds)
    snapped = snap(network, lon, lat, furthest_m=REACH_M, among=among)
    if not (snapped.section >= 0).any():
        return Straight()
    return _joined(graph, means, known, snapped)


def _joined(graph: Graph, means: str, known: dict[Point, int], snapped: Snapped) -> Walkways:
    network, on = graph.network, snapped.section >= 0
    section = np.where(on, snapped.section, 0)
    whole = graph.seconds[section]
    share = snapped.at_m / np.maximum(network.length_m[section], 1e-9)
    doors = (network.tail[section], share * whole), (network.head[section], (1 - share) * whole)
    junctions = np.unique(np.concatenate([doors[0][0][on], doors[1][0][on]]))
    reach, before = dijkstra(graph.matrix, directed=False, indices=junctions, return_predecessors=True)
    seconds, by = _quickest(doors, junctions, reach)
    same = section[:, None] == section[None, :]
    along = np.abs(share[:, None] - share[None, :]) * whole[:, None]
    straight_on = same & (along <= seconds)
    by[straight_on], seconds[straight_on] = len(WAYS), along[straight_on]
    off = np.where(on, snapped.off_m, 0.0) / _paces("foot")[0]
    seconds = seconds + off[:, None] + off[None, :]
    by[~(on[:, None] & on[None, :]) | ~np.isfinite(seconds)] = -1
    _straight(seconds, by, list(known), means)
    return Walkways(means, graph, known, snapped, doors, junctions, before, seconds, by)


def _quickest(
    doors: tuple[tuple[Places, Floats], tuple[Places, Floats]], junctions: Places, reach: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """Try both junctions of each place against both of every other."""
    at = [np.searchsorted(junctions, nodes).clip(max=len(junctions) - 1) for nodes, _ in doors]
    tried = [
        doors[out][1][:, None] + reach[at[out]][:, junctions[at[into]]] + doors[into][1][None, :]
        for out, into in WAYS
    ]
    stacked = np.stack(tried)
    by = stacked.argmin(axis=0).astype(np.int64)
    return stacked.min(axis=0), by


def _straight(seconds: Floats, by: NDArray[np.int64], places: list[Point], means: str) -> None:
    """Fill in the straight line where no way leads."""
    np.fill_diagonal(by, len(WAYS))
    for at, to in np.argwhere(by < 0).tolist():
        seconds[at, to] = walking_seconds(places[at], places[to], means)
    np.fill_diagonal(seconds, 0.0)
