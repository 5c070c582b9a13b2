"""Small moves of several units: up to three that hang together go over to a part beside them.

Before: `moves`, a plan. After: `pairs` and `even` put them together. Every cluster is listed once, with the exact
change of the cost, and only where both parts stay whole.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.moves import Ground, Room, beside, reaches
from gis.compiling import called

MOST_UNITS = 3


class Moves(NamedTuple):
    """Clusters that may go over.

    Attributes
    ----------
    unit : ndarray of int32, shape (moves, 3)
        Units that go together, -1 where there are fewer.
    origin, to : ndarray of int32
        From which part to which.
    cost, weight : ndarray of float
        What the move changes in the plan's cost, and what goes over.
    """

    unit: NDArray[np.int32]
    origin: NDArray[np.int32]
    to: NDArray[np.int32]
    cost: NDArray[np.float64]
    weight: NDArray[np.float64]


@called
def _whole_without(
    ground: Ground, part: NDArray[np.int32], units: NDArray[np.int32], a: int, room: Room
) -> bool:
    """Tell whether part a stays in one piece, and stays at all, without units that have left it already."""
    room.seen[len(part)] += 1
    mark = room.seen[len(part)]
    first, left = -1, 0
    for u in units[units >= 0]:
        for e in range(ground.start[u], ground.start[u + 1]):
            v = ground.other[e]
            if part[v] == a and first < 0:
                first = v
            elif part[v] == a and v != first and room.seen[v] != -mark:
                room.seen[v] = -mark
                left += 1
    return first >= 0 and (left == 0 or reaches(ground, part, first, left, room))


@called
def _cost_together(
    ground: Ground, part: NDArray[np.int32], units: NDArray[np.int32], a: int, b: int
) -> float:
    """Tell how the cost changes by units that have gone from a to b together."""
    change = 0.0
    for u in units:
        if u < 0:
            break
        change += ground.move[u, b] - ground.move[u, a]
        for e in range(ground.start[u], ground.start[u + 1]):
            v = ground.other[e]
            if part[v] == a:
                change += ground.price[e]
            elif part[v] == b and v != units[0] and v != units[1] and v != units[2]:
                change -= ground.price[e]
    return change


@called
def _listed(
    ground: Ground, part: NDArray[np.int32], units: NDArray[np.int32], b: int, dearest: float, moves: Moves,
    many: int, room: Room,
) -> int:  # fmt: skip
    """Write a cluster down when it is not too dear and leaves its part whole; give how many there are now."""
    a = part[units[0]]
    weight = 0.0
    for u in units:
        if u >= 0:
            part[u] = b
            weight += ground.weight[u]
    cost = _cost_together(ground, part, units, a, b)
    if cost <= dearest and _whole_without(ground, part, units, a, room):
        moves.unit[many, :] = units
        moves.origin[many], moves.to[many] = a, b
        moves.cost[many], moves.weight[many] = cost, weight
        many += 1
    for u in units:
        if u >= 0:
            part[u] = a
    return many


@called
def _first(ground: Ground, part: NDArray[np.int32], u: int, v: int, b: int) -> bool:
    """Tell whether v belongs in a cluster begun at u: of the units beside part b the first begins."""
    return part[v] == part[u] and not ground.fixed[v] and v != u and (v > u or not beside(ground, part, v, b))


@called
def _grown(
    ground: Ground,
    part: NDArray[np.int32],
    u: int,
    b: int,
    dearest: float,
    moves: Moves,
    many: int,
    room: Room,
) -> int:
    """List the clusters that begin with a unit."""
    units = np.full(MOST_UNITS, -1, np.int32)
    units[0] = u
    most = len(moves.to) - 1
    many = _listed(ground, part, units, b, dearest, moves, many, room)
    for e in range(ground.start[u], ground.start[u + 1]):
        v = ground.other[e]
        if many >= most or not _first(ground, part, u, v, b):
            continue
        units[1], units[2] = v, -1
        many = _listed(ground, part, units, b, dearest, moves, many, room)
        for f in range(e + 1, ground.start[u + 1]):
            w = ground.other[f]
            if many < most and _first(ground, part, u, w, b):
                units[2] = w
                many = _listed(ground, part, units, b, dearest, moves, many, room)
        for f in range(ground.start[v], ground.start[v + 1]):
            w = ground.other[f]
            if many < most and _first(ground, part, u, w, b) and not _neighbour(ground, u, w):
                units[2] = w
                many = _listed(ground, part, units, b, dearest, moves, many, room)
    return many


@called
def _neighbour(ground: Ground, u: int, w: int) -> bool:
    found = False
    for e in range(ground.start[u], ground.start[u + 1]):
        found = found or ground.other[e] == w
    return found


@called
def clusters(
    ground: Ground, part: NDArray[np.int32], inside: NDArray[np.int64], dearest: float, most: int, room: Room
) -> Moves:
    """List what may go over between parts.

    Parameters
    ----------
    inside : ndarray of int
        For each part its place among those that may change, or -1; between parts of one place nothing goes over.
    dearest : float
        What a move may add to the cost.
    most : int
        At most so many are listed; units are taken in a random order.
    """
    moves = Moves(
        np.empty((most, MOST_UNITS), np.int32), np.empty(most, np.int32), np.empty(most, np.int32),
        np.empty(most), np.empty(most),
    )  # fmt: skip
    many = 0
    for u in np.random.permutation(len(part)):
        if inside[part[u]] < 0 or ground.fixed[u]:
            continue
        for e in range(ground.start[u], ground.start[u + 1]):
            b = part[ground.other[e]]
            told = False
            for f in range(ground.start[u], e):
                told = told or part[ground.other[f]] == b
            if inside[b] >= 0 and inside[b] != inside[part[u]] and not told and many < most - 1:
                many = _grown(ground, part, u, b, dearest, moves, many, room)
    return Moves(
        moves.unit[:many], moves.origin[:many], moves.to[:many], moves.cost[:many], moves.weight[:many]
    )
