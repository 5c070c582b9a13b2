"""One question: the best plan for what is due. Up to seven stops exactly, more by search.

Before: `exact`, `search`. After: `patrols.rounds.planning`.
"""

from __future__ import annotations

from dataclasses import replace

from gis.patrols.pack import exact, search
from gis.patrols.pack.plan import Plan, cost
from gis.patrols.pack.problem import Problem


def pack(problem: Problem, *, seconds: float = 2.0, seed: int = 1) -> Plan:
    """Pack what is due into the walks of those on duty.

    Returns
    -------
    Plan
        A walk for each walker who can get from start to end within the shift; what does not fit stands in
        `left_out`, which never costs more than what was kept.
    """
    able = tuple(walker for walker in problem.walkers if walker.ends_s > walker.starts_s)
    if not able:
        return Plan((), problem.stops, cost(problem, [], problem.stops))
    chosen = replace(problem, walkers=able)
    return exact.solve(chosen) if exact.is_small(chosen) else search.solve(chosen, seconds=seconds, seed=seed)
