"""Open cases and errands that are due in some grids: papers to deliver, checkpoints to look at.

Before: `things`. After: `due`. What has its deadline before the round ends must be done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.pack.problem import MUST_S, Stop
from gis.patrols.rounds.things import PUT_OFF, STAY_S, WORTH_S, Asked, Thing, missed, worth

# indexes: ix_case_open_grid_id; put off: ix_patrol_event_stop_key
_CASES = text(f"""
    SELECT * FROM (
        SELECT c.id, c.number, c.place_label, c.due_at, ST_X(c.point) AS lon, ST_Y(c.point) AS lat,
               {PUT_OFF.format(key="'case:' || c.id")} AS put_off
        FROM "case" c
        WHERE c.closed_at IS NULL AND c.grid_id = ANY(:grids) AND c.point IS NOT NULL
          AND c.state IN ('assigned', 'accepted') AND (c.member_id IS NULL OR c.member_id = ANY(:members))) found
    WHERE put_off IS NULL OR put_off <= :by
    ORDER BY due_at NULLS LAST, id LIMIT :most
""")

# indexes: ix_errand_open_grid_id, ix_patrol_event_stop_key
_ERRANDS = text(f"""
    SELECT * FROM (
        SELECT o.id, o.kind, o.label, o.minutes, o.rhythm, o.due_at, o.household_id, ST_X(o.point) AS lon,
               ST_Y(o.point) AS lat, {PUT_OFF.format(key="o.kind || ':' || o.id")} AS put_off,
               (SELECT max(p.at) FROM patrol_event p
                WHERE p.stop_key = o.kind || ':' || o.id AND p.kind = 'done') AS seen
        FROM errand o
        WHERE o.done_at IS NULL AND o.grid_id = ANY(:grids)) found
    WHERE put_off IS NULL OR put_off <= :by
    ORDER BY due_at NULLS LAST, id LIMIT :most
""")


def cases(session: Session, asked: Asked, until: datetime) -> Iterator[Thing]:
    """Give open cases, those with the nearest deadline first."""
    for row in session.execute(_CASES, asked.values("case")):
        must = row.due_at is not None and row.due_at <= until
        value = MUST_S if must else WORTH_S["case"]
        key = f"case:{row.id}"
        stop = Stop(key, "case", (row.lon, row.lat), value, STAY_S["case"], row.place_label or row.number)
        yield Thing(stop, key, since=row.put_off, until=row.due_at)


def errands(session: Session, asked: Asked, until: datetime) -> Iterator[Thing]:
    """Give papers and checkpoints, those with the nearest deadline first."""
    for row in session.execute(_ERRANDS, asked.values("errand")):
        days = asked.every("checkpoint", row.rhythm.split()) if row.rhythm else None
        if days is not None and missed(row.seen, days, asked.by) < 1:
            continue
        times = 1.0 if days is None else missed(row.seen, days, asked.now)
        must = row.due_at is not None and row.due_at <= until
        value = MUST_S if must else worth(row.kind, times)
        key = f"{row.kind}:{row.id}"
        stop = Stop(key, row.kind, (row.lon, row.lat), value, row.minutes * 60, row.label)
        place = key if row.household_id is None else f"door:{row.household_id}"
        yield Thing(stop, place, days, row.seen, row.put_off, row.due_at)
