"""The cards of grids that an adoption made or changed: written down with it, printed and put up by the grids' people.

Before: `adopt`, in its transaction. After: `/handovers`, where they are ticked off; `staff.cards` gives what is
printed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.boundaries.models import BoundaryPlan, CardDue
from gis.boundaries.plans import By
from gis.boundaries.switch import Line
from gis.cases.models import Notice
from gis.errors import ConflictError, NotFoundError
from gis.staff.leaders import Told, told_of

# index: ix_card_due_grid_id; names as they are now, for the last plan that changed a grid
_DUE = text("""
    SELECT DISTINCT ON (c.grid_id) c.plan_id, c.grid_id, g.code, coalesce(v.name, '') AS name, c.at, c.put_up_at
    FROM card_due c JOIN grid g ON g.id = c.grid_id
    JOIN grid_version v ON v.grid_id = c.grid_id AND v.valid @> CAST(:now AS timestamptz)
    WHERE c.grid_id = ANY(:grids) AND c.at <= :now ORDER BY c.grid_id, c.at DESC
""")


@dataclass(frozen=True)
class DueCard:
    """A grid whose card is new; `put_up_at` is None while the old one still hangs."""

    plan_id: int
    grid_id: int
    code: str
    name: str
    at: datetime
    put_up_at: datetime | None


def write_cards(
    session: Session, plan: BoundaryPlan, lines: Sequence[Line], grids: Mapping[int, int], at: datetime
) -> int:
    """Write down which grids' cards are new from an instant on, and tell those who lead them; give how many.

    Parameters
    ----------
    grids : mapping
        Key to grid id.
    """
    changed = {grids[line.key]: line for line in lines if line.noticed}
    session.add_all(CardDue(plan_id=plan.id, grid_id=grid_id, at=at) for grid_id in sorted(changed))
    told = told_of(session, changed, at)
    session.add_all(_notice(plan, one, changed[one.grid_id], at) for one in told)
    session.flush()
    return len(changed)


def _notice(plan: BoundaryPlan, told: Told, line: Line, at: datetime) -> Notice:
    return Notice(
        key=f"card:{plan.id}:{told.grid_id}",
        member_id=told.member_id,
        organisation_id=told.organisation_id,
        body=f"{line.name}的公示牌换新了，请打印张贴，再到“交接单”里记下。",
        body_en=f"{line.name} has a new grid card: print it, put it up, and tick it off under hand-overs.",
        created_at=at,
        send_after=at,
    )


def due_cards(session: Session, grid_ids: Collection[int], now: datetime) -> list[DueCard]:
    """List the new cards of some grids by code, those that hang already too."""
    rows = session.execute(_DUE, {"grids": sorted(grid_ids), "now": now})
    return sorted((DueCard(*row) for row in rows), key=lambda one: one.code)


# index: pk_card_due
def put_up(session: Session, plan_id: int, grid_id: int, by: By, *, grid_ids: Collection[int]) -> CardDue:
    """Write down that a grid's new card hangs; `grid_ids` are the person's own.

    Raises
    ------
    NotFoundError
        There is no such card, or the grid is none of theirs.
    ConflictError
        It was written down already.
    """
    query = select(CardDue).where(CardDue.plan_id == plan_id, CardDue.grid_id == grid_id).with_for_update()
    row = session.scalars(query).first()
    if row is None or grid_id not in grid_ids:
        raise NotFoundError("没有这张公示牌。 There is no such card.", grid=grid_id)
    if row.put_up_at is not None:
        raise ConflictError("已经记下张贴了。 It is written down already.")
    row.put_up_by, row.put_up_at = by.account_id, by.now
    return row
