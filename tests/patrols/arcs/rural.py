"""Made-up road networks of the country, as winter service knows them: villages, few rings, a depot at a side.

Before: a seed. After: instances as large and as tight as the classical ones of that kind, for tests and the bench.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay

from gis.patrols.arcs.instance import Edge, Instance

SIDE = 420.0
"""Width of the country in the unit of cost, so that a road between neighbours costs some tens."""

SIZES = (
    ("small-a", 77, 98, 51, 5), ("small-b", 77, 98, 51, 10), ("small-c", 77, 98, 98, 12), ("small-d", 77, 98, 98, 18),
    ("large-a", 140, 190, 75, 7), ("large-b", 140, 190, 147, 20), ("large-c", 140, 190, 190, 19),
    ("large-d", 140, 190, 190, 35),
)  # fmt: skip
"""Name, nodes, edges, required edges, rounds that the capacity is made for."""


def rural(name: str, nodes: int, edges: int, required: int, rounds: int, *, seed: int = 1) -> Instance:
    """Make one network; the same arguments always give the same one."""
    lot = np.random.default_rng([seed, nodes, required, rounds])
    places = lot.random((nodes, 2)) * (SIDE, SIDE * 0.7)
    places = places[np.argsort(places[:, 0])]
    roads = _roads(places, edges, lot)
    wanted = set(_cluster(roads, required, lot))
    made = []
    for k, (one, other) in enumerate(roads):
        length = float(np.ceil(np.hypot(*(places[one] - places[other])) * lot.uniform(1.0, 1.4)))
        made.append(
            Edge(one, other, length, float(np.ceil(length * lot.uniform(0.5, 0.9))) if k in wanted else 0.0)
        )
    heaviest = max(edge.demand for edge in made)
    capacity = max(heaviest, np.ceil(sum(edge.demand for edge in made) / (rounds - 0.35)))
    return Instance(
        name=name, nodes=nodes, edges=tuple(made), depot=int(lot.integers(nodes // 8)), capacity=capacity
    )


def _roads(places: np.ndarray, count: int, lot: np.random.Generator) -> list[tuple[int, int]]:
    """Join all places by a tree of short roads, then close some rings."""
    triples = Delaunay(places).simplices
    pairs = {tuple(sorted((int(t[a]), int(t[b])))) for t in triples for a, b in ((0, 1), (1, 2), (0, 2))}
    by_length = sorted(pairs, key=lambda pair: float(np.hypot(*(places[pair[0]] - places[pair[1]]))))
    parent = list(range(len(places)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    tree, others = [], []
    for one, other in by_length:
        if root(one) == root(other):
            others.append((one, other))
        else:
            parent[root(one)] = root(other)
            tree.append((one, other))
    short = others[: 2 * (count - len(tree))]
    rings = lot.permutation(len(short))[: count - len(tree)]
    return tree + [short[k] for k in rings]


def _cluster(roads: list[tuple[int, int]], required: int, lot: np.random.Generator) -> list[int]:
    """Choose required roads; those that are not are mostly together, as lanes left to others."""
    rank = {}
    for k, (one, other) in enumerate(roads):
        rank[k] = lot.random() + (0.6 if (one // 9 + other // 9) % 3 == 0 else 0.0)
    return sorted(rank, key=lambda k: rank[k])[:required]
