"""Which case answers for one that was merged: along the merges, however many, to the one that was kept.

Before: `cases.merge` wrote the merges. After: tracking pages, marks by the link, notices. The merges form no ring:
`cases.merge` refuses the one that would close it.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# index: pk_case
_KEPT = text("""
    WITH RECURSIVE way AS (
        SELECT id, merged_into_id, 0 AS step FROM "case" WHERE id = :case_id
        UNION ALL
        SELECT c.id, c.merged_into_id, way.step + 1 FROM way JOIN "case" c ON c.id = way.merged_into_id
        WHERE way.step < :most
    )
    SELECT id FROM way ORDER BY step DESC LIMIT 1
""")
MOST_STEPS = 1000


def kept_id(session: Session, case_id: int) -> int:
    """Give the case that answers for a case: itself, or the last one it was merged into."""
    return int(session.execute(_KEPT, {"case_id": case_id, "most": MOST_STEPS}).scalar_one())
