"""The last hundredths: which few clusters of units, going over together, leave up to four parts balanced to the person.

Before: a plan of `anneal`, `clusters`. After: better plans, if there are any within four clusters. All pairs of
clusters are listed with what they change; two pairs whose changes cancel what is out of balance are found by sorting
one figure and looking into a narrow window (meeting in the middle: Horowitz and Sahni 1974).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.clusters import MOST_UNITS, Moves, clusters
from gis.boundaries.propose.moves import (
    A_LITTLE,
    Best,
    Ground,
    Room,
    bin_of,
    change_of,
    largest_deviation,
    remember,
    whole,
)
from gis.compiling import called, compiled

MOST_MOVES = 600
LOOKS_A_SET = 100
MOST_TRIALS = 3_000
ACROSS = 2.0
"""Clusters of two pairs that touch may cost so much less together than each for itself."""


class Sought(NamedTuple):
    """What `finish` looks for.

    Attributes
    ----------
    deviation : float
        The largest deviation allowed, as a share of the goal.
    dearest : float
        A cluster may raise the cost by this much at most, and so may a pair.
    sets : int
        At most so many pairs.
    inside : ndarray of int
        For each part, its place among those that may change, or -1.
    """

    deviation: float
    dearest: float
    sets: int
    inside: NDArray[np.int64]


class Sets(NamedTuple):
    """Up to two moves each (-1 where there are fewer), their cost, and what they change in each part."""

    moves: NDArray[np.int32]
    cost: NDArray[np.float64]
    change: NDArray[np.float64]


@called
def _together(ground: Ground, moves: Moves, i: int, j: int, holder: NDArray[np.int32]) -> float:
    """Give what two moves cost less (or more) together than each for itself; infinite when they share a unit.

    `holder` says for each unit whether it is in move i.
    """
    a, b, c, d = moves.origin[i], moves.to[i], moves.origin[j], moves.to[j]
    factor = 0.0
    factor += 1.0 if b != d else 0.0
    factor -= 1.0 if b != c else 0.0
    factor -= 1.0 if a != d else 0.0
    factor += 1.0 if a != c else 0.0
    less = 0.0
    for k in range(MOST_UNITS):
        u = moves.unit[j, k]
        if u < 0:
            break
        if holder[u]:
            return math.inf
        if factor == 0.0:
            continue
        for e in range(ground.start[u], ground.start[u + 1]):
            if holder[ground.other[e]]:
                less += factor * ground.price[e]
    return less


@called
def _hold(moves: Moves, i: int, holder: NDArray[np.int32], on: int) -> None:
    for k in range(MOST_UNITS):
        if moves.unit[i, k] >= 0:
            holder[moves.unit[i, k]] = on


@called
def _added(sets: Sets, many: int, moves: Moves, m: int, inside: NDArray[np.int64]) -> None:
    sets.change[many, inside[moves.origin[m]]] -= moves.weight[m]
    sets.change[many, inside[moves.to[m]]] += moves.weight[m]


@called
def _sets(ground: Ground, moves: Moves, sought: Sought, places: int, units: int) -> Sets:
    """List no move, all single moves, and all pairs of moves that share no unit and are not too dear."""
    most, many = sought.sets, 1
    sets = Sets(np.full((most, 2), -1, np.int32), np.zeros(most), np.zeros((most, places)))
    holder = np.zeros(units, np.int32)
    for i in np.random.permutation(len(moves.to)):
        if many >= most:
            break
        sets.moves[many, 0], sets.cost[many] = i, moves.cost[i]
        _added(sets, many, moves, i, sought.inside)
        many += 1
        _hold(moves, i, holder, 1)
        for j in range(i):
            price = moves.cost[i] + moves.cost[j]
            if many >= most or price > sought.dearest + ACROSS:
                continue
            price += _together(ground, moves, i, j, holder)
            if price <= sought.dearest:
                sets.moves[many, 0], sets.moves[many, 1], sets.cost[many] = i, j, price
                _added(sets, many, moves, i, sought.inside)
                _added(sets, many, moves, j, sought.inside)
                many += 1
        _hold(moves, i, holder, 0)
    return Sets(sets.moves[:many], sets.cost[:many], sets.change[:many])


@called
def _limits(best: Best, limit: NDArray[np.float64]) -> None:
    """Give for each bin the cost below which a plan is news: less than all that are at least as even."""
    least = math.inf
    for b in range(len(limit)):
        least = min(least, best.cost[b])
        limit[b] = least


@called
def _carried_out(
    ground: Ground, part: NDArray[np.int32], load: NDArray[np.float64], moves: Moves, m: int, back: bool
) -> float:  # fmt: skip
    """Move a cluster, or move it back; give the change of the cost, in cost."""
    a, b = moves.origin[m], moves.to[m]
    if back:
        a, b = b, a
    change = 0.0
    for k in range(MOST_UNITS):
        u = moves.unit[m, k]
        if u < 0:
            break
        change += change_of(ground, part, u, b)
        load[a] -= ground.weight[u]
        load[b] += ground.weight[u]
        part[u] = b
    return change


@called
def _tried(
    ground: Ground, part: NDArray[np.int32], load: NDArray[np.float64], moves: Moves, both: NDArray[np.int32],
    cost: float, limit: NDArray[np.float64], room: Room, best: Best,
) -> bool:  # fmt: skip
    """Carry the moves of two sets out, remember the plan if it is good, and undo them."""
    new, better = cost, False
    for m in both:
        new += _carried_out(ground, part, load, moves, m, False) if m >= 0 else 0.0
    deviation = largest_deviation(load, ground.goal)
    b = bin_of(deviation)
    news = new < limit[b] - A_LITTLE or (new < best.cost[b] + A_LITTLE and deviation < best.deviation[b])
    if news and _all_whole(ground, part, moves, both, room):
        better = remember(part, new, deviation, best)
        _limits(best, limit)
    for k in range(len(both) - 1, -1, -1):
        if both[k] >= 0:
            _carried_out(ground, part, load, moves, both[k], True)
    return better


@called
def _apart(moves: Moves, one: NDArray[np.int32], other: NDArray[np.int32]) -> bool:
    """Tell whether two pairs of moves share no unit."""
    for i in one:
        for j in other:
            if i >= 0 and j >= 0:
                for u in moves.unit[i]:
                    for v in moves.unit[j]:
                        if u == v and u >= 0:
                            return False
    return True


@called
def _all_whole(
    ground: Ground, part: NDArray[np.int32], moves: Moves, both: NDArray[np.int32], room: Room
) -> bool:
    """Tell whether all parts that some moves touch are whole after them."""
    good = True
    for m in both:
        if m >= 0 and good:
            good = whole(ground, part, moves.origin[m], room) and whole(ground, part, moves.to[m], room)
    return good


@compiled
def finish(
    ground: Ground,
    part: NDArray[np.int32],
    load: NDArray[np.float64],
    sought: Sought,
    cost: float,
    seed: int,
    room: Room,
    best: Best,
) -> int:
    """Look for better balanced plans within four clusters.

    Parameters
    ----------
    part, load : ndarray
        The plan and what its parts weigh; as before afterwards.
    cost : float
        What the plan costs.

    Returns
    -------
    int
        How many plans were remembered.
    """
    np.random.seed(seed)
    group = np.flatnonzero(sought.inside >= 0)
    wide, away = np.empty(len(group)), np.empty(len(group))
    for p in group:
        q = sought.inside[p]
        wide[q] = sought.deviation * ground.goal[p]
        away[q] = load[p] - ground.goal[p]
    moves = clusters(ground, part, sought.inside, sought.dearest, MOST_MOVES, room)
    sets = _sets(ground, moves, sought, len(group), len(part))
    order = np.argsort(sets.change[:, 0])
    key, change, price = sets.change[order, 0], sets.change[order], sets.cost[order]
    both = np.empty(4, np.int32)
    limit = np.empty(len(best.cost))
    _limits(best, limit)
    found, looks, trials, high = 0, 0, 0, len(key) - 1
    for x in range(len(key)):
        while high >= 0 and key[high] > wide[0] - away[0] - key[x]:
            high -= 1
        y = high
        while (
            y >= x
            and key[y] >= -wide[0] - away[0] - key[x]
            and looks < LOOKS_A_SET * sought.sets
            and trials < MOST_TRIALS
        ):
            looks += 1
            new = cost + price[x] + price[y] - ACROSS
            worst = 0.0
            for q in range(len(group)):
                worst = max(worst, abs(away[q] + change[x, q] + change[y, q]) / wide[q])
            if worst <= 1.0 and new < limit[bin_of(worst * sought.deviation)]:
                both[:2] = sets.moves[order[x]]
                both[2:] = sets.moves[order[y]]
                if _apart(moves, both[:2], both[2:]):
                    trials += 1
                    found += _tried(ground, part, load, moves, both, cost, limit, room, best)
            y -= 1
    return found
