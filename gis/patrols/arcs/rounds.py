"""Small compiled steps on one round: keep its two sums, take a piece out, put one in, save and restore it.

Before: `state`. After: `ruin`, `recreate`, `anneal`. All work in place on the arrays of a `Plan`.
"""

from __future__ import annotations

from gis.compiling import inner
from gis.patrols.arcs.problem import Places
from gis.patrols.arcs.state import Plan, Prices, Search


@inner
def draw(seed: Places) -> float:
    """Draw a number from 0 to below 1 and move the seed on (a linear congruence modulo 2**64, its upper bits)."""
    seed[0] = seed[0] * 6364136223846793005 + 1442695040888963407
    return float(((seed[0] >> 33) & 0x7FFFFFFF) / 2147483648.0)


@inner
def round_cost(plan: Plan, at: int) -> float:
    """Give a round's cost with the best directions; one without pieces is not walked and costs nothing."""
    return float(plan.behind[at, 0, 0]) if plan.size[at] > 0 else 0.0


@inner
def reckon(prices: Prices, plan: Plan, at: int) -> None:
    """Work out a round's two sums anew after its order has changed; time grows with its size."""
    order, ahead, behind = plan.order[at], plan.ahead[at], plan.behind[at]
    last = plan.size[at] + 1
    for k in range(1, last + 1):
        way = prices.out_of[order[k], order[k - 1]]
        for p in range(2):
            ahead[k, p] = min(ahead[k - 1, 0] + way[p, 0], ahead[k - 1, 1] + way[p, 1])
    behind[last, 0] = 0.0
    behind[last, 1] = 0.0
    for k in range(last - 1, -1, -1):
        way = prices.onto[order[k], order[k + 1]]
        for o in range(2):
            behind[k, o] = min(way[o, 0] + behind[k + 1, 0], way[o, 1] + behind[k + 1, 1])


@inner
def put_in(search: Search, piece: int, at: int, place: int) -> None:
    """Put a piece into a round behind the position `place`."""
    prices, plan = search.prices, search.plan
    order = plan.order[at]
    for k in range(plan.size[at] + 1, place, -1):
        order[k + 1] = order[k]
    order[place + 1] = piece
    plan.size[at] += 1
    plan.filled[at] += prices.load[piece]
    plan.round_of[piece] = at
    reckon(prices, plan, at)


@inner
def save(plan: Plan, was: Plan, at: int) -> None:
    """Copy one round with its sums from a plan to another of the same shape."""
    was.size[at] = plan.size[at]
    was.filled[at] = plan.filled[at]
    for k in range(plan.size[at] + 2):
        was.order[at, k] = plan.order[at, k]
        for o in range(2):
            was.ahead[at, k, o] = plan.ahead[at, k, o]
            was.behind[at, k, o] = plan.behind[at, k, o]


@inner
def save_once(search: Search, at: int) -> None:
    """Save a round unless the step at hand has done so."""
    if search.saved[at] != search.tally[1]:
        search.saved[at] = search.tally[1]
        save(search.plan, search.was, at)


@inner
def keep_best(search: Search) -> None:
    """Copy the orders of all rounds, as the best that was seen."""
    plan = search.plan
    for at in range(len(plan.size)):
        search.size[at] = plan.size[at]
        for k in range(plan.size[at] + 2):
            search.order[at, k] = plan.order[at, k]


@inner
def cost_of_all(search: Search) -> float:
    """Sum up all rounds and what is left out."""
    total = 0.0
    for at in range(len(search.plan.size)):
        total += round_cost(search.plan, at)
    for k in range(search.tally[0]):
        total += search.prices.worth[search.rest[k]]
    return total


@inner
def sort_by_keys(search: Search, count: int) -> None:
    """Sort the first pieces of `rest` by falling keys, in place; there are few, so by insertion."""
    keys, rest = search.keys, search.rest
    for k in range(1, count):
        key, piece = keys[k], rest[k]
        j = k - 1
        while j >= 0 and keys[j] < key:
            keys[j + 1] = keys[j]
            rest[j + 1] = rest[j]
            j -= 1
        keys[j + 1] = key
        rest[j + 1] = piece
