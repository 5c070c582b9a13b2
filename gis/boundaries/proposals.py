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
    """Search for plans: half the time close to the lines as they are, half of it free; each community by itself.

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
        A grid lies in two communities, there are too few units or grids, or no plan was found.
    """
    _, units = _chosen(layout, ask.keys)
    homes = np.unique(terrain.community[units]).tolist()
    shares = _shares(terrain, units, weight, homes, ask.parts)
    taken = {part.name for part in layout.parts}
    found = []
    for number, (home, many) in enumerate(zip(homes, shares, strict=True)):
        mine = units[terrain.community[units] == home]
        own = replace(ask, parts=many, seconds=ask.seconds / len(homes))
        tell = partial(_part_said, say, number, len(homes))
        found.append((mine, _offers(terrain, layout, weight, (mine, home, taken), own, say=tell)))
    return found[0][1] if len(found) == 1 else _together(found)


def _part_said(say: Callable[[float], object], number: int, many: int, done: float) -> None:
    say((number + done) / many)


def _shares(
    terrain: Terrain, units: NDArray[np.intp], weight: NDArray[np.float64], homes: list[int], parts: int
) -> list[int]:
    """Share the number of grids out among communities by their workload; each has at least one."""
    if parts < len(homes):
        raise InputError(
            f"这里有 {len(homes)} 个社区，至少要 {len(homes)} 个网格；一个网格不能跨社区。"
            f" There are {len(homes)} communities here; a grid cannot lie in two, so there must be as many.",
            field="parts",
        )
    home = np.searchsorted(homes, terrain.community[units])
    load = weight[units] if weight[units].sum() > 0 else np.ones(len(units))
    wanted = np.bincount(home, load, minlength=len(homes)) / load.sum() * parts
    shares = np.ones(len(homes), np.intp)
    # one after the other to the community whose grids would be the heaviest
    for _ in range(parts - len(homes)):
        shares[int(np.argmax(wanted / shares))] += 1
    return [int(many) for many in shares]


def _offers(
    terrain: Terrain,
    layout: Layout,
    weight: NDArray[np.float64],
    where: tuple[NDArray[np.intp], int, set[str]],
    ask: Ask,
    *,
    say: Callable[[float], object],
) -> list[Offer]:
    """Search on some units of one community; the names of new grids are put to those that are taken."""
    units, home, taken = where
    parts = [layout.parts[int(key)] for key in np.unique(layout.part[units])]
    _check(parts, home, units, ask)
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
    names = _names(layout, ordered, ask.parts, taken)
    return [_offer(terrain, layout, units, plan, names) for plan in _spread(front, first)]


def _together(found: list[tuple[NDArray[np.intp], list[Offer]]]) -> list[Offer]:
    """Put the offers of several communities side by side: the first of each, the second of each, and so on."""
    most = max(len(offers) for _, offers in found)
    return [
        _joined([(units, offers[min(number, len(offers) - 1)]) for units, offers in found])
        for number in range(most)
    ]


def _joined(offers: list[tuple[NDArray[np.intp], Offer]]) -> Offer:
    """Make one offer of one a community: each says its own units."""
    called = np.array(offers[0][1].names)[list(offers[0][1].label)].astype(object)
    for units, offer in offers[1:]:
        called[units] = np.array(offer.names)[np.array(offer.label)[units]]
    names, label = np.unique(called.astype(str), return_inverse=True)
    each = [offer for _, offer in offers]
    return Offer(
        tuple(label.tolist()),
        tuple(names.tolist()),
        max(one.deviation for one in each),
        sum(one.cut for one in each),
        sum(one.cut_m for one in each),
        min(one.compact for one in each),
        all(one.whole for one in each),
        sum(one.moved for one in each),
    )


def _chosen(layout: Layout, keys: Sequence[int]) -> tuple[list[Part], NDArray[np.intp]]:
    # ground that nobody has goes with any of them: it must come to somebody
    wanted = {*keys, *(key for key in layout.used if layout.parts[key].nobody)} if keys else set(layout.used)
    parts = [layout.parts[key] for key in layout.used if key in wanted]
    return parts, np.flatnonzero(np.isin(layout.part, [part.key for part in parts]))


def _check(parts: list[Part], home: int, units: NDArray[np.intp], ask: Ask) -> None:
    for part in parts:
        if part.community_id != home and not part.nobody:
            raise InputError(
                f"{part.name}跨了社区，请先把它分开。 This grid lies in two communities; split it first.",
                field="keys",
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


def _names(layout: Layout, ordered: list[int], parts: int, taken: set[str]) -> list[str]:
    """Name every number: the grids that stay by code or name, new ones like the first with a number behind."""
    kept = [layout.parts[key] for key in ordered[:parts] if not layout.parts[key].nobody]
    base = kept[0].name if kept else "网格"
    free = (name for number in count(2) if (name := f"{base}·{number}") not in taken)
    names = [part.code or part.name for part in kept]
    new = [next(free) for _ in range(parts - len(names))]
    taken.update(new)
    return names + new


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
        label[np.setdiff1d(layout.units_of(part.key), units)] = len(names) + number
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
