"""A proposal's report: the plan's figures, the other plans of the front, today's, the rules, how it was made.

Before: `search`, `front`, `measures`, `rules`. After: a JSON file, the planner's screen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.measures import Figures, Units, figures
from gis.boundaries.rules import RULES, Breach, Limits, Plan, breaches


def plan_report(
    units: Units, part: NDArray[np.intp], names: list[Any], limits: Limits, moved: float | None
) -> dict[str, Any]:
    """Tell a plan's figures, a part at a time.

    Parameters
    ----------
    part : ndarray of int
        One a unit, from 0.
    names : list
        The parts' names.
    moved : float, optional
        The share of the weight that leaves its part of today.
    """
    found = figures(units, part, len(names))
    kept = {} if moved is None else {"kept_share": 1.0 - moved, "moved_share": moved}
    broken = breaches(Plan(units, part, found, limits))
    return {
        "largest_deviation": found.largest_deviation,
        "cut_edges": found.cut,
        "cut_length_m": round(found.cut_m, 1),
        "barrier_share": _share(found),
        "contiguous": found.whole,
        "mean_polsby_popper": float(found.polsby_popper.mean()),
        **kept,
        "parts": [_part(found, p, names[p]) for p in range(len(names))],
        "breaches": [_breach(breach, names) for breach in broken],
    }


def _share(found: Figures) -> float | None:
    return found.barrier_m / found.cut_m if found.cut_m > 0.0 else None


def _part(found: Figures, p: int, name: Any) -> dict[str, Any]:
    return {
        "part": plain(name),
        "units": int(found.units[p]),
        "weight": float(found.weight[p]),
        "deviation": float(found.deviation[p]),
        "area_m2": round(float(found.area_m2[p]), 1),
        "perimeter_m": round(float(found.perimeter_m[p]), 1),
        "polsby_popper": float(found.polsby_popper[p]),
        "contiguous": bool(found.pieces[p] == 1),
        "pieces": int(found.pieces[p]),
        **{key: float(values[p]) for key, values in found.counts.items()},
    }


def _breach(breach: Breach, names: list[Any]) -> dict[str, Any]:
    return {
        "rule": breach.rule,
        "hard": breach.hard,
        "part": plain(names[breach.part]) if breach.part >= 0 else None,
        "what": breach.what,
        "size": breach.size,
        "limit": breach.limit,
    }


def rules_checked() -> list[dict[str, str]]:
    """Name the rules that were asked."""
    return [{"rule": rule.number, "says": rule.says} for rule in RULES]


def plain(value: Any) -> Any:
    """Give a value of a table as JSON knows it."""
    return value.item() if isinstance(value, np.generic) else value
