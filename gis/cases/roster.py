"""当班: who is on duty now, in which grids, carrying how much - for sharing out work, and for nothing else.

Before: `staff.models` (postings, shifts), `cases.loads`. After: the board. Only who is on duty is there, as grid and
load, never as a position; the order is that of the grids, nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.loads import load_sql


@dataclass(frozen=True)
class OnDuty:
    """One member on duty: the grids of their postings, until when, and their open cases (`late` of them)."""

    member_id: int
    name: str
    role: str
    grids: tuple[str, ...]
    until: datetime | None
    load: int
    late: int


# indexes: ix_posting_grid_id, ex_shift_during, ex_grid_version_valid, ix_case_open_member_id
_ON_DUTY = text(f"""
    WITH posted AS (
        SELECT p.member_id, min(p.role) AS role, min(g.code) AS first, array_agg(v.name ORDER BY g.code) AS grids
        FROM posting p JOIN grid g ON g.id = p.grid_id
        JOIN grid_version v ON v.grid_id = p.grid_id AND v.valid @> CAST(:at AS timestamptz)
        WHERE p.grid_id = ANY(:grid_ids) AND p.valid @> CAST(:at AS timestamptz)
          AND p.role IN ('grid_leader', 'grid_member')
        GROUP BY p.member_id
    )
    SELECT m.id, m.name, posted.role, posted.grids, upper(s.during), {load_sql("m.id")},
           (SELECT count(*) FROM "case" c WHERE c.member_id = m.id AND c.closed_at IS NULL AND c.due_at < :at)
    FROM posted JOIN member m ON m.id = posted.member_id
    JOIN shift s ON s.member_id = m.id AND s.kind = 'duty' AND s.during @> CAST(:at AS timestamptz)
    WHERE (m.left_at IS NULL OR m.left_at > :at)
      AND NOT EXISTS (SELECT FROM shift away WHERE away.member_id = m.id AND away.kind = 'leave'
                      AND away.during @> CAST(:at AS timestamptz))
    ORDER BY posted.first, posted.role DESC, m.code
""")


def on_duty(session: Session, grid_ids: Collection[int], at: datetime) -> list[OnDuty]:
    """Give who is on duty in some grids at an instant, in the order of the grids' codes; leave counts as away."""
    session.flush()
    rows = session.execute(_ON_DUTY, {"grid_ids": sorted(grid_ids), "at": at})
    return [OnDuty(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in rows]
