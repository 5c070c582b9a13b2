"""A plan: who does what when, what it costs, what was left out; times of a given order.

Before: `problem`. After: `exact` and `search` compare plans by `cost`; `patrols.rounds.planning` keeps one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gis.errors import InputError
from gis.patrols.pack.hours import Hours, begin
from gis.patrols.pack.problem import Problem, Stop, Table, Walker

Order = tuple[tuple[int, bool], ...]
"""Stops by their number in the problem, each as it is or turned round."""


@dataclass(frozen=True)
class Step:
    """One stop of a walk; seconds of the day, `walk_s` is the way to it and the way inside it."""

    stop: Stop
    turned: bool
    arrives_s: int
    begins_s: int
    leaves_s: int
    walk_s: int


@dataclass(frozen=True)
class Walk:
    """One member's walk; `walk_s` is all walking of it, with the way home."""

    walker: Walker
    steps: tuple[Step, ...]
    walk_s: int
    ends_s: int


@dataclass(frozen=True)
class Plan:
    """Walks for all, and the stops that did not fit."""

    walks: tuple[Walk, ...]
    left_out: tuple[Stop, ...]
    cost_s: float


class Way:
    """One walker's ground and time: what an order of stops takes."""

    def __init__(self, problem: Problem, walker: Walker) -> None:
        self.walker = walker
        self.table = Table(problem, walker)
        self.day: Hours = problem.day
        self.stops = problem.stops
        shift = (walker.starts_s, walker.ends_s)
        self.begins = [
            self.day.beginnings(stop.hours, stop.stay_s + stop.along_s, shift) for stop in problem.stops
        ]
        self.first = self.day.work(walker.starts_s)
        self.last = self.day.work(walker.ends_s)

    def after(self, place: int, work: int, stop: int, turned: bool) -> tuple[int, int, int] | None:
        """Give walking seconds, beginning and end (work time) of a stop done next, or None when it cannot be."""
        into = self.table.into(place, stop, turned)
        starts = begin(self.begins[stop], work + into)
        if starts is None:
            return None
        found = self.stops[stop]
        return into + found.along_s, starts, starts + found.along_s + found.stay_s

    def walk(self, order: Order) -> Walk | None:
        """Time an order of stops; None when hours or the shift do not hold it. With nothing to do nobody walks."""
        if not order:
            return Walk(self.walker, (), 0, self.walker.starts_s)
        place, work, total = 0, self.first, 0
        steps = []
        for stop, turned in order:
            done = self.after(place, work, stop, turned)
            if done is None:
                return None
            walked, starts, ends = done
            arrives = work + walked - self.stops[stop].along_s
            steps.append(self._step((stop, turned), arrives, (starts, ends), walked))
            place, work, total = Table.out(stop, turned), ends, total + walked
        home = self.table.home(place)
        if work + home > self.last:
            return None
        return Walk(self.walker, tuple(steps), total + home, self.day.clock(work + home, leaving=True))

    def _step(self, one: tuple[int, bool], arrives: int, lasts: tuple[int, int], walked: int) -> Step:
        clock = self.day.clock
        leaves = clock(lasts[1], leaving=True)
        return Step(self.stops[one[0]], one[1], clock(arrives), clock(lasts[0]), leaves, walked)


def cost(problem: Problem, walks_s: Sequence[int], left: Sequence[Stop]) -> float:
    """Give what a plan costs: walking, the worth of what is left out, and the price of unequal walking."""
    uneven = max(walks_s) - min(walks_s) if walks_s else 0
    return sum(walks_s) + sum(stop.worth_s for stop in left) + problem.evenness * uneven


def timed(problem: Problem, orders: Sequence[Order]) -> Plan:
    """Make a plan of one order for each walker.

    Raises
    ------
    InputError
        When an order breaks somebody's hours or the shift.
    """
    walks = []
    for walker, order in zip(problem.walkers, orders, strict=True):
        walk = Way(problem, walker).walk(order)
        if walk is None:
            raise InputError(
                "按这个顺序，有一站不在约定的时间内，或者下班前走不完；请换个顺序或改期一站。"
                " In this order a stop falls outside its hours, or the shift ends first; change it or postpone a stop."
            )
        walks.append(walk)
    done = {step.stop.key for walk in walks for step in walk.steps}
    left = tuple(stop for stop in problem.stops if stop.key not in done)
    return Plan(tuple(walks), left, cost(problem, [walk.walk_s for walk in walks], left))


def in_order(problem: Problem, keys: Sequence[str]) -> Plan:
    """Time one walker's stops in an order given by hand; each piece of way is walked from its nearer end.

    Raises
    ------
    InputError
        When a key is unknown, or the order breaks somebody's hours or the shift.
    """
    number = {stop.key: index for index, stop in enumerate(problem.stops)}
    unknown = [key for key in keys if key not in number]
    if unknown or len(set(keys)) != len(keys):
        raise InputError("顺序里有不在路线上的站。 The order names a stop that is not on this round.")
    table = Table(problem, problem.walkers[0])
    place, order = 0, []
    for key in keys:
        stop = number[key]
        turned = min((table.into(place, stop, way), way) for way in problem.stops[stop].ways)[1]
        order.append((stop, turned))
        place = Table.out(stop, turned)
    return timed(problem, [tuple(order)])
