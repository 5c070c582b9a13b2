"""Pairs of clusters that may go over together, with what they cost and what they change in each part.

Before: `clusters`. After: `even` puts two pairs together.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.clusters import MOST_UNITS, Moves
from gis.boundaries.propose.moves import Ground, Room, change_of, whole
from gis.compiling import called

ACROSS = 2.0
"""Two clusters that touch may cost so much less together than each for itself."""


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
def sets_of(
    ground: Ground, moves: Moves, inside: NDArray[np.int64], dearest: float, most: int, units: int
) -> Sets:
    """List no move, all single moves, and all pairs of moves that share no unit and are not too dear."""
    many = 1
    sets = Sets(np.full((most, 2), -1, np.int32), np.zeros(most), np.zeros((most, inside.max() + 1)))
    holder = np.zeros(units, np.int32)
    for i in np.random.permutation(len(moves.to)):
        if many >= most:
            break
        sets.moves[many, 0], sets.cost[many] = i, moves.cost[i]
        _added(sets, many, moves, i, inside)
        many += 1
        _hold(moves, i, holder, 1)
        for j in range(i):
            price = moves.cost[i] + moves.cost[j]
            if many >= most or price > dearest + ACROSS:
                continue
            price += _together(ground, moves, i, j, holder)
            if price <= dearest:
                sets.moves[many, 0], sets.moves[many, 1], sets.cost[many] = i, j, price
                _added(sets, many, moves, i, inside)
                _added(sets, many, moves, j, inside)
                many += 1
        _hold(moves, i, holder, 0)
    return Sets(sets.moves[:many], sets.cost[:many], sets.change[:many])


@called
def carried_out(
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
def apart(moves: Moves, one: NDArray[np.int32], other: NDArray[np.int32]) -> bool:
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
def all_whole(
    ground: Ground, part: NDArray[np.int32], moves: Moves, both: NDArray[np.int32], room: Room
) -> bool:
    """Tell whether all parts that some moves touch are whole after them."""
    good = True
    for m in both:
        if m >= 0 and good:
            good = whole(ground, part, moves.origin[m], room) and whole(ground, part, moves.to[m], room)
    return good
