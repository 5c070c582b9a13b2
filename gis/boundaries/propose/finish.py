"""The last hundredths: which few units, going over together, leave up to four parts balanced to the person.

Before: a plan of `anneal`. After: better plans of the same cut, if there are any within six moves. All sets of up
to three moves are listed with what they change; two sets whose changes cancel what is out of balance are found by
sorting one figure and looking into a narrow window (meeting in the middle: Horowitz and Sahni 1974).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.compiled import compiled
from gis.boundaries.propose.moves import (
    Best,
    Ground,
    Room,
    change_of,
    largest_deviation,
    remember,
    stays_whole,
    touches,
)

MOST_MOVES = 200
MOST_SETS = 60_000
MOST_LOOKS = 3_000_000
MOST_TRIALS = 3_000


class Sought(NamedTuple):
    """What `finish` looks for.

    Attributes
    ----------
    deviation : float
        The largest deviation allowed, as a share of the goal.
    dearest : float
        A single move may raise the cost by this much at most, a set by one more.
    inside : ndarray of int
        For each part, its place among those that may change, or -1.
    """

    deviation: float
    dearest: float
    inside: NDArray[np.int64]


class Moves(NamedTuple):
    """Single moves: which unit, to which part, at what change of cost."""

    unit: NDArray[np.int32]
    to: NDArray[np.int32]
    cost: NDArray[np.float64]


class Sets(NamedTuple):
    """Sets of up to three moves (-1 where there are fewer), their cost, and what they change in each part."""

    moves: NDArray[np.int32]
    cost: NDArray[np.float64]
    change: NDArray[np.float64]


@compiled
def _told(ground: Ground, part: NDArray[np.int32], u: int, e: int) -> bool:
    """Tell whether an earlier neighbour of the unit lies in the same part as this one."""
    told = False
    for f in range(ground.start[u], e):
        told = told or part[ground.other[f]] == part[ground.other[e]]
    return told


@compiled
def _moves(ground: Ground, part: NDArray[np.int32], sought: Sought, room: Room) -> Moves:
    """List the moves that leave every part whole and are not too dear."""
    unit, to = np.empty(MOST_MOVES, np.int32), np.empty(MOST_MOVES, np.int32)
    cost = np.empty(MOST_MOVES)
    many = 0
    for u in np.random.permutation(len(part)):
        if sought.inside[part[u]] < 0 or ground.fixed[u]:
            continue
        for e in range(ground.start[u], ground.start[u + 1]):
            b = part[ground.other[e]]
            if b == part[u] or sought.inside[b] < 0 or many >= MOST_MOVES or _told(ground, part, u, e):
                continue
            change = change_of(ground, part, u, b)
            if change <= sought.dearest and stays_whole(ground, part, u, room):
                unit[many], to[many], cost[many] = u, b, change
                many += 1
    return Moves(unit[:many], to[:many], cost[:many])


@compiled
def _sets(ground: Ground, part: NDArray[np.int32], moves: Moves, sought: Sought, places: int) -> Sets:
    """List all sets of up to three moves of different units."""
    chosen = np.full((MOST_SETS, 3), -1, np.int32)
    cost, change = np.zeros(MOST_SETS), np.zeros((MOST_SETS, places))
    many, begin, end = 1, 0, 1
    for size in range(3):
        for s in range(begin, end):
            for i in range(chosen[s, size - 1] + 1 if size else 0, len(moves.unit)):
                u = moves.unit[i]
                twice = False
                for j in range(size):
                    twice = twice or moves.unit[chosen[s, j]] == u
                if twice or cost[s] + moves.cost[i] > sought.dearest + 1.0 or many >= MOST_SETS:
                    continue
                chosen[many, :] = chosen[s]
                chosen[many, size] = i
                cost[many] = cost[s] + moves.cost[i]
                change[many, :] = change[s]
                change[many, sought.inside[part[u]]] -= ground.weight[u]
                change[many, sought.inside[moves.to[i]]] += ground.weight[u]
                many += 1
        begin, end = end, many
    return Sets(chosen[:many], cost[:many], change[:many])


@compiled
def _tried(
    ground: Ground,
    part: NDArray[np.int32],
    load: NDArray[np.float64],
    moves: Moves,
    both: NDArray[np.int32],
    cost: float,
    room: Room,
    best: Best,
) -> bool:
    """Carry the moves of two sets out one by one, remember the plan if it is good, and undo them."""
    done, old = 0, np.empty(len(both), np.int32)
    good, new = True, cost
    for i in both:
        if i < 0:
            old[done] = -1
            done += 1
            continue
        u, b = moves.unit[i], moves.to[i]
        if part[u] == b or not touches(ground, part, u, b) or not stays_whole(ground, part, u, room):
            good = False
            break
        new += change_of(ground, part, u, b)
        old[done] = part[u]
        load[part[u]] -= ground.weight[u]
        load[b] += ground.weight[u]
        part[u] = b
        done += 1
    better = good and remember(part, new, largest_deviation(load, ground.goal), best)
    for k in range(done - 1, -1, -1):
        if both[k] >= 0:
            u = moves.unit[both[k]]
            load[part[u]] -= ground.weight[u]
            load[old[k]] += ground.weight[u]
            part[u] = old[k]
    return better


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
    """Look for better balanced plans within six moves.

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
    moves = _moves(ground, part, sought, room)
    sets = _sets(ground, part, moves, sought, len(group))
    order = np.argsort(sets.change[:, 0])
    key = sets.change[order, 0]
    both = np.empty(6, np.int32)
    found, looks, trials, high = 0, 0, 0, len(key) - 1
    for x in range(len(key)):
        i = order[x]
        while high >= 0 and key[high] > wide[0] - away[0] - key[x]:
            high -= 1
        y = high
        while (
            y >= x and key[y] >= -wide[0] - away[0] - key[x] and looks < MOST_LOOKS and trials < MOST_TRIALS
        ):
            j = order[y]
            y -= 1
            looks += 1
            fits = True
            for q in range(1, len(group)):
                fits = fits and abs(away[q] + sets.change[i, q] + sets.change[j, q]) <= wide[q]
            if fits:
                trials += 1
                both[:3] = sets.moves[i]
                both[3:] = sets.moves[j]
                found += _tried(ground, part, load, moves, both, cost, room, best)
    return found
