"""Who leads each grid: the name beside the grid's on the map, as it is public on the grid card; and whom to tell.

Before: `staff.models`. After: `webmap.layers.views`, `cases.notify`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

# index: ix_posting_grid_id; leaders are few, so all of them are read
_LEADERS = text("""
    SELECT DISTINCT ON (p.grid_id) p.grid_id, m.name FROM posting p JOIN member m ON m.id = p.member_id
    WHERE p.role = 'grid_leader' AND p.valid @> CAST(:at AS timestamptz)
      AND (m.left_at IS NULL OR m.left_at > :at)
    ORDER BY p.grid_id, m.code
""")


def leaders(session: Session, at: datetime) -> dict[int, str]:
    """Give the name of each grid's leader at an instant; with two of them, the one with the smaller code."""
    return {row.grid_id: row.name for row in session.execute(_LEADERS, {"at": at})}


@dataclass(frozen=True)
class Told:
    """Who hears of what concerns a grid: its leader, or its branch while it has none."""

    grid_id: int
    member_id: int | None
    organisation_id: int | None


# indexes: ex_grid_branch_valid, ix_posting_grid_id
_TOLD = text("""
    SELECT b.grid_id, leader.id, CASE WHEN leader.id IS NULL THEN b.organisation_id END
    FROM grid_branch b
    LEFT JOIN LATERAL (
        SELECT m.id FROM posting p JOIN member m ON m.id = p.member_id
        WHERE p.grid_id = b.grid_id AND p.role = 'grid_leader' AND p.valid @> CAST(:at AS timestamptz)
          AND (m.left_at IS NULL OR m.left_at > :at)
        ORDER BY m.code LIMIT 1
    ) leader ON TRUE
    WHERE b.grid_id = ANY(:grids) AND b.valid @> CAST(:at AS timestamptz)
    ORDER BY b.grid_id
""")


def told_of(session: Session, grid_ids: Collection[int], at: datetime) -> list[Told]:
    """Give who hears of matters of some grids; a grid without a branch has nobody."""
    return [Told(*row) for row in session.execute(_TOLD, {"grids": sorted(grid_ids), "at": at})]
