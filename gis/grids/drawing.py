"""The SQL that all vector tiles share: the window of a tile, and a shape drawn into its units.

Before: `geometry.tiles`. After: `grids.tiles`, `places.tiles`. The database makes the whole tile; no row passes
through Python. From zoom 12 geometry is drawn in degrees (see `Tile.straight`), below it is projected.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session

from gis.geometry.tiles import EXTENT, MARGIN, Tile

WINDOW = "ST_MakeEnvelope(:west - :dx, :south - :dy, :east + :dx, :north + :dy, 4490)"
"""The ground of a tile with its margin: what the spatial indexes are asked for."""


def drawn(shape: str, *, straight: bool, clip: bool = True) -> str:
    """Give the SQL that draws a geometry expression (EPSG:4490) into a tile's units; NULL when nothing is left."""
    cut = f"{EXTENT}, {MARGIN}, {str(clip).lower()}"
    if straight:
        return f"ST_AsMVTGeom({shape}, ST_MakeEnvelope(:west, :south, :east, :north, 4490), {cut})"
    return f"ST_AsMVTGeom(ST_Transform({shape}, 3857), ST_TileEnvelope(:zoom, :column, :row), {cut})"


def snapped(shape: str) -> str:
    """Give the SQL that only shifts, scales and rounds an area into a tile's units, whole and uncut.

    Half the work of `drawn`, which also mends what rounding may break: for footprints of a few pixels, where nobody
    could see it. The outer ring turns clockwise on the screen, as the format asks.
    """
    across, down = f"{EXTENT} / (:east - :west)", f"{EXTENT} / (:north - :south)"
    moved = f"ST_Affine(ST_ForcePolygonCW({shape}), {across}, 0, 0, -({down}), -:west * {across}, :north * {down})"
    return f"ST_SnapToGrid({moved}, 1)"


def layer(name: str, rows: str) -> str:
    """Give the SQL that packs rows (`feature`, `shape` and the properties) into one layer; empty without rows."""
    return f"SELECT ST_AsMVT(rows, '{name}', {EXTENT}, 'shape', 'feature') FROM ({rows}) rows"


def made(session: Session, statement: TextClause, tile: Tile, **more: Any) -> bytes:
    """Run a tile's statement with the tile's bounds and what else it binds.

    The statement goes straight to the driver, prepared, and the tile comes back as bytes: at street scale the tile
    itself takes a millisecond, and the detour over the session's rows would take as long again.
    """
    dx, dy = tile.margin_deg
    values = asdict(tile) | {"dx": dx, "dy": dy, "pixel_deg": tile.pixel_deg} | more
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection), "tiles are made by psycopg"  # noqa: S101 - for the reader
    row = driver.execute(_plain(statement), values, prepare=True, binary=True).fetchone()
    return bytes(row[0]) if row and row[0] else b""


@cache
def _plain(statement: TextClause) -> bytes:
    dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect)).encode()
