"""Sharing a block out among its buildings: each gets the ground that is nearest to it.

Before: blocks between roads, and buildings. After: `make`. Enclosed tessellation (Arribas-Bel and Fleischmann
2022): Voronoi cells of points along the outlines, joined by building, within the block.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geometry.metres import to_metres

STEP_M = 4.0
"""So far apart are the points along an outline; the line between two buildings is as smooth as that."""


def bodies(buildings: NDArray[Any], ground: Any) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Join buildings that overlap or touch along a wall, so that what is one on the ground is one here.

    Parameters
    ----------
    buildings : ndarray of Polygon or MultiPolygon
        Degrees; broken outlines are mended.
    ground : Polygon or MultiPolygon
        Degrees. What stands outside is left out, what reaches over its line is cut off there.

    Returns
    -------
    shapes : ndarray of Polygon or MultiPolygon
        One a body.
    body : ndarray of int
        The body of each building, -1 for one outside.
    """
    from gis.boundaries.propose.graph import components

    sound = shapely.make_valid(shapely.force_2d(buildings), method="structure", keep_collapsed=False)
    inner = shapely.intersection(sound, ground)
    here = np.flatnonzero(shapely.area(inner) > 0.0)
    # a shared corner joins nothing: a line or ground must be shared
    one, other = shapely.STRtree(inner[here]).query(inner[here], predicate="intersects")
    pairs = np.column_stack([one, other])[one < other]
    meet = shapely.get_dimensions(shapely.intersection(inner[here[pairs[:, 0]]], inner[here[pairs[:, 1]]]))
    group = components(len(here), pairs[meet >= 1])
    shapes = [
        _areal(shapely.union_all(inner[here[group == g]])) for g in range(int(group.max(initial=-1)) + 1)
    ]
    body = np.full(len(buildings), -1, np.intp)
    body[here] = group
    return np.array(shapes, dtype=object), body


def _areal(shape: Any) -> Any:
    """Drop lines and points that cutting left over."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - areas


def cell_lines(block: Any, shapes: NDArray[Any]) -> Any:
    """Draw the lines between the cells of a block's buildings.

    Parameters
    ----------
    block : Polygon or MultiPolygon
        Degrees.
    shapes : ndarray of Polygon or MultiPolygon
        The bodies in it, at least two, degrees.

    Returns
    -------
    MultiLineString
        Degrees; empty where the buildings are too close to tell apart.
    """
    flat = to_metres(np.array([block, *shapes], dtype=object))
    outlines = shapely.segmentize(shapely.boundary(flat.shapes[1:]), STEP_M)
    points, owner = shapely.get_coordinates(outlines, return_index=True)
    points, first = np.unique(np.round(points, 3), axis=0, return_index=True)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=flat.shapes[0], ordered=True)
    )
    owner = owner[first]
    joined = [shapely.coverage_union_all(cells[owner == b]) for b in np.unique(owner)]
    lines = shapely.intersection(shapely.union_all(shapely.boundary(np.array(joined))), flat.shapes[0])
    return type(flat)(lines, flat.epsg).in_degrees()
