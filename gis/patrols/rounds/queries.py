"""Rounds and visits, asked for: one's rounds of a day, where they go on the map, when households were last called on.

Before: `patrols.models`, `staff.scope`. After: the pages of rounds, `webmap.layers.views`. Only rounds of staff; nobody
else's way is kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.patrols.models import Patrol
from gis.patrols.rounds.shift import midnight_of
from gis.staff.scope import Scope

# index: ix_patrol_starts_at; done up to the last stop that was seen
_ROUNDS = text("""
    SELECT p.code, p.grid_id, p.state, p.starts_at, p.ends_at, m.name AS member, v.name AS grid, p.stops,
           ST_AsGeoJSON(p.route, 6) AS route,
           CASE p.state WHEN 'done' THEN 1 WHEN 'planned' THEN 0 ELSE coalesce((
               SELECT max(ST_LineLocatePoint(p.route, ST_SetSRID(
                          ST_MakePoint((stop->>'lon')::float, (stop->>'lat')::float), 4490)))
               FROM jsonb_array_elements(p.stops) stop WHERE (stop->>'done')::boolean), 0) END AS done_share
    FROM patrol p JOIN member m ON m.id = p.member_id
    LEFT JOIN grid_version v ON v.grid_id = p.grid_id AND v.valid @> p.starts_at
    WHERE p.starts_at >= :first AND p.starts_at < :last AND p.grid_id = ANY(CAST(:grid_ids AS bigint[]))
    ORDER BY p.starts_at, p.code
""")

# indexes: ix_household_grid_id, ix_visit_household_id_at
_VISITS = text("""
    SELECT h.grid_id, count(*), count(last.at),
           coalesce(sum(floor(extract(epoch FROM CAST(:now AS timestamptz) - last.at) / 86400)), 0)
    FROM household h
    LEFT JOIN (SELECT household_id, max(at) AS at FROM visit WHERE at <= :now GROUP BY household_id) last
           ON last.household_id = h.id
    WHERE h.grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY h.grid_id
""")


@dataclass(frozen=True)
class Round:
    """One round as the map draws it.

    `route` is a GeoJSON LineString in EPSG:4490 degrees; `done_share` the part of it, 0 to 1, that is behind.
    """

    code: str
    grid_id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    member: str
    grid: str
    stops: list[dict[str, Any]]
    route: dict[str, Any]
    done_share: float


@dataclass(frozen=True)
class Visited:
    """How long ago a grid's households were called on: whole days since each one's last visit, summed."""

    households: int
    visited: int
    days: int


def round_of(session: Session, scope: Scope, patrol_id: int, *, lock: bool = False) -> Patrol:
    """Give a round of the person's grids; a member sees their own only.

    Raises
    ------
    NotFoundError
    """
    query = select(Patrol).where(Patrol.id == patrol_id, scope.over_grid(Patrol.grid_id))
    if scope.member_id is not None:
        query = query.where(Patrol.member_id == scope.member_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFoundError("没有这趟巡查，或不是您的。 There is no such round, or it is not yours.")
    return row


def rounds_of_day(session: Session, scope: Scope, now: datetime, zone: ZoneInfo) -> list[Patrol]:
    """Give the rounds of a day: a member's own, or those of the person's grids."""
    midnight = midnight_of(now, zone)
    # indexes: ix_patrol_member_id_starts_at, ix_patrol_starts_at
    query = select(Patrol).where(
        Patrol.starts_at >= midnight,
        Patrol.starts_at < midnight + timedelta(days=1),
        scope.over_grid(Patrol.grid_id),
    )
    if scope.member_id is not None:
        query = query.where(Patrol.member_id == scope.member_id)
    return list(session.scalars(query.order_by(Patrol.starts_at, Patrol.id)))


def rounds_between(session: Session, scope: Scope, first: datetime, last: datetime) -> list[Round]:
    """Give the rounds of a person's grids that start from `first` on and before `last`."""
    rows = session.execute(_ROUNDS, {"first": first, "last": last, "grid_ids": sorted(scope.grid_ids)})
    return [_round(row) for row in rows]


def _round(row: Any) -> Round:
    return Round(
        code=row.code,
        grid_id=row.grid_id,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        member=row.member,
        grid=row.grid or "",
        stops=row.stops,
        route=json.loads(row.route),
        done_share=float(row.done_share),
    )


def visited_by_grid(session: Session, grid_ids: Collection[int], now: datetime) -> dict[int, Visited]:
    """Give for each of some grids its households, those ever visited, and the days since their last visits."""
    rows = session.execute(_VISITS, {"grid_ids": sorted(grid_ids), "now": now})
    return {row[0]: Visited(row[1], row[2], int(row[3])) for row in rows}
