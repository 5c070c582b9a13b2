"""Adoption: a plan's lines come into force - versions end and begin, cases and duties follow, sheets are written.

Before: an approved plan whose day has come, `switch`, `moved`. After: `handover`, `sweep`. One transaction. The
lines change a few seconds after it begins (`AHEAD`): every report reads whichever line is in force at its own instant,
so none has to wait, and none is on the wrong side. What the old line still gives out until then, `sweep` brings over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.begin import begin
from gis.boundaries.card_due import write_cards
from gis.boundaries.handover import write_sheets
from gis.boundaries.models import BoundaryPlan, GridLineage, PlanLog, PlanState
from gis.boundaries.moved import Moved, counts, find_moved
from gis.boundaries.plans import checked, refuse_hard
from gis.boundaries.queries import plan_in
from gis.boundaries.switch import Switch, switch_of
from gis.cases.rehome import rehome
from gis.errors import MoveRefusedError

AHEAD = timedelta(seconds=5)
"""So long after its beginning an adoption's lines are in force: longer than its transaction takes."""
SWEPT = timedelta(days=2)
"""For so long after an adoption the cases of the grids that gave ground are looked through."""

# indexes: ix_grid_lineage_from_grid_id, ix_case_open_grid_id, ix_grid_version_geom_valid
_LEFT_BEHIND = text("""
    WITH gave AS (
        SELECT DISTINCT ON (l.from_grid_id) l.from_grid_id, l.plan_id, l.at, p.name
        FROM grid_lineage l JOIN boundary_plan p ON p.id = l.plan_id
        WHERE l.at <= :now AND (l.at > :since OR NOT EXISTS (
            SELECT FROM grid_version v WHERE v.grid_id = l.from_grid_id AND v.valid @> CAST(:now AS timestamptz)))
        ORDER BY l.from_grid_id, l.at DESC
    )
    SELECT gave.plan_id, gave.name, gave.at, c.id, here.grid_id
    FROM gave JOIN "case" c ON c.grid_id = gave.from_grid_id AND c.closed_at IS NULL AND c.state <> 'reported',
    LATERAL (
        SELECT v.grid_id FROM grid_version v JOIN grid g ON g.id = v.grid_id
        WHERE ST_Covers(v.geom, c.point) AND v.valid @> CAST(:now AS timestamptz) AND v.kind <> 'micro'
        ORDER BY g.code LIMIT 1) here
    WHERE here.grid_id <> c.grid_id
    ORDER BY gave.plan_id, c.id
""")


@dataclass(frozen=True)
class Adopted:
    """What an adoption did: from when, which grids began and ended, how many things moved, how many sheets."""

    at: datetime
    begun: tuple[int, ...]
    ended: tuple[int, ...]
    moved: dict[str, int]
    cases: int
    sheets: int


def adopt(session: Session, plan_id: int, now: datetime) -> Adopted:
    """Bring an approved plan into force.

    Parameters
    ----------
    now : datetime
        The lines change `AHEAD` of it; the same instant for everybody.

    Raises
    ------
    MoveRefusedError
        The plan is not approved, or its day has not come.
    ConflictError
        The lines it starts from have changed.
    InputError
        It breaks a hard rule.
    """
    plan = plan_in(session, None, plan_id, lock=True)
    if plan.state != PlanState.APPROVED or plan.effective_at is None or plan.effective_at > now:
        raise MoveRefusedError(
            "方案还没有批准，或还没有到生效的日子。 The plan is not approved, or its day has not come.",
            state=plan.state,
        )
    if plan.reverses_id is None:
        refuse_hard(checked(session, plan))
    switch = switch_of(session, plan, now)
    return _make(session, plan, switch, now)


def _make(session: Session, plan: BoundaryPlan, switch: Switch, now: datetime) -> Adopted:
    at = now + AHEAD
    moved = find_moved(session, switch, now)
    told = counts(session, moved)
    grids = begin(session, switch, moved, at)
    cases = _cases(session, plan, moved, grids, at)
    sheets = write_sheets(session, plan, moved, grids, at)
    write_cards(session, plan, switch.lines, grids, at)
    households = {(row[1], row[2]): row[3] for row in told if row[0] == "household"}
    session.add_all(_lineage(plan, switch, households, grids, at))
    plan.state, plan.adopted_at = PlanState.ADOPTED, at
    plan.revision += 1
    session.add(PlanLog(plan_id=plan.id, at=now, account_id=None, step="adopt"))
    session.flush()
    begun = tuple(grids[line.key] for line in switch.lines if line.grid_id is None)
    return Adopted(at, begun, switch.ended, _totals(told), cases, sheets)


def _totals(told: list[tuple[str, int | None, int, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind, _, _, many in told:
        found[kind] = found.get(kind, 0) + many
    return found


def _cases(session: Session, plan: BoundaryPlan, moved: Moved, grids: dict[int, int], at: datetime) -> int:
    rows = session.execute(text(f"SELECT id, key FROM {moved.moved} WHERE kind = 'case'"))
    to = {row[0]: grids[row[1]] for row in rows}
    return len(rehome(session, to, _why(plan.id, plan.name), before=at - AHEAD, at=at, now=at - AHEAD))


def _why(plan_id: int, name: str) -> dict[str, Any]:
    return {"plan": plan_id, "plan_name": name}


def _lineage(
    plan: BoundaryPlan,
    switch: Switch,
    households: dict[tuple[int | None, int], int],
    grids: dict[int, int],
    at: datetime,
) -> list[GridLineage]:
    """Say which ground came from which grid."""
    return [
        GridLineage(
            plan_id=plan.id,
            at=at,
            from_grid_id=came.from_grid_id,
            to_grid_id=grids[came.key],
            kind=came.kind,
            area_m2=came.area_m2,
            households=households.get((came.from_grid_id, came.key), 0),
        )
        for came in switch.came
    ]


def sweep(session: Session, now: datetime) -> int:
    """Bring over what the old lines still gave out: cases of grids that gave ground, by their points.

    Returns
    -------
    int
        How many cases changed their grid.
    """
    rows = session.execute(_LEFT_BEHIND, {"now": now, "since": now - SWEPT}).all()
    done = 0
    for plan_id, name, at in sorted({(row[0], row[1], row[2]) for row in rows}):
        to = {row[3]: row[4] for row in rows if (row[0], row[2]) == (plan_id, at)}
        moment = at - timedelta(microseconds=1)
        done += len(rehome(session, to, _why(plan_id, name), before=moment, at=now, now=now))
    return done
