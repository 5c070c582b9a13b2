"""What the search answers: rounds as pieces in order, each with its direction, and what they cost.

Before: `solve` has orders of pieces. After: `checking`, the command, the rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gis.patrols.arcs.problem import BACKWARD, FORWARD, Problem


class Served(NamedTuple):
    """A piece in a round; `backward` when it is served from its head to its tail."""

    piece: int
    backward: bool


@dataclass(frozen=True)
class Solution:
    """Rounds that serve what is to be served.

    Attributes
    ----------
    rounds : tuple of tuple of Served
        In the order of service; none is empty.
    left_out : tuple of int
        Pieces in no round; only where the problem gives their worth.
    cost : float
        Of all rounds, ways without service included, what is left out not.
    steps : int
        How far the search went.
    """

    rounds: tuple[tuple[Served, ...], ...]
    left_out: tuple[int, ...]
    cost: float
    steps: int


def with_directions(problem: Problem, pieces: Sequence[int]) -> tuple[Served, ...]:
    """Choose the direction of each piece of a round so that the round costs least (by dynamic programming)."""
    reached: list[tuple[float, list[bool]]] = [(0.0, [])]
    leave = [problem.start]
    for piece in pieces:
        onward = []
        for way in (FORWARD, BACKWARD):
            enter = (problem.tail, problem.head)[way][piece]
            onward.append(
                min(
                    (
                        cost + problem.between[place, enter] + problem.cost[piece, way],
                        [*chosen, way == BACKWARD],
                    )
                    for (cost, chosen), place in zip(reached, leave, strict=True)
                )
            )
        reached, leave = onward, [int(problem.head[piece]), int(problem.tail[piece])]
    ends = [
        cost + problem.between[place, problem.end] for (cost, _), place in zip(reached, leave, strict=True)
    ]
    best = reached[ends.index(min(ends))][1]
    return tuple(Served(int(piece), backward) for piece, backward in zip(pieces, best, strict=True))


def cost_of(problem: Problem, served: Sequence[Served]) -> float:
    """Give the cost of one round; an empty one costs nothing."""
    if not served:
        return 0.0
    at, cost = problem.start, 0.0
    for piece, backward in served:
        tail, head = int(problem.tail[piece]), int(problem.head[piece])
        enter, leave = (head, tail) if backward else (tail, head)
        cost += float(problem.between[at, enter] + problem.cost[piece, int(backward)])
        at = leave
    return cost + float(problem.between[at, problem.end])
