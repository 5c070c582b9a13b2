"""Today's parts as a place to begin: as many parts as asked for, each in one piece, as little changed as can be.

Before: for each unit the part it is in today. After: `search`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.graph import Graph, pieces_of
from gis.boundaries.propose.grow import halve
from gis.boundaries.propose.moves import Ground

NONE = -1


def mended(
    graph: Graph, ground: Ground, today: NDArray[np.intp], parts: int, seed: int
) -> NDArray[np.int32] | None:
    """Make a plan of today's parts.

    Parameters
    ----------
    today : ndarray of int
        Today's part of each unit, from 0; -1 for none. A part keeps its number where it stays.
    parts : int
        How many there are to be. Parts from this number on go to their neighbours; where too few, the heaviest
        is halved.

    Returns
    -------
    ndarray of int32 or None
        One a unit; None where today's parts cannot be mended, as when a part lies in pieces with nothing between.
    """
    part = _main_pieces(graph, today, ground.fixed)
    part[part >= parts] = NONE
    if not _filled(graph, part):
        return None
    made = _enough(graph, ground, part, parts, seed)
    kept = made is not None and bool((made[ground.fixed] == today[ground.fixed]).all())
    return made if kept else None


def _main_pieces(graph: Graph, today: NDArray[np.intp], fixed: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Keep of every part the piece with what is locked, else its heaviest; the rest belongs to nobody yet."""
    piece = pieces_of(today, graph.pairs)
    load, units = np.bincount(piece, graph.weight), np.bincount(piece)
    locked = np.bincount(piece, fixed)
    part = np.full(graph.size, NONE, np.int32)
    for p in np.unique(today[today >= 0]):
        of = np.unique(piece[today == p])
        main = of[np.lexsort((-units[of], -load[of], -locked[of]))[0]]
        part[piece == main] = p
    return part


def _filled(graph: Graph, part: NDArray[np.int32]) -> bool:
    """Let the lightest part beside it take each unit that belongs to nobody; tell whether none is left."""
    both = np.vstack([graph.pairs, graph.pairs[:, ::-1]])
    while (part == NONE).any():
        edge = both[(part[both[:, 0]] == NONE) & (part[both[:, 1]] != NONE)]
        if not len(edge):
            return False
        load = np.bincount(part[part >= 0], graph.weight[part >= 0])
        best = int(np.argmin(load[part[edge[:, 1]]]))
        part[edge[best, 0]] = part[edge[best, 1]]
    return True


def _enough(
    graph: Graph, ground: Ground, part: NDArray[np.int32], parts: int, seed: int
) -> NDArray[np.int32] | None:
    """Halve the heaviest part that can be halved until there are enough; new parts take the free numbers."""
    for new in sorted(set(range(parts)) - set(part.tolist())):
        labels = np.unique(part).tolist()
        heaviest = sorted(labels, key=lambda p: -float(graph.weight[part == p].sum()))
        if not any(int(halve(ground, part, p, new, 2, seed)) for p in heaviest):
            return None
    return part
