"""Proving a plan by walking it: nothing the search has worked out is believed.

Before: `plan`. After: the command prints what comes out here. Only the corners of the sections are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.errors import InputError
from gis.patrols.cover.plan import Plan
from gis.patrols.network.network import Floats, Network

NEAR_M = 0.2


@dataclass(frozen=True)
class Walked:
    """One walk as it was walked.

    Attributes
    ----------
    corners : ndarray of float, shape (k, 2)
        Metres, in order.
    length_m : float
        Measured corner by corner.
    seen_at_m : dict of int to float
        For each wanted section the metres walked when its end was reached first.
    """

    corners: Floats
    length_m: float
    seen_at_m: dict[int, float]


def check(network: Network, start: int, plan: Plan) -> list[Walked]:
    """Walk every walk of a plan.

    Raises
    ------
    InputError
        The first thing that is wrong: a walk that does not start or end at the start, a step that begins elsewhere
        than the one before ended, a section that nobody sees, a length that does not add up.
    """
    walked = [_walked(network, start, number, walk) for number, walk in enumerate(plan.walks, 1)]
    seen = {section for walk in walked for section in walk.seen_at_m}
    missing = [int(section) for section in np.flatnonzero(plan.seen) if int(section) not in seen]
    if missing:
        raise InputError(
            f"{len(missing)} sections are seen by nobody, the first is section {missing[0] + 1}."
        )
    for number, (walk, said) in enumerate(zip(walked, plan.lengths_m, strict=True), 1):
        if abs(walk.length_m - said) > 1e-3 * max(1.0, said):
            raise InputError(f"Walk {number} is said to be {said:.1f} m long, but is {walk.length_m:.1f} m.")
    return walked


def _walked(network: Network, start: int, number: int, walk: Sequence[tuple[int, bool]]) -> Walked:
    at = network.nodes[start]
    corners: list[Floats] = [at[None, :]]
    length = 0.0
    seen: dict[int, float] = {}
    for section, backward in walk:
        line = shapely.get_coordinates(network.lines[section])
        line = line[::-1] if backward else line
        if np.hypot(*(line[0] - at)) > NEAR_M:
            raise InputError(f"Walk {number} jumps to section {section + 1}; a walk must hang together.")
        length += float(np.hypot(*np.diff(line, axis=0).T).sum())
        corners.append(line[1:])
        at = line[-1]
        if network.wanted[section]:
            seen.setdefault(section, length)
    if np.hypot(*(at - network.nodes[start])) > NEAR_M:
        raise InputError(f"Walk {number} does not end where it starts.")
    return Walked(np.vstack(corners), length, seen)
