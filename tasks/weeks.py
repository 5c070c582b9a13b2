"""The weeks of rounds are planned by themselves: this one anew each night, from Friday on the next one too.

Before: the timetable. After: `gis.patrols.weeks.plans`; each member's week in a transaction of its own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import monotonic

from celery.utils.log import get_task_logger

from gis.database import transaction
from gis.errors import WanggeError
from gis.patrols.weeks.plans import members_to_plan, monday_of, plan_week_of
from gis.settings import settings
from tasks.app import task

A_WEEK = timedelta(days=7)
FRIDAY = 4
MOST_AT_ONCE = 50
LONGEST_S = 240.0
"""After so long the rest waits for the next call, so that other work gets its turn."""

log = get_task_logger(__name__)


@task("tasks.weeks.plan_due")
def plan_due() -> int:
    """Plan the weeks that have not been planned today; give how many."""
    began, zone, done = monotonic(), settings().time_zone, 0
    today = datetime.now(UTC).astimezone(zone).date()
    for monday in mondays(today):
        with transaction() as session:
            members = members_to_plan(session, monday, datetime.now(UTC), zone, MOST_AT_ONCE)
        for member_id in members:
            if monotonic() - began > LONGEST_S:
                return done
            done += _planned(member_id, monday)
    return done


def mondays(today: date) -> list[date]:
    """Give the Mondays of the weeks to plan on a day."""
    this = monday_of(today)
    return [this, this + A_WEEK] if today.weekday() >= FRIDAY else [this]


def _planned(member_id: int, monday: date) -> bool:
    """Plan one week; one that cannot be planned holds up no other."""
    try:
        with transaction() as session:
            plan_week_of(session, member_id, monday, datetime.now(UTC), settings().time_zone)
    except WanggeError as fault:
        log.warning("the week of member %s is not planned: %s", member_id, fault.message)
        return False
    return True
