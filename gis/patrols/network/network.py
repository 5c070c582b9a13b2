"""The network itself: junctions, sections between them, and the ways from junction to junction.

Before: `build`. After: `cover`, `tracks`, `snapping` and the rounds. Coordinates are metres in a plane laid at the
middle of the network, so that it is true to scale anywhere; `in_degrees` gives them back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gis.geometry.metres import STORED_EPSG, project

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """A walking network.

    Attributes
    ----------
    plane : str
        The plane's system, in PROJ's words.
    nodes : ndarray of float, shape (n, 2)
        Junctions, metres.
    tail, head : ndarray of int, shape (m,)
        The junctions each section leads from and to; every section is walked in both directions.
    lines : ndarray of LineString, shape (m,)
        Metres, from tail to head.
    length_m : ndarray of float, shape (m,)
        Metres.
    wanted : ndarray of bool, shape (m,)
        Whether it is a street to be seen; links over gaps are only walked.
    names, kinds, codes : list of str
        Of the way each section is part of.
    worth : ndarray of float, shape (m,)
        What seeing a metre is worth.
    remarks : list of str
        Sentences on gaps joined, double lines and what was left out.
    """

    plane: str
    nodes: Floats
    tail: Places
    head: Places
    lines: NDArray[Any]
    length_m: Floats
    wanted: NDArray[np.bool_]
    names: list[str]
    kinds: list[str]
    codes: list[str]
    worth: Floats
    remarks: list[str] = field(default_factory=list)

    @property
    def sections(self) -> int:
        """How many sections there are, links included."""
        return len(self.tail)

    @cached_property
    def shortest(self) -> dict[tuple[int, int], int]:
        """The shortest section between each two neighbouring junctions, the smaller junction first."""
        found: dict[tuple[int, int], int] = {}
        for section in np.argsort(self.length_m, kind="stable")[::-1].tolist():
            one, other = int(self.tail[section]), int(self.head[section])
            if one != other:
                found[min(one, other), max(one, other)] = section
        return found

    @cached_property
    def matrix(self) -> csr_array:
        """Neighbouring junctions and the metres between them, both ways."""
        pairs = np.array(list(self.shortest), np.int64).reshape(-1, 2)
        metres = np.maximum(self.length_m[list(self.shortest.values())], 1e-6)
        size = len(self.nodes)
        both = np.concatenate([metres, metres])
        rows, columns = np.concatenate([pairs, pairs[:, ::-1]]).T
        return csr_array((both, (rows, columns)), shape=(size, size))

    @cached_property
    def piece(self) -> Places:
        """Which connected piece each junction belongs to."""
        found: Places = connected_components(self.matrix, directed=False)[1].astype(np.int64)
        return found

    def ways_from(self, nodes: Places, *, limit_m: float = np.inf) -> tuple[Floats, NDArray[np.int32]]:
        """Give the metres from some junctions to all, infinite beyond the limit, and the junction before each."""
        found, before = dijkstra(
            self.matrix, directed=False, indices=nodes, return_predecessors=True, limit=limit_m
        )
        return found, before

    def in_degrees(self, shapes: Any) -> Any:
        """Turn shapes of the plane into longitude and latitude."""
        return project(shapes, self.plane, STORED_EPSG)

    def in_plane(self, lon: Any, lat: Any) -> Floats:
        """Turn longitudes and latitudes (degrees) into the plane's metres, shape (k, 2)."""
        from gis.geometry.metres import transformer

        moved = transformer(STORED_EPSG, self.plane).transform(np.atleast_1d(lon), np.atleast_1d(lat))
        return np.column_stack(moved)


def path_to(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """Give the junctions from start to end, both included, by one row of `ways_from`."""
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return path[::-1]


def plane_at(shapes: NDArray[Any]) -> str:
    """Name a plane whose scale is 1 at the middle of some shapes in degrees."""
    west, south, east, north = shapely.total_bounds(shapes)
    return (
        f"+proj=tmerc +lat_0={(south + north) / 2:.6f} +lon_0={(west + east) / 2:.6f} +k=1 +x_0=0 +y_0=0 "
        "+ellps=GRS80 +units=m +no_defs"
    )
