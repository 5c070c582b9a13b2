"""Which stretches of which sections a track has seen.

Before: `cleaning`. After: `gis.patrols.seen.counting` keeps them, without the person. `drawing` draws walks that the
track may have been; what enough of them passed was seen. Speed and noise are learnt from a first walk and then used
again.
"""

from __future__ import annotations

import numpy as np

from gis.patrols.network.network import Floats, Network, Places
from gis.patrols.tracks.cells import CELL_M, Cells, cells_of
from gis.patrols.tracks.cleaning import Fixes, clean
from gis.patrols.tracks.drawing import reach_m, walked
from gis.patrols.tracks.learning import learnt
from gis.patrols.tracks.pace import Pace, guessed
from gis.patrols.tracks.steps import in_steps
from gis.patrols.tracks.stretches import Stretches, joined

LEARNT_FROM, MOST_LESSONS = 6000, 4


def match(network: Network, at_s: Floats, xy: Floats, accuracy_m: Floats | None = None) -> Stretches:
    """Match fixes to the network.

    Parameters
    ----------
    at_s : ndarray of float, shape (n,)
        Seconds, in any order.
    xy : ndarray of float, shape (n, 2)
        Metres of the network's plane (`network.in_plane`).
    accuracy_m : ndarray of float, shape (n,), optional
        As the telephone says.

    Returns
    -------
    Stretches
        What was seen, by section; empty where no fix lies near a way. The same fixes give the same answer.
    """
    fixes = clean(at_s, xy, accuracy_m)
    cells = cells_of(network)
    if len(fixes):
        fixes = fixes.only(cells.tree.query(fixes.xy)[0] <= reach_m(fixes.off_m))
    if len(fixes) <= 1:
        none = np.empty(0)
        return Stretches(none.astype(np.int64), none, none, none)
    steps = in_steps(fixes, _pace_of(cells, fixes))
    return _seen(network, cells, walked(cells, steps).seen, fixes.at_s[0], steps.step_s)


def _pace_of(cells: Cells, fixes: Fixes) -> Pace:
    """Learn a track's pace from walks along its beginning, each found with what the one before told."""
    some = fixes.only(slice(LEARNT_FROM))
    pace = guessed(some)
    for _ in range(MOST_LESSONS):
        steps = in_steps(some, pace)
        before, pace = pace, learnt(cells, steps, walked(cells, steps).way, pace)
        if pace.like(before):
            break
    return pace


def _seen(network: Network, cells: Cells, seen: Places, begun_s: float, step_s: float) -> Stretches:
    cell = np.flatnonzero((seen >= 0) & network.wanted[cells.section])
    section, long_m = cells.section[cell], cells.long_m[cell]
    from_m = (cell - cells.begin[section]) * long_m
    at_s: Floats = begun_s + seen[cell] * np.float64(step_s)
    return joined(section, from_m, from_m + long_m, at_s, gap_m=1.1 * CELL_M)
