"""Simulated annealing over plans: one unit goes over, or two change places, and every part stays whole.

Before: `moves` and a plan to begin with. After: the plan it ends in, and the best of each bin of deviation.
Kirkpatrick, Gelatt and Vecchi 1983; the energy is the cost plus the binary logarithm of the deviation, so that
halving the deviation is worth the same at one per cent as at a hundredth of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.moves import (
    Best,
    Ground,
    Room,
    change_of,
    cost_of,
    largest_deviation,
    remember,
    stays_whole,
)
from gis.compiling import called, compiled

# What a part that is off by the width costs, in cut edges: it keeps parts from vanishing.
STIFF = 4.0
SWAPS = 0.5
FEW_PARTS = 8
TRIES = 30


class Heat(NamedTuple):
    """How to anneal.

    Attributes
    ----------
    target : float
        The deviation (share of the goal) below which balance is hardly worth anything more.
    width : float
        The deviation of a part (share of the goal) that is about as much as is put up with.
    pull : float
        What halving the deviation is worth, in cut edges.
    hot, cold : float
        Temperature at the beginning and the end, in cut edges.
    steps : int
        How many moves are tried.
    """

    target: float
    width: float
    pull: float
    hot: float
    cold: float
    steps: int


@called
def _unrest(squares: float, heat: Heat) -> float:
    norm = math.sqrt(max(squares, 0.0))
    return heat.pull * math.log2(1.0 + norm / heat.target) + STIFF * squares / (heat.width * heat.width)


@called
def _square(load: float, goal: float) -> float:
    away = (load - goal) / goal
    return away * away


@called
def _partner(ground: Ground, part: NDArray[np.int32], u: int, from_unit: int, a: int, b: int) -> int:
    """Find a unit of part b beside part a that could come in exchange; -1 when none is met."""
    if len(ground.goal) <= FEW_PARTS:
        for _ in range(TRIES):
            e = np.random.randint(len(ground.other))
            x = ground.owner[e]
            if part[x] == b and part[ground.other[e]] == a and ground.other[e] != u and not ground.fixed[x]:
                return int(x)
        return -1
    x = from_unit
    for _ in range(TRIES):
        e = np.random.randint(ground.start[x], ground.start[x + 1])
        y = ground.other[e]
        if part[y] == a and y != u and not ground.fixed[x]:
            return int(x)
        if part[y] == b:
            x = y
    return -1


@called
def _back(ground: Ground, part: NDArray[np.int32], u: int, v: int, b: int) -> float:
    """Tell the cost of v's way back as if u had gone over already."""
    a = part[u]
    part[u] = b
    change = change_of(ground, part, v, a)
    part[u] = a
    return change


@called
def _carry_out(ground: Ground, part: NDArray[np.int32], u: int, v: int, b: int, room: Room) -> bool:
    """Move u to part b, and v (when there is one) to u's part; undo all when a part would fall apart."""
    a = part[u]
    if not stays_whole(ground, part, u, room):
        return False
    part[u] = b
    if v >= 0:
        if not stays_whole(ground, part, v, room):
            part[u] = a
            return False
        part[v] = a
    return True


@compiled
def anneal(
    ground: Ground,
    part: NDArray[np.int32],
    load: NDArray[np.float64],
    heat: Heat,
    seed: int,
    room: Room,
    best: Best,
) -> float:
    """Anneal a plan in place.

    Parameters
    ----------
    part : ndarray of int32
        One a unit, from 0; every part whole. Changed.
    load : ndarray of float
        What each part weighs. Changed.

    Returns
    -------
    float
        The cost of the plan it ends in.
    """
    np.random.seed(seed)
    cost = cost_of(ground, part)
    remember(part, cost, largest_deviation(load, ground.goal), best)
    ends = len(ground.other)
    if ends == 0:
        return cost
    squares = 0.0
    for p in range(len(load)):
        squares += _square(load[p], ground.goal[p])
    unrest = _unrest(squares, heat)
    fall = (heat.cold / heat.hot) ** (1.0 / heat.steps)
    warmth = heat.hot
    for _ in range(heat.steps):
        warmth *= fall
        e = np.random.randint(ends)
        u = ground.owner[e]
        a, b = part[u], part[ground.other[e]]
        if a == b or ground.fixed[u]:
            continue
        change = change_of(ground, part, u, b)
        given, v = ground.weight[u], -1
        if np.random.random() < SWAPS:
            v = _partner(ground, part, u, ground.other[e], a, b)
            if v >= 0:
                given -= ground.weight[v]
                change += _back(ground, part, u, v, b)
        after = squares + _square(load[a] - given, ground.goal[a]) + _square(load[b] + given, ground.goal[b])
        after -= _square(load[a], ground.goal[a]) + _square(load[b], ground.goal[b])
        new_unrest = _unrest(after, heat)
        rise = change + new_unrest - unrest
        if rise > 0.0 and np.random.random() >= math.exp(-rise / warmth):
            continue
        if not _carry_out(ground, part, u, v, b, room):
            continue
        squares, unrest = after, new_unrest
        load[a] -= given
        load[b] += given
        cost += change
        remember(part, cost, largest_deviation(load, ground.goal), best)
    return cost
