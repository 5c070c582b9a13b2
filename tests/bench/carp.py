"""`python -m tests.bench.carp`: arc routing beside a plain vehicle-routing model of the same instances.

The plain model is PyVRP with two clients an edge, one for each direction, of which one is to be visited; it runs in the
same process for the same time. Real instances where the third-party data is, and made-up country roads beside them.
Arguments: seconds, then names of instances.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gis.patrols.arcs.checking import check
from gis.patrols.arcs.instance import Instance, problem
from gis.patrols.arcs.problem import Problem
from gis.patrols.arcs.reading import read_instance
from gis.patrols.arcs.solve import solve
from tests.patrols.arcs.rural import SIZES, rural

SECONDS = 5.0
REAL = ("gdb8", "val4D", "val7C", "val9D", "val10D")
SPARE_ROUNDS = 20


def plain(task: Problem, rounds: int, seconds: float) -> float:
    """Solve with PyVRP alone; the cost, or infinity."""
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    model = Model()
    home = model.add_location(0, 0)
    model.add_depot(home)
    model.add_vehicle_type(num_available=rounds + SPARE_ROUNDS, capacity=int(task.capacity))
    ends = []
    for piece in range(task.pieces):
        group = model.add_client_group(required=True)
        for way in ((task.tail[piece], task.head[piece]), (task.head[piece], task.tail[piece])):
            place = model.add_location(0, 0)
            model.add_client(place, delivery=int(task.load[piece]), required=False, group=group)
            ends.append((place, piece, *way))
    for place, piece, enter, leave in ends:
        served = task.cost[piece, 0]
        model.add_edge(home, place, distance=int(task.between[task.start, enter]))
        model.add_edge(place, home, distance=int(served + task.between[leave, task.end]))
        for other, another, entered, _ in ends:
            if another != piece:
                model.add_edge(place, other, distance=int(served + task.between[leave, entered]))
    result = model.solve(stop=MaxRuntime(seconds), seed=1, display=False)
    return float(result.cost()) if result.is_feasible() else float("inf")


def instances(names: list[str]) -> list[Instance]:
    """Give real instances where they are, and made-up ones."""
    folder = (
        Path(os.environ.get("WANGGE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "carp"
    )
    real = [folder / f"{name}.dat" for name in names or REAL]
    found = [read_instance(path) for path in real if path.is_file()]
    if not found and not names:
        print(f"no third-party data at {folder}; set WANGGE_SHARED_DATA to run it too")
    return found + [rural(*size) for size in SIZES if not names or size[0] in names]


def main() -> None:
    """Print a table: what is known, what the plain model and ours reach in the same time."""
    words = sys.argv[1:] if sys.argv[0].endswith("carp.py") else []
    seconds = float(words[0]) if words else SECONDS
    print(f"{seconds:g} s each; gap to the proven least cost, or to the better of the two")
    print(
        f"{'instance':10s} {'edges':>5s} {'least':>7s} {'plain':>7s} {'gap %':>6s} {'wangge':>7s} {'gap %':>6s}"
    )
    gaps = []
    for instance in instances(words[1:]):
        task = problem(instance)
        theirs = plain(task, instance.rounds or len(instance.required), seconds)
        ours = check(instance, solve(task, seconds=seconds, least=instance.least))
        least = instance.least or min(theirs, ours)
        gaps.append((100 * (theirs / least - 1), 100 * (ours / least - 1)))
        print(
            f"{instance.name:10s} {task.pieces:5d} {least:7g} {theirs:7g} {gaps[-1][0]:6.2f} "
            f"{ours:7g} {gaps[-1][1]:6.2f}",
            flush=True,
        )
    if gaps:
        mean = [sum(column) / len(gaps) for column in zip(*gaps, strict=True)]
        print(f"{'mean':10s} {'':21s} {mean[0]:6.2f} {'':7s} {mean[1]:6.2f}")


if __name__ == "__main__":
    main()
