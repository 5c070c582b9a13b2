"""What was seen of the ground and what nobody has seen: shares with their parts, days since, a list and a map.

Before: `patrols.seen`. After: pages for a member's grid, a community, a town. Streets are counted, not people and not
kilometres walked: there is nothing here about who was where.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.network.ways import NOT_WALKED

NEAR_DEG = 0.0003
"""A plot was seen from a stretch of street so near, about 30 m."""

# A street belongs to a grid where at least half of it runs in it or along its line.
_STREETS = """
    SELECT DISTINCT r.id, r.code, r.name, r.highway, r.geom, ST_Length(CAST(r.geom AS geography)) AS length_m
    FROM grid_version v JOIN road r ON ST_Intersects(v.geom, r.geom)
    WHERE v.grid_id = ANY(CAST(:grid_ids AS bigint[])) AND v.valid @> CAST(:last AS timestamptz)
      AND r.highway <> ALL(CAST(:not_walked AS text[])) AND ST_Length(r.geom) > 0
      AND ST_Length(ST_Intersection(v.geom, r.geom)) >= 0.5 * ST_Length(r.geom)"""

# indexes: ex_grid_version_valid, ix_road_geom, ix_section_seen_road_id_seen_at
_SEEN = text(f"""
    WITH street AS MATERIALIZED ({_STREETS})
    SELECT s.id, s.code, s.name, s.highway, s.length_m, ST_AsGeoJSON(s.geom, 6) AS shape, ever.last_seen,
           coalesce(part.seen_m, 0) AS seen_m
    FROM street s
    LEFT JOIN LATERAL (SELECT max(x.seen_at) AS last_seen FROM section_seen x
                       WHERE x.road_id = s.id AND x.seen_at < :last) ever ON true
    LEFT JOIN LATERAL (
        SELECT sum(upper(piece) - lower(piece)) AS seen_m
        FROM (SELECT unnest(range_agg(numrange(CAST(x.from_m AS numeric),
                                               CAST(least(x.to_m, s.length_m) AS numeric)))) AS piece
              FROM section_seen x
              WHERE x.road_id = s.id AND x.seen_at >= :first AND x.seen_at < :last
                AND x.from_m < s.length_m) joined) part ON true
    ORDER BY ever.last_seen NULLS FIRST, s.code
""")

# indexes: ex_grid_version_valid, ix_road_geom, ix_section_seen_road_id_seen_at, ix_building_geom
_PLOTS = text(f"""
    WITH street AS MATERIALIZED ({_STREETS}),
    stretch AS MATERIALIZED (
        SELECT ST_LineSubstring(s.geom, least(x.from_m / s.length_m, 1), least(x.to_m / s.length_m, 1)) AS geom
        FROM street s JOIN section_seen x ON x.road_id = s.id
        WHERE x.seen_at >= :first AND x.seen_at < :last)
    SELECT count(*), count(*) FILTER (WHERE EXISTS (
               SELECT FROM stretch WHERE ST_DWithin(stretch.geom, b.geom, :near)))
    FROM building b WHERE b.grid_id = ANY(CAST(:grid_ids AS bigint[]))
""")


@dataclass(frozen=True)
class Street:
    """One street: its length, what of it was seen in the window, and when it was last seen at all."""

    road_id: int
    code: str
    name: str
    highway: str
    length_m: float
    seen_m: float
    last_seen: datetime | None
    shape: dict[str, Any]

    def days_since(self, now: datetime) -> int | None:
        """Give the whole days since it was last seen, None where it never was."""
        return None if self.last_seen is None else max(0, (now - self.last_seen).days)


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


def streets_of(session: Session, grid_ids: Collection[int], first: datetime, last: datetime) -> list[Street]:
    """Give the streets of some grids with what was seen from `first` on and before `last`, the longest unseen first."""
    return [
        Street(
            row.id, row.code, row.name, row.highway, row.length_m, min(float(row.seen_m), row.length_m),
            row.last_seen, json.loads(row.shape),
        )
        for row in session.execute(_SEEN, _given(grid_ids, first, last))
    ]  # fmt: skip


def patrolled_share(
    session: Session, grid_ids: Collection[int], first: datetime, last: datetime
) -> PatrolledShare:
    """Give the share of street length and of plots seen in a window.

    A plot is a building's ground; it was seen where a stretch within about 30 m was.
    """
    streets = streets_of(session, grid_ids, first, last)
    plots, seen = session.execute(_PLOTS, _given(grid_ids, first, last) | {"near": NEAR_DEG}).one()
    return PatrolledShare(
        sum(street.seen_m for street in streets), sum(street.length_m for street in streets), seen, plots
    )


def blind_spots(session: Session, grid_ids: Collection[int], first: datetime, last: datetime) -> list[Street]:
    """Give the streets of which less than half was seen in a window, the longest unseen first."""
    return [
        street for street in streets_of(session, grid_ids, first, last) if street.seen_m < street.length_m / 2
    ]


def seen_map(streets: list[Street], now: datetime) -> dict[str, Any]:
    """Give streets as GeoJSON for the map: `days` since last seen (null: never) and `seen_share` in the window."""
    made = [
        {
            "type": "Feature",
            "geometry": street.shape,
            "properties": {
                "code": street.code,
                "name": street.name,
                "days": street.days_since(now),
                "seen_share": round(street.seen_m / street.length_m, 3),
                "length_m": round(street.length_m),
            },
        }
        for street in streets
    ]
    return {"type": "FeatureCollection", "features": made}


def _given(grid_ids: Collection[int], first: datetime, last: datetime) -> dict[str, Any]:
    return {"grid_ids": sorted(grid_ids), "first": first, "last": last, "not_walked": sorted(NOT_WALKED)}
