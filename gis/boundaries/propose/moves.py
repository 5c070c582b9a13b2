"""What all inner loops share: the ground as arrays, a plan's cost, whether a part stays whole, the best so far.

Before: `graph`. After: `anneal`, `even`. Plans are compared by two figures at once: the largest deviation and
the cost of what they cut and move. The best are kept in bins of deviation, two an octave, so that one search
yields a whole front.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.compiling import called

BINS = 50
FINEST_LOG2 = 24.0
A_LITTLE = 1e-9


class Ground(NamedTuple):
    """Units and what is asked of a plan, as arrays.

    Attributes
    ----------
    start, other, owner : ndarray of int32
        Unit `u`'s neighbours are `other[start[u]:start[u + 1]]`; `owner` is `u` for each of these.
    price : ndarray of float
        For each of `other`, what parting the two costs.
    weight : ndarray of float
        One a unit.
    move : ndarray of float, shape (units, parts)
        What it costs to have a unit in a part.
    fixed : ndarray of bool
        Units that stay where they are.
    goal : ndarray of float
        One a part: what it should weigh.
    """

    start: NDArray[np.int32]
    other: NDArray[np.int32]
    owner: NDArray[np.int32]
    price: NDArray[np.float64]
    weight: NDArray[np.float64]
    move: NDArray[np.float64]
    fixed: NDArray[np.bool_]
    goal: NDArray[np.float64]


class Room(NamedTuple):
    """Scratch for walks over a part: marks a unit (one more for the last mark) and a queue."""

    seen: NDArray[np.int64]
    queue: NDArray[np.int32]


class Best(NamedTuple):
    """The best plans so far, one a bin of deviation: cost, deviation (share of the goal), the plan."""

    cost: NDArray[np.float64]
    deviation: NDArray[np.float64]
    part: NDArray[np.int32]


@called
def bin_of(deviation: float) -> int:
    """Give a deviation's bin: half an octave each, the last for everything worse."""
    if deviation <= 0.0:
        return 0
    place = int((math.log2(deviation) + FINEST_LOG2) * 2.0)
    return min(max(place, 0), BINS - 1)


@called
def largest_deviation(load: NDArray[np.float64], goal: NDArray[np.float64]) -> float:
    """Give the largest deviation of a part from its goal, as a share of the goal."""
    worst = 0.0
    for p in range(len(load)):
        worst = max(worst, abs(load[p] - goal[p]) / goal[p])
    return worst


@called
def remember(part: NDArray[np.int32], cost: float, deviation: float, best: Best) -> bool:
    """Keep a plan that is the best of its bin; tell whether it was."""
    b = bin_of(deviation)
    cheaper = cost < best.cost[b] - A_LITTLE
    if cheaper or (cost < best.cost[b] + A_LITTLE and deviation < best.deviation[b]):
        best.cost[b] = cost
        best.deviation[b] = deviation
        best.part[b, :] = part
        return True
    return False


@called
def cost_of(ground: Ground, part: NDArray[np.int32]) -> float:
    """Add up what a plan cuts and moves."""
    cost = 0.0
    for e in range(len(ground.other)):
        if part[ground.owner[e]] != part[ground.other[e]]:
            cost += 0.5 * ground.price[e]
    for u in range(len(part)):
        cost += ground.move[u, part[u]]
    return cost


@called
def change_of(ground: Ground, part: NDArray[np.int32], u: int, b: int) -> float:
    """Tell how the cost changes when a unit goes over to another part."""
    a = part[u]
    change: float = ground.move[u, b] - ground.move[u, a]
    for e in range(ground.start[u], ground.start[u + 1]):
        p = part[ground.other[e]]
        if p == a:
            change += ground.price[e]
        elif p == b:
            change -= ground.price[e]
    return change


@called
def beside(ground: Ground, part: NDArray[np.int32], u: int, b: int) -> bool:
    """Tell whether a unit has a neighbour in a part."""
    found = False
    for e in range(ground.start[u], ground.start[u + 1]):
        found = found or part[ground.other[e]] == b
    return found


@called
def _met(ground: Ground, part: NDArray[np.int32], u: int, room: Room) -> tuple[int, int]:
    """Mark a unit's neighbours in its part as sought; give the first of them (-1: none) and how many more there are."""
    mark = room.seen[len(part)]
    first, left = -1, 0
    for e in range(ground.start[u], ground.start[u + 1]):
        v = ground.other[e]
        if part[v] == part[u]:
            if first < 0:
                first = v
            else:
                room.seen[v] = -mark
                left += 1
    return first, left


@called
def reaches(ground: Ground, part: NDArray[np.int32], first: int, left: int, room: Room) -> bool:
    """Walk over a part from one of its units until so many others that are marked as sought are met."""
    mark, a = room.seen[len(part)], part[first]
    room.seen[first] = mark
    room.queue[0] = first
    head, tail = 0, 1
    while head < tail and left > 0:
        x = room.queue[head]
        head += 1
        for e in range(ground.start[x], ground.start[x + 1]):
            v = ground.other[e]
            if part[v] == a and room.seen[v] != mark:
                left -= 1 if room.seen[v] == -mark else 0
                room.seen[v] = mark
                room.queue[tail] = v
                tail += 1
    return left == 0


@called
def stays_whole(ground: Ground, part: NDArray[np.int32], u: int, room: Room) -> bool:
    """Tell whether a part stays in one piece, and stays at all, when a unit leaves it.

    Walks from one of the unit's neighbours in its part until all others are met; most walks are short.
    """
    room.seen[len(part)] += 1
    first, left = _met(ground, part, u, room)
    if left == 0:
        return first >= 0
    room.seen[u] = room.seen[len(part)]
    return reaches(ground, part, first, left, room)


@called
def whole(ground: Ground, part: NDArray[np.int32], p: int, room: Room) -> bool:
    """Tell whether a part is there and in one piece."""
    room.seen[len(part)] += 1
    mark, first, left = room.seen[len(part)], -1, 0
    for u in range(len(part)):
        if part[u] == p and first < 0:
            first = u
        elif part[u] == p:
            room.seen[u] = -mark
            left += 1
    return first >= 0 and reaches(ground, part, first, left, room)
