"""What is due in some grids today: open cases, households by their rhythm and hours, sections, papers, checkpoints.

Before: `rhythms`, `round_models`, `cases.models`. After: `rounds` packs it. A household that said no is never among
them; several duties at one door are one stop.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.pack.problem import MUST_S, Stop
from gis.patrols.rhythms import days_between, overdue, rhythms
from gis.patrols.walking import looking_s

MOST_HOUSEHOLDS, MOST_SECTIONS, MOST_CASES = 24, 40, 24
WORTH_S = {"visit": 1500, "case": 3600, "paper": 1500, "checkpoint": 900}
"""What leaving one out costs, in seconds of walking, on the day it is due; it grows with each rhythm missed."""
SECTION_WORTH = 3.0
"""The same for a section, in lengths of its own walk."""
STAY_S = {"visit": 15 * 60, "case": 20 * 60}
WIDE = {"trunk", "primary", "secondary"}
"""Roads so wide that each side is to be walked."""
MOST_MISSED = 4.0

# indexes: ix_case_open_grid_id; put off: ix_patrol_event_stop_key
_CASES = text("""
    SELECT c.id, c.number, c.place_label, c.due_at, ST_X(c.point) AS lon, ST_Y(c.point) AS lat
    FROM "case" c
    WHERE c.closed_at IS NULL AND c.grid_id = ANY(:grids) AND c.point IS NOT NULL
      AND c.state IN ('assigned', 'accepted') AND (c.member_id IS NULL OR c.member_id = ANY(:members))
      AND NOT EXISTS (SELECT FROM patrol_event e WHERE e.stop_key = 'case:' || c.id AND e.kind = 'postpone'
                      AND e.until > :now)
    ORDER BY c.due_at NULLS LAST, c.id LIMIT :most
""")

# indexes: ix_household_grid_id, ix_visit_household_id_at, ix_household_wish_household_id_at,
# uq_household_rhythm_household_id_duty, ix_patrol_event_stop_key
_HOUSEHOLDS = text("""
    WITH rhythm AS (SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:days AS float[])) AS r(code, days)),
    asked AS (
        SELECT h.id, h.floor, h.room, h.building_id, h.entrance_id, h.point, w.hours, v.at AS last,
               least(CAST(:usual AS float), d.days) AS days, coalesce(d.duties, '{}') AS duties
        FROM household h
        LEFT JOIN LATERAL (SELECT no_visits, hours FROM household_wish
                           WHERE household_id = h.id AND at <= :now AND forget_at > :now
                           ORDER BY at DESC, id DESC LIMIT 1) w ON true
        LEFT JOIN LATERAL (SELECT max(at) AS at FROM visit WHERE household_id = h.id AND at <= :now) v ON true
        LEFT JOIN LATERAL (SELECT min(r.days) AS days, array_agg(y.duty ORDER BY y.duty) AS duties
                           FROM household_rhythm y JOIN rhythm r ON r.code = y.rhythm
                           WHERE y.household_id = h.id AND y.at <= :now AND y.ends_at > :now) d ON true
        WHERE h.grid_id = ANY(:grids) AND NOT coalesce(w.no_visits, false)
          AND NOT EXISTS (SELECT FROM patrol_event e WHERE e.stop_key = 'visit:' || h.id
                          AND e.kind = 'postpone' AND e.until > :now))
    SELECT a.id, a.hours, a.last, a.days, a.duties, ST_X(a.point) AS lon, ST_Y(a.point) AS lat,
           concat_ws(' ', nullif(c.name, ''), nullif(coalesce(nullif(b.name, ''), b.house_number), ''),
                     nullif(n.name, ''), nullif(a.room, '')) AS label
    FROM asked a LEFT JOIN building b ON b.id = a.building_id LEFT JOIN compound c ON c.id = b.compound_id
    LEFT JOIN entrance n ON n.id = a.entrance_id
    WHERE a.last IS NULL OR CAST(:now AS timestamptz) - a.last >= a.days * interval '1 day'
    ORDER BY coalesce(extract(epoch FROM CAST(:now AS timestamptz) - a.last) / 86400 / a.days, 2.0) DESC,
             a.days, c.name, b.name, n.name, a.id
    LIMIT :most
""")

# indexes: ex_grid_version_valid, ix_road_geom, ix_patrol_event_stop_key
_SECTIONS = text("""
    SELECT DISTINCT ON (r.id) r.id, r.name, r.highway, r.bridge, ST_Length(r.geom::geography) AS length_m,
           ST_X(ST_StartPoint(r.geom)) AS lon, ST_Y(ST_StartPoint(r.geom)) AS lat,
           ST_X(ST_EndPoint(r.geom)) AS far_lon, ST_Y(ST_EndPoint(r.geom)) AS far_lat,
           (SELECT max(e.at) FROM patrol_event e WHERE e.stop_key = 'section:' || r.id AND e.kind = 'done') AS seen,
           v.grid_id
    FROM grid_version v JOIN road r ON ST_Intersects(v.geom, r.geom)
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:now AS timestamptz)
      AND ST_Covers(v.geom, ST_LineInterpolatePoint(r.geom, 0.5))
    ORDER BY r.id
""")

# indexes: ix_errand_open_grid_id, ix_patrol_event_stop_key
_ERRANDS = text("""
    SELECT e.id, e.kind, e.label, e.minutes, e.rhythm, e.due_at, e.household_id, ST_X(e.point) AS lon,
           ST_Y(e.point) AS lat,
           (SELECT max(p.at) FROM patrol_event p WHERE p.stop_key = e.kind || ':' || e.id AND p.kind = 'done') AS seen
    FROM errand e
    WHERE e.done_at IS NULL AND e.grid_id = ANY(:grids)
      AND NOT EXISTS (SELECT FROM patrol_event p WHERE p.stop_key = e.kind || ':' || e.id
                      AND p.kind = 'postpone' AND p.until > :now)
    ORDER BY e.id
