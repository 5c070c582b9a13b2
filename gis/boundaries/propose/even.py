"""Evening a plan part by part: each gives or takes just what it is off by, at the least cost, and is then left alone.

Before: a plan of `anneal`, `clusters`, `pairs`. After: better plans of nearly the same cut. The parts beside each other
form a graph; leaf after leaf of a random tree in it is brought to its goal by clusters of units that go over between
it and the parts still to come, so each step has one figure to meet, however many parts there are.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.clusters import Moves, clusters
from gis.boundaries.propose.moves import Best, Ground, Room, largest_deviation, remember
from gis.boundaries.propose.pairs import Sets, all_whole, apart, carried_out, sets_of
from gis.compiling import called, compiled

MOST_CLUSTERS = 400
MOST_TRIALS = 100
NOISE = 0.4
"""Of answers that cost nearly the same any may be taken, so that the next try finds another one."""


class Asked(NamedTuple):
    """What is asked of an evening.

    Attributes
    ----------
    wide : float
        The deviation of a part that will do, as a share of its goal.
    dearest : float
        What a pair of clusters may add to the cost.
    most : float
        It is given up when the plan costs more.
    sets : int
        At most so many pairs of clusters are looked at for a part.
    """

    wide: float
    dearest: float
    most: float
    sets: int


@called
def _leaves_first(ground: Ground, part: NDArray[np.int32]) -> NDArray[np.int64]:
    """Put the parts in an order in which each is beside one that comes later: a random tree, from its leaves."""
    parts = len(ground.goal)
    beside = np.zeros((parts, parts), np.bool_)
    for e in range(len(ground.other)):
        beside[part[ground.owner[e]], part[ground.other[e]]] = True
    order, reached = np.empty(parts, np.int64), np.zeros(parts, np.bool_)
    order[0] = np.random.randint(parts)
    reached[order[0]] = True
    many = 1
    for _ in range(parts):
        for p in np.random.permutation(parts):
            if not reached[p] and np.any(beside[p] & reached):
                order[many], reached[p] = p, True
                many += 1
                break
    return order[:many][::-1].copy()


@called
def _holds(
    ground: Ground, part: NDArray[np.int32], load: NDArray[np.float64], moves: Moves, both: NDArray[np.int32],
    room: Room,
) -> bool:  # fmt: skip
    """Tell whether some moves leave all parts whole: carry them out, look, and undo them."""
    if not apart(moves, both[:2], both[2:]):
        return False
    for m in both:
        if m >= 0:
            carried_out(ground, part, load, moves, m, False)
    good = all_whole(ground, part, moves, both, room)
    for k in range(len(both) - 1, -1, -1):
        if both[k] >= 0:
            carried_out(ground, part, load, moves, both[k], True)
    return good


@called
def _cheapest(
    ground: Ground, part: NDArray[np.int32], load: NDArray[np.float64], moves: Moves, sets: Sets, lack: float,
    wide: float, room: Room,
) -> NDArray[np.int32]:  # fmt: skip
    """Find two sets that together give the first part what it lacks, at about the least cost; -1 throughout for none.

    Meeting in the middle (Horowitz and Sahni 1974): sorted by what they give, the partners of one set are a window.
    """
    order = np.argsort(sets.change[:, 0])
    key, price = sets.change[order, 0], sets.cost[order]
    least, trials, high = math.inf, 0, len(key) - 1
    best, both = np.full(4, -1, np.int32), np.empty(4, np.int32)
    for x in range(len(key)):
        while high >= 0 and key[high] > wide + lack - key[x]:
            high -= 1
        y = high
        while y >= x and key[y] >= lack - wide - key[x] and trials < MOST_TRIALS:
            about = price[x] + price[y] + NOISE * np.random.exponential()
            if about < least:
                trials += 1
                both[:2], both[2:] = sets.moves[order[x]], sets.moves[order[y]]
                if _holds(ground, part, load, moves, both, room):
                    least = about
                    best[:] = both
            y -= 1
    return best


@called
def _met(
    ground: Ground, part: NDArray[np.int32], load: NDArray[np.float64], p: int, later: NDArray[np.int64], asked: Asked,
    room: Room,
) -> float:  # fmt: skip
    """Bring part p to its goal by what goes over to and from later parts; give the cost's change, infinite for none."""
    inside = np.full(len(load), -1, np.int64)
    inside[later] = 1
    inside[p] = 0
    moves = clusters(ground, part, inside, asked.dearest, MOST_CLUSTERS, room)
    sets = sets_of(ground, moves, inside, asked.dearest, asked.sets, len(part))
    best = _cheapest(
        ground, part, load, moves, sets, ground.goal[p] - load[p], asked.wide * ground.goal[p], room
    )
    if best.max() < 0:
        return math.inf
    change = 0.0
    for m in best:
        change += carried_out(ground, part, load, moves, m, False) if m >= 0 else 0.0
    return change


@compiled
def even(
    ground: Ground,
    part: NDArray[np.int32],
    load: NDArray[np.float64],
    asked: Asked,
    cost: float,
    seed: int,
    room: Room,
    best: Best,
) -> float:
    """Even a plan in place, leaf after leaf of a random tree over its parts.

    Parameters
    ----------
    part, load : ndarray
        The plan and what its parts weigh. Changed, even where it fails on the way.
    cost : float
        What the plan costs.

    Returns
    -------
    float
        The cost of the evened plan; infinite where a part could not be evened.
    """
    np.random.seed(seed)
    order = _leaves_first(ground, part)
    for k in range(len(order) - 1):
        p = order[k]
        if abs(load[p] - ground.goal[p]) > asked.wide * ground.goal[p]:
            cost += _met(ground, part, load, p, order[k + 1 :], asked, room)
        if cost > asked.most:
            return math.inf
        remember(part, cost, largest_deviation(load, ground.goal), best)
    return cost
