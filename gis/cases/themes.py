"""Cases counted for coloured maps: by grid at several instants or in several spans, and by square of ground.

Before: `cases.models`. After: `webmap.maps`. A case counts with the grid it stands with; no words, numbers or doors of
cases are read. Squares are named by their column and row from 0° east, 0° north.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.map_queries import WORST_FIRST
from gis.cases.queries import SOON
from gis.cases.states import State

# index: ix_case_reported_at; closed at the instant itself counts as open until then
_OPEN_AT = text("""
    SELECT i.number - 1, c.grid_id, count(*),
           sum(floor(extract(epoch FROM i.at - c.reported_at) / 86400))
    FROM unnest(CAST(:at AS timestamptz[])) WITH ORDINALITY AS i(at, number)
    JOIN "case" c ON c.reported_at < i.at AND (c.closed_at IS NULL OR c.closed_at >= i.at)
    WHERE c.grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY 1, 2
""")

# index: ix_case_reported_at
_REPORTED = text("""
    SELECT i.number - 1, c.grid_id, count(*)
    FROM unnest(CAST(:firsts AS timestamptz[]), CAST(:lasts AS timestamptz[]))
         WITH ORDINALITY AS i(first, last, number)
    JOIN "case" c ON c.reported_at >= i.first AND c.reported_at < i.last
    WHERE c.grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY 1, 2
""")

# index: ix_case_reported_at
_BY_HOUR = text("""
    SELECT CAST(date_part('hour', reported_at AT TIME ZONE :zone) AS int),
           CAST(floor(ST_X(point) / :across_deg) AS int), CAST(floor(ST_Y(point) / :down_deg) AS int), count(*)
    FROM "case" WHERE reported_at >= :first AND reported_at < :last AND point IS NOT NULL
      AND grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")

# index: ix_case_open_grid_id
_OPEN_SQUARES = text("""
    SELECT CAST(floor(ST_X(point) / :across_deg) AS int), CAST(floor(ST_Y(point) / :down_deg) AS int), count(*),
           min(array_position(CAST(:states AS text[]), state)) - 1,
           count(*) FILTER (WHERE due_at < :now), count(*) FILTER (WHERE due_at >= :now AND due_at < :soon)
    FROM "case" WHERE closed_at IS NULL AND point IS NOT NULL AND grid_id = ANY(CAST(:grid_ids AS bigint[]))
    GROUP BY 1, 2 ORDER BY 1, 2
""")

# index: ix_case_open_grid_id
_OPEN_NOW = text("""
    SELECT grid_id, count(*), count(*) FILTER (WHERE due_at < :now) FROM "case"
    WHERE closed_at IS NULL AND grid_id = ANY(CAST(:grid_ids AS bigint[])) GROUP BY grid_id
""")


@dataclass(frozen=True)
class OpenAt:
    """Cases of a grid that were open at an instant, and the whole days since each was reported, summed."""

    cases: int
    days: int


@dataclass(frozen=True)
class Cell:
    """The squares: their sides in degrees of longitude and latitude."""

    across_deg: float
    down_deg: float

    def middle(self, column: int, row: int) -> tuple[float, float]:
        """Give the longitude and latitude of a square's middle."""
        return round((column + 0.5) * self.across_deg, 5), round((row + 0.5) * self.down_deg, 5)


@dataclass(frozen=True)
class OpenSquare:
    """Open cases in a square: how many, the state furthest from its end, how many are late and soon late."""

    column: int
    row: int
    count: int
    state: State
    late: int
    soon: int


def open_at(
    session: Session, grid_ids: Collection[int], instants: Sequence[datetime]
) -> dict[tuple[int, int], OpenAt]:
    """Count the open cases at each of some instants; by (number of the instant, grid), a pair without any is absent."""
    rows = session.execute(_OPEN_AT, {"at": list(instants), "grid_ids": sorted(grid_ids)})
    return {(row[0], row[1]): OpenAt(row[2], int(row[3])) for row in rows}


def reported_in(
    session: Session, grid_ids: Collection[int], spans: Sequence[tuple[datetime, datetime]]
) -> dict[tuple[int, int], int]:
    """Count the cases reported from the first instant of each span on and before its last, by (span, grid)."""
    firsts, lasts = [first for first, _ in spans], [last for _, last in spans]
    rows = session.execute(_REPORTED, {"firsts": firsts, "lasts": lasts, "grid_ids": sorted(grid_ids)})
    return {(row[0], row[1]): row[2] for row in rows}


def by_hour(
    session: Session, grid_ids: Collection[int], span: tuple[datetime, datetime], cell: Cell, zone: str
) -> list[tuple[int, int, int, int]]:
    """Count the cases reported in a span by (hour of the day 0-23 in a time zone, column, row, count)."""
    rows = session.execute(
        _BY_HOUR,
        {"first": span[0], "last": span[1], "grid_ids": sorted(grid_ids), "zone": zone}
        | {"across_deg": cell.across_deg, "down_deg": cell.down_deg},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def open_squares(session: Session, grid_ids: Collection[int], cell: Cell, now: datetime) -> list[OpenSquare]:
    """Give the squares that hold open cases of some grids."""
    rows = session.execute(
        _OPEN_SQUARES,
        {"grid_ids": sorted(grid_ids), "now": now, "soon": now + SOON, "states": list(WORST_FIRST)}
        | {"across_deg": cell.across_deg, "down_deg": cell.down_deg},
    )
    return [OpenSquare(row[0], row[1], row[2], WORST_FIRST[row[3]], row[4], row[5]) for row in rows]


def open_now(session: Session, grid_ids: Collection[int], now: datetime) -> dict[int, tuple[int, int]]:
    """Count the open and the late cases of each of some grids; a grid without any is absent."""
    rows = session.execute(_OPEN_NOW, {"grid_ids": sorted(grid_ids), "now": now})
    return {row[0]: (row[1], row[2]) for row in rows}
