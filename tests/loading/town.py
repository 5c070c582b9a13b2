"""A small place to load: two communities of two grids each, cells of a thousandth of a degree."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import shapely

from gis.loading.kind import Context

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 1, 1, tzinfo=ZONE)
LATER = datetime(2026, 6, 1, tzinfo=ZONE)
WEST, SOUTH, CELL = 114.3, 33.6, 0.001


def cell(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """Give a rectangle of cells, counted from the south-west corner."""
    west, south = WEST + column * CELL, SOUTH + row * CELL
    return shapely.box(west, south, west + width * CELL, south + height * CELL)


def context(at: datetime = FIRST, **given: Any) -> Context:
    """Give what a load is told; loading happens at the instant from which it is to hold."""
    return Context(now=at, valid_from=at, zone=ZONE, source="test", **given)


def frame(rows: list[dict[str, Any]], first_row: int = 1) -> pd.DataFrame:
    """Give rows as a reader would: text cells, rows numbered."""
    made = pd.DataFrame(rows, dtype=object)
    texts = [name for name in made if name != "geometry"]
    made[texts] = made[texts].fillna("")
    made.index = pd.RangeIndex(first_row, first_row + len(made))
    return made


def boundary(level: str, code: str, parent: str, shape: Any, name: str = "") -> dict[str, Any]:
    """Give one row of a boundaries file."""
    return {"level": level, "code": code, "name": name or code, "parent_code": parent, "geometry": shape}


SUBDISTRICT = "990102001000"
EAST, WEST_SIDE = "990102001002", "990102001001"


def boundaries() -> list[dict[str, Any]]:
    """Give the place's boundaries: communities left and right, a grid in each quarter."""
    return [
        boundary("subdistrict", SUBDISTRICT, "", cell(0, 0, 4, 2), "样例街道"),
        boundary("community", WEST_SIDE, SUBDISTRICT, cell(0, 0, 2, 2), "西社区"),
        boundary("community", EAST, SUBDISTRICT, cell(2, 0, 2, 2), "东社区"),
        boundary("grid", f"{WEST_SIDE}001", WEST_SIDE, cell(0, 1, 2, 1), "西一"),
        boundary("grid", f"{WEST_SIDE}002", WEST_SIDE, cell(0, 0, 2, 1), "西二"),
        boundary("grid", f"{EAST}001", EAST, cell(2, 1, 2, 1), "东一"),
        boundary("grid", f"{EAST}002", EAST, cell(2, 0, 2, 1), "东二"),
    ]
