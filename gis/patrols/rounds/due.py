"""What is due in some grids: open cases, households by their rhythm and hours, sections, papers, checkpoints.

Before: `rhythms`, `rounds.models`, `cases.models`. After: `rounds` packs what is due today, `weeks.plans` what falls
due in a week. A household that said no is never among them; several duties at one door are one stop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.network.pace import floor_of, stairs_min
from gis.patrols.network.ways import NOT_WALKED
from gis.patrols.pack.problem import MUST_S, Stop
from gis.patrols.rhythms.rhythms import Rhythm, days_between, overdue
from gis.patrols.rhythms.tables import town_rhythms
from gis.patrols.rounds.walking import looking_s
from gis.patrols.seen.last_seen import LAST_SEEN

MOST = {"case": 24, "visit": 24, "section": 40, "errand": 40}
"""How many of each kind a day's round looks at; the most urgent first."""
WORTH_S = {"visit": 1500, "case": 3600, "paper": 1500, "checkpoint": 900}
"""What leaving one out costs, in seconds of walking, on the day it is due; it grows with each rhythm missed."""
SECTION_WORTH = 3.0
"""The same for a section, in lengths of its own walk."""
STAY_S = {"visit": 15 * 60, "case": 20 * 60}
WIDE = {"trunk", "primary", "secondary"}
"""Roads so wide that each side is to be walked."""
MOST_MISSED = 4.0
LIFT_FROM = 7
"""Buildings with so many floors have a lift (the rule for new ones)."""


@dataclass(frozen=True)
class Thing:
    """One thing that is due: as a stop, and when it may be done.

    Attributes
    ----------
    place : str
        The door or section; things at one place are done in one going there.
    days, last : float, datetime, or None
        Its rhythm, and when it was last done; a case or a paper has no rhythm.
    since, until : datetime or None
        Put off to; its deadline.
    hours : list or None
        The hours a household set, of all days of the week.
    """

    stop: Stop
    place: str
    days: float | None = None
    last: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    hours: list[dict[str, Any]] | None = None


_PUT_OFF = """(SELECT max(e.until) FROM patrol_event e
               WHERE e.stop_key = {key} AND e.kind = 'postpone' AND e.until > :now)"""

# indexes: ix_case_open_grid_id; put off: ix_patrol_event_stop_key
_CASES = text(f"""
    SELECT * FROM (
        SELECT c.id, c.number, c.place_label, c.due_at, ST_X(c.point) AS lon, ST_Y(c.point) AS lat,
               {_PUT_OFF.format(key="'case:' || c.id")} AS put_off
        FROM "case" c
        WHERE c.closed_at IS NULL AND c.grid_id = ANY(:grids) AND c.point IS NOT NULL
          AND c.state IN ('assigned', 'accepted') AND (c.member_id IS NULL OR c.member_id = ANY(:members))) found
    WHERE put_off IS NULL OR put_off <= :by
    ORDER BY due_at NULLS LAST, id LIMIT :most
""")

# indexes: ix_household_grid_id, ix_visit_household_id_at, ix_household_wish_household_id_at,
# uq_household_rhythm_household_id_duty, ix_patrol_event_stop_key
_HOUSEHOLDS = text(f"""
    WITH rhythm AS (SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:days AS float[])) AS r(code, days)),
    asked AS (
        SELECT h.id, h.floor, h.room, h.building_id, h.entrance_id, h.point, w.hours, v.at AS last,
               least(CAST(:usual AS float), d.days) AS days, coalesce(d.duties, '{{}}') AS duties,
               {_PUT_OFF.format(key="'visit:' || h.id")} AS put_off
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

# indexes: ex_grid_version_valid, ix_road_geom
_SECTIONS = text(f"""
    SELECT DISTINCT ON (r.id) r.id, r.name, r.highway, r.bridge, ST_Length(r.geom::geography) AS length_m,
           ST_X(ST_StartPoint(r.geom)) AS lon, ST_Y(ST_StartPoint(r.geom)) AS lat,
           ST_X(ST_EndPoint(r.geom)) AS far_lon, ST_Y(ST_EndPoint(r.geom)) AS far_lat,
           {LAST_SEEN} AS seen
    FROM grid_version v JOIN road r ON ST_Intersects(v.geom, r.geom)
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:now AS timestamptz)
      AND r.highway <> ALL(CAST(:not_walked AS text[]))
      AND ST_Covers(v.geom, ST_LineInterpolatePoint(r.geom, 0.5))
    ORDER BY r.id
