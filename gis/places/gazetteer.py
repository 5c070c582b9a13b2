"""The gazetteer's own rows: names made from the tables of what stands on the ground.

Before: loads of compounds, buildings, roads and communities. After: `places.indexing`, the geocoder. Rows that people
brought (points of interest, nicknames, house numbers) are left alone; a name whose origin is gone is ended, not
deleted, since cases may point to it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loading.kind import Say, silent
from gis.places.indexing import catch_up

SOURCE = "tables"
"""`place.source` of the rows made here."""

ONE_CROSSING_M = 60
"""Two roads that touch several times within so many metres cross once."""
_UNSAID = "('track', 'footway', 'path', 'steps', 'cycleway')"
_METRES_A_DEGREE = 111_195

# A road that passes over another on a bridge does not cross it, unless they end at each other.
_TOUCHING = f"""
    SELECT a.name AS one, b.name AS other, (ST_DumpPoints(ST_Intersection(a.geom, b.geom))).geom AS point
    FROM road a JOIN road b ON a.geom && b.geom AND a.name < b.name AND ST_Intersects(a.geom, b.geom)
    WHERE a.name <> '' AND a.highway NOT IN {_UNSAID} AND b.highway NOT IN {_UNSAID}
      AND (ST_Touches(a.geom, b.geom) OR NOT (a.bridge OR b.bridge))
    UNION ALL
    SELECT name, '桥', ST_LineInterpolatePoint(geom, 0.5) FROM road
    WHERE bridge AND name <> '' AND highway NOT IN {_UNSAID}"""
_CLUSTERED = f"""
    SELECT one, other, point, ST_ClusterDBSCAN(
        ST_MakePoint(ST_X(point) * scale, ST_Y(point)), {ONE_CROSSING_M / _METRES_A_DEGREE:.9f}, 1
    ) OVER (PARTITION BY one, other) AS cluster
    FROM (SELECT *, cos(radians(avg(ST_Y(point)) OVER (PARTITION BY one, other))) AS scale FROM touching) t"""
_NAMES = f"""
    WITH touching AS ({_TOUCHING}), clustered AS ({_CLUSTERED})
    SELECT 'compound:' || c.code AS code, 'compound' AS kind, c.name, c.address, c.aliases,
           ST_PointOnSurface(coalesce(c.geom, (SELECT ST_ConvexHull(ST_Collect(b.geom)) FROM building b
                                               WHERE b.compound_id = c.id))) AS point,
           NULL::bigint AS building_id, c.id AS compound_id
    FROM compound c
    UNION ALL
    SELECT 'building:' || b.code, 'building', coalesce(c.name, '') || coalesce(nullif(b.name, ''), ''),
           b.road || CASE WHEN b.house_number ~ '^[0-9A-Za-z-]+$' THEN b.house_number || '号' ELSE b.house_number END,
           '{{}}', ST_PointOnSurface(b.geom), b.id, b.compound_id
    FROM building b LEFT JOIN compound c ON c.id = b.compound_id
    WHERE b.name <> '' OR (b.road <> '' AND b.house_number <> '')
    UNION ALL
    SELECT 'road:' || r.name, 'road', r.name, '', '{{}}',
           ST_ClosestPoint(ST_Collect(r.geom), ST_Centroid(ST_Collect(r.geom))), NULL, NULL
    FROM road r WHERE r.name <> '' GROUP BY r.name
    UNION ALL
    SELECT 'crossing:' || one || '|' || other || ':' || row_number() OVER (PARTITION BY one, other ORDER BY point),
           'crossing',
           CASE other WHEN '桥' THEN one || '桥' ELSE one || '与' || other || '交叉口' END,
           '', '{{}}', point, NULL, NULL
    FROM (SELECT one, other, ST_Centroid(ST_Collect(point)) AS point FROM clustered GROUP BY one, other, cluster) c
    UNION ALL
    SELECT 'community:' || a.code, 'community', v.name, '', '{{}}', ST_PointOnSurface(v.geom), NULL, NULL
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
