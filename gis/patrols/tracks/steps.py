"""Fixes put into steps of the model: the time in which one walks a few metres.

Before: `cleaning`, `pace`. After: `matching`. Fixes of one step become their middle, which is surer than each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gis.patrols.network.network import Floats, Places
from gis.patrols.tracks.cleaning import Fixes
from gis.patrols.tracks.moves import STEP_M
from gis.patrols.tracks.pace import Pace

LONGEST_GAP_S, LONGEST_GAP_M = 600.0, 800.0
"""Of a longer gap nobody knows which way was taken, so nothing in it counts as seen."""


@dataclass(frozen=True)
class Steps:
    """Fixes by step.

    Attributes
    ----------
    x, y : ndarray of float, shape (n,)
        Metres of the network's plane.
    sure : ndarray of float, shape (n,)
        One over the variance of each axis.
    step : ndarray of int, shape (n,)
        The step of each, from 0, growing.
    breaks : ndarray of bool, shape (n,)
        Whether nothing is known of the way to it from the one before.
    step_s : float
        Seconds a step.
    """

    x: Floats
    y: Floats
    sure: Floats
    step: Places
    breaks: NDArray[np.bool_]
    step_s: float

    @cached_property
    def fix_at(self) -> Places:
        """The fix at each step, -1 where there is none."""
        found = np.full(int(self.step[-1]) + 1, -1, np.int64)
        found[self.step] = np.arange(len(self.step))
        return found


def in_steps(fixes: Fixes, pace: Pace) -> Steps:
    """Put fixes into steps."""
    step_s = STEP_M / pace.speed_m_s
    which = np.floor((fixes.at_s - fixes.at_s[0]) / step_s).astype(np.int64)
    step, first, group = np.unique(which, return_index=True, return_inverse=True)
    many = np.bincount(group)
    x, y, off = (np.bincount(group, part) / many for part in (*fixes.xy.T, fixes.off_m))
    took = np.diff(fixes.at_s)
    far = np.hypot(*np.diff(fixes.xy, axis=0).T)
    unknown = np.append(True, (took > LONGEST_GAP_S) | (far > LONGEST_GAP_M))
    sure = many * pace.weight / (off * pace.wide) ** 2
    return Steps(x, y, sure, step, unknown[first], step_s)
