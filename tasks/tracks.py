"""Tracks of finished rounds become what was seen, once their members had time to look at them.

Before: the timetable. After: `gis.patrols.seen.counting`. Each round in a transaction of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime

from gis.database import transaction
from gis.patrols.models import Patrol
from gis.patrols.seen import counting
from tasks.app import task

MOST_AT_ONCE = 50


@task("tasks.tracks.count")
def count() -> int:
    """Count the tracks that are due, one after another; give how many."""
    done = 0
    while done < MOST_AT_ONCE and _one():
        done += 1
    return done


def _one() -> bool:
    with transaction() as session:
        now = datetime.now(UTC)
        for patrol_id in counting.uncounted(session, now, 1):
            counting.count_track(session, session.get_one(Patrol, patrol_id), now)
            return True
    return False
