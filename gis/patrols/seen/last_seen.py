"""When a section was last seen: ticked on a round, or walked along by at least half on one day.

Before: `rounds.models`, `seen.models`. After: `due`, `blind`. It says when, and never by whom.
"""

from __future__ import annotations

# indexes: ix_patrol_event_stop_key, ix_section_seen_road_id_seen_at
LAST_SEEN = """greatest(
    (SELECT max(e.at) FROM patrol_event e WHERE e.stop_key = 'section:' || r.id AND e.kind = 'done' AND e.at <= :now),
    (SELECT max(walked.at) FROM (
         SELECT max(x.seen_at) AS at FROM section_seen x WHERE x.road_id = r.id AND x.seen_at <= :now
         GROUP BY date_trunc('day', x.seen_at)
         HAVING sum(x.to_m - x.from_m) >= 0.5 * ST_Length(r.geom::geography)) AS walked))"""
"""The part of a statement that gives the instant for a row of `road` called `r`; null where it never was."""
