"""The tree of organisations: committee, community committees, a branch a grid, groups, household points.

Before: `grids`, `compounds`. After: `members`.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.sample.compounds import Compound
from data.sample.grids import COMMUNITIES, GridPlan
from data.sample.yard import Raised

Row = dict[str, object]
POINTS_A_GROUP = 2
ROOT = "党工委"
PHONE = "010-0000"
"""No telephone begins with noughts after the area's: these ring nowhere."""
HOURS = "周一至周五 8:30–12:00、13:30–17:30"


def organisation_rows(
    grids: list[GridPlan], compounds: list[Compound], built: list[Raised], subdistrict: str, prefix: str
) -> list[Row]:
    """Give the organisations, parents before children."""
    root = f"O{prefix}"
    rows: list[Row] = [_row(root, f"样例街道{ROOT}", "committee", "", f"{subdistrict}000")]
    for place, (key, name) in enumerate(COMMUNITIES.items(), start=1):
        area = f"{subdistrict}{place:03d}"
        rows.append(_row(f"{root}-{place:02d}", f"{name}党委", "committee", root, area))
        for grid in (grid for grid in grids if grid.community == key):
            rows += _branch(grid, f"{root}-{place:02d}", area, compounds, built)
    return rows


def _branch(
    grid: GridPlan, parent: str, area: str, compounds: list[Compound], built: list[Raised]
) -> Iterator[Row]:
    code = f"{parent}-{grid.code[-3:]}"
    yield _row(code, f"{grid.name}党支部", "branch", parent, area, grid=grid.code)
    inside = [number for number, compound in enumerate(compounds) if compound.block in grid.blocks]
    homes = [raised for raised in built if raised.block in grid.blocks and raised.per_floor]
    for group, number in enumerate(inside or [-1], start=1):
        name = compounds[number].name if number >= 0 else grid.name
        yield _row(f"{code}-{group}", f"{name}楼栋党小组", "group", code, area)
        own = [raised for raised in homes if raised.compound == number] if number >= 0 else homes
        for point, raised in enumerate(own[:: max(1, len(own) // POINTS_A_GROUP)][:POINTS_A_GROUP], start=1):
            label = f"{name}{raised.name or raised.number}党员中心户"
            yield _row(f"{code}-{group}-{point}", label, "household_point", f"{code}-{group}", area)


def _row(code: str, name: str, kind: str, parent: str, area: str, *, grid: str = "") -> Row:
    office = kind in {"committee", "branch"}
    return {
        "code": code, "name": name, "kind": kind, "parent_code": parent, "area_code": area, "grid_code": grid,
        "office_phone": f"{PHONE}{(grid or area)[-4:]}" if office else "", "office_hours": HOURS if office else "",
    }  # fmt: skip
