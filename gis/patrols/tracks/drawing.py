"""Walks drawn along a whole track, piece by piece: what they passed, and the way of one of them.

Before: `cells`, `steps`. After: `matching`, `learning`. `walks` has the compiled loops. A walk ends where nothing is
known of the way to the next fix, and where fixes lie far from everywhere it can have come to; the next begins there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.patrols.network.network import Floats, Places
from gis.patrols.tracks.cells import Cells
from gis.patrols.tracks.moves import MODES
from gis.patrols.tracks.steps import Steps
from gis.patrols.tracks.walks import ahead, drawn

LEAST_REACH_M, MOST_REACH_M = 35.0, 120.0
"""Fixes further from every way are left out: one was not on the street then."""

WALKS = 32
AT_ONCE, BEYOND = 3000, 300
"""Steps looked at in one go, and how many more so that the last ones know what comes."""

LONG_AGO = -1_000_000


@dataclass(frozen=True)
class Drawn:
    """What drawn walks leave behind.

    Attributes
    ----------
    mask, last : ndarray of int, shape (cells,)
        The walks that passed a cell at the time looked at, as bits, and the step of that.
    seen : ndarray of int, shape (cells,)
        The last step at which enough walks passed it, -1 where they never did.
    way : ndarray of int, shape (steps,)
        The first walk's state at each step, -1 where there is none.
    """

    mask: Places
    last: Places
    seen: Places
    way: Places


def reach_m(off_m: Floats) -> Floats:
    """Give how far from a fix ways are looked for, metres, by how far off it usually is."""
    reach: Floats = np.clip(4 * off_m, LEAST_REACH_M, MOST_REACH_M)
    return reach


def walked(cells: Cells, steps: Steps) -> Drawn:
    """Draw walks along all fixes; the same fixes give the same walks."""
    many, total = len(cells.long_m), len(steps.fix_at)
    found = Drawn(
        np.zeros(many, np.int64), np.full(many, LONG_AGO), np.full(many, -1), np.full(total, -1)
    )  # fmt: skip
    random = np.random.default_rng(1)
    fix = 0
    for end in np.append(np.flatnonzero(steps.breaks)[1:], len(steps.step)).tolist():
        while fix < end:
            done = _one_walk(cells, steps, (fix, end), found, random)
            fix = int(np.searchsorted(steps.step, done + 1))
    return found


def _one_walk(
    cells: Cells, steps: Steps, fixes: tuple[int, int], found: Drawn, random: np.random.Generator
) -> int:
    """Draw walks from a fix on, until another one or until fixes are far from all of them; give the last step."""
    cell_x, cell_y = np.ascontiguousarray(cells.xy.T)
    given = (steps.fix_at, steps.x, steps.y, steps.sure, *cells.onward.listed(), cell_x, cell_y)
    written = (*cells.back.listed(), found.mask, found.last, found.seen, found.way)
    begin, end = int(steps.step[fixes[0]]), int(steps.step[fixes[1] - 1])
    ids, chances = _begun(cells, np.array([steps.x[fixes[0]], steps.y[fixes[0]]]), steps.sure[fixes[0]])
    while True:
        goal = min(begin + AT_ONCE + BEYOND, end)
        at, ids, chances, stop = ahead(begin, goal, ids, chances, *given)
        until = min(goal, stop - 1)
        keep = until if until == end or stop <= goal else begin + AT_ONCE
        drawn(begin, until, keep, at, ids, chances, random.random((until - begin + 1, WALKS)), *written)
        if keep == until:
            return keep
        here = slice(at[keep - begin], at[keep - begin + 1])
        ids, chances, begin = ids[here], chances[here], keep


def _begun(cells: Cells, xy: Floats, sure: float) -> tuple[Places, Floats]:
    """Give the states near a fix with their chances: nothing is known of how one came there."""
    near = np.array(cells.tree.query_ball_point(xy, float(reach_m(1 / np.sqrt(sure)))), np.int64)
    if not len(near):
        near = np.array([cells.tree.query(xy)[1]], np.int64)
    against = 0.5 * ((cells.xy[near] - xy) ** 2).sum(axis=1) * sure
    chances = np.exp(against.min() - against) * cells.long_m[near]
    ids = (MODES * near[:, None] + np.arange(MODES)).ravel()
    return ids.astype(np.int32), np.repeat(chances, MODES).astype(np.float32)
