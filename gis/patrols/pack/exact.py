"""Small problems, solved exactly: every set of stops in its best order, every way to share the sets out.

Before: `plan`. After: `pack`. A stop may be begun only within its hours, so of two orders of the same stops the shorter
may be the later one: both are kept (labels by walking and by time) until one is worse in both.
"""

from __future__ import annotations

from collections.abc import Iterator

from gis.patrols.pack.plan import Order, Plan, Way, cost, timed
from gis.patrols.pack.problem import Problem, Table

MOST_STOPS = 7
MOST_SHARINGS = 80_000
"""Ways to give each stop to a walker or to nobody; beyond these the search takes over."""

Label = tuple[int, int, Order]
"""Walking seconds, work time, and the order that took them."""
Labels = dict[tuple[int, int, bool], list[Label]]
"""By the set of stops done (a bit each), the last of them and its direction."""
At = tuple[int, int]
"""The set of stops done, and the place where one is."""


def is_small(problem: Problem) -> bool:
    """Say whether every sharing can be tried."""
    count = len(problem.stops)
    return count <= MOST_STOPS and (len(problem.walkers) + 1) ** count <= MOST_SHARINGS


def solve(problem: Problem) -> Plan:
    """Give the plan that costs least; among equals the first found."""
    best = [_best(Way(problem, walker), len(problem.stops)) for walker in problem.walkers]
    whole = (1 << len(problem.stops)) - 1
    least: tuple[float, list[int]] | None = None
    for masks, left in _sharings(best, whole):
        walks = [best[number][mask][0] for number, mask in enumerate(masks)]
        stops = [stop for index, stop in enumerate(problem.stops) if left >> index & 1]
        price = cost(problem, walks, stops)
        if least is None or price < least[0]:
            least = (price, masks)
    chosen = least[1] if least else []
    return timed(problem, [best[number][mask][1] for number, mask in enumerate(chosen)])


def _sharings(best: list[dict[int, tuple[int, Order]]], free: int) -> Iterator[tuple[list[int], int]]:
    """Give each choice of sets, one a walker, with what stays free."""
    if not best:
        yield [], free
        return
    for mask in best[0]:
        if mask & ~free == 0:
            for masks, left in _sharings(best[1:], free & ~mask):
                yield [mask, *masks], left


def _best(way: Way, count: int) -> dict[int, tuple[int, Order]]:
    """Give for each set of stops that can be walked its least walking seconds and the order."""
    labels: Labels = {}
    found: dict[int, tuple[int, Order]] = {0: (0, ())}
    todos = [(stop, turned) for stop in range(count) for turned in way.stops[stop].ways]
    for todo in todos:
        _extend(way, labels, (0, 0), (0, way.first, ()), todo)
    for mask in range(1, 1 << count):
        for stop, turned in todos:
            for label in labels.pop((mask, stop, turned), []):
                place = Table.out(stop, turned)
                _close(way, found, mask, label, place)
                for todo in todos:
                    if not mask >> todo[0] & 1:
                        _extend(way, labels, (mask, place), label, todo)
    return found


def _extend(way: Way, labels: Labels, at: At, label: Label, todo: tuple[int, bool]) -> None:
    mask, place = at
    walked, work, order = label
    stop, turned = todo
    done = way.after(place, work, stop, turned)
    if done is None or done[2] > way.last:
        return
    new = (walked + done[0], done[2], (*order, todo))
    kept = labels.setdefault((mask | 1 << stop, stop, turned), [])
    if any(old[0] <= new[0] and old[1] <= new[1] for old in kept):
        return
    kept[:] = [old for old in kept if old[0] < new[0] or old[1] < new[1]]
    kept.append(new)


def _close(way: Way, found: dict[int, tuple[int, Order]], mask: int, label: Label, place: int) -> None:
    home = way.table.home(place)
    total = label[0] + home
    if label[1] + home <= way.last and (mask not in found or total < found[mask][0]):
        found[mask] = (total, label[2])
