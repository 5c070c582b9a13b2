"""Sections of road that are due in some grids, by their class and when they were last seen.

Before: `things`, `seen.last_seen`. After: `due`. A wide road is two stops, one for each side.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.network.ways import NOT_WALKED
from gis.patrols.pack.problem import Stop
from gis.patrols.rounds.things import MOST_MISSED, Asked, Thing, missed
from gis.patrols.rounds.walking import looking_s
from gis.patrols.seen.last_seen import LAST_SEEN

SECTION_WORTH = 3.0
"""The same for a section, in lengths of its own walk."""
WIDE = {"trunk", "primary", "secondary"}
"""Roads so wide that each side is to be walked."""

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


def sections(session: Session, asked: Asked) -> Iterator[Thing]:
    """Give the sections that are due, the longest unseen first."""
    rated = []
    for row in session.execute(_SECTIONS, asked.values("section") | {"not_walked": sorted(NOT_WALKED)}):
        days = asked.every("section", {row.highway} | ({"bridge"} if row.bridge else set()))
        if days is not None and missed(row.seen, days, asked.by) >= 1:
            rated.append((-missed(row.seen, days, asked.now), row.id, days, row))
    for less, _id, days, row in sorted(rated, key=lambda one: one[:2])[: asked.most["section"]]:
        along = looking_s(row.length_m, asked.means)
        worth = round(SECTION_WORTH * along * min(max(-less, 0.5), MOST_MISSED)) + 60
        for side in ("", ":other") if row.highway in WIDE else ("",):
            stop = Stop(
                f"section:{row.id}{side}", "section", (row.lon, row.lat), worth,
                label=row.name, far_end=(row.far_lon, row.far_lat), along_s=along,
            )  # fmt: skip
            yield Thing(stop, stop.key, days, row.seen)
