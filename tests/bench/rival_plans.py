"""Plans of GerryChain and spopt for units in a file, as JSON lines; run by `proposals` in an environment of their own.

Arguments: file, field, parts, tolerance, seconds. Each line names the rival and gives the part of every unit; a rival
that makes several plans gives those that no other of its own beats in deviation and cut edges at once. This file
imports nothing of ours.
"""

from __future__ import annotations

import json
import random
import sys
import time
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np

LEAST_SHARED_M = 1.0
PLANE = 6933


class Units:
    """Units with their neighbours (rook, more than a metre) and weights."""

    def __init__(self, path: str, field: str) -> None:
        self.table = gpd.read_file(path).to_crs(PLANE)
        self.table["weight"] = self.table[field].astype(float)
        self.weight = self.table["weight"].to_numpy()
        shapes = self.table.geometry
        one, other = shapes.sindex.query(shapes, predicate="intersects")
        keep = one < other
        first, second = shapes.iloc[one[keep]], shapes.iloc[other[keep]]
        long = first.intersection(second, align=False).length.to_numpy() > LEAST_SHARED_M
        self.pairs = np.column_stack([one[keep], other[keep]])[long]

    def figures(self, part: Any, parts: int) -> tuple[float, int]:
        """Give the largest deviation and the cut edges."""
        load = np.bincount(part, self.weight, minlength=parts) * parts / self.weight.sum()
        return float(np.abs(load - 1).max()), int((part[self.pairs[:, 0]] != part[self.pairs[:, 1]]).sum())


def gerrychain(units: Units, parts: int, tolerance: float, seconds: float) -> Iterator[Any]:
    """Recursive-tree start and recombination, half of the time at the tolerance, half at a fifth of it."""
    import networkx
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints, updaters
    from gerrychain.proposals import recom
    from gerrychain.tree import recursive_tree_part

    # nodes first and in order: the chain numbers them as they come
    plain = networkx.Graph()
    plain.add_nodes_from((unit, {"weight": weight}) for unit, weight in enumerate(units.weight.tolist()))
    plain.add_edges_from(units.pairs.tolist())
    graph, goal = Graph.from_networkx(plain), units.weight.sum() / parts
    tallies = {"population": updaters.Tally("weight", alias="population"), "cut_edges": updaters.cut_edges}
    for within in (tolerance, tolerance / 5):
        begun = time.process_time()
        start = Partition(graph, recursive_tree_part(graph, range(parts), goal, "weight", within), tallies)
        step = partial(recom, pop_col="weight", pop_target=goal, epsilon=within, node_repeats=2)
        bound = constraints.within_percent_of_ideal_population(start, within)
        for plan in MarkovChain(step, [bound], accept.always_accept, start, 10**9):
            yield np.array([plan.assignment[unit] for unit in range(len(units.weight))])
            if time.process_time() - begun > seconds / 2:
                break


def _regions(units: Units) -> Any:
    from libpysal.weights import W

    near: dict[int, list[int]] = {unit: [] for unit in range(len(units.weight))}
    for one, other in units.pairs.tolist():
        near[one].append(other)
        near[other].append(one)
    return W(near, silence_warnings=True)


def region_k_means(units: Units, parts: int, tolerance: float, seconds: float) -> Iterator[Any]:
    """Regions of like places, again and again with other seeds."""
    from spopt.region import RegionKMeansHeuristic

    middle = units.table.geometry.centroid
    places, begun, seed = np.column_stack([middle.x, middle.y]), time.process_time(), 0
    while time.process_time() - begun < seconds:
        random.seed(seed)
        np.random.seed(seed)
        model = RegionKMeansHeuristic(places, parts, _regions(units), seed=seed)
        model.solve()
        yield np.asarray(model.labels_)
        seed += 1


def max_p(units: Units, parts: int, tolerance: float, seconds: float) -> Iterator[Any]:
    """As many regions as can be, none lighter than the tolerance allows; those with the right number count."""
    from spopt.region import MaxPHeuristic

    begun, seed = time.process_time(), 0
    while time.process_time() - begun < seconds:
        random.seed(seed)
        np.random.seed(seed)
        least = (1 - tolerance * (seed % 5) / 4) * units.weight.sum() / parts
        model = MaxPHeuristic(units.table, _regions(units), ["weight"], "weight", least * 0.999, 2)
        model.solve()
        if len(set(model.labels_)) == parts:
            yield np.unique(np.asarray(model.labels_), return_inverse=True)[1]
        seed += 1


def main() -> None:
    warnings.filterwarnings("ignore")
    path, field, parts, tolerance, seconds = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
    units, many = Units(path, field), int(parts)
    random.seed(1)
    for rival in (gerrychain, region_k_means, max_p):
        best: dict[tuple[float, int], Any] = {}
        tried = 0
        for plan in rival(units, many, tolerance, seconds):
            pair, tried = units.figures(plan, many), tried + 1
            if not any(other[0] <= pair[0] and other[1] <= pair[1] for other in best):
                best = {
                    other: kept for other, kept in best.items() if other[0] < pair[0] or other[1] < pair[1]
                }
                best[pair] = plan
        plans = [[*pair, plan.tolist()] for pair, plan in sorted(best.items(), key=lambda item: item[0])]
        print(json.dumps({"rival": rival.__name__, "tried": tried, "plans": plans}), flush=True)


if __name__ == "__main__":
    main()
