"""Vector tiles of how the ground is divided at an instant: grids, communities, subdistricts, and their inner points.

Before: `grids.drawing`, `grids.models`. After: `webmap.layers.tiles`. A tile holds two layers of each kind: the
shapes (`grids`) and, in the one tile where it lies, a point inside each shape for its label (`grid_points`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from gis.geometry.tiles import Tile
from gis.grids.drawing import WINDOW, drawn, layer, made

FIRST_ZOOM = {"grids": 11, "communities": 8, "subdistricts": 6}

# index: ix_grid_version_geom_valid
_GRIDS_SEEN = f"""
    SELECT v.grid_id AS id, g.code, v.name, v.geom FROM grid_version v JOIN grid g ON g.id = v.grid_id
    WHERE v.geom && {WINDOW} AND v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'"""

# index: ix_area_version_geom_valid
_AREAS_SEEN = f"""
    SELECT v.area_id AS id, a.code, v.name, v.geom FROM area_version v JOIN area a ON a.id = v.area_id
    WHERE v.geom && {WINDOW} AND v.valid @> CAST(:at AS timestamptz) AND a.level = :level"""

_INSIDE = "ST_Intersects(inner_point, ST_MakeEnvelope(:west, :south, :east, :north, 4490))"


def _statement(seen: str, shapes: str, points: str, *, straight: bool) -> TextClause:
    words = "id AS feature, id, code, name"
    lines = f"SELECT {words}, {drawn('geom', straight=straight)} AS shape FROM seen"
    labels = f"""
        SELECT {words}, {drawn("inner_point", straight=straight)} AS shape
        FROM (SELECT *, ST_PointOnSurface(geom) AS inner_point FROM seen) s WHERE {_INSIDE}"""
    return text(
        f"WITH seen AS MATERIALIZED ({seen}) SELECT ({layer(shapes, lines)}) || ({layer(points, labels)})"
    )


_LAYERS = {
    "grids": (_GRIDS_SEEN, "grid_points", None),
    "communities": (_AREAS_SEEN, "community_points", "community"),
    "subdistricts": (_AREAS_SEEN, "subdistrict_points", "subdistrict"),
}
_STATEMENTS = {
    (name, straight): _statement(seen, name, points, straight=straight)
    for name, (seen, points, _) in _LAYERS.items()
    for straight in (False, True)
}


def division_tile(session: Session, tile: Tile, name: str, at: datetime) -> bytes:
    """Give the shapes and inner points (id, code, name) of one kind of division, as it is at an instant.

    Parameters
    ----------
    session : Session
    tile : Tile
    name : str
        `grids`, `communities` or `subdistricts`.
    at : datetime
        The instant, aware.

    Returns
    -------
    bytes
        A vector tile; empty where nothing lies, or too far away to be seen.
    """
    if tile.zoom < FIRST_ZOOM[name]:
        return b""
    return made(session, _STATEMENTS[name, tile.straight], tile, at=at, level=_LAYERS[name][2])
