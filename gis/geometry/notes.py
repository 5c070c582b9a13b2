"""The word beside a code: on whose line a point lies, or in which polygons at once.

Before: points that `locate` found to be near a line or in several polygons. After: the note column.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geometry.raster import Floats, Ints

IN, ON, ALMOST = "in", "on the line of", "almost on the line of"


class Notes:
    """Polygons that can be asked how a point lies to each of them.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Degrees.
    number : ndarray of int32
        For each shape the place of its code in `codes`.
    codes : list of str
        From the smallest.
    near_deg : float
        How near a line counts as almost on it.
    """

    def __init__(self, shapes: NDArray[Any], number: Ints, codes: list[str], near_deg: float) -> None:
        self._shapes, self._number, self._codes, self._near_deg = shapes, number, codes, near_deg
        self._lines = shapely.boundary(shapes)
        self._tree = shapely.STRtree(shapes)

    def of(self, x: Floats, y: Floats) -> list[str]:
        """Give each point its note: the polygons it is in, on the line of, almost on the line of."""
        points: Any = shapely.points(x, y)
        row, shape = self._tree.query(points, predicate="dwithin", distance=self._near_deg)
        order = np.lexsort((self._number[shape], row))
        row, shape = row[order], shape[order]
        relation = self._relations(points[row], x[row], y[row], shape)
        notes = [""] * len(x)
        triples = zip(row.tolist(), relation.tolist(), self._number[shape].tolist(), strict=True)
        for at, group in groupby(triples, key=itemgetter(0)):
            notes[at] = self._sentence([(relation, number) for _, relation, number in group])
        return notes

    def _relations(self, points: NDArray[Any], x: Floats, y: Floats, shape: NDArray[np.intp]) -> NDArray[Any]:
        shapes, lines = self._shapes[shape], self._lines[shape]
        exactly = shapely.intersects_xy(shapes, x, y) & ~shapely.contains_xy(shapes, x, y)
        almost = shapely.dwithin(lines, points, self._near_deg)
        return np.select([exactly, almost], [ON, ALMOST], IN)

    def _sentence(self, found: list[tuple[str, int]]) -> str:
        """Say it: `in A, on the line of B and C`; nothing for a point that is simply in one."""
        parts = {word: list(dict.fromkeys(n for w, n in found if w == word)) for word in (IN, ON, ALMOST)}
        if not parts[ON] and not parts[ALMOST] and len(parts[IN]) <= 1:
            return ""
        said = [f"{word} {self._names(numbers)}" for word, numbers in parts.items() if numbers]
        return ", ".join(said)

    def _names(self, numbers: list[int]) -> str:
        names = [self._codes[number] for number in numbers]
        return " and ".join(names) if len(names) <= 2 else f"{', '.join(names[:-1])} and {names[-1]}"  # noqa: PLR2004
