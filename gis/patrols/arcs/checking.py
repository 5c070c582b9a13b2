"""Checking a solution against its instance, by nothing that the search has worked out.

Before: `solve`. After: the command prints the cost that comes out here. The ways between edges are found anew by
Dijkstra's algorithm over the file's edges.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from functools import cache

from gis.errors import InputError
from gis.patrols.arcs.instance import Instance
from gis.patrols.arcs.solution import Served, Solution

TOLERANCE = 1e-6


def check(instance: Instance, solution: Solution, *, rounds: int | None = None) -> float:
    """Check that each required edge is served exactly once and that no round is too heavy; give the cost.

    Parameters
    ----------
    rounds : int or None
        How many rounds there may be at most.

    Returns
    -------
    float
        The cost worked out from the instance's edges: every walk over an edge counts, with or without service.

    Raises
    ------
    InputError
        The first thing that is wrong, in a sentence.
    """
    required = instance.required
    times = [0] * len(required)
    for served in (served for one in solution.rounds for served in one):
        if not 0 <= served.piece < len(required):
            raise InputError(
                f"The solution serves edge {served.piece + 1}, but only {len(required)} are required."
            )
        times[served.piece] += 1
    for piece, count in enumerate(times):
        if count != 1:
            edge = required[piece]
            one, other = edge.one + instance.named_from, edge.other + instance.named_from
            raise InputError(f"Edge {one}-{other} is served {count} times; it must be served exactly once.")
    for number, one_round in enumerate(solution.rounds, 1):
        load = sum(required[served.piece].demand for served in one_round)
        if load > instance.capacity + TOLERANCE:
            raise InputError(
                f"Round {number} carries {load:g}, more than the capacity {instance.capacity:g}."
            )
    if rounds is not None and len(solution.rounds) > rounds:
        raise InputError(f"There are {len(solution.rounds)} rounds, more than the {rounds} allowed.")
    return _agreed(_cost(instance, solution.rounds), solution.cost)


def _agreed(found: float, said: float) -> float:
    if abs(found - said) > TOLERANCE * max(1.0, abs(found)):
        raise InputError(f"The solution says that it costs {said:g}, but its walks add up to {found:g}.")
    return found


def _cost(instance: Instance, rounds: tuple[tuple[Served, ...], ...]) -> float:
    roads: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for edge in instance.edges:
        roads[edge.one].append((edge.other, edge.cost))
        roads[edge.other].append((edge.one, edge.cost))

    @cache
    def from_node(node: int) -> dict[int, float]:
        return _dijkstra(roads, node)

    required, total = instance.required, 0.0
    for one_round in rounds:
        at = instance.depot
        for piece, backward in one_round:
            edge = required[piece]
            enter, leave = (edge.other, edge.one) if backward else (edge.one, edge.other)
            total += from_node(at)[enter] + edge.cost
            at = leave
        total += from_node(at)[instance.depot]
    return total


def _dijkstra(roads: dict[int, list[tuple[int, float]]], start: int) -> dict[int, float]:
    found: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node in found:
            continue
        found[node] = cost
        for other, more in roads[node]:
            if other not in found:
                heapq.heappush(queue, (cost + more, other))
    return found