""")

# indexes: ix_errand_open_grid_id, ix_patrol_event_stop_key
_ERRANDS = text(f"""
    SELECT * FROM (
        SELECT o.id, o.kind, o.label, o.minutes, o.rhythm, o.due_at, o.household_id, ST_X(o.point) AS lon,
               ST_Y(o.point) AS lat, {_PUT_OFF.format(key="o.kind || ':' || o.id")} AS put_off,
               (SELECT max(p.at) FROM patrol_event p
                WHERE p.stop_key = o.kind || ':' || o.id AND p.kind = 'done') AS seen
        FROM errand o
        WHERE o.done_at IS NULL AND o.grid_id = ANY(:grids)) found
    WHERE put_off IS NULL OR put_off <= :by
    ORDER BY due_at NULLS LAST, id LIMIT :most
""")


@dataclass(frozen=True)
class _Asked:
    """One question: where, for whom, now, due by when, by what means, by which rhythms, how many of each kind."""

    grids: list[int]
    members: list[int]
    now: datetime
    by: datetime
    zone: ZoneInfo
    means: str
    rhythms: tuple[Rhythm, ...]
    most: dict[str, int]

    def values(self, kind: str) -> dict[str, Any]:
        return {
            "grids": self.grids,
            "members": self.members,
            "now": self.now,
            "by": self.by,
            "most": self.most[kind],
        }

    def every(self, what: str, marks: Iterable[str]) -> float | None:
        return days_between(what, marks, self.now.astimezone(self.zone).date(), self.rhythms)


def due_stops(
    session: Session, grid_ids: Iterable[int], member_ids: Iterable[int], now: datetime, *,
    until: datetime, zone: ZoneInfo, means: str = "foot",
) -> list[Stop]:  # fmt: skip
    """Give what is due in some grids for some members until a time of today, the most urgent of each kind.

    Hours are seconds of the day in `zone`.
    """
    things = due_today(session, grid_ids, member_ids, now, until=until, zone=zone, means=means)
    return [one.stop for one in things]


def due_today(
    session: Session, grid_ids: Iterable[int], member_ids: Iterable[int], now: datetime, *,
    until: datetime, zone: ZoneInfo, means: str = "foot", keys: Collection[str] | None = None,
    by: datetime | None = None, held: Collection[str] = (),
) -> list[Thing]:  # fmt: skip
    """Give what is due today, without the places that other rounds have.

    With `keys` it gives these alone as far as they are due by `by`, and what must be done today.
    """
    whole = keys is not None or bool(held)
    most = {kind: 100 * count for kind, count in MOST.items()} if whole else MOST
    things = due_things(
        session, grid_ids, member_ids, now, by=by or now, until=until, zone=zone, means=means, most=most
    )
    free = [one for one in things if one.place not in held]
    if keys is None:
        return first_of_each(free)
    return [one for one in free if one.stop.key in keys or one.stop.worth_s >= MUST_S]


def first_of_each(things: Iterable[Thing]) -> list[Thing]:
    """Give as many of each kind as a day's round looks at, the first ones."""
    found: list[Thing] = []
    many: dict[str, int] = {}
    for one in things:
        kind = one.stop.kind if one.stop.kind in MOST else "errand"
        many[kind] = many.get(kind, 0) + 1
        # a wide road is two stops, one for each side
        if many[kind] <= MOST[kind] * (2 if kind == "section" else 1):
            found.append(one)
    return found


