"""A draft over thousands of units: how long a split, a merge and a moved line take to do, to check and to put together.

`python -m tests.bench.plans FOLDER` reads the villages of a topology file as units and their towns as grids. It prints
seconds; nothing is asserted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.boundaries import edits
from gis.boundaries.checks import check
from gis.boundaries.layout import Layout, Part, Terrain, apply, today
from gis.boundaries.measures import Units
from gis.boundaries.propose.graph import Graph, neighbours
from gis.geometry.measure import area_m2, length_m

COUNTS = ("households", "buildings", "care", "open_cases", "past_cases", "walking_min")


def terrain_from(shapes: Any, towns: list[str], *, seed: int = 1) -> Terrain:
    """Make the ground of a plan from polygons and the name of each one's grid."""
    pairs, shared_m = neighbours(shapes)
    names, today_part = np.unique(np.array(towns), return_inverse=True)
    draw = np.random.default_rng(seed)
    counts = {name: draw.integers(1, 900, len(shapes)).astype(float) for name in COUNTS}
    units = Units(
        Graph(pairs, shared_m, np.ones(len(shapes))),
        area_m2(shapes),
        length_m(shapes),
        np.zeros(len(pairs), bool),
        counts,
    )
    parts = tuple(Part(key, key + 1, name, name, 1) for key, name in enumerate(names.tolist()))
    return Terrain(1, units, shapes, np.ones(len(shapes), np.int64), today_part.astype(np.intp), parts)


def edit_and_check(terrain: Terrain, layout: Layout, detail: Callable[[], dict[str, Any]]) -> float:
    """Do one edit, measure the whole draft, put the changed grids together; give the seconds."""
    begun = time.perf_counter()
    found = detail()
    after = apply(layout, found)
    check(terrain, after)
    changed = np.unique(
        np.concatenate([after.part[after.part != layout.part], layout.part[after.part != layout.part]])
    )
    for key in changed.tolist():
        if (after.part == key).any():
            shapely.coverage_union_all(terrain.shapes[after.part == key])
    return time.perf_counter() - begun


def edits_timed(terrain: Terrain) -> dict[str, float]:
    """Time a split, a merge and a moved line."""
    layout = today(terrain)
    pairs = layout.part[terrain.units.graph.pairs]
    across = np.flatnonzero(pairs[:, 0] != pairs[:, 1])[0]
    one, other = (int(key) for key in pairs[across])
    unit = int(terrain.units.graph.pairs[across][0])
    weight = terrain.units.counts["households"]
    largest = int(np.argmax(np.bincount(layout.part)))
    return {
        "a split": edit_and_check(
            terrain, layout, lambda: edits.split_evenly(terrain, layout, largest, 3, weight)
        ),
        "a merge": edit_and_check(terrain, layout, lambda: edits.merge(layout, [one, other], one)),
        "a moved line": edit_and_check(
            terrain, layout, lambda: edits.line(terrain, layout, one, other, [unit])
        ),
    }


def main() -> None:
    from tests.realdata.test_plans_on_villages import villages

    if len(sys.argv) < 2:
        print("python -m tests.bench.plans FOLDER reads the villages of a folder; none is named")
        return
    begun = time.perf_counter()
    shapes, towns = villages(Path(sys.argv[1]))
    print(f"read {len(shapes)} polygons in {time.perf_counter() - begun:.2f} s")
    begun = time.perf_counter()
    terrain = terrain_from(shapes, towns)
    print(f"their neighbourhood, once, in {time.perf_counter() - begun:.2f} s; {len(terrain.parts)} grids")
    for name, seconds in edits_timed(terrain).items():
        print(f"{name}: {seconds:.3f} s")
    alone = terrain_from(shapes, [f"{number:05d}" for number in range(len(shapes))])
    print(f"the same with every polygon a grid, {len(alone.parts)}:")
    layout = today(alone)
    print(f"a merge: {edit_and_check(alone, layout, lambda: edits.merge(layout, [0, 1], 0)):.3f} s")


if __name__ == "__main__":
    main()
