"""Cleaning fixes: in order, once each, without jumps, and with a first estimate of how far off they are.

Before: fixes as a telephone gives them. After: `pace` learns better from the walk, `steps` puts them in steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gis.errors import InputError
from gis.patrols.network.network import Floats, Places

FASTEST_M_S = 12.0
"""Faster than an e-bike; what moved faster did not move."""

WORST_M, USUAL_M, BEST_M = 60.0, 10.0, 3.0
SOON_S = 60.0
LEAST_BENDS = 4

JUMP_FIXES, RUNS_BACK = 15.0, 12
"""A run of fixes that one cannot have reached is believed where it has more than so many for each jump."""


@dataclass(frozen=True)
class Fixes:
    """Fixes in order of time.

    Attributes
    ----------
    at_s : ndarray of float, shape (n,)
        Seconds since any moment.
    xy : ndarray of float, shape (n, 2)
        Metres of the network's plane.
    off_m : ndarray of float, shape (n,)
        How far off each usually is (one standard deviation of each axis), metres.
    """

    at_s: Floats
    xy: Floats
    off_m: Floats

    def __len__(self) -> int:
        return len(self.at_s)

    def only(self, which: Any) -> Fixes:
        """Give some of the fixes."""
        return Fixes(self.at_s[which], self.xy[which], self.off_m[which])


def clean(at_s: Floats, xy: Floats, accuracy_m: Floats | None = None) -> Fixes:
    """Clean fixes.

    Parameters
    ----------
    at_s : ndarray of float, shape (n,)
        Seconds, in any order, with repetitions.
    xy : ndarray of float, shape (n, 2)
        Metres; fixes that are no numbers are left out.
    accuracy_m : ndarray of float, shape (n,), optional
        As the telephone says; without it the noise is estimated from the fixes themselves.

    Raises
    ------
    InputError
        The arrays do not fit each other.
    """
    at_s, xy = np.asarray(at_s, np.float64), np.asarray(xy, np.float64).reshape(-1, 2)
    said = np.full(len(at_s), np.nan) if accuracy_m is None else np.asarray(accuracy_m, np.float64)
    if not len(at_s) == len(xy) == len(said):
        raise InputError(f"{len(at_s)} times, {len(xy)} places and {len(said)} accuracies do not fit.")
    good = np.isfinite(at_s) & np.isfinite(xy).all(axis=1) & ~(said > WORST_M)
    at_s, xy, said = at_s[good], xy[good], said[good]
    at_s, first = np.unique(at_s, return_index=True)
    xy, said = xy[first], said[first]
    noise = noise_of(at_s, xy)
    off = np.where(np.isfinite(said), np.clip(said, BEST_M, WORST_M), noise)
    keep = _without_jumps(at_s, xy, off)
    return Fixes(at_s[keep], xy[keep], off[keep])


def noise_of(at_s: Floats, xy: Floats) -> float:
    """Estimate how far off fixes are from how much they bend: where one walks straight, only noise bends."""
    if len(at_s) < 2 * LEAST_BENDS:
        return USUAL_M
    even = np.abs(np.diff(at_s, 2)) < 0.5 * np.diff(at_s)[1:]
    soon = (at_s[2:] - at_s[:-2]) < SOON_S
    bend = np.abs(np.diff(xy, 2, axis=0))[even & soon]
    if len(bend) < LEAST_BENDS:
        return USUAL_M
    # the middle of |N(0, s)| is 0.6745 s, and a second difference of noise spreads by the root of 6
    return float(np.clip(np.median(bend) / 0.6745 / np.sqrt(6), BEST_M, WORST_M / 2))


def _without_jumps(at_s: Floats, xy: Floats, off: Floats) -> Places:
    """Leave out runs of fixes that cannot be reached from those before and after, unless they are many.

    Fixes fall into runs of which each fits the one before; of all chains of runs the one is taken that has the most
    fixes, less a price wherever two runs do not fit.
    """
    if not len(at_s):
        return np.empty(0, np.int64)

    def fits(one: Any, other: Any) -> Any:
        far = np.hypot(*(xy[other] - xy[one]).T)
        return far <= FASTEST_M_S * np.minimum(at_s[other] - at_s[one], SOON_S) + 3 * (off[one] + off[other])

    all_ = np.arange(len(at_s))
    starts = np.concatenate([[0], np.flatnonzero(~fits(all_[:-1], all_[1:])) + 1])
    ends = np.append(starts[1:], len(at_s)) - 1
    best, before = (ends - starts + 1).astype(np.float64), np.full(len(starts), -1)
    for run in range(1, len(starts)):
        earlier = np.arange(max(0, run - RUNS_BACK), run)
        chain = best[earlier] - np.where(fits(ends[earlier], starts[run]), 0.0, JUMP_FIXES)
        if chain.max() > 0:
            best[run] += chain.max()
            before[run] = earlier[chain.argmax()]
    taken = [int(best.argmax())]
    while before[taken[-1]] >= 0:
        taken.append(int(before[taken[-1]]))
    return np.concatenate([np.arange(starts[run], ends[run] + 1) for run in taken[::-1]])
