"""The network cut into cells of a few steps.

Before: `network`. After: `walks`. A state is a cell with a way of being in it: going towards the section's head, going
towards its tail, or standing; `moves` says how one goes on from each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gis.patrols.network.network import Floats, Network, Places
from gis.patrols.tracks.moves import MODES, moves

CELL_M = 5.0


@dataclass(frozen=True)
class Moves:
    """Moves of each state: those of state s are at `first[s]:first[s + 1]`.

    Attributes
    ----------
    first : ndarray of int, shape (states + 1,)
    state : ndarray of int, shape (k,)
        The state at the other end.
    chance : ndarray of float, shape (k,)
        Probability of the move at a step.
    """

    first: Places
    state: Places
    chance: Floats

    def listed(self) -> tuple[Places, Places, Floats]:
        """Give the three, as compiled loops take them."""
        return self.first, self.state, self.chance


@dataclass(frozen=True)
class Cells:
    """The cells of a network.

    Attributes
    ----------
    section : ndarray of int, shape (c,)
        The section each cell is part of; a section's cells follow each other from its tail.
    begin : ndarray of int, shape (sections + 1,)
        The first cell of each section.
    long_m : ndarray of float, shape (c,)
        Metres along the section.
    xy : ndarray of float, shape (c, 2)
        The cell's middle, metres of the network's plane.
    across : ndarray of float, shape (c, 2)
        The unit vector across the section.
    onward, back : Moves
        From each state to which others, and to each state from which others.
    """

    section: Places
    begin: Places
    long_m: Floats
    xy: Floats
    across: Floats
    onward: Moves
    back: Moves

    @cached_property
    def tree(self) -> cKDTree:
        """The middles, to look for the near ones."""
        return cKDTree(self.xy)


def cells_of(network: Network) -> Cells:
    """Cut each section into equal cells of about five metres, at least one."""
    many = np.maximum(np.round(network.length_m / CELL_M), 1).astype(np.int64)
    begin = np.concatenate([[0], np.cumsum(many)])
    section = np.repeat(np.arange(network.sections), many)
    long_m = (network.length_m / many)[section]
    place = np.arange(begin[-1]) - begin[section]
    start, middle, end = (
        shapely.get_coordinates(
            shapely.line_interpolate_point(network.lines[section], (place + part) * long_m)
        )
        for part in (0.0, 0.5, 1.0)
    )
    along = (end - start) / np.maximum(np.hypot(*(end - start).T), 1e-9)[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]])
    here, there, chance = moves(network, begin, long_m)
    states = MODES * int(begin[-1])
    onward, back = _listed(here, there, chance, states), _listed(there, here, chance, states)
    return Cells(section, begin, long_m, middle, across, onward, back)


def _listed(key: Places, state: Places, chance: Floats, states: int) -> Moves:
    order = np.argsort(key, kind="stable")
    first = np.searchsorted(key[order], np.arange(states + 1)).astype(np.int64)
    return Moves(first, state[order], chance[order])
