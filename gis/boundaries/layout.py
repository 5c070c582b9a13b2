"""A draft in memory: the ground in units, the grids over it, and what each edit does to them; pure.

Before: `boundaries.queries` reads it. After: `edits` decides, `checks` measures, `adopt` makes it true. Units are never
divided, so whatever the edits, each unit lies in exactly one grid and the grids tile the ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.measures import Units
from gis.boundaries.propose.graph import Graph


@dataclass(frozen=True)
class Part:
    """A grid of a plan.

    Attributes
    ----------
    key : int
        Its number in the plan, from 0; it never changes.
    grid_id : int or None
        Today's grid; None for a new one, and for ground that nobody has today.
    code, name : str
        Today's; a new grid has a name and no code before adoption.
    community_id : int
    like : int or None
        The part whose branch and members a new grid begins with.
    nobody : bool
        Ground that no grid has.
    """

    key: int
    grid_id: int | None
    code: str
    name: str
    community_id: int
    like: int | None = None
    nobody: bool = False


@dataclass(frozen=True)
class Terrain:
    """The ground of a plan: units, what is known of them, and the grids of today.

    Attributes
    ----------
    units : Units
        Neighbours, sizes, counts (`households`, `buildings`, `care`, `open_cases`, `past_cases`, `walking_min`),
        compounds.
    shapes : ndarray of MultiPolygon
        EPSG:4490, degrees.
    community : ndarray of int
        The id of each unit's community.
    today : ndarray of int
        The key of the part each unit lies in today.
    parts : tuple of Part
        Today's grids by code, then perhaps nobody's ground.
    closed : ndarray of bool, optional
        For each pair of neighbours, whether a barrier without a bridge or crossing lies between.
    """

    set_id: int
    units: Units
    shapes: NDArray[Any]
    community: NDArray[np.int64]
    today: NDArray[np.intp]
    parts: tuple[Part, ...]
    closed: NDArray[np.bool_] | None = None

    @property
    def open_pairs(self) -> NDArray[np.intp]:
        """Give the pairs of neighbours that one can walk between."""
        pairs = self.units.graph.pairs
        return pairs if self.closed is None else pairs[~self.closed]

    @property
    def size(self) -> int:
        """How many units there are."""
        return len(self.today)

    def weighed(self, weights: Mapping[str, float]) -> Units:
        """Give the units with the workload that some weights make of their counts."""
        load = np.zeros(self.size)
        for name, weight in weights.items():
            load += weight * self.units.counts[name]
        graph = Graph(self.units.graph.pairs, self.units.graph.shared_m, load)
        return replace(self.units, graph=graph)


@dataclass(frozen=True)
class Layout:
    """Which part each unit is in, the parts, and what is locked.

    Attributes
    ----------
    part : ndarray of int
        The key of each unit's part.
    parts : tuple of Part
        By key.
    locked : frozenset of int
        Keys of parts that nothing leaves and nothing joins.
    held : frozenset of int
        Units that stay where they are.
    members : dict of int to tuple of int
        Who is to work in a part, where the plan says so.
    """

    part: NDArray[np.intp]
    parts: tuple[Part, ...]
    locked: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    members: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def used(self) -> list[int]:
        """Give the keys of the parts that have ground."""
        return [int(key) for key in np.unique(self.part)]

    def units_of(self, key: int) -> NDArray[np.intp]:
        """Give the units of a part."""
        return np.flatnonzero(self.part == key)


def today(terrain: Terrain) -> Layout:
    """Give the lines of today as a layout."""
    return Layout(terrain.today.copy(), terrain.parts)


def apply(layout: Layout, detail: Mapping[str, Any]) -> Layout:
    """Do what an edit says.

    Parameters
    ----------
    detail : mapping
        `parts`: new parts; `to`: pairs of a key and units; `lock`, `unlock`: keys; `hold`, `free`: units;
        `members`: pairs of a key and member ids; `names`: pairs of a key and a name.
    """
    part = layout.part.copy()
    parts = layout.parts + tuple(Part(**one) for one in detail.get("parts", ()))
    for key, units in detail.get("to", ()):
        part[units] = key
    for key, name in detail.get("names", ()):
        parts = tuple(replace(one, name=name) if one.key == key else one for one in parts)
    return Layout(
        part,
        parts,
        (layout.locked | set(detail.get("lock", ()))) - set(detail.get("unlock", ())),
        (layout.held | set(detail.get("hold", ()))) - set(detail.get("free", ())),
        dict(layout.members) | {key: tuple(ids) for key, ids in detail.get("members", ())},
    )


def after(terrain: Terrain, details: Iterable[Mapping[str, Any]]) -> Layout:
    """Give the layout after some edits, from today on."""
    layout = today(terrain)
    for detail in details:
        layout = apply(layout, detail)
    return layout
