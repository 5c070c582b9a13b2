"""Cases on hold go on when their day has come.

Before: the timetable. After: `gis.cases.pauses`; each case in a transaction of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.utils.log import get_task_logger

from gis.cases.pauses import resume_next
from gis.database import transaction
from tasks.app import task

AT_ONCE = 500

log = get_task_logger(__name__)


@task("tasks.pauses.resume")
def resume() -> int:
    """Let every case go on whose hold has ended; give their number."""
    resumed = 0
    while resumed < AT_ONCE and resume_one(datetime.now(UTC)):
        resumed += 1
    if resumed:
        log.info("%s cases go on after a hold", resumed)
    return resumed


def resume_one(now: datetime) -> bool:
    """Let one case go on; False when there is none."""
    with transaction() as session:
        return resume_next(session, now) is not None
