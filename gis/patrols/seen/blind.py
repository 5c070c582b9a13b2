"""What was seen of the ground within a window and what nobody has seen: `patrolled_share` and blind spots, one reading.

Before: `last_seen`, `seen`. After: the page of blind spots, for a member's grid, a community or a town. Streets and
plots are counted, not people and not kilometres walked: there is nothing here about who was where.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.network.ways import NOT_WALKED
from gis.patrols.seen.last_seen import LAST_SEEN

NEAR_DEG = 0.0003
"""A plot was seen from a stretch of street so near, about 30 m."""
BLIND_BELOW = 0.5
"""A section of which a smaller share was seen is a blind spot."""

# on a shared line the grid with the smaller code has the section
_STREETS = """
    SELECT DISTINCT ON (r.id) r.id, r.code, r.name, r.highway, r.geom, v.name AS grid,
           ST_Length(r.geom::geography) AS length_m
    FROM grid_version v JOIN grid g ON g.id = v.grid_id JOIN road r ON ST_Intersects(v.geom, r.geom)
    WHERE v.grid_id = ANY(CAST(:grids AS bigint[])) AND v.valid @> CAST(:now AS timestamptz)
      AND r.highway <> ALL(CAST(:not_walked AS text[])) AND ST_Length(r.geom) > 0
      AND ST_Covers(v.geom, ST_LineInterpolatePoint(r.geom, 0.5))
    ORDER BY r.id, g.code"""

# Stretches walked, and whole sections that were ticked on a round; metres from the section's beginning.
_PIECES = """
    SELECT s.id, s.geom, s.length_m, x.from_m, least(x.to_m, s.length_m) AS to_m
    FROM street s JOIN section_seen x ON x.road_id = s.id
    WHERE x.seen_at > :first AND x.seen_at <= :now AND x.from_m < s.length_m
    UNION ALL
    SELECT s.id, s.geom, s.length_m, 0, s.length_m
    FROM street s JOIN patrol_event e ON e.stop_key = 'section:' || s.id
    WHERE e.kind = 'done' AND e.at > :first AND e.at <= :now"""

# indexes: ex_grid_version_valid, ix_road_geom, ix_section_seen_road_id_seen_at, ix_patrol_event_stop_key
_SECTIONS = text(f"""
    WITH street AS MATERIALIZED ({_STREETS}), piece AS ({_PIECES}),
    seen AS (SELECT id, (SELECT sum(upper(part) - lower(part)) FROM unnest(parts) part) AS seen_m
             FROM (SELECT id, range_agg(numrange(CAST(from_m AS numeric), CAST(to_m AS numeric))) AS parts
                   FROM piece GROUP BY id) joined)
    SELECT r.id, r.code, r.name, r.highway, r.grid, r.length_m, ST_AsGeoJSON(r.geom, 6) AS geom,
           coalesce(seen.seen_m, 0) AS seen_m, {LAST_SEEN} AS last
    FROM street r LEFT JOIN seen ON seen.id = r.id
    ORDER BY last NULLS FIRST, r.length_m DESC, r.id
""")

# indexes: as above, ix_building_geom, ix_building_grid_id
_PLOTS = text(f"""
    WITH street AS MATERIALIZED ({_STREETS}), piece AS ({_PIECES}),
    stretch AS MATERIALIZED (
        SELECT ST_LineSubstring(geom, from_m / length_m, to_m / length_m) AS geom FROM piece WHERE from_m < to_m)
    SELECT (SELECT count(*) FROM building WHERE grid_id = ANY(CAST(:grids AS bigint[]))) AS plots,
           (SELECT count(DISTINCT b.id) FROM stretch s JOIN building b ON ST_DWithin(s.geom, b.geom, :near)
            WHERE b.grid_id = ANY(CAST(:grids AS bigint[]))) AS seen
""")


@dataclass(frozen=True)
class Section:
    """One section: what of it was seen in the window, and the whole days since it was last seen at all.

    `line` is GeoJSON in degrees; `days` is None where it never was.
    """

    road_id: int
    code: str
    name: str
    highway: str
    grid: str
    length_m: float
    seen_m: float
    line: dict[str, Any]
    seen_at: datetime | None
    days: int | None

    @property
    def is_blind(self) -> bool:
        """Say whether less than half of it was seen in the window."""
        return self.seen_m < BLIND_BELOW * self.length_m


@dataclass(frozen=True)
class PatrolledShare:
    """巡查覆盖率 with its parts: metres of street and plots seen in a window, of all."""

    seen_m: float
    length_m: float
    plots_seen: int
    plots: int

    @property
    def of_length(self) -> float | None:
        """Share of street length; None where there is no street."""
        return self.seen_m / self.length_m if self.length_m else None

    @property
    def of_plots(self) -> float | None:
        """Share of plots; None where there is none."""
        return self.plots_seen / self.plots if self.plots else None


def sections_seen(
    session: Session, grid_ids: Iterable[int], now: datetime, *, window_days: int = 7
) -> list[Section]:
    """Give the sections of some grids with what was seen in the days up to now, those longest unseen first."""
    return [_section(row, now) for row in session.execute(_SECTIONS, _given(grid_ids, now, window_days))]


def patrolled_share(
    session: Session,
    grid_ids: Iterable[int],
    now: datetime,
    sections: Iterable[Section],
    *,
    window_days: int = 7,
) -> PatrolledShare:
    """Give the shares of street length and of plots seen, of sections that were read for the same grids and days.

    A plot is a building's ground; it was seen where a stretch within about 30 m was.
    """
    plots, seen = session.execute(
        _PLOTS, _given(grid_ids, now, window_days) | {"near": NEAR_DEG}
    ).one()  # fmt: skip
    read = list(sections)
    return PatrolledShare(sum(one.seen_m for one in read), sum(one.length_m for one in read), seen, plots)


def _given(grid_ids: Iterable[int], now: datetime, window_days: int) -> dict[str, Any]:
    return {
        "grids": sorted(grid_ids), "now": now, "first": now - timedelta(days=window_days),
        "not_walked": sorted(NOT_WALKED),
    }  # fmt: skip


def _section(row: Any, now: datetime) -> Section:
    days = None if row.last is None else (now - row.last) // timedelta(days=1)
    seen_m = min(float(row.seen_m), row.length_m)
    return Section(
        row.id, row.code, row.name, row.highway, row.grid, row.length_m, seen_m, json.loads(row.geom),
        row.last, days,
    )  # fmt: skip
