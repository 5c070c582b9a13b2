"""Splitting one grid at once, while the planner looks on: halved again and again along the best of several directions.

Before: the units of a part. After: `edits.split_evenly`. For a whole community `propose` finds better plans, in a
minute; this takes milliseconds.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.boundaries.propose.graph import components

DIRECTIONS = 12
UNEVEN = 0.02
"""Below this share of unevenness the shorter line counts."""


class Field(NamedTuple):
    """The units of a part: a point and a weight each, the neighbours of each, and all pairs of neighbours."""

    flat: NDArray[np.float64]
    load: NDArray[np.float64]
    near: list[list[int]]
    pairs: NDArray[np.intp]


def shared_out(
    shapes: NDArray[np.object_], pairs: NDArray[np.intp], weight: NDArray[np.float64], parts: int
) -> NDArray[np.intp]:
    """Share units out among parts of about equal weight.

    Parameters
    ----------
    shapes : ndarray of MultiPolygon
        Degrees.
    pairs : ndarray of int, shape (edges, 2)
        Neighbours.
    weight : ndarray of float
        One a unit; where all is zero, units are counted.
    parts : int
        At most as many as there are units.

    Returns
    -------
    ndarray of int
        For each unit its part, from 0. Each part is in one piece where the units were.
    """
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    flat = points * [np.cos(np.radians(points[:, 1].mean())), 1.0]
    load = weight if weight.sum() > 0 else np.ones(len(weight))
    near: list[list[int]] = [[] for _ in load]
    for one, other in pairs.tolist():
        near[one].append(other)
        near[other].append(one)
    label = np.zeros(len(load), np.intp)
    field = Field(flat, load, near, pairs)
    waiting, free = [(0, parts)], 1
    while waiting:
        mine, many = waiting.pop()
        if many == 1:
            continue
        here = np.flatnonzero(label == mine)
        first = many // 2
        label[_halved(field, here, first, many)] = free
        waiting += [(mine, many - first), (free, first)]
        free += 1
    return label


def _halved(field: Field, here: NDArray[np.intp], first: int, many: int) -> NDArray[np.intp]:
    """Give the units of `first` of `many` shares: of several directions the evenest, then the shortest line."""
    goal = float(field.load[here].sum()) * first / many
    room = (first, len(here) - (many - first))
    best: tuple[float, float] | None = None
    taken = here[:first]
    for angle in np.arange(DIRECTIONS) * (2.0 * np.pi / DIRECTIONS):
        along = field.flat[here] @ [np.cos(angle), np.sin(angle)]
        grown = _grown(field, dict(zip(here.tolist(), along.tolist(), strict=True)), goal, room)
        inside = np.zeros(len(field.load), bool)
        inside[grown] = True
        cost = _cost(field, inside, here, goal)
        if best is None or cost < best:
            best, taken = cost, grown
    return taken


def _grown(field: Field, place: dict[int, float], goal: float, room: tuple[int, int]) -> NDArray[np.intp]:
    """Grow from one end over neighbours, nearest to that end first, until the goal is passed by the least."""
    start = min(place, key=place.__getitem__)
    heap, seen, taken, full = [(place[start], start)], {start}, list[int](), 0.0
    while len(taken) < room[1]:
        if not heap:  # the part was in pieces: go on with the next one
            start = min((unit for unit in place if unit not in seen), key=place.__getitem__)
            seen.add(start)
            heap.append((place[start], start))
        unit = heappop(heap)[1]
        load = float(field.load[unit])
        if len(taken) >= room[0] and full + load - goal > goal - full:
            break
        taken.append(unit)
        full += load
        for beside in field.near[unit]:
            if beside in place and beside not in seen:
                seen.add(beside)
                heappush(heap, (place[beside], beside))
    return np.array(taken, np.intp)


def _cost(
    field: Field, inside: NDArray[np.bool_], here: NDArray[np.intp], goal: float
) -> tuple[float, float]:
    """Judge a halving: pieces too many and unevenness (what is small counts as none), then how many pairs it parts."""
    among = np.zeros(len(inside), bool)
    among[here] = True
    edges = field.pairs[among[field.pairs].all(axis=1)]
    cut = inside[edges[:, 0]] != inside[edges[:, 1]]
    piece = components(len(inside), edges[~cut])[here]
    uneven = abs(float(field.load[here[inside[here]]].sum()) - goal) / max(goal, 1e-300)
    return (10.0 * len(np.unique(piece)) + (0.0 if uneven < UNEVEN else uneven), float(cut.sum()))
