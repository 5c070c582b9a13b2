"""Coordinate systems of Chinese maps: one table of systems, one way between any two of them.

Before: `shifts` (the formulas). After: everything that takes coordinates from outside: GPS gives WGS-84,
高德 and 腾讯 give GCJ-02, 百度 gives BD-09. We store CGCS2000 (EPSG:4490), which is WGS-84 for this use: the
two differ by centimetres, and PROJ's transformation between them is the identity too.

Order is always longitude, latitude, in degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from gis.geometry import shifts
from gis.geometry.shifts import FloatArray, Pair

# A block's dozen temporary arrays fit the processor's cache.
BLOCK = 16_384


class System(StrEnum):
    """The coordinate systems Wangge reads and writes."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


# How far each system lies from the ground: its place on the one chain ground, GCJ-02, BD-09.
_CHAIN = {System.WGS84: 0, System.CGCS2000: 0, System.GCJ02: 1, System.BD09: 2}
_SHIFTS = (shifts.wgs84_to_gcj02, shifts.gcj02_to_bd09)


def system_named(name: str | System) -> System:
    """Find a system by its name as people write it (`GCJ-02`, `bd09`, `EPSG:4490`).

    Raises
    ------
    InputError
        No system has this name.
    """
    plain = name.strip().lower().replace("-", "").replace("_", "").replace(" ", "")
    plain = {"epsg:4326": "wgs84", "epsg:4490": "cgcs2000"}.get(plain, plain)
    if plain not in list(System):
        raise InputError(
            f"there is no coordinate system {name!r}; choose one of {', '.join(System)}", system=name
        )
    return System(plain)


def convert(lon: ArrayLike, lat: ArrayLike, *, source: str | System, target: str | System) -> Pair:
    """Convert points from one system to another.

    Parameters
    ----------
    lon, lat : array_like of float
        Degrees in `source`; any shape, broadcast against each other. NaN stays NaN.
    source, target : System or str
        Names of the systems.

    Returns
    -------
    lon, lat : ndarray of float64
        Degrees in `target`, in the shape of the input (numpy scalars for scalars). Outside the rectangle
        72.004-137.8347 E, 0.8293-55.8271 N nothing is shifted; the rectangle's lines belong to it. The
        rectangle takes in Hong Kong, Macao and Taiwan, where map makers do not agree.

    Raises
    ------
    InputError
        Unknown system, or `lon` and `lat` are not of one shape.

    Notes
    -----
    There and back again is within 1e-6 m, except in the last kilometre along the rectangle's edge, where
    the shift breaks off and has no inverse.
    """
    steps = _steps(system_named(source), system_named(target))
    try:
        x, y = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    except ValueError as fault:
        raise InputError(f"longitudes and latitudes must be as many and be numbers: {fault}") from None
    flat_lon, flat_lat = x.flatten(), y.flatten()
    for step in steps:
        for start in range(0, flat_lon.size, BLOCK):
            block = slice(start, start + BLOCK)
            _step_inside(step, flat_lon[block], flat_lat[block])
    return flat_lon.reshape(x.shape)[()], flat_lat.reshape(x.shape)[()]


def to_wgs84(lon: ArrayLike, lat: ArrayLike, system: str | System) -> Pair:
    """Convert points of `system` to WGS-84; see `convert`."""
    return convert(lon, lat, source=system, target=System.WGS84)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, system: str | System) -> Pair:
    """Convert WGS-84 points to `system`; see `convert`."""
    return convert(lon, lat, source=System.WGS84, target=system)


def convert_shapes(geometries: Any, source: str | System, target: str | System) -> Any:
    """Convert whole shapes from one system to another, vertex by vertex.

    Parameters
    ----------
    geometries : geometry or array_like of geometries
        Longitude, latitude in degrees in `source`; None stays None, heights are dropped.
    source, target : System or str
        Names of the systems.

    Returns
    -------
    geometry or ndarray of geometries
        The same in `target`. Vertices that were equal stay equal, so shared lines stay shared.
    """

    def move(points: NDArray[Any]) -> NDArray[Any]:
        return np.column_stack(convert(points[:, 0], points[:, 1], source=source, target=target))

    return shapely.transform(geometries, move)


def _steps(source: System, target: System) -> list[Callable[[FloatArray, FloatArray], Pair]]:
    """Name the shifts that lead from one system to another along the chain."""
    here, there = _CHAIN[source], _CHAIN[target]
    if here <= there:
        return list(_SHIFTS[here:there])
    return [_undoing(shift) for shift in reversed(_SHIFTS[there:here])]


def _undoing(
    shift: Callable[[FloatArray, FloatArray], Pair],
) -> Callable[[FloatArray, FloatArray], Pair]:
    return lambda lon, lat: shifts.undo(shift, lon, lat)


def _step_inside(step: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray) -> None:
    """Shift in place the points that lie in the rectangle."""
    inside = shifts.in_box(lon, lat)
    if inside.all():
        lon[:], lat[:] = step(lon, lat)
    elif inside.any():
        lon[inside], lat[inside] = step(lon[inside], lat[inside])
