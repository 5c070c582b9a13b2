"""Taking an adoption back: a new plan that restores the lines from before it.

Before: an adopted plan. After: the same way as any plan: submitted, reviewed, approved, adopted. A grid that had ended
comes back with its ground, name and people under a new code: its old one stays used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.models import BoundaryPlan, PlanState, StoredUnits
from gis.boundaries.plans import LONGEST_NAME, By, create
from gis.boundaries.switch import Came, Line, NewCodes, Standing, Switch, lines_at
from gis.errors import ConflictError, MoveRefusedError
from gis.geometry.measure import area_m2

LEAST_M2 = 1.0
A_MOMENT = timedelta(microseconds=1)
# index: ix_posting_grid_id
_POSTED = text("""
    SELECT grid_id, array_agg(DISTINCT member_id ORDER BY member_id) FROM posting
    WHERE grid_id = ANY(:grids) AND valid @> CAST(:at AS timestamptz) AND role IN ('grid_leader', 'grid_member')
    GROUP BY grid_id
""")


def reverse(session: Session, plan: BoundaryPlan, by: By) -> BoundaryPlan:
    """Make the plan that restores the lines from before an adopted one; it still has to be approved.

    Raises
    ------
    MoveRefusedError
        The plan is not in force.
    """
    if plan.state != PlanState.ADOPTED:
        raise MoveRefusedError(
            "只有已生效的方案可以恢复。 Only a plan in force can be reversed.", state=plan.state
        )
    made = create(session, plan.unit_set_id, f"恢复：{plan.name}"[:LONGEST_NAME], by)
    made.reverses_id = plan.id
    session.flush()
    return made


def restoring(session: Session, plan: BoundaryPlan, now: Sequence[Standing], at: datetime) -> Switch:
    """Work out what brings back the lines from before the adoption that a plan reverses.

    Raises
    ------
    ConflictError
        The lines have changed again since.
    """
    adopted = session.get_one(BoundaryPlan, plan.reverses_id)
    units = session.get_one(StoredUnits, plan.unit_set_id)
    if adopted.adopted_at is None:
        raise ConflictError("原方案没有生效。 The plan to be reversed was never in force.")
    before_at = adopted.adopted_at - A_MOMENT
    old, then = (lines_at(session, units.area_ids, day) for day in (before_at, adopted.adopted_at))
    if [(one.grid_id, one.since) for one in then] != [(one.grid_id, one.since) for one in now]:
        raise ConflictError(
            "边界后来又变过，请另编方案。 The lines have changed again since; make a new plan instead."
        )
    lines = _lines(session, old, {one.grid_id: one for one in now}, before_at, at)
    kept = {line.grid_id for line in lines}
    ended = tuple(one.grid_id for one in now if one.grid_id not in kept)
    return Switch(tuple(units.area_ids), lines, ended, _came(now, lines), before_at)


def _lines(
    session: Session,
    old: Sequence[Standing],
    now: dict[int, Standing],
    before_at: datetime,
    at: datetime,
) -> tuple[Line, ...]:
    codes = NewCodes(session, sorted({one.community_id for one in old}))
    grids = [one.grid_id for one in old]
    was, has = _posted(session, grids, before_at), _posted(session, grids, at)
    found = []
    for key, one in enumerate(old):
        here = now.get(one.grid_id)
        people = was.get(one.grid_id, ())
        others = here is not None and people != has.get(one.grid_id, ())
        found.append(
            Line(
                key,
                one.grid_id if here else None,
                one.code if here else codes.next(one.community_id),
                one.name,
                one.community_id,
                one.kind,
                one.shape,
                here is None or here.since != one.since,
                one.grid_id,
                people if others else (),
                here is None or others or _differ(here, one),
            )
        )
    return tuple(found)


def _differ(here: Standing, one: Standing) -> bool:
    """Say whether two lines of a grid differ by more than a square metre, or in name."""
    if here.since == one.since:
        return False
    apart = shapely.symmetric_difference(here.shape, one.shape)
    return here.name != one.name or float(area_m2(apart)) > LEAST_M2


def _posted(session: Session, grids: Sequence[int], at: datetime) -> dict[int, tuple[int, ...]]:
    """Give the members of some grids at an instant."""
    return {row[0]: tuple(row[1]) for row in session.execute(_POSTED, {"grids": list(grids), "at": at})}


def _came(now: Sequence[Standing], lines: Sequence[Line]) -> tuple[Came, ...]:
    found = []
    for line in lines:
        if not line.changed:
            continue
        for one in now:
            if one.grid_id != line.grid_id and shapely.intersects(one.shape, line.shape):
                shared = float(area_m2(shapely.intersection(one.shape, line.shape)))
                if shared > LEAST_M2:
                    found.append(Came(one.grid_id, line.key, "restored", shared))
    return tuple(found)
