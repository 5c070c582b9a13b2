"""Taking out strings of neighbouring pieces from a few rounds that lie close together.

Before: `anneal` has a plan. After: `recreate` puts the pieces back. The rule for how many strings and how long is
that of slack induction by string removals (Christiaens and Vanden Berghe 2020, Transportation Science 54, 2).
"""

from __future__ import annotations

from gis.compiling import inner
from gis.patrols.arcs.rounds import draw, reckon, save_once
from gis.patrols.arcs.state import Search

SPLIT_SHARE = 0.5
WIDEN_SHARE = 0.01


@inner
def ruin(search: Search, waiting: int) -> int:
    """Take strings out of rounds near a piece drawn by lot.

    Parameters
    ----------
    waiting : int
        How many pieces at the front of `rest` are in no round yet; the pieces taken out follow them.

    Returns
    -------
    int
        How many pieces now wait.
    """
    plan = search.plan
    pieces, used = len(plan.round_of), 0
    for at in range(len(plan.size)):
        used += 1 if plan.size[at] > 0 else 0
    if used == 0:
        return waiting
    longest = min(search.sizes[1], (pieces - waiting) / used)
    strings = int(1.0 + draw(search.seed) * (4.0 * search.sizes[0] / (1.0 + longest) - 1.0))
    near = search.prices.near[int(draw(search.seed) * pieces)]
    for k in range(len(near)):
        piece = near[k]
        at = plan.round_of[piece]
        if at < 0 or search.saved[at] == search.tally[1]:
            continue
        save_once(search, at)
        length = int(1.0 + draw(search.seed) * min(float(plan.size[at]), longest))
        waiting = _take_string(search, piece, min(length, plan.size[at]), waiting)
        strings -= 1
        if strings <= 0:
            break
    return waiting


@inner
def _take_string(search: Search, piece: int, length: int, waiting: int) -> int:
    """Take out a string with a piece in it; half of the times some pieces in its middle stay."""
    plan, at = search.plan, search.plan.round_of[piece]
    order, size = plan.order[at], plan.size[at]
    stay = _pieces_to_stay(search, length, size)
    place = 1
    while order[place] != piece:
        place += 1
    wide = length + stay
    first = max(1, place - wide + 1)
    first += int(draw(search.seed) * (min(place, size - wide + 1) - first + 1))
    hold = first + 1 + int(draw(search.seed) * (length - 1)) if stay > 0 else first + wide
    to = first
    for k in range(first, size + 2):
        if k < first + wide and not hold <= k < hold + stay:
            search.rest[waiting] = order[k]
            waiting += 1
            plan.round_of[order[k]] = -1
            plan.filled[at] -= search.prices.load[order[k]]
        else:
            order[to] = order[k]
            to += 1
    plan.size[at] = size - length
    if plan.size[at] == 0:
        plan.filled[at] = 0.0  # no dust of subtraction
    reckon(search.prices, plan, at)
    return waiting


@inner
def _pieces_to_stay(search: Search, length: int, size: int) -> int:
    if length < 2 or length == size or draw(search.seed) >= SPLIT_SHARE:  # noqa: PLR2004 - one piece has no middle
        return 0
    stay = 1
    while length + stay < size and draw(search.seed) < WIDEN_SHARE:
        stay += 1
    return stay
