"""Files of reports become cases, row by row.

Before: `gis.cases.bulk` keeps the rows. After: `gis.cases.journey`. A row's case and the mark that it is done are one
transaction; a row that fails by itself is written down and holds up no other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic

from gis.cases import bulk
from gis.database import transaction
from tasks.app import task
from tasks.kept import Tried

CHUNK = 50
LONGEST_RUN_S = 50.0


@task("tasks.files.walk")
def walk() -> int:
    """Walk rows that wait, for less than a minute; give their number."""
    end, walked = monotonic() + LONGEST_RUN_S, 0
    while monotonic() < end:
        with transaction() as session:
            rows = bulk.waiting(session, datetime.now(UTC), CHUNK)
        for row_id in rows:
            _walk_one(row_id)
        walked += len(rows)
        if len(rows) < CHUNK:
            break
    return walked


def _walk_one(row_id: int) -> None:
    with Tried(bulk.KIND, str(row_id), counted_first=False), transaction() as session:
        bulk.walk(session, row_id, datetime.now(UTC))
