"""What plans make happen by themselves: on their day they are adopted, and lines loaded for a day settle on it.

Before: the timetable. After: `gis.boundaries.adopt`, `gis.loaders.settle`; each plan in a transaction of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from celery.utils.log import get_task_logger

from gis.boundaries import adopt as adoption
from gis.boundaries.queries import due_plans, lines_began
from gis.database import transaction
from gis.errors import WanggeError
from gis.loaders import settle
from tasks.app import task

A_DAY = timedelta(days=1)

log = get_task_logger(__name__)


@task("tasks.planning.adopt_due")
def adopt_due() -> int:
    """Adopt the plans whose day has come, then bring over what the old lines still gave out; give how many plans."""
    with transaction() as session:
        due = due_plans(session, datetime.now(UTC))
    done = sum(_adopted(plan_id) for plan_id in due)
    with transaction() as session:
        cases = adoption.sweep(session, datetime.now(UTC))
    if cases:
        log.info("%s cases followed their ground", cases)
    return done


def _adopted(plan_id: int) -> bool:
    """Adopt one plan; one that cannot be adopted holds up no other and is tried again."""
    try:
        with transaction() as session:
            found = adoption.adopt(session, plan_id, datetime.now(UTC))
    except WanggeError as fault:
        log.warning("plan %s is not adopted: %s", plan_id, fault.message)
        return False
    log.info("plan %s is in force from %s: %s", plan_id, found.at, found.moved)
    return True


@task("tasks.planning.settle")
def settle_lines() -> bool:
    """Find homes and names anew on the day on which loaded lines begin; tell whether there were any."""
    now = datetime.now(UTC)
    with transaction() as session:
        began = lines_began(session, now - A_DAY, now)
        if began:
            settle(session, now)
    return began
