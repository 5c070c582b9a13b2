"""A plan to begin with: ground is halved along random trees until there are enough parts, each in one piece.

Before: connected pieces of ground, each with how many parts it is to have. After: `anneal`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.moves import Ground
from gis.compiling import called, compiled

TRIES = 12


@called
def _tree(
    ground: Ground, part: NDArray[np.int32], p: int, root: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Grow a random tree over a part from a root; give its units in order of growth and their parents."""
    n = len(part)
    order, parent = np.empty(n, np.int32), np.full(n, -2, np.int32)
    ends, origins = np.empty(len(ground.other) + 1, np.int32), np.empty(len(ground.other) + 1, np.int32)
    ends[0], origins[0] = root, -1
    waiting, grown = 1, 0
    while waiting:
        e = np.random.randint(waiting)
        u, origin = ends[e], origins[e]
        waiting -= 1
        ends[e], origins[e] = ends[waiting], origins[waiting]
        if parent[u] != -2:  # noqa: PLR2004 - not yet grown
            continue
        parent[u] = origin
        order[grown] = u
        grown += 1
        for f in range(ground.start[u], ground.start[u + 1]):
            v = ground.other[f]
            if part[v] == p and parent[v] == -2:  # noqa: PLR2004
                ends[waiting], origins[waiting] = v, u
                waiting += 1
    return order[:grown], parent


@called
def _branch(
    ground: Ground, order: NDArray[np.int32], parent: NDArray[np.int32], whole: float, parts: int
) -> tuple[float, int, int]:
    """Find the branch of a tree that comes nearest to a whole number of parts: how near, its unit, how many parts."""
    below, count = ground.weight.copy(), np.ones(len(parent), np.int32)
    for i in range(len(order) - 1, 0, -1):
        below[parent[order[i]]] += below[order[i]]
        count[parent[order[i]]] += count[order[i]]
    least, top, share = np.inf, -1, 0
    for u in order[1:]:
        there = min(max(int(np.floor(below[u] * parts / max(whole, 1e-300) + 0.5)), 1), parts - 1)
        crowded = count[u] < there or len(order) - count[u] < parts - there
        away = abs(below[u] - whole * there / parts) / there + (1e300 if crowded else 0.0)
        if away < least:
            least, top, share = away, u, there
    return least, top, share


@compiled
def halve(ground: Ground, part: NDArray[np.int32], p: int, q: int, parts: int, seed: int) -> int:
    """Give some of a part's ground to a new part, along the best branch of a dozen random trees.

    Parameters
    ----------
    part : ndarray of int32
        Changed: units of p that go over have q afterwards. Both are in one piece.
    parts : int
        How many parts the ground is to have in the end.

    Returns
    -------
    int
        How many of these the new part is to have; 0 where the part has a single unit.
    """
    np.random.seed(seed)
    members = np.flatnonzero(part == p)
    if len(members) < 2:  # noqa: PLR2004 - one unit cannot be halved
        return 0
    whole, least, share, taken = 0.0, np.inf, 0, np.zeros(len(part), np.bool_)
    for u in members:
        whole += ground.weight[u]
    for _ in range(TRIES):
        order, parent = _tree(ground, part, p, members[np.random.randint(len(members))])
        away, top, there = _branch(ground, order, parent, whole, parts)
        if away < least:
            least, share = away, there
            taken[:] = False
            taken[top] = True
            for u in order[1:]:
                taken[u] = taken[u] or (parent[u] >= 0 and taken[parent[u]])
    for u in members:
        if taken[u]:
            part[u] = q
    return share


def grown(
    ground: Ground, piece: NDArray[np.intp], parts: NDArray[np.intp], seed: int
) -> NDArray[np.int32] | None:
    """Make a plan whose parts are all whole.

    Parameters
    ----------
    piece : ndarray of int
        For each unit, the connected piece of ground it lies in.
    parts : ndarray of int
        For each piece, how many parts it is to have, at least 1.

    Returns
    -------
    ndarray of int32 or None
        One a unit, from 0; None when this seed came upon a piece with too few units to go on.
    """
    part = piece.astype(np.int32)
    waiting, label = [(p, int(many)) for p, many in enumerate(parts.tolist())], len(parts)
    while waiting:
        p, many = waiting.pop()
        if many == 1:
            continue
        there = int(halve(ground, part, p, label, many, seed + label))
        if there == 0:
            return None
        waiting += [(p, many - there), (label, there)]
        label += 1
    return part
