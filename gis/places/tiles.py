"""Vector tiles of what stands on the ground: ground cover, roads, buildings.

Before: `grids.drawing`, `places.models`. After: `webmap.layers.tiles`. Each zoom shows what can be seen at it: no
footprint under a pixel, no lane from far away, no number before there is room for it.
"""

from __future__ import annotations

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from gis.geometry.tiles import Tile
from gis.grids.drawing import WINDOW, drawn, layer, made, snapped

FIRST_ZOOM = {"ground": 8, "roads": 9, "buildings": 13}
NUMBERS_ZOOM = 15
"""From this tile on (it is drawn from one zoom deeper) buildings carry their numbers."""
PATCH_PX, FAR_PATCH_PX, FAR_ZOOM = 3, 12, 12
"""Square pixels a patch of ground must have to be drawn: in the town, and up to a zoom where it is seen as a whole."""

_ARTERIES = ["motorway", "trunk", "primary", "secondary"]
_STREETS = ["tertiary", "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"]
_LANES = ["residential", "unclassified", "living_street", "road", "pedestrian"]
_WAYS = ["service", "footway", "path", "cycleway", "track", "steps"]


# index: ix_ground_geom; from far away a patch of a few pixels is only noise, and its bends are not seen
def _ground(*, straight: bool) -> TextClause:
    shape = "ST_Simplify(geom, :pixel_deg / 2)"
    return text(
        layer(
            "ground",
            f"""SELECT id AS feature, kind, NULLIF(name, '') AS name, {drawn(shape, straight=straight)} AS shape
                FROM ground WHERE geom && {WINDOW} AND ST_Area(geom) > :patch_px * :pixel_deg * :pixel_deg""",
        )
    )


# index: ix_road_geom; stretches of one name are joined, so that the name finds room along the line
def _roads(*, straight: bool) -> TextClause:
    return text(
        layer(
            "roads",
            f"""SELECT min(id) AS feature, highway, NULLIF(name, '') AS name,
                       NULLIF(bridge, false) AS bridge,
                       {drawn("ST_LineMerge(ST_Collect(geom))", straight=straight)} AS shape
                FROM road WHERE geom && {WINDOW} AND highway = ANY(:highways)
                GROUP BY highway, name, bridge""",
        )
    )


# index: ix_building_geom; a footprint stays whole across tiles, so that its number stands once, in its middle
def _buildings(*, named: bool) -> TextClause:
    words = ", floors, COALESCE(NULLIF(name, ''), NULLIF(house_number, '')) AS name" if named else ""
    # from near every shed is larger than a pixel
    large = "" if named else " AND ST_Area(geom) > :smallest_deg2"
    return text(
        layer(
            "buildings",
            f"""SELECT id AS feature, NULLIF(use, '') AS use{words}, {snapped("geom")} AS shape
                FROM building WHERE geom && {WINDOW}{large}""",
        )
    )


_GROUND = {straight: _ground(straight=straight) for straight in (False, True)}
_ROADS = {straight: _roads(straight=straight) for straight in (False, True)}
_BUILDINGS = {named: _buildings(named=named) for named in (False, True)}


def highways(zoom: int) -> list[str]:
    """Give the classes of road that a tile of a zoom shows: fewer from further away."""
    shown = list(_ARTERIES)
    for first, more in ((11, _STREETS), (13, _LANES), (14, _WAYS)):
        shown += more if zoom >= first else []
    return shown


def ground_tile(session: Session, tile: Tile) -> bytes:
    """Give a tile's layer `ground` (kind, name); empty where there is none, or too far away to be seen."""
    if tile.zoom < FIRST_ZOOM["ground"]:
        return b""
    return made(
        session, _GROUND[tile.straight], tile, patch_px=PATCH_PX if tile.zoom > FAR_ZOOM else FAR_PATCH_PX
    )


def roads_tile(session: Session, tile: Tile) -> bytes:
    """Give a tile's layer `roads` (highway, name, bridge); a feature has the smallest id of the stretches joined."""
    if tile.zoom < FIRST_ZOOM["roads"]:
        return b""
    return made(session, _ROADS[tile.straight], tile, highways=highways(tile.zoom))


def buildings_tile(session: Session, tile: Tile) -> bytes:
    """Give a tile's layer `buildings` (use; from `NUMBERS_ZOOM` also name and floors)."""
    if tile.zoom < FIRST_ZOOM["buildings"]:
        return b""
    return made(session, _BUILDINGS[tile.zoom >= NUMBERS_ZOOM], tile, smallest_deg2=tile.pixel_deg**2)
