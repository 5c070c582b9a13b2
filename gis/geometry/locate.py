"""Which polygon a point lies in: each point gets exactly one code, or none.

Before: polygons with codes, points in longitude and latitude. After: `wangge locate`, planning, imports.
Stored grids are asked in SQL instead (`grids.queries`); this is for shapes in hand.

The rule on the line: a polygon's boundary belongs to it. A point on a shared line or corner belongs to the
smaller code, compared as text, and to no other. A point in a hole belongs to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError
from gis.geometry.notes import Notes
from gis.geometry.raster import TOUCHED, Floats, Frame, Ints, Raster
from gis.geometry.segments import Segments

# A tenth of a millimetre: nearer than any survey, and far above rounding.
NEAR_DEG = 1e-9
# Below this many points the exact predicate is done before a raster is drawn.
FEW_POINTS = 20_000
# Cells for each point: measured, between drawing cells for nothing and asking too often.
CELLS_A_POINT = 2.4
SMALLEST_SIDE, LARGEST_SIDE = 128, 4096


@dataclass(frozen=True)
class Located:
    """Where points lie.

    Attributes
    ----------
    number : ndarray of int32
        For each point the place of its code in `codes`, -1 for none.
    notes : dict of int to str
        For the rows worth a word (on a line, in two polygons) the word.
    codes : list of str
        The codes, each once, from the smallest.
    """

    number: Ints
    notes: dict[int, str]
    codes: list[str]


class Locator:
    """Polygons that can be asked for the one a point lies in.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon
        Longitude and latitude in degrees, all in one system. They should not overlap; where they do, the
        smaller code wins and the note says so. Several may have one code: together they are its ground.
    codes : sequence of str
        One code a polygon; other types are taken as their text.

    Raises
    ------
    InputError
        Not as many codes as polygons, an empty code, or something that is no valid polygon.
    """

    def __init__(self, polygons: Sequence[Any] | NDArray[Any], codes: Sequence[Any] | NDArray[Any]) -> None:
        texts = _checked_codes(codes, len(polygons))
        shapes = _checked_polygons(polygons, texts)
        order = sorted(range(len(texts)), key=texts.__getitem__)
        self.codes = sorted(set(texts))
        number = {code: i for i, code in enumerate(self.codes)}
        self._shapes = shapes[order]
        self._number = np.array([number[texts[i]] for i in order], np.int32)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def codes_of(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Give each point its code and its note.

        Parameters
        ----------
        lon, lat : array_like of float, shape (n,)
            Degrees, in the system of the polygons. What is not finite lies nowhere.

        Returns
        -------
        codes : ndarray of str or None, shape (n,)
            The code, None where no polygon is.
        notes : ndarray of str, shape (n,)
            Empty for nearly all; `on the line of A and B` for a point on a line, `almost on the line of …`
            within 1e-9 degrees of one, `in A and B` where polygons overlap.
        """
        located = self.locate(lon, lat)
        names = np.array([*located.codes, None], object)
        notes = np.full(located.number.shape, "", object)
        for row, note in located.notes.items():
            notes[row] = note
        return names[located.number], notes

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Located:
        """Give each point the number of its code, and the notes; see `codes_of`."""
        x, y = _checked_points(lon, lat)
        usable = np.isfinite(x) & np.isfinite(y)
        if usable.all():
            return Located(*self._locate_finite(x, y), self.codes)
        finite, number = np.flatnonzero(usable), np.full(x.shape, -1, np.int32)
        number[finite], found = self._locate_finite(x[finite], y[finite])
        return Located(number, {int(finite[row]): note for row, note in found.items()}, self.codes)

    def _locate_finite(self, x: Floats, y: Floats) -> tuple[Ints, dict[int, str]]:
        raster = self._raster(x, y)
        if raster is None:
            return self._locate_exactly(x, y)
        number = raster.answers(x, y)
        rows = np.flatnonzero(number == TOUCHED)
        number[rows], found = self._locate_exactly(x[rows], y[rows])
        return number, {int(rows[row]): note for row, note in found.items()}

    def _locate_exactly(self, x: Floats, y: Floats) -> tuple[Ints, dict[int, str]]:
        points = shapely.points(x, y)
        smallest, largest = self._hits(points, x, y)
        near = self._segments.near(points, x, y)
        rows = np.union1d(near, np.flatnonzero(smallest != largest))
        texts = self._notes.of(x[rows], y[rows])
        return smallest, {int(row): text for row, text in zip(rows, texts, strict=True) if text}

    def _hits(self, points: Any, x: Floats, y: Floats) -> tuple[Ints, Ints]:
        """Ask the exact predicate: give the smallest and the largest number hit, -1 for none."""
        row, shape = self._tree.query(points)
        hit = shapely.intersects_xy(self._shapes[shape], x[row], y[row])
        row, number = row[hit], self._number[shape[hit]]
        smallest, largest = np.full(len(x), len(self.codes), np.int32), np.full(len(x), -1, np.int32)
        np.minimum.at(smallest, row, number)
        np.maximum.at(largest, row, number)
        return np.minimum(smallest, np.where(largest < 0, -1, smallest)), largest

    def _undisputed(self, x: Floats, y: Floats) -> Ints:
        """Answer for the raster: overlapping ground stays undecided, so that its points get their note."""
        smallest, largest = self._hits(shapely.points(x, y), x, y)
        return np.where(smallest == largest, smallest, TOUCHED).astype(np.int32)

    def _raster(self, x: Floats, y: Floats) -> Raster | None:
        if len(x) < max(FEW_POINTS, 1) or not len(self._shapes):
            return None
        west, south, east, north = shapely.total_bounds(self._shapes)
        bounds = (max(west, x.min()), max(south, y.min()), min(east, x.max()), min(north, y.max()))
        side = min(max(isqrt(int(CELLS_A_POINT * len(x))), SMALLEST_SIDE), LARGEST_SIDE)
        frame = Frame.over(bounds, side, 2 * NEAR_DEG)
        if frame is None:
            return None
        return Raster(frame, self._segments.starts, self._segments.ends, self._undisputed)

    @cached_property
    def _segments(self) -> Segments:
        return Segments(self._shapes, NEAR_DEG)

    @cached_property
    def _notes(self) -> Notes:
        return Notes(self._shapes, self._number, self.codes, NEAR_DEG)


def _checked_codes(codes: Sequence[Any] | NDArray[Any], count: int) -> list[str]:
    texts = ["" if code is None else str(code) for code in codes]
    if len(texts) != count:
        raise InputError(f"there are {count} polygons but {len(texts)} codes; each polygon needs one")
    if "" in texts:
        raise InputError(f"polygon {texts.index('') + 1} of {count} has no code", polygon=texts.index("") + 1)
    return texts


def _checked_polygons(polygons: Sequence[Any] | NDArray[Any], codes: list[str]) -> NDArray[Any]:
    shapes = np.array(polygons, object)
    wanted = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]
    for bad in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), wanted)):
        raise InputError(f"{codes[bad]} is no polygon but {getattr(shapes[bad], 'geom_type', 'nothing')}")
    for bad in np.flatnonzero(~shapely.is_valid(shapes)):
        reason = shapely.is_valid_reason(shapes[bad])
        raise InputError(f"the polygon of {codes[bad]} is not valid ({reason}); repair it first")
    return shapes


def _checked_points(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    try:
        x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    except ValueError as fault:
        raise InputError(f"longitudes and latitudes must be numbers: {fault}") from None
    if x.ndim != 1 or x.shape != y.shape:
        raise InputError(f"longitudes {x.shape} and latitudes {y.shape} must be two lists of one length")
    return x, y
