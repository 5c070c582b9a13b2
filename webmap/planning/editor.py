"""The planner's table: a draft on the map beside its figures, and two drafts side by side.

Before: `views` lists the plans. After: `api` answers the script of the page; `approval` takes the draft on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from gis.boundaries import plans
from gis.boundaries.checks import Checked, Measured, read_limits, read_weights
from gis.boundaries.compare import Differing, compare
from gis.boundaries.layout import Layout
from gis.boundaries.models import BoundaryPlan, PlanState, StoredUnits
from gis.boundaries.queries import communities, layout_of, log_of, plan_in, plans_in, terrain_of
from gis.database import transaction
from gis.errors import InputError, WanggeError
from gis.staff.accounts import names_of
from webmap.access import act, scope
from webmap.inputs import row_id
from webmap.planning.views import may_edit

blueprint = Blueprint("plan_editor", __name__, url_prefix="/plans")

WEIGHTS = ("households", "care", "open_cases", "past_cases", "walking_min")
LIMITS = ("deviation", "compact_warn", "compact_hard", "along", "walking_min")


@blueprint.get("/<int:plan_id>")
@act("plan.read")
def page(plan_id: int) -> str:
    """Show a plan; a draft can be drawn by a planner, any other is only looked at."""
    return editor_page(plan_id)


def editor_page(plan_id: int, fault: WanggeError | None = None) -> str:
    """Make the page of a plan, with what was wrong with a file that was brought back."""
    with transaction() as session:
        areas = scope(session).area_ids
        plan = plan_in(session, areas, plan_id)
        units = session.get_one(StoredUnits, plan.unit_set_id)
        names = {one.area_id: one.name for one in communities(session, areas, datetime.now(UTC))}
        log = log_of(session, plan.id)
        shown: dict[str, Any] = {
            "plan": plan,
            "places": [names.get(area, "—") for area in units.area_ids],
            "names": {str(area): names.get(area, "") for area in units.area_ids},
            "counted_at": units.counted_at,
            "weights": read_weights(plan.weights),
            "limits": vars(read_limits(plan.limits)),
            "log": log,
            "who": names_of(session, {row.account_id for row in log if row.account_id is not None}),
            "beside": _beside(session, areas, plan),
        }
    drawn = plan.state == PlanState.DRAFT and plan.reverses_id is None and may_edit()
    return render_template(
        "planning/editor.html",
        **shown,
        word=plans.WORDS[PlanState(plan.state)],
        drawn=drawn,
        fault=fault,
        edits=may_edit(),
        weight_names=WEIGHTS,
        limit_names=LIMITS,
    )


def _beside(session: Session, areas: Any, plan: BoundaryPlan) -> list[BoundaryPlan]:
    """Give the plans a plan can be held against: those over the same ground."""
    return [
        one
        for one in plans_in(session, areas)
        if one.unit_set_id == plan.unit_set_id and one.id != plan.id and one.state != PlanState.CALLED_OFF
    ]


@dataclass(frozen=True)
class Side:
    """One of two drafts: the plan, its layout, its figures."""

    plan: BoundaryPlan
    layout: Layout
    found: Checked

    @property
    def deviation(self) -> float:
        """Give the largest deviation of a grid."""
        return max((abs(row.now.deviation) for row in self.found.rows if row.now), default=0.0)

    @property
    def compact(self) -> float:
        """Give the least compactness of a grid."""
        return min((row.now.polsby_popper for row in self.found.rows if row.now), default=0.0)

    @property
    def grids(self) -> int:
        """Say how many grids have ground."""
        return len(self.layout.used)


@blueprint.get("/compare")
@act("plan.read")
def compared() -> str:
    """Show two drafts over the same ground: figures, grid by grid, and the units that differ."""
    with transaction() as session:
        areas = scope(session).area_ids
        one = plan_in(session, areas, row_id(request.args.get("a"), "a"))
        other = plan_in(session, areas, row_id(request.args.get("b"), "b"))
        if one.unit_set_id != other.unit_set_id:
            raise InputError(
                "两份方案不是画在同一份基本单元上，不能比较。 The plans are over different units."
            )
        terrain = terrain_of(session, one.unit_set_id)
        left, right = (_side(session, plan) for plan in (one, other))
        differing = compare(terrain, left.layout, right.layout)
    return render_template(
        "planning/compare.html",
        sides=(left, right),
        differing=differing,
        rows=_rows(left, right),
        moved=_totals(differing),
        names=_titles(left, right),
    )


def _side(session: Session, plan: BoundaryPlan) -> Side:
    layout = layout_of(session, plan)
    return Side(plan, layout, plans.checked(session, plan, layout))


def _label(side: Side, key: int) -> str:
    part = side.layout.parts[key]
    return part.code or part.name


def _titles(left: Side, right: Side) -> dict[str, str]:
    return {part.code or part.name: part.name for side in (left, right) for part in side.layout.parts}


def _rows(left: Side, right: Side) -> list[tuple[str, Measured | None, Measured | None]]:
    """Pair the grids of both by what they are: today's by code, new ones by name."""
    both = [
        {_label(side, row.part.key): row.now for row in side.found.rows if row.now} for side in (left, right)
    ]
    return [(name, both[0].get(name), both[1].get(name)) for name in sorted(both[0].keys() | both[1].keys())]


def _totals(differing: list[Differing]) -> tuple[int, int]:
    return sum(len(one.units) for one in differing), sum(one.households for one in differing)
