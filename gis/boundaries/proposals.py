"""Proposals inside a draft: some of its grids laid anew by the machine, as several good plans to choose from; pure.

Before: `layout`, `propose`. After: `tasks.planning` runs it, the planner's screen shows the front, and the one that is
chosen goes into the edit `lay`. What is locked stays; a grid keeps its name where most of its work stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.boundaries.layout import Layout, Part, Terrain
from gis.boundaries.measures import Figures, figures
from gis.boundaries.propose.front import Plan, chosen, unbeaten
from gis.boundaries.propose.graph import Graph
from gis.boundaries.propose.islands import Pieces, shared_out
from gis.boundaries.propose.search import Clock, Wanted, renamed, search
from gis.errors import InputError

MOST_OFFERED = 6
MOST_PARTS = 200


@dataclass(frozen=True)
class Ask:
    """What is asked of the machine.

    Attributes
    ----------
    keys : tuple of int
        The grids to be laid anew; none for all.
    parts : int
        How many there are to be.
    tolerance : float
        The largest deviation of a grid that is wanted, as a share.
    seconds : float
        How long to search.
    seed : int
        Another number, other plans.
    """

    keys: tuple[int, ...]
    parts: int
    tolerance: float = 0.05
    seconds: float = 10.0
    seed: int = 1


@dataclass(frozen=True)
class Offer:
    """One proposal: for every unit of the draft a number, a code or name for every number, and its figures.

    `deviation` is the largest of the grids laid anew, `moved` the households that would leave their grid of now.
    """

    label: tuple[int, ...]
    names: tuple[str, ...]
    deviation: float
    cut: int
    cut_m: float
    compact: float
    whole: bool
    moved: int


def parts_for(terrain: Terrain, layout: Layout, keys: Sequence[int], households: float) -> int:
    """Say how many grids of about so many households there would be on the ground of some grids."""
    _, units = _chosen(layout, keys)
    many = float(terrain.units.counts["households"][units].sum())
    if households <= 0:
        raise InputError("户数应大于 0。 The number of households must be above 0.", field="households")
    return max(1, round(many / households))


def propose(
    terrain: Terrain, layout: Layout, weight: NDArray[np.float64], ask: Ask, say: Callable[[float], object]
) -> list[Offer]:
    """Search for plans: half the time close to the lines as they are, half of it free.

    Parameters
    ----------
    weight : ndarray of float
        The workload of every unit; where it is zero throughout, units are counted.
    say : callable
        Told the share that is done.

    Returns
    -------
    list of Offer
        The one proposed first, then those that no other beats, the most different first.

    Raises
    ------
    InputError
        The grids lie in several communities, there are too few units, or no plan was found.
    """
    parts, units = _chosen(layout, ask.keys)
    _check(parts, units, ask)
    graph = _graph(terrain, units, weight, walked=True)
    ordered = _ordered(layout, parts, graph, units)
    now = np.array([ordered.index(key) for key in layout.part[units].tolist()], np.intp)
    pieces = shared_out(graph, terrain.shapes[units], ask.parts, ask.tolerance)
    held = np.isin(units, list(layout.held)) | np.isin(layout.part[units], list(layout.locked))
    found = _searched(pieces, ask, now, held, say)
    if not found:
        raise InputError(
            "没有找到方案：请换一个份数，或先解锁一些网格。"
            " No plan was found; ask for another number of grids, or unlock some."
        )
    front = unbeaten(found, tolerance=ask.tolerance)
    first = chosen(front, tolerance=ask.tolerance, least_change=True)
    names = _names(layout, ordered, ask.parts)
    return [_offer(terrain, layout, units, plan, names) for plan in _spread(front, first)]


def _chosen(layout: Layout, keys: Sequence[int]) -> tuple[list[Part], NDArray[np.intp]]:
    # ground that nobody has goes with any of them: it must come to somebody
    wanted = {*keys, *(key for key in layout.used if layout.parts[key].nobody)} if keys else set(layout.used)
    parts = [layout.parts[key] for key in layout.used if key in wanted]
    return parts, np.flatnonzero(np.isin(layout.part, [part.key for part in parts]))


def _check(parts: list[Part], units: NDArray[np.intp], ask: Ask) -> None:
    if len({part.community_id for part in parts}) != 1:
        raise InputError(
            "请选择同一个社区的网格。 Choose grids of one community; a grid cannot lie in two.", field="keys"
        )
    if not 1 <= ask.parts <= min(MOST_PARTS, len(units)):
        raise InputError(
            f"这里有 {len(units)} 个单元，不能分成 {ask.parts} 个网格。"
            f" There are {len(units)} units; they cannot make {ask.parts} grids.",
            field="parts",
        )


def _graph(
    terrain: Terrain, units: NDArray[np.intp], weight: NDArray[np.float64], *, walked: bool = False
) -> Graph:
    """Give the neighbourhood of some units; `walked` is without what nobody gets across."""
    place = np.full(terrain.size, -1, np.intp)
    place[units] = np.arange(len(units))
    pairs = place[terrain.units.graph.pairs]
    inside = (pairs >= 0).all(axis=1)
    if walked and terrain.closed is not None:
        inside &= ~terrain.closed
    load = weight[units] if weight[units].sum() > 0 else np.ones(len(units))
    return Graph(pairs[inside], terrain.units.graph.shared_m[inside], load)


def _ordered(layout: Layout, parts: list[Part], graph: Graph, units: NDArray[np.intp]) -> list[int]:
    """Give the keys with those that must stay first, then the heaviest: the last ones are given up."""
    held = {int(layout.part[unit]) for unit in layout.held} | set(layout.locked)
    load = np.bincount(layout.part[units], graph.weight, minlength=len(layout.parts))
    # ground that nobody has is first to be given up
    return sorted(
        (part.key for part in parts),
        key=lambda key: (layout.parts[key].nobody, key not in held, -float(load[key]), key),
    )


def _searched(
    pieces: Pieces, ask: Ask, now: NDArray[np.intp], held: NDArray[np.bool_], say: Callable[[float], object]
) -> list[Plan]:
    locked = held if held.any() else None
    near = Wanted(ask.parts, ask.tolerance, ask.seed, now, locked)
    # what is locked must stay with its grid, so that a free search has nothing to be free with
    free = [] if locked is not None else [replace(near, today=None)]
    found: list[Plan] = []
    runs = [near, *free]
    for number, wanted in enumerate(runs):
        clock = Clock(None, None)
        clock.until_s = clock.began_s + ask.seconds / len(runs)
        found += search(pieces, wanted, clock, partial(_said, say, number, len(runs)))
    return [_against(pieces.graph, plan, near) for plan in found]


def _said(say: Callable[[float], object], number: int, runs: int, done: float, best: object) -> None:
    del best
    say((number + min(done, 1.0)) / runs)


def _against(graph: Graph, plan: Plan, near: Wanted) -> Plan:
    """Give a plan the numbers with which most stays, and say how much moves."""
    now = near.today
    if now is None:
        return plan
    part = plan.part if near.locked is not None else renamed(graph.weight, plan.part, now, near.parts)
    return replace(plan, part=part, moved=float(graph.weight[part != now].sum() / graph.weight.sum()))


def _names(layout: Layout, ordered: list[int], parts: int) -> list[str]:
    """Name every number: the grids that stay by code or name, new ones like the first with a number behind."""
    kept = [layout.parts[key] for key in ordered[:parts] if not layout.parts[key].nobody]
    taken = {part.name for part in layout.parts}
    base = kept[0].name if kept else "网格"
    free = (name for number in count(2) if (name := f"{base}·{number}") not in taken)
    names = [part.code or part.name for part in kept]
    return names + [next(free) for _ in range(parts - len(names))]


def _spread(front: list[Plan], first: int) -> list[Plan]:
    """Keep a handful that differ most from each other, the one proposed first at the head."""
    kept, left = [front[first]], [plan for number, plan in enumerate(front) if number != first]
    while left and len(kept) < MOST_OFFERED:
        apart = [min(float((one.part != other.part).mean()) for other in kept) for one in left]
        best = int(np.argmax(apart))
        if apart[best] == 0.0:
            break
        kept.append(left.pop(best))
    return kept


def _offer(terrain: Terrain, layout: Layout, units: NDArray[np.intp], plan: Plan, names: list[str]) -> Offer:
    rest = [layout.parts[key] for key in layout.used if not np.isin(layout.units_of(key), units).all()]
    all_names = [*names, *((part.code or part.name) for part in rest)]
    label = np.empty(terrain.size, np.intp)
    label[units] = plan.part
    for number, part in enumerate(rest):
        label[layout.units_of(part.key)] = len(names) + number
    found = _figures(terrain, units, plan, len(names))
    now = np.array([(layout.parts[key].code or layout.parts[key].name) for key in layout.part.tolist()])
    moved = np.array(all_names)[label] != now
    return Offer(
        tuple(label.tolist()),
        tuple(all_names),
        plan.deviation,
        plan.cut,
        found.cut_m,
        float(found.polsby_popper.min()),
        found.whole,
        int(terrain.units.counts["households"][moved].sum()),
    )


def _figures(terrain: Terrain, units: NDArray[np.intp], plan: Plan, parts: int) -> Figures:
    graph = _graph(terrain, units, np.ones(terrain.size))
    within: Any = replace(
        terrain.units,
        graph=graph,
        area_m2=terrain.units.area_m2[units],
        outline_m=terrain.units.outline_m[units],
        barrier=np.zeros(len(graph.pairs), bool),
        counts={},
        group=None,
    )
    return figures(within, plan.part, parts)
