"""Where and at which hour of the day cases are reported: squares of ground, each with its count for each of 24 hours.

Before: `cases.themes`. After: `webmap.maps.views`, `webmap.maps.sheet`. Squares of 200 m say where much happens, not at
whose door.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from math import cos, radians
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.themes import Cell, by_hour
from gis.grids.classes import quantiles
from gis.grids.extent import Bounds
from gis.settings import settings

SQUARE_M = 200.0
METRES_A_DEGREE = 111_195.0
HOURS = 24


def cell_of(sides: Bounds, side_m: float) -> Cell:
    """Give the squares of a side (metres) in the middle of a window; north and south of it they are a little off."""
    middle = (sides[1] + sides[3]) / 2
    return Cell(side_m / METRES_A_DEGREE / cos(radians(middle)), side_m / METRES_A_DEGREE)


def heat(
    session: Session, grids: Collection[int], span: tuple[datetime, datetime], sides: Bounds
) -> dict[str, Any]:
    """Give the cases reported in a span by hour of the day and square, with classes over all hours together."""
    cell = cell_of(sides, SQUARE_M)
    rows = by_hour(session, grids, span, cell, str(settings().time_zone))
    hours: list[list[tuple[float, float, int]]] = [[] for _ in range(HOURS)]
    for hour, column, row, count in rows:
        hours[hour].append((*cell.middle(column, row), count))
    return {
        "across_deg": round(cell.across_deg, 6),
        "down_deg": round(cell.down_deg, 6),
        "square_m": int(SQUARE_M),
        "first": span[0].date().isoformat(),
        "last": span[1].date().isoformat(),
        "classes": [asdict(one) for one in quantiles(count for *_, count in rows)],
        "hours": hours,
    }
