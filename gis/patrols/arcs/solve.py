"""Solving: start from a greedy plan, take out and put back while there is time, and give the best plan seen.

Before: a `Problem`. After: `Solution`. The search is seeded. Given steps it always gives the same answer; given
seconds it goes as far as the machine goes. One core.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from gis.errors import InputError
from gis.patrols.arcs.anneal import anneal
from gis.patrols.arcs.problem import Problem
from gis.patrols.arcs.solution import Solution, cost_of, with_directions
from gis.patrols.arcs.state import Search, search_of

WARM, COLD = 0.2, 0.005
"""How much dearer a plan may get at the beginning and at the end, in parts of the mean cost of a piece."""

OUT_AT_ONCE, LONGEST_STRING = 10.0, 10.0
"""How many pieces a step takes out in the mean, and how long a string is at most."""

STEPS_AT_ONCE = 1000
LOOK_S = 0.02
"""About how long the search runs between two looks at the clock."""

LEAST_STEPS = 20_000
"""Done in any case, some tenths of a second, even if starting has taken all the time there was."""

EPSILON = 1e-6

Tell = Callable[[float, float, int], None]


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    least: float = 0.0,
    tell: Tell | None = None,
) -> Solution:
    """Find rounds that cost little.

    Parameters
    ----------
    problem : Problem
        What is to be served.
    seconds : float, optional
        Wall clock from now on, compiling included where nothing compiled is at hand.
    steps : int, optional
        How many steps; the answer is then the same on every run. One of the two is needed.
    seed : int
        Of the lot.
    least : float
        A proven lower bound: the search ends as soon as it is met.
    tell : callable, optional
        Told seconds, best cost (with the worth of what is left out) and steps, about once a second.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        Neither seconds nor steps, or a plan that serves everything in the rounds allowed was not found.
    """
    if (seconds is None) == (steps is None):
        raise InputError("Say how long to search: either seconds or steps.")
    if not problem.pieces:
        return Solution((), (), 0.0, 0)
    begin = time.perf_counter()
    search = search_of(problem, seed, (OUT_AT_ONCE, LONGEST_STRING))
    anneal(search, 0.0, 1.0, 1)  # nothing is in a round yet, so the first step is greedy insertion
    done = (
        _by_steps(search, steps, least)
        if steps is not None
        else _by_clock(search, begin, seconds or 0.0, least, tell)
    )
    return _answer(problem, search, done)


def _warmth(search: Search) -> tuple[float, float]:
    used = search.plan.size > 0
    unit = float(search.plan.behind[used, 0, 0].sum()) / max(1, int(search.plan.size.sum()))
    return max(unit, EPSILON) * WARM, max(unit, EPSILON) * COLD


def _by_steps(search: Search, steps: int, least: float) -> int:
    warm, cold = _warmth(search)
    cooling = (cold / warm) ** (1.0 / max(1, steps))
    done = 0
    while done < steps and search.costs[1] > least + EPSILON:
        more = min(STEPS_AT_ONCE, steps - done)
        anneal(search, warm * cooling**done, cooling, more)
        done += more
    return done


def _by_clock(search: Search, begin: float, seconds: float, least: float, tell: Tell | None) -> int:
    """Cool down with the clock."""
    if time.perf_counter() > begin + seconds:
        return _by_steps(search, LEAST_STEPS, least)
    warm, cold = _warmth(search)
    first = now = time.perf_counter()
    end, done, more, told = begin + seconds, 0, STEPS_AT_ONCE, 0.0
    while search.costs[1] > least + EPSILON and now < end:
        share = min(1.0, (now - first) / max(end - first, EPSILON))
        anneal(search, warm * (cold / warm) ** share, 1.0, more)
        done += more
        before, now = now, time.perf_counter()
        more = max(1, min(50 * STEPS_AT_ONCE, math.ceil(more * LOOK_S / max(now - before, LOOK_S / 4))))
        if tell is not None and now - told >= 1.0:
            told = now
            tell(now - begin, float(search.costs[1]), done)
    return done


def _answer(problem: Problem, search: Search, done: int) -> Solution:
    orders = [search.order[at, 1 : size + 1].tolist() for at, size in enumerate(search.size) if size]
    inside = {piece for order in orders for piece in order}
    left_out = tuple(piece for piece in range(problem.pieces) if piece not in inside)
    if left_out and problem.worth is None:
        raise InputError(
            f"No plan was found that serves everything in {problem.rounds} rounds: {len(left_out)} pieces are left; "
            "allow more rounds, more load or more time.",
            pieces=list(left_out),
        )
    rounds = tuple(with_directions(problem, order) for order in orders)
    return Solution(rounds, left_out, sum(cost_of(problem, served) for served in rounds), done)
