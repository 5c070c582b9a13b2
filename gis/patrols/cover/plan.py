"""Planning covering walks: what is to be seen, walked by each member from the start and back to it.

Before: a network and where the walks start. After: `checking` proves the plan, `writing` saves it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputError
from gis.patrols.cover.levelling import cut_evenly
from gis.patrols.cover.postman import Doubled, doubled, sections_between
from gis.patrols.cover.sharing import share
from gis.patrols.cover.touring import Step, ends_of, tour
from gis.patrols.network.build import cut_open
from gis.patrols.network.gaps import across
from gis.patrols.network.network import Floats, Network
from gis.patrols.network.snapping import snap

FURTHEST_START_M = 3000.0
ACROSS_M = 200.0
LISTED = 10
EVEN_ENOUGH = 1.03
MOST_FITTINGS = 6
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Ready:
    """A network made ready for walks: pieces joined over open ground, a junction at the start.

    Attributes
    ----------
    start : int
        The junction where all walks start and end.
    off_m : float
        How far the place asked for lies from it, metres.
    remarks : list of str
        Sentences on what was joined and what stays apart.
    """

    network: Network
    start: int
    off_m: float
    remarks: list[str]


@dataclass(frozen=True)
class Plan:
    """Covering walks.

    Attributes
    ----------
    walks : list of list of Step
        One a member, each from the start and back to it; empty where there is nothing left for somebody.
    seen : ndarray of bool, shape (sections,)
        The sections that the walks are to see; others were left out for want of time.
    least_m : float
        One closed walk that sees them all is at least so long, metres.
    """

    walks: list[list[Step]]
    seen: NDArray[np.bool_]
    least_m: float
    lengths_m: list[float] = field(default_factory=list)

    @property
    def uneven(self) -> float:
        """The longest walk over the mean of all; 1 where nobody walks."""
        mean = float(np.mean(self.lengths_m)) if self.lengths_m else 0.0
        return max(self.lengths_m) / mean if mean else 1.0


def made_ready(network: Network, lon: float, lat: float, *, across_m: float = ACROSS_M) -> Ready:
    """Join pieces over open ground and put a junction where the walks start.

    Parameters
    ----------
    lon, lat : float
        Where walks start and end, degrees; the nearest place on a way is taken.
    across_m : float
        The widest open ground to be crossed to a piece that no way leads to, metres.

    Raises
    ------
    InputError
        The start lies further than three kilometres from the ways.
    """
    remarks = []
    length = np.bincount(network.piece[network.tail], network.length_m * network.wanted)
    anchor = int(np.flatnonzero(network.piece == int(np.argmax(length)))[0])
    network, widths = across(network, anchor, furthest_m=across_m)
    if widths:
        remarks.append(
            f"{len(widths)} pieces that no way leads to are reached over open ground, {sum(widths):.0f} m in all."
        )
    inside = network.wanted & (network.piece[network.tail] == network.piece[anchor])
    apart = network.wanted & ~inside
    if apart.any():
        listed = ", ".join(_named(network, at) for at in np.flatnonzero(apart)[:LISTED].tolist())
        remarks.append(
            f"{int(apart.sum())} sections ({network.length_m[apart].sum():.0f} m) lie more than {across_m:g} m apart "
            f"from the rest and are left out: {listed}{' …' if apart.sum() > LISTED else ''}."
        )
    found = snap(network, lon, lat, among=inside)
    off_m = float(found.off_m[0])
    if off_m > FURTHEST_START_M:
        raise InputError(
            f"The start {lon:.6f},{lat:.6f} lies {off_m:.0f} m from the nearest street of the network; it must be "
            f"within {FURTHEST_START_M:.0f} m. Is it longitude first?"
        )
    network = replace(network, wanted=inside)
    network, start = cut_open(network, int(found.section[0]), float(found.at_m[0]))
    return Ready(network, start, off_m, remarks)


def _named(network: Network, section: int) -> str:
    return network.names[section] or network.codes[section] or str(section + 1)


def plan(
    ready: Ready,
    *,
    members: int,
    seconds: float,
    limit_m: float = np.inf,
    seed: int = 1,
    tell: Tell | None = None,
) -> Plan:
    """Plan walks that see every wanted section, or as many as fit.

    Parameters
    ----------
    members : int
        How many walks; equally long as far as the network allows.
    seconds : float
        Time to share out; pairing junctions comes on top.
    limit_m : float
        The longest a walk may be, metres. What does not fit is left out: of the least worth a metre first, among
        equals the furthest from the start.
    seed : int
        Of the search.

    Raises
    ------
    InputError
        Nothing fits within the limit.
    """
    network, start = ready.network, ready.start
    away_m = network.ways_from(np.array([start]))[0][0]
    found = _planned(ready, network.wanted, away_m, members, seconds, seed, tell)
    if max(found.lengths_m) <= limit_m:
        return found
    return _fitted(ready, found, away_m, members, limit_m, seconds, seed, tell)


def _planned(
    ready: Ready, seen: NDArray[np.bool_], away_m: Floats, members: int, seconds: float, seed: int, tell: Tell | None,
) -> Plan:  # fmt: skip
    network, start = ready.network, ready.start
    once = doubled(network, seen, start, tell)
    walks = _walks(network, once, start, away_m, members, time.perf_counter() + seconds, seed)
    return _measured(network, walks, seen, once.least_m, members)


def _measured(
    network: Network, walks: list[list[Step]], seen: NDArray[np.bool_], least_m: float, members: int
) -> Plan:
    walks = walks + [[] for _ in range(members - len(walks))]
    lengths = [float(network.length_m[[step.section for step in walk]].sum()) for walk in walks]
    return Plan(walks, seen, least_m, lengths)


def _walks(
    network: Network, once: Doubled, start: int, away_m: Floats, members: int, until: float, seed: int
) -> list[list[Step]]:
    """Share out by cycles; where that is too uneven, cut one long walk and take what is better."""
    whole = tour(network, np.repeat(np.arange(network.sections), once.times).tolist(), start)
    if members == 1 or not whole:
        return [whole]
    shares = share(network, once.times, away_m, members=members, until=until, seed=seed)
    walks = [_from_start(network, shared, start, away_m) for shared in shares]
    if _uneven(network, walks, members) <= EVEN_ENOUGH:
        return walks
    stretches = cut_evenly(network, whole, away_m, members)
    cut = [_there_and_back(network, stretch, start) for stretch in stretches]
    return min((walks, cut), key=lambda found: _uneven(network, found, members))


def _uneven(network: Network, walks: list[list[Step]], members: int) -> float:
    lengths = [float(network.length_m[[step.section for step in walk]].sum()) for walk in walks]
    return max(lengths) * members / sum(lengths)


def _from_start(network: Network, sections: list[int], start: int, away_m: Floats) -> list[Step]:
    """Walk a share from its junction nearest to the start, and go there and back."""
    nodes = np.unique(np.concatenate([network.tail[sections], network.head[sections]]))
    entry = int(nodes[np.argmin(away_m[nodes])])
    return _there_and_back(network, tour(network, sections, entry), start)


def _there_and_back(network: Network, steps: list[Step], start: int) -> list[Step]:
    first, last = ends_of(network, steps[0])[0], ends_of(network, steps[-1])[1]
    _, before = network.ways_from(np.array([start]))
    there = _steps_along(network, sections_between(network, before[0], start, first), start)
    back = _steps_along(network, sections_between(network, before[0], start, last), start)
    return [*there, *steps, *(Step(step.section, not step.backward) for step in reversed(back))]


def _steps_along(network: Network, sections: list[int], start: int) -> list[Step]:
    steps = []
    for section in sections:
        backward = int(network.tail[section]) != start
        start = int((network.tail if backward else network.head)[section])
        steps.append(Step(section, backward))
    return steps


def _fitted(
    ready: Ready, whole: Plan, away_m: Floats, members: int, limit_m: float, seconds: float, seed: int,
    tell: Tell | None,
) -> Plan:  # fmt: skip
    """See as much as fits: of the most worth a metre first, among equals the nearest."""
    network = ready.network
    order = _by_worth(network, away_m)
    reach = np.cumsum(network.length_m[order])
    low, high = 0.0, float(reach[-1])
    share_m = high * limit_m / max(whole.lengths_m) * 0.97
    best: Plan | None = None
    for _ in range(MOST_FITTINGS):
        chosen = np.zeros(network.sections, bool)
        chosen[order[reach <= share_m]] = True
        if chosen.any():
            found = _planned(ready, chosen, away_m, members, seconds / MOST_FITTINGS, seed, tell)
            longest = max(found.lengths_m)
        else:
            found, longest = _measured(network, [], chosen, 0.0, members), 0.0
        if longest <= limit_m:
            low, best = share_m, found if best is None or chosen.sum() >= best.seen.sum() else best
        else:
            high = share_m
        guess = share_m * limit_m / longest * 0.995 if longest else (low + high) / 2
        share_m = guess if low < guess < high else (low + high) / 2
    if best is None or not best.seen.any():
        nearest = float((away_m[network.tail] + network.length_m + away_m[network.head])[order].min())
        raise InputError(
            f"No street can be seen and left again within {limit_m:.0f} m; the nearest round takes {nearest:.0f} m. "
            "Give more hours."
        )
    return best


def _by_worth(network: Network, away_m: Floats) -> NDArray[np.intp]:
    wanted = np.flatnonzero(network.wanted)
    middle = (away_m[network.tail] + away_m[network.head] + network.length_m)[wanted] / 2
    found: NDArray[np.intp] = wanted[np.lexsort((middle, -network.worth[wanted]))]
    return found
