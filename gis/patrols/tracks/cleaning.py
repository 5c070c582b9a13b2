"""Cleaning fixes: in order, once each, without jumps, and evened out over what one walks in a few steps.

Before: fixes as a telephone gives them. After: `matching`. Standing still gives many fixes of one place; noise makes
them wander: fixes of the same few seconds become their middle, which lies nearer the truth than each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.errors import InputError
from gis.patrols.network.network import Floats

FASTEST_M_S = 12.0
"""Faster than an e-bike; what moved faster did not move."""

STEP_M = 12.0
"""Fixes within the time in which one goes so far become one."""

WORST_M, USUAL_M, BEST_M = 60.0, 10.0, 3.0
LONGEST_MIDDLE_S = 15.0
SOON_S = 60.0
STAYS = 4
"""So many fixes in a row that agree with each other are no jump: one really is there now."""


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
    return _middles(Fixes(at_s[keep], xy[keep], off[keep]))


def noise_of(at_s: Floats, xy: Floats) -> float:
    """Estimate how far off fixes are from how much they bend: where one walks straight, only noise bends."""
    if len(at_s) < 2 * STAYS:
        return USUAL_M
    even = np.abs(np.diff(at_s, 2)) < 0.5 * np.diff(at_s)[1:]
    soon = (at_s[2:] - at_s[:-2]) < SOON_S
    bend = np.abs(np.diff(xy, 2, axis=0))[even & soon]
    if len(bend) < STAYS:
        return USUAL_M
    # the middle of |N(0, s)| is 0.6745 s, and a second difference of noise spreads by the root of 6
    return float(np.clip(np.median(bend) / 0.6745 / np.sqrt(6), BEST_M, WORST_M / 2))


def _without_jumps(at_s: Floats, xy: Floats, off: Floats) -> list[int]:
    keep: list[int] = []
    doubted: list[int] = []
    times, places, widths = at_s.tolist(), xy.tolist(), off.tolist()

    def fits(one: int, other: int) -> bool:
        far = float(np.hypot(places[other][0] - places[one][0], places[other][1] - places[one][1]))
        soon_s = min(times[other] - times[one], SOON_S)
        return bool(far <= FASTEST_M_S * soon_s + 3 * (widths[one] + widths[other]))

    for at in range(len(times)):
        if not keep or fits(keep[-1], at):
            keep.append(at)
            doubted = []
            continue
        doubted = [*doubted, at] if doubted and fits(doubted[-1], at) else [at]
        if len(doubted) >= STAYS:
            keep += doubted
            doubted = []
    return keep


def _middles(fixes: Fixes) -> Fixes:
    """Put fixes of a few seconds together, the fewer the faster one goes."""
    if len(fixes) <= STAYS:
        return fixes
    bin_s = float(np.clip(STEP_M / max(_speed(fixes), 0.1), 1.0, LONGEST_MIDDLE_S))
    since = fixes.at_s - fixes.at_s[0]
    _, group = np.unique(np.floor(since / bin_s), return_inverse=True)
    many = np.bincount(group).astype(np.float64)

    def middle(values: Floats) -> Floats:
        found: Floats = np.bincount(group, values) / many
        return found

    xy = np.column_stack([middle(fixes.xy[:, 0]), middle(fixes.xy[:, 1])])
    # neighbouring fixes err alike, so the middle is less sure than if they did not
    off = np.maximum(middle(fixes.off_m) / np.sqrt(np.minimum(many, 6)), BEST_M)
    return Fixes(middle(fixes.at_s), xy, off)


def _speed(fixes: Fixes) -> float:
    """Give the usual speed, metres a second, over half minutes: noise hardly counts over so long."""
    later = np.searchsorted(fixes.at_s, fixes.at_s + 30.0)
    usable = np.flatnonzero(later < len(fixes))
    took = fixes.at_s[later[usable]] - fixes.at_s[usable]
    far = np.hypot(*(fixes.xy[later[usable]] - fixes.xy[usable]).T)
    speed = (far / took)[took < SOON_S]
    return float(np.median(speed)) if len(speed) else 1.25
