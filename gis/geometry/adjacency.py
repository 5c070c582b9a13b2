"""Which polygons are neighbours, and how long the line is that they share.

Before: polygons that tile (check with `coverage` first). After: the planner's redraw, the map's colours.
Neighbours here are those of a rook: a shared corner is not enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.geometry.measure import length_m


@dataclass(frozen=True)
class Border:
    """A line that two polygons share.

    Attributes
    ----------
    codes : tuple of two str
        The smaller code first.
    length_m : float
        Of all pieces of the line together, geodesic metres.
    """

    codes: tuple[str, str]
    length_m: float


def borders(
    shapes: Sequence[Any] | NDArray[Any], codes: Sequence[str], *, least_m: float = 0.0
) -> list[Border]:
    """Find all pairs of neighbours.

    Parameters
    ----------
    shapes : sequence of Polygon or MultiPolygon
        Degrees. Lines count as shared where they lie exactly on each other, whatever their vertices.
    codes : sequence of str
        One a shape, each once.
    least_m : float
        Shorter lines in metres count as corners.

    Returns
    -------
    list of Border
        Each pair once, in the order of the codes.

    Raises
    ------
    InputError
        Not as many codes as shapes, or a code twice.
    """
    if len(set(codes)) != len(shapes) or len(codes) != len(shapes):
        raise InputError(
            f"{len(shapes)} polygons need as many different codes, but there are {len(set(codes))}"
        )
    lines = shapely.boundary(np.array(shapes, object))
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    lengths = length_m(shapely.intersection(lines[one], lines[other]))
    shared = np.flatnonzero((lengths > 0.0) & (lengths >= least_m))
    found = [Border(_in_order(codes[one[k]], codes[other[k]]), float(lengths[k])) for k in shared]
    return sorted(found, key=lambda border: border.codes)


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
