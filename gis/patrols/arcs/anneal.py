"""The search itself: take out, put back, keep or go back, ever more choosy.

Before: `solve` gives the arrays and says how long. After: the best orders of pieces that were seen. One call runs
some thousands of steps, so that Python looks at the clock between them.
"""

from __future__ import annotations

import math

from gis.compiling import compiled, inner
from gis.patrols.arcs.recreate import recreate
from gis.patrols.arcs.rounds import cost_of_all, draw, keep_best, save
from gis.patrols.arcs.ruin import ruin
from gis.patrols.arcs.state import Search

EPSILON = 1e-7
LEAST_LOT = 1e-12


@compiled
def anneal(search: Search, warmth: float, cooling: float, steps: int) -> None:
    """Run some steps.

    Parameters
    ----------
    search : Search
        All arrays; changed in place.
    warmth, cooling : float
        How much dearer a plan may get, as in annealing, and by which factor that changes with each step.
    steps : int
        How many.
    """
    costs = search.costs
    for _ in range(steps):
        out = search.tally[0]
        search.tally[1] += 1
        for k in range(out):
            search.before[k] = search.rest[k]
        search.tally[0] = recreate(search, ruin(search, out))
        cost = cost_of_all(search)
        if cost < costs[0] - warmth * math.log(max(draw(search.seed), LEAST_LOT)):
            costs[0] = cost
            if cost < costs[1] - EPSILON:
                costs[1] = cost
                keep_best(search)
        else:
            _go_back(search, out)
        warmth *= cooling


@inner
def _go_back(search: Search, out: int) -> None:
    plan, stamp = search.plan, search.tally[1]
    for at in range(len(plan.size)):
        if search.saved[at] == stamp:
            save(search.was, plan, at)
            for k in range(1, plan.size[at] + 1):
                plan.round_of[plan.order[at, k]] = at
    search.tally[0] = out
    for k in range(out):
        search.rest[k] = search.before[k]
        plan.round_of[search.rest[k]] = -1
