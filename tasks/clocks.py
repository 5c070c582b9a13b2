"""What clocks make happen by themselves: reminders, escalation, and deadlines that follow the calendar.

Before: the timetable. After: `gis.cases.overdue`, `gis.cases.calendars`; each in a transaction of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime

from celery.utils.log import get_task_logger

from gis.cases import calendars, overdue
from gis.database import transaction
from tasks.app import task
from tasks.kept import Tried

MOST_CHUNKS = 50
MOST_CASES = 10_000

log = get_task_logger(__name__)


@task("tasks.clocks.watch")
def watch() -> int:
    """Remind and escalate, what nobody has yet first; give the number of clocks."""
    done = 0
    for stage in overdue.ORDER:
        with transaction() as session:
            cases = overdue.due(session, stage, datetime.now(UTC), MOST_CASES)
        done += sum(_watch_one(stage, case_id, known) for case_id, known in cases.items())
    if done:
        log.info("%s clocks reminded or escalated", done)
    return done


def _watch_one(stage: str, case_id: int, failed_before: bool) -> int:
    """Follow the clocks of one case in its own transaction, so that a poisoned one holds up no other."""
    with Tried(overdue.KIND, str(case_id), counted_first=failed_before), transaction() as session:
        return overdue.step(session, stage, datetime.now(UTC), case_id=case_id)
    return 0


@task("tasks.clocks.follow_calendar")
def follow_calendar() -> int:
    """Reckon anew the running clocks that an older calendar was used for; give the number of deadlines that moved."""
    moved = 0
    for _ in range(MOST_CHUNKS):
        with transaction() as session:
            looked, changed = calendars.step(session, datetime.now(UTC))
        moved += changed
        if looked < calendars.AT_ONCE:
            break
    if moved:
        log.info("%s deadlines moved with the calendar", moved)
    return moved
