"""Walks that a track may have been, drawn as likely as they are, in compiled loops.

Before: `cells`, `steps`. After: `matching`. A hidden Markov model over states of cells: `ahead` gives how likely each
state is after all fixes up to a step, `drawn` goes back from the last step and draws whole walks (forward filtering,
backward sampling: S. Frühwirth-Schnatter 1994). A fix is Gaussian near the truth; far off it counts ever less, as no
jump may outweigh all the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiling import compiled, inner

LEAST = 1e-8
"""States so much less likely than the likeliest are no longer followed."""

FAR = 36.0
"""A fix further than the root of this many standard deviations from every state does not belong to the walk."""

APART = 60
"""Steps after which coming back to a cell is another time."""

ENOUGH = 0.4
"""A cell was seen where this share of the walks passed it at one time."""

MOST_FAR = 4
"""So many fixes in a row far from every state end the walk: one really is elsewhere."""


NEAR, LESS, MOST = 9.0, 4.5, 16.0
"""Up to the root of the first a fix counts as a Gaussian one does, then by its distance, and never more than MOST."""


@inner
def against(square: float) -> float:
    """Give how much a fix speaks against a state, by the square of its distance in standard deviations."""
    if square <= NEAR:
        return 0.5 * square
    counted: float = min(np.sqrt(NEAR * square) - LESS, MOST)
    return counted


@inner
def note(walk: int, cell: int, t: int, enough: float, mask: Any, last: Any, seen: Any) -> None:
    """Note that a walk passes a cell at a step; a cell that enough walks pass at one time was seen then."""
    if abs(last[cell] - t) > APART:
        mask[cell] = 0
    last[cell] = t
    if mask[cell] >> walk & 1:
        return
    mask[cell] |= 1 << walk
    count, rest = 0, mask[cell]
    while rest:
        rest &= rest - 1
        count += 1
    if count >= enough:
        seen[cell] = max(seen[cell], t)


@inner
def before(state_now: int, dense: Any, luck: float, first: Any, state: Any, chance: Any) -> int:
    """Draw the state before one, as likely as the states were and lead to it."""
    whole = 0.0
    for move in range(first[state_now], first[state_now + 1]):
        whole += dense[state[move]] * chance[move]
    left = luck * whole
    found = state_now
    for move in range(first[state_now], first[state_now + 1]):
        part = dense[state[move]] * chance[move]
        if part > 0:
            found = state[move]
            left -= part
            if left <= 0:
                break
    return found


@compiled
def ahead(  # noqa: C901, PLR0912 - one loop over arrays, compiled as a whole
    begin: int, end: int, ids: Any, chances: Any, fix_at: Any, x: Any, y: Any, sure: Any,
    first: Any, state: Any, chance: Any, cell_x: Any, cell_y: Any,
) -> Any:  # fmt: skip
    """Give the likely states at each step from `begin` to `end`.

    Parameters
    ----------
    ids, chances : ndarray
        The states at step `begin` and their probabilities, the fix of that step already counted.
    fix_at : ndarray of int
        The fix at each step, -1 where there is none.
    x, y, sure : ndarray
        Of each fix: metres, and one over the variance of each axis.
    first, state, chance : ndarray
        Moves (`cells.Moves`).
    cell_x, cell_y : ndarray
        The middles of cells.

    Returns
    -------
    tuple
        Where each step's states begin in the next two; states; probabilities; the step before which the walk ended
        (`end + 1` where it did not).
    """
    size = len(first) - 1
    dense = np.zeros(size)
    marked = np.zeros(size, np.bool_)
    fresh = np.empty(size, np.int64)
    at = np.zeros(end - begin + 2, np.int64)
    room = max(4 * len(ids), 64 * (end - begin + 1))
    all_ids, all_chances = np.empty(room, np.int32), np.empty(room, np.float32)
    filled = len(ids)
    for k in range(filled):
        all_ids[k], all_chances[k] = ids[k], chances[k]
    at[1] = filled
    far = 0
    far_since = end + 1
    for t in range(begin + 1, end + 1):
        many = 0
        for k in range(at[t - begin - 1], filled):
            for move in range(first[all_ids[k]], first[all_ids[k] + 1]):
                to = state[move]
                if not marked[to]:
                    marked[to] = True
                    fresh[many] = to
                    many += 1
                dense[to] += all_chances[k] * chance[move]
        fix = fix_at[t]
        if fix >= 0:
            nearest = 1e18
            for k in range(many):
                cell = fresh[k] // 3
                square = ((cell_x[cell] - x[fix]) ** 2 + (cell_y[cell] - y[fix]) ** 2) * sure[fix]
                nearest = min(nearest, square)
                dense[fresh[k]] *= np.exp(-against(square))
            if nearest > FAR:
                if far == 0:
                    far_since = t
                far += 1
                if far >= MOST_FAR:
                    for k in range(many):
                        dense[fresh[k]] = 0.0
                        marked[fresh[k]] = False
                    return at[: far_since - begin + 1], all_ids[:filled], all_chances[:filled], far_since
            else:
                far, far_since = 0, end + 1
        best = 0.0
        for k in range(many):
            best = max(best, dense[fresh[k]])
        while filled + many > len(all_ids):
            more_ids, more_chances = (
                np.empty(2 * len(all_ids), np.int32),
                np.empty(2 * len(all_ids), np.float32),
            )
            more_ids[:filled], more_chances[:filled] = all_ids[:filled], all_chances[:filled]
            all_ids, all_chances = more_ids, more_chances
        for k in range(many):
            if dense[fresh[k]] > LEAST * best:
                all_ids[filled], all_chances[filled] = fresh[k], dense[fresh[k]] / best
                filled += 1
            dense[fresh[k]] = 0.0
            marked[fresh[k]] = False
        at[t - begin + 1] = filled
    return at, all_ids[:filled], all_chances[:filled], end + 1


@compiled
def drawn(  # noqa: C901 - one loop over arrays, compiled as a whole
    begin: int, end: int, keep: int, at: Any, ids: Any, chances: Any, random: Any, first: Any, state: Any, chance: Any,
    mask: Any, last: Any, seen: Any, way: Any,
) -> None:  # fmt: skip
    """Draw walks back from step `end` and count how many of them pass each cell at one time.

    Parameters
    ----------
    keep : int
        Steps after this one are only looked at, not noted.
    at, ids, chances : ndarray
        Of `ahead`.
    random : ndarray, shape (end - begin + 1, walks)
        Between 0 and 1.
    first, state, chance : ndarray
        Moves to each state.
    mask, last : ndarray of int, shape (cells,)
        Written: the walks that passed each cell at the time looked at, as bits, and the step of that.
    seen : ndarray of int, shape (cells,)
        Written: the last step at which enough of the walks passed each cell.
    way : ndarray of int
        Written: the first walk's state at each step.
    """
    dense = np.zeros(len(first) - 1)
    walks = random.shape[1]
    now = np.empty(walks, np.int64)
    one, two = at[end - begin], at[end - begin + 1]
    for walk in range(walks):
        left = random[end - begin, walk] * chances[one:two].sum()
        for k in range(one, two):
            now[walk] = ids[k]
            left -= chances[k]
            if left <= 0:
                break
    for t in range(end, begin - 1, -1):
        if t <= keep:
            way[t] = now[0]
            for walk in range(walks):
                note(walk, now[walk] // 3, t, ENOUGH * walks, mask, last, seen)
        if t == begin:
            break
        one, two = at[t - 1 - begin], at[t - begin]
        for k in range(one, two):
            dense[ids[k]] = chances[k]
        for walk in range(walks):
            now[walk] = before(now[walk], dense, random[t - begin, walk], first, state, chance)
        for k in range(one, two):
            dense[ids[k]] = 0.0
