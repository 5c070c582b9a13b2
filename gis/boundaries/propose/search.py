"""The search for plans: many beginnings, annealing, and a finish to the person; a front of plans at the end.

Before: `islands` has said which piece of ground gets how many parts. After: `front`, the report. It stops at a time
or after a number of rounds; the same seed and rounds give the same plans, under a clock nobody can promise that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.propose.anneal import Heat, anneal
from gis.boundaries.propose.even import Asked, even
from gis.boundaries.propose.front import Plan
from gis.boundaries.propose.graph import Graph
from gis.boundaries.propose.grow import grown
from gis.boundaries.propose.islands import Pieces
from gis.boundaries.propose.moves import BINS, FINEST_LOG2, Best, Ground, Room
from gis.boundaries.propose.today import mended

Say = Callable[[float, "Best"], None]

CHUNK = 100_000
STEPS_A_UNIT = 100_000
LEAST_STEPS = 2_000_000
SHARE_OF_TIME = 0.45
WALKS_A_ROUND = 300
AGAIN = 50
"""So many walks in a row share one way of walking; every second row begins from a remembered plan."""
TARGETS = (1e-3, 1e-2, 1e-4)
DEVIATIONS = (2.5e-5, 5e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3)
# target, pull, temperature of the walk: from close to the best plans to far from them
WALKS = ((1e-3, 0.7, 0.5), (1e-2, 0.7, 0.5), (1e-2, 0.7, 0.7), (1e-2, 1.2, 1.2), (1e-3, 0.7, 0.9))
EVENINGS = 4
SETS = (3_000, 10_000, 30_000)
DEAR = (1.5, 7.0)
"""A pair of clusters that evens a part may cut so many more."""
FEW = 4
BEGINNINGS = 20


@dataclass(frozen=True)
class Style:
    """What counts how much: a cut edge, and a hundredth of the weight that leaves its part of today."""

    cut: float
    moved: float


PLAIN = Style(1.0, 0.0)
LEAST_CHANGE = (Style(0.05, 4.0), Style(1.0, 0.5), PLAIN)


@dataclass
class Clock:
    """When to stop: at an instant (`time.monotonic`, s), after a number of rounds, or whichever comes first."""

    until_s: float | None
    rounds: int | None
    began_s: float = field(default_factory=time.monotonic)

    def left_s(self) -> float:
        """Give the seconds left; endless without a time."""
        return np.inf if self.until_s is None else self.until_s - time.monotonic()

    def done(self, rounds: int) -> float:
        """Give the share of the search that is behind us."""
        by_rounds = 0.0 if self.rounds is None else rounds / self.rounds
        whole = np.inf if self.until_s is None else self.until_s - self.began_s
        return max(by_rounds, 1.0 - self.left_s() / whole if np.isfinite(whole) else 0.0)


@dataclass(frozen=True)
class Wanted:
    """What is asked of the search.

    Attributes
    ----------
    parts : int
        How many.
    tolerance : float
        The largest deviation of a part that is wanted, as a share.
    seed : int
        Another number, other plans.
    today : ndarray of int, optional
        Today's part of each unit, from 0, -1 for none: change as little as possible. Parts from `parts` on, the
        lightest by rights, are given up.
    locked : ndarray of bool, optional
        Units that stay in today's part.
    """

    parts: int
    tolerance: float
    seed: int
    today: NDArray[np.intp] | None = None
    locked: NDArray[np.bool_] | None = None


def search(pieces: Pieces, wanted: Wanted, clock: Clock, say: Say) -> list[Plan]:
    """Search for plans.

    Parameters
    ----------
    say : callable
        Told the share that is done and the best so far, a few times a second.

    Returns
    -------
    list of Plan
        All that were the best of their bin of deviation, in no order; empty where no plan of whole parts was
        found, as with fewer units than parts.
    """
    _compile()
    styles = (PLAIN,) if wanted.today is None else LEAST_CHANGE
    grounds = [ground_of(pieces.graph, wanted, style) for style in styles]
    bests = [_nothing(pieces.graph.size) for _ in styles]
    room = Room(np.zeros(pieces.graph.size + 1, np.int64), np.zeros(pieces.graph.size, np.int32))
    seeds, number = np.random.default_rng(wanted.seed), 0
    # one round at least, however little time reading and compiling left
    while number == 0 or (clock.left_s() > 0 and (clock.rounds is None or number < clock.rounds)):
        style = number % len(styles)
        told = partial(_say, say, clock, number)
        desk = _Desk(grounds[style], room, bests[style], clock, seeds, told)
        if not _round(desk, pieces, wanted, number) or wanted.parts == 1:
            break
        number += 1
    return [plan for best in bests for plan in plans_of(pieces.graph, best, wanted)]


def _compile() -> None:
    """Have the inner loops compiled before the clock is looked at: a chain of four units, halved."""
    graph = Graph(np.array([[0, 1], [1, 2], [2, 3]]), np.ones(3), np.ones(4))
    ground = ground_of(graph, Wanted(2, 1.0, 0), PLAIN)
    part = grown(ground, np.zeros(4, np.intp), np.array([2]), 0)
    if part is not None:
        room, best = Room(np.zeros(5, np.int64), np.zeros(4, np.int32)), _nothing(4)
        load = np.bincount(part, graph.weight, minlength=2).astype(np.float64)
        anneal(ground, part, load, Heat(0.1, 0.1, 1.0, 1.0, 1.0, 2), 0, room, best)
        even(ground, part, load, Asked(0.1, 1.0, np.inf, 10), 1.0, 0, room, best)


def _say(say: Say, clock: Clock, number: int, best: Best) -> None:
    say(clock.done(number), best)


@dataclass(frozen=True)
class _Desk:
    """What a round works with."""

    ground: Ground
    room: Room
    best: Best
    clock: Clock
    seeds: np.random.Generator
    say: Callable[[Best], None]

    @property
    def price(self) -> float:
        """What a cut costs, and with it the change of a middling unit."""
        cut = float(self.ground.price[0]) if len(self.ground.price) else 1.0
        return cut + float(self.ground.move.mean())

    def seed(self) -> int:
        return int(self.seeds.integers(2**31))


def ground_of(graph: Graph, wanted: Wanted, style: Style) -> Ground:
    """Lay units and wishes out as the inner loops want them."""
    owner, other = np.concatenate([graph.pairs, graph.pairs[:, ::-1]]).T
    order = np.lexsort((other, owner))
    owner, other = owner[order].astype(np.int32), other[order].astype(np.int32)
    start = np.searchsorted(owner, np.arange(graph.size + 1)).astype(np.int32)
    move = np.zeros((graph.size, wanted.parts))
    if wanted.today is not None:
        here = (wanted.today >= 0) & (wanted.today < wanted.parts)
        move[here] = (style.moved * 100.0 * graph.weight[here] / graph.weight.sum() + 1e-6)[:, None]
        move[np.flatnonzero(here), wanted.today[here]] = 0.0
    fixed = np.zeros(graph.size, bool) if wanted.locked is None else wanted.locked
    goal = np.full(wanted.parts, graph.weight.sum() / wanted.parts)
    return Ground(start, other, owner, np.full(len(other), style.cut), graph.weight, move, fixed, goal)


def _nothing(units: int) -> Best:
    return Best(np.full(BINS, np.inf), np.full(BINS, np.inf), np.zeros((BINS, units), np.int32))


def _round(desk: _Desk, pieces: Pieces, wanted: Wanted, number: int) -> bool:
    """Begin anew, anneal, then walk and even; tell whether there was a plan to begin with."""
    part = _beginning(desk, pieces, wanted, number)
    if part is None:
        return False
    from_today = wanted.today is not None and desk.ground.move.any() and number < len(LEAST_CHANGE) * FEW
    target = TARGETS[number % len(TARGETS)]
    _cool(
        desk,
        part,
        Heat(
            target,
            _width(desk, wanted.tolerance),
            1.0 if number % 2 else 0.6,
            0.4 if from_today else 1.2,
            0.25,
            CHUNK,
        ),
    )
    walk, way = 0, WALKS[0]
    began, longest = time.monotonic(), SHARE_OF_TIME * desk.clock.left_s()
    while walk < WALKS_A_ROUND and desk.clock.left_s() > 0 and time.monotonic() - began < longest:
        if walk % AGAIN == 0:
            way = WALKS[int(desk.seeds.integers(len(WALKS)))]
            part = part if walk // AGAIN % 2 else _remembered(desk, part, wanted.tolerance)
            desk.say(desk.best)
        _walk(desk, part, way, wanted.tolerance)
        walk += 1
    return True


def _beginning(desk: _Desk, pieces: Pieces, wanted: Wanted, number: int) -> NDArray[np.int32] | None:
    if wanted.today is not None and (number < len(LEAST_CHANGE) * FEW or wanted.locked is not None):
        for _ in range(BEGINNINGS if wanted.locked is not None else 1):
            part = mended(pieces.graph, desk.ground, wanted.today, wanted.parts, desk.seed())
            if part is not None:
                return part
        if wanted.locked is not None:
            return None
    for _ in range(BEGINNINGS):
        part = grown(desk.ground, pieces.piece, pieces.parts, desk.seed())
        if part is not None:
            return part
    return None


def _load(desk: _Desk, part: NDArray[np.int32]) -> NDArray[np.float64]:
    return np.bincount(part, desk.ground.weight, minlength=len(desk.ground.goal)).astype(np.float64)


def _cool(desk: _Desk, part: NDArray[np.int32], heat: Heat) -> None:
    """Anneal from hot to cold, in pieces short enough to look at the clock between them."""
    steps, done = max(LEAST_STEPS, STEPS_A_UNIT * len(part)), 0
    began, longest = time.monotonic(), SHARE_OF_TIME * desk.clock.left_s()
    fall = heat.cold / heat.hot
    share = 0.0
    while share < 1.0 and (share == 0.0 or desk.clock.left_s() > 0):
        done += heat.steps
        spent = (time.monotonic() - began) / max(longest, 1e-3) if np.isfinite(longest) else 0.0
        after = min(max(done / steps, spent), 1.0)
        piece = heat._replace(hot=heat.hot * fall**share, cold=heat.hot * fall**after)
        anneal(desk.ground, part, _load(desk, part), piece, desk.seed(), desk.room, desk.best)
        share = after
        desk.say(desk.best)


def _remembered(desk: _Desk, part: NDArray[np.int32], tolerance: float) -> NDArray[np.int32]:
    """Take one of the best plans so far that is not too far beyond the tolerance."""
    good = np.flatnonzero(np.isfinite(desk.best.cost) & (desk.best.deviation <= 4.0 * tolerance))
    if not len(good):
        return part
    return np.array(desk.best.part[int(desk.seeds.choice(good))], np.int32)


def _width(desk: _Desk, tolerance: float) -> float:
    """Give the deviation that is put up with on the way: the tolerance, but not less than a unit of middling weight."""
    return max(tolerance, float(desk.ground.weight.mean() / desk.ground.goal[0]))


def _walk(desk: _Desk, part: NDArray[np.int32], way: tuple[float, float, float], tolerance: float) -> None:
    """Walk a little at a steady temperature, then even the plan in several ways, without going on from there."""
    target, pull, warm = way
    load, many = _load(desk, part), len(desk.ground.goal) > FEW
    steps = min((20 if many else 200) * len(part), CHUNK)
    heat = Heat(target, _width(desk, tolerance), pull, warm, warm, steps)
    if many:
        heat = heat._replace(hot=0.25, cold=0.25)
    cost = anneal(desk.ground, part, load, heat, desk.seed(), desk.room, desk.best)
    for _ in range(EVENINGS):
        wide = max(float(desk.seeds.choice(DEVIATIONS)), 1e-9)
        dearest = float(desk.seeds.uniform(*DEAR)) * desk.price
        most = _news(desk, wide)
        if cost < most:
            asked = Asked(wide, dearest, most, int(desk.seeds.choice(SETS)))
            even(desk.ground, part.copy(), load.copy(), asked, cost, desk.seed(), desk.room, desk.best)


def _news(desk: _Desk, deviation: float) -> float:
    """Give the cost below which a plan so even is news."""
    bins = int(np.clip((np.log2(deviation) + FINEST_LOG2) * 2.0, 0, BINS - 1)) + 1
    return float(desk.best.cost[:bins].min())


def plans_of(graph: Graph, best: Best, wanted: Wanted) -> Iterator[Plan]:
    """Give the remembered plans with their figures, taken anew."""
    for place in np.flatnonzero(np.isfinite(best.cost)):
        yield plan_of(graph, best.part[place].astype(np.intp), wanted)


def plan_of(graph: Graph, part: NDArray[np.intp], wanted: Wanted) -> Plan:
    """Measure a plan; parts take the numbers of today's parts of which they hold most."""
    goal = np.full(wanted.parts, graph.weight.sum() / wanted.parts)
    moved = 0.0
    if wanted.today is not None:
        if wanted.locked is None:
            part = renamed(graph.weight, part, wanted.today, wanted.parts)
        moved = float(graph.weight[(part != wanted.today) & (wanted.today >= 0)].sum() / graph.weight.sum())
    load = np.bincount(part, graph.weight, minlength=wanted.parts).astype(np.float64)
    cut = int((part[graph.pairs[:, 0]] != part[graph.pairs[:, 1]]).sum())
    return Plan(part, _worst(load, goal), cut, moved)


def renamed(
    weight: NDArray[np.float64], part: NDArray[np.intp], today: NDArray[np.intp], parts: int
) -> NDArray[np.intp]:
    """Give parts the numbers with which the most weight keeps its part of today (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    shared = np.zeros((parts, parts))
    known = (today >= 0) & (today < parts)
    # a unit counts a little even without weight, so that parts without weight keep their names too
    np.add.at(shared, (part[known], today[known]), weight[known] + weight.sum() * 1e-9)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    number = np.empty(parts, np.intp)
    number[rows] = columns
    return number[part]


def _worst(load: NDArray[np.float64], goal: NDArray[np.float64]) -> float:
    """Give the largest deviation of a part, as a share of its goal."""
    return float((np.abs(load - goal) / goal).max())
