"""The SQL that all vector tiles share: the window of a tile, and a shape drawn into its units.

Before: `geometry.tiles`. After: `grids.tiles`, `places.tiles`. The database makes the whole tile; no row passes
through Python. From zoom 12 geometry is drawn in degrees (see `Tile.straight`), below it is projected.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.orm import Session

from gis.direct import ask
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

    Half the work of `drawn`, which also mends what rounding may break: at a sixteenth of a pixel nobody sees it. The
    outer ring turns clockwise on the screen, as the format asks.
    """
    across, down = f"{EXTENT} / (:east - :west)", f"{EXTENT} / (:north - :south)"
    moved = f"ST_Affine(ST_ForcePolygonCW({shape}), {across}, 0, 0, -({down}), -:west * {across}, :north * {down})"
    return f"ST_SnapToGrid({moved}, 1)"


def layer(name: str, rows: str) -> str:
    """Give the SQL that packs rows (`feature`, `shape` and the properties) into one layer; empty without rows."""
    return f"SELECT ST_AsMVT(rows, '{name}', {EXTENT}, 'shape', 'feature') FROM ({rows}) rows"


def made(session: Session, statement: TextClause, tile: Tile, **more: Any) -> bytes:
    """Run a tile's statement with the tile's bounds and what else it binds."""
    dx, dy = tile.margin_deg
    values = asdict(tile) | {"dx": dx, "dy": dy, "pixel_deg": tile.pixel_deg} | more
    rows = ask(session, statement, values)
    return bytes(rows[0][0]) if rows and rows[0][0] else b""
