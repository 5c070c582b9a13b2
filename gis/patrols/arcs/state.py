"""The search's memory as arrays: prices from piece to piece, the rounds at hand, what was there before a change.

Before: `problem`. After: `ruin`, `recreate`, `anneal`, which work on these arrays. Pieces are 0 … n-1; n is the
start and n+1 the end of every round. A round keeps only the order of its pieces: the direction of each is chosen
best by two sums that are kept up to date, `ahead` and `behind`, so that any change is priced for all directions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gis.patrols.arcs.problem import Floats, Places, Problem

NEAR = 200
SPARE_ROUNDS = 3


class Prices(NamedTuple):
    """What the search looks up; none of it changes.

    Attributes
    ----------
    onto : ndarray of float, shape (n + 2, n + 2, 2, 2)
        `onto[i, j, o, p]`: from the end of i served in direction o through j served in direction p.
    out_of : ndarray of float, shape (n + 2, n + 2, 2, 2)
        `out_of[j, i, p, o]`, the same numbers, so that all ways onto j lie side by side.
    near : ndarray of int, shape (n, at most 200)
        All pieces by nearness to each, itself first.
    load, worth, far : ndarray of float, shape (n,)
        Load; price of leaving out; way from the start.
    limits : ndarray of float, shape (2,)
        Capacity and longest cost of a round.
    """

    onto: Floats
    out_of: Floats
    near: Places
    load: Floats
    worth: Floats
    far: Floats
    limits: Floats


class Plan(NamedTuple):
    """The rounds at hand.

    Attributes
    ----------
    order : ndarray of int, shape (rounds, longest + 2)
        Pieces of each round between n and n + 1.
    size : ndarray of int, shape (rounds,)
        How many pieces each round has.
    ahead : ndarray of float, shape (rounds, longest + 2, 2)
        Cheapest cost from the start through the piece at this position, served in this direction.
    behind : ndarray of float, shape (rounds, longest + 2, 2)
        Cheapest cost to the end from the piece at this position, served in this direction, itself not counted.
    filled : ndarray of float, shape (rounds,)
        Load of each round.
    round_of : ndarray of int, shape (n,)
        Which round serves each piece; -1: none.
    """

    order: Places
    size: Places
    ahead: Floats
    behind: Floats
    filled: Floats
    round_of: Places


class Search(NamedTuple):
    """A running search: all it looks up and writes.

    Attributes
    ----------
    prices, plan : Prices, Plan
        What does not change, and the rounds at hand.
    was : Plan
        Of rounds that the step at hand has changed: how they were.
    saved : ndarray of int, shape (rounds,)
        The last step that changed each round.
    rest : ndarray of int, shape (n,)
        Pieces in no round, at the front.
    before : ndarray of int, shape (n,)
        Those that were in no round when the step began.
    keys : ndarray of float, shape (n,)
        Room for sorting `rest`.
    tally : ndarray of int, shape (2,)
        How many pieces are in no round, and the number of the step.
    seed : ndarray of int, shape (1,)
        Of the lot.
    order, size : ndarray of int
        As in `plan`, of the best rounds seen.
    costs : ndarray of float, shape (2,)
        Of the rounds at hand, and of the best, with the worth of what is left out.
    sizes : ndarray of float, shape (2,)
        How many pieces a step takes out in the mean, and how long a string is at most.
    """

    prices: Prices
    plan: Plan
    was: Plan
    saved: Places
    rest: Places
    before: Places
    keys: Floats
    tally: Places
    seed: Places
    order: Places
    size: Places
    costs: Floats
    sizes: Floats


def search_of(problem: Problem, seed: int, sizes: tuple[float, float]) -> Search:
    """Give a search whose rounds are all empty still."""
    plan, made, count = empty_plan(problem), prices(problem), problem.pieces
    return Search(
        prices=made,
        plan=plan,
        was=empty_plan(problem),
        saved=np.zeros(len(plan.size), np.int64),
        rest=np.arange(count, dtype=np.int64),
        before=np.zeros(count, np.int64),
        keys=np.zeros(count),
        tally=np.array([count, 0], np.int64),
        seed=np.array([_mixed(seed)], np.int64),
        order=plan.order.copy(),
        size=plan.size.copy(),
        costs=np.full(2, made.worth.sum()),
        sizes=np.array(sizes),
    )


def _mixed(seed: int) -> int:
    """Spread small seeds over all bits, so that neighbours give different lots."""
    return int(np.random.SeedSequence(abs(seed)).generate_state(1, np.uint64)[0] >> np.uint64(1))


def prices(problem: Problem) -> Prices:
    """Work out all prices of a problem."""
    count = problem.pieces
    enter = np.empty((count + 2, 2), np.int64)
    enter[:count, 0], enter[:count, 1] = problem.tail, problem.head
    leave = np.empty_like(enter)
    leave[:count, 0], leave[:count, 1] = problem.head, problem.tail
    enter[count], leave[count] = problem.start, problem.start
    enter[count + 1], leave[count + 1] = problem.end, problem.end
    cost = np.zeros((count + 2, 2))
    cost[:count] = problem.cost
    onto = problem.between[leave[:, None, :, None], enter[None, :, None, :]] + cost[None, :, None, :]
    apart = problem.between[leave[:count, None, :, None], enter[None, :count, None, :]].min(axis=(2, 3))
    np.fill_diagonal(apart, -1.0)
    worth = np.full(count, np.inf) if problem.worth is None else problem.worth.astype(np.float64)
    return Prices(
        onto=np.ascontiguousarray(onto),
        out_of=np.ascontiguousarray(onto.transpose(1, 0, 3, 2)),
        near=np.ascontiguousarray(np.argsort(apart, axis=1, kind="stable")[:, : min(count, NEAR)]),
        load=problem.load.astype(np.float64),
        worth=np.minimum(worth, _more_than_all(problem)),
        far=onto[count, :count, 0, :].min(axis=1),
        limits=np.array([problem.capacity, problem.longest]),
    )


def _more_than_all(problem: Problem) -> float:
    """Give a price above that of any plan, for pieces that may not be left out."""
    finite = problem.between[np.isfinite(problem.between)]
    dearest = np.where(np.isfinite(problem.cost), problem.cost, 0.0).max(initial=0.0)
    return float((finite.max(initial=0.0) + dearest + 1.0) * 2 * (problem.pieces + 1))


def empty_plan(problem: Problem) -> Plan:
    """Give rounds without pieces: as many as the problem allows, or more than can be of use."""
    rounds, longest = _rounds_of_use(problem), _most_in_a_round(problem)
    count = problem.pieces
    order = np.full((rounds, longest + 2), count + 1, np.int64)
    order[:, 0] = count
    return Plan(
        order=order,
        size=np.zeros(rounds, np.int64),
        ahead=np.zeros((rounds, longest + 2, 2)),
        behind=np.zeros((rounds, longest + 2, 2)),
        filled=np.zeros(rounds),
        round_of=np.full(count, -1, np.int64),
    )


def _rounds_of_use(problem: Problem) -> int:
    """Two rounds that together fit into one are never both needed, hence fewer than twice the load's quotient."""
    most = max(1, problem.pieces)
    if np.isfinite(problem.capacity) and not np.isfinite(problem.longest) and problem.load.sum() > 0:
        most = min(most, int(2 * problem.load.sum() / problem.capacity) + SPARE_ROUNDS)
    return most if problem.rounds is None else min(most, problem.rounds)


def _most_in_a_round(problem: Problem) -> int:
    lightest = np.cumsum(np.sort(problem.load))
    return int(np.searchsorted(lightest, problem.capacity + 1e-9, side="right"))
