"""Shapes in metres: the 3-degree Gauss-Kruger zone of a place, there and back.

Before: shapes in longitude and latitude (EPSG:4490, degrees). After: buffers, distances and snapping that
need metres. Degrees and metres are different types: a plain shape or array of shapes is always in degrees;
what is in metres sits in an `InMetres` together with its zone, and only that can be turned back.

Never EPSG:3857: its areas are 1.7 times too large in Beijing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from gis.errors import InputError

WEST_MERIDIAN, EAST_MERIDIAN = 75, 135
STORED_EPSG = 4490
LON_MOST_DEG, LAT_MOST_DEG = 180.0, 90.0


@dataclass(frozen=True)
class InMetres:
    """Shapes in metres.

    Attributes
    ----------
    shapes : geometry or ndarray of geometries
        Easting and northing in metres, in this order (not the authority's).
    epsg : int
        The Gauss-Kruger zone, EPSG 4534 to 4554.
    """

    shapes: Any
    epsg: int

    def in_degrees(self) -> Any:
        """Give the shapes back in longitude and latitude, EPSG:4490."""
        return project(self.shapes, self.epsg, STORED_EPSG)


def zone_of(lon: float) -> int:
    """Name the 3-degree Gauss-Kruger zone of a longitude.

    Parameters
    ----------
    lon : float
        Degrees. Exactly between two meridians the eastern zone is taken; outside China the nearest zone.

    Returns
    -------
    int
        EPSG code, 4534 (75 E) to 4554 (135 E).

    Raises
    ------
    InputError
        The longitude is no number between -180 and 180.
    """
    if not -LON_MOST_DEG <= lon <= LON_MOST_DEG:
        raise InputError(f"{lon} is no longitude in degrees; it must lie between -180 and 180")
    meridian = 3 * int(np.floor(lon / 3.0 + 0.5))
    return 4534 + (min(max(meridian, WEST_MERIDIAN), EAST_MERIDIAN) - 75) // 3


@lru_cache(maxsize=64)
def transformer(source: int | str, target: int | str) -> Transformer:
    """Give the transformation between two systems, x before y; made once, since making one takes long."""
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(shapes: Any, epsg: int | None = None) -> InMetres:
    """Project shapes from longitude and latitude (degrees) to metres.

    Parameters
    ----------
    shapes : geometry or array_like of geometries
        EPSG:4490 or WGS-84, degrees.
    epsg : int, optional
        The zone; by default the one of the middle of the shapes' extent.

    Returns
    -------
    InMetres
        The shapes and their zone.

    Raises
    ------
    InputError
        The coordinates are no degrees, or there is nothing to find the zone of.
    """
    bounds = check_degrees(shapes)
    if epsg is None:
        if np.isnan(bounds).any():
            raise InputError("an empty shape has no place, so no zone can be found for it")
        epsg = zone_of(float(bounds[0] + bounds[2]) / 2.0)
    return InMetres(project(shapes, STORED_EPSG, epsg), epsg)


def check_degrees(shapes: Any) -> NDArray[np.float64]:
    """Give the extent (west, south, east, north) of shapes; refuse what cannot be degrees.

    Raises
    ------
    InputError
        A coordinate lies outside -180..180 or -90..90.
    """
    nothing = np.full(4, np.nan)
    bounds: NDArray[np.float64] = shapely.total_bounds(shapes) if np.size(shapes) else nothing
    west, south, east, north = bounds
    if west < -LON_MOST_DEG or east > LON_MOST_DEG or south < -LAT_MOST_DEG or north > LAT_MOST_DEG:
        raise InputError(
            f"coordinates from ({west:.6g}, {south:.6g}) to ({east:.6g}, {north:.6g}) are no longitude and "
            "latitude in degrees; convert them first"
        )
    return bounds


def project(shapes: Any, source: int | str, target: int | str) -> Any:
    """Project shapes between two systems of PROJ's (EPSG codes or WKT), x before y, vertex by vertex.

    Raises
    ------
    InputError
        A vertex lies where the target system has no coordinates.
    """
    by = transformer(source, target)

    def move(points: NDArray[Any]) -> NDArray[Any]:
        moved = np.column_stack(by.transform(points[:, 0], points[:, 1]))
        if not np.isfinite(moved).all():
            raise InputError(
                f"some vertices have no coordinates in {by.target_crs.name if by.target_crs else target}"
            )
        return moved

    return shapely.transform(shapes, move)
