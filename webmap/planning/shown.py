"""A draft as the planner's screen gets it: the ground once, the whole draft, and after an edit only what changed; pure.

Before: `gis.boundaries`. After: `webmap.planning.api` sends it as JSON, `static/js/planning` draws it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import shapely

from gis.boundaries.checks import Checked, Fault, Measured, Row
from gis.boundaries.layout import Layout, Part, Terrain
from gis.boundaries.measures import Units
from gis.boundaries.models import BoundaryPlan, PlanState
from webmap.planning import words

STEPS_A_DEGREE = 1_000_000
"""Shapes are sent as whole millionths of a degree, about a decimetre."""
MOST_FAULTS = 200
COUNTS = ("households", "care", "open_cases", "past_cases", "walking_min")


def ground(terrain: Terrain) -> dict[str, Any]:
    """Give what never changes while a plan is drawn: the units' shapes and what is counted in them.

    A ring is a flat list of numbers in millionths of a degree: the first corner, then the steps from corner to corner.
    """
    units = terrain.units
    homes, home = np.unique(terrain.community, return_inverse=True)
    return {
        "steps": STEPS_A_DEGREE,
        "shapes": [_rings(shape) for shape in terrain.shapes],
        "counts": {name: np.round(units.counts[name], 1).tolist() for name in COUNTS},
        "area_m2": np.round(units.area_m2).astype(int).tolist(),
        "communities": homes.tolist(),
        "community": home.tolist(),
        "today": terrain.today.tolist(),
    }


def _rings(shape: Any) -> list[list[list[int]]]:
    """Give a shape's polygons, each as its rings."""
    return [
        [_steps(part.exterior), *(_steps(ring) for ring in part.interiors)]
        for part in shapely.get_parts(shape)
    ]


def _steps(ring: Any) -> list[int]:
    whole = np.round(shapely.get_coordinates(ring)[:-1] * STEPS_A_DEGREE).astype(np.int64)
    steps: list[int] = np.diff(whole, axis=0, prepend=0).ravel().tolist()
    return steps


def draft(
    plan: BoundaryPlan, terrain: Terrain, layout: Layout, found: Checked, *, undo: bool, redo: bool
) -> dict[str, Any]:
    """Give the whole draft."""
    return {
        **_head(plan, terrain, layout, found, undo=undo, redo=redo),
        "part": layout.part.tolist(),
        "parts": [part_of(part, layout) for part in layout.parts],
        "rows": [row_of(row) for row in found.rows],
    }


def changed(
    plan: BoundaryPlan,
    terrain: Terrain,
    before: tuple[Layout, Checked],
    after: tuple[Layout, Checked],
    *,
    undo: bool,
    redo: bool,
) -> dict[str, Any]:
    """Give what an edit changed: units by their new part, parts that are new or named anew, rows, breaches."""
    (old, old_found), (layout, found) = before, after
    moved = np.flatnonzero(layout.part != old.part)
    to = layout.part[moved]
    known = {part.key: part_of(part, old) for part in old.parts}
    rows = {row.part.key: row_of(row) for row in old_found.rows}
    kept = {row.part.key for row in found.rows}
    return {
        **_head(plan, terrain, layout, found, undo=undo, redo=redo),
        "units": [[int(key), moved[to == key].tolist()] for key in np.unique(to)],
        "parts": [told for part in layout.parts if known.get(part.key) != (told := part_of(part, layout))],
        "rows": [told for row in found.rows if rows.get(row.part.key) != (told := row_of(row))],
        "gone": [key for key in rows if key not in kept],
    }


def _head(
    plan: BoundaryPlan, terrain: Terrain, layout: Layout, found: Checked, *, undo: bool, redo: bool
) -> dict[str, Any]:
    hard = len(found.hard)
    return {
        "revision": plan.revision,
        "undo": undo,
        "redo": redo,
        "held": sorted(layout.held),
        "faults": [fault_of(terrain.units, fault) for fault in found.faults[:MOST_FAULTS]],
        "fault_count": len(found.faults),
        "hard": hard,
        "moved_units": found.moved_units,
        "moved_households": found.moved_households,
        "cut_m": round(found.cut_m),
        "grids": len(layout.used),
        "blocked": words.blocked(found) if plan.state == PlanState.DRAFT else "",
    }


def part_of(part: Part, layout: Layout) -> dict[str, Any]:
    """Give a grid of a draft: its key, code and name, whether it is new, nobody's, locked."""
    return {
        "key": part.key,
        "code": part.code,
        "name": part.name,
        "fresh": part.grid_id is None and not part.nobody,
        "nobody": part.nobody,
        "locked": part.key in layout.locked,
        "home": part.community_id,
    }


def row_of(row: Row) -> dict[str, Any]:
    """Give a line of the table, rounded to what is shown, so that only what looks different counts as changed."""
    return {"key": row.part.key, "now": _measured(row.now), "today": _measured(row.today)}


def _measured(of: Measured | None) -> dict[str, float] | None:
    if of is None:
        return None
    values = {name: round(float(value), 1) for name, value in asdict(of).items()}
    return values | {
        "deviation": round(of.deviation, 3),
        "polsby_popper": round(of.polsby_popper, 2),
        "area_m2": round(of.area_m2),
    }


def fault_of(units: Units, fault: Fault) -> dict[str, Any]:
    """Give a breach in words, with its place."""
    del units
    return {
        "rule": fault.breach.rule,
        "hard": fault.breach.hard,
        "key": fault.part.key if fault.part else None,
        "says": words.breach(fault),
        "units": list(fault.units) if fault.breach.what in words.POINTED else [],
        "bounds": [round(one, 6) for one in fault.bounds],
    }
