"""The sweeper: cases that stand still in the automatic steps walk on.

Before: the timetable. After: `gis.cases.journey`. A case is taken with a lock that others skip, so that two workers
never walk the same one. One that fails is written down (`gis.cases.poison`) and tried again ever more slowly.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from celery.utils.log import get_task_logger

from gis.cases.journey import advance
from gis.cases.standing import KIND, next_standing, take
from gis.database import transaction
from tasks.app import task
from tasks.kept import Tried

STANDS_STILL = timedelta(minutes=1)
AT_ONCE = 200

log = get_task_logger(__name__)


@task("tasks.journey.sweep")
def sweep() -> int:
    """Walk on every case that has stood still for a minute; give their number."""
    walked = 0
    while walked < AT_ONCE and walk_one(datetime.now(UTC)):
        walked += 1
    if walked:
        log.info("walked on %s cases", walked)
    return walked


def walk_one(now: datetime) -> bool:
    """Walk one case on in its own transaction, so that a poisoned one holds up no other."""
    with transaction() as session:
        case_id = next_standing(session, now - STANDS_STILL, now)
    if case_id is None:
        return False
    with Tried(KIND, str(case_id)), transaction() as session:
        case = take(session, case_id)
        if case is not None:
            advance(session, case, now)
    return True
