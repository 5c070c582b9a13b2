"""Which grids lie at many points at once; on a shared line the smaller code, as for one point.

Before: `grids.queries` answers for one. After: the choice of places when an address may mean several.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.grids.queries import GridHere

# index: ix_grid_version_geom_valid
_GRIDS_AT = text("""
    SELECT asked.number, here.*
    FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS asked (lon, lat, number),
         LATERAL (
        SELECT v.grid_id, g.code, v.name, v.community_id FROM grid_version v JOIN grid g ON g.id = v.grid_id
        WHERE ST_Covers(v.geom, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4490))
          AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
        ORDER BY g.code LIMIT 1) here
""")


def grids_at(session: Session, points: Sequence[tuple[float, float]], at: datetime) -> list[GridHere | None]:
    """Give the grid at each point (longitude, latitude in EPSG:4490 degrees), None where none lies, in their order."""
    given = {"lons": [lon for lon, _ in points], "lats": [lat for _, lat in points], "at": at}
    found = {row[0]: GridHere(*row[1:]) for row in session.execute(_GRIDS_AT, given)}
    return [found.get(number) for number in range(1, len(points) + 1)]
