"""Plans side by side: which are beaten by none, and which is proposed first.

Before: the plans a search remembers. After: the report, the planner's choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FINEST = 1e-5
"""Below a hundred-thousandth nobody feels a difference; it also keeps the logarithm finite."""
WORTHLESS = 1.5
"""A cut of half as many again as the fewest is worth nothing, however even the parts."""
EVEN = 0.001
"""Parts within a thousandth are even; what is less even is proposed only where that costs too many cuts."""


@dataclass(frozen=True)
class Plan:
    """A plan with its three figures.

    Attributes
    ----------
    part : ndarray of int
        One a unit, from 0.
    deviation : float
        The largest deviation of a part from an equal share, as a share of it.
    cut : int
        How many pairs of neighbours lie in different parts.
    moved : float
        The share of the weight that leaves its part of today; 0 where today was not asked.
    """

    part: NDArray[np.intp]
    deviation: float
    cut: int
    moved: float = 0.0


def unbeaten(plans: list[Plan], *, tolerance: float) -> list[Plan]:
    """Keep the plans that no other beats in deviation, cut and what moves at once; the most even first.

    Plans beyond the tolerance count only where there is none within it.
    """
    within = [plan for plan in plans if plan.deviation <= tolerance]
    known = within or plans
    kept: list[Plan] = []
    for plan in sorted(known, key=lambda plan: (plan.deviation, plan.cut, plan.moved)):
        if not any(other.cut <= plan.cut and other.moved <= plan.moved + 1e-12 for other in kept):
            kept.append(plan)
    return kept


def chosen(front: list[Plan], *, tolerance: float, least_change: bool) -> int:
    """Choose the plan to be proposed first.

    With today's parts to be kept, the one that moves least, then with the fewest cuts. Otherwise plans with more than
    half as many cuts again as the fewest are left out; of the rest those within a thousandth come first, if there are
    any; and among these the one with the greatest product of two gains (Nash 1950): how often the deviation was
    halved below the thousandth (below the tolerance, where that is narrower or none is so even), and by how many the
    cuts stay below half as many again as the fewest.

    Returns
    -------
    int
        Its place in the front.
    """
    if front[0].deviation > tolerance:
        return 0
    if least_change:
        return min(
            range(len(front)), key=lambda i: (round(front[i].moved, 9), front[i].cut, front[i].deviation)
        )
    dearest = WORTHLESS * min(plan.cut for plan in front)
    paying = [i for i, plan in enumerate(front) if plan.cut <= dearest]
    even = [i for i in paying if front[i].deviation <= EVEN]
    wanted = min(tolerance, EVEN) if even else tolerance

    def gain(i: int) -> float:
        halved = np.log2((wanted + FINEST) / (front[i].deviation + FINEST)) + 1e-9
        return float(halved * max(dearest - front[i].cut, 1e-9))

    return max(even or paying, key=lambda i: (gain(i), -front[i].cut))
