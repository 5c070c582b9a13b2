"""An arc-routing instance as the literature writes it: a graph, edges with cost and demand, a depot, a capacity.

Before: `reading` takes it from a file. After: `problem`, and `checking`, which looks at nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gis.patrols.arcs.problem import Floats, Problem, problem_of


class Edge(NamedTuple):
    """An edge between two nodes; `cost` for each time it is walked, with or without service."""

    one: int
    other: int
    cost: float
    demand: float


@dataclass(frozen=True)
class Instance:
    """A graph with required edges, those whose demand is above zero.

    Attributes
    ----------
    nodes : int
        Nodes are numbered from 0.
    named_from : int
        The file's number of node 0, for whoever reads the answer.
    rounds : int or None
        How many vehicles the file names. The literature lets a solution use more, so does the search unless asked.
    least : float
        A proven lower bound of the cost, or 0.
    """

    name: str
    nodes: int
    edges: tuple[Edge, ...]
    depot: int
    capacity: float
    rounds: int | None = None
    named_from: int = 0
    least: float = 0.0

    @property
    def required(self) -> list[Edge]:
        """Give the edges to be served, in the file's order; their places here are the problem's pieces."""
        return [edge for edge in self.edges if edge.demand > 0]


def problem(instance: Instance, *, rounds: int | None = None) -> Problem:
    """Turn an instance into what the search works on; `rounds` limits how many there may be."""
    required = instance.required
    return problem_of(
        [(edge.one, edge.other) for edge in required],
        [edge.cost for edge in required],
        [edge.demand for edge in required],
        ways(instance.nodes, instance.edges),
        depot=instance.depot,
        capacity=instance.capacity,
        rounds=rounds,
    )


def ways(nodes: int, edges: tuple[Edge, ...]) -> Floats:
    """Give the cheapest ways between all nodes, shape (nodes, nodes); infinite where there is none.

    Floyd's and Warshall's, row by row at once: some milliseconds up to 200 nodes.
    """
    between = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(between, 0.0)
    for edge in edges:
        cost = min(between[edge.one, edge.other], edge.cost)
        between[edge.one, edge.other] = between[edge.other, edge.one] = cost
    for middle in range(nodes):
        np.minimum(between, between[:, middle, None] + between[None, middle], out=between)
    return between
