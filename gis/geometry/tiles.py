"""The squares of a web map: where a tile lies, in degrees and in the metres of its picture.

Before: nothing. After: `places.tiles` and `grids.tiles`, which cut them out of the database. Only for pictures:
areas and lengths are never measured in the projection of a tile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gis.errors import InputError

DEEPEST_ZOOM = 22
EXTENT = 4096
"""Units along the side of a vector tile."""
MARGIN = 64
"""Units that a tile reaches beyond its sides, so that lines meet without a seam."""
STRAIGHT_ZOOM = 12
"""From here on latitude and the projection are proportional within a tile to under half a unit in the middle (and
exactly so at its sides), so geometry in degrees is drawn without being projected at all."""


@dataclass(frozen=True)
class Tile:
    """One tile with its bounds.

    Attributes
    ----------
    west, south, east, north : float
        The sides in degrees (EPSG:4490).
    zoom, column, row : int
        z, x and y as in the address of the tile; row 0 is the northernmost.
    """

    zoom: int
    column: int
    row: int
    west: float
    south: float
    east: float
    north: float

    @property
    def straight(self) -> bool:
        """Whether degrees may be drawn as they are."""
        return self.zoom >= STRAIGHT_ZOOM

    @property
    def pixel_deg(self) -> float:
        """Degrees of longitude along one pixel, of 512 a side."""
        return (self.east - self.west) / 512

    @property
    def margin_deg(self) -> tuple[float, float]:
        """How far the tile reaches beyond its sides, in degrees of longitude and latitude."""
        share = MARGIN / EXTENT
        return (self.east - self.west) * share, (self.north - self.south) * share


def tile_at(zoom: int, column: int, row: int) -> Tile:
    """Give a tile with its bounds.

    Raises
    ------
    InputError
        When there is no such tile at that zoom.
    """
    side = 2**zoom if 0 <= zoom <= DEEPEST_ZOOM else 0
    if not (0 <= column < side and 0 <= row < side):
        raise InputError(
            f"没有 {zoom}/{column}/{row} 这块瓦片。 There is no tile {zoom}/{column}/{row}: zooms run from 0 to "
            f"{DEEPEST_ZOOM}, columns and rows from 0 to 2^zoom - 1."
        )
    return Tile(
        zoom,
        column,
        row,
        west=_longitude(column, side),
        south=_latitude(row + 1, side),
        east=_longitude(column + 1, side),
        north=_latitude(row, side),
    )


def tile_over(lon: float, lat: float, zoom: int) -> Tile:
    """Give the tile of a zoom that holds a point; a point on a line belongs to the tile east and south of it."""
    side = 2**zoom
    column = int((lon + 180) / 360 * side)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)
    return tile_at(zoom, min(column, side - 1), min(max(row, 0), side - 1))


def _longitude(column: int, side: int) -> float:
    return column / side * 360 - 180


def _latitude(row: int, side: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))
