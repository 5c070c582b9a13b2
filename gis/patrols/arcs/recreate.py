"""Putting waiting pieces back where they cost least, each in its best direction.

Before: `ruin` took them out. After: `anneal` keeps the new plan or the old one. A place in a round is priced for
both directions of the piece and of all others in that round at once, by the two sums before and behind the place.
"""

from __future__ import annotations

from gis.compiling import inner
from gis.patrols.arcs.problem import Places
from gis.patrols.arcs.rounds import draw, put_in, round_cost, save_once, sort_by_keys
from gis.patrols.arcs.state import Plan, Prices, Search

PASS_OVER = 0.01
EPSILON = 1e-9
BY_LOT, BY_LOAD, BY_DISTANCE = 4 / 11, 8 / 11, 10 / 11
"""Shares of the orders of insertion, added up; the rest is nearest first."""


@inner
def recreate(search: Search, waiting: int) -> int:
    """Put the first `waiting` pieces of `rest` into rounds, one by one.

    Their order is drawn by lot: any, heaviest first, farthest first, nearest first. A piece stays out where no
    round can take it, or where leaving it out costs less.

    Returns
    -------
    int
        How many pieces stay out; they are the first of `rest` again.
    """
    _arrange(search, waiting)
    out = 0
    for k in range(waiting):
        piece = search.rest[k]
        at, place = _cheapest(search.prices, search.plan, search.seed, piece)
        if at < 0:
            search.rest[out] = piece
            out += 1
        else:
            save_once(search, at)
            put_in(search, piece, at, place)
    return out


@inner
def _arrange(search: Search, waiting: int) -> None:
    rule = draw(search.seed)
    for k in range(waiting):
        piece = search.rest[k]
        if rule < BY_LOT:
            search.keys[k] = draw(search.seed)
        elif rule < BY_LOAD:
            search.keys[k] = search.prices.load[piece]
        elif rule < BY_DISTANCE:
            search.keys[k] = search.prices.far[piece]
        else:
            search.keys[k] = -search.prices.far[piece]
    sort_by_keys(search, waiting)


@inner
def _cheapest(prices: Prices, plan: Plan, seed: Places, piece: int) -> tuple[int, int]:
    """Find the round and the position behind which a piece costs least; (-1, 0) where leaving it out does."""
    best, best_at, best_place = prices.worth[piece], -1, 0
    room = prices.limits[0] - prices.load[piece] + EPSILON
    onto, out_of = prices.onto[piece], prices.out_of[piece]
    unused = False
    for at in range(len(plan.size)):
        size = plan.size[at]
        if plan.filled[at] > room or (size == 0 and unused):
            continue
        unused = unused or size == 0
        now = round_cost(plan, at)
        bound = min(now + best, prices.limits[1] + EPSILON)
        for k in range(size + 1):
            if draw(seed) < PASS_OVER:
                continue
            way_in, way_out = out_of[plan.order[at, k]], onto[plan.order[at, k + 1]]
            before, behind = plan.ahead[at, k], plan.behind[at, k + 1]
            forward = min(before[0] + way_in[0, 0], before[1] + way_in[0, 1]) + min(
                way_out[0, 0] + behind[0], way_out[0, 1] + behind[1]
            )
            backward = min(before[0] + way_in[1, 0], before[1] + way_in[1, 1]) + min(
                way_out[1, 0] + behind[0], way_out[1, 1] + behind[1]
            )
            if min(forward, backward) < bound:
                bound = min(forward, backward)
                best, best_at, best_place = bound - now, at, k
    return best_at, best_place
