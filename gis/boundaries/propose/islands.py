"""Ground in several pieces: how many parts each piece gets, and which pieces must be joined over a gap.

Before: `graph`. After: `search`. A piece is left to itself where a whole number of parts fits it within the
tolerance; otherwise it is joined to the nearest other piece, and the plan says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.graph import Graph, components, nearest_link


@dataclass(frozen=True)
class Link:
    """Two units (rows) that count as neighbours although a gap lies between them, and how wide it is."""

    units: tuple[int, int]
    gap_m: float


@dataclass(frozen=True)
class Pieces:
    """Connected pieces of ground.

    Attributes
    ----------
    graph : Graph
        With the links as neighbours that share no line.
    piece : ndarray of int
        One a unit.
    parts : ndarray of int
        For each piece, how many parts it gets; all together the number asked for.
    links : tuple of Link
        What had to be joined.
    """

    graph: Graph
    piece: NDArray[np.intp]
    parts: NDArray[np.intp]
    links: tuple[Link, ...]


def shared_out(graph: Graph, shapes: NDArray[Any], parts: int, tolerance: float) -> Pieces:
    """Say how many parts each piece of ground gets; join pieces as long as that does not come out.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Degrees; needed only where the ground is in several pieces.
    parts : int
        How many parts there are to be.
    tolerance : float
        Largest deviation of a part, as a share.
    """
    links: list[Link] = []
    pairs, shared_m = graph.pairs, graph.shared_m
    while True:
        piece = components(graph.size, pairs)
        load = np.bincount(piece, graph.weight).astype(np.float64)
        many = _whole_numbers(load, parts)
        odd = _odd(load, many, parts, tolerance, np.bincount(piece))
        if odd < 0 or len(load) == 1:
            return Pieces(Graph(pairs, shared_m, graph.weight), piece, many, tuple(links))
        one, other, gap_m = nearest_link(shapes, np.flatnonzero(piece == odd), np.flatnonzero(piece != odd))
        links.append(Link((one, other), gap_m))
        pairs = np.vstack([pairs, [[one, other]]])
        shared_m = np.append(shared_m, 0.0)


def _whole_numbers(load: NDArray[np.float64], parts: int) -> NDArray[np.intp]:
    """Share parts out by weight, whole numbers by largest remainder (Hamilton), at least 0."""
    exact = load / load.sum() * parts
    many: NDArray[np.intp] = np.floor(exact + 1e-12).astype(np.intp)
    for p in np.argsort(-(exact - many), kind="stable")[: parts - int(many.sum())]:
        many[p] += 1
    return many


def _odd(
    load: NDArray[np.float64], many: NDArray[np.intp], parts: int, tolerance: float, units: NDArray[np.intp]
) -> int:
    """Name the piece that least fits a whole number of parts, or -1 when all fit."""
    ideal = load.sum() / parts
    away = np.where(many > 0, np.abs(load / np.maximum(many, 1) / ideal - 1.0), np.inf)
    away[units < many] = np.inf
    away[away <= tolerance] = 0.0
    if not away.any():
        return -1
    # of several that do not fit, the lightest is joined first
    unfit = np.flatnonzero(away > 0.0)
    return int(unfit[np.argmin(load[unfit])])
