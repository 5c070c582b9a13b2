"""How many people answer for each grid at several instants: leaders and members, volunteers not counted.

Before: `staff.models`. After: `webmap.maps`. A person with two postings in a grid counts once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

# index: ix_posting_grid_id
_POSTED_AT = text("""
    SELECT i.number - 1, p.grid_id, count(DISTINCT p.member_id)
    FROM unnest(CAST(:at AS timestamptz[])) WITH ORDINALITY AS i(at, number)
    JOIN posting p ON p.valid @> i.at AND p.role <> 'volunteer'
    WHERE p.grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY 1, 2
""")


def posted_at(
    session: Session, grid_ids: Collection[int], instants: Sequence[datetime]
) -> dict[tuple[int, int], int]:
    """Count the people posted, by (number of the instant, grid); a grid without anybody is absent."""
    rows = session.execute(_POSTED_AT, {"at": list(instants), "grid_ids": sorted(grid_ids)})
    return {(row[0], row[1]): row[2] for row in rows}
