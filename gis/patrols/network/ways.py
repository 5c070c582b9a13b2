"""Ways as they come in: lines in degrees with what matters for walking.

Before: `reading` (files) or `stored` (the database). After: `build`. A one-way street binds vehicles only, so it does
not matter here: a walker goes both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

NO = {"", "no", "none", "null", "false", "0", "nan"}
NOT_WALKED = {
    "motorway", "motorway_link", "construction", "proposed", "raceway", "bus_guideway", "abandoned", "razed",
}  # fmt: skip
"""Classes of way that nobody walks; a stored network leaves them out."""


@dataclass(frozen=True)
class Ways:
    """Lines to be walked.

    Attributes
    ----------
    lines : ndarray of LineString, shape (n,)
        Degrees, without heights.
    level : ndarray of int, shape (n,)
        0 on the ground, others on bridges (up) and in tunnels (down): ways on two levels meet only where both have
        a corner.
    names, kinds, codes : list of str
        The street's name, its class (`highway`), and where it comes from; empty where unknown.
    worth : ndarray of float, shape (n,)
        What seeing a metre of it is worth, 1 unless stated.
    ends : ndarray of int, shape (n, 2), or None
        The junctions a graph's own lines lead from and to; None where junctions are still to be found.
    remarks : list of str
        Sentences on what was left out or guessed.
    """

    lines: NDArray[Any]
    level: NDArray[np.int64]
    names: list[str]
    kinds: list[str]
    codes: list[str]
    worth: NDArray[np.float64]
    ends: NDArray[np.int64] | None = None
    remarks: list[str] = field(default_factory=list)


def level_of(layer: str = "", bridge: str = "", tunnel: str = "") -> int:
    """Give a way's level from its tags: the layer where it is a number, else 1 on a bridge and -1 in a tunnel."""
    if layer.lstrip("+-").isdigit() and int(layer):
        return int(layer)
    return int(bridge.strip().lower() not in NO) - int(tunnel.strip().lower() not in NO)


def ways_of(
    lines: Sequence[Any],
    *,
    level: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
) -> Ways:
    """Put lines in hand together as ways; what is not given is unknown."""
    many = len(lines)
    shapes = np.empty(many, object)
    shapes[:] = list(lines)
    return Ways(
        lines=shapes,
        level=np.zeros(many, np.int64) if level is None else np.asarray(level, np.int64),
        names=[""] * many if names is None else list(names),
        kinds=[""] * many if kinds is None else list(kinds),
        codes=[str(at + 1) for at in range(many)] if codes is None else list(codes),
        worth=np.ones(many),
    )