""")


def due_stops(
    session: Session, grid_ids: Iterable[int], member_ids: Iterable[int], now: datetime, *,
    until: datetime, zone: ZoneInfo, means: str = "foot",
) -> list[Stop]:  # fmt: skip
    """Give what is due in some grids for some members until a time of today, the most urgent of each kind.

    Hours are seconds of the day in `zone`.
    """
    values = {"grids": sorted(grid_ids), "members": sorted(member_ids), "now": now}
    return [
        *_cases(session, values, until),
        *_households(session, values, zone),
        *_sections(session, values, zone, means),
        *_errands(session, values, until, zone),
    ]


def _cases(session: Session, values: dict[str, Any], until: datetime) -> Iterable[Stop]:
    for row in session.execute(_CASES, values | {"most": MOST_CASES}):
        must = row.due_at is not None and row.due_at <= until
        worth = MUST_S if must else WORTH_S["case"]
        yield Stop(
            f"case:{row.id}", "case", (row.lon, row.lat), worth, STAY_S["case"], row.place_label or row.number
        )


def _households(session: Session, values: dict[str, Any], zone: ZoneInfo) -> Iterable[Stop]:
    now: datetime = values["now"]
    known = [one for one in rhythms() if one.what == "household"]
    own = [one for one in known if one.match]
    more = {
        "codes": [one.code for one in own],
        "days": [one.days for one in own],
        "usual": days_between("household", (), now.astimezone(zone).date()),
        "most": MOST_HOUSEHOLDS,
    }
    for row in session.execute(_HOUSEHOLDS, values | more):
        yield Stop(
            f"visit:{row.id}", "visit", (row.lon, row.lat),
            _worth("visit", _missed(row.last, row.days, now)), STAY_S["visit"],
            "、".join([row.label, *row.duties]), hours=hours_on(row.hours, now.astimezone(zone)),
        )  # fmt: skip


def hours_on(hours: list[dict[str, Any]] | None, day: datetime) -> tuple[tuple[int, int], ...] | None:
    """Give a household's hours of one day in seconds; None where it set none, empty where this day has none.

    Each entry has `from`, `to` (`HH:MM`) and may have `days` (0 Monday to 6 Sunday).
    """
    if not hours:
        return None
    return tuple(
        (_second(one["from"]), _second(one["to"]))
        for one in hours
        if day.weekday() in one.get("days", range(7))
    )


def _second(clock: str) -> int:
    found = time.fromisoformat(clock)
    return found.hour * 3600 + found.minute * 60


def _missed(last: datetime | None, days: float, now: datetime) -> float:
    return overdue(None if last is None else (now - last) / timedelta(days=1), days)


def _worth(kind: str, missed: float) -> int:
    return round(WORTH_S[kind] * min(max(missed, 0.5), MOST_MISSED))


def _sections(session: Session, values: dict[str, Any], zone: ZoneInfo, means: str) -> Iterable[Stop]:
    now: datetime = values["now"]
    day = now.astimezone(zone).date()
    rated = []
    for row in session.execute(_SECTIONS, values):
        marks = {row.highway} | ({"bridge"} if row.bridge else set())
        days = days_between("section", marks, day)
        missed = 0.0 if days is None else _missed(row.seen, days, now)
        if missed >= 1:
            rated.append((-missed, row.id, row))
    for missed, _id, row in sorted(rated, key=lambda one: one[:2])[:MOST_SECTIONS]:
        along = looking_s(row.length_m, means)
        worth = round(SECTION_WORTH * along * min(-missed, MOST_MISSED)) + 60
        for side in ("", ":other") if row.highway in WIDE else ("",):
            yield Stop(
                f"section:{row.id}{side}", "section", (row.lon, row.lat), worth,
                label=row.name, far_end=(row.far_lon, row.far_lat), along_s=along,
            )  # fmt: skip


def _errands(session: Session, values: dict[str, Any], until: datetime, zone: ZoneInfo) -> Iterable[Stop]:
    now: datetime = values["now"]
    for row in session.execute(_ERRANDS, values):
        days = (
            days_between("checkpoint", row.rhythm.split(), now.astimezone(zone).date())
            if row.rhythm
            else None
        )
        missed = 1.0 if days is None else _missed(row.seen, days, now)
        if missed >= 1:
            must = row.due_at is not None and row.due_at <= until
            worth = MUST_S if must else _worth(row.kind, missed)
            yield Stop(
                f"{row.kind}:{row.id}", row.kind, (row.lon, row.lat), worth, row.minutes * 60, row.label
            )


def as_json(stop: Stop) -> dict[str, Any]:
    """Give a stop as a round keeps it."""
    far = json.loads(json.dumps(stop.far_end))
    return {
        "key": stop.key, "kind": stop.kind, "label": stop.label, "lon": stop.point[0], "lat": stop.point[1],
        "far": far, "along_s": stop.along_s, "stay_s": stop.stay_s, "worth_s": stop.worth_s,
        "hours": None if stop.hours is None else [list(span) for span in stop.hours],
    }  # fmt: skip


def from_json(row: dict[str, Any]) -> Stop:
    """Read a stop that a round kept."""
    hours = row.get("hours")
    return Stop(
        row["key"], row["kind"], (row["lon"], row["lat"]), row["worth_s"], row["stay_s"], row["label"],
        tuple(row["far"]) if row.get("far") else None, row["along_s"],
        None if hours is None else tuple((start, end) for start, end in hours),
    )  # fmt: skip
