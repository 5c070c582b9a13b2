"""Who leads each grid: the name beside the grid's on the map, as it is public on the grid card.

Before: `staff.models`. After: `webmap.layers.views`.
"""

from __future__ import annotations

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
