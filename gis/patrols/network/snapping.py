"""Finding the way nearest to a place: a household's door, a case, where a walk starts.

Before: a network, places in degrees. After: rounds know where they leave the way, and how far the door is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.patrols.network.network import Floats, Network, Places


@dataclass(frozen=True)
class Snapped:
    """Places on their nearest section.

    Attributes
    ----------
    section : ndarray of int, shape (k,)
        The section, -1 where none is near enough. At equal distance the first one.
    at_m : ndarray of float, shape (k,)
        Metres from the section's tail.
    off_m : ndarray of float, shape (k,)
        Metres from the place to the section.
    """

    section: Places
    at_m: Floats
    off_m: Floats


def snap(
    network: Network,
    lon: Any,
    lat: Any,
    *,
    furthest_m: float = np.inf,
    among: NDArray[np.bool_] | None = None,
) -> Snapped:
    """Snap places to their nearest sections.

    Parameters
    ----------
    lon, lat : array_like of float, shape (k,)
        Degrees. For a household give its entrance where that is known, else its own point.
    furthest_m : float
        Metres; a place further from every way is snapped to none.
    among : ndarray of bool, shape (m,), optional
        The sections that count; by default all that are wanted (streets, not links).
    """
    usable = np.flatnonzero(network.wanted if among is None else among)
    points: Any = shapely.points(network.in_plane(lon, lat))
    section = np.full(len(points), -1, np.int64)
    off = np.full(len(points), np.inf)
    limit = None if np.isinf(furthest_m) else furthest_m
    if len(usable) and len(points):
        tree = shapely.STRtree(network.lines[usable])
        (row, found), width = tree.query_nearest(
            points, max_distance=limit, return_distance=True, all_matches=True
        )
        # of several at one distance the first section is taken, whatever the tree's order
        for at, which, metres in zip(row[::-1], found[::-1], width[::-1], strict=True):
            candidate = int(usable[which])
            if section[at] < 0 or candidate < section[at]:
                section[at], off[at] = candidate, metres
    at_m = np.zeros(len(points))
    hit = section >= 0
    at_m[hit] = shapely.line_locate_point(network.lines[section[hit]], points[hit])
    return Snapped(section, at_m, off)