def due_things(
    session: Session, grid_ids: Iterable[int], member_ids: Iterable[int], now: datetime, *,
    by: datetime, until: datetime, zone: ZoneInfo, means: str = "foot", most: dict[str, int] = MOST,
) -> list[Thing]:  # fmt: skip
    """Give what falls due in some grids by an instant; what has its deadline before `until` must be done.

    Hours of the stops are those of the day of `now`.
    """
    asked = _Asked(sorted(grid_ids), sorted(member_ids), now, by, zone, means, town_rhythms(session), most)
    return [
        *_cases(session, asked, until),
        *_households(session, asked),
        *_sections(session, asked),
        *_errands(session, asked, until),
    ]


def households_due(session: Session, grid_ids: Iterable[int], now: datetime, *, zone: ZoneInfo) -> list[Stop]:
    """Give the households of some grids that are due by their rhythm, the most urgent first."""
    asked = _Asked(sorted(grid_ids), [], now, now, zone, "foot", town_rhythms(session), MOST)
    return [one.stop for one in _households(session, asked)]


def _cases(session: Session, asked: _Asked, until: datetime) -> Iterator[Thing]:
    for row in session.execute(_CASES, asked.values("case")):
        must = row.due_at is not None and row.due_at <= until
        worth = MUST_S if must else WORTH_S["case"]
        key = f"case:{row.id}"
        stop = Stop(key, "case", (row.lon, row.lat), worth, STAY_S["case"], row.place_label or row.number)
        yield Thing(stop, key, since=row.put_off, until=row.due_at)


def _households(session: Session, asked: _Asked) -> Iterator[Thing]:
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
            f"visit:{row.id}", "visit", (row.lon, row.lat), _worth("visit", _missed(row.last, row.days, asked.now)),
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


def _missed(last: datetime | None, days: float, now: datetime) -> float:
    return overdue(None if last is None else (now - last) / timedelta(days=1), days)


def _worth(kind: str, missed: float) -> int:
    return round(WORTH_S[kind] * min(max(missed, 0.5), MOST_MISSED))


def _sections(session: Session, asked: _Asked) -> Iterator[Thing]:
    rated = []
    for row in session.execute(_SECTIONS, asked.values("section") | {"not_walked": sorted(NOT_WALKED)}):
        days = asked.every("section", {row.highway} | ({"bridge"} if row.bridge else set()))
        if days is not None and _missed(row.seen, days, asked.by) >= 1:
            rated.append((-_missed(row.seen, days, asked.now), row.id, days, row))
    for missed, _id, days, row in sorted(rated, key=lambda one: one[:2])[: asked.most["section"]]:
        along = looking_s(row.length_m, asked.means)
        worth = round(SECTION_WORTH * along * min(max(-missed, 0.5), MOST_MISSED)) + 60
        for side in ("", ":other") if row.highway in WIDE else ("",):
            stop = Stop(
                f"section:{row.id}{side}", "section", (row.lon, row.lat), worth,
                label=row.name, far_end=(row.far_lon, row.far_lat), along_s=along,
            )  # fmt: skip
            yield Thing(stop, stop.key, days, row.seen)


def _errands(session: Session, asked: _Asked, until: datetime) -> Iterator[Thing]:
    for row in session.execute(_ERRANDS, asked.values("errand")):
        days = asked.every("checkpoint", row.rhythm.split()) if row.rhythm else None
        if days is not None and _missed(row.seen, days, asked.by) < 1:
            continue
        missed = 1.0 if days is None else _missed(row.seen, days, asked.now)
        must = row.due_at is not None and row.due_at <= until
        worth = MUST_S if must else _worth(row.kind, missed)
        key = f"{row.kind}:{row.id}"
        stop = Stop(key, row.kind, (row.lon, row.lat), worth, row.minutes * 60, row.label)
        place = key if row.household_id is None else f"door:{row.household_id}"
        yield Thing(stop, place, days, row.seen, row.put_off, row.due_at)
