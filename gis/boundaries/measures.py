"""A plan in figures: for each part its units, households, workload, minutes, ground, outline, compactness, pieces.

Before: units with their neighbourhood, and for each unit its part. After: `rules`, the report, the planner's table.
Pure: a plan is an array, and all figures are sums over it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.graph import Graph, pieces_of
from gis.geometry.measure import area_m2, length_m


@dataclass(frozen=True)
class Units:
    """Units of ground with what is known of them.

    Attributes
    ----------
    graph : Graph
        Neighbours, shared lines, the weight that is to be even (workload).
    area_m2, outline_m : ndarray of float
        One a unit; the outline with its holes.
    barrier : ndarray of bool
        For each pair of neighbours, whether their line runs along a river, a railway or an expressway.
    counts : dict of str to ndarray of float
        More to be summed a part: `households`, `care`, `cases`, `walking_min` …
    group : ndarray of int
        The compound of each unit, -1 for none.
    closed : ndarray of bool, optional
        For each pair of neighbours, whether nobody gets across their line: they count as none, in cuts and pieces.
    """

    graph: Graph
    area_m2: NDArray[np.float64]
    outline_m: NDArray[np.float64]
    barrier: NDArray[np.bool_]
    counts: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    group: NDArray[np.intp] | None = None
    closed: NDArray[np.bool_] | None = None

    @property
    def open(self) -> NDArray[np.bool_]:
        """For each pair of neighbours, whether one can walk between them."""
        return np.ones(len(self.graph.pairs), bool) if self.closed is None else ~self.closed


@dataclass(frozen=True)
class Figures:
    """A plan's figures; every array has one value a part.

    Attributes
    ----------
    weight, deviation : ndarray of float
        Workload, and by how much it differs from an equal share, as a share of it (signed).
    units, pieces : ndarray of int
        How many units, in how many connected pieces.
    area_m2, perimeter_m, polsby_popper : ndarray of float
        F23: 4πA/P², 1 for a circle.
    cut : int
        Pairs of neighbours in different parts; only those between which one can walk.
    cut_m, barrier_m : float
        How long the lines between parts are together, and how much of them runs along barriers.
    counts : dict of str to ndarray of float
        Sums of what the units count.
    """

    weight: NDArray[np.float64]
    deviation: NDArray[np.float64]
    units: NDArray[np.intp]
    pieces: NDArray[np.intp]
    area_m2: NDArray[np.float64]
    perimeter_m: NDArray[np.float64]
    polsby_popper: NDArray[np.float64]
    cut: int
    cut_m: float
    barrier_m: float
    counts: dict[str, NDArray[np.float64]]

    @property
    def largest_deviation(self) -> float:
        """The largest deviation of a part, without its sign."""
        return float(np.abs(self.deviation).max())

    @property
    def whole(self) -> bool:
        """Whether every part is in one piece."""
        return bool((self.pieces == 1).all())


def units_of(
    shapes: NDArray[Any],
    graph: Graph,
    *,
    counts: dict[str, NDArray[np.float64]] | None = None,
    closed: NDArray[np.bool_] | None = None,
) -> Units:
    """Measure units once, so that every plan over them is a matter of sums.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Degrees; areas and lengths are geodesic.
    """
    return Units(
        graph,
        np.asarray(area_m2(shapes), np.float64),
        np.asarray(length_m(shapes), np.float64),
        np.zeros(len(graph.pairs), bool) if closed is None else closed,
        counts or {},
        closed=closed,
    )


def figures(units: Units, part: NDArray[np.intp], parts: int) -> Figures:
    """Measure a plan.

    Parameters
    ----------
    part : ndarray of int
        One a unit, 0 to `parts` - 1. A part without units weighs nothing and has no piece.
    """
    graph = units.graph
    one, other = part[graph.pairs[:, 0]], part[graph.pairs[:, 1]]
    inside, cut = one == other, one != other
    load = _sums(part, graph.weight, parts)
    ground = _sums(part, units.area_m2, parts)
    within = _sums(one[inside], graph.shared_m[inside], parts)
    outline = _sums(part, units.outline_m, parts) - 2.0 * within
    return Figures(
        weight=load,
        deviation=load / (graph.weight.sum() / parts) - 1.0,
        units=np.bincount(part, minlength=parts),
        pieces=_pieces(part, units, parts),
        area_m2=ground,
        perimeter_m=outline,
        polsby_popper=4.0 * np.pi * ground / np.where(outline > 0, outline, np.inf) ** 2,
        cut=int((cut & units.open).sum()),
        cut_m=float(graph.shared_m[cut].sum()),
        barrier_m=float(graph.shared_m[cut & units.barrier].sum()),
        counts={name: _sums(part, values, parts) for name, values in units.counts.items()},
    )


def _sums(part: NDArray[np.intp], values: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    return np.bincount(part, values, minlength=parts).astype(np.float64)


def _pieces(part: NDArray[np.intp], units: Units, parts: int) -> NDArray[np.intp]:
    """Count the connected pieces of each part; links over a gap and lines nobody gets across do not count."""
    touching = units.graph.pairs[(units.graph.shared_m > 0.0) & units.open]
    piece = pieces_of(part, touching)
    _, first = np.unique(piece, return_index=True)
    return np.bincount(part[first], minlength=parts)
