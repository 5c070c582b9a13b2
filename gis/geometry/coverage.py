"""What is wrong with polygons that should tile: gaps, overlaps, ground outside, broken rings.

Before: boundaries as somebody drew them. After: the import's report and the planner's check. Nothing is
repaired here; each fault says what, between whom, where and how large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.geometry.geojson_shapes import invalid_because
from gis.geometry.measure import area_m2
from gis.geometry.metres import check_degrees

# Below a square metre is the noise of drawing programs and of projections.
TOLERANCE_M2 = 1.0
# Neighbours of a gap touch it but for rounding.
TOUCH_DEG = 1e-9


class Kind(StrEnum):
    """The kinds of faults."""

    INVALID = "invalid"
    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE = "outside"


# What is wrong, whom it concerns, and the ground it is about.
Place: TypeAlias = "tuple[Kind, tuple[str, ...], Any]"


@dataclass(frozen=True)
class CoverageFault:
    """One fault.

    Attributes
    ----------
    kind : Kind
        What is wrong.
    codes : tuple of str
        Whom it concerns: the broken polygon; the two that overlap; those around a gap; the polygon and its
        parent.
    lon, lat : float
        A place on it, degrees.
    size_m2 : float
        How large it is; 0 for a broken ring.
    reason : str
        For a broken ring, what is wrong with it.
    """

    kind: Kind
    codes: tuple[str, ...]
    lon: float
    lat: float
    size_m2: float
    reason: str = ""


@dataclass(frozen=True)
class Parents:
    """The larger areas that the polygons divide: communities over grids.

    Attributes
    ----------
    shapes : sequence of Polygon or MultiPolygon
        Degrees.
    codes : sequence of str
        One a shape.
    of : sequence of str
        For each of the polygons that are checked, its parent's code.
    """

    shapes: Sequence[Any] | NDArray[Any]
    codes: Sequence[str]
    of: Sequence[str]


def faults(
    shapes: Sequence[Any] | NDArray[Any],
    codes: Sequence[str],
    *,
    parents: Parents | None = None,
    tolerance_m2: float = TOLERANCE_M2,
) -> list[CoverageFault]:
    """Find what keeps polygons from tiling.

    Parameters
    ----------
    shapes : sequence of Polygon or MultiPolygon
        Degrees, EPSG:4490. Sharing lines and corners is no overlap.
    codes : sequence of str
        One a shape.
    parents : Parents, optional
        With parents, a gap is ground of a parent that no child of it covers, and ground of a child outside
        of its parent is a fault. Without, a gap is ground enclosed by the polygons that none covers.
    tolerance_m2 : float
        Smaller gaps, overlaps and overhangs are not told.

    Returns
    -------
    list of CoverageFault
        By kind (broken rings first, then overlaps, gaps, ground outside), the largest first.

    Raises
    ------
    InputError
        Codes and shapes do not fit, a shape is no polygon, or a parent is unknown.
    """
    given = _checked(shapes, codes)
    found = list(_broken(given, codes))
    sound = _sound(given)
    fits = shapely.is_empty(shapely.coverage_invalid_edges(sound)) if len(sound) else np.zeros(0, bool)
    places = list(_overlaps(sound, codes, fits))
    if parents is None:
        places += _holes(sound, codes, all_fit=bool(fits.all()))
    else:
        places += _against_parents(sound, codes, parents)
    found += _measured(places, tolerance_m2)
    order = list(Kind)
    return sorted(found, key=lambda fault: (order.index(fault.kind), -fault.size_m2, fault.codes))


def _checked(shapes: Sequence[Any] | NDArray[Any], codes: Sequence[str]) -> NDArray[Any]:
    given = np.array(shapes, object)
    if len(given) != len(codes):
        raise InputError(f"there are {len(given)} polygons but {len(codes)} codes; each polygon needs one")
    wanted = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]
    for row in np.flatnonzero(
        ~np.isin(shapely.get_type_id(given), wanted) | shapely.is_empty(given)
    ).tolist():
        raise InputError(f"{codes[row]} has no polygon; each needs one to check how they tile")
    check_degrees(given)
    return given


def _sound(shapes: NDArray[Any]) -> NDArray[Any]:
    """Repair broken rings for the further checks, which would stop at them."""
    bad = ~shapely.is_valid(shapes)
    sound = shapes.copy()
    sound[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return sound


def _broken(shapes: NDArray[Any], codes: Sequence[str]) -> Iterator[CoverageFault]:
    for row in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
        _, _, place = shapely.is_valid_reason(shapes[row]).partition("[")
        numbers = place.rstrip("]").split()
        middle = shapely.centroid(shapes[row])
        lon, lat = (float(numbers[0]), float(numbers[1])) if numbers else (middle.x, middle.y)
        yield CoverageFault(Kind.INVALID, (codes[row],), lon, lat, 0.0, invalid_because(shapes[row]))


def _overlaps(shapes: NDArray[Any], codes: Sequence[str], fits: NDArray[np.bool_]) -> Iterator[Place]:
    """Intersect the polygons whose edges do not fit with all they meet."""
    odd = np.flatnonzero(~fits)
    row, other = shapely.STRtree(shapes).query(shapes[odd], predicate="intersects")
    pairs = np.unique(np.sort(np.column_stack([odd[row], other]), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    for (one, two), shape in zip(pairs, shared, strict=True):
        yield Kind.OVERLAP, tuple(sorted((codes[one], codes[two]))), shape


def _holes(shapes: NDArray[Any], codes: Sequence[str], *, all_fit: bool) -> list[Place]:
    """Find the holes of all polygons together; the quick union is right only where all edges fit."""
    whole = shapely.coverage_union_all(shapes) if all_fit else shapely.union_all(shapes)
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    # What lies in a hole is ground again: an island is no part of the gap around it.
    holes = [shapely.difference(shapely.Polygon(ring), whole) for ring in rings]
    return _gaps(holes, shapes, codes, ())


def _against_parents(shapes: NDArray[Any], codes: Sequence[str], parents: Parents) -> list[Place]:
    grounds = _sound(_checked(parents.shapes, parents.codes))
    rows: dict[str, list[int]] = {code: [] for code in parents.codes}
    if len(parents.of) != len(codes):
        raise InputError(f"there are {len(codes)} polygons but {len(parents.of)} parents; each needs one")
    for row, code in enumerate(parents.of):
        if code not in rows:
            raise InputError(f"{codes[row]} belongs to {code}, of which there is no boundary")
        rows[code].append(row)
    found: list[Place] = []
    for ground, (code, children) in zip(grounds, rows.items(), strict=True):
        theirs = shapes[children]
        over = shapely.difference(theirs, ground)
        found += [
            (Kind.OUTSIDE, (codes[row], code), shape) for row, shape in zip(children, over, strict=True)
        ]
        left = shapely.difference(ground, shapely.union_all(theirs))
        found += _gaps(list(shapely.get_parts(left)), theirs, [codes[row] for row in children], (code,))
    return found


def _gaps(
    holes: list[Any], shapes: NDArray[Any], codes: Sequence[str], parent: tuple[str, ...]
) -> list[Place]:
    """Name the polygons around each gap, after its parent."""
    around: list[set[str]] = [set() for _ in holes]
    row, shape = shapely.STRtree(shapes).query(
        np.array(holes, object), predicate="dwithin", distance=TOUCH_DEG
    )
    for i, j in zip(row, shape, strict=True):
        around[i].add(codes[j])
    return [(Kind.GAP, parent + tuple(sorted(near)), hole) for hole, near in zip(holes, around, strict=True)]


def _measured(places: list[Place], tolerance_m2: float) -> list[CoverageFault]:
    """Make a fault of each part that is large enough; lines and points that remain have no area."""
    shapes = np.array([shape for _, _, shape in places], object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.area(parts) > 0.0
    parts, owner = parts[areal], owner[areal]
    sizes = area_m2(parts)
    large = np.flatnonzero(sizes > tolerance_m2)
    inner = shapely.get_coordinates(shapely.point_on_surface(parts[large]))
    return [
        CoverageFault(places[owner[k]][0], places[owner[k]][1], float(lon), float(lat), float(sizes[k]))
        for k, (lon, lat) in zip(large, inner, strict=True)
    ]
