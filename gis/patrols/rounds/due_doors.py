"""Households that are due in some grids, by their rhythm and within their hours; who said no is not among them.

Before: `things`. After: `due`. Several duties at one door are one stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.network.pace import floor_of, stairs_min
from gis.patrols.pack.problem import Stop
from gis.patrols.rounds.things import PUT_OFF, STAY_S, Asked, Thing, missed, worth

LIFT_FROM = 7
"""Buildings with so many floors have a lift (the rule for new ones)."""

# indexes: ix_household_grid_id, ix_visit_household_id_at, ix_household_wish_household_id_at,
# uq_household_rhythm_household_id_duty, ix_patrol_event_stop_key
_HOUSEHOLDS = text(f"""
    WITH rhythm AS (SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:days AS float[])) AS r(code, days)),
    asked AS (
        SELECT h.id, h.floor, h.room, h.building_id, h.entrance_id, h.point, w.hours, v.at AS last,
               least(CAST(:usual AS float), d.days) AS days, coalesce(d.duties, '{{}}') AS duties,
               {PUT_OFF.format(key="'visit:' || h.id")} AS put_off
        FROM household h
        LEFT JOIN LATERAL (SELECT no_visits, hours FROM household_wish
                           WHERE household_id = h.id AND at <= :now AND forget_at > :now
                           ORDER BY at DESC, id DESC LIMIT 1) w ON true
        LEFT JOIN LATERAL (SELECT max(at) AS at FROM visit WHERE household_id = h.id AND at <= :now) v ON true
        LEFT JOIN LATERAL (SELECT min(r.days) AS days, array_agg(y.duty ORDER BY y.duty) AS duties
                           FROM household_rhythm y JOIN rhythm r ON r.code = y.rhythm
                           WHERE y.household_id = h.id AND y.at <= :now AND y.ends_at > :now) d ON true
        WHERE h.grid_id = ANY(:grids) AND NOT coalesce(w.no_visits, false))
    SELECT a.id, a.hours, a.last, a.days, a.duties, a.floor, b.floors, a.put_off,
           ST_X(coalesce(n.point, a.point)) AS lon, ST_Y(coalesce(n.point, a.point)) AS lat,
           concat_ws(' ', nullif(c.name, ''), nullif(coalesce(nullif(b.name, ''), b.house_number), ''),
                     nullif(n.name, ''), nullif(a.room, '')) AS label
    FROM asked a LEFT JOIN building b ON b.id = a.building_id LEFT JOIN compound c ON c.id = b.compound_id
    LEFT JOIN entrance n ON n.id = a.entrance_id
    WHERE a.days IS NOT NULL AND (a.put_off IS NULL OR a.put_off <= :by)
      AND (a.last IS NULL OR CAST(:by AS timestamptz) - a.last >= a.days * interval '1 day')
    ORDER BY coalesce(extract(epoch FROM CAST(:now AS timestamptz) - a.last) / 86400 / a.days, 2.0) DESC,
             a.days, c.name, b.name, n.name, a.id
    LIMIT :most
""")


def households(session: Session, asked: Asked) -> Iterator[Thing]:
    """Give the households that are due, the most urgent first."""
    day = asked.now.astimezone(asked.zone)
    own = [
        one
        for one in asked.rhythms
        if one.what == "household" and one.match and (one.season is None or one.season.holds(day.date()))
    ]
    more = {
        "codes": [one.code for one in own],
        "days": [one.days for one in own],
        "usual": asked.every("household", ()),
    }
    for row in session.execute(_HOUSEHOLDS, asked.values("visit") | more):
        stay = STAY_S["visit"] + round(
            60 * stairs_min(floor_of(row.floor), lift=(row.floors or 0) >= LIFT_FROM)
        )
        stop = Stop(
            f"visit:{row.id}", "visit", (row.lon, row.lat), worth("visit", missed(row.last, row.days, asked.now)),
            stay, "、".join([row.label, *row.duties]), hours=hours_on(row.hours, day),
        )  # fmt: skip
        yield Thing(stop, f"door:{row.id}", row.days, row.last, row.put_off, hours=row.hours)


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
