"""The figures a map can be coloured by: each with its parts, its unit, its words and its five classes.

Before: `cases.map_queries`, `places.figures`, `patrols.rounds.queries`, `grids.classes`. After: `webmap.layers.views`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.map_queries import open_by_grid
from gis.errors import InputError
from gis.grids.classes import quantiles
from gis.grids.shown import grids_shown
from gis.patrols.rounds.queries import visited_by_grid
from gis.places.figures import households_by_grid
from gis.staff.scope import Scope

Grids = frozenset[int]


@dataclass(frozen=True)
class Value:
    """One grid's figure; a rate carries its numerator and denominator. `value` is None where there is no data."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True)
class Figure:
    """A figure: its words, its unit, and the function that gives its values."""

    name: str
    unit: str
    unit_en: str
    method: str
    method_en: str
    values: Callable[[Session, Scope, Grids, datetime], dict[int, Value]]


def _open_cases(session: Session, scope: Scope, grids: Grids, now: datetime) -> dict[int, Value]:
    del now
    return {grid: Value(count) for grid, count in open_by_grid(session, scope, grids).items()}


def _households(session: Session, scope: Scope, grids: Grids, now: datetime) -> dict[int, Value]:
    del scope, now
    return {grid: Value(count) for grid, count in households_by_grid(session, grids).items()}


def _days_since_visit(session: Session, scope: Scope, grids: Grids, now: datetime) -> dict[int, Value]:
    del scope
    found = visited_by_grid(session, grids, now)
    return {
        grid: Value(round(row.days / row.visited, 1), row.days, row.visited)
        if row.visited
        else Value(None, 0, 0)
        for grid, row in found.items()
    }


FIGURES = {
    "open_cases": Figure(
        "在办案件", "件", "cases", "未结案件数，分位数五级", "Cases not closed; five quantiles", _open_cases
    ),
    "households": Figure(
        "户数", "户", "households", "户数，分位数五级", "Households; five quantiles", _households
    ),
    "days_since_visit": Figure(
        "距上次走访",
        "天",
        "days",
        "走访过的户距上次走访天数的平均，分位数五级；从未走访的户不计入",
        "Mean days since the last visit over households ever visited; five quantiles",
        _days_since_visit,
    ),
}


def figure(session: Session, scope: Scope, name: str, now: datetime) -> dict[str, Any]:
    """Give a figure over the grids of a scope, with its classes for the legend.

    Raises
    ------
    InputError
        When there is no such figure.
    """
    if name not in FIGURES:
        raise InputError(
            f"没有 {name[:40]!r} 这个指标。 There is no figure {name[:40]!r}; there are {', '.join(FIGURES)}."
        )
    chosen = FIGURES[name]
    grids = grids_shown(session, scope.grid_ids, now)
    values = chosen.values(session, scope, grids, now)
    known = [row.value for row in values.values() if row.value is not None]
    return {
        "figure": name,
        "unit": {"zh": chosen.unit, "en": chosen.unit_en},
        "method": {"zh": chosen.method, "en": chosen.method_en},
        "at": now.isoformat(timespec="minutes"),
        "classes": [asdict(row) for row in quantiles(known)],
        "no_data": len(grids) - len(known),
        "grids": {str(grid): asdict(row) for grid, row in values.items()},
    }
