"""Making a network walkable in one closed walk with the least repetition: the Chinese postman's problem.

Before: a network, and which of its sections are to be seen. After: `touring` walks it, `sharing` shares it out. Where
an odd number of ways meet, some way must be walked twice: the cheapest pairing of odd junctions says which (M. Guan,
1960; J. Edmonds and E. Johnson, 1973). What lies apart is joined first, by a least spanning tree of ways between.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gis.errors import InputError
from gis.patrols.cover.matching import LONGEST_S, cheapest_pairs
from gis.patrols.network.network import Floats, Network, Places, path_to

BOUND_S = 6.0
MOST_ODD = 12_000
"""More odd junctions than this need more memory than a small machine has (their table of distances)."""


@dataclass(frozen=True)
class Doubled:
    """How often each section is walked, so that one closed walk exists.

    Attributes
    ----------
    times : ndarray of int, shape (sections,)
        0 where a section is not needed.
    length_m : float
        Of the closed walk, metres.
    least_m : float
        No closed walk that sees the sections is shorter, metres.
    """

    times: Places
    length_m: float
    least_m: float


def doubled(
    network: Network, seen: NDArray[np.bool_], start: int, tell: Callable[[str], None] | None = None
) -> Doubled:
    """Say how often each section is to be walked.

    Parameters
    ----------
    network : Network
        With everything that may be walked.
    seen : ndarray of bool, shape (sections,)
        The sections that must be seen.
    start : int
        The junction where the walk starts and ends.
    tell : callable, optional
        Told how it goes.

    Raises
    ------
    InputError
        A section cannot be reached from the start, or there are too many odd junctions.
    """
    times = seen.astype(np.int64)
    if not seen.any():
        return Doubled(times, 0.0, 0.0)
    _check_reached(network, seen, start)
    joined = times + _connections(network, seen, start)
    apart = bool((joined != times).any())
    more, paired_least = _evened(network, times, tell, longest_s=BOUND_S if apart else LONGEST_S)
    least_m = float(network.length_m[seen].sum()) + paired_least
    if apart:  # the first pairing only bounds
        more, _ = _evened(network, joined, tell)
    times = joined + more
    return Doubled(times, float((times * network.length_m).sum()), least_m)


def _check_reached(network: Network, seen: NDArray[np.bool_], start: int) -> None:
    apart = int((network.piece[network.tail[seen]] != network.piece[start]).sum())
    if apart:
        raise InputError(f"{apart} sections cannot be reached from the start; no way leads there.")


def _evened(
    network: Network, times: Places, tell: Callable[[str], None] | None, *, longest_s: float = LONGEST_S
) -> tuple[Places, float]:
    """Give the sections to be walked once more, and a bound of their length from below."""
    more = np.zeros(network.sections, np.int64)
    degree = np.zeros(len(network.nodes), np.int64)
    np.add.at(degree, network.tail, times)
    np.add.at(degree, network.head, times)
    odd = np.flatnonzero(degree % 2)
    if not len(odd):
        return more, 0.0
    if len(odd) > MOST_ODD:
        raise InputError(
            f"{len(odd)} junctions have an odd number of ways, more than the {MOST_ODD} that can be paired; "
            "take a smaller area."
        )
    distances, before = network.ways_from(odd)
    pairing = cheapest_pairs(distances[:, odd], tell, longest_s=longest_s)
    for one, other in pairing.pairs:
        for section in sections_between(network, before[one], int(odd[one]), int(odd[other])):
            more[section] += 1
    # A section in two pairs' ways is walked there and back for nothing.
    spare = more // 2 * 2
    return more - spare, pairing.least


def sections_between(network: Network, before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """Give the sections of the shortest way from start to end, by one row of `ways_from`."""
    path = path_to(before, start, end)
    return [network.shortest[min(a, b), max(a, b)] for a, b in itertools.pairwise(path)]


def _connections(network: Network, seen: NDArray[np.bool_], start: int) -> Places:
    """Give the sections that join what is to be seen to one piece, the start included."""
    more = np.zeros(network.sections, np.int64)
    size = len(network.nodes)
    ends = np.column_stack([network.tail[seen], network.head[seen]])
    links = coo_array((np.ones(len(ends)), ends.T), shape=(size, size))
    piece = connected_components(links, directed=False)[1]
    needed = np.unique(np.append(ends, start))
    if len(np.unique(piece[needed])) == 1:
        return more
    away, before, source = dijkstra(
        network.matrix, directed=False, indices=needed, return_predecessors=True, min_only=True
    )
    for section in _spanning(network, piece, source, away):
        more[section] += 1
        for node in (int(network.tail[section]), int(network.head[section])):
            for step in sections_between(network, before, int(source[node]), node):
                more[step] = max(more[step], 1)
    more[seen] = 0
    return more


def _spanning(network: Network, piece: Places, source: Places, away: Floats) -> list[int]:
    """Choose the sections over which pieces grow together, the cheapest ways first (Kruskal)."""
    reached = np.isfinite(away[network.tail])
    cost = np.where(reached, away[network.tail] + network.length_m + away[network.head], np.inf)
    group = {int(at): int(at) for at in np.unique(piece)}

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    chosen = []
    for section in np.argsort(cost, kind="stable").tolist():
        if not np.isfinite(cost[section]):
            break
        one, other = (root(int(piece[source[ends[section]]])) for ends in (network.tail, network.head))
        if one != other:
            group[one] = other
            chosen.append(section)
    return chosen
