"""Cases on hold go on when their day has come.

Before: the timetable. After: `gis.cases.pauses`; each case in a transaction of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.utils.log import get_task_logger

from gis.cases import pauses
from gis.database import transaction
from tasks.app import task
from tasks.kept import Tried

AT_ONCE = 500

log = get_task_logger(__name__)


@task("tasks.pauses.resume")
def resume() -> int:
    """Let every case go on whose hold has ended; give their number."""
    now = datetime.now(UTC)
    with transaction() as session:
        cases = pauses.ended(session, now, AT_ONCE)
    resumed = sum(_resume_one(case_id, known, now) for case_id, known in cases.items())
    if resumed:
        log.info("%s cases go on after a hold", resumed)
    return resumed


def _resume_one(case_id: int, failed_before: bool, now: datetime) -> bool:
    """Let one case go on in its own transaction, so that a poisoned one holds up no other."""
    with Tried(pauses.KIND, str(case_id), counted_first=failed_before), transaction() as session:
        return pauses.resume(session, case_id, now) is not None
    return False
