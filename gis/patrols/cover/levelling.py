"""Cutting one long walk into equal ones, for networks whose cycles are too coarse to share out evenly.

Before: `touring` walks everything once. After: `plan` takes the cut that is more even. Each member goes straight to
the beginning of a stretch, walks it, and goes straight home (G. Frederickson, M. Hecht and C. Kim, 1978); where to cut
is found for all places at once, with little repetition and no walk longer than the mean where that is possible.
"""

from __future__ import annotations

import itertools

import numpy as np

from gis.patrols.cover.touring import Step, ends_of
from gis.patrols.network.network import Floats, Network, Places

MOST_PLACES = 1500
"""Cuts are looked for at so many places along the walk."""

WEIGHT = 20.0


def cut_evenly(network: Network, steps: list[Step], away_m: Floats, members: int) -> list[list[Step]]:
    """Cut a closed walk from the start into stretches.

    Parameters
    ----------
    steps : list of Step
        The walk.
    away_m : ndarray of float, shape (junctions,)
        Metres from the start.
    members : int
        How many stretches at most.

    Returns
    -------
    list of list of Step
        Stretches in order.
    """
    places = np.unique(np.linspace(0, len(steps), min(len(steps), MOST_PLACES) + 1).round().astype(np.int64))
    members = min(members, len(places) - 1)
    if members <= 1:
        return [steps]
    cost = _costs(network, steps, places, away_m)
    mean = float(cost[0, -1]) / members
    for _ in range(3):  # the mean grows with what the ways there and back add
        cuts = _cuts(cost + WEIGHT * np.maximum(cost - mean, 0) ** 2 / mean, members)
        mean = sum(float(cost[a, b]) for a, b in itertools.pairwise(cuts)) / members
    return [steps[places[a] : places[b]] for a, b in itertools.pairwise(cuts)]


def _costs(network: Network, steps: list[Step], places: Places, away_m: Floats) -> Floats:
    """Give what each stretch costs, from the place where it begins to the one where it ends."""
    ends = np.array([ends_of(network, step) for step in steps])
    reach = np.concatenate([[0.0], np.cumsum(network.length_m[[step.section for step in steps]])])[places]
    away = away_m[np.append(ends[:, 0], ends[-1, 1])][places]
    cost: Floats = away[:, None] + reach[None, :] - reach[:, None] + away[None, :]
    cost[np.tril_indices(len(reach))] = np.inf
    return cost


def _cuts(price: Floats, members: int) -> list[int]:
    best = price[0].copy()
    came = []
    for _ in range(members - 1):
        every = best[:, None] + price
        came.append(np.argmin(every, axis=0))
        best = every[came[-1], np.arange(len(best))]
    cuts = [len(best) - 1]
    for before in reversed(came):
        cuts.append(int(before[cuts[-1]]))
    return [0, *cuts[::-1]]
