"""The gazetteer's own rows: names made from compounds, buildings, roads and communities.

Before: loads. After: `places.indexing`, the geocoder. Rows that people brought (points of interest, nicknames, house
numbers) are left alone; a name whose origin is gone is ended, not deleted, since cases may point to it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loading.kind import Say, silent
from gis.places.indexing import catch_up

SOURCE = "tables"
"""`place.source` of the rows made here."""

_NAMES = """
    SELECT 'compound:' || c.code AS code, 'compound' AS kind, c.name, c.address, c.aliases,
           ST_PointOnSurface(coalesce(c.geom, (SELECT ST_ConvexHull(ST_Collect(b.geom)) FROM building b
                                               WHERE b.compound_id = c.id))) AS point,
           NULL::bigint AS building_id, c.id AS compound_id
    FROM compound c
    UNION ALL
    SELECT 'building:' || b.code, 'building', coalesce(c.name, '') || coalesce(nullif(b.name, ''), ''),
           b.road || CASE WHEN b.house_number ~ '^[0-9A-Za-z-]+$' THEN b.house_number || '号' ELSE b.house_number END,
           '{}', ST_PointOnSurface(b.geom), b.id, b.compound_id
    FROM building b LEFT JOIN compound c ON c.id = b.compound_id
    WHERE b.name <> '' OR (b.road <> '' AND b.house_number <> '')
    UNION ALL
    SELECT 'road:' || r.name, 'road', r.name, '', '{}',
           ST_ClosestPoint(ST_Collect(r.geom), ST_Centroid(ST_Collect(r.geom))), NULL, NULL
    FROM road r WHERE r.name <> '' GROUP BY r.name
    UNION ALL
    SELECT 'community:' || a.code, 'community', v.name, '', '{}', ST_PointOnSurface(v.geom), NULL, NULL
    FROM area a JOIN area_version v ON v.area_id = a.id AND v.valid @> CAST(:at AS timestamptz)
    WHERE a.level = 'community' AND v.geom IS NOT NULL"""

_COMPARED = "kind, name, address, aliases, point, building_id, compound_id"
_MAKE = text(f"CREATE TEMPORARY TABLE names ON COMMIT DROP AS {_NAMES}")
_MERGE = text(f"""
    INSERT INTO place (code, {_COMPARED}, source, since)
    SELECT code, {_COMPARED}, '{SOURCE}', CAST(:at AS timestamptz) FROM names WHERE point IS NOT NULL
    ON CONFLICT (code) DO UPDATE
    SET ({_COMPARED}, ended_at) = ROW({", ".join(f"excluded.{name}" for name in _COMPARED.split(", "))}, NULL)
    WHERE ROW({", ".join(f"place.{name}" for name in _COMPARED.split(", "))}) IS DISTINCT FROM
          ROW({", ".join(f"excluded.{name}" for name in _COMPARED.split(", "))}) OR place.ended_at IS NOT NULL""")
_END = text(f"""
    UPDATE place p SET ended_at = :at
    WHERE p.source = '{SOURCE}' AND p.ended_at IS NULL
      AND NOT EXISTS (SELECT FROM names n WHERE n.code = p.code AND n.point IS NOT NULL)""")


def refresh(session: Session, at: datetime, say: Say = silent) -> int:
    """Bring the gazetteer's own rows in step with the tables, and its index in step with its rows.

    Parameters
    ----------
    session : Session
        In the caller's transaction.
    at : datetime
        Today, aware.
    say : callable
        Told how far the index is.

    Returns
    -------
    int
        How many rows are new, changed or ended; 0 when everything was in step.
    """
    connection = session.connection()
    connection.execute(text("DROP TABLE IF EXISTS names"))
    connection.execute(_MAKE, {"at": at})
    merged = connection.execute(_MERGE, {"at": at}).rowcount
    ended = connection.execute(_END, {"at": at}).rowcount
    catch_up(session, say)
    return merged + ended
