"""Larger problems, given to PyVRP: stops are clients with a prize, of several hours and directions one is chosen.

Before: `plan`. After: `pack`. Our own part is the model: a piece of way that may be walked from either end, and a
door with several hours, are groups of clients that exclude each other; breaks are taken out of the day; walking inside
a stop counts with the way to it, so that a bound on distance is a bound on walking. Walks are made equal by such
bounds, drawn closer as long as the plan gets cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gis.patrols.pack.even import evened
from gis.patrols.pack.plan import Order, Plan, Way, timed
from gis.patrols.pack.problem import Problem, Table

BOUNDS = (1.10, 1.03, 1.0)
"""How much longer than the mean the longest walk may be, one trial after the other."""


def solve(problem: Problem, *, seconds: float = 2.0, seed: int = 1) -> Plan:
    """Search for a cheap plan.

    Parameters
    ----------
    seconds : float
        How long to search, all trials together.
    """
    several = len(problem.walkers) > 1 and problem.evenness > 0
    each = seconds / (1 + len(BOUNDS)) if several else seconds
    best = _solve(problem, None, each, seed)
    for factor in BOUNDS if several else ():
        walks = [walk.walk_s for walk in best.walks]
        tried = _solve(problem, round(factor * sum(walks) / len(walks)), each, seed)
        best = min(best, tried, key=lambda plan: plan.cost_s)
    return evened(problem, best) if several else best


def _solve(problem: Problem, bound_s: int | None, seconds: float, seed: int) -> Plan:
    from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

    made = Model(problem, bound_s)
    stop = MultipleCriteria([MaxRuntime(seconds), NoImprovement(20_000)])
    result = made.model.solve(stop, seed=seed, display=False, collect_stats=False)
    orders: list[Order] = [()] * len(made.ways)
    for route in result.best.routes() if result.best.is_feasible() else ():
        taken = [made.clients[one.idx] for one in route if one.is_client()]
        orders[route.vehicle_type()] = tuple((stop, turned) for stop, turned in taken)
    return timed(problem, [_kept(way, order) for way, order in zip(made.ways, orders, strict=True)])


def _kept(way: Way, order: Order) -> Order:
    """Give the order as far as our own clock allows: PyVRP's and ours agree, and ours has the last word."""
    kept: Order = ()
    for one in order:
        if way.walk((*kept, one)) is not None:
            kept = (*kept, one)
    return kept


class Model:
    """A problem in PyVRP's words; `clients[i]` is the stop and direction of its client `i`."""

    def __init__(self, problem: Problem, bound_s: int | None) -> None:
        from pyvrp import Model as Words

        self.model: Any = Words()
        self.ways = [Way(problem, walker) for walker in problem.walkers]
        self.clients: list[tuple[int, bool]] = []
        self.places: list[tuple[Any, int, bool]] = []
        self.ends: list[tuple[Any, Any]] = []
        self.profiles: list[Any] = []
        for way in self.ways:
            self._walker(way, bound_s)
        for number in range(len(problem.stops)):
            self._stop(problem, number)
        for way, profile in zip(self.ways, self.profiles, strict=True):
            self._edges(way, profile)

    def _walker(self, way: Way, bound_s: int | None) -> None:
        start, end = self.model.add_location(0, 0), self.model.add_location(0, 0)
        profile = self.model.add_profile()
        self.ends.append((start, end))
        self.profiles.append(profile)
        more = {} if bound_s is None else {"max_distance": bound_s}
        self.model.add_vehicle_type(
            start_depot=self.model.add_depot(start),
            end_depot=self.model.add_depot(end),
            tw_early=way.first,
            tw_late=way.last,
            profile=profile,
            **more,
        )

    def _stop(self, problem: Problem, number: int) -> None:
        """Add a stop's clients: one for each direction and each of its hours; of several at most one is visited."""
        stop = problem.stops[number]
        # hours within the shift differ between walkers only by the shift, which PyVRP keeps itself
        widest = (min(w.starts_s for w in problem.walkers), max(w.ends_s for w in problem.walkers))
        spans = problem.day.beginnings(stop.hours, stop.stay_s + stop.along_s, widest)
        choices = [(turned, span) for turned in stop.ways for span in spans]
        group = self.model.add_client_group(required=False) if len(choices) > 1 else None
        for turned in dict.fromkeys(turned for turned, _ in choices):
            place = self.model.add_location(0, 0)
            self.places.append((place, number, turned))
            for early, late in [span for way, span in choices if way == turned]:
                self.clients.append((number, turned))
                self.model.add_client(
                    place, service_duration=stop.stay_s + stop.along_s, tw_early=early, tw_late=late,
                    prize=stop.worth_s, required=False, group=group,
                )  # fmt: skip

    def _edges(self, way: Way, profile: Any) -> None:
        for start, end in self.ends:
            for one, travel_s, cost_s in self._from(start, 0, way):
                self.model.add_edge(start, one, cost_s, travel_s, profile=profile)
            self.model.add_edge(start, end, way.table.home(0), way.table.home(0), profile=profile)
        for place, stop, turned in self.places:
            leaves = Table.out(stop, turned)
            for one, travel_s, cost_s in self._from(place, leaves, way):
                self.model.add_edge(place, one, cost_s, travel_s, profile=profile)
            for _, end in self.ends:
                home = way.table.home(leaves)
                self.model.add_edge(place, end, home, home, profile=profile)

    def _from(self, here: Any, leaves: int, way: Way) -> Iterator[tuple[Any, int, int]]:
        """Give each other place with the seconds of travel to it, and with the walking inside it."""
        for place, stop, turned in self.places:
            if place is not here:
                travel_s = way.table.into(leaves, stop, turned)
                yield place, travel_s, travel_s + way.stops[stop].along_s
