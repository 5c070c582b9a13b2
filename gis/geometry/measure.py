"""Areas, lengths and distances on the earth, buffers in metres.

Before: shapes in longitude and latitude (EPSG:4490, degrees). After: whatever reports a size. Areas and
lengths are geodesic, on the ellipsoid of CGCS2000; buffers go through the Gauss-Kruger zone of each shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from gis.errors import InputError
from gis.geometry.metres import check_degrees, to_metres, zone_of

# CGCS2000 and GRS 80 differ by a tenth of a millimetre in the semi-minor axis.
ELLIPSOID = Geod(ellps="GRS80")


def area_m2(shapes: Any) -> Any:
    """Measure areas on the earth.

    Parameters
    ----------
    shapes : geometry or array_like of geometries
        Degrees; holes are taken off, lines and points have no area, None counts as nothing.

    Returns
    -------
    float or ndarray of float64
        Square metres, in the shape of the input.

    Raises
    ------
    InputError
        The coordinates are no degrees.
    """
    given, flat = _flat(shapes)
    turned = shapely.orient_polygons(flat)
    sizes = [
        0.0 if shape is None else max(ELLIPSOID.geometry_area_perimeter(shape)[0], 0.0) for shape in turned
    ]
    return np.array(sizes, np.float64).reshape(given.shape)[()]


def length_m(shapes: Any) -> Any:
    """Measure lines, and the outlines of polygons with their holes, on the earth; see `area_m2`."""
    given, flat = _flat(shapes)
    parts, owner = shapely.get_parts(flat, return_index=True)
    rings = np.isin(shapely.get_type_id(parts), [shapely.GeometryType.POLYGON])
    outlines, of_ring = shapely.get_rings(parts[rings], return_index=True)
    lines = np.concatenate([parts[~rings], outlines])
    owner = np.concatenate([owner[~rings], owner[rings][of_ring]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = np.flatnonzero(line[1:] == line[:-1])
    start, end = points[joined], points[joined + 1]
    steps = distance_m(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    sums = np.bincount(owner[line[joined]], steps, minlength=len(flat))
    return sums.astype(np.float64).reshape(given.shape)[()]


def distance_m(from_lon: ArrayLike, from_lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike) -> Any:
    """Measure the shortest way between points on the earth, in metres; arrays go pair by pair."""
    given = (np.asarray(part, np.float64) for part in (from_lon, from_lat, to_lon, to_lat))
    lon, lat, other_lon, other_lat = (np.array(place) for place in np.broadcast_arrays(*given))
    _, _, distance = ELLIPSOID.inv(lon, lat, other_lon, other_lat)
    return np.asarray(distance, np.float64)[()]


def buffer_m(shapes: Any, distance: float) -> Any:
    """Widen shapes by a distance in metres; a negative one narrows polygons.

    Parameters
    ----------
    shapes : geometry or array_like of geometries
        Degrees. Each is widened in the zone of its own middle, so all of China can come at once.
    distance : float
        Metres.

    Returns
    -------
    geometry or ndarray of geometries
        Degrees, round at the corners; None and empty shapes stay.

    Raises
    ------
    InputError
        The coordinates are no degrees, or the distance is no number.
    """
    if not np.isfinite(distance):
        raise InputError(f"{distance} is no distance in metres")
    given, flat = _flat(shapes)
    west, _, east, _ = shapely.bounds(flat).T
    widened, middles = flat.copy(), (west + east) / 2.0
    zones = np.array([zone_of(float(lon)) if np.isfinite(lon) else 0 for lon in middles], np.int64)
    for zone in np.unique(zones[zones > 0]):
        rows = zones == zone
        flats = to_metres(flat[rows], int(zone))
        widened[rows] = type(flats)(shapely.buffer(flats.shapes, distance), flats.epsg).in_degrees()
    return widened.reshape(given.shape)[()]


def _flat(shapes: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the shapes as an array as they came, and in one row; refuse what is not in degrees."""
    given = np.asarray(shapes, object)
    check_degrees(given)
    return given, given.reshape(-1)
