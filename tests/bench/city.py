"""A made-up city for measuring: Voronoi grids whose shared edges are roughened, from a seed.

Before: nothing. After: the benchmarks and the tests that need many polygons and many points.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

WEST, SOUTH, SIDE_DEG = 116.30, 39.80, 0.20


def grids(count: int = 1000, *, seed: int = 20260101, extra_points: int = 7) -> NDArray[Any]:
    """Draw `count` polygons that tile about 0.2 by 0.2 degrees; each edge gets `extra_points` vertices."""
    rng = np.random.default_rng(seed)
    centres = rng.random((count, 2))
    for _ in range(2):
        centres = _relaxed(centres, rng)
    edges: dict[tuple[bytes, bytes], NDArray[np.float64]] = {}
    return np.array([_roughened(ring, edges, rng, extra_points) for ring in _cells(centres)])


def points(count: int = 1_000_000, *, seed: int = 7) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scatter points evenly over the city and a little beyond it."""
    rng = np.random.default_rng(seed)
    margin = 0.01 * SIDE_DEG
    low, high = -margin, SIDE_DEG + margin
    return WEST + rng.uniform(low, high, count), SOUTH + rng.uniform(low, high, count)


def _relaxed(centres: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Move each centre to the middle of a coarse sample of its own ground, so that sizes are alike."""
    sample = rng.random((20 * len(centres), 2))
    tree = shapely.STRtree(shapely.points(centres))
    nearest = tree.nearest(shapely.points(sample))
    counts = np.bincount(nearest, minlength=len(centres))[:, None]
    sums = np.column_stack([np.bincount(nearest, sample[:, k], len(centres)) for k in (0, 1)])
    return np.where(counts > 0, sums / np.maximum(counts, 1), centres)


def _cells(centres: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Give the Voronoi rings of the centres; mirrored centres close the cells at the city's limits."""
    mirrored = [
        centres,
        centres * [-1, 1],
        centres * [1, -1],
        [2, 0] + centres * [-1, 1],
        [0, 2] + centres * [1, -1],
    ]
    diagram = shapely.voronoi_polygons(shapely.MultiPoint(np.vstack(mirrored)), ordered=True)
    rings = [shapely.get_coordinates(cell.exterior) for cell in shapely.get_parts(diagram)[: len(centres)]]
    return [np.round([WEST, SOUTH] + SIDE_DEG * ring, 9) for ring in rings]


def _roughened(
    ring: NDArray[np.float64],
    edges: dict[tuple[bytes, bytes], NDArray[np.float64]],
    rng: np.random.Generator,
    extra_points: int,
) -> Any:
    parts = []
    for start, end in itertools.pairwise(ring):
        forward = tuple(start) <= tuple(end)
        first, last = (start, end) if forward else (end, start)
        key = (first.tobytes(), last.tobytes())
        if key not in edges:
            edges[key] = _rough(first, last, rng, extra_points)
        parts.append(edges[key][:-1] if forward else edges[key][:0:-1])
    return shapely.Polygon(np.vstack(parts))


def _rough(
    first: NDArray[np.float64], last: NDArray[np.float64], rng: np.random.Generator, extra_points: int
) -> NDArray[np.float64]:
    along = np.linspace(0, 1, extra_points + 2)[:, None]
    across = (last - first)[::-1] * [-1, 1]
    wobble = 0.03 * rng.normal(size=along.shape) * np.sin(np.pi * along)
    return np.round(first + (last - first) * along + across * wobble, 9)
