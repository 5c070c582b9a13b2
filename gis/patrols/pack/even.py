"""Evening out: stops go from one walk to another, one or two at a time, as long as the plan gets cheaper.

Before: `search`. After: nothing. The cost counts the difference between the longest and the shortest walk, so that a
small detour is taken for equal walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from gis.patrols.pack.plan import Order, Plan, Walk, Way, cost, timed
from gis.patrols.pack.problem import Problem

MOST_MOVES = 200


def evened(problem: Problem, plan: Plan) -> Plan:
    """Give a plan that costs no more, with the same stops."""
    ways = [Way(problem, walker) for walker in problem.walkers]
    number = {stop.key: index for index, stop in enumerate(problem.stops)}
    orders: list[Order] = [
        tuple((number[step.stop.key], step.turned) for step in walk.steps) for walk in plan.walks
    ]
    for _ in range(MOST_MOVES):
        better = _better(problem, ways, orders, plan)
        if better is None:
            break
        orders = better
        plan = timed(problem, orders)
    return plan


def _better(problem: Problem, ways: list[Way], orders: list[Order], plan: Plan) -> list[Order] | None:
    """Give the best single change of two walks, or None when none pays."""
    walks = [walk.walk_s for walk in plan.walks]
    best, found = plan.cost_s - 0.5, None
    for one, other in permutations(range(len(ways)), 2):
        for new_one, new_other in _changes(ways[one], ways[other], orders[one], orders[other]):
            walks_now = walks.copy()
            walks_now[one], walks_now[other] = new_one.walk_s, new_other.walk_s
            price = cost(problem, walks_now, plan.left_out)
            if price < best:
                best = price
                found = orders.copy()
                found[one], found[other] = _order(ways[one], new_one), _order(ways[other], new_other)
    return found


def _order(way: Way, walk: Walk) -> Order:
    number = {stop.key: index for index, stop in enumerate(way.stops)}
    return tuple((number[step.stop.key], step.turned) for step in walk.steps)


def _changes(one: Way, other: Way, gives: Order, takes: Order) -> Iterator[tuple[Walk, Walk]]:
    """Give walks in which `one` hands a stop to `other`, put where it costs least."""
    for index, (stop, _turned) in enumerate(gives):
        less = one.walk(gives[:index] + gives[index + 1 :])
        more = _put(other, takes, stop)
        if less is not None and more is not None:
            yield less, more


def _put(way: Way, order: Order, stop: int) -> Walk | None:
    walks = [
        way.walk((*order[:place], (stop, turned), *order[place:]))
        for place in range(len(order) + 1)
        for turned in way.stops[stop].ways
    ]
    return min((walk for walk in walks if walk is not None), key=lambda walk: walk.walk_s, default=None)
