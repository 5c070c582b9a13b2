"""Blind spots: which sections nobody has seen within a window, in a member's grids, a community or a town.

Before: `last_seen`. After: the page of blind spots. A section counts as seen when somebody walked it;
a share is of length, with its parts. Nobody is ranked: it is a list of ways, not of people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.last_seen import LAST_SEEN

MOST = 3000

# indexes: ex_grid_version_valid, ix_road_geom; on a shared line the smaller code has it
_SECTIONS = text(f"""
    SELECT * FROM (SELECT DISTINCT ON (r.id) r.id, r.name, r.highway, v.name AS grid,
           ST_Length(r.geom::geography) AS length_m,
           ST_AsGeoJSON(r.geom, 6) AS geom,
           {LAST_SEEN} AS seen
    FROM grid_version v JOIN grid g ON g.id = v.grid_id JOIN road r ON ST_Intersects(v.geom, r.geom)
    WHERE v.grid_id = ANY(:grids) AND v.valid @> CAST(:now AS timestamptz)
      AND ST_Covers(v.geom, ST_LineInterpolatePoint(r.geom, 0.5))
    ORDER BY r.id, g.code) section
    ORDER BY seen NULLS FIRST, length_m DESC, id LIMIT :most
""")


@dataclass(frozen=True)
class Section:
    """One section with the day it was last seen; `line` is GeoJSON in degrees."""

    road_id: int
    name: str
    highway: str
    grid: str
    length_m: float
    line: dict[str, Any]
    seen_at: datetime | None
    days: int | None

    def is_blind(self, window_days: int) -> bool:
        """Say whether nobody saw it within a window."""
        return self.days is None or self.days >= window_days


@dataclass(frozen=True)
class Blind:
    """The sections of some grids; `seen_m` of `length_m` were seen within the window."""

    sections: list[Section]
    window_days: int

    @property
    def blind(self) -> list[Section]:
        """Give the sections that nobody saw."""
        return [one for one in self.sections if one.is_blind(self.window_days)]

    @property
    def length_m(self) -> float:
        """Give the length of all sections."""
        return sum(one.length_m for one in self.sections)

    @property
    def seen_m(self) -> float:
        """Give the length that was seen."""
        return self.length_m - sum(one.length_m for one in self.blind)


def sections_seen(session: Session, grid_ids: Iterable[int], now: datetime, *, window_days: int = 7) -> Blind:
    """Give the sections of some grids, those longest unseen first."""
    rows = session.execute(_SECTIONS, {"grids": sorted(grid_ids), "now": now, "most": MOST})
    return Blind([_section(row, now) for row in rows], window_days)


def _section(row: Any, now: datetime) -> Section:
    days = None if row.seen is None else (now - row.seen) // timedelta(days=1)
    return Section(
        row.id, row.name, row.highway, row.grid, float(row.length_m), json.loads(row.geom), row.seen, days
    )
