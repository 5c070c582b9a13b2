"""Checking the shapes of a file: kind, emptiness, crossings with their place, where on Earth they lie.

Before: `vectors` or a table's longitude and latitude columns. After: `gis.loading`. All in degrees.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.files.columns import GEOMETRY
from gis.files.faults import Faults

Mask = NDArray[np.bool_]
EARTH = (-180.0, -90.0, 180.0, 90.0)
CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north in degrees; the lines belong to it."""


class Shape(Enum):
    """The kinds of shape a file may have to bring; the value is what is stored."""

    POLYGON = "MULTIPOLYGON"
    LINE = "LINESTRING"
    POINT = "POINT"
    ANY = "GEOMETRY"


ALLOWED = {
    Shape.POLYGON: ("Polygon", "MultiPolygon"),
    Shape.LINE: ("LineString", "MultiLineString"),
    Shape.POINT: ("Point", "MultiPoint"),
}
IN_CHINESE = {Shape.POLYGON: "面", Shape.LINE: "线", Shape.POINT: "点"}
TYPE_NAMES = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)


def from_lon_lat(frame: pd.DataFrame) -> pd.DataFrame:
    """Make points of the columns `lon` and `lat` (degrees); None where one is missing."""
    lon = pd.to_numeric(frame["lon"]).to_numpy(np.float64, na_value=np.nan)
    lat = pd.to_numeric(frame["lat"]).to_numpy(np.float64, na_value=np.nan)
    points = np.full(len(frame), None, dtype=object)
    here = ~(np.isnan(lon) | np.isnan(lat))
    points[here] = shapely.points(lon[here], lat[here])
    return frame.assign(**{GEOMETRY: points})


def check_shapes(frame: pd.DataFrame, shape: Shape, *, optional: bool, anywhere: bool) -> Faults:
    """Check every shape.

    Parameters
    ----------
    frame : DataFrame
        With `geometry` in degrees, rows as in the file.
    shape : Shape
        What is wanted.
    optional : bool
        A row may be without a shape.
    anywhere : bool
        The place need not lie in China.

    Returns
    -------
    Faults
        One a row at most: the first thing wrong with its shape.
    """
    faults = Faults()
    shapes = np.asarray(frame[GEOMETRY], dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if not optional:
        _note(faults, frame, empty, "没有图形或坐标", "there is no shape, or no coordinates")
    left = ~empty & ~_wrong_kind(faults, frame, shapes, empty, shape)
    left &= ~_misplaced(faults, frame, shapes, left, anywhere=anywhere)
    for position in map(int, np.flatnonzero(left & ~shapely.is_valid(shapes))):
        reason = str(shapely.is_valid_reason(shapes[position]))
        what, _, where = reason.rstrip("]").partition("[")
        place = ", ".join(where.split()[:2])
        faults.add(
            int(frame.index[position]),
            GEOMETRY,
            reason,
            f"图形自相交或无效，位置（经度, 纬度）：{place}",
            f"the shape crosses itself or is not valid ({what.strip()}) at lon, lat {place}",
        )
    return faults


def _note(faults: Faults, frame: pd.DataFrame, rows: Mask, zh: str, en: str) -> None:
    for row in frame.index[rows]:
        faults.add(int(row), GEOMETRY, "", zh, en)


def _wrong_kind(faults: Faults, frame: pd.DataFrame, shapes: Any, empty: Mask, shape: Shape) -> Mask:
    if shape is Shape.ANY:
        return np.zeros(len(shapes), bool)
    kinds = np.asarray(TYPE_NAMES, dtype=object)[shapely.get_type_id(shapes)]
    wrong: Mask = ~empty & ~np.isin(kinds.astype(str), ALLOWED[shape])
    for position in map(int, np.flatnonzero(wrong)):
        faults.add(
            int(frame.index[position]),
            GEOMETRY,
            kinds[position],
            f"应为{IN_CHINESE[shape]}",
            f"give a {shape.name.lower()}, not a {kinds[position]}",
        )
    return wrong


def _misplaced(faults: Faults, frame: pd.DataFrame, shapes: Any, asked: Mask, *, anywhere: bool) -> Mask:
    """Find shapes that lie nowhere on Earth, outside China, or in China only once lon and lat change places."""
    west, south, east, north = shapely.bounds(shapes).T
    bad: Mask = np.zeros(len(shapes), bool)
    with np.errstate(invalid="ignore"):
        nowhere = asked & ~_inside(EARTH, west, south, east, north)
        outside = asked & ~_inside(CHINA, west, south, east, north)
        swapped = outside & _inside(CHINA, south, west, north, east)
    for position in map(int, np.flatnonzero(nowhere | (outside & (swapped | (not anywhere))))):
        zh, en = _where(bool(swapped[position]), bool(nowhere[position]))
        place = f"{west[position]:.6f}, {south[position]:.6f}"
        faults.add(int(frame.index[position]), GEOMETRY, place, zh, en)
        bad[position] = True
    return bad


def _inside(frame: tuple[float, ...], west: Any, south: Any, east: Any, north: Any) -> Mask:
    inside: Mask = (west >= frame[0]) & (south >= frame[1]) & (east <= frame[2]) & (north <= frame[3])
    return inside


def _where(swapped: bool, nowhere: bool) -> tuple[str, str]:
    if swapped:
        return "经纬度似乎颠倒了，应为经度在前", "longitude and latitude seem swapped; longitude comes first"
    if nowhere:
        return "不是经纬度（度）", "these are no degrees of longitude and latitude"
    return "位置在中国境外", "the place lies outside China (allow it with --anywhere)"
