"""What a track tells of itself once a walk along it is found: its speed, how far off its fixes are, how much alike.

Before: `pace`, `drawing`. After: `matching` walks again. A telephone's fixes stray together for a while: ten of them
say little more than one, and weigh little more.
"""

from __future__ import annotations

import numpy as np

from gis.patrols.network.network import Floats, Places
from gis.patrols.tracks.cells import Cells
from gis.patrols.tracks.moves import MODES, STANDING, STEP_M
from gis.patrols.tracks.pace import FASTEST_M_S, SLOWEST_M_S, Pace
from gis.patrols.tracks.steps import Steps

LEAST_FIXES = 30
"""From fewer fixes nothing is learnt."""

MIDDLE = 0.6745
"""The middle of |N(0, 1)|."""

LONGEST_ALIKE, LEAST_ALIKE = 40, 0.1
"""Of fixes so far apart in the row, or so little alike, it is not asked any more how alike they are."""


def learnt(cells: Cells, steps: Steps, way: Places, pace: Pace) -> Pace:
    """Learn from a walk along fixes that was found with a first idea.

    Parameters
    ----------
    way : ndarray of int, shape (steps,)
        The walk's state at each step, -1 where there is none.
    pace : Pace
        The first idea.
    """
    state = way[steps.step]
    known = state >= 0
    if known.sum() < LEAST_FIXES:
        return pace
    cell = state[known] // MODES
    # only across the street: along it the walk itself follows the fixes
    off = np.column_stack([steps.x, steps.y])[known] - cells.xy[cell]
    error = (off * cells.across[cell]).sum(axis=1) * np.sqrt(steps.sure[known] / pace.weight)
    spread = float(np.median(np.abs(error))) / MIDDLE
    weight = 1 / _alike(np.clip(error / (spread + 1e-9), -3, 3))
    wide = float(np.clip(pace.wide * spread, 0.3, 6.0))
    return Pace(_speed(cells, way[way >= 0], pace), wide, weight)


def _alike(error: Floats) -> float:
    """Give how many fixes that err in turn count as one: one and twice the sum of their correlations."""
    whole, total = float((error * error).mean()) + 1e-9, 1.0
    for lag in range(1, min(LONGEST_ALIKE, len(error) // 2)):
        same = float((error[lag:] * error[:-lag]).mean()) / whole
        if same < LEAST_ALIKE:
            break
        total += 2 * same
    return total


def _speed(cells: Cells, way: Places, pace: Pace) -> float:
    walking = max(int((way[:-1] % MODES != STANDING).sum()), 1)
    moved = way[1:] // MODES != way[:-1] // MODES
    metres = float(cells.long_m[way[1:] // MODES][moved].sum())
    return float(np.clip(pace.speed_m_s * metres / (STEP_M * walking), SLOWEST_M_S, FASTEST_M_S))
