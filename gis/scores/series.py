"""Cases by grid and month, on the lines of then or of now: what a grid's ground has asked for, month after month.

Before: `counting`. After: `/dates`. On the lines of then a case counts where it was written down; on the lines of now
in the grid in which its point lies today, so that a series does not jump on the day the lines moved. In the order of
codes, never of values: it is no ranking.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.scores.by import By, Lines
from gis.scores.counting import Asked, by_unit_and_month, names
from gis.scores.period import Period
from gis.scores.sets import SETS
from gis.staff.scope import Scope

COUNTED = "reported"

# index: ix_grid_version_community_id
_EVER = text(
    "SELECT DISTINCT grid_id::text FROM grid_version WHERE community_id = ANY(:areas) AND kind <> 'micro'"
)


@dataclass(frozen=True)
class Series:
    """A grid's cases by month: its code and newest name, and a count a month."""

    code: str
    name: str
    counts: tuple[int, ...]


def series(
    session: Session,
    scope: Scope,
    areas: Collection[int],
    months: Sequence[Period],
    now: datetime,
    *,
    lines: Lines,
) -> list[Series]:
    """Count the cases reported in some communities by grid and month.

    Parameters
    ----------
    areas : collection of int
        Communities; grids that ever lay in one of them are given.
    months : sequence of Period
        Following each other.
    lines : Lines
        Of then: the grid that was written down; of now: where the point lies today.

    Returns
    -------
    list of Series
        Grids that have a case in these months, by code.
    """
    whole = Period(months[0].first, months[-1].last, months[0].zone, "series")
    asked = Asked(whole, now, By.GRID, lines)
    counted = by_unit_and_month(session, scope, SETS[COUNTED], asked, months)
    ours = set(session.scalars(_EVER, {"areas": sorted(areas)}))
    told = {grid: row for grid, row in counted.items() if grid in ours}
    rows = [
        Series(name.code, name.name, tuple(told[grid].get(month.name, 0) for month in months))
        for grid, name in names(session, By.GRID, told).items()
    ]
    return sorted(rows, key=lambda row: row.code)
